"""A step of an order that nothing stands beside is read in one statement and written in one.

Decision: what decides the step is read without a lock, and the bare pool's one statement moves the order on, its stock
and its lines, writes the step, the stamp and what is said, if the order's row is still the very one that was read;
else it does nothing, and the use case goes step by step under a lock. Why: the same in a transaction was seven to nine
round trips, each of which costs more than its work. Price: the answer, which the stamp keeps, is made from what was
read, and tests hold it equal to what is read afterwards.

The row is known by its `xmin`, which every change of it changes: whoever registers a card touches the order for that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.order.domain.states import ORDER, OrderState
from services.order.store.order_view import ORDER_SQL, finished
from services.order.store.orders import Order, OrderLine
from services.order.store.stock import Move
from shared.contracts.words import Fund, Measure, SupplierKind
from shared.db.unit_of_work import Stamp, UnitOfWork

_LINE = ", ".join(f"'{name}', l.{name}" for name in OrderLine.__dataclass_fields__)
_OWN = [name for name in Order.__dataclass_fields__ if name != "unit_path"]
_READ = f"""
SELECT {", ".join(f"o.{name}" for name in _OWN)}, u.path AS unit_path, o.xmin::text AS row_id, ({ORDER_SQL}) AS view,
  (SELECT json_agg(json_build_object({_LINE}) ORDER BY l.position)::text
   FROM order_lines l WHERE l.order_id = o.order_id) AS lines,
  to_json($2::timestamptz)::text AS now,
  EXISTS (SELECT FROM payments p WHERE p.order_id = o.order_id)
  OR EXISTS (SELECT FROM orders x WHERE x.acceptance_id = $3::uuid)
  OR EXISTS (SELECT FROM inbox i WHERE i.door = $4::text AND i.key = $5::text) AS by_steps
FROM orders o JOIN canteens c ON c.canteen_id = o.canteen_id JOIN units u ON u.unit_id = c.unit_id
WHERE o.order_id = $1::uuid"""  # noqa: S608 - composed of constants

SAID = """stamped AS (
  INSERT INTO inbox (door, key, fingerprint, answer, at)
  SELECT $7::text, $8::text, $9::text, $10::jsonb, $3::timestamptz FROM moved WHERE $7::text IS NOT NULL
), said AS (
  INSERT INTO outbox (event_id, type, key, body, written_at)
  SELECT e.event_id, e.type, e.key, e.body, $3::timestamptz
  FROM moved, unnest($11::uuid[], $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
    AS e(event_id, type, key, body, place) ORDER BY e.place
), stepped AS (
  INSERT INTO order_steps (order_id, at, step, state, account_id, account_name, reason)
  SELECT order_id, $3::timestamptz, $15::text, $16::text, $4::uuid, $5::text, $6::text FROM moved
)"""
"""What every step writes beside the order itself; its first parameters are those of `parameters`."""

_MOVE = f"""
WITH moved AS (
  UPDATE orders SET state = $16::text, version = version + 1
  WHERE order_id = $1::uuid AND xmin::text = $2::text
  RETURNING order_id
), {SAID}
SELECT order_id FROM moved"""  # noqa: S608 - composed of constants

_MOVE_WITH_STOCK = f"""
WITH moved AS (
  UPDATE orders SET state = $16::text, version = version + 1, shipped_at = coalesce($17::timestamptz, shipped_at),
    shipment = coalesce($18::jsonb, shipment)
  WHERE order_id = $1::uuid AND xmin::text = $2::text
  RETURNING order_id
), held AS (
  SELECT s.listing_id FROM stock s WHERE s.listing_id = ANY ($19::uuid[]) AND (SELECT count(*) FROM moved) > 0
  ORDER BY s.listing_id FOR NO KEY UPDATE
), taken AS (
  UPDATE stock s SET on_hand = s.on_hand + m.on_hand, promised = s.promised + m.promised, version = s.version + 1
  FROM unnest($19::uuid[], $20::bigint[], $21::bigint[]) AS m(listing_id, on_hand, promised)
  WHERE s.listing_id = m.listing_id AND (SELECT count(*) FROM held) > 0
    AND s.on_hand + m.on_hand >= s.promised + m.promised AND s.promised + m.promised >= 0
    AND (s.on_hand > s.promised) = (s.on_hand + m.on_hand > s.promised + m.promised)
  RETURNING s.listing_id
), guarded AS (
  SELECT 1 / (count(*) = cardinality($19::uuid[]))::int AS whole FROM taken
), lined AS (
  UPDATE order_lines l SET packed_quantity = n.packed, promised_quantity = n.promised
  FROM moved, unnest($22::uuid[], $23::bigint[], $24::bigint[]) AS n(line_id, packed, promised)
  WHERE l.order_id = moved.order_id AND l.line_id = n.line_id
), {SAID}
SELECT order_id FROM moved, guarded WHERE whole = 1"""  # noqa: S608 - composed of constants
"""Divides by zero, so that nothing of it stands, when some stock is short or its crossing of zero is to be said."""

Said = tuple[str, str, UUID, str]
"""An event: type, key, id and sealed JSON."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as it was read, to be moved on."""

    order: Order
    row_id: str
    lines: list[OrderLine]
    view: dict[str, Any]
    now: str
    """The moment of reading as the database writes it in JSON."""
    by_steps: bool
    """Something was paid or held, or this acceptance or its stamp is there already: look again under a lock."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to an order, when and by whom."""

    verb: str
    at: datetime
    by: UUID
    by_name: str
    reason: str = ""

    @property
    def state(self) -> OrderState:
        return ORDER.edges[self.verb][1]


@dataclass(frozen=True, slots=True)
class Goods:
    """How the stock and the lines change with a step; a line by its id: what was packed of it, and what it holds."""

    moves: Mapping[UUID, Move]
    lines: Mapping[UUID, tuple[int | None, int]]
    shipment: Mapping[str, str] | None = None


async def see_order(
    uow: UnitOfWork, order_id: UUID, at: datetime, once: Stamp | None, acceptance_id: UUID | None = None
) -> Seen | None:
    """Read an order and all that decides its next step; None for one that is not there."""
    rows = await uow.statement(
        _READ, order_id, at, acceptance_id, once.door if once else None, once.key if once else None
    )
    if not rows:
        return None
    row = rows[0]
    fields = {name: row[name] for name in Order.__dataclass_fields__} | {
        "supplier_kind": SupplierKind(row["supplier_kind"]),
        "fund": Fund(row["fund"]),
        "state": OrderState(row["state"]),
    }
    lines = [
        OrderLine(
            **{
                **line,
                "line_id": UUID(line["line_id"]),
                "listing_id": UUID(line["listing_id"]),
                "measure": Measure(line["measure"]),
            }
        )
        for line in orjson.loads(row["lines"])
    ]
    view, now = orjson.loads(row["view"]), orjson.loads(row["now"])
    return Seen(Order(**fields), row["row_id"], lines, view, now, row["by_steps"])


def stepped_view(seen: Seen, step: Step, **changed: Any) -> dict[str, Any]:
    """Write the order as it will be read once the step stands; `changed` are further parts of it."""
    told = {
        "at": seen.now,
        "step": step.verb,
        "state": step.state.value,
        "account_name": step.by_name,
        "reason": step.reason,
    }
    return finished(
        seen.view
        | {"state": step.state.value, "version": seen.order.version + 1}
        | changed
        | {"steps": [*seen.view["steps"], told]}
    )


def parameters(seen: Seen, step: Step, view: dict[str, Any], said: Sequence[Said], once: Stamp | None) -> list[Any]:
    """Give the first sixteen parameters, which every step's statement takes."""
    return [
        seen.order.order_id,
        seen.row_id,
        step.at,
        step.by,
        step.by_name,
        step.reason,
        once.door if once else None,
        once.key if once else None,
        once.fingerprint if once else None,
        orjson.dumps(view).decode() if once else None,
        [event_id for _, _, event_id, _ in said],
        [type_ for type_, _, _, _ in said],
        [key for _, key, _, _ in said],
        [body for _, _, _, body in said],
        step.verb,
        step.state.value,
    ]


async def write_step(
    uow: UnitOfWork,
    seen: Seen,
    step: Step,
    view: dict[str, Any],
    said: Sequence[Said],
    once: Stamp | None,
    goods: Goods | None = None,
) -> bool:
    """Move an order on; False, and nothing written, when it has to go by steps. Raises Busy."""
    given = parameters(seen, step, view, said, once)
    if goods is None:
        return await run_step(uow, _MOVE, given)
    moves = {listing_id: move for listing_id, move in sorted(goods.moves.items()) if move != Move()}
    return await run_step(
        uow,
        _MOVE_WITH_STOCK,
        [
            *given,
            step.at if goods.shipment else None,
            orjson.dumps(goods.shipment).decode() if goods.shipment else None,
            list(moves),
            [move.on_hand for move in moves.values()],
            [move.promised for move in moves.values()],
            list(goods.lines),
            [packed for packed, _ in goods.lines.values()],
            [promised for _, promised in goods.lines.values()],
        ],
    )


async def run_step(uow: UnitOfWork, sql: str, given: Sequence[Any]) -> bool:
    """Run a step's statement; tells whether it wrote anything. Raises Busy."""
    try:
        rows = await uow.statement(sql, *given)
    except (asyncpg.UniqueViolationError, asyncpg.DivisionByZeroError):
        return False
    if rows:
        uow.published()
    return bool(rows)
