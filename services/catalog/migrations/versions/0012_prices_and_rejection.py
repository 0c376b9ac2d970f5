"""A seller changes a price at once near what an officer saw, repeats a listing, and a rejected listing stays closed.

Whatever was published before, an officer published.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migrate import app_role

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = ("draft", "submitted", "returned", "published", "suspended", "withdrawn")
OUTCOMES = ("publish", "return", "suspend")
ON_SALE = "published_version IS NULL OR (published_version <= version AND state NOT IN ({}))"


def upgrade() -> None:
    _hold("listings", "state", (*STATES, "rejected"))
    _hold("listing_reviews", "outcome", (*OUTCOMES, "reject", "reopen"))
    _on_sale("'suspended', 'withdrawn', 'rejected'")
    op.add_column(
        "listing_versions",
        sa.Column("published_by", sa.Text(), comment="an officer, or its supplier near what an officer saw"),
    )
    op.execute("UPDATE listing_versions SET published_by = 'officer' WHERE published_at IS NOT NULL")
    _hold("listing_versions", "published_by", ("officer", "price_change", "repeat"), new=True)
    op.create_check_constraint(
        "listing_versions_published_check", "listing_versions", "(published_at IS NULL) = (published_by IS NULL)"
    )
    op.create_table(
        "price_changes",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the version that has this price"),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False, comment="when it was made, in milliseconds since 1970"),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("price_tiers", postgresql.JSONB(), nullable=False),
        sa.Column(
            "asked", postgresql.JSONB(), nullable=False, comment="as it was asked for, to tell a repeat from another"
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('published', 'submitted', 'unchanged')", name="price_changes_outcome_check"),
        sa.CheckConstraint("price_fen > 0", name="price_changes_price_fen_check"),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name="price_changes_listing_id_fkey"),
        sa.PrimaryKeyConstraint("change_id", name="price_changes_pkey"),
        comment="Every change of a price by its seller; only added to.",
    )
    op.create_index("price_changes_listing_idx", "price_changes", ["listing_id", "version"])
    op.create_table(
        "listing_repeats",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("of_listing_id", sa.Uuid(), nullable=False),
        sa.Column("of_version", sa.Integer(), nullable=False, comment="whose terms it has"),
        sa.Column("reviewed_listing_id", sa.Uuid(), comment="the version that an officer looked at last, if any did"),
        sa.Column("reviewed_version", sa.Integer()),
        sa.Column(
            "asked", postgresql.JSONB(), nullable=False, comment="as it was asked for, to tell a repeat from another"
        ),
        sa.Column("repeated_by", sa.Uuid(), nullable=False),
        sa.Column("repeated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(reviewed_listing_id IS NULL) = (reviewed_version IS NULL)", name="listing_repeats_reviewed_check"
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name="listing_repeats_listing_id_fkey"),
        sa.ForeignKeyConstraint(["of_listing_id"], ["listings.listing_id"], name="listing_repeats_of_listing_id_fkey"),
        sa.PrimaryKeyConstraint("listing_id", name="listing_repeats_pkey"),
        comment="Listings that were made of earlier ones; only added to.",
    )
    for table in ("price_changes", "listing_repeats"):
        op.execute(f'GRANT SELECT, INSERT ON {table} TO "{app_role()}"')
        op.execute(f"GRANT SELECT ON {table} TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("listing_repeats")
    op.drop_table("price_changes")
    op.drop_column("listing_versions", "published_by")
    op.execute("UPDATE listings SET state = 'withdrawn' WHERE state = 'rejected'")
    op.execute("DELETE FROM listing_reviews WHERE outcome IN ('reject', 'reopen')")
    _on_sale("'suspended', 'withdrawn'")
    _hold("listing_reviews", "outcome", OUTCOMES)
    _hold("listings", "state", STATES)


def _hold(table: str, column: str, words: tuple[str, ...], *, new: bool = False) -> None:
    """Hold a column to a closed list of words, in place of the list before."""
    listed = ", ".join(f"'{word}'" for word in words)
    if not new:
        op.drop_constraint(f"{table}_{column}_check", table, type_="check")
    op.create_check_constraint(f"{table}_{column}_check", table, f"{column} IN ({listed})")


def _on_sale(closed: str) -> None:
    """Hold that what is closed is not on sale."""
    op.drop_constraint("listings_published_version_check", "listings", type_="check")
    op.create_check_constraint("listings_published_version_check", "listings", ON_SALE.format(closed))
