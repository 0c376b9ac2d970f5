"""A revocation that was set aside on appeal takes nothing any more.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

from shared.db.migrate import app_role

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reinstatement",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reinstated_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id", "revoked_version", name=op.f("reinstatement_pkey")),
        sa.ForeignKeyConstraint(
            ["supplier_id", "revoked_version"],
            ["revocation.supplier_id", "revocation.version"],
            name=op.f("reinstatement_supplier_id_revoked_version_fkey"),
        ),
        sa.CheckConstraint("version > revoked_version", name=op.f("reinstatement_version_check")),
        comment="A revocation that was set aside: it takes nothing any more, and what it took is given back.",
    )
    op.execute(f'GRANT SELECT, INSERT ON reinstatement TO "{app_role()}"')
    op.execute("GRANT SELECT ON reinstatement TO zhucai_operator")
    op.execute(
        "CREATE TRIGGER reinstatement_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON reinstatement "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget()"
    )


def downgrade() -> None:
    op.drop_table("reinstatement")
