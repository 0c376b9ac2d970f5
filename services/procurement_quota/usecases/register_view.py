"""Every register keeps its records alike: each version behind the one that was read, each readable as of a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.registers import VERSIONS_MAX, RecordMoved, Register, TooManyVersions
from services.procurement_quota.store.registers import Record, write_version
from services.procurement_quota.store.units import Unit, unit_by_path, units_by_code
from shared.clock import end_of_day
from shared.contracts.authority import POLICY, Identity, Reach, is_topmost
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import InvalidFields, field_problem

DAY_MIN = date(2020, 1, 1)
"""No day that a record tells of is before this."""


def is_given(newest: Record, given: Mapping[str, Any]) -> bool:
    """Tell whether a record says already what is given."""
    return all(newest.content[name] == value for name, value in given.items())


def check_version(versions: Sequence[Record], version: int) -> None:
    """Refuse what is not behind the newest version. Raises RecordMoved, TooManyVersions."""
    if version != len(versions):
        raise RecordMoved(version=len(versions))
    if len(versions) >= VERSIONS_MAX:
        raise TooManyVersions(versions_max=VERSIONS_MAX)


def check_why(why: str) -> None:
    """Whoever corrects a record says why. Raises InvalidFields."""
    if not why.strip():
        raise InvalidFields(field_problem("why", "is needed to correct a record", "更正须说明理由"))


async def write_next(
    tx: Tx,
    register: Register,
    record_id: UUID,
    versions: Sequence[Record],
    identity: Identity,
    *,
    unit_id: UUID,
    by_unit_id: UUID,
    state: str,
    content: Mapping[str, Any],
    why: str = "",
    **about: UUID | None,
) -> None:
    """Write the next version of a record."""
    await write_version(
        tx,
        {
            "id": record_id,
            "version": len(versions) + 1,
            "register": register.value,
            "unit_id": unit_id,
            "by_unit_id": by_unit_id,
            "canteen_id": None,
            "supplier_id": None,
            "account_id": None,
            **about,
            "state": state,
            "content": dict(content),
            "why": why,
            "written_by": identity.account_id,
            "recorded_at": tx.now,
        },
    )


def as_of(versions: Sequence[Record], known_by: date | None) -> Record | None:
    """Give the version that was newest at the end of a day, or is now."""
    known = [one for one in versions if known_by is None or one.recorded_at <= end_of_day(known_by)]
    return known[-1] if known else None


def heading_written(one: Record, versions: Sequence[Record]) -> dict[str, Any]:
    """Write what all records have: whose it is, where it stands, and every version up to this."""
    return {
        "id": str(one.id),
        "version": one.version,
        "state": one.state,
        "unit_id": str(one.unit_id),
        "unit_name": one.unit_name,
        "unit_path": one.unit_path,
        "why": one.why,
        "written_by": str(one.written_by),
        "recorded_at": moment_text(one.recorded_at),
        "history": [
            {
                "version": other.version,
                "state": other.state,
                "why": other.why,
                "written_by": str(other.written_by),
                "recorded_at": moment_text(other.recorded_at),
            }
            for other in versions
            if other.version <= one.version
        ],
    }


async def writing_unit(tx: ReadTx, identity: Identity, operation: str, path: str) -> UUID:
    """Choose the unit for which somebody writes: that of the nearest seat that reaches the matter."""
    reaching = [
        seat.path
        for grant in POLICY[operation].grants
        for seat in identity.seats
        if seat.role is grant.role and seat.path and path.startswith(seat.path)
        if grant.reach is Reach.SUBTREE or path != seat.path or is_topmost(path)
    ]
    found = await unit_by_path(tx, max(reaching, key=len))
    return (found or await unit_of_county(tx, ROOT)).id


async def unit_of_county(tx: ReadTx, county_code: str) -> Unit:
    """Give the federation of a county, else of its prefecture, its province, or of all: whose matter a supplier is."""
    codes = [county_code, f"{county_code[:4]}00", f"{county_code[:2]}0000", ROOT]
    found = await units_by_code(tx, codes)
    return next(found[code] for code in codes if code in found)


ROOT = "430000"
"""The province whose federations these are; a supplier from elsewhere is its matter."""
