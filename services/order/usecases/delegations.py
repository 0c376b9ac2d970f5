"""Who is away lets another decide in their stead, from day to day; whoever stands in cannot pass that on.

Decision: a delegation lasts at most `DAYS_MAX` days, and the giver, an officer of the unit or one above ends it before.
Why: here it is not heard when the giver's own seat is taken. Price: until then it gives what the seat gave.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.approval_refusals import (
    DelegationDiffers,
    NoSuchDelegation,
    NotTheirSeat,
    TooManyDelegations,
)
from services.order.domain.refusals import NoSuchUnit
from services.order.store.approval_policies import path_of_unit
from services.order.store.delegations import Delegation, end, find_delegation, give, given_of, open_count
from services.order.usecases.approval_commands import PutDelegation
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem

AHEAD_DAYS_MAX = 366
DAYS_MAX = 92
OPEN_MAX = 20
LISTED_MAX = 100


async def put_delegation(desk: Desk, identity: Identity, delegation_id: UUID, command: PutDelegation) -> dict[str, Any]:
    """Give a delegation of one's own seat; the same again is one.

    Raises NoSuchUnit, NotAllowed, NotTheirSeat, InvalidFields, DelegationDiffers, TooManyDelegations.
    """
    async with desk.uow.begin() as tx:
        path = await path_of_unit(tx, command.unit_id)
        if path is None:
            raise NoSuchUnit(unit_id=str(command.unit_id))
        require(identity, "put_delegation", Owned(unit_path=path))
        if not any((seat.role, seat.organisation_id) == (command.role, command.unit_id) for seat in identity.seats):
            raise NotTheirSeat(role=command.role.value, unit_id=str(command.unit_id))
        asked = (command.unit_id, command.role, identity.account_id, *_terms(command))
        found = await find_delegation(tx, delegation_id)
        if found is None:
            _check(identity, command, business_date(tx.now))
            if await open_count(tx, identity.account_id, business_date(tx.now)) >= OPEN_MAX:
                raise TooManyDelegations(most=OPEN_MAX)
            given = Delegation(
                delegation_id=delegation_id,
                unit_id=command.unit_id,
                unit_path=path,
                role=command.role,
                account_id=identity.account_id,
                account_name=identity.name,
                to_account_id=command.to_account_id,
                first_day=command.first_day,
                last_day=command.last_day,
                reason=command.reason,
                given_at=tx.now,
            )
            await give(tx, given)
            found = await find_delegation(tx, delegation_id)
            assert found is not None
        if asked != (found.unit_id, found.role, found.account_id, *_terms(found)):
            raise DelegationDiffers(delegation_id=str(delegation_id))
        return delegation_view(found)


def _terms(one: PutDelegation | Delegation) -> tuple[Any, ...]:
    return one.to_account_id, one.first_day, one.last_day, one.reason


def _check(identity: Identity, command: PutDelegation, today: date) -> None:
    if command.to_account_id == identity.account_id:
        raise InvalidFields(field_problem("to_account_id", "should be another person", "应为另一个人"))
    ahead = today + timedelta(days=AHEAD_DAYS_MAX)
    if not today <= command.first_day <= ahead:
        says, says_zh = f"should be from {today} to {ahead}", f"应在 {today} 至 {ahead} 之间"
        raise InvalidFields(field_problem("first_day", says, says_zh))
    latest = command.first_day + timedelta(days=DAYS_MAX - 1)
    if not command.first_day <= command.last_day <= latest:
        name, first = "last_day", command.first_day
        raise InvalidFields(
            field_problem(name, f"should be from {first} to {latest}", f"应在 {first} 至 {latest} 之间")
        )


async def end_delegation(
    desk: Desk, identity: Identity, delegation_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """End a delegation now; ended before, it answers as it is. Raises NoSuchDelegation, NotAllowed."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        found = await find_delegation(tx, delegation_id, lock=True)
        if found is None:
            raise NoSuchDelegation(delegation_id=str(delegation_id))
        require(identity, "end_delegation", Owned(unit_path=found.unit_path, account_id=found.account_id))
        await end(tx, delegation_id, identity.account_id, tx.now)
        ended = await find_delegation(tx, delegation_id)
        assert ended is not None
        view = delegation_view(ended)
        await tx.answer(view)
        return view


async def list_delegations(desk: Desk, identity: Identity, unit_id: UUID | None) -> dict[str, Any]:
    """List what one gave and was given, or, for whoever reads a unit's rules, what was given there."""
    async with desk.uow.read() as tx:
        if unit_id is not None:
            path = await path_of_unit(tx, unit_id)
            if path is None:
                raise NoSuchUnit(unit_id=str(unit_id))
            require(identity, "list_approval_policies", Owned(unit_path=path))
        found = await given_of(tx, identity.account_id, unit_id, LISTED_MAX)
    return {"items": [delegation_view(one) for one in found]}


def delegation_view(one: Delegation) -> dict[str, Any]:
    ids = ("delegation_id", "unit_id", "account_id", "to_account_id", "ended_by")
    shown = {name: value for name, value in one._asdict().items() if name != "unit_path"}
    return shown | {name: None if shown[name] is None else str(shown[name]) for name in ids}
