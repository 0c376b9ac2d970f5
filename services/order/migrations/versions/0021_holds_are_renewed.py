"""A card is kept, so that it can be held anew before its hold lapses, and asked for what its hold was too small for.

Revision: 0021, after 0020. What the checks say of rows of before is proven in 0022.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = {
    "customer_id": "whom the vendor keeps the card for",
    "method_id": "the vendor's name of the card as it is kept",
    "capture_before": "when the hold lapses",
    "renew_at": "when to hold it anew, or to look whether it lapsed",
    "supplements_id": "the payment whose hold was too small for this much",
}
CHECKS = {
    "kept": "(customer_id IS NULL) = (method_id IS NULL)",
    "supplements": "supplements_id IS NULL OR method = 'card'",
}
LIVE = "method = 'card' AND state NOT IN ('failed', 'voided')"
HELD = "method = 'card' AND supplements_id IS NULL AND state NOT IN ('failed', 'voided')"
AT_ONCE = "state = 'authorising' AND (method <> 'card' OR supplements_id IS NOT NULL)"


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        op.add_column("payments", sa.Column(name, _type(name), comment=comment))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"payments_{name}_check"), "payments", condition, postgresql_not_valid=True)
    _index("payments_one_held_card_idx", "order_id", HELD, unique=True)
    op.drop_index("payments_one_live_card_idx", "payments")
    _index("payments_supplements_idx", "supplements_id", "supplements_id IS NOT NULL", unique=True)
    _index("payments_renew_idx", "renew_at", "state = 'authorised'")
    _index("payments_taken_at_once_idx", "touched_at", AT_ONCE)
    op.create_table(
        "spare_intents",
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('candidate', 'in_place', 'leaving', 'gone')", name=op.f("spare_intents_state_check")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.payment_id"], name=op.f("spare_intents_payment_id_fkey")),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("spare_intents_pkey")),
        comment="intents that were made to take the place of a payment's own, or were replaced by another",
    )
    op.create_index(op.f("spare_intents_payment_id_idx"), "spare_intents", ["payment_id"])
    one = sa.text("state = 'candidate'")
    op.create_index(
        "spare_intents_one_candidate_idx", "spare_intents", ["payment_id"], unique=True, postgresql_where=one
    )
    due = sa.text("state IN ('candidate', 'leaving')")
    op.create_index("spare_intents_due_idx", "spare_intents", ["touched_at"], postgresql_where=due)
    op.execute(f'GRANT SELECT, INSERT, UPDATE ON spare_intents TO "{app_role()}"')
    op.execute("GRANT SELECT ON spare_intents TO zhucai_operator")


def downgrade() -> None:
    op.drop_table("spare_intents")
    _index("payments_one_live_card_idx", "order_id", LIVE, unique=True)
    for name in ("taken_at_once", "renew", "supplements", "one_held_card"):
        op.drop_index(f"payments_{name}_idx", "payments")
    for name in reversed(COLUMNS):
        op.drop_column("payments", name)


def _index(name: str, column: str, where: str, *, unique: bool = False) -> None:
    op.create_index(name, "payments", [column], unique=unique, postgresql_where=sa.text(where))


def _type(name: str) -> sa.Text | sa.DateTime | sa.Uuid[UUID]:
    if name == "supplements_id":
        return sa.Uuid()
    return sa.Text() if name.endswith("_id") else sa.DateTime(timezone=True)
