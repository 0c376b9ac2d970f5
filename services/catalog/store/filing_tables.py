"""What suppliers file on paper, what officers decided about it, what a base was given, and what was said of its end."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.filings import FILING, FilingOutcome, FilingSubject
from services.catalog.domain.recognition import FigureEvidence, FigureKind, Mode, RecognitionLevel, SupportKind
from services.catalog.store.tables import MOMENT, metadata, one_of

_MODES = ", ".join(f"'{mode.value}'" for mode in Mode)


def _filing(name: str) -> tuple[Any, ...]:
    """Give the columns of everything that is filed on paper, and what always holds of them."""
    return (
        sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
        sa.Column("filing_id", sa.Uuid, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False, comment="grows with each change of what it says"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("document_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("replaces", sa.Uuid, comment="the confirmed one that it replaces once it is confirmed"),
        sa.Column("cut_on", sa.Date, comment="the first day it no longer holds, by what replaced or ended it"),
        sa.Column("written_by", ARRAY(sa.Uuid), nullable=False, comment="everyone who ever filed or mended it"),
        sa.Column("filed_at", MOMENT, nullable=False, comment="this revision"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id", "replaces"], [f"{name}.supplier_id", f"{name}.filing_id"], name=f"{name}_replaces_fkey"
        ),
        sa.CheckConstraint(FILING.sql_check("state"), name="state"),
        sa.CheckConstraint("revision > 0", name="revision"),
        sa.CheckConstraint("cardinality(document_ids) BETWEEN 1 AND 10", name="document_ids"),
        sa.CheckConstraint("cut_on IS NULL OR state IN ('replaced', 'ended')", name="cut_on"),
        sa.Index(
            f"{name}_filed_idx", "filed_at", "supplier_id", "filing_id", postgresql_where=sa.text("state = 'filed'")
        ),
    )


def _valid(name: str) -> tuple[Any, ...]:
    return (
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, comment="the last day"),
        sa.CheckConstraint("valid_to >= valid_from", name="valid"),
        sa.Index(f"{name}_ends_idx", "valid_to", "supplier_id", postgresql_where=sa.text("state = 'confirmed'")),
    )


recognitions = sa.Table(
    "recognitions",
    metadata,
    *_filing("recognitions"),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("modes", ARRAY(sa.Text), nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("number", sa.Text),
    *_valid("recognitions"),
    one_of("level", RecognitionLevel),
    sa.CheckConstraint(f"modes <@ ARRAY[{_MODES}]", name="modes"),
    comment="Who recognised a base or a household, at which level, how it leads, and for which days.",
)

certificates = sa.Table(
    "certificates",
    metadata,
    *_filing("certificates"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("number", sa.Text),
    sa.Column("item_codes", ARRAY(sa.Text), nullable=False),
    *_valid("certificates"),
    one_of("kind", CertificateKind),
    sa.CheckConstraint("cardinality(item_codes) <= 50", name="item_codes"),
    comment="What a supplier's goods, or the supplier itself, are certified to be.",
)

effect_figures = sa.Table(
    "effect_figures",
    metadata,
    *_filing("effect_figures"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("explanation", sa.Text, nullable=False),
    one_of("kind", FigureKind),
    one_of("evidence", FigureEvidence),
    sa.CheckConstraint("count BETWEEN 0 AND 100000", name="count"),
    sa.Index(
        "effect_figures_confirmed_key",
        "supplier_id",
        "kind",
        "as_of",
        unique=True,
        postgresql_where=sa.text("state = 'confirmed'"),
    ),
    comment="How many people a base employs and how many households it leads, as of a day; never their names.",
)

filing_reviews = sa.Table(
    "filing_reviews",
    metadata,
    sa.Column("review_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("filing_id", sa.Uuid, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, comment="the one that was looked at"),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("looked_at", JSONB, nullable=False, comment="what that revision said"),
    sa.Column("written_by", ARRAY(sa.Uuid), nullable=False, comment="who had filed or mended it by then"),
    sa.Column("reviewed_by", sa.Uuid, nullable=False),
    sa.Column("reviewer_name", sa.Text, nullable=False),
    sa.Column("reviewer_path", sa.Text, nullable=False, comment="of the unit decided from"),
    sa.Column("reviewed_at", MOMENT, nullable=False),
    sa.Index("filing_reviews_filing_idx", "supplier_id", "filing_id", "review_id"),
    one_of("subject", FilingSubject),
    one_of("outcome", FilingOutcome),
    sa.CheckConstraint("NOT reviewed_by = ANY (written_by)", name="not_own"),
    comment="Every decision about what was filed on paper; only added to.",
)

supports = sa.Table(
    "supports",
    metadata,
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("support_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("given_on", sa.Date, nullable=False),
    sa.Column("giver", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("reverses", sa.Uuid),
    sa.Column("recorded_by", sa.Uuid, nullable=False),
    sa.Column("recorder_name", sa.Text, nullable=False),
    sa.Column("recorded_at", MOMENT, nullable=False),
    sa.ForeignKeyConstraint(
        ["supplier_id", "reverses"], ["supports.supplier_id", "supports.support_id"], name="supports_reverses_fkey"
    ),
    sa.UniqueConstraint("supplier_id", "reverses"),
    sa.Index("supports_given_idx", "supplier_id", "given_on"),
    one_of("kind", SupportKind),
    sa.CheckConstraint("amount_fen >= 0 OR reverses IS NOT NULL", name="amount_fen"),
    comment="What a base was given, entry by entry; a mistake is reversed by another entry. Only added to.",
)

APPEND_ONLY = ("filing_reviews", "supports")
