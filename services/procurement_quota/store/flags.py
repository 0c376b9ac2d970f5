"""Flags are kept as they stand, and read by the lots that they name; a version that is not newer changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.flags import hold_of
from services.procurement_quota.store.flag_tables import flag, flagged_lot
from services.procurement_quota.store.tables import entry
from shared.contracts.catalog import SupplierFlagged
from shared.contracts.words import FlagKind, FlagState
from shared.db.unit_of_work import ReadTx, Tx

HOLDING = [state.value for state in FlagState if hold_of(state) is not None]


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as it stands."""

    flag_id: UUID
    version: int
    kind: FlagKind
    state: FlagState
    supplier_id: UUID
    item_code: str
    year: int
    reason: str


def _ids(wanted: Iterable[UUID]) -> sa.Cast[Any]:
    return sa.cast(list(wanted), ARRAY(sa.Uuid))


async def keep(tx: Tx, event: SupplierFlagged) -> set[Lot]:
    """Keep a flag as it stands, with its lots; gives those to which it does something else than before.

    None of them when what was heard is as new.
    """
    last = await tx.value(sa.select(flag.c.state).where(flag.c.flag_id == event.flag_id).with_for_update())
    did, does = (hold_of(FlagState(last)) if last else None), hold_of(event.state)
    values = {
        "flag_id": event.flag_id,
        "version": event.version,
        "kind": event.kind.value,
        "state": event.state.value,
        "supplier_id": event.supplier_id,
        "item_code": event.item_code,
        "year": event.year,
        "reason": event.reason,
        "heard_at": tx.now,
    }
    row = await tx.first(
        insert(flag)
        .values(values)
        .on_conflict_do_update(
            index_elements=[flag.c.flag_id], set_=values, where=flag.c.version < sa.literal(event.version)
        )
        .returning(flag.c.flag_id)
    )
    if row is None:
        return set()
    named = {(one.acceptance_id, one.line_id) for one in event.lots}
    known = await tx.rows(sa.select(flagged_lot).where(flagged_lot.c.flag_id == event.flag_id))
    before = {(one.acceptance_id, one.line_id) for one in known}
    for acceptance_id, line_id in sorted(before - named):
        gone = (flagged_lot.c.acceptance_id == acceptance_id, flagged_lot.c.line_id == line_id)
        await tx.execute(sa.delete(flagged_lot).where(flagged_lot.c.flag_id == event.flag_id, *gone))
    if new := [
        {"flag_id": event.flag_id, "acceptance_id": acceptance_id, "line_id": line_id}
        for acceptance_id, line_id in sorted(named - before)
    ]:
        await tx.execute(sa.insert(flagged_lot), new)
    if did is does:
        return before ^ named if does else set()
    return before | named


async def flagged(tx: ReadTx, acceptances: Iterable[UUID]) -> dict[Lot, dict[str, str]]:
    """Give what flags say now of the lots of some acceptances, booked or not; who is not flagged is left out."""
    wanted = list(acceptances)
    if not wanted:
        return {}
    rows = await tx.rows(
        sa.select(flagged_lot, flag.c.state)
        .join(flag, flag.c.flag_id == flagged_lot.c.flag_id)
        .where(flagged_lot.c.acceptance_id == sa.any_(_ids(wanted)), flag.c.state.in_(HOLDING))
    )
    found: dict[Lot, dict[str, str]] = {}
    for row in rows:
        hold = hold_of(FlagState(row.state))
        assert hold is not None
        found.setdefault((row.acceptance_id, row.line_id), {})[str(row.flag_id)] = hold.value
    return found


async def standing_on(tx: ReadTx, supplier_ids: Iterable[UUID]) -> list[Flag]:
    """Give the flags that stand on the goods of some suppliers, the newest year first."""
    wanted = list(supplier_ids)
    if not wanted:
        return []
    rows = await tx.rows(
        sa.select(flag)
        .where(flag.c.supplier_id == sa.any_(_ids(wanted)), flag.c.state.in_(HOLDING))
        .order_by(flag.c.year.desc(), flag.c.flag_id)
    )
    return [_flag(row) for row in rows]


def _flag(row: sa.Row[Any]) -> Flag:
    return Flag(
        flag_id=row.flag_id,
        version=row.version,
        kind=FlagKind(row.kind),
        state=FlagState(row.state),
        supplier_id=row.supplier_id,
        item_code=row.item_code,
        year=row.year,
        reason=row.reason,
    )


async def held(tx: ReadTx, canteen_ids: Iterable[UUID], asked: Asked) -> dict[UUID, int]:
    """Give what is held of a year under a rule until flags on it are decided, in fen, by canteen."""
    judged = entry.c.judgements[asked.rule_code]["held_fen"].astext
    total = sa.func.sum(sa.cast(judged, sa.BigInteger)).label("held_fen")
    wanted: Sequence[sa.ColumnElement[bool]] = [
        entry.c.canteen_id == sa.any_(_ids(canteen_ids)),
        entry.c.year == asked.year,
        entry.c.fund == asked.fund.value,
        entry.c.facts.has_key("flags"),
        judged.is_not(None),
    ]
    query = sa.select(entry.c.canteen_id, total).where(*wanted).group_by(entry.c.canteen_id)
    if asked.known_by is not None:
        query = query.where(entry.c.recorded_at <= asked.known_by, entry.c.happened_on <= asked.happened_by)
    return {row.canteen_id: int(row.held_fen) for row in await tx.rows(query) if row.held_fen}
