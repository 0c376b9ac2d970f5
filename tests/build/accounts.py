"""Accounts for tests: orders that are accepted and paid on days of one's choosing, and the closing of their month."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.usecases.account_statements import get_account_statement, list_account_statements
from services.order.usecases.close_accounts import close_accounts
from services.order.usecases.commands import PutPayment
from services.order.usecases.confirm_payment import confirm_payment
from services.order.usecases.put_payment import put_payment
from shared.clock import SettableClock
from shared.contracts.words import PaymentMethod
from shared.ids import new_id
from shared.rounds import BATCH_MAX
from tests.build.order import Town, Walk

_YEARS = itertools.count(2027)


def a_year() -> int:
    """Give a year of one test's own: a month is closed once, and never before the one before it."""
    return next(_YEARS)


def moment(year: int, month: int, day: int, hour: int = 2) -> datetime:
    """Give a moment, ten in the morning in Shanghai unless told."""
    return datetime(year, month, day, hour, tzinfo=UTC)


async def pay(walk: Walk, amount_fen: int | None = None) -> UUID:
    """Pay an order by bank transfer, whole unless told, and let the supplier confirm it."""
    payment_id = new_id()
    amount = walk.view["owed_fen"] if amount_fen is None else amount_fen
    command = PutPayment(method=PaymentMethod.BANK_TRANSFER, amount_fen=amount)
    await put_payment(walk.desk, walk.town.buyer, walk.order_id, payment_id, command)
    walk.view = await confirm_payment(walk.desk, walk.seller, walk.order_id, payment_id)
    return payment_id


async def close_all(town: Town) -> None:
    """Close the accounts of every month that is due."""
    while await close_accounts(town.desk) == BATCH_MAX:
        pass


async def statements(town: Town, **asked: Any) -> list[dict[str, Any]]:
    """Read the statements of a town's canteen whole, the oldest first."""
    given = {"canteen": town.canteen_id, "supplier": None, "state": None, "month": None, "limit": 100, "cursor": None}
    page = await list_account_statements(town.desk, town.finance, **{**given, **asked})
    return [
        await get_account_statement(town.desk, town.finance, UUID(one["statement_id"]))
        for one in reversed(page["items"])
    ]


async def accepted(town: Town, clock: SettableClock, when: datetime, goods: Any, quantity: int = 1_000) -> Walk:
    """Place an order the day before, and accept it at a moment."""
    clock.set(when - timedelta(days=1))
    walk = await town.an_order(
        (goods, quantity), upto="shipped", wanted={"wanted_on": (when + timedelta(days=1)).date()}
    )
    clock.set(when)
    await walk.accept()
    return walk
