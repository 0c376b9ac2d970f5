"""How goods on sale stand in a search: by certificates that were confirmed, and by the bands that rows are held to."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.filings import FilingState
from services.catalog.domain.grams import FOLDING
from services.catalog.domain.listings import PRICE_UNKNOWN, price_fen_per_kg
from services.catalog.domain.standing import BandStanding, Certified, Standing, standing_on
from services.catalog.domain.tags import BAND, ITEM
from services.catalog.store.filing_tables import certificates
from services.catalog.store.listings import Version
from services.catalog.store.standing_tables import sale_bands
from services.catalog.store.suppliers import Supplier
from shared.db.unit_of_work import ReadTx, Tx

_KEEP = insert_or_not(sale_bands)
_KEEP_BAND = _KEEP.on_conflict_do_update(
    index_elements=[sale_bands.c.item_code],
    set_={"low": _KEEP.excluded.low, "high": _KEEP.excluded.high, "spread": False},
)


async def standings(tx: Tx, goods: Sequence[tuple[Version, Supplier]], day: date) -> list[Standing]:
    """Tell how each of these stands on a day, for its row to be made in this transaction.

    Their bands stay until it ends: a band moves once every row that is made by it can be seen, and is marked.
    """
    papers = await _certified(tx, {one for version, _ in goods for one in version.certificate_ids})
    bands = await _bands(tx, _kept({one.item_code for one, _ in goods if one.item_code}).with_for_update(read=True))
    return [
        standing_on(
            day,
            [papers[one] for one in version.certificate_ids if one in papers],
            _spans(supplier),
            bands.get(version.item_code, (None, True))[0],
            price_fen_per_kg(version.measure, version.unit_quantity, version.piece_grams, version.price_fen),
        )
        for version, supplier in goods
    ]


def _spans(supplier: Supplier) -> list[tuple[date, date | None]] | None:
    if supplier.recognised is None:
        return None
    return [(_day(begins), _day(ends) if ends else None) for begins, ends in supplier.recognised]


def _day(text: str | None) -> date:
    assert text is not None
    return date.fromisoformat(text)


async def _certified(tx: ReadTx, among: Collection[UUID]) -> dict[UUID, Certified]:
    if not among:
        return {}
    table = certificates.c
    rows = await tx.rows(
        sa.select(table.filing_id, table.kind, table.valid_from, table.valid_to).where(
            table.filing_id.in_(list(among)), table.state == FilingState.CONFIRMED.value
        )
    )
    return {row.filing_id: Certified(CertificateKind(row.kind), row.valid_from, row.valid_to) for row in rows}


async def kept_bands(tx: ReadTx, items: Iterable[str]) -> dict[str, tuple[tuple[int, int] | None, bool]]:
    """Give the band, if there is one, that rows of these items are held against, and whether all of them are."""
    return await _bands(tx, _kept(items))


def _kept(items: Iterable[str]) -> sa.Select[Any]:
    table = sale_bands.c
    return sa.select(sale_bands).where(table.item_code.in_(sorted(items))).order_by(table.item_code)


async def _bands(tx: ReadTx, query: sa.Select[Any]) -> dict[str, tuple[tuple[int, int] | None, bool]]:
    rows = await tx.rows(query)
    return {row.item_code: (None if row.low is None else (row.low, row.high), row.spread) for row in rows}


async def name_items(tx: Tx, items: Iterable[str]) -> set[str]:
    """Have a row for every item, which whoever publishes can hold; gives those that had none."""
    rows = [{"item_code": item_code, "spread": True} for item_code in sorted(items)]
    made = insert_or_not(sale_bands).values(rows).on_conflict_do_nothing().returning(sale_bands.c.item_code)
    return {row.item_code for row in await tx.rows(made)}


async def keep_band(tx: Tx, item_code: str, band: tuple[int, int] | None) -> None:
    """Hold rows of an item against another band from now on."""
    low, high = band or (None, None)
    await tx.execute(_KEEP_BAND, {"item_code": item_code, "low": low, "high": high, "spread": False})


async def mark_spread(tx: Tx, item_code: str, band: tuple[int, int] | None) -> None:
    """Note that every row of an item is held against this band, or marked to be, unless it has moved since."""
    low, high = band or (None, None)
    table = sale_bands.c
    same = (table.low.is_not_distinct_from(low), table.high.is_not_distinct_from(high))
    await tx.execute(sa.update(sale_bands).where(table.item_code == item_code, *same).values(spread=True))


_MARK_WRONG = sa.text(f"""
UPDATE on_sale SET folding = 0 WHERE listing_id IN (
  SELECT s.listing_id FROM on_sale s
   WHERE s.tags @> ARRAY['{ITEM}' || CAST(:item_code AS text)] AND s.folding >= {FOLDING}
     AND NOT s.tags @> ARRAY['{BAND}' || CASE
           WHEN CAST(:low AS bigint) IS NULL OR s.price_rank >= {PRICE_UNKNOWN} THEN '{BandStanding.NONE}'
           WHEN s.price_rank BETWEEN CAST(:low AS bigint) AND CAST(:high AS bigint) THEN '{BandStanding.WITHIN}'
           ELSE '{BandStanding.OUTSIDE}' END]
   ORDER BY s.listing_id LIMIT :rows_max FOR UPDATE)
RETURNING listing_id""")  # noqa: S608 - our own words


async def mark_wrong(tx: Tx, item_code: str, band: tuple[int, int] | None, rows_max: int) -> int:
    """Have some rows of an item made again whose tag is not what the band says; tells how many."""
    low, high = band or (None, None)
    asked = {"item_code": item_code, "low": low, "high": high, "rows_max": rows_max}
    return len(await tx.rows(_MARK_WRONG, asked))
