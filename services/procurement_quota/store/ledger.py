"""Entries are placed behind locked heads, many at once, in one statement a table.

The order of locks is one for everybody: revocations (shared or alone), then heads in unit order, then totals in the
order of their keys. Whoever appends calls `lock_heads` first and reads what it judges by after that.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.domain.chain import Draft, Head, Lot, extend
from services.procurement_quota.domain.lots import Standing, standings
from services.procurement_quota.domain.totals import Sums, TotalKey, add_up
from services.procurement_quota.domain.words import EntryKind
from services.procurement_quota.store.tables import chain_head, entry, order_balance
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import NotFound

REVOCATIONS_LOCK = 7_310_002
INSERT_ROWS_MAX = 2_000

_ENTRY_TYPES = {
    "unit_id": "uuid",
    "seq": "bigint",
    "recorded_at": "timestamptz",
    "kind": "text",
    "canteen_id": "uuid",
    "fund": "text",
    "year": "integer",
    "happened_on": "date",
    "posting_month": "integer",
    "amount_fen": "bigint",
    "source_id": "uuid",
    "source_line": "uuid",
    "lot_id": "uuid",
    "lot_line": "uuid",
    "order_id": "uuid",
    "supplier_id": "uuid",
    "listing_id": "uuid",
    "corrects_unit_id": "uuid",
    "corrects_seq": "bigint",
    "facts": "text",
    "judgements": "text",
    "previous_hash": "bytea",
    "hash": "bytea",
}
_JSON = ("facts", "judgements")


def _unnest(types: dict[str, str]) -> str:
    return ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())


_INSERT_ENTRIES = sa.text(
    f"INSERT INTO entry ({', '.join(_ENTRY_TYPES)}) "  # noqa: S608 - column names of our own
    f"SELECT {', '.join(f'CAST({n} AS jsonb)' if n in _JSON else n for n in _ENTRY_TYPES)} "
    f"FROM unnest({_unnest(_ENTRY_TYPES)}) AS row ({', '.join(_ENTRY_TYPES)})"
)

_MOVE_HEADS = sa.text(
    "UPDATE chain_head SET seq = row.seq, hash = row.hash, recorded_at = row.recorded_at "
    "FROM unnest(CAST(:unit_id AS uuid[]), CAST(:seq AS bigint[]), CAST(:hash AS bytea[]), "
    "CAST(:recorded_at AS timestamptz[])) AS row (unit_id, seq, hash, recorded_at) "
    "WHERE chain_head.unit_id = row.unit_id"
)

_TOTAL_TYPES = {
    "canteen_id": "uuid",
    "fund": "text",
    "rule_code": "text",
    "year": "integer",
    "posting_month": "integer",
    "amount_fen": "bigint",
    "base_fen": "bigint",
    "counted_fen": "bigint",
    "entries": "bigint",
}

_ADD_TOTALS = sa.text(
    f"INSERT INTO total ({', '.join(_TOTAL_TYPES)}) SELECT * FROM unnest({_unnest(_TOTAL_TYPES)}) "  # noqa: S608
    "ON CONFLICT (canteen_id, fund, rule_code, year, posting_month) DO UPDATE SET "
    "amount_fen = total.amount_fen + excluded.amount_fen, base_fen = total.base_fen + excluded.base_fen, "
    "counted_fen = total.counted_fen + excluded.counted_fen, entries = total.entries + excluded.entries"
)

_BALANCE_TYPES = {"order_id": "uuid", "canteen_id": "uuid", "fund": "text", "year": "integer", "accepted_fen": "bigint"}

_ADD_ACCEPTED = sa.text(
    "INSERT INTO order_balance (order_id, canteen_id, fund, year, accepted_fen, paid_fen) "  # noqa: S608
    f"SELECT *, 0 FROM unnest({_unnest(_BALANCE_TYPES)}) "
    "ON CONFLICT (order_id) DO UPDATE SET year = coalesce(order_balance.year, excluded.year), "
    "accepted_fen = order_balance.accepted_fen + excluded.accepted_fen"
)


class ChainUnknown(NotFound):
    """This unit is not known here yet.

    zh: 本系统尚不知道这个单位。
    """


async def lock_revocations(tx: Tx, *, alone: bool) -> None:
    """Wait for, or with, whoever judges by the revocations that were heard, or follows lots to where they are booked.

    Counting shares the lock; a new revocation holds it alone, so that each lot is either judged by it or corrected,
    and so does a transfer, so that nobody looks for a lot in a chain that it has just left.
    """
    shared = "" if alone else "_shared"
    await tx.execute(sa.text(f"SELECT pg_advisory_xact_lock{shared}({REVOCATIONS_LOCK})"))


async def lock_heads(tx: Tx, unit_ids: Iterable[UUID]) -> dict[UUID, Head]:
    """Lock the chains of some units, in unit order, until the transaction ends, and date it from then on.

    Whoever read before the lock was had, and whoever reads as of then, sees none of what follows. Raises ChainUnknown.
    """
    wanted = sorted(set(unit_ids))
    rows = await tx.rows(
        sa.select(chain_head.c.unit_id, chain_head.c.seq, chain_head.c.hash, chain_head.c.recorded_at)
        .where(chain_head.c.unit_id == sa.any_(sa.cast(wanted, ARRAY(sa.Uuid))))
        .order_by(chain_head.c.unit_id)
        .with_for_update()
    )
    heads = {row.unit_id: Head(row.unit_id, row.seq, bytes(row.hash), row.recorded_at) for row in rows}
    for unit_id in wanted:
        if unit_id not in heads:
            raise ChainUnknown(unit_id=str(unit_id))
    tx.look_at_the_clock()
    return heads


async def post(tx: Tx, heads: dict[UUID, Head], drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Append drafts to their chains and add them to the totals; gives the entries' columns.

    `heads` were locked by this transaction, and move on with each call.
    """
    if not drafts:
        return []
    rows, moved = extend(heads, drafts, tx.now)
    for start in range(0, len(rows), INSERT_ROWS_MAX):
        await _insert(tx, rows[start : start + INSERT_ROWS_MAX])
    await tx.execute(
        _MOVE_HEADS,
        {
            "unit_id": [head.unit_id for head in moved],
            "seq": [head.seq for head in moved],
            "hash": [head.hash for head in moved],
            "recorded_at": [head.recorded_at for head in moved],
        },
    )
    heads.update({head.unit_id: head for head in moved})
    await _add_totals(tx, add_up(rows))
    await _add_accepted(tx, rows)
    return rows


async def _insert(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in _ENTRY_TYPES}
    for name in _JSON:
        columns[name] = [orjson.dumps(value).decode() for value in columns[name]]
    await tx.execute(_INSERT_ENTRIES, columns)


async def _add_totals(tx: Tx, totals: dict[TotalKey, Sums]) -> None:
    if not totals:
        return
    keys = sorted(totals)
    columns: dict[str, list[Any]] = {name: [getattr(key, name) for key in keys] for name in TotalKey._fields}
    for name in ("amount_fen", "base_fen", "counted_fen", "entries"):
        columns[name] = [getattr(totals[key], name) for key in keys]
    await tx.execute(_ADD_TOTALS, columns)


async def _add_accepted(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    orders: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        if row["order_id"] is None or not row["amount_fen"]:
            continue
        balance = orders.setdefault(
            row["order_id"],
            {"canteen_id": row["canteen_id"], "fund": row["fund"], "year": row["year"], "accepted_fen": 0},
        )
        balance["accepted_fen"] += row["amount_fen"]
    if not orders:
        return
    ids = sorted(orders)
    columns: dict[str, list[Any]] = {"order_id": list(ids)}
    for name in ("canteen_id", "fund", "year", "accepted_fen"):
        columns[name] = [orders[one][name] for one in ids]
    await tx.execute(_ADD_ACCEPTED, columns)


async def booked(tx: ReadTx, documents: Iterable[UUID]) -> set[Lot]:
    """Tell which lines of some documents are in the ledger already."""
    rows = await tx.rows(
        sa.select(entry.c.source_id, entry.c.source_line).where(
            entry.c.source_id == sa.any_(sa.cast(list(documents), ARRAY(sa.Uuid)))
        )
    )
    return {(row.source_id, row.source_line) for row in rows}


async def units_of_lots(tx: ReadTx, lots: Iterable[UUID]) -> set[UUID]:
    """Tell in whose chains some acceptances or purchases were ever booked; a transfer adds one (`lock_revocations`)."""
    wanted = sa.cast(list(lots), ARRAY(sa.Uuid))
    first = sa.select(entry.c.unit_id).where(entry.c.source_id == sa.any_(wanted))
    later = sa.select(entry.c.unit_id).where(entry.c.lot_id == sa.any_(wanted), entry.c.source_id != entry.c.lot_id)
    return {row.unit_id for row in await tx.rows(sa.union(first, later))}


async def lock_lots(tx: Tx, lots: Iterable[UUID]) -> dict[UUID, Head]:
    """Lock the chains in which some acceptances or purchases are booked, with whom they stay until this ends."""
    await lock_revocations(tx, alone=False)
    return await lock_heads(tx, await units_of_lots(tx, lots))


_OF_LOT = (
    entry.c.unit_id,
    entry.c.seq,
    entry.c.recorded_at,
    entry.c.kind,
    entry.c.canteen_id,
    entry.c.fund,
    entry.c.year,
    entry.c.happened_on,
    entry.c.amount_fen,
    entry.c.lot_id,
    entry.c.lot_line,
    entry.c.order_id,
    entry.c.supplier_id,
    entry.c.listing_id,
    entry.c.facts,
    entry.c.judgements,
)


async def lots(tx: ReadTx, lot_ids: Iterable[UUID]) -> dict[Lot, Standing]:
    """Read how the lots of some acceptances or purchases stand."""
    return standings(await entries_of_lots(tx, lot_ids))


async def entries_of_lots(tx: ReadTx, lot_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Read all entries of the lots of some acceptances or purchases, each chain's in its order."""
    wanted = sa.cast(list(lot_ids), ARRAY(sa.Uuid))
    first = sa.select(*_OF_LOT).where(entry.c.source_id == sa.any_(wanted), entry.c.source_id == entry.c.lot_id)
    later = sa.select(*_OF_LOT).where(entry.c.lot_id == sa.any_(wanted), entry.c.source_id != entry.c.lot_id)
    both = sa.union_all(first, later).subquery()
    rows = await tx.rows(sa.select(both).order_by(both.c.unit_id, both.c.seq))
    return [dict(row._mapping) for row in rows]


async def acceptances_of_order(tx: ReadTx, order_id: UUID) -> set[UUID]:
    """Tell which acceptances of an order are booked, as lots of the canteen to which it belongs now."""
    rows = await tx.rows(
        sa.select(entry.c.lot_id)
        .join(
            order_balance,
            sa.and_(order_balance.c.canteen_id == entry.c.canteen_id, order_balance.c.year == entry.c.year),
        )
        .where(order_balance.c.order_id == order_id, entry.c.order_id == order_id)
        .distinct()
    )
    return {row.lot_id for row in rows}


async def move_order(tx: Tx, order_id: UUID, canteen_id: UUID) -> None:
    """Let what is owed on an order be owed by the canteen to which it was transferred."""
    await tx.execute(sa.update(order_balance).where(order_balance.c.order_id == order_id).values(canteen_id=canteen_id))


async def lots_of_supplier(tx: ReadTx, supplier_id: UUID, listing_ids: Iterable[UUID]) -> set[UUID]:
    """Tell the acceptances of a supplier's booked lots, of some listings or, when none is named, of all."""
    asked = (
        sa.select(entry.c.lot_id)
        .where(entry.c.supplier_id == supplier_id, entry.c.kind == EntryKind.PURCHASE.value)
        .distinct()
    )
    named = list(listing_ids)
    if named:
        asked = asked.where(entry.c.listing_id == sa.any_(sa.cast(named, ARRAY(sa.Uuid))))
    return {row.lot_id for row in await tx.rows(asked)}
