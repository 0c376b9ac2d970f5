"""Anyone with the operator's role can recompute every hash chain and total, and hold them against what was signed.

The last checkpoint lies outside the database, in the object store, and its signature must be of this installation's
key: so a cut tail, and a ledger that was rewritten whole, show too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.operator.programs import settings_of
from deploy.operator.reading import snapshots
from deploy.operator.settings import operator_url
from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.domain.verifying import Finding
from services.procurement_quota.usecases.checkpoint_ledger import (
    Verified,
    earlier_checkpoints,
    last_checkpoint,
    verify_database,
)
from shared.files import S3ObjectStore


@dataclass(frozen=True, slots=True)
class Report:
    """What was recomputed, and what a person reads of it."""

    verified: Verified
    unit_names: Mapping[object, str]

    @property
    def holds(self) -> bool:
        return self.verified.clean

    def lines(self) -> list[str]:
        """Write one line, and one for each finding with the unit and the entry."""
        verified = self.verified
        against = f"against {verified.checkpoint}" if verified.checkpoint else "no checkpoint is signed yet"
        walked = f"{verified.entries:,} entries in {verified.chains} chains, {against}"
        if verified.clean:
            return [f"ok      {walked}"]
        return [
            f"FAILED  {walked}: {len(verified.findings)} findings",
            *(f"        {self._place(finding)}: {finding.what}" for finding in verified.findings),
        ]

    def _place(self, finding: Finding) -> str:
        unit = self.unit_names.get(finding.unit_id, str(finding.unit_id)) if finding.unit_id else "all units"
        if finding.seq is None:
            return unit
        return (
            f"{unit}, entry {finding.seq}"
            if finding.until is None
            else (f"{unit}, first between entries {finding.seq} and {finding.until}")
        )


async def verify(settings: Mapping[str, str]) -> Report:
    """Recompute the ledger of an installation through the operator's role. Raises FilesUnavailable."""
    quota = settings_of("procurement_quota", settings)
    files = S3ObjectStore(quota.s3_url, quota.s3_access_key, quota.s3_secret_key, quota.s3_bucket)
    try:
        checkpoint = await last_checkpoint(files)
        public_key = Signer(quota.checkpoint_private_key).public_key
        verified = await verify_database(
            operator_url(settings, "procurement_quota"), checkpoint, public_key, earlier_checkpoints(files)
        )
    finally:
        files.close()
    async with snapshots(settings, ("procurement_quota",)) as read:
        rows = await read.rows("procurement_quota", "SELECT id, code, name FROM unit")
    return Report(verified, {row.id: f"{row.code} {row.name}" for row in rows})
