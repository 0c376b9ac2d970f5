"""A statement's figures are read for many canteens at once: for *now* from the totals, *as of* from what is folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.chain import Head
from services.procurement_quota.domain.figures import Asked, Attested, Months, MonthSums
from services.procurement_quota.domain.pace import FoundLater
from services.procurement_quota.store.as_of import heads_as_of, months_as_of, unpaid_as_of
from services.procurement_quota.store.tables import (
    chain_head,
    closing,
    order_balance,
)
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx


def _ids(canteen_ids: Iterable[UUID]) -> sa.Cast[Any]:
    return sa.cast(list(canteen_ids), ARRAY(sa.Uuid))


_NOW = sa.text(
    "SELECT canteen_id, array_agg(posting_month) AS posting_months, array_agg(base_fen) AS base_fen, "
    "array_agg(counted_fen) AS counted_fen, array_agg(amount_fen) AS amount_fen FROM total "
    "WHERE canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND fund = :fund AND rule_code = :rule_code "
    "AND year = :year GROUP BY canteen_id"
)
"""One row a canteen: a province has thousands of canteens, and each row that is read costs more than its month."""


async def months(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> dict[UUID, Months]:
    """Give what each posting month adds to a year under a rule, by canteen."""
    if asked.now:
        parameters = {"rule_code": asked.rule_code, "year": asked.year, "fund": asked.fund.value}
        rows = await tx.rows(_NOW, parameters | {"canteen_ids": list(canteen_ids)})
    else:
        rows = await months_as_of(tx, canteen_ids, asked)
    return {
        row.canteen_id: dict(
            zip(row.posting_months, map(MonthSums, row.base_fen, row.counted_fen, row.amount_fen), strict=True)
        )
        for row in rows
    }


_FOUND_LATER = (
    "SELECT e.canteen_id, e.posting_month, "
    "CAST(to_char(min(bought.happened_on), 'YYYYMM') AS integer) AS bought_month, "
    "sum(CAST(e.judgements -> :rule_code ->> 'base_fen' AS bigint))::bigint AS base_fen, "
    "sum(CAST(e.judgements -> :rule_code ->> 'counted_fen' AS bigint))::bigint AS counted_fen "
    "FROM entry e JOIN entry bought ON bought.unit_id = e.corrects_unit_id AND bought.seq = e.corrects_seq "
    "WHERE e.kind = 'correction' AND e.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND e.year = :year "
    "AND e.fund = :fund AND e.judgements ? :rule_code{known} "
    "GROUP BY e.canteen_id, e.posting_month, date_trunc('month', bought.happened_on)"
)
_FOUND_LATER_NOW = sa.text(_FOUND_LATER.format(known=""))
_FOUND_LATER_BY = sa.text(
    _FOUND_LATER.format(known=" AND e.happened_on <= :happened_by AND e.recorded_at <= :known_by")
)


async def found_later(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> dict[UUID, list[FoundLater]]:
    """Give what findings of origins, posted when they were made, say of purchases of which months, by canteen."""
    parameters: dict[str, Any] = {
        "rule_code": asked.rule_code,
        "canteen_ids": list(canteen_ids),
        "year": asked.year,
        "fund": asked.fund.value,
    }
    if asked.now:
        rows = await tx.rows(_FOUND_LATER_NOW, parameters)
    else:
        rows = await tx.rows(
            _FOUND_LATER_BY, parameters | {"happened_by": asked.happened_by, "known_by": asked.known_by}
        )
    found: dict[UUID, list[FoundLater]] = {}
    for row in rows:
        one = FoundLater(row.posting_month, row.bought_month, row.base_fen, row.counted_fen)
        found.setdefault(row.canteen_id, []).append(one)
    return found


_ATTESTED = (
    "SELECT canteen_id, array_agg(month) AS months, array_agg(farm_produce_fen) AS farm_produce_fen, "
    "array_agg(explanation <> '') AS explained, "
    "array_agg((recorded_at AT TIME ZONE 'Asia/Shanghai')::date) AS attested_on FROM ("
    "SELECT DISTINCT ON (canteen_id, month) canteen_id, month, farm_produce_fen, explanation, recorded_at "
    "FROM attestation WHERE canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND fund = :fund AND year = :year{known} "
    "ORDER BY canteen_id, month, version DESC) AS newest GROUP BY canteen_id"
)
_ATTESTED_NOW = sa.text(_ATTESTED.format(known=""))
_ATTESTED_BY = sa.text(_ATTESTED.format(known=" AND recorded_at <= :known_by"))


async def attested(
    tx: ReadTx, canteen_ids: Iterable[UUID], fund: Fund, year: int, known_by: datetime | None
) -> dict[UUID, list[Attested]]:
    """Give the newest known version of each month's attestation, by canteen and month."""
    asked = {"canteen_ids": list(canteen_ids), "fund": fund.value, "year": year}
    if known_by is None:
        rows = await tx.rows(_ATTESTED_NOW, asked)
    else:
        rows = await tx.rows(_ATTESTED_BY, asked | {"known_by": known_by})
    return {
        row.canteen_id: sorted(
            map(Attested, row.months, row.farm_produce_fen, row.explained, row.attested_on), key=lambda one: one.month
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Closed:
    """A canteen's closed year: its close entry, and the figures as filed by rule."""

    canteen_id: UUID
    unit_id: UUID
    seq: int
    closed_by: UUID
    closed_at: datetime
    filed: dict[str, Any]


async def closings(tx: ReadTx, canteen_ids: Iterable[UUID], year: int, known_by: datetime | None) -> dict[UUID, Closed]:
    """Give the closings of a year that were known, by canteen."""
    asked = sa.select(closing).where(closing.c.canteen_id == sa.any_(_ids(canteen_ids)), closing.c.year == year)
    if known_by is not None:
        asked = asked.where(closing.c.recorded_at <= known_by)
    return {
        row.canteen_id: Closed(row.canteen_id, row.unit_id, row.seq, row.closed_by, row.recorded_at, row.filed)
        for row in await tx.rows(asked)
    }


async def unpaid(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> dict[UUID, int]:
    """Give what each canteen still owes on the orders first accepted in a year, in fen; no order nets another."""
    if not asked.now:
        return await unpaid_as_of(tx, canteen_ids, asked)
    rows = await tx.rows(
        sa.select(
            order_balance.c.canteen_id,
            sa.func.sum(order_balance.c.accepted_fen - order_balance.c.paid_fen).label("unpaid_fen"),
        )
        .where(
            order_balance.c.canteen_id == sa.any_(_ids(canteen_ids)),
            order_balance.c.year == asked.year,
            order_balance.c.fund == asked.fund.value,
            order_balance.c.accepted_fen > order_balance.c.paid_fen,
        )
        .group_by(order_balance.c.canteen_id)
    )
    return {row.canteen_id: int(row.unpaid_fen) for row in rows}


async def positions(tx: ReadTx, unit_ids: Iterable[UUID], known_by: datetime | None) -> list[Head]:
    """Give the chain positions that a statement is computed from; a chain without entries has none."""
    if known_by is None:
        rows = await tx.rows(
            sa.select(chain_head).where(chain_head.c.unit_id == sa.any_(_ids(unit_ids)), chain_head.c.seq > 0)
        )
    else:
        rows = await heads_as_of(tx, unit_ids, known_by)
    return [Head(row.unit_id, row.seq, bytes(row.hash), row.recorded_at) for row in rows]
