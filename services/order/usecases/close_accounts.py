"""On the first of a month the accounts of the month before are closed, canteen by canteen, each once.

What the months closed before left out stands on it as late, once: an account begins where it was said to have ended.

A round takes the month under a lock, so that one of several programs closes it; where it stopped, the next goes on. A
month that was missed is closed before the one after it, and reads as it would have on its day.
"""

from datetime import date, timedelta
from uuid import UUID

from services.order.domain.accounts import AccountLine, days_late, median, month_before, next_month
from services.order.store.accounts import (
    Account,
    Month,
    accounts_of,
    add_figure,
    add_statement,
    last_month_done,
    month_is_done,
    next_canteen,
    take_month,
    went_on,
)
from services.order.store.late_lines import add_late, left_out_before, payments_left_out
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.clock import business_date, day_is_over
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import Tx
from shared.ids import derived_id
from shared.rounds import BATCH_MAX

GRACE = timedelta(minutes=15)
"""How long a month rests before it is closed: longer than any transaction, so that all of it can be seen."""


async def close_accounts(desk: Desk) -> int:
    """Close the accounts of what is due; gives how many canteens were looked at."""
    last = month_before(business_date(desk.clock.now() - GRACE))
    async with desk.uow.glance() as tx:
        if await month_is_done(tx, last):
            return 0
        before = await last_month_done(tx)
    first = last if before is None else min(next_month(before), last)
    for done in range(BATCH_MAX):
        closed = await _close_next(desk, first)
        if closed is None:
            return 0
        if not closed:
            return BATCH_MAX if first < last else done
    return BATCH_MAX


async def _close_next(desk: Desk, first: date) -> bool | None:
    """Close the accounts of the next canteen; False when there is none left, None when another program is at it."""
    async with desk.uow.begin() as tx:
        taken = await take_month(tx, first)
        if taken is None:
            return None
        canteen_id = await next_canteen(tx, taken.upto_canteen_id)
        if canteen_id is None:
            await went_on(tx, first, None, taken.statements)
            return False
        issued = await _close_canteen(tx, _month(first), canteen_id, taken.statements)
        await went_on(tx, first, canteen_id, taken.statements + issued)
    return True


def _month(first: date) -> Month:
    following = next_month(first)
    day = timedelta(days=1)
    return Month(first, following, day_is_over(first - day), day_is_over(following - day))


async def _close_canteen(tx: Tx, month: Month, canteen_id: UUID, numbered: int) -> int:
    accounts, took = await accounts_of(tx, canteen_id, month, await left_out_before(tx, canteen_id, month.first))
    issued = 0
    for account, lines in accounts.items():
        unit_id, supplier_id, _, fund = account
        number = f"{month.first:%Y%m}-{numbered + issued + 1:06d}"
        statement_id = derived_id("account statement", canteen_id, supplier_id, unit_id, fund.value, month.first)
        await add_statement(tx, statement_id, number, canteen_id, account, month.first, lines)
        await add_late(tx, statement_id, lines)
        issued += 1
        await _tell(tx, statement_id, number, canteen_id, account, month.first, lines)
    await _figure(tx, month, canteen_id, [line for lines in accounts.values() for line in lines], took)
    return issued


async def _tell(
    tx: Tx,
    statement_id: UUID,
    number: str,
    canteen_id: UUID,
    account: Account,
    first: date,
    lines: list[AccountLine],
) -> None:
    unit_id, supplier_id, supplier_name, fund = account
    closing_fen = sum(line.moves.closing_fen for line in lines)
    late = {"late_fen": sum(line.moves.late_fen for line in lines)} if any(line.late for line in lines) else {}
    facts = {"number": number, "month": f"{first:%Y-%m}", "supplier": supplier_name, "fund": fund.value}
    await raise_notice(
        tx,
        NoticeKind.STATEMENT_ISSUED,
        statement_id,
        [
            Audience(organisation_id=supplier_id, roles=(Role.SUPPLIER,)),
            Audience(organisation_id=canteen_id, roles=(Role.BUYER,)),
            Audience(organisation_id=unit_id, roles=(Role.FINANCE,)),
        ],
        {**facts, **late, "owed_fen": closing_fen},
    )


async def _figure(
    tx: Tx, month: Month, canteen_id: UUID, lines: list[AccountLine], took: list[tuple[int, int]]
) -> None:
    """Write after how many days a canteen paid, and what it owed at the month's end; nothing where there is neither.

    Payments that the figures of earlier months left out are among them, and told apart.
    """
    owed = [line for line in lines if line.moves.closing_fen > 0]
    late_payments, late_fen, late_fen_days = await payments_left_out(tx, canteen_id, month.first)
    if not took and not late_payments and not owed:
        return
    days = [days for days, _ in took] + late_payments * [late_fen_days // max(late_fen, 1)]
    last_day = month.next - timedelta(days=1)
    overdue = [line for line in owed if days_late(line.due_on, last_day)]
    await add_figure(
        tx,
        month.first,
        canteen_id,
        {
            "payments": len(days),
            "paid_fen": sum(fen for _, fen in took) + late_fen,
            "fen_days": sum(days * fen for days, fen in took) + late_fen_days,
            "median_days": median(days),
            "late_payments": late_payments,
            "late_paid_fen": late_fen,
            "owed_fen": sum(line.moves.closing_fen for line in owed),
            "overdue_fen": sum(line.moves.closing_fen for line in overdue),
            "overdue_days": max((days_late(line.due_on, last_day) for line in overdue), default=0),
        },
    )
