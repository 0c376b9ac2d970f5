"""A step of an order that nothing stands beside is read in one statement and written in one, with others of its moment.

Decision: what decides the step is read without a lock, and the bare pool's one statement moves the order on, its stock
and its lines, writes the step, the stamp and what is said, if the order's row is still the very one that was read;
else it does nothing, and the use case goes step by step under a lock. Why: the same in a transaction was seven to nine
round trips, each of which costs more than its work. Price: the answer, which the stamp keeps, is made from what was
read, and tests hold it equal to what is read afterwards.

Decision: orders that are looked at, or stepped on, at the same moment share a statement. Why: preparing to run such a
statement costs PostgreSQL more than running it for one order. Price: where one order's stock is short, or its stamp
is there already, its neighbours go twice.

The row is known by its `xmin`, which every change of it changes: whoever registers a card touches the order for that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.order.domain.actors import Actor
from services.order.domain.states import ORDER
from services.order.store.order_view import finished, order_sql
from services.order.store.orders import Order, OrderLine
from services.order.store.stock import COUNTED, Move
from shared.contracts.words import Fund, Measure, OrderChannel, OrderState, SupplierKind
from shared.db.together import Together
from shared.db.unit_of_work import Busy, Stamp, UnitOfWork

LINES_MAX = 2
"""Statements of a kind under way at once; who comes meanwhile shares the next."""

_LINE = ", ".join(f"'{name}', l.{name}" for name in OrderLine.__dataclass_fields__)
_OWN = [name for name in Order.__dataclass_fields__ if name != "unit_path"]
_LOOK = f"""
SELECT a.place, {", ".join(f"o.{name}" for name in _OWN)}, o.xmin::text AS row_id, ({order_sql("a.order_id")}) AS view,
  (SELECT u.path FROM canteens c JOIN units u ON u.unit_id = c.unit_id WHERE c.canteen_id = o.canteen_id) AS unit_path,
  (SELECT json_agg(json_build_object({_LINE}) ORDER BY l.position)::text
   FROM order_lines l WHERE l.order_id = o.order_id) AS lines,
  to_json(a.at)::text AS now,
  coalesce((SELECT true FROM payments p WHERE p.order_id = o.order_id LIMIT 1),
    (SELECT true FROM orders x WHERE x.acceptance_id = a.acceptance_id),
    (SELECT true FROM weighings w WHERE w.acceptance_id = a.acceptance_id),
    (SELECT true FROM inbox i WHERE i.door = a.door AND i.key = a.key), false) AS by_steps
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY
  AS a(order_id, at, acceptance_id, door, key, place)
JOIN orders o ON o.order_id = a.order_id"""  # noqa: S608 - composed of constants
"""What is there already is asked for by its key: an EXISTS beside many would be answered by reading the whole table."""

_STEP = f"""
WITH asked AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::date[],
      $16::bigint[], $17::text[], $18::timestamptz[], $19::date[])
    AS a(order_id, row_id, at, by, by_name, reason, verb, state, door, key, fingerprint, answer, shipment,
      acceptance_id, accepted_on, kept_fen, acted_as, weighed_at, day)
), moved AS (
  UPDATE orders o SET state = a.state, version = o.version + 1, kept_fen = o.kept_fen + a.kept_fen,
    shipped_at = CASE WHEN a.shipment IS NULL THEN o.shipped_at ELSE a.at END,
    shipment = coalesce(a.shipment::jsonb, o.shipment),
    acceptance_id = coalesce(a.acceptance_id, o.acceptance_id),
    weighed_at = coalesce(a.weighed_at, o.weighed_at),
    accepted_on = coalesce(a.accepted_on, o.accepted_on),
    accepted_at = CASE WHEN a.acceptance_id IS NULL THEN o.accepted_at ELSE a.at END,
    accepted_by = CASE WHEN a.acceptance_id IS NULL THEN o.accepted_by ELSE a.by END,
    accepted_by_name = CASE WHEN a.acceptance_id IS NULL THEN o.accepted_by_name ELSE a.by_name END
  FROM asked a WHERE o.order_id = a.order_id AND o.xmin::text = a.row_id
  RETURNING o.order_id, o.canteen_id, o.supplier_id, o.wanted_on, a.day, a.kept_fen
), days AS (
  SELECT canteen_id, supplier_id, day, sum(kept_fen)::bigint AS fen FROM moved WHERE day IS NOT NULL GROUP BY 1, 2, 3
), booked AS (
  INSERT INTO acceptance_days AS d (canteen_id, supplier_id, day, amount_fen)
  SELECT canteen_id, supplier_id, day, fen FROM days WHERE fen <= $20 ORDER BY 1, 2, 3
  ON CONFLICT (canteen_id, supplier_id, day) DO UPDATE SET amount_fen = d.amount_fen + excluded.amount_fen
  WHERE d.amount_fen + excluded.amount_fen <= $20::bigint
  RETURNING d.day
), need AS (
  SELECT m.listing_id, sum(m.on_hand)::bigint AS on_hand, sum(m.promised)::bigint AS promised,
    array_agg(moved.wanted_on) AS days, array_agg(m.promised - m.on_hand) AS mores
  FROM moved JOIN unnest($21::uuid[], $22::uuid[], $23::bigint[], $24::bigint[])
    AS m(order_id, listing_id, on_hand, promised) USING (order_id)
  GROUP BY m.listing_id
), held AS (
  SELECT s.listing_id FROM stock s WHERE s.listing_id = ANY ($22::uuid[]) AND (SELECT count(*) FROM moved) > 0
  ORDER BY s.listing_id FOR NO KEY UPDATE
), taken AS (
  UPDATE stock s SET on_hand = s.on_hand + n.on_hand, promised = s.promised + n.promised, version = s.version + 1,
    window_promised = {COUNTED}
  FROM need n
  WHERE s.listing_id = n.listing_id AND (SELECT count(*) FROM held) > 0
    AND s.on_hand + n.on_hand >= s.promised + n.promised AND s.promised + n.promised >= 0
    AND (s.on_hand > s.promised) = (s.on_hand + n.on_hand > s.promised + n.promised)
  RETURNING s.listing_id
), guarded AS (
  SELECT 1 / ((SELECT count(*) FROM taken) = (SELECT count(*) FROM need)
    AND (SELECT count(*) FROM booked) = (SELECT count(*) FROM days))::int AS whole
), lined AS (
  UPDATE order_lines l SET packed_quantity = coalesce(n.packed, l.packed_quantity),
    promised_quantity = coalesce(n.promised, l.promised_quantity),
    accepted_quantity = coalesce(n.accepted, l.accepted_quantity), accepted_fen = coalesce(n.fen, l.accepted_fen),
    kept_fen = coalesce(n.fen, l.kept_fen), reason = coalesce(n.reason, l.reason),
    refused_quantity = coalesce(n.refused, l.refused_quantity), gross_grams = coalesce(n.gross, l.gross_grams),
    tare_grams = coalesce(n.tare, l.tare_grams), lot_number = coalesce(n.lot, l.lot_number)
  FROM moved, unnest($25::uuid[], $26::uuid[], $27::bigint[], $28::bigint[], $29::bigint[], $30::bigint[], $31::text[],
      $32::bigint[], $33::bigint[], $34::bigint[], $35::text[])
    AS n(order_id, line_id, packed, promised, accepted, fen, reason, refused, gross, tare, lot)
  WHERE n.order_id = moved.order_id AND l.order_id = n.order_id AND l.line_id = n.line_id
), stamped AS (
  INSERT INTO inbox (door, key, fingerprint, answer, at)
  SELECT a.door, a.key, a.fingerprint, a.answer::jsonb, a.at FROM moved JOIN asked a USING (order_id)
  WHERE a.door IS NOT NULL
), said AS (
  INSERT INTO outbox (event_id, type, key, body, written_at)
  SELECT e.event_id, e.type, e.key, e.body, a.at
  FROM moved JOIN asked a USING (order_id) JOIN unnest($36::uuid[], $37::uuid[], $38::text[], $39::text[], $40::text[])
    WITH ORDINALITY AS e(order_id, event_id, type, key, body, place) USING (order_id) ORDER BY e.place
), stepped AS (
  INSERT INTO order_steps (order_id, at, step, state, account_id, account_name, acted_as, reason)
  SELECT order_id, a.at, a.verb, a.state, a.by, a.by_name, a.acted_as, a.reason FROM moved JOIN asked a USING (order_id)
)
SELECT order_id FROM moved, guarded WHERE whole = 1"""  # noqa: S608 - composed of constants
"""Divides by zero, so that nothing of it stands, when some stock is short, its crossing of zero is to be said, or a
day's sum of a canteen and a supplier would rise above what one person may accept."""

Said = tuple[str, str, UUID, str]
"""An event: type, key, id and sealed JSON."""


@dataclass(frozen=True, slots=True)
class Look:
    """An order that is looked at, when, and with what: an acceptance or a stamp that may be there already."""

    order_id: UUID
    at: datetime
    once: Stamp | None = None
    acceptance_id: UUID | None = None


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
    by: Actor
    reason: str = ""

    @property
    def state(self) -> OrderState:
        return ORDER.edges[self.verb][1]


@dataclass(frozen=True, slots=True)
class LineNow:
    """What becomes of a line, quantities in its measure; None stays as it is."""

    packed: int | None = None
    promised: int | None = None
    accepted: int | None = None
    kept_fen: int | None = None
    reason: str | None = None
    refused: int | None = None
    gross_grams: int | None = None
    tare_grams: int | None = None
    lot_number: str | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """How the stock by listing, the lines by their id and the order itself change with a step."""

    moves: Mapping[UUID, Move] = field(default_factory=dict)
    lines: Mapping[UUID, LineNow] = field(default_factory=dict)
    shipment: Mapping[str, str] | None = None
    acceptance_id: UUID | None = None
    accepted_on: date | None = None
    kept_fen: int = 0
    weighed_at: datetime | None = None
    day: date | None = None
    """The business day in whose sum `kept_fen` counts, of an acceptance."""


@dataclass(frozen=True, slots=True)
class Stepping:
    """All that is written when an order that was seen is moved on."""

    seen: Seen
    step: Step
    view: dict[str, Any]
    """What will be answered to a repeat of `once`."""
    said: Sequence[Said]
    once: Stamp | None
    goods: Goods = Goods()

    @property
    def order_id(self) -> UUID:
        return self.seen.order.order_id


def looking_line(uow: UnitOfWork) -> Together[Look, Seen | None]:
    """Make the line at which orders are looked at, each with all that decides its next step; None: not there."""

    async def serve(looks: Sequence[Look]) -> list[Seen | None]:
        rows = await uow.statement(
            _LOOK,
            [look.order_id for look in looks],
            [look.at for look in looks],
            [look.acceptance_id for look in looks],
            [look.once.door if look.once else None for look in looks],
            [look.once.key if look.once else None for look in looks],
        )
        seen = {row["place"]: _seen(row) for row in rows if row["unit_path"] is not None}
        return [seen.get(place) for place in range(1, len(looks) + 1)]

    return Together(serve, lines_max=LINES_MAX)


def stepping_line(uow: UnitOfWork, second_person_fen: int) -> Together[Stepping, bool]:
    """Make the line at which orders are moved on; False, and nothing written, for one that has to go by steps.

    A day's acceptances come to at most `second_person_fen` by canteen and supplier here. Raises Busy.
    """

    async def serve(steppings: Sequence[Stepping]) -> list[bool | Exception]:
        first = {stepping.order_id: stepping for stepping in reversed(steppings)}
        try:
            stepped = sorted(first.values(), key=lambda one: one.order_id)
            rows = await uow.statement(_STEP, *_parameters(stepped, second_person_fen))
        except (asyncpg.UniqueViolationError, asyncpg.DivisionByZeroError, Busy) as error:
            if len(steppings) == 1:
                return [error if isinstance(error, Busy) else False]
            alone = await asyncio.gather(*(serve([one]) for one in steppings))
            return [answer for (answer,) in alone]
        if rows:
            uow.published()
        moved = {row["order_id"] for row in rows}
        return [one.order_id in moved and first[one.order_id] is one for one in steppings]

    return Together(serve, lines_max=LINES_MAX)


def stepped_view(seen: Seen, step: Step, **changed: Any) -> dict[str, Any]:
    """Write the order as it will be read once the step stands; `changed` are further parts of it."""
    told = {
        "at": seen.now,
        "step": step.verb,
        "state": step.state.value,
        "account_id": str(step.by.account_id),
        "account_name": step.by.name,
        "acted_as": step.by.acted_as,
        "reason": step.reason,
    }
    return finished(
        seen.view
        | {"state": step.state.value, "version": seen.order.version + 1}
        | changed
        | {"steps": [*seen.view["steps"], told]}
    )


def _seen(row: Any) -> Seen:
    fields = {name: row[name] for name in Order.__dataclass_fields__} | {
        "supplier_kind": SupplierKind(row["supplier_kind"]),
        "fund": Fund(row["fund"]),
        "state": OrderState(row["state"]),
        "channel": OrderChannel(row["channel"]),
    }
    lines = [
        OrderLine(
            **{
                **line,
                "line_id": UUID(line["line_id"]),
                "listing_id": UUID(line["listing_id"]),
                "measure": Measure(line["measure"]),
                "replaces_line_id": line["replaces_line_id"] and UUID(line["replaces_line_id"]),
            }
        )
        for line in orjson.loads(row["lines"])
    ]
    view, now = orjson.loads(row["view"]), orjson.loads(row["now"])
    return Seen(Order(**fields), row["row_id"], lines, view, now, row["by_steps"])


def _parameters(steppings: Sequence[Stepping], second_person_fen: int) -> list[Any]:
    """Give the columns of what is asked, of the stock, of the lines, and of what is said."""
    moves = [
        (one.order_id, listing_id, move.on_hand, move.promised)
        for one in steppings
        for listing_id, move in sorted(one.goods.moves.items())
        if move != Move()
    ]
    lines = [
        (
            *(one.order_id, line_id, now.packed, now.promised, now.accepted, now.kept_fen, now.reason),
            *(now.refused, now.gross_grams, now.tare_grams, now.lot_number),
        )
        for one in steppings
        for line_id, now in one.goods.lines.items()
    ]
    said = [(one.order_id, event_id, type_, key, body) for one in steppings for type_, key, event_id, body in one.said]
    return [
        *_columns([_asked(one) for one in steppings], 19),
        second_person_fen,
        *_columns(moves, 4),
        *_columns(lines, 11),
        *_columns(said, 5),
    ]


def _asked(one: Stepping) -> tuple[Any, ...]:
    step, goods, once = one.step, one.goods, one.once
    return (
        one.order_id,
        one.seen.row_id,
        step.at,
        step.by.account_id,
        step.by.name,
        step.reason,
        step.verb,
        step.state.value,
        once.door if once else None,
        once.key if once else None,
        once.fingerprint if once else None,
        orjson.dumps(one.view).decode() if once else None,
        orjson.dumps(goods.shipment).decode() if goods.shipment is not None else None,
        goods.acceptance_id,
        goods.accepted_on,
        goods.kept_fen,
        step.by.acted_as.value if step.by.acted_as else None,
        goods.weighed_at,
        goods.day,
    )


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]
