"""Every case stays on record with whoever has it in hand, and every step of it is only ever added to."""

import sqlalchemy as sa

from services.order.domain.cases import CaseKind, CaseOutcome, CaseSubject
from services.order.domain.states import CASE
from services.order.store.columns import a_moment, a_text, acted_as, an_id, metadata, words
from shared.contracts.authority import Role

cases = sa.Table(
    "cases",
    metadata,
    an_id("case_id", primary_key=True),
    a_text("kind"),
    a_text("subject"),
    sa.Column("subject_id", sa.Uuid),
    sa.Column("party_canteen_id", sa.Uuid, comment="the canteen that it concerns, by its subject"),
    sa.Column("party_supplier_id", sa.Uuid, comment="the supplier that it concerns, by its subject"),
    an_id("unit_id"),
    a_text("state"),
    a_text("text"),
    a_text("contact", server_default=""),
    sa.Column("raised_by", sa.Uuid, comment="null: without an account"),
    a_moment("raised_at"),
    a_moment("reply_due_at"),
    sa.Column("due_told_at", sa.DateTime(timezone=True), comment="when whoever is late was told so"),
    sa.Column("answered_at", sa.DateTime(timezone=True), comment="first"),
    sa.Column("outcome", sa.Text),
    sa.Column("reopened", sa.Boolean, nullable=False, server_default=sa.false()),
    a_text("content_sha256"),
    a_text("code_sha256", unique=True),
    words("kind", CaseKind),
    words("subject", CaseSubject),
    words("outcome", CaseOutcome),
    sa.CheckConstraint(CASE.sql_check("state"), name="state"),
    sa.CheckConstraint("(subject = 'none') = (subject_id IS NULL)", name="subject_id"),
    sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed"),
    sa.CheckConstraint("outcome IS NULL OR answered_at IS NOT NULL", name="answered"),
    comment="what anybody brought up, of whatever they did or did not buy",
)
sa.Index("cases_unit_idx", cases.c.unit_id, cases.c.raised_at.desc(), cases.c.case_id.desc())
sa.Index("cases_raised_at_idx", cases.c.raised_at.desc(), cases.c.case_id.desc())
sa.Index(
    "cases_due_idx",
    cases.c.reply_due_at,
    postgresql_where=sa.text("state <> 'closed' AND due_told_at IS NULL"),
)

case_steps = sa.Table(
    "case_steps",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    an_id("case_id"),
    a_moment("at"),
    a_text("step"),
    a_text("state"),
    an_id("unit_id"),
    sa.Column("account_id", sa.Uuid, comment="null: whoever raised it, without an account"),
    a_text("account_name", server_default=""),
    acted_as(),
    a_text("reason", server_default=""),
    sa.Column("outcome", sa.Text),
    words("acted_as", Role),
    words("outcome", CaseOutcome),
    sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    comment="what happened to a case, and in whose hands it is from then on; only ever added to",
)
sa.Index(None, case_steps.c.case_id)

APPEND_ONLY = ("case_steps",)
