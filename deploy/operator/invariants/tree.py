"""Every unit stands where its path says, so that whoever is above it, and nobody else, reaches it."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_ASTRAY = """
SELECT u.code, u.path, coalesce(p.path, '/') || u.code || '/' AS below_parent, j.path AS recorded
FROM unit u LEFT JOIN unit p ON p.id = u.parent_id
LEFT JOIN LATERAL (SELECT path FROM jurisdiction WHERE unit_id = u.id ORDER BY version DESC LIMIT 1) j ON true
WHERE u.path <> coalesce(p.path, '/') || u.code || '/' OR j.path IS DISTINCT FROM u.path
ORDER BY u.path
"""


async def tree_checks(read: Snapshots) -> list[Check]:
    """Hold each unit's path against its parent's, and against the place that was recorded last."""
    units = await read.value("procurement_quota", "SELECT count(*) FROM unit")
    astray = [
        f"unit {row.code} at {row.path}: below its parent {row.below_parent}, recorded {row.recorded or 'nowhere'}"
        for row in await read.rows("procurement_quota", _ASTRAY)
    ]
    return [Check(9, "every unit stands where its path says", count_of(units, "units"), astray)]
