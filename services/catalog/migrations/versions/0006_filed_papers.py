"""Recognitions, certificates and figures are filed and reviewed, and what a base was given is recorded.

The kinds of documents grow by what such papers are; a downgrade calls those of the new kinds `other`.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHANGED = ("recognitions", "certificates", "effect_figures")
APPEND_ONLY = ("filing_reviews", "supports")
KINDS_BEFORE = "'recognition', 'licence', 'other'"
KINDS = "'recognition', 'licence', 'certificate', 'agreement', 'wage', 'settlement', 'capacity', 'appeal', 'other'"


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with each change of what it says"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column(
            "replaces", sa.Uuid(), nullable=True, comment="the confirmed one that it replaces once it is confirmed"
        ),
        sa.Column(
            "cut_on", sa.Date(), nullable=True, comment="the first day it no longer holds, by what replaced or ended it"
        ),
        sa.Column(
            "written_by", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="everyone who ever filed or mended it"
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False, comment="this revision"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("item_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the last day"),
        sa.CheckConstraint("cut_on IS NULL OR state IN ('replaced', 'ended')", name=op.f("certificates_cut_on_check")),
        sa.CheckConstraint(
            "kind IN ('commitment', 'green', 'organic', 'gi', 'food_licence', 'business_licence', 'quarantine',"
            " 'test_report', 'other')",
            name=op.f("certificates_kind_check"),
        ),
        sa.CheckConstraint(
            "state IN ('filed', 'returned', 'confirmed', 'replaced', 'ended')", name=op.f("certificates_state_check")
        ),
        sa.CheckConstraint("cardinality(document_ids) BETWEEN 1 AND 10", name=op.f("certificates_document_ids_check")),
        sa.CheckConstraint("cardinality(item_codes) <= 50", name=op.f("certificates_item_codes_check")),
        sa.CheckConstraint("revision > 0", name=op.f("certificates_revision_check")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("certificates_valid_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id", "replaces"],
            ["certificates.supplier_id", "certificates.filing_id"],
            name="certificates_replaces_fkey",
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("certificates_supplier_id_fkey")),
        sa.PrimaryKeyConstraint("supplier_id", "filing_id", name=op.f("certificates_pkey")),
        comment="What a supplier's goods, or the supplier itself, are certified to be.",
    )
    op.create_index(
        "certificates_ends_idx",
        "certificates",
        ["valid_to", "supplier_id"],
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index(
        "certificates_filed_idx",
        "certificates",
        ["filed_at", "supplier_id", "filing_id"],
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_table(
        "effect_figures",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with each change of what it says"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column(
            "replaces", sa.Uuid(), nullable=True, comment="the confirmed one that it replaces once it is confirmed"
        ),
        sa.Column(
            "cut_on", sa.Date(), nullable=True, comment="the first day it no longer holds, by what replaced or ended it"
        ),
        sa.Column(
            "written_by", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="everyone who ever filed or mended it"
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False, comment="this revision"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "cut_on IS NULL OR state IN ('replaced', 'ended')", name=op.f("effect_figures_cut_on_check")
        ),
        sa.CheckConstraint(
            "evidence IN ('agreement', 'wage', 'settlement')", name=op.f("effect_figures_evidence_check")
        ),
        sa.CheckConstraint("kind IN ('employed', 'households')", name=op.f("effect_figures_kind_check")),
        sa.CheckConstraint(
            "state IN ('filed', 'returned', 'confirmed', 'replaced', 'ended')", name=op.f("effect_figures_state_check")
        ),
        sa.CheckConstraint(
            "cardinality(document_ids) BETWEEN 1 AND 10", name=op.f("effect_figures_document_ids_check")
        ),
        sa.CheckConstraint("count BETWEEN 0 AND 100000", name=op.f("effect_figures_count_check")),
        sa.CheckConstraint("revision > 0", name=op.f("effect_figures_revision_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id", "replaces"],
            ["effect_figures.supplier_id", "effect_figures.filing_id"],
            name="effect_figures_replaces_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("effect_figures_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "filing_id", name=op.f("effect_figures_pkey")),
        comment="How many people a base employs and how many households it leads, as of a day; never their names.",
    )
    op.create_index(
        "effect_figures_confirmed_key",
        "effect_figures",
        ["supplier_id", "kind", "as_of"],
        unique=True,
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index(
        "effect_figures_filed_idx",
        "effect_figures",
        ["filed_at", "supplier_id", "filing_id"],
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_table(
        "filing_reviews",
        sa.Column("review_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="the one that was looked at"),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "looked_at", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what that revision said"
        ),
        sa.Column(
            "written_by", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="who had filed or mended it by then"
        ),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.Text(), nullable=False),
        sa.Column("reviewer_path", sa.Text(), nullable=False, comment="of the unit decided from"),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('confirm', 'return', 'end')", name=op.f("filing_reviews_outcome_check")),
        sa.CheckConstraint(
            "subject IN ('recognition', 'certificate', 'figure')", name=op.f("filing_reviews_subject_check")
        ),
        sa.CheckConstraint("NOT reviewed_by = ANY (written_by)", name=op.f("filing_reviews_not_own_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.supplier_id"], name=op.f("filing_reviews_supplier_id_fkey")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("filing_reviews_pkey")),
        comment="Every decision about what was filed on paper; only added to.",
    )
    op.create_index("filing_reviews_filing_idx", "filing_reviews", ["supplier_id", "filing_id", "review_id"])
    op.create_table(
        "recognitions",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="grows with each change of what it says"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column(
            "replaces", sa.Uuid(), nullable=True, comment="the confirmed one that it replaces once it is confirmed"
        ),
        sa.Column(
            "cut_on", sa.Date(), nullable=True, comment="the first day it no longer holds, by what replaced or ended it"
        ),
        sa.Column(
            "written_by", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="everyone who ever filed or mended it"
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False, comment="this revision"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the last day"),
        sa.CheckConstraint("cut_on IS NULL OR state IN ('replaced', 'ended')", name=op.f("recognitions_cut_on_check")),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'municipal', 'county')", name=op.f("recognitions_level_check")
        ),
        sa.CheckConstraint(
            "modes <@ ARRAY['absorbs_employment', 'led_by_flagship', 'land_shares', 'home_employment']",
            name=op.f("recognitions_modes_check"),
        ),
        sa.CheckConstraint(
            "state IN ('filed', 'returned', 'confirmed', 'replaced', 'ended')", name=op.f("recognitions_state_check")
        ),
        sa.CheckConstraint("cardinality(document_ids) BETWEEN 1 AND 10", name=op.f("recognitions_document_ids_check")),
        sa.CheckConstraint("revision > 0", name=op.f("recognitions_revision_check")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("recognitions_valid_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id", "replaces"],
            ["recognitions.supplier_id", "recognitions.filing_id"],
            name="recognitions_replaces_fkey",
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("recognitions_supplier_id_fkey")),
        sa.PrimaryKeyConstraint("supplier_id", "filing_id", name=op.f("recognitions_pkey")),
        comment="Who recognised a base or a household, at which level, how it leads, and for which days.",
    )
    op.create_index(
        "recognitions_ends_idx",
        "recognitions",
        ["valid_to", "supplier_id"],
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index(
        "recognitions_filed_idx",
        "recognitions",
        ["filed_at", "supplier_id", "filing_id"],
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_table(
        "supports",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("support_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorder_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('award', 'interest_subsidy', 'training', 'equipment', 'other')", name=op.f("supports_kind_check")
        ),
        sa.CheckConstraint("amount_fen >= 0 OR reverses IS NOT NULL", name=op.f("supports_amount_fen_check")),
        sa.ForeignKeyConstraint(
            ["supplier_id", "reverses"], ["supports.supplier_id", "supports.support_id"], name="supports_reverses_fkey"
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.supplier_id"], name=op.f("supports_supplier_id_fkey")),
        sa.PrimaryKeyConstraint("supplier_id", "support_id", name=op.f("supports_pkey")),
        sa.UniqueConstraint("supplier_id", "reverses", name=op.f("supports_supplier_id_reverses_key")),
        comment="What a base was given, entry by entry; a mistake is reversed by another entry. Only added to.",
    )
    op.create_index("supports_given_idx", "supports", ["supplier_id", "given_on"])
    op.add_column(
        "suppliers",
        sa.Column(
            "recognised",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="days that confirmed recognitions hold, [first, last]; null: none ever was",
        ),
    )
    _hold_kinds(KINDS)
    for table in CHANGED:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON "{table}" TO "{app_role()}"')
    for table in APPEND_ONLY:
        op.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{app_role()}"')
    for table in (*CHANGED, *APPEND_ONLY):
        op.execute(f'GRANT SELECT ON "{table}" TO zhucai_operator')


def downgrade() -> None:
    op.execute(f"UPDATE supplier_documents SET kind = 'other' WHERE kind NOT IN ({KINDS_BEFORE})")
    _hold_kinds(KINDS_BEFORE)
    op.drop_column("suppliers", "recognised")
    op.drop_index("supports_given_idx", table_name="supports")
    op.drop_table("supports")
    op.drop_index("recognitions_filed_idx", table_name="recognitions", postgresql_where=sa.text("state = 'filed'"))
    op.drop_index("recognitions_ends_idx", table_name="recognitions", postgresql_where=sa.text("state = 'confirmed'"))
    op.drop_table("recognitions")
    op.drop_index("filing_reviews_filing_idx", table_name="filing_reviews")
    op.drop_table("filing_reviews")
    op.drop_index("effect_figures_filed_idx", table_name="effect_figures", postgresql_where=sa.text("state = 'filed'"))
    op.drop_index(
        "effect_figures_confirmed_key", table_name="effect_figures", postgresql_where=sa.text("state = 'confirmed'")
    )
    op.drop_table("effect_figures")
    op.drop_index("certificates_filed_idx", table_name="certificates", postgresql_where=sa.text("state = 'filed'"))
    op.drop_index("certificates_ends_idx", table_name="certificates", postgresql_where=sa.text("state = 'confirmed'"))
    op.drop_table("certificates")
    # ### end Alembic commands ###


def _hold_kinds(kinds: str) -> None:
    """Alembic compares no CHECK, so this one is written by hand."""
    op.drop_constraint(op.f("supplier_documents_kind_check"), "supplier_documents")
    op.create_check_constraint(op.f("supplier_documents_kind_check"), "supplier_documents", f"kind IN ({kinds})")
