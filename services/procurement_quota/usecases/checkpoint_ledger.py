"""Once a day the ledger's ends and sums are signed and kept outside the database; anybody can verify against them."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.chain import Head
from services.procurement_quota.domain.checkpoints import PREFIX, Checkpoint, CheckpointForged, read_checkpoint
from services.procurement_quota.domain.totals import Sums, TotalKey
from services.procurement_quota.domain.verifying import Finding, Verifier, anchors_of
from services.procurement_quota.store.tables import chain_head, entry, total
from services.procurement_quota.usecases.desk import Desk
from shared.clock import SystemClock, today
from shared.db.engine import make_engine
from shared.db.unit_of_work import ReadTx, UnitOfWork
from shared.files import ObjectStore

MEDIA_TYPE = "application/json"
FETCH_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found; clean when there is no finding."""

    entries: int
    chains: int
    checkpoint: str | None
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return not self.findings


async def write_checkpoint(desk: Desk, *, even_if_same: bool = False) -> str | None:
    """Sign and store a checkpoint; gives its key, or None when nothing was booked at all, or since the last.

    The key is `checkpoints/<date>.json`, or `checkpoints/<date>_<n>.json` for a further one of the same day: a key is
    never reused, and keys sort by their time. Raises FilesUnavailable.
    """
    keys = await desk.files.keys(PREFIX)
    last = await last_checkpoint(desk.files, keys)
    async with desk.uow.read() as tx:
        heads = await _heads(tx)
        totals = await _totals(tx)
    booked = {unit_id: head for unit_id, head in heads.items() if head.seq}
    if not booked or (last and not even_if_same and _ends(booked) == _signed(last[1], desk.signer.public_key)):
        return None
    day = today(desk.clock)
    document = desk.signer.document(
        day=day,
        at=desk.clock.now(),
        heads=list(booked.values()),
        totals=totals,
        previous=last[1] if last else None,
    )
    key = _free_key(day.isoformat(), set(keys))
    await desk.files.put(key, document, MEDIA_TYPE)
    return key


async def write_daily_checkpoint(desk: Desk) -> str | None:
    """Write this day's checkpoint when it has none yet; gives its key.

    A day on which nothing was booked has one too, or nobody could tell a quiet day from one that is kept back.
    """
    day = f"{PREFIX}{today(desk.clock).isoformat()}"
    if any(key.startswith(day) for key in await desk.files.keys(PREFIX)):
        return None
    return await write_checkpoint(desk, even_if_same=True)


def _signed(document: bytes, public_key: bytes) -> dict[UUID, tuple[int, str]]:
    return dict(read_checkpoint(document, public_key).heads)


def _ends(heads: Mapping[UUID, Head]) -> dict[UUID, tuple[int, str]]:
    return {unit_id: (head.seq, head.hash.hex()) for unit_id, head in heads.items()}


def _free_key(day: str, taken: set[str]) -> str:
    key, number = f"{PREFIX}{day}.json", 1
    while key in taken:
        number += 1
        key = f"{PREFIX}{day}_{number:04}.json"
    return key


async def last_checkpoint(files: ObjectStore, keys: list[str] | None = None) -> tuple[str, bytes] | None:
    """Give the key and document of the newest checkpoint."""
    found = keys if keys is not None else await files.keys(PREFIX)
    if not found:
        return None
    newest = found[-1]
    return newest, (await files.get(newest)).body


async def earlier_checkpoints(files: ObjectStore) -> AsyncIterator[bytes]:
    """Give the documents of all checkpoints but the newest, newest first. Raises FilesUnavailable."""
    for key in reversed((await files.keys(PREFIX))[:-1]):
        yield (await files.get(key)).body


async def verify_chains(desk: Desk) -> Verified:
    """Recompute every chain and total, and compare with the checkpoints."""
    last = await last_checkpoint(desk.files)
    async with desk.uow.read() as tx:
        return await recompute(tx, last, desk.signer.public_key, earlier_checkpoints(desk.files))


async def verify_database(
    url: str,
    checkpoint: tuple[str, bytes] | None = None,
    public_key: bytes | None = None,
    earlier: AsyncIterator[bytes] | None = None,
) -> Verified:
    """Do the same with nothing but a read-only connection string, and the newest checkpoint as (key, document).

    `public_key` is the installation's (32 raw bytes); without it the key that the checkpoint names is believed.
    `earlier` are the checkpoints before it, newest first; they are read only where a chain was rewritten.
    """
    engine = make_engine(url, program="verify", connections_max=1)
    try:
        async with UnitOfWork(engine, source="verify", clock=SystemClock()).read() as tx:
            await tx.execute(sa.text("SET LOCAL statement_timeout = 0"))
            return await recompute(tx, checkpoint, public_key, earlier)
    finally:
        await engine.dispose()


async def recompute(
    tx: ReadTx, last: tuple[str, bytes] | None, public_key: bytes | None, earlier: AsyncIterator[bytes] | None = None
) -> Verified:
    """Walk every entry of one snapshot, and compare with the newest checkpoint, given as (key, document).

    A chain that was rewritten is walked again with the earlier checkpoints, which tell from where on.
    """
    checkpoint: Checkpoint | None = None
    forged: list[Finding] = []
    if last is not None:
        try:
            checkpoint = read_checkpoint(last[1], public_key)
        except CheckpointForged as error:
            forged.append(Finding(f"the checkpoint {last[0]} cannot be believed: {error}"))
    verifier = Verifier(checkpoint)
    await _walk(tx, verifier)
    heads = await _heads(tx)
    findings = verifier.close(heads, await _totals(tx))
    if verifier.rewritten and earlier is not None:
        known = [one async for one in _believed(earlier, public_key)]
        again = Verifier(checkpoint, anchors_of(known, verifier.rewritten))
        await _walk(tx, again, verifier.rewritten)
        nearer = {one.unit_id: one for one in again.findings}
        findings = [nearer.get(one.unit_id, one) if one.until is not None else one for one in findings]
    return Verified(verifier.entries, len(heads), last[0] if last else None, (*forged, *findings))


async def _walk(tx: ReadTx, verifier: Verifier, units: Collection[UUID] | None = None) -> None:
    asked = sa.select(entry).order_by(entry.c.unit_id, entry.c.seq).execution_options(yield_per=FETCH_ROWS)
    if units is not None:
        asked = asked.where(entry.c.unit_id.in_(units))
    async with tx.connection.stream(asked) as rows:
        async for row in rows.mappings():
            verifier.feed(dict(row))


async def _believed(documents: AsyncIterator[bytes], public_key: bytes | None) -> AsyncIterator[Checkpoint]:
    async for document in documents:
        try:
            yield read_checkpoint(document, public_key)
        except CheckpointForged:
            continue


async def _heads(tx: ReadTx) -> dict[UUID, Head]:
    rows: Any = await tx.rows(sa.select(chain_head))
    return {row.unit_id: Head(row.unit_id, row.seq, bytes(row.hash), row.recorded_at) for row in rows}


async def _totals(tx: ReadTx) -> dict[TotalKey, Sums]:
    rows = await tx.rows(sa.select(total))
    return {
        TotalKey(row.canteen_id, row.fund, row.rule_code, row.year, row.posting_month): Sums(
            row.amount_fen, row.base_fen, row.counted_fen, row.entries
        )
        for row in rows
    }
