"""A sale at a fair is locked, told anew or answered by a compare-and-set, and each step of it is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.actors import Actor
from services.order.domain.on_site import SoldLine
from services.order.domain.states import ON_SITE, OnSiteState
from services.order.store.baskets import Kitchen
from services.order.store.budget_tables import budget_gates
from services.order.store.copies import reached
from services.order.store.on_site_tables import on_site_sales, on_site_steps
from services.order.store.tables import canteens, order_lines, orders, requisitions, suppliers, units
from shared.clock import day_is_over
from shared.contracts.authority import Owned, Reach, Role, Seat
from shared.contracts.words import ENDED, Fund, OrderChannel, SupplierKind, SupplierState
from shared.db.unit_of_work import ReadTx, Tx

CONFIRMED = (OnSiteState.APPROVING.value, OnSiteState.CONFIRMED.value)
"""What its buyer has said yes to: it counts in the sums of its days."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale at a fair, and whose it is."""

    sale_id: UUID
    revision: int
    state: OnSiteState
    fair_id: UUID
    supplier_id: UUID
    supplier_name: str
    supplier_kind: SupplierKind
    canteen_id: UUID
    canteen_name: str
    unit_id: UUID
    unit_path: str
    fund: Fund
    sold_on: date
    amount_fen: int
    note: str
    content: Mapping[str, Any]
    lines: tuple[SoldLine, ...]
    entered_by: UUID
    entered_by_name: str
    entered_as: str | None
    entered_at: datetime
    changed_at: datetime
    due_at: datetime
    answered_by: UUID | None
    answered_by_name: str | None
    answered_at: datetime | None
    reason: str
    requisition_id: UUID | None
    order_id: UUID | None

    @property
    def owned(self) -> Owned:
        return Owned(supplier_id=self.supplier_id, canteen_id=self.canteen_id, unit_path=self.unit_path)

    @property
    def seller(self) -> Actor:
        """Who told this revision of it."""
        return Actor(self.entered_by, self.entered_by_name, Role(self.entered_as) if self.entered_as else None)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a sale; nobody's doing is the clock's."""

    at: datetime
    step: str
    state: str
    revision: int
    account_id: UUID | None
    account_name: str
    acted_as: str | None
    reason: str


_OWN = [name for name in Sale.__dataclass_fields__ if name in on_site_sales.c]
_SALE = (
    sa.select(
        *(on_site_sales.c[name] for name in _OWN),
        canteens.c.name.label("canteen_name"),
        units.c.path.label("unit_path"),
    )
    .join(canteens, canteens.c.canteen_id == on_site_sales.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
)


async def find_sale(tx: ReadTx, sale_id: UUID, *, lock: bool = False) -> Sale | None:
    """Read a sale, locked against other writers where asked; None for one that is not there."""
    chosen = _SALE.where(on_site_sales.c.sale_id == sale_id)
    row = await tx.first(chosen.with_for_update(key_share=True, of=on_site_sales) if lock else chosen)
    return None if row is None else _sale(row)


async def put_sale(tx: Tx, told: Mapping[str, Any], before: Sale | None) -> bool:
    """Write what a seller tells, new or over a locked sale; False when another has this id by now."""
    fresh = {"answered_by": None, "answered_by_name": None, "answered_at": None, "answered_on": None}
    if before is None:
        asked = insert(on_site_sales).values(**told, revision=1, entered_at=told["changed_at"], reason="")
        row = await tx.first(asked.on_conflict_do_nothing().returning(on_site_sales.c.sale_id))
        return row is not None
    changed = sa.update(on_site_sales).where(on_site_sales.c.sale_id == before.sale_id)
    await tx.execute(
        changed.values(**told, **fresh, revision=before.revision + 1, requisition_id=None, reason=""),
    )
    return True


async def move_sale(tx: Tx, sale: Sale, verb: str, *, by: Actor | None, reason: str = "", **values: Any) -> OnSiteState:
    """Move a locked sale on by a verb, and write the step; `values` are further columns. Raises WrongState."""
    target = ON_SITE.check(sale.state, verb)
    changed = sa.update(on_site_sales).where(on_site_sales.c.sale_id == sale.sale_id)
    await tx.execute(changed.values(state=target.value, changed_at=tx.now, reason=reason, **values))
    await add_step(tx, sale.sale_id, verb, target, sale.revision, by, reason)
    return target


async def add_step(
    tx: Tx,
    sale_id: UUID,
    step: str,
    state: OnSiteState,
    revision: int,
    by: Actor | None,
    reason: str = "",
    content: Mapping[str, Any] | None = None,
) -> None:
    """Write what was done to a sale; `content` is what was told with it."""
    await tx.execute(
        sa.insert(on_site_steps).values(
            sale_id=sale_id,
            at=tx.now,
            step=step,
            state=state.value,
            revision=revision,
            account_id=None if by is None else by.account_id,
            account_name="" if by is None else by.name,
            acted_as=None if by is None or by.acted_as is None else by.acted_as.value,
            reason=reason,
            content=content,
        )
    )


async def steps_of(tx: ReadTx, sale_id: UUID) -> list[Step]:
    """Read what was done to a sale, in order."""
    chosen = sa.select(*(on_site_steps.c[name] for name in Step.__dataclass_fields__))
    rows = await tx.rows(chosen.where(on_site_steps.c.sale_id == sale_id).order_by(on_site_steps.c.id))
    return [Step(**row._mapping) for row in rows]


async def count_waiting(tx: Tx, supplier_id: UUID) -> int:
    """Count a supplier's sales that wait for an answer; who tells another meanwhile waits for this transaction."""
    await tx.execute(
        sa.select(suppliers.c.supplier_id).where(suppliers.c.supplier_id == supplier_id).with_for_update(key_share=True)
    )
    waiting = on_site_sales.c.state == sa.literal_column(f"'{OnSiteState.WAITING.value}'")
    mine = sa.select(sa.func.count()).where(on_site_sales.c.supplier_id == supplier_id, waiting)
    return int(await tx.value(mine))


async def days_fen(tx: Tx, canteen_id: UUID, days: Sequence[date]) -> int:
    """Sum what a canteen has said yes to of one of these days, sold or answered on it; gives the largest sum.

    What it ordered online on such a day or for it counts too, where nobody approved it and it did not come to nothing.
    """
    sums = [_at_stalls_fen(canteen_id, day) + _online_fen(canteen_id, day) for day in days]
    return int(await tx.value(sa.select(sa.func.greatest(*sums) if len(sums) > 1 else sums[0])))


def _at_stalls_fen(canteen_id: UUID, day: date) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(on_site_sales.c.amount_fen), 0).cast(sa.BigInteger))
        .where(
            on_site_sales.c.canteen_id == canteen_id,
            on_site_sales.c.state.in_(CONFIRMED),
            sa.or_(on_site_sales.c.sold_on == day, on_site_sales.c.answered_on == day),
        )
        .scalar_subquery()
    )


def _online_fen(canteen_id: UUID, day: date) -> sa.ScalarSelect[int]:
    agreed_fen = sa.func.coalesce(orders.c.confirmed_fen, orders.c.ordered_fen)
    placed = sa.and_(orders.c.placed_at >= day_is_over(day - timedelta(days=1)), orders.c.placed_at < day_is_over(day))
    return (
        sa.select(sa.func.coalesce(sa.func.sum(agreed_fen), 0).cast(sa.BigInteger))
        .join(requisitions, requisitions.c.requisition_id == orders.c.requisition_id)
        .where(
            orders.c.canteen_id == canteen_id,
            orders.c.channel == OrderChannel.ONLINE.value,
            orders.c.state.not_in([state.value for state in sorted(ENDED)]),
            requisitions.c.decided_by.is_(None),
            sa.or_(orders.c.wanted_on == day, placed),
        )
        .scalar_subquery()
    )


async def seller_now(tx: ReadTx, supplier_id: UUID, day: date) -> tuple[bool, bool]:
    """Tell whether a supplier may sell now, and whether its recognition held on a day.

    Both do where nothing was told.
    """
    row = await tx.first(
        sa.select(suppliers.c.state, suppliers.c.recognised).where(suppliers.c.supplier_id == supplier_id)
    )
    if row is None:
        return True, True
    recognised = row.recognised is None or any(first <= day <= last for first, last in row.recognised)
    return row.state == SupplierState.ADMITTED.value, recognised


async def find_kitchen(tx: ReadTx, canteen_id: UUID) -> Kitchen | None:
    """Read a canteen and its unit as they are now; None for one that is not known."""
    row = await tx.first(
        sa.select(
            canteens.c.canteen_id,
            canteens.c.name.label("canteen_name"),
            canteens.c.active,
            units.c.unit_id,
            units.c.name.label("unit_name"),
            units.c.path.label("unit_path"),
            units.c.approval_limit_fen,
            sa.exists().where(budget_gates.c.canteen_id == canteens.c.canteen_id).label("budgeted"),
        )
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .where(canteens.c.canteen_id == canteen_id)
    )
    return None if row is None else Kitchen(**row._mapping)


async def due_sales(tx: ReadTx, now: datetime, limit: int) -> list[UUID]:
    """List the sales that nobody answered in time, the longest overdue first."""
    waiting = on_site_sales.c.state == sa.literal_column(f"'{OnSiteState.WAITING.value}'")
    rows = await tx.rows(
        sa.select(on_site_sales.c.sale_id)
        .where(waiting, on_site_sales.c.due_at <= now)
        .order_by(on_site_sales.c.due_at, on_site_sales.c.sale_id)
        .limit(limit)
    )
    return [row.sale_id for row in rows]


async def list_sales(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    fair_id: UUID | None,
    canteen_id: UUID | None,
    supplier_id: UUID | None,
    state: OnSiteState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Sale]:
    """Read a page of what these seats reach, newest first."""
    at, key = on_site_sales.c.entered_at, on_site_sales.c.sale_id
    chosen = _SALE.where(reached(reach, on_site_sales.c.canteen_id, on_site_sales.c.supplier_id))
    for column, wanted in (("fair_id", fair_id), ("canteen_id", canteen_id), ("supplier_id", supplier_id)):
        if wanted is not None:
            chosen = chosen.where(on_site_sales.c[column] == wanted)
    if state is not None:
        chosen = chosen.where(on_site_sales.c.state == state.value)
    if after is not None:
        chosen = chosen.where(sa.tuple_(at, key) < sa.tuple_(sa.literal(after[0]), sa.literal(after[1])))
    return [_sale(row) for row in await tx.rows(chosen.order_by(at.desc(), key.desc()).limit(limit))]


async def write_order(
    tx: Tx,
    sale: Sale,
    *,
    order_id: UUID,
    requisition_id: UUID,
    placed_by: Actor,
    line_ids: Sequence[UUID],
    recognised: bool,
) -> None:
    """Write the order of a sale as it is placed, its goods packed by what was sold and promised to nobody any more."""
    await tx.execute(
        sa.insert(orders).values(
            order_id=order_id,
            requisition_id=requisition_id,
            canteen_id=sale.canteen_id,
            unit_id=sale.unit_id,
            supplier_id=sale.supplier_id,
            supplier_name=sale.supplier_name,
            supplier_kind=sale.supplier_kind.value,
            fund=sale.fund.value,
            state="placed",
            version=1,
            wanted_on=sale.sold_on,
            placed_at=tx.now,
            placed_by=placed_by.account_id,
            placed_by_name=placed_by.name,
            ordered_fen=sale.amount_fen,
            recognised=recognised,
            fair_id=sale.fair_id,
            channel=OrderChannel.ON_SITE.value,
            sold_on=sale.sold_on,
        )
    )
    await tx.execute(
        sa.insert(order_lines),
        [
            {
                "order_id": order_id,
                "line_id": line_id,
                "position": position,
                "listing_id": line.listing_id,
                "listing_version": line.listing_version,
                "name": line.name,
                "category": line.category,
                "measure": line.measure.value,
                "unit_name": line.unit_name,
                "unit_quantity": line.unit_quantity,
                "piece_grams": line.piece_grams,
                "price_fen": line.price_fen,
                "origin_county_code": line.origin_county_code,
                "quantity": line.quantity,
                "tolerance_bp": 0,
                "promised_quantity": 0,
                "packed_quantity": line.quantity,
                "lot_number": line.lot_number,
            }
            for position, (line_id, line) in enumerate(zip(line_ids, sale.lines, strict=True), 1)
        ],
    )


def _sale(row: Any) -> Sale:
    told = {name: getattr(row, name) for name in Sale.__dataclass_fields__} | {
        "state": OnSiteState(row.state),
        "fund": Fund(row.fund),
        "supplier_kind": SupplierKind(row.supplier_kind),
        "lines": tuple(SoldLine.of(line) for line in row.lines),
    }
    return Sale(**told)
