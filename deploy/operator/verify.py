"""Anyone with the operator's role can recompute every hash chain and total, and hold them against what was signed.

The last checkpoint lies outside the database, in the object store, and its signature must be of this installation's
key: so a cut tail, and a ledger that was rewritten whole, show too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from deploy.operator.programs import settings_of
from deploy.operator.reading import Snapshots, snapshots
from services.procurement_quota.domain.chain import Head
from services.procurement_quota.domain.checkpoints import PREFIX, Checkpoint, CheckpointForged, Signer, read_checkpoint
from services.procurement_quota.domain.totals import Sums, TotalKey
from services.procurement_quota.domain.verifying import Finding, Verifier
from services.procurement_quota.store.tables import chain_head, entry, total
from shared.files import ObjectStore, S3ObjectStore

BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was recomputed, against which checkpoint, and what is wrong."""

    entries: int
    chains: int
    checkpoint: Checkpoint | None
    findings: Sequence[Finding]
    unit_names: Mapping[object, str]

    @property
    def holds(self) -> bool:
        return not self.findings

    def lines(self) -> list[str]:
        """Write what a person reads."""
        against = f"checkpoint of {self.checkpoint.day}" if self.checkpoint else "no checkpoint yet"
        if self.holds:
            return [f"ok      {self.entries:,} entries in {self.chains} chains, {against}"]
        lines = [f"FAILED  {self.entries:,} entries in {self.chains} chains, {against}: {len(self.findings)} findings"]
        for finding in self.findings:
            unit = self.unit_names.get(finding.unit_id, str(finding.unit_id)) if finding.unit_id else "all units"
            place = f", entry {finding.seq}" if finding.seq is not None else ""
            lines.append(f"        {unit}{place}: {finding.what}")
        return lines


async def verify(settings: Mapping[str, str]) -> Verified:
    """Recompute the ledger of an installation."""
    quota = settings_of("procurement_quota", settings)
    files = S3ObjectStore(quota.s3_url, quota.s3_access_key, quota.s3_secret_key, quota.s3_bucket)
    try:
        async with snapshots(settings, ("procurement_quota",)) as read:
            return await recompute(read, files, Signer(quota.checkpoint_private_key).public_key)
    finally:
        files.close()


async def recompute(read: Snapshots, files: ObjectStore, public_key: bytes) -> Verified:
    """Walk every entry of one snapshot, and compare with the last checkpoint."""
    checkpoint, forged = await last_checkpoint(files, public_key)
    verifier = Verifier(checkpoint)
    tx = read["procurement_quota"]
    entries = await tx.connection.stream(
        sa.select(entry).order_by(entry.c.unit_id, entry.c.seq).execution_options(yield_per=BATCH_ROWS)
    )
    async for row in entries.mappings():
        verifier.feed(row)
    heads = {
        row.unit_id: Head(row.unit_id, row.seq, bytes(row.hash), row.recorded_at)
        for row in await tx.rows(sa.select(chain_head))
    }
    totals = {
        TotalKey(row.canteen_id, row.fund, row.rule_code, row.year, row.posting_month): Sums(
            row.amount_fen, row.base_fen, row.counted_fen, row.entries
        )
        for row in await tx.rows(sa.select(total))
    }
    findings = [*forged, *verifier.close(heads, totals)]
    names = {row.id: f"{row.code} {row.name}" for row in await read.rows("procurement_quota", "SELECT id, code, name FROM unit")}
    return Verified(verifier.entries, len(heads), checkpoint, findings, names)


async def last_checkpoint(files: ObjectStore, public_key: bytes) -> tuple[Checkpoint | None, list[Finding]]:
    """Read the newest checkpoint; a forged one is a finding, and nothing is compared with it."""
    keys = await files.keys(PREFIX)
    if not keys:
        return None, []
    try:
        return read_checkpoint((await files.get(keys[-1])).body, public_key), []
    except CheckpointForged as error:
        return None, [Finding(f"{keys[-1]} is forged: {error}")]
