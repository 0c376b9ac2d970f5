"""A ruling on a return is due by a day, and a refusal stands once it was not taken above in time.

Revision: 0047, after 0046. Returns of before are given their days by the round that looks after them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

MOMENTS = {
    "escalate_until": "until when its refusal is taken above",
    "ruling_due_at": "until when the unit above rules on it",
    "ruling_told_at": "when it was last told that it is late",
}


def upgrade() -> None:
    for name, says in MOMENTS.items():
        moment: sa.Column[object] = sa.Column(name, sa.DateTime(timezone=True), comment=says)
        op.add_column("returns", moment)
    op.add_column("returns", sa.Column("ruling_with", sa.Uuid(), comment="the unit that was told of it last"))
    escalated, refused = sa.text("state = 'escalated'"), sa.text("state = 'refused'")
    op.create_index("returns_ruling_due_idx", "returns", ["ruling_due_at"], postgresql_where=escalated)
    op.create_index("returns_refused_idx", "returns", ["escalate_until"], postgresql_where=refused)
    op.create_index("returns_newest_idx", "returns", [sa.text("proposed_at DESC"), sa.text("return_id DESC")])


def downgrade() -> None:
    for name in ("returns_newest_idx", "returns_refused_idx", "returns_ruling_due_idx"):
        op.drop_index(name, table_name="returns")
    for name in ("ruling_with", *reversed(MOMENTS)):
        op.drop_column("returns", name)
