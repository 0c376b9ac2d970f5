"""What was issued never changes: a report is what was signed, and its row says what it says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.procurement_quota.domain.issued import Sealed

_ISSUED = "SELECT * FROM issued_report ORDER BY code"


async def report_checks(read: Snapshots) -> list[Check]:
    """Hold issued reports against their signatures, and their rows against what they say."""
    issued = await read.rows("procurement_quota", _ISSUED)
    wrong = [f"report {row.code}: {why}" for row in issued if (why := _fault(row))]
    return [Check(6, "what was issued is what was signed", count_of(issued, "reports"), wrong)]


def _fault(row: Any) -> str | None:
    sealed = Sealed(row.document, row.digest, bytes(row.signature), bytes(row.public_key), row.code)
    if not sealed.intact:
        return "it is not as it was signed"
    said: Mapping[str, Any] = sealed.report
    written = (
        said["subject"]["id"],
        (said["rule"]["code"], said["rule"]["version"], said["year"]),
        (date.fromisoformat(said["happened_by"]), datetime.fromisoformat(said["known_by"])),
        (said["position"]["chains"], said["position"]["root"]),
    )
    kept = (
        str(row.unit_id),
        (row.rule_code, row.rule_version, row.year),
        (row.happened_by, row.known_by),
        (row.chains, row.root),
    )
    return None if kept == written else "its row says otherwise"
