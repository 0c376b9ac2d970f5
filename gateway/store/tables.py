"""The tables of the gateway."""

from datetime import datetime

import sqlalchemy as sa

from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.words import SupplierState, UnitLevel
from shared.db.plumbing import Plumbing

metadata = sa.MetaData(naming_convention=Plumbing.metadata.naming_convention)

LANGUAGES = ("zh", "en")
ORGANISATION_KINDS = ("supplier", "canteen", "unit")
ATTEMPT_KINDS = ("account", "address", "sign_up", "complaint", "mail_code")


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def moment(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account", sa.Text, nullable=False, unique=True, comment="what a person signs in with, case-folded"),
    sa.Column("name", sa.Text, nullable=False, comment="what others see"),
    sa.Column("password_hash", sa.Text, nullable=False, comment="Argon2id, with its parameters"),
    sa.Column("language", sa.Text, nullable=False),
    moment("created_at"),
    moment("disabled_at", nullable=True),
    sa.CheckConstraint("length(account) BETWEEN 3 AND 64", name="account_length"),
    sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name="name_length"),
    sa.CheckConstraint(one_of("language", LANGUAGES), name="language"),
    comment="Who may sign in.",
)

seats = sa.Table(
    "seats",
    metadata,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_kind", sa.Text, nullable=False),
    moment("granted_at"),
    sa.CheckConstraint(one_of("role", tuple(role.value for role in Role)), name="role"),
    sa.CheckConstraint(one_of("organisation_kind", ORGANISATION_KINDS), name="organisation_kind"),
    comment="Who does what, in which organisation.",
)
sa.Index("seats_organisation_id_idx", seats.c.organisation_id)

phones = sa.Table(
    "account_phones",
    metadata,
    sa.Column("phone_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("value", sa.Text, nullable=False, comment="as compared, see shared/texts"),
    moment("since"),
    moment("until", nullable=True),
    sa.CheckConstraint("value ~ '^[0-9]{5,20}$'", name="value"),
    sa.CheckConstraint("until >= since", name="until"),
    comment="Telephones that people give of themselves, and gave; none is forgotten.",
)
sa.Index("account_phones_standing_key", phones.c.account_id, unique=True, postgresql_where=phones.c.until.is_(None))
sa.Index("account_phones_account_idx", phones.c.account_id)
sa.Index("account_phones_value_idx", phones.c.value, phones.c.account_id)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("token_sha256", sa.LargeBinary, nullable=False, unique=True, comment="the token itself is kept nowhere"),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
    sa.CheckConstraint("length(token_sha256) = 32", name="token_length"),
    comment="Who is signed in.",
)
sa.Index("sessions_account_id_idx", sessions.c.account_id)

attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True, comment="an account or an address, hashed"),
    sa.Column("tries", sa.Integer, nullable=False),
    moment("began_at"),
    sa.CheckConstraint(one_of("kind", ATTEMPT_KINDS), name="kind"),
    comment="How often something was tried in the present window; rows of past windows are swept away.",
)
sa.Index("sign_in_attempts_began_at_idx", attempts.c.began_at)

units = sa.Table(
    "units",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.CheckConstraint(one_of("level", tuple(level.value for level in UnitLevel)), name="level"),
    comment="Copy of procurement_quota's units.",
)

canteens = sa.Table(
    "canteens",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    comment="Copy of procurement_quota's canteens.",
)

suppliers = sa.Table(
    "suppliers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("applicant_account_id", sa.Uuid, nullable=False),
    sa.CheckConstraint(one_of("state", tuple(state.value for state in SupplierState)), name="state"),
    comment="Copy of catalog's suppliers.",
)

members = sa.Table(
    "supplier_members",
    metadata,
    sa.Column("supplier_id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("role", sa.Text, comment="as which the account is seated; none any more"),
    sa.CheckConstraint(one_of("role", tuple(role.value for role in SUPPLIER_ROLES)), name="role"),
    comment="Copy of what catalog says of each person of a supplier.",
)
sa.Index("supplier_members_account_idx", members.c.account_id)
