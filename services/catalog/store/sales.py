"""What was sold here and elsewhere, as it is stored and added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.capacity import Lot, OutsideChannel
from services.catalog.store.rows import value_of
from services.catalog.store.sales_tables import outside_sales, sales
from shared.db.unit_of_work import ReadTx, Tx

Pair = tuple[UUID, UUID]
AnyGoods = tuple[UUID, str | None, int]
"""A supplier's goods of an item, or of all, in a year."""
LOTS_MAX = 5_000
"""Lots of one supplier, item and year that are looked at when an excess names the latest of them."""


@dataclass(frozen=True, slots=True)
class OutsideSale:
    """One sale beside this platform, as entered."""

    sale_id: UUID
    supplier_id: UUID
    item_code: str
    channel: OutsideChannel
    order_number: str
    grams: int
    sold_from: date
    sold_to: date
    document_ids: list[UUID]
    reverses: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class SoldInMonth:
    """What was sold of an item in a month: here, and elsewhere."""

    item_code: str
    month: int
    here_grams: int
    elsewhere_grams: int


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Sales that no capacity can be held against: how many lines, what they weigh where that is known, their money."""

    lines: int
    grams: int
    amount_fen: int


async def accepted_items(tx: ReadTx, lots: Iterable[Pair]) -> dict[Pair, str]:
    """Give the item of each of these lots that was heard to be accepted."""
    wanted = sorted(lots)
    known = sa.text(
        "SELECT acceptance_id, line_id, item_code FROM sales JOIN unnest(CAST(:acceptances AS uuid[]),"
        " CAST(:lines AS uuid[])) AS one (a, l) ON acceptance_id = a AND line_id = l WHERE step_id = acceptance_id"
    )
    rows = await tx.rows(known, {"acceptances": [a for a, _ in wanted], "lines": [line for _, line in wanted]})
    return {(row.acceptance_id, row.line_id): row.item_code for row in rows}


async def items_of_versions(tx: ReadTx, versions: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    """Give the item that each of these versions of listings names; those that name none are left out."""
    wanted = sorted(set(versions))
    named = sa.text(
        "SELECT listing_id, version, item_code FROM listing_versions JOIN unnest(CAST(:listings AS uuid[]),"
        " CAST(:versions AS integer[])) AS one (i, v) ON listing_id = i AND version = v WHERE item_code <> ''"
    )
    rows = await tx.rows(named, {"listings": [one for one, _ in wanted], "versions": [v for _, v in wanted]})
    return {(row.listing_id, row.version): row.item_code for row in rows}


async def insert(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was heard; a step that is known is left as it is."""
    if rows:
        await tx.execute(_KEEP, {f"all_{name}": [row[name] for row in rows] for name in _NAMES})


_NAMES = [one.name for one in sales.c]
_KEEP = (
    insert_or_not(sales)
    .from_select(
        _NAMES,
        sa.select(
            sa.func.unnest(*(sa.bindparam(f"all_{one.name}", type_=ARRAY(one.type)) for one in sales.c))
            .table_valued(*_NAMES)
            .render_derived()
        ),
    )
    .on_conflict_do_nothing()
)


async def sold_by_month(tx: ReadTx, supplier_id: UUID, year: int) -> list[SoldInMonth]:
    """Add up by item and month what a supplier sold in a year, of items that are known, as `sold_of` does."""
    whose = supplier_id, None, year
    return (await sold_of(tx, [whose]))[whose]


async def sold_of(tx: ReadTx, goods: Sequence[AnyGoods]) -> dict[AnyGoods, list[SoldInMonth]]:
    """Add up by item and month what a supplier sold in a year, of one item or of all that are known.

    Elsewhere is what it says it sold elsewhere, and what walk-in buyers bought at an event, once confirmed, by weight.
    """
    suppliers, items, years = ([one[column] for one in goods] for column in range(3))
    found: dict[AnyGoods, list[SoldInMonth]] = {one: [] for one in goods}
    for row in await tx.rows(_SOLD_OF, {"suppliers": suppliers, "items": items, "years": years}):
        found[goods[row.place - 1]].append(value_of(SoldInMonth, row, {}))
    return found


_SOLD_OF = sa.text(
    """
    SELECT one.place, of_month.*
      FROM unnest(CAST(:suppliers AS uuid[]), CAST(:items AS text[]), CAST(:years AS integer[]))
           WITH ORDINALITY AS one (supplier_id, item_code, year, place)
     CROSS JOIN LATERAL (
           SELECT item_code, month, CAST(coalesce(sum(here), 0) AS bigint) AS here_grams,
                  CAST(coalesce(sum(elsewhere), 0) AS bigint) AS elsewhere_grams
             FROM (SELECT item_code, month, grams AS here, 0 AS elsewhere FROM sales
                    WHERE supplier_id = one.supplier_id AND year = one.year AND item_code <> ''
                    UNION ALL
                   SELECT item_code, month, 0, grams FROM outside_sales
                    WHERE supplier_id = one.supplier_id AND year = one.year
                    UNION ALL
                   SELECT item_code, CAST(extract(month FROM sold_on) AS integer), 0, grams FROM fair_sales
                    WHERE supplier_id = one.supplier_id AND state = 'confirmed' AND grams IS NOT NULL
                      AND sold_on >= make_date(one.year, 1, 1) AND sold_on < make_date(one.year + 1, 1, 1)) AS sold
            WHERE one.item_code IS NULL OR sold.item_code = one.item_code
            GROUP BY sold.item_code, month) AS of_month
     ORDER BY one.place, of_month.item_code, of_month.month
    """
)


async def not_judged(tx: ReadTx, supplier_id: UUID, year: int) -> tuple[NotJudged, NotJudged]:
    """Add up what a supplier sold of items that no listing named, and of known ones without a weight."""

    def added(*which: sa.ColumnElement[bool]) -> sa.Select[int, int, int]:
        columns = (
            sa.func.count().filter(sales.c.step_id == sales.c.acceptance_id).label("lines"),
            sa.cast(sa.func.coalesce(sa.func.sum(sales.c.grams), 0), sa.BigInteger).label("grams"),
            sa.cast(sa.func.coalesce(sa.func.sum(sales.c.amount_fen), 0), sa.BigInteger).label("amount_fen"),
        )
        return sa.select(*columns).where(sales.c.supplier_id == supplier_id, sales.c.year == year, *which)

    unnamed = await tx.first(added(sales.c.item_code == ""))
    unweighed = await tx.first(added(sales.c.item_code != "", sales.c.per_kg_fen.is_(None)))
    assert unnamed is not None
    assert unweighed is not None
    return value_of(NotJudged, unnamed, {}), value_of(NotJudged, unweighed, {})


async def lots(tx: ReadTx, supplier_id: UUID, item_code: str, year: int, first: int, last: int) -> list[Lot]:
    """Give the newest lots of an item from month `first` to `last`, net of their returns, in the order accepted."""
    net = sa.func.sum(sales.c.grams)
    query = (
        sa.select(sales.c.acceptance_id, sales.c.line_id, sales.c.month, sa.cast(net, sa.BigInteger).label("grams"))
        .where(
            sales.c.supplier_id == supplier_id,
            sales.c.item_code == item_code,
            sales.c.year == year,
            sales.c.month.between(first, last),
        )
        .group_by(sales.c.acceptance_id, sales.c.line_id, sales.c.month, sales.c.accepted_on)
        .having(net > 0)
        .order_by(sales.c.accepted_on.desc(), sales.c.acceptance_id.desc(), sales.c.line_id.desc())
        .limit(LOTS_MAX)
    )
    return [value_of(Lot, row, {}) for row in reversed(await tx.rows(query))]


async def find_outside(tx: ReadTx, sale_id: UUID) -> OutsideSale | None:
    """Give a sale beside this platform, or None."""
    row = await tx.first(sa.select(outside_sales).where(outside_sales.c.sale_id == sale_id))
    return None if row is None else value_of(OutsideSale, row, {"channel": OutsideChannel})


async def reversal_of(tx: ReadTx, sale_id: UUID) -> UUID | None:
    """Give the sale that reverses this one, or None."""
    found: UUID | None = await tx.value(sa.select(outside_sales.c.sale_id).where(outside_sales.c.reverses == sale_id))
    return found


async def insert_outside(tx: Tx, values: Mapping[str, Any]) -> None:
    """Keep a sale beside this platform; its supplier is locked."""
    await tx.execute(sa.insert(outside_sales).values(**values))
