"""An installation begins with Hunan's federation tree, the two county lists and the three rules; loading again is safe.

Source: `data/` beside the service, public facts; the divisions of GB/T 2260 in `shared/reference`.
"""

import csv
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from services.procurement_quota.domain.seeded_rules import HUNAN_51, NATIONAL_832, SEEDED, Seeded
from services.procurement_quota.store.units import moved_codes
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_rule import ContinueRule, PutRule, continue_rule, put_rule
from services.procurement_quota.usecases.put_units import PutUnit, put_units
from shared.contracts.words import UnitLevel
from shared.reference import Division, divisions
from shared.reference.divisions import HONGJIANG_ZONE

DATA = Path(__file__).parent.parent / "data"
PROVINCE = "430000"
TREE_FROM = date(2020, 1, 1)
_ZONES = range(70, 81)
"""County numbers 70 to 80 are development and management zones, which have no federation of their own here."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading wrote; all zero and empty when everything was there."""

    units: int
    lists: dict[str, int]
    rules: dict[str, int]


async def load_reference(desk: Desk) -> Loaded:
    """Write the tree, the lists and the rules that are not there yet, and say each that changed.

    A unit that has moved since it was loaded stays where it is.
    """
    async with desk.uow.glance() as tx:
        moved = await moved_codes(tx)
    units = await put_units(desk, [unit for unit in hunan_units() if unit.code not in moved])
    lists = {
        HUNAN_51: await put_designation(desk, list_of(HUNAN_51)),
        NATIONAL_832: await put_designation(desk, list_of(NATIONAL_832)),
    }
    rules = {seeded.rule.code: await _put_seeded(desk, seeded) for seeded in SEEDED}
    return Loaded(units, lists, rules)


def hunan_units() -> list[PutUnit]:
    """List the province's federation, the 14 prefectures', the 122 counties' and that of 洪江区, parents first."""
    found = divisions()
    hunan = sorted((one for one in found.values() if one.code.startswith("43")), key=lambda one: one.code)
    province = [one for one in hunan if one.level == "province"]
    prefectures = [one for one in hunan if one.level == "prefecture"]
    counties = [one for one in hunan if one.level == "county" and not _is_zone(one)]
    counties.append(found[HONGJIANG_ZONE, "county"])
    return [_federation(one) for one in (*province, *prefectures, *counties)]


def _is_zone(one: Division) -> bool:
    return int(one.code[4:]) in _ZONES


def _federation(one: Division) -> PutUnit:
    return PutUnit(
        code=one.code,
        name=f"{one.name}残疾人联合会",
        level=UnitLevel(one.level),
        parent_code=one.parent_code or None,
        division_code=one.code,
        valid_from=TREE_FROM,
    )


def list_of(code: str) -> PutDesignation:
    """Read a county list of the data beside the service."""
    file, name, source = {
        HUNAN_51: (
            "hunan_51_counties.csv",
            "湖南省51个重点县（市、区）",
            "湖南省51个贫困县名单：国家级40个、省级11个；脱贫摘帽年份不影响在册",
        ),
        NATIONAL_832: (
            "national_832_counties.csv",
            "全国832个脱贫县",
            "全国832个国家级贫困县名单（原国务院扶贫办），现为832个脱贫县；摘帽年份不影响在册",
        ),
    }[code]
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return PutDesignation(list_code=code, name=name, source=source, counties=[_county(row) for row in rows])


def _county(row: dict[str, str]) -> PutCounty:
    delisted = row.get("delisted_year") or ""
    note = row.get("note") or ""
    return PutCounty(
        county_code=row["code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        note="; ".join(part for part in (f"{delisted}年摘帽" if delisted else "", note) if part),
    )


async def _put_seeded(desk: Desk, seeded: Seeded) -> int:
    plain: dict[str, Any] = {
        one.name: getattr(seeded.rule, one.name) for one in fields(seeded.rule) if one.name != "version"
    }
    plain["categories"] = sorted(plain["categories"])
    plain["defaults"] = [dict(one) for one in seeded.rule.defaults]
    version = await put_rule(desk, PutRule.model_validate(plain))
    await continue_rule(
        desk,
        ContinueRule(
            rule_code=seeded.rule.code,
            rule_version=version,
            valid_from=seeded.valid_from,
            valid_to=seeded.valid_to,
            document=seeded.document,
        ),
    )
    return version
