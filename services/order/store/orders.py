"""An order is locked, moved on by a compare-and-set, and its lines are written as one chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.order.domain.actors import Actor
from services.order.domain.states import ORDER
from services.order.domain.weighing import Weighed
from services.order.domain.weights import Kept
from services.order.store.tables import canteens, order_lines, order_steps, orders, units
from services.order.store.weighing_tables import weighings
from shared.clock import business_date
from shared.contracts.authority import Owned
from shared.contracts.order import OrderMoved
from shared.contracts.words import Fund, Measure, OrderChannel, OrderState, SupplierKind
from shared.db.unit_of_work import ReadTx, Tx
from shared.states import WrongState


@dataclass(frozen=True, slots=True)
class Order:
    """An order, and whose it is."""

    order_id: UUID
    requisition_id: UUID
    canteen_id: UUID
    unit_id: UUID
    unit_path: str
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    fund: Fund
    state: OrderState
    version: int
    wanted_on: date
    wanted_until: time | None
    placed_at: datetime
    shipped_at: datetime | None
    acceptance_id: UUID | None
    accepted_on: date | None
    ordered_fen: int
    confirmed_fen: int | None
    kept_fen: int
    paid_fen: int
    recognised: bool
    """Whether its supplier's recognition held on the day it was placed."""
    fair_id: UUID | None
    channel: OrderChannel
    sold_on: date | None
    """The day on which it was sold at a fair; None for what was ordered online."""
    weighing_id: UUID | None
    """The weighing that waits for another's yes."""
    cancel_asked: dict[str, Any] | None
    """Who asked, while it is packed, that it be cancelled, and why."""

    @property
    def owned(self) -> Owned:
        return Owned(supplier_id=self.supplier_id, canteen_id=self.canteen_id, unit_path=self.unit_path)

    @property
    def agreed_fen(self) -> int:
        """What it comes to as the seller confirmed it, or else as it was ordered."""
        return self.ordered_fen if self.confirmed_fen is None else self.confirmed_fen

    @property
    def ordered_on(self) -> date:
        """The business day on which it was agreed."""
        return self.sold_on or business_date(self.placed_at)

    @property
    def owed_fen(self) -> int:
        """What is kept and not paid; negative when too much was paid."""
        return self.kept_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line and its weight chain."""

    line_id: UUID
    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_quantity: int
    piece_grams: int | None
    price_fen: int
    origin_county_code: str
    quantity: int
    tolerance_bp: int | None
    """How far its weight may be off, as agreed when it was ordered; None for lines of before that was told."""
    promised_quantity: int
    confirmed_quantity: int | None
    packed_quantity: int | None
    accepted_quantity: int | None
    refused_quantity: int
    gross_grams: int | None
    tare_grams: int | None
    lot_number: str
    returned_quantity: int
    credited_fen: int
    reason: str
    replaces_line_id: UUID | None
    """The line in whose place it was accepted; None is ordered as it is."""

    @property
    def agreed_quantity(self) -> int:
        """What the seller said yes to, or else what was ordered."""
        return self.quantity if self.confirmed_quantity is None else self.confirmed_quantity

    @property
    def kept(self) -> Kept:
        """What is kept of it now."""
        return Kept(
            (self.accepted_quantity or 0) - self.returned_quantity,
            self.price_fen,
            self.unit_quantity,
            self.credited_fen,
        )


_ORDER = (
    sa.select(
        *(orders.c[name] for name in Order.__dataclass_fields__ if name != "unit_path"),
        units.c.path.label("unit_path"),
    )
    .join(canteens, canteens.c.canteen_id == orders.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)
_BY_ID = _ORDER.where(orders.c.order_id == sa.bindparam("order_id"))
_LOCKED = _BY_ID.with_for_update(key_share=True, of=orders)
_LINES = (
    sa.select(*(order_lines.c[name] for name in OrderLine.__dataclass_fields__))
    .where(order_lines.c.order_id == sa.bindparam("order_id"))
    .order_by(order_lines.c.position)
)


async def find_order(tx: ReadTx, order_id: UUID, *, lock: bool = False) -> Order | None:
    """Read an order, locked against other writers where asked; None for one that is not there."""
    row = await tx.first(_LOCKED if lock else _BY_ID, {"order_id": order_id})
    if row is None:
        return None
    fields = {
        **row._mapping,
        "supplier_kind": SupplierKind(row.supplier_kind),
        "fund": Fund(row.fund),
        "state": OrderState(row.state),
        "channel": OrderChannel(row.channel),
    }
    return Order(**fields)


async def find_lines(tx: ReadTx, order_id: UUID) -> list[OrderLine]:
    """Read an order's lines in their order."""
    rows = await tx.rows(_LINES, {"order_id": order_id})
    return [OrderLine(**{**row._mapping, "measure": Measure(row.measure)}) for row in rows]


def _open(verb: str) -> str:
    return "orders.state IN (" + ", ".join(f"'{state}'" for state in ORDER.open_from(verb)) + ")"


@cache
def _moving(verb: str, columns: tuple[str, ...]) -> sa.Select[Any]:
    """Write the compare-and-set of a verb that sets these further columns, and the step that tells of it."""
    moved = (
        sa.update(orders)
        .where(orders.c.order_id == sa.bindparam("moved_id"), sa.text(_open(verb)))
        .values(
            state=ORDER.edges[verb][1].value,
            version=orders.c.version + 1,
            **{column: sa.bindparam(f"new_{column}", type_=orders.c[column].type) for column in columns},
        )
        .returning(orders.c.order_id, orders.c.version)
        .cte("moved")
    )
    told = [order_steps.c[name] for name in _TOLD]
    step = (
        sa.insert(order_steps)
        .from_select(
            ["order_id", *_TOLD],
            sa.select(moved.c.order_id, *(sa.bindparam(f"told_{column.name}", type_=column.type) for column in told)),
        )
        .cte("step")
    )
    return sa.select(moved.c.version).add_cte(step)


_TOLD = ("at", "step", "state", "account_id", "account_name", "acted_as", "reason")


async def move_order(
    tx: Tx,
    order: Order,
    verb: str,
    *,
    by: Actor | None,
    reason: str = "",
    amount_fen: int | None = None,
    **values: Any,
) -> OrderState:
    """Move an order on by a verb, write the step, and say so. Raises WrongState when it is not open from here.

    `values` are further columns of the order that change with it; `by` None is the system itself; `amount_fen` is what
    the whole order comes to from now on, where that changes.
    """
    target = ORDER.check(order.state, verb)
    version = await tx.value(
        _moving(verb, tuple(values)),
        {
            "moved_id": order.order_id,
            **{f"new_{column}": value for column, value in values.items()},
            **{f"told_{name}": value for name, value in _told(tx, verb, target, by, reason).items()},
        },
    )
    if version is None:
        raise WrongState(state=order.state.value, step=verb)
    await tx.publish(
        OrderMoved(
            order_id=order.order_id,
            canteen_id=order.canteen_id,
            supplier_id=order.supplier_id,
            version=version,
            state=target.value,
            at=tx.now,
            reason=reason,
            account_id=None if by is None else by.account_id,
            acted_as=None if by is None else by.acted_as,
            amount_fen=amount_fen,
            channel=order.channel,
        )
    )
    return target


_ADD_STEP = sa.insert(order_steps)


async def add_step(tx: Tx, order: Order, step: str, *, by: Actor | None, reason: str = "") -> None:
    """Write what happened to an order without moving it on."""
    await tx.execute(_ADD_STEP, {"order_id": order.order_id, **_told(tx, step, order.state, by, reason)})


def _told(tx: Tx, step: str, state: OrderState, by: Actor | None, reason: str) -> dict[str, Any]:
    return {
        "at": tx.now,
        "step": step,
        "state": state.value,
        "account_id": None if by is None else by.account_id,
        "account_name": "" if by is None else by.name,
        "acted_as": None if by is None or by.acted_as is None else by.acted_as.value,
        "reason": reason,
    }


_PACK = sa.text(
    """
UPDATE order_lines l SET packed_quantity = n.packed, promised_quantity = n.packed, lot_number = n.lot
FROM unnest(:line_ids, :packed, :lots) AS n(line_id, packed, lot) WHERE l.order_id = :order_id AND l.line_id = n.line_id
"""
).bindparams(
    sa.bindparam("line_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("packed", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("lots", type_=ARRAY(sa.Text)),
    sa.bindparam("order_id", type_=sa.Uuid),
)


async def write_packed(tx: Tx, order_id: UUID, packed: dict[UUID, int], lots: dict[UUID, str]) -> None:
    """Write what was packed of each line and of which lot; from now on that is what it holds of the stock."""
    await tx.execute(
        _PACK,
        {
            "order_id": order_id,
            "line_ids": list(packed),
            "packed": list(packed.values()),
            "lots": [lots[line_id] for line_id in packed],
        },
    )


_CONFIRM = sa.text(
    """
UPDATE order_lines l SET confirmed_quantity = n.confirmed, promised_quantity = n.confirmed, reason = n.reason
FROM unnest(:line_ids, :confirmed, :reasons) AS n(line_id, confirmed, reason)
WHERE l.order_id = :order_id AND l.line_id = n.line_id
"""
).bindparams(
    sa.bindparam("line_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("confirmed", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("reasons", type_=ARRAY(sa.Text)),
    sa.bindparam("order_id", type_=sa.Uuid),
)


async def write_confirmed(tx: Tx, order_id: UUID, lines: Sequence[tuple[UUID, int, str]]) -> None:
    """Write what was confirmed of some lines, and why less; from now on that is what they hold of the stock."""
    await tx.execute(
        _CONFIRM,
        {
            "order_id": order_id,
            "line_ids": [line_id for line_id, _, _ in lines],
            "confirmed": [quantity for _, quantity, _ in lines],
            "reasons": [reason for _, _, reason in lines],
        },
    )


async def touch_order(tx: Tx, order_id: UUID) -> None:
    """Write an order's row anew as it is, so that whoever looked at it before looks again."""
    await tx.execute(_TOUCH, {"touched_id": order_id})


_TOUCH = sa.update(orders).where(orders.c.order_id == sa.bindparam("touched_id")).values(version=orders.c.version)


async def ask_to_cancel(tx: Tx, order: Order, by: Actor | None, reason: str) -> None:
    """Write on a locked order who asks that it be cancelled, or, `by` None, that nobody does any more."""
    asked = None if by is None else {"account_id": str(by.account_id), "account_name": by.name, "reason": reason}
    told = sa.null() if asked is None else {**asked, "at": tx.now.isoformat()}
    changed = sa.update(orders).where(orders.c.order_id == order.order_id)
    await tx.execute(changed.values(cancel_asked=told, version=orders.c.version + 1))


async def let_stock_go(tx: Tx, order_id: UUID) -> None:
    """Write that an order's lines hold nothing of the stock any more."""
    await tx.execute(_LET_GO, {"let_go_id": order_id})


_LET_GO = sa.update(order_lines).where(order_lines.c.order_id == sa.bindparam("let_go_id")).values(promised_quantity=0)


_ACCEPT = sa.text(
    """
UPDATE order_lines l SET accepted_quantity = n.accepted, refused_quantity = n.refused, gross_grams = n.gross,
  tare_grams = n.tare, lot_number = n.lot, accepted_fen = n.fen, kept_fen = n.fen, reason = n.reason
FROM unnest(:line_ids, :accepted, :refused, :gross, :tare, :lots, :fen, :reasons)
  AS n(line_id, accepted, refused, gross, tare, lot, fen, reason)
WHERE l.order_id = :order_id AND l.line_id = n.line_id
"""
).bindparams(
    sa.bindparam("line_ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("accepted", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("refused", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("gross", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("tare", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("lots", type_=ARRAY(sa.Text)),
    sa.bindparam("fen", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("reasons", type_=ARRAY(sa.Text)),
    sa.bindparam("order_id", type_=sa.Uuid),
)


async def acceptance_is_taken(tx: ReadTx, acceptance_id: UUID) -> bool:
    """Tell whether some order was accepted, or weighed, under this id."""
    return bool(await tx.value(_TAKEN, {"taken_id": acceptance_id}))


_TAKEN = sa.select(
    sa.exists().where(orders.c.acceptance_id == sa.bindparam("taken_id"))
    | sa.exists().where(weighings.c.acceptance_id == sa.bindparam("taken_id"))
)


async def write_accepted(tx: Tx, order_id: UUID, found: Sequence[Weighed]) -> None:
    """Write what was accepted of each line, what it costs, and why it is less."""
    await tx.execute(
        _ACCEPT,
        {
            "order_id": order_id,
            "line_ids": [one.line_id for one in found],
            "accepted": [one.accepted for one in found],
            "refused": [one.refused for one in found],
            "gross": [one.gross_grams for one in found],
            "tare": [one.tare_grams for one in found],
            "lots": [one.lot_number for one in found],
            "fen": [one.kept.net_fen for one in found],
            "reasons": [one.reason for one in found],
        },
    )


async def write_kept(tx: Tx, order: Order, kept: dict[UUID, tuple[OrderLine, Kept]]) -> Order:
    """Write what is kept of some lines after a return or credit; gives the order with its new sum."""
    step_fen = 0
    for line_id, (before, after) in sorted(kept.items()):
        step_fen += after.net_fen - before.kept.net_fen
        await tx.execute(
            sa.update(order_lines)
            .where(order_lines.c.order_id == order.order_id, order_lines.c.line_id == line_id)
            .values(
                returned_quantity=(before.accepted_quantity or 0) - after.quantity,
                credited_fen=after.credited_fen,
                kept_fen=after.net_fen,
            )
        )
    return await add_to_order(tx, order, kept_fen=step_fen)


async def add_to_order(tx: Tx, order: Order, *, kept_fen: int = 0, paid_fen: int = 0) -> Order:
    """Add signed steps to what an order's canteen keeps and has paid; gives the order as it then is."""
    row = await tx.first(_ADD, {"added_id": order.order_id, "more_kept": kept_fen, "more_paid": paid_fen})
    assert row is not None
    fields = {name: getattr(order, name) for name in Order.__dataclass_fields__}
    return Order(**{**fields, "kept_fen": row.kept_fen, "paid_fen": row.paid_fen, "state": OrderState(row.state)})


_ADD = (
    sa.update(orders)
    .where(orders.c.order_id == sa.bindparam("added_id"))
    .values(
        kept_fen=orders.c.kept_fen + sa.bindparam("more_kept", type_=sa.BigInteger),
        paid_fen=orders.c.paid_fen + sa.bindparam("more_paid", type_=sa.BigInteger),
    )
    .returning(orders.c.kept_fen, orders.c.paid_fen, orders.c.state)
)


async def settle_if_paid(tx: Tx, order: Order) -> None:
    """Move an accepted order on to settled once nothing of it is owed."""
    if ORDER.allows(order.state, "settle") and order.owed_fen <= 0:
        await move_order(tx, order, "settle", by=None)
