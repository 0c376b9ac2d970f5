"""Opening balances as they were filed, what was ruled on them, and what of a statement's figures they are."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.store.canteen_filings import RULED, filing_state
from services.procurement_quota.store.filing_tables import filing_ruling
from services.procurement_quota.store.opening_tables import opening_balance
from services.procurement_quota.store.tables import canteen_form, unit
from shared.clock import business_date
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx, Tx

_OPENINGS = (
    sa.select(
        opening_balance,
        unit.c.path.label("unit_path"),
        unit.c.name.label("unit_name"),
        filing_state.label("state"),
        *RULED,
    )
    .join(unit, unit.c.id == opening_balance.c.unit_id)
    .outerjoin(filing_ruling, filing_ruling.c.filing_id == opening_balance.c.id)
)
_STANDS = sa.func.coalesce(filing_ruling.c.outcome, "") != "return"


async def opening_by_id(tx: ReadTx, opening_id: UUID) -> dict[str, Any] | None:
    row = await tx.first(_OPENINGS.where(opening_balance.c.id == opening_id))
    return None if row is None else dict(row._mapping)


async def standing_openings(tx: ReadTx, canteen_ids: Iterable[UUID]) -> dict[tuple[UUID, str, int], dict[str, Any]]:
    """Give the opening balances that were not returned, by canteen, fund and year; there is one of each at most."""
    rows = await tx.rows(
        _OPENINGS.where(opening_balance.c.canteen_id == sa.any_(sa.cast(list(canteen_ids), ARRAY(sa.Uuid))), _STANDS)
    )
    return {(row.canteen_id, row.fund, row.bought_until.year): dict(row._mapping) for row in rows}


async def list_opening_balances(
    tx: ReadTx,
    *,
    canteen_ids: Sequence[UUID],
    paths: Sequence[str],
    canteen_id: UUID | None,
    state: FilingState | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """List, newest id first, those of some canteens or of the units below some paths."""
    reach: list[sa.ColumnElement[bool]] = [opening_balance.c.canteen_id.in_(list(canteen_ids))]
    reach += [unit.c.path.startswith(path, autoescape=True) for path in paths]
    asked = _OPENINGS.where(sa.or_(*reach)).order_by(opening_balance.c.id.desc()).limit(limit)
    if canteen_id is not None:
        asked = asked.where(opening_balance.c.canteen_id == canteen_id)
    if state is not None:
        asked = asked.where(filing_state == state.value)
    if after is not None:
        asked = asked.where(opening_balance.c.id < after)
    return [dict(row._mapping) for row in await tx.rows(asked)]


async def write_opening(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(opening_balance), values)


async def joined_on(tx: ReadTx, canteen_id: UUID) -> date | None:
    """Tell on which day a canteen was first known here."""
    first: datetime | None = await tx.value(
        sa.select(sa.func.min(canteen_form.c.recorded_at)).where(canteen_form.c.canteen_id == canteen_id)
    )
    return None if first is None else business_date(first)


async def booked_until(tx: ReadTx, canteen_id: UUID, fund: Fund, day: date) -> date | None:
    """Tell the first day of the year, up to a day, of a purchase that the ledger still has of a canteen itself."""
    first: date | None = await tx.value(_FIRST_BESIDE, {"canteen_id": canteen_id, "fund": fund.value, "until": day})
    return first


_BESIDE = (
    "FROM entry e WHERE e.canteen_id = {canteen} AND e.fund = {fund} "
    "AND e.year = CAST(extract(year FROM {until}) AS integer) AND e.lot_id NOT IN (SELECT id FROM opening_balance)"
)
"""What the ledger holds of a canteen's year besides its opening balances."""

_FIRST_BESIDE = sa.text(
    "SELECT min(bought_on) FROM (SELECT min(e.happened_on) AS bought_on "  # noqa: S608 - names of our own
    + _BESIDE.format(canteen=":canteen_id", fund=":fund", until="CAST(:until AS date)")
    + " GROUP BY e.lot_id, e.lot_line HAVING sum(e.amount_fen) <> 0 AND min(e.happened_on) <= :until) AS lots"
)

_TWICE = sa.text(
    "SELECT o.canteen_id, sum(beside.amount_fen) AS amount_fen FROM opening_balance o "  # noqa: S608 - names of our own
    "LEFT JOIN filing_ruling r ON r.filing_id = o.id AND r.recorded_at <= :known_by CROSS JOIN LATERAL ("
    "SELECT sum(e.amount_fen) AS amount_fen "
    + _BESIDE.format(canteen="o.canteen_id", fund="o.fund", until="o.bought_until")
    + " AND e.happened_on <= :happened_by AND e.recorded_at <= :known_by "
    "GROUP BY e.lot_id, e.lot_line HAVING min(e.happened_on) <= o.bought_until) AS beside "
    "WHERE o.canteen_id = ANY(CAST(:canteen_ids AS uuid[])) AND o.fund = :fund "
    "AND CAST(extract(year FROM o.bought_until) AS integer) = :year AND o.recorded_at <= :known_by "
    "AND coalesce(r.outcome, '') <> 'return' GROUP BY o.canteen_id HAVING sum(beside.amount_fen) <> 0"
)


async def counted_twice(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked, now: datetime) -> dict[UUID, int]:
    """Sum, by canteen, what the ledger has of the days that an opening balance covers already, in fen.

    News of an acceptance can come late, after the balance was filed; whoever rules on it, or finance, sees it here.
    """
    rows = await tx.rows(
        _TWICE,
        {
            "canteen_ids": list(canteen_ids),
            "fund": asked.fund.value,
            "year": asked.year,
            "happened_by": asked.happened_by,
            "known_by": asked.known_by or now,
        },
    )
    return {row.canteen_id: int(row.amount_fen) for row in rows}


_OF_STATEMENT = sa.text(
    "SELECT o.id, o.bought_until, coalesce(r.outcome, '') AS outcome, coalesce(sum(e.amount_fen), 0) AS amount_fen, "
    "coalesce(sum(CAST(e.judgements -> :rule_code ->> 'base_fen' AS bigint)), 0) AS base_fen, "
    "coalesce(sum(CAST(e.judgements -> :rule_code ->> 'counted_fen' AS bigint)), 0) AS counted_fen "
    "FROM opening_balance o LEFT JOIN filing_ruling r ON r.filing_id = o.id AND r.recorded_at <= :known_by "
    "JOIN entry e ON e.canteen_id = o.canteen_id AND e.year = :year AND e.lot_id = o.id "
    "AND e.happened_on <= :happened_by AND e.recorded_at <= :known_by "
    "WHERE o.canteen_id = :canteen_id AND o.fund = :fund "
    "AND CAST(extract(year FROM o.bought_until) AS integer) = :year "
    "GROUP BY o.id, o.bought_until, r.outcome ORDER BY o.id"
)


async def openings_in(tx: ReadTx, canteen_id: UUID, asked: Asked, now: datetime) -> list[sa.Row[Any]]:
    """Sum what of a canteen's figures its opening balances are, as a statement asks."""
    return list(
        await tx.rows(
            _OF_STATEMENT,
            {
                "rule_code": asked.rule_code,
                "canteen_id": canteen_id,
                "fund": asked.fund.value,
                "year": asked.year,
                "happened_by": asked.happened_by,
                "known_by": asked.known_by or now,
            },
        )
    )
