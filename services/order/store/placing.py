"""Placing is one statement: it promises the stock, writes requisitions, orders and lines, says so, or does nothing.

Decision: one multi-CTE statement on the bare pool, its events sealed beforehand; it divides by zero when it guards
fewer listings than were asked, so that nothing of it stands. Why: an order of five lines then keeps 0.8 of what
pgbench does with the same statement, where a unit of work with an ORM keeps 0.07; a guard that does not raise would
leak stock. Price: SQL that is read slowly, and a second look at the tables to tell why it did not go through.

Decision: requisitions that come together are placed together, all or none; when they are not, each is placed alone.
Why: measured, one of sixteen costs PostgreSQL a third of one alone. Price: one short listing makes its neighbours
go twice.

A line's price is reckoned before, from the tiers of the version that the statement guards: no version ever changes.
Where a canteen's fund has a budget, what is placed passes its gate in the same statement. Its row counts what has
passed since a reader looked, and lets pass what still fits if all of that counts: a lock alone would not do, as a
statement's sums see nothing that was committed after it began. Without a budget the statement has none of it.

That its supplier may sell is guarded with it, so that whoever was suspended since the basket was read sells nothing.

Goods of a season are promised for days of one of its windows alone. Requisitions that come together for days of two
windows are refused together, and each is placed alone. What a window may promise in all is counted in the row of stock
itself, so that whoever waited for that row sees what the one before them took.

Rows of stock are all locked, in id order, before any is changed, so two baskets with the same goods cannot deadlock:
counting those held stands before the change as its one-time condition. Gates are locked after them, in their order.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.order.domain.budgets import Passage
from services.order.domain.goods import PlannedOrder
from services.order.store.requisitions import RequisitionStep
from services.order.store.stock import COUNTED
from shared.contracts.words import Fund
from shared.db.together import Together
from shared.db.unit_of_work import Busy, Stamp, UnitOfWork

_WITHIN = """passage AS (
  SELECT * FROM unnest($%s::uuid[], $%s::text[], $%s::bigint[], $%s::bigint[], $%s::bigint[], $%s::uuid[], $%s::uuid[],
      $%s::bigint[], $%s::date[], $%s::bigint[])
    AS p(canteen_id, fund, gate_version, most_fen, upto_fen, requisition_id, budget_id, budget_version, month, over_fen)
), passing AS (
  SELECT canteen_id, fund, min(gate_version) AS gate_version, max(gate_version) AS newest, sum(most_fen)::bigint AS fen,
    min(upto_fen) AS upto_fen
  FROM passage GROUP BY canteen_id, fund
), gates AS (
  SELECT g.canteen_id FROM budget_gates g
  WHERE g.canteen_id = ANY ($%s::uuid[]) AND g.fund = ANY ($%s::text[]) AND (SELECT count(*) FROM held) > 0
  ORDER BY g.canteen_id, g.fund FOR NO KEY UPDATE
), passed AS (
  UPDATE budget_gates g SET passed_fen = g.passed_fen + n.fen
  FROM passing n
  WHERE g.canteen_id = n.canteen_id AND g.fund = n.fund AND g.version = n.gate_version AND n.gate_version = n.newest
    AND (n.upto_fen IS NULL OR g.passed_fen + n.fen <= n.upto_fen) AND (SELECT count(*) FROM gates) > 0
  RETURNING g.canteen_id
), """
_CHECKED = """checked AS (
  INSERT INTO budget_checks (requisition_id, step, budget_id, budget_version, month, most_fen, over_fen, at)
  SELECT a.requisition_id, 'placed', p.budget_id, p.budget_version, p.month, p.most_fen, p.over_fen, a.placed_at
  FROM asked a JOIN passage p USING (requisition_id) WHERE p.budget_id IS NOT NULL
), """


def _guard(within: str = "", fits: str = "") -> str:
    """Write what promises the stock, and with it what passes a gate."""
    return f"""
WITH ask AS (
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::int[], $7::text[],
      $18::bigint[], $20::int[], $21::date[])
    AS a(listing_id, version, quantity, line_id, order_id, position, request_id, price_fen, tolerance_bp, wanted_on)
), need AS (
  SELECT listing_id, version, sum(quantity)::bigint AS quantity, max(request_id) AS request_id,
    min(wanted_on) AS first_on, max(wanted_on) AS last_on, array_agg(wanted_on) AS days, array_agg(quantity) AS mores
  FROM ask GROUP BY listing_id, version
), held AS (
  SELECT s.listing_id FROM stock s WHERE s.listing_id = ANY ($1::uuid[]) ORDER BY s.listing_id FOR NO KEY UPDATE
), taken AS (
  UPDATE stock s SET promised = s.promised + n.quantity, version = s.version + 1,
    window_promised = {COUNTED}
  FROM need n
  JOIN listings l ON l.listing_id = n.listing_id AND l.version = n.version AND l.on_sale
  LEFT JOIN suppliers p ON p.supplier_id = l.supplier_id
  WHERE s.listing_id = n.listing_id AND s.on_hand - s.promised >= n.quantity
    AND coalesce(s.season @> daterange(n.first_on, n.last_on, '[]'), true)
    AND (s.window_max IS NULL OR NOT EXISTS (
      SELECT FROM unnest(s.windows, s.window_max, s.window_promised) AS w(span, most, promised)
      WHERE w.promised + (SELECT sum(d.more) FROM unnest(n.days, n.mores) AS d(day, more) WHERE w.span @> d.day)
        > w.most))
    AND coalesce(p.state = 'admitted', true) AND (SELECT count(*) FROM held) > 0
  RETURNING n.listing_id, n.version AS listing_version, n.request_id,
    l.name, l.category, l.measure, l.unit_name, l.unit_quantity, l.piece_grams, l.origin_county_code,
    s.on_hand - s.promised AS left_quantity, s.version AS stock_version
), {within}guarded AS (
  SELECT 1 / (count(*) = $8::int{fits})::int AS whole FROM taken
), sold_out AS MATERIALIZED (
  SELECT gen_random_uuid() AS event_id, listing_id, stock_version, request_id FROM taken WHERE left_quantity = 0
), """  # noqa: S608 - composed of constants


_NEW = """asked AS (
  INSERT INTO requisitions (requisition_id, basket_id, canteen_id, unit_id, fund, state, wanted_on, amount_fen,
    requested_by, requested_by_name, requested_at, fair_id, wanted_from, wanted_until)
  SELECT r.requisition_id, r.basket_id, r.canteen_id, r.unit_id, r.fund, 'placed', r.wanted_on, r.amount_fen,
    r.requested_by, r.requested_by_name, r.requested_at, r.fair_id, r.wanted_from, r.wanted_until
  FROM guarded, unnest($22::uuid[], $23::uuid[], $24::uuid[], $25::uuid[], $26::text[], $27::date[], $28::bigint[],
      $29::uuid[], $30::text[], $31::timestamptz[], $32::uuid[], $33::time[], $34::time[])
    AS r(requisition_id, basket_id, canteen_id, unit_id, fund, wanted_on, amount_fen, requested_by, requested_by_name,
      requested_at, fair_id, wanted_from, wanted_until)
  WHERE whole = 1
  RETURNING requisition_id, canteen_id, unit_id, fund, wanted_on, requested_by, requested_by_name,
    requested_at AS placed_at, fair_id, wanted_from, wanted_until
), """

_APPROVED = """asked AS (
  UPDATE requisitions SET state = 'placed', decided_by = $25::uuid, decided_by_name = $26::text,
    decided_at = $9::timestamptz, reason = $27::text
  FROM guarded WHERE requisition_id = $22::uuid AND basket_id = $23::uuid AND state = 'awaiting'
    AND amount_fen = $24::bigint AND whole = 1
    AND stage = $38::bigint AND yeses = $39::bigint
  RETURNING requisition_id, canteen_id, unit_id, fund, wanted_on, requested_by, requested_by_name,
    decided_at AS placed_at, fair_id, wanted_from, wanted_until
), stamped AS (
  INSERT INTO inbox (door, key, fingerprint, answer, at)
  SELECT $28::text, $29::text, $30::text, $31::jsonb, $9::timestamptz
  FROM asked WHERE $28::text IS NOT NULL
), written AS (
  INSERT INTO requisition_steps (requisition_id, at, step, account_id, account_name, acted_as, unit_id, reason,
    for_account_id, for_account_name)
  SELECT requisition_id, $9::timestamptz, 'approve', $25::uuid, $26::text, $32::text, $33::uuid, $27::text,
    $36::uuid, $37::text FROM asked
), told AS (
  INSERT INTO outbox (event_id, type, key, body, written_at)
  SELECT event_id, 'notice.raised', requisition_id::text, body, $9::timestamptz
  FROM asked, unnest($34::uuid[], $35::text[]) AS n(event_id, body)
), """

_WRITE = """placed AS (
  INSERT INTO orders (order_id, requisition_id, canteen_id, unit_id, supplier_id, supplier_name, supplier_kind, fund,
    state, version, wanted_on, placed_at, placed_by, placed_by_name, ordered_fen, recognised, fair_id,
    wanted_from, wanted_until)
  SELECT o.order_id, a.requisition_id, a.canteen_id, a.unit_id, o.supplier_id, o.supplier_name, o.supplier_kind,
    a.fund, 'placed', 1, a.wanted_on, a.placed_at, a.requested_by, a.requested_by_name, o.amount_fen, o.recognised,
    a.fair_id, a.wanted_from, a.wanted_until
  FROM asked a
  JOIN unnest($10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::text[], $15::bigint[], $19::boolean[])
    AS o(order_id, requisition_id, supplier_id, supplier_name, supplier_kind, amount_fen, recognised)
    USING (requisition_id)
), lined AS (
  INSERT INTO order_lines (order_id, line_id, position, listing_id, listing_version, name, category, measure,
    unit_name, unit_quantity, piece_grams, price_fen, origin_county_code, quantity, promised_quantity,
    tolerance_bp)
  SELECT a.order_id, a.line_id, a.position, t.listing_id, t.listing_version, t.name, t.category, t.measure,
    t.unit_name, t.unit_quantity, t.piece_grams, a.price_fen, t.origin_county_code, a.quantity, a.quantity,
    a.tolerance_bp
  FROM ask a JOIN taken t ON t.listing_id = a.listing_id AND t.listing_version = a.version
), said AS (
  INSERT INTO outbox (event_id, type, key, body, written_at)
  SELECT e.event_id, 'order.placed', e.order_id::text, e.body, $9::timestamptz
  FROM unnest($16::uuid[], $10::uuid[], $17::text[]) AS e(event_id, order_id, body)
  UNION ALL
  SELECT event_id, 'stock.changed', listing_id::text, json_build_object(
    'id', event_id, 'type', 'stock.changed', 'source', 'order', 'key', listing_id::text,
    'at', to_char($9::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), 'request_id', request_id,
    'data', json_build_object('listing_id', listing_id, 'version', stock_version, 'available', false))::text,
    $9::timestamptz
  FROM sold_out
)
SELECT 1 / (count(*) > 0)::int AS whole FROM asked"""


def _statement(asked: str, within_from: int | None = None) -> str:
    """Write the statement; the parameters of what passes a gate begin at this one, where anything does."""
    if within_from is None:
        return _guard() + asked + _WRITE
    first, fund, *more = range(within_from, within_from + PASSAGE_WIDTH)
    within = _WITHIN % (first, fund, *more, first, fund)
    fits = " AND (SELECT count(*) FROM passed) = (SELECT count(*) FROM passing)"
    return _guard(within, fits) + asked + _CHECKED + _WRITE


PASSAGE_WIDTH = 10
PLACE_NEW = _statement(_NEW)
PLACE_NEW_WITHIN = _statement(_NEW, 35)
PLACE_APPROVED = _statement(_APPROVED)
PLACE_APPROVED_WITHIN = _statement(_APPROVED, 40)


class NotWhole(Exception):
    """Fewer listings were guarded than asked, the requisition no longer waits, or its budget is to be looked at again;
    nothing was written."""


class AskedAlready(Exception):
    """A requisition with this id, or of this basket, exists; nothing was written."""


class Placing(NamedTuple):
    """All that is written when orders are placed; a tuple, because one is made for every requisition."""

    requisition_id: UUID
    basket_id: UUID
    canteen_id: UUID
    unit_id: UUID
    fund: Fund
    wanted_on: date
    amount_fen: int
    requested_by: UUID
    requested_by_name: str
    at: datetime
    orders: Sequence[PlannedOrder]
    line_ids: Mapping[int, UUID]
    """What each line is called, by its place in the basket."""
    envelopes: Sequence[tuple[UUID, str]]
    """The sealed `order.placed` of each order: event id and JSON."""
    request_id: str
    placed_on: date
    """The business date of `at`, on which recognitions are asked for."""
    fair_id: UUID | None
    wanted_from: time | None
    wanted_until: time | None
    """The hours of the day within which it is wanted; None is any."""
    passage: Passage | None = None
    """Its passage of the gate, where its canteen's fund ever had a budget."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved and where, what is stamped for a repeat, what will be answered then, and what others are told."""

    step: RequisitionStep
    notices: Sequence[tuple[UUID, str]]
    """Each sealed `notice.raised`: event id and JSON."""
    stage: int
    yeses: int
    """Where the requisition stood when it was read; it is placed only if it stands there still."""
    once: Stamp | None
    answer: dict[str, Any]


def placing_line(uow: UnitOfWork) -> Together[Placing, None]:
    """Make the line at which new requisitions are placed; it raises NotWhole, AskedAlready, Busy."""

    async def serve(placings: Sequence[Placing]) -> list[Exception | None]:
        try:
            parameters = *_parameters(placings), *_requisitions(placings)
            passing = [one for one in placings if one.passage is not None]
            if passing:
                await _run(uow, PLACE_NEW_WITHIN, *parameters, *_passages(passing))
            else:
                await _run(uow, PLACE_NEW, *parameters)
        except (NotWhole, AskedAlready, Busy) as error:
            if len(placings) == 1:
                return [error]
            alone = await asyncio.gather(*(serve([one]) for one in placings))
            return [answer for (answer,) in alone]
        return [None] * len(placings)

    return Together(serve)


async def place_approved(uow: UnitOfWork, placing: Placing, approval: Approval) -> None:
    """Place an awaiting requisition's orders, all or none. Raises NotWhole, AskedAlready (for the stamp), Busy."""
    once = approval.once
    passages = [] if placing.passage is None else _passages([placing])
    await _run(
        uow,
        PLACE_APPROVED if placing.passage is None else PLACE_APPROVED_WITHIN,
        *_parameters([placing]),
        placing.requisition_id,
        placing.basket_id,
        placing.amount_fen,
        approval.step.account_id,
        approval.step.account_name,
        approval.step.reason,
        once.door if once else None,
        once.key if once else None,
        once.fingerprint if once else None,
        orjson.dumps(approval.answer).decode() if once else None,
        approval.step.acted_as.value if approval.step.acted_as else None,
        approval.step.unit_id,
        [event_id for event_id, _ in approval.notices],
        [body for _, body in approval.notices],
        approval.step.for_account_id,
        approval.step.for_account_name,
        approval.stage,
        approval.yeses,
        *passages,
    )


def _parameters(placings: Sequence[Placing]) -> list[Any]:
    """Give what both statements take: lines, orders and what is said of them."""
    asked = [
        (placing, order, position, line)
        for placing in placings
        for order in placing.orders
        for position, line in order.lines
    ]
    orders = [(placing, order) for placing in placings for order in placing.orders]
    envelopes = [envelope for placing in placings for envelope in placing.envelopes]
    return [
        [line.goods.listing_id for _, _, _, line in asked],
        [line.version for _, _, _, line in asked],
        [line.quantity for _, _, _, line in asked],
        [placing.line_ids[position] for placing, _, position, _ in asked],
        [order.order_id for _, order, _, _ in asked],
        [position for _, _, position, _ in asked],
        [placing.request_id for placing, _, _, _ in asked],
        len({(line.goods.listing_id, line.version) for _, _, _, line in asked}),
        placings[0].at,
        [order.order_id for _, order in orders],
        [placing.requisition_id for placing, _ in orders],
        [order.supplier_id for _, order in orders],
        [order.supplier_name for _, order in orders],
        [order.supplier_kind for _, order in orders],
        [order.amount_fen for _, order in orders],
        [event_id for event_id, _ in envelopes],
        [body for _, body in envelopes],
        [line.price_fen for _, _, _, line in asked],
        [order.recognised_on(placing.placed_on) for placing, order in orders],
        [line.tolerance_bp for _, _, _, line in asked],
        [placing.wanted_on for placing, _, _, _ in asked],
    ]


def _requisitions(placings: Sequence[Placing]) -> list[Any]:
    return [
        [placing.requisition_id for placing in placings],
        [placing.basket_id for placing in placings],
        [placing.canteen_id for placing in placings],
        [placing.unit_id for placing in placings],
        [placing.fund.value for placing in placings],
        [placing.wanted_on for placing in placings],
        [placing.amount_fen for placing in placings],
        [placing.requested_by for placing in placings],
        [placing.requested_by_name for placing in placings],
        [placing.at for placing in placings],
        [placing.fair_id for placing in placings],
        [placing.wanted_from for placing in placings],
        [placing.wanted_until for placing in placings],
    ]


def _passages(placings: Sequence[Placing]) -> list[list[Any]]:
    """Give what passes gates; of each placing its one."""
    rows = []
    for placing in placings:
        assert placing.passage is not None
        passage, position = placing.passage, placing.passage.position
        budget_id, version = position.ruling[:2] if position.ruling else (None, None)
        rows.append(
            (
                position.canteen_id,
                position.fund.value,
                position.gate_version,
                passage.most_fen,
                passage.upto_fen,
                placing.requisition_id,
                budget_id,
                version,
                position.month,
                passage.over_fen,
            )
        )
    return [list(column) for column in zip(*rows, strict=True)]


async def _run(uow: UnitOfWork, sql: str, *parameters: Any) -> None:
    try:
        await uow.statement(sql, *parameters)
    except asyncpg.DivisionByZeroError as error:
        raise NotWhole() from error
    except asyncpg.UniqueViolationError as error:
        raise AskedAlready() from error
    uow.published()
