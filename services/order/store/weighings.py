"""A weighing that waits is kept as it was weighed, each side's answer once, and the day's sum is booked with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.actors import Actor
from services.order.domain.weighing import Weighed
from services.order.domain.weights import Kept
from services.order.store.orders import Order, OrderLine
from services.order.store.weighing_tables import acceptance_days, weighing_answers, weighings
from shared.db.unit_of_work import ReadTx, Tx

SELLER, SECOND = "seller", "second"


@dataclass(frozen=True, slots=True)
class Weighing:
    """An acceptance that waits: who weighed, for which day, what, and whose yes is wanted."""

    acceptance_id: UUID
    order_id: UUID
    account_id: UUID
    account_name: str
    accepted_on: date
    weighed_at: datetime | None
    day: date
    amount_fen: int
    wants_seller: bool
    wants_second: bool
    due_at: datetime
    lines: list[dict[str, Any]]

    def found(self, lines: Sequence[OrderLine]) -> dict[UUID, Weighed]:
        """Give what was weighed of each line of the order."""
        known = {line.line_id: line for line in lines}
        return {UUID(one["line_id"]): _weighed(one, known[UUID(one["line_id"])]) for one in self.lines}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side said to a weighing; `account_id` None is the clock."""

    side: str
    account_id: UUID | None
    account_name: str
    outcome: str


def lines_of(found: Sequence[Weighed]) -> list[dict[str, Any]]:
    """Write weighed lines as they are kept."""
    return [
        {
            "line_id": str(one.line_id),
            "accepted_quantity": one.accepted,
            "refused_quantity": one.refused,
            "gross_grams": one.gross_grams,
            "tare_grams": one.tare_grams,
            "lot_number": one.lot_number,
            "reason": one.reason,
            "off": one.off,
        }
        for one in found
    ]


def _weighed(one: dict[str, Any], line: OrderLine) -> Weighed:
    accepted = one["accepted_quantity"]
    return Weighed(
        line_id=line.line_id,
        accepted=accepted,
        refused=one["refused_quantity"],
        gross_grams=one["gross_grams"],
        tare_grams=one["tare_grams"],
        lot_number=one["lot_number"],
        reason=one["reason"],
        off=one["off"],
        kept=Kept(accepted, line.price_fen, line.unit_quantity),
    )


_FOUND = sa.select(*(weighings.c[name] for name in Weighing.__dataclass_fields__))


async def find_weighing(tx: ReadTx, acceptance_id: UUID) -> Weighing | None:
    """Read a weighing; None for one that is not there."""
    row = await tx.first(_FOUND.where(weighings.c.acceptance_id == acceptance_id))
    return None if row is None else Weighing(**row._mapping)


async def add_weighing(tx: Tx, weighing: Weighing, by: Actor) -> None:
    """Write a weighing that waits."""
    content = {name: getattr(weighing, name) for name in Weighing.__dataclass_fields__}
    told = {"at": tx.now, "acted_as": None if by.acted_as is None else by.acted_as.value}
    await tx.execute(sa.insert(weighings).values(content | told))


async def answers_to(tx: ReadTx, acceptance_id: UUID) -> list[Answer]:
    """Read what was said to a weighing."""
    chosen = sa.select(*(weighing_answers.c[name] for name in Answer.__dataclass_fields__))
    rows = await tx.rows(chosen.where(weighing_answers.c.acceptance_id == acceptance_id))
    return [Answer(**row._mapping) for row in rows]


async def add_answer(tx: Tx, acceptance_id: UUID, side: str, outcome: str, reason: str, by: Actor | None) -> None:
    """Write what a side said to a weighing."""
    await tx.execute(
        sa.insert(weighing_answers).values(
            acceptance_id=acceptance_id,
            side=side,
            at=tx.now,
            account_id=None if by is None else by.account_id,
            account_name="" if by is None else by.name,
            acted_as=None if by is None or by.acted_as is None else by.acted_as.value,
            outcome=outcome,
            reason=reason,
        )
    )


async def book_day(tx: Tx, order: Order, day: date, amount_fen: int) -> int:
    """Add a signed amount to what a canteen takes from a supplier on a day; gives the day's sum."""
    added = insert(acceptance_days).values(
        canteen_id=order.canteen_id, supplier_id=order.supplier_id, day=day, amount_fen=max(amount_fen, 0)
    )
    statement = added.on_conflict_do_update(
        index_elements=["canteen_id", "supplier_id", "day"],
        set_={"amount_fen": acceptance_days.c.amount_fen + amount_fen},
    ).returning(acceptance_days.c.amount_fen)
    return int(await tx.value(statement))


async def silent_weighings(tx: ReadTx, now: datetime, limit: int) -> list[UUID]:
    """List the orders whose seller has said nothing to a weighing until it was due, the longest first."""
    rows = await tx.rows(
        sa.text(
            "SELECT o.order_id FROM orders o JOIN weighings w ON w.acceptance_id = o.weighing_id"
            " WHERE w.wants_seller AND w.due_at <= :now AND NOT EXISTS (SELECT FROM weighing_answers x"
            " WHERE x.acceptance_id = w.acceptance_id AND x.side = 'seller') ORDER BY w.due_at, o.order_id LIMIT :most"
        ),
        {"now": now, "most": limit},
    )
    return [row.order_id for row in rows]
