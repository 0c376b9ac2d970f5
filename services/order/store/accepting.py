"""An ordinary acceptance is read in one statement and written in one: order, lines, step, stamp and what is said.

Decision: where nothing was paid or held before, the bare pool moves the order on by its state and version, and does
nothing at all when either has changed. Why: the same in a transaction was a dozen round trips, each of which costs
more than its work. Price: the answer, which the stamp keeps, is made from what was read, and a test holds it equal to
what is read afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.order.domain.states import OrderState
from services.order.domain.weights import Kept
from services.order.store.order_view import ORDER_SQL, finished
from services.order.store.orders import Order, OrderLine
from shared.contracts.words import Fund, Measure, SupplierKind
from shared.db.unit_of_work import Busy, Stamp, UnitOfWork

_LINE = ", ".join(f"'{name}', l.{name}" for name in OrderLine.__dataclass_fields__)
_OWN = [name for name in Order.__dataclass_fields__ if name != "unit_path"]
_READ = f"""
SELECT {", ".join(f"o.{name}" for name in _OWN)}, u.path AS unit_path, ({ORDER_SQL}) AS view,
  (SELECT json_agg(json_build_object({_LINE}) ORDER BY l.position)::text
   FROM order_lines l WHERE l.order_id = o.order_id) AS lines,
  to_json($2::timestamptz)::text AS now,
  EXISTS (SELECT FROM payments p WHERE p.order_id = o.order_id)
  OR EXISTS (SELECT FROM orders x WHERE x.acceptance_id = $3::uuid)
  OR EXISTS (SELECT FROM inbox i WHERE i.door = $4::text AND i.key = $5::text) AS by_steps
FROM orders o JOIN canteens c ON c.canteen_id = o.canteen_id JOIN units u ON u.unit_id = c.unit_id
WHERE o.order_id = $1::uuid"""  # noqa: S608 - composed of constants

_WRITE = """
WITH moved AS (
  UPDATE orders SET state = 'accepted', version = version + 1, kept_fen = kept_fen + $3::bigint,
    acceptance_id = $4::uuid, accepted_on = $5::date, accepted_at = $6::timestamptz, accepted_by = $7::uuid,
    accepted_by_name = $8::text
  WHERE order_id = $1::uuid AND version = $2::bigint AND state = 'shipped'
  RETURNING order_id
), lined AS (
  UPDATE order_lines l SET accepted_quantity = n.accepted, accepted_fen = n.fen, kept_fen = n.fen, reason = n.reason
  FROM moved m, unnest($9::uuid[], $10::bigint[], $11::bigint[], $12::text[]) AS n(line_id, accepted, fen, reason)
  WHERE l.order_id = m.order_id AND l.line_id = n.line_id
), stepped AS (
  INSERT INTO order_steps (order_id, at, step, state, account_id, account_name, reason)
  SELECT order_id, $6::timestamptz, 'accept', 'accepted', $7::uuid, $8::text, $13::text FROM moved
), stamped AS (
  INSERT INTO inbox (door, key, fingerprint, answer, at)
  SELECT $14::text, $15::text, $16::text, $17::jsonb, $6::timestamptz FROM moved WHERE $14::text IS NOT NULL
), said AS (
  INSERT INTO outbox (event_id, type, key, body, written_at)
  SELECT e.event_id, e.type, e.key, e.body, $6::timestamptz
  FROM moved, unnest($18::uuid[], $19::text[], $20::text[], $21::text[]) WITH ORDINALITY
    AS e(event_id, type, key, body, place) ORDER BY e.place
)
SELECT order_id FROM moved"""

_BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)


@dataclass(frozen=True, slots=True)
class Shipped:
    """An order as it was read, to be accepted."""

    order: Order
    lines: list[OrderLine]
    view: dict[str, Any]
    now: str
    """The moment of reading as the database writes it in JSON."""
    by_steps: bool
    """Something was paid or held, or this acceptance or its stamp is there already: look again under a lock."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is written of an acceptance, and by whom."""

    acceptance_id: UUID
    accepted_on: date
    at: datetime
    by: UUID
    by_name: str
    reason: str
    kept: Mapping[UUID, Kept]
    reasons: Mapping[UUID, str]

    @property
    def kept_fen(self) -> int:
        return sum(one.net_fen for one in self.kept.values())


async def read_shipped(
    uow: UnitOfWork, order_id: UUID, acceptance_id: UUID, at: datetime, once: Stamp | None
) -> Shipped | None:
    """Read an order and all that decides how it is accepted; None for one that is not there."""
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
    return Shipped(Order(**fields), lines, orjson.loads(row["view"]), orjson.loads(row["now"]), row["by_steps"])


def accepted_view(shipped: Shipped, acceptance: Acceptance) -> dict[str, Any]:
    """Write the order as it will be read once the acceptance stands."""
    view, kept_fen = shipped.view, shipped.order.kept_fen + acceptance.kept_fen
    lines = []
    for line in view["lines"]:
        kept = acceptance.kept[UUID(line["line_id"])]
        lines.append(
            line
            | {
                "accepted_quantity": kept.quantity,
                "kept_quantity": kept.quantity - line["returned_quantity"],
                "accepted_fen": kept.net_fen,
                "kept_fen": kept.net_fen,
                "reason": acceptance.reasons[UUID(line["line_id"])],
            }
        )
    step = {
        "at": shipped.now,
        "step": "accept",
        "state": OrderState.ACCEPTED.value,
        "account_name": acceptance.by_name,
        "reason": acceptance.reason,
    }
    return finished(
        view
        | {
            "state": OrderState.ACCEPTED.value,
            "version": shipped.order.version + 1,
            "accepted_fen": acceptance.kept_fen,
            "kept_fen": kept_fen,
            "owed_fen": max(kept_fen - shipped.order.paid_fen, 0),
            "refund_due_fen": max(shipped.order.paid_fen - kept_fen, 0),
            "lines": lines,
            "acceptance": {
                "acceptance_id": str(acceptance.acceptance_id),
                "accepted_on": acceptance.accepted_on.isoformat(),
                "accepted_at": shipped.now,
                "accepted_by": str(acceptance.by),
                "accepted_by_name": acceptance.by_name,
            },
            "steps": [*view["steps"], step],
        }
    )


async def write_acceptance(
    uow: UnitOfWork,
    shipped: Shipped,
    acceptance: Acceptance,
    view: dict[str, Any],
    said: Sequence[tuple[str, str, UUID, str]],
    once: Stamp | None,
) -> bool:
    """Accept a shipped order; False, and nothing written, when somebody else was first. Raises Busy.

    `said` are the events: type, key, id and sealed JSON.
    """
    kept = acceptance.kept
    try:
        rows = await uow.statement(
            _WRITE,
            shipped.order.order_id,
            shipped.order.version,
            acceptance.kept_fen,
            acceptance.acceptance_id,
            acceptance.accepted_on,
            acceptance.at,
            acceptance.by,
            acceptance.by_name,
            list(kept),
            [one.quantity for one in kept.values()],
            [one.net_fen for one in kept.values()],
            [acceptance.reasons[line_id] for line_id in kept],
            acceptance.reason,
            once.door if once else None,
            once.key if once else None,
            once.fingerprint if once else None,
            orjson.dumps(view).decode() if once else None,
            [event_id for _, _, event_id, _ in said],
            [type_ for type_, _, _, _ in said],
            [key for _, key, _, _ in said],
            [body for _, _, _, body in said],
        )
    except asyncpg.UniqueViolationError:
        return False
    except _BUSY as error:
        raise Busy(reason=str(error.sqlstate)) from error
    if rows:
        uow.published()
    return bool(rows)
