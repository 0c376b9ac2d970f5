"""Complaints from one address and tries at the code of a mail address are counted too.

Revision: 0006, after 0005. That every row of before is of one of the kinds is proven in 0007.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'account', 'address', 'sign_up', 'complaint', 'mail_code'")


def downgrade() -> None:
    op.execute("DELETE FROM sign_in_attempts WHERE kind IN ('complaint', 'mail_code')")
    _kinds("'account', 'address', 'sign_up'")


def _kinds(kinds: str) -> None:
    op.drop_constraint("sign_in_attempts_kind_check", "sign_in_attempts", type_="check")
    named, listed = op.f("sign_in_attempts_kind_check"), f"kind IN ({kinds})"
    op.create_check_constraint(named, "sign_in_attempts", listed, postgresql_not_valid=True)
