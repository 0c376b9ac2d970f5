"""The registers keep every version, and what was frozen of a flag is what its digest says."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.registers import frozen_digest

_GAPS = """
SELECT id, register FROM register_version
GROUP BY id, register HAVING max(version) <> count(*) OR min(version) <> 1 ORDER BY id
"""
_FROZEN = "SELECT id, version, content FROM register_version WHERE register = 'referral' ORDER BY id, version"


async def register_checks(read: Snapshots) -> list[Check]:
    """Look for a version that is gone, and for a frozen flag that was changed."""
    records = await read.value("procurement_quota", "SELECT count(DISTINCT id) FROM register_version")
    gaps = [f"{row.register} {row.id}" for row in await read.rows("procurement_quota", _GAPS)]
    frozen = await read.rows("procurement_quota", _FROZEN)
    changed = [
        f"referral {row.id} version {row.version}"
        for row in frozen
        if frozen_digest(row.content) != row.content["digest"]
    ]
    return [
        Check(6, "every record of a register has all its versions", count_of(records, "records"), gaps),
        Check(6, "what was referred is what was frozen", count_of(frozen, "versions"), changed),
    ]
