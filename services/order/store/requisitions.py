"""A requisition keeps what was asked while it waits; once placed, its orders are what was asked."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.domain.approval import Stage, stage_of
from services.order.domain.goods import LINE_FACTS
from services.order.domain.states import REQUISITION, RequisitionState
from services.order.domain.wanted import Wanted
from services.order.store.approval_tables import requisition_steps
from services.order.store.copies import reached
from services.order.store.tables import canteens, order_lines, orders, requisitions, returns, units
from shared.contracts.authority import Reach, Role, Seat
from shared.contracts.words import Fund, Measure
from shared.db.unit_of_work import ReadTx, Tx
from shared.money import line_amount_fen


class Requisition(NamedTuple):
    """A requisition, and whose it is; a tuple, because one is made for every order."""

    requisition_id: UUID
    basket_id: UUID
    canteen_id: UUID
    canteen_name: str
    unit_id: UUID
    unit_path: str
    fund: Fund
    state: RequisitionState
    wanted_on: date
    amount_fen: int
    requested_by: UUID
    requested_by_name: str
    requested_at: datetime
    decided_by: UUID | None = None
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    fair_id: UUID | None = None
    wanted_from: time | None = None
    wanted_until: time | None = None
    lines: tuple[dict[str, Any], ...] | None = None
    """While it waits: each line's facts, with the supplier's name and kind."""
    most_fen: int | None = None
    """What it may come to by its lines' tolerances; None where it was placed at once."""
    waits_for: UUID | None = None
    """The unit that it waits for, the canteen's own or one above it."""
    waits_path: str | None = None
    waits_name: str | None = None
    due_at: datetime | None = None
    """Until when it waits there."""
    stages: tuple[Stage, ...] = ()
    """Who is to approve it, in this order; none of those that waited before there were stages."""
    stage: int = 0
    yeses: int = 0
    """How many have approved it in its stage."""
    sale_id: UUID | None = None
    """The sale at a fair that it asks for, which has been; None for what is to be delivered."""

    @property
    def now_for(self) -> Stage:
        """The stage that it waits for: one approver of its own unit where nothing else was ruled."""
        own = Stage(Role.APPROVER, self.unit_id, self.unit_path, 1, 0)
        return self.stages[self.stage] if self.stages else own

    @property
    def paths(self) -> list[str]:
        """The units whose people may decide: the stage's own first, then those that it was handed up to."""
        own, reached = self.now_for.path, self.waits_path or self.unit_path
        if not own.startswith(reached):  # One of them was moved to another branch meanwhile.
            return [own, reached]
        return [path for path in paths_up(own) if path.startswith(reached)]

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.wanted_on, self.wanted_from, self.wanted_until)


def paths_up(path: str) -> list[str]:
    """List a unit's path and those of every unit above it, the nearest first."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[:count])}/" for count in range(len(codes), 0, -1)]


_waited, _staged = units.alias("waited"), units.alias("staged")
_stage_unit = requisitions.c.stages[sa.cast(requisitions.c.stage, sa.Integer)]["unit_id"].astext
_CHOSEN = (
    sa.select(
        requisitions,
        canteens.c.name.label("canteen_name"),
        units.c.path.label("unit_path"),
        _waited.c.name.label("waits_name"),
        _waited.c.path.label("waits_now"),
        _staged.c.path.label("stage_now"),
    )
    .join(canteens, canteens.c.canteen_id == requisitions.c.canteen_id)
    .join(units, units.c.unit_id == canteens.c.unit_id)
    .outerjoin(_waited, _waited.c.unit_id == requisitions.c.waits_for)
    .outerjoin(_staged, _staged.c.unit_id == sa.cast(_stage_unit, sa.Uuid))
)


async def find_requisition(tx: ReadTx, requisition_id: UUID) -> Requisition | None:
    """Read a requisition; None for one that is not there."""
    row = await tx.first(_CHOSEN.where(requisitions.c.requisition_id == requisition_id))
    return None if row is None else _requisition(row)


async def await_approval(tx: Tx, asked: Requisition) -> bool:
    """Write a requisition that waits for another person, or one of a sale; False when it, or its basket's, exists."""
    row = await tx.first(
        insert(requisitions)
        .values(
            requisition_id=asked.requisition_id,
            basket_id=asked.basket_id,
            canteen_id=asked.canteen_id,
            unit_id=asked.unit_id,
            fund=asked.fund.value,
            state=asked.state.value,
            wanted_on=asked.wanted_on,
            amount_fen=asked.amount_fen,
            requested_by=asked.requested_by,
            requested_by_name=asked.requested_by_name,
            requested_at=asked.requested_at,
            fair_id=asked.fair_id,
            wanted_from=asked.wanted_from,
            wanted_until=asked.wanted_until,
            lines=sa.null() if asked.lines is None else list(asked.lines),
            most_fen=asked.most_fen,
            waits_for=asked.waits_for,
            waits_path=asked.waits_path,
            due_at=asked.due_at,
            stages=[stage.kept() for stage in asked.stages],
            sale_id=asked.sale_id,
        )
        .on_conflict_do_nothing()
        .returning(requisitions.c.requisition_id)
    )
    return row is not None


async def refuse(tx: Tx, requisition_id: UUID, *, decided_by: UUID, name: str, at: datetime, reason: str) -> bool:
    """Refuse an awaiting requisition; False when it no longer waits."""
    decided: dict[str, Any] = {"decided_by": decided_by, "decided_by_name": name, "decided_at": at}
    return await move_requisition(tx, requisition_id, "refuse", reason=reason, **decided)


async def move_requisition(
    tx: Tx, requisition_id: UUID, verb: str, *, where: tuple[int, int] | None = None, **values: Any
) -> bool:
    """Move a requisition on by a verb of its machine; False when it does not stand where that leads on from.

    `where` is the stage and the yeses with which it was read, if those count.
    """
    stands = sa.true() if where is None else sa.tuple_(requisitions.c.stage, requisitions.c.yeses) == sa.tuple_(*where)
    open_from = requisitions.c.state.in_(REQUISITION.open_from(verb))
    row = await tx.first(
        sa.update(requisitions)
        .where(requisitions.c.requisition_id == requisition_id, open_from, stands)
        .values(state=REQUISITION.edges[verb][1].value, **values)
        .returning(requisitions.c.requisition_id)
    )
    return row is not None


async def due_requisitions(tx: ReadTx, now: datetime, limit: int) -> list[UUID]:
    """List those whose time to be decided is over, or that were never given any, the longest overdue first."""
    rows = await tx.rows(
        sa.select(requisitions.c.requisition_id)
        .where(_AWAITING, _due(now))
        .order_by(requisitions.c.due_at.nulls_first())
        .limit(limit)
    )
    return [row.requisition_id for row in rows]


async def hold_due(tx: Tx, requisition_id: UUID, now: datetime) -> Requisition | None:
    """Lock one that is due; None for one that is not any more, or that another holds."""
    row = await tx.first(
        _CHOSEN.where(requisitions.c.requisition_id == requisition_id, _AWAITING, _due(now)).with_for_update(
            of=requisitions, skip_locked=True
        )
    )
    return None if row is None else _requisition(row)


_AWAITING = requisitions.c.state == sa.literal_column(f"'{RequisitionState.AWAITING.value}'")


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(requisitions.c.due_at.is_(None), requisitions.c.due_at <= now)


async def unit_above(tx: ReadTx, path: str) -> tuple[UUID, str] | None:
    """Give the nearest unit above a path that is known here, by its id and path; None at the top."""
    row = await tx.first(
        sa.select(units.c.unit_id, units.c.path)
        .where(units.c.path.in_(paths_up(path)[1:]))
        .order_by(sa.func.length(units.c.path).desc())
        .limit(1)
    )
    return None if row is None else (row.unit_id, row.path)


async def wait_for(tx: Tx, requisition_id: UUID, unit_id: UUID, path: str, due_at: datetime) -> None:
    """Let an awaiting requisition wait for a unit until a moment; it is locked."""
    await tx.execute(
        sa.update(requisitions)
        .where(requisitions.c.requisition_id == requisition_id, _AWAITING)
        .values(waits_for=unit_id, waits_path=path, due_at=due_at)
    )


async def endorse(tx: Tx, found: Requisition, to: Requisition) -> bool:
    """Write one more yes, after which it waits as `to` says; False when another was faster or it waits no more."""
    row = await tx.first(
        sa.update(requisitions)
        .where(
            requisitions.c.requisition_id == found.requisition_id,
            requisitions.c.state.in_(REQUISITION.open_from("endorse")),
            requisitions.c.stage == found.stage,
            requisitions.c.yeses == found.yeses,
        )
        .values(stage=to.stage, yeses=to.yeses, waits_for=to.waits_for, waits_path=to.waits_path, due_at=to.due_at)
        .returning(requisitions.c.requisition_id)
    )
    return row is not None


class RequisitionStep(NamedTuple):
    """What was done to a requisition after it was asked for; nobody's doing is the clock's."""

    at: datetime
    step: str
    account_id: UUID | None = None
    account_name: str = ""
    acted_as: Role | None = None
    unit_id: UUID | None = None
    """The unit in which they decided, or that it was handed up to."""
    reason: str = ""
    for_account_id: UUID | None = None
    """In whose stead."""
    for_account_name: str | None = None


async def add_step(tx: Tx, requisition_id: UUID, step: RequisitionStep) -> None:
    """Write a step down; it is never changed."""
    told = step._asdict() | {"acted_as": step.acted_as.value if step.acted_as else None}
    await tx.execute(insert(requisition_steps).values(requisition_id=requisition_id, **told))


async def steps_of(tx: ReadTx, requisition_id: UUID) -> list[RequisitionStep]:
    """Read what was done to a requisition, in order."""
    rows = await tx.rows(
        sa.select(*(requisition_steps.c[name] for name in RequisitionStep._fields))
        .where(requisition_steps.c.requisition_id == requisition_id)
        .order_by(requisition_steps.c.id)
    )
    return [
        RequisitionStep(**{**row._mapping, "acted_as": Role(row.acted_as) if row.acted_as else None}) for row in rows
    ]


_ASKED_FOR = ~sa.exists().where(returns.c.replacement_order_id == orders.c.order_id)
"""What replaces returned goods stands under their requisition, and was not asked for by it."""


async def placed_orders(tx: ReadTx, requisition_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Read the orders that requisitions placed, in the order of their first lines."""
    first = (
        sa.select(sa.func.min(order_lines.c.position))
        .where(order_lines.c.order_id == orders.c.order_id)
        .scalar_subquery()
    )
    rows = await tx.rows(
        sa.select(
            orders.c.requisition_id,
            orders.c.order_id,
            orders.c.supplier_id,
            orders.c.supplier_name,
            orders.c.ordered_fen,
        )
        .where(orders.c.requisition_id.in_(list(requisition_ids)), _ASKED_FOR)
        .order_by(orders.c.requisition_id, first)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.requisition_id, []).append(
            {
                "order_id": str(row.order_id),
                "supplier_id": str(row.supplier_id),
                "supplier_name": row.supplier_name,
                "amount_fen": row.ordered_fen,
            }
        )
    return found


async def placed_lines(tx: ReadTx, requisition_id: UUID) -> list[dict[str, Any]]:
    """Read the lines of the orders that a requisition placed, as they were asked for."""
    rows = await tx.rows(
        sa.select(order_lines, orders.c.supplier_id)
        .join(orders, orders.c.order_id == order_lines.c.order_id)
        .where(orders.c.requisition_id == requisition_id, order_lines.c.replaces_line_id.is_(None), _ASKED_FOR)
        .order_by(order_lines.c.position)
    )
    return [
        {
            "listing_id": str(row.listing_id),
            "listing_version": row.listing_version,
            "supplier_id": str(row.supplier_id),
            **{name: getattr(row, name) for name in LINE_FACTS},
            "price_fen": row.price_fen,
            "measure": Measure(row.measure),
            "quantity": row.quantity,
            "tolerance_bp": row.tolerance_bp,
            "amount_fen": line_amount_fen(row.quantity, row.price_fen, row.unit_quantity),
        }
        for row in rows
    ]


async def asked_lines(tx: ReadTx, found: Requisition) -> list[dict[str, Any]]:
    """Read the lines of a requisition as they were asked for, wherever they stand now."""
    return await placed_lines(tx, found.requisition_id) if found.lines is None else [dict(one) for one in found.lines]


async def list_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    state: RequisitionState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Requisition]:
    """Read a page of what these seats reach, newest first."""
    chosen = _CHOSEN.where(reached(reach, requisitions.c.canteen_id, None))
    if canteen_id is not None:
        chosen = chosen.where(requisitions.c.canteen_id == canteen_id)
    if state is not None:
        chosen = chosen.where(requisitions.c.state == sa.literal_column(f"'{state.value}'"))
    if after is not None:
        chosen = chosen.where(
            sa.tuple_(requisitions.c.requested_at, requisitions.c.requisition_id)
            < sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    rows = await tx.rows(
        chosen.order_by(requisitions.c.requested_at.desc(), requisitions.c.requisition_id.desc()).limit(limit)
    )
    return [_requisition(row) for row in rows]


def _stages(row: Any) -> tuple[Stage, ...]:
    """Give the stages; the one that it waits for stands where its unit stands now, as units are moved."""
    kept = tuple(stage_of(one) for one in row.stages or ())
    return tuple(
        one._replace(path=row.stage_now) if place == row.stage and row.stage_now else one
        for place, one in enumerate(kept)
    )


def _requisition(row: Any) -> Requisition:
    return Requisition(
        requisition_id=row.requisition_id,
        basket_id=row.basket_id,
        canteen_id=row.canteen_id,
        canteen_name=row.canteen_name,
        unit_id=row.unit_id,
        unit_path=row.unit_path,
        fund=Fund(row.fund),
        state=RequisitionState(row.state),
        wanted_on=row.wanted_on,
        amount_fen=row.amount_fen,
        requested_by=row.requested_by,
        requested_by_name=row.requested_by_name,
        requested_at=row.requested_at,
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        reason=row.reason,
        fair_id=row.fair_id,
        wanted_from=row.wanted_from,
        wanted_until=row.wanted_until,
        lines=None if row.lines is None else tuple(row.lines),
        most_fen=row.most_fen,
        waits_for=row.waits_for,
        waits_path=row.waits_now or row.waits_path,
        waits_name=row.waits_name,
        due_at=row.due_at,
        stages=_stages(row),
        stage=row.stage,
        yeses=row.yeses,
        sale_id=row.sale_id,
    )
