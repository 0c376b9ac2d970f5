"""A supplier's people, the codes that let them in, and each thing that was done for it, which is never taken back."""

import sqlalchemy as sa

from services.catalog.domain.members import ActedAs, MemberRole
from services.catalog.store.tables import MOMENT, metadata, one_of

members = sa.Table(
    "supplier_members",
    metadata,
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), primary_key=True),
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, comment="grows with each change of this person here"),
    sa.Column("role", sa.Text, nullable=False, comment="what they are, or were when it ended"),
    sa.Column("account_name", sa.Text, nullable=False, comment="of applicants of before it was kept, empty"),
    sa.Column("until", sa.Date, comment="a helper's last day"),
    sa.Column("invited_by", sa.Uuid, comment="of who applied, none"),
    sa.Column("accepted_at", MOMENT, nullable=False),
    sa.Column("ended_at", MOMENT),
    sa.Column("ended_by", sa.Uuid, comment="none where the last day had passed"),
    sa.CheckConstraint("version > 0", name="version"),
    one_of("role", MemberRole),
    sa.CheckConstraint("(role = 'helper') = (until IS NOT NULL)", name="until"),
    sa.CheckConstraint("ended_at IS NOT NULL OR ended_by IS NULL", name="ended"),
    comment="Who acts for a supplier, and who did; one row a person.",
)
_LIVING = sa.text("ended_at IS NULL")
sa.Index("supplier_members_account_idx", members.c.account_id, postgresql_where=_LIVING)
sa.Index(
    "supplier_members_until_idx",
    members.c.until,
    postgresql_where=sa.text("ended_at IS NULL AND until IS NOT NULL"),
)

invitations = sa.Table(
    "supplier_invitations",
    metadata,
    sa.Column("invitation_id", sa.Uuid, primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("until", sa.Date, comment="a helper's last day"),
    sa.Column("code_sha256", sa.LargeBinary, nullable=False, unique=True, comment="the code itself is kept nowhere"),
    sa.Column("invited_by", sa.Uuid, nullable=False),
    sa.Column("invited_by_name", sa.Text, nullable=False),
    sa.Column("invited_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Column("withdrawn_at", MOMENT),
    sa.Column("used_by", sa.Uuid),
    sa.Column("used_at", MOMENT),
    one_of("role", MemberRole),
    sa.CheckConstraint("(role = 'helper') = (until IS NOT NULL)", name="until"),
    sa.CheckConstraint("length(code_sha256) = 32", name="code_length"),
    sa.CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="used"),
    sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name="withdrawn"),
    comment="Codes that let one person in, once.",
)
sa.Index("supplier_invitations_supplier_idx", invitations.c.supplier_id, invitations.c.expires_at)

wrong_codes = sa.Table(
    "wrong_codes",
    metadata,
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("hour", MOMENT, primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.CheckConstraint("tries >= 0", name="tries"),
    comment="How many wrong codes an account tried in an hour; swept after a day.",
)
sa.Index("wrong_codes_hour_idx", wrong_codes.c.hour)

acts = sa.Table(
    "supplier_acts",
    metadata,
    sa.Column("act_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.supplier_id"), nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("account_id", sa.Uuid, nullable=False),
    sa.Column("account_name", sa.Text, nullable=False),
    sa.Column("acted_as", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False, comment="its name in the policy"),
    sa.Column("subject_id", sa.Uuid, comment="the listing, document, member … that it was done to"),
    sa.Column("version", sa.Integer, comment="of the subject, where it has versions"),
    one_of("acted_as", ActedAs),
    sa.CheckConstraint("operation ~ '^[a-z_]{1,60}$'", name="operation"),
    comment="Each thing that was done for a supplier, by whom and in whose place; only added to.",
)
sa.Index("supplier_acts_supplier_idx", acts.c.supplier_id, acts.c.act_id)
sa.Index("supplier_acts_account_idx", acts.c.account_id, acts.c.supplier_id)
