"""A supplier's people and their invitations, as they are stored."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.members import MemberRole
from services.catalog.store.member_tables import invitations, members, wrong_codes
from services.catalog.store.rows import value_of
from shared.db.unit_of_work import ReadTx, Tx

MEMBERS_SHOWN_MAX = 100
_WORDS = {"role": MemberRole}


@dataclass(frozen=True, slots=True)
class Member:
    """One person at one supplier, living or ended."""

    supplier_id: UUID
    account_id: UUID
    version: int
    role: MemberRole
    account_name: str
    until: date | None
    invited_by: UUID | None
    accepted_at: datetime
    ended_at: datetime | None
    ended_by: UUID | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """One code, as it was handed out."""

    invitation_id: UUID
    supplier_id: UUID
    role: MemberRole
    until: date | None
    code_sha256: bytes
    invited_by: UUID
    invited_by_name: str
    invited_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    used_by: UUID | None
    used_at: datetime | None


_OF_PERSON = sa.and_(
    members.c.supplier_id == sa.bindparam("of_supplier"), members.c.account_id == sa.bindparam("of_account")
)
_MEMBER = sa.select(members).where(_OF_PERSON)
_IS_OWNER = sa.select(
    sa.exists().where(_OF_PERSON, members.c.ended_at.is_(None), members.c.role == MemberRole.OWNER.value)
)


async def find(tx: ReadTx, supplier_id: UUID, account_id: UUID) -> Member | None:
    """Give a person at a supplier, living or ended, or None."""
    row = await tx.first(_MEMBER, {"of_supplier": supplier_id, "of_account": account_id})
    return None if row is None else value_of(Member, row, _WORDS)


async def is_owner(tx: ReadTx, supplier_id: UUID, account_id: UUID) -> bool:
    """Tell whether a person answers for a supplier now."""
    return bool(await tx.value(_IS_OWNER, {"of_supplier": supplier_id, "of_account": account_id}))


async def put(tx: Tx, member: Member) -> None:
    """Keep a person as they now stand; the supplier is locked."""
    offered = insert_or_not(members).values(**asdict(member) | {"role": member.role.value})
    await tx.execute(
        offered.on_conflict_do_update(
            index_elements=[members.c.supplier_id, members.c.account_id],
            set_={column.name: offered.excluded[column.name] for column in members.c if not column.primary_key},
        )
    )


async def of_supplier(tx: ReadTx, supplier_id: UUID) -> list[Member]:
    """Give a supplier's people: the living in the order they came, then those who ended last."""
    query = (
        sa.select(members)
        .where(members.c.supplier_id == supplier_id)
        .order_by(
            members.c.ended_at.is_not(None), members.c.ended_at.desc(), members.c.accepted_at, members.c.account_id
        )
        .limit(MEMBERS_SHOWN_MAX)
    )
    return [value_of(Member, row, _WORDS) for row in await tx.rows(query)]


async def living(tx: ReadTx, supplier_id: UUID) -> list[Member]:
    """Give everybody who acts for a supplier now."""
    query = sa.select(members).where(members.c.supplier_id == supplier_id, members.c.ended_at.is_(None))
    return [value_of(Member, row, _WORDS) for row in await tx.rows(query)]


async def past(tx: ReadTx, today: date, limit: int) -> list[Member]:
    """Give those whose last day has passed and who have not been ended, by supplier."""
    query = (
        sa.select(members)
        .where(members.c.ended_at.is_(None), members.c.until < today)
        .order_by(members.c.supplier_id, members.c.account_id)
        .limit(limit)
    )
    return [value_of(Member, row, _WORDS) for row in await tx.rows(query)]


async def suppliers_of(tx: ReadTx, account_id: UUID, supplier_ids: Collection[UUID]) -> set[UUID]:
    """Give those of these suppliers whose member an account is, or ever was."""
    query = sa.select(members.c.supplier_id).where(
        members.c.account_id == account_id, members.c.supplier_id.in_(list(supplier_ids))
    )
    return {row.supplier_id for row in await tx.rows(query)}


def owned_by(account_id: UUID) -> sa.Select[tuple[UUID]]:
    """Write the query of the suppliers that an account answers for now, for the WHERE of a list."""
    return sa.select(members.c.supplier_id).where(
        members.c.account_id == account_id, members.c.role == MemberRole.OWNER.value, members.c.ended_at.is_(None)
    )


async def insert_invitation(tx: Tx, invitation: Invitation) -> bool:
    """Keep a new invitation; tells whether its id was free."""
    written = await tx.first(
        insert_or_not(invitations)
        .values(**asdict(invitation) | {"role": invitation.role.value})
        .on_conflict_do_nothing()
        .returning(invitations.c.invitation_id)
    )
    return written is not None


async def find_invitation(
    tx: ReadTx, *, invitation_id: UUID | None = None, code_sha256: bytes | None = None
) -> Invitation | None:
    """Give an invitation by its id or by what is kept of its code, or None."""
    key = (
        invitations.c.invitation_id == invitation_id
        if invitation_id is not None
        else invitations.c.code_sha256 == code_sha256
    )
    row = await tx.first(sa.select(invitations).where(key))
    return None if row is None else value_of(Invitation, row, _WORDS)


async def open_invitations(tx: ReadTx, supplier_id: UUID, now: datetime) -> list[Invitation]:
    """Give the codes of a supplier that would still let somebody in, oldest first."""
    query = (
        sa.select(invitations)
        .where(invitations.c.supplier_id == supplier_id, _open_at(now))
        .order_by(invitations.c.invited_at, invitations.c.invitation_id)
    )
    return [value_of(Invitation, row, _WORDS) for row in await tx.rows(query)]


async def use_invitation(tx: Tx, invitation_id: UUID, account_id: UUID) -> bool:
    """Use a code; tells whether it was still open."""
    done = await tx.first(
        sa.update(invitations)
        .where(invitations.c.invitation_id == invitation_id, _open_at(tx.now))
        .values(used_by=account_id, used_at=tx.now)
        .returning(invitations.c.invitation_id)
    )
    return done is not None


async def withdraw_invitation(tx: Tx, invitation_id: UUID) -> bool:
    """Make a code open nothing; tells whether it was still open."""
    done = await tx.first(
        sa.update(invitations)
        .where(invitations.c.invitation_id == invitation_id, _open_at(tx.now))
        .values(withdrawn_at=tx.now)
        .returning(invitations.c.invitation_id)
    )
    return done is not None


async def withdraw_invitations_of(tx: Tx, supplier_id: UUID, account_id: UUID) -> None:
    """Make every code of a supplier open nothing that this account handed out and nobody has used."""
    await tx.execute(
        sa.update(invitations)
        .where(invitations.c.supplier_id == supplier_id, invitations.c.invited_by == account_id, _open_at(tx.now))
        .values(withdrawn_at=tx.now)
    )


async def wrong_tries(tx: Tx, account_id: UUID, hour: datetime) -> int:
    """Tell how many wrong codes an account tried in this hour, and keep it from trying beside itself."""
    offered = insert_or_not(wrong_codes).values(account_id=account_id, hour=hour, tries=0)
    query = offered.on_conflict_do_update(
        index_elements=[wrong_codes.c.account_id, wrong_codes.c.hour], set_={"tries": wrong_codes.c.tries}
    ).returning(wrong_codes.c.tries)
    return int(await tx.value(query))


async def count_wrong_try(tx: Tx, account_id: UUID, hour: datetime) -> None:
    """Count one more wrong code."""
    await tx.execute(
        sa.update(wrong_codes)
        .where(wrong_codes.c.account_id == account_id, wrong_codes.c.hour == hour)
        .values(tries=wrong_codes.c.tries + 1)
    )


async def sweep_wrong_tries(tx: Tx) -> None:
    """Forget what was tried more than a day ago."""
    await tx.execute(sa.delete(wrong_codes).where(wrong_codes.c.hour < tx.now - timedelta(days=1)))


def _open_at(now: datetime) -> sa.ColumnElement[bool]:
    table = invitations.c
    return sa.and_(table.used_at.is_(None), table.withdrawn_at.is_(None), table.expires_at > now)
