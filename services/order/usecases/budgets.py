"""A unit's finance says what its canteens may order in a month, and whoever reads a budget sees what is left of it.

Decision: finance of the canteen's unit, or of a unit above it, puts a budget alone, where a rule of approval wants an
officer's yes too. Why: a month's figure is changed within the month, and every version is kept with who put it and
why; whoever only buys cannot. Price: whoever holds both seats may raise what they buy from; the versions show it.

Decision: a month that is over keeps its budget for good, one for each month from an earlier one on too: from this
month on another is put. Why: what a month allowed is not rewritten after it. Price: a slip found later stays there.
"""

from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.budget_refusals import BudgetChanged, BudgetDiffers, BudgetExists, NoSuchBudget
from services.order.domain.budgets import AHEAD_MONTHS_MAX, Terms, month_after, month_of, month_text
from services.order.domain.refusals import NoSuchCanteen
from services.order.store.budgets import (
    Budget,
    budget_of,
    find_budget,
    find_positions,
    hold_gate,
    list_ruling,
    versions_of,
    write_budget,
)
from services.order.store.copies import canteen_path
from services.order.usecases.budget_commands import PutBudget, first_day_of
from services.order.usecases.budget_view import budget_use, budget_view
from services.order.usecases.desk import Desk
from services.order.usecases.reach import reach_of
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor

VERSIONS_SHOWN = 100


async def put_budget(desk: Desk, identity: Identity, budget_id: UUID, command: PutBudget) -> dict[str, Any]:
    """Put a budget, or its next version; the same again changes nothing.

    Raises NoSuchCanteen, NotAllowed, BudgetDiffers, BudgetExists, InvalidFields, and BudgetChanged where another
    version stands than was seen. Less than is used may be put: then nothing more is placed.
    """
    async with desk.uow.glance() as glance:
        path = await canteen_path(glance, command.canteen_id)
        if path is None:
            raise NoSuchCanteen(canteen_id=str(command.canteen_id))
        role = require(identity, "put_budget", Owned(canteen_id=command.canteen_id, unit_path=path))
        before = await _before(glance, identity, budget_id, command)
    if before is not None and _says(before) == _asked(command):
        return budget_view(before)
    _check_month(desk, command)
    async with desk.uow.begin() as tx:
        await hold_gate(tx, command.canteen_id, command.fund)
        tx.look_at_the_clock()
        before = await _before(tx, identity, budget_id, command)
        other = await budget_of(
            tx, command.canteen_id, command.fund, command.first_day, every_month=command.every_month
        )
        if other is not None and other != budget_id:
            raise BudgetExists(budget_id=str(other), month=command.month)
        if before is None or _says(before) != _asked(command):
            if before is not None and before.version != command.seen_version:
                raise BudgetChanged(budget_id=str(budget_id), version=before.version, seen_version=command.seen_version)
            put = Budget(
                budget_id=budget_id,
                canteen_id=command.canteen_id,
                canteen_name="",
                unit_path=path,
                fund=command.fund,
                month=command.first_day,
                every_month=command.every_month,
                version=before.version + 1 if before else 1,
                terms=Terms(command.amount_fen, command.stop),
                reason=command.reason,
                put_by=identity.account_id,
                put_by_name=identity.name,
                put_at=tx.now,
            )
            await write_budget(tx, put, Actor.of(identity, role))
        written = await find_budget(tx, budget_id)
        assert written is not None
        return budget_view(written)


async def _before(tx: ReadTx, identity: Identity, budget_id: UUID, command: PutBudget) -> Budget | None:
    """Give the budget of this id as it stands; raises BudgetDiffers for one that is of something else."""
    before = await find_budget(tx, budget_id)
    if before is None:
        return None
    require(identity, "put_budget", Owned(canteen_id=before.canteen_id, unit_path=before.unit_path))
    asked = (command.canteen_id, command.fund, command.first_day, command.every_month)
    if (before.canteen_id, before.fund, before.month, before.every_month) != asked:
        raise BudgetDiffers(budget_id=str(budget_id))
    return before


def _says(budget: Budget) -> tuple[Terms, str]:
    return budget.terms, budget.reason


def _asked(command: PutBudget) -> tuple[Terms, str]:
    return Terms(command.amount_fen, command.stop), command.reason


def _check_month(desk: Desk, command: PutBudget) -> None:
    this = month_of(today(desk.clock))
    last = month_after(this, AHEAD_MONTHS_MAX)
    if not this <= command.first_day <= last:
        first, until = month_text(this), month_text(last)
        raise InvalidFields(
            field_problem("month", f"should be from {first} to {until}", f"应在 {first} 至 {until} 之间")
        )


async def get_budget(desk: Desk, identity: Identity, budget_id: UUID) -> dict[str, Any]:
    """Show a budget with its versions, newest first, at most `VERSIONS_SHOWN`. Raises NoSuchBudget."""
    async with desk.uow.read() as tx:
        found = await find_budget(tx, budget_id)
        if found is None:
            raise NoSuchBudget(budget_id=str(budget_id))
        require(identity, "get_budget", Owned(canteen_id=found.canteen_id, unit_path=found.unit_path))
        versions = await versions_of(tx, budget_id, VERSIONS_SHOWN)
    return budget_view(found) | {"versions": [one._asdict() | {"put_by": str(one.put_by)} for one in versions]}


async def list_budgets(
    desk: Desk,
    identity: Identity,
    *,
    canteen: UUID | None,
    fund: Fund | None,
    month: str | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """List what rules a month, this one unless told, with what is used, waits and is left; by canteen and fund."""
    first_day = month_of(today(desk.clock)) if month is None else first_day_of(month)
    after = decode_cursor(cursor, UUID, str)
    async with desk.uow.read() as tx:
        reach = await reach_of(tx, identity, "list_budgets", canteen=canteen)
        found = await list_ruling(
            tx,
            reach,
            first_day,
            canteen_id=canteen,
            fund=fund,
            after=None if after is None else (after[0], after[1]),
            limit=limit + 1,
        )
        page = found[:limit]
        positions = await find_positions(tx, [(one.canteen_id, one.fund, first_day) for one in page])
    items = [budget_view(one) | {"use": budget_use(position)} for one, position in zip(page, positions, strict=True)]
    more = len(found) > limit
    return {"items": items, "next": encode_cursor([str(page[-1].canteen_id), page[-1].fund]) if more else None}
