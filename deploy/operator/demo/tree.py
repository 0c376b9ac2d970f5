"""Every federation of Hunan has its canteen, or evidence that it has none, and a fate for each of the two years."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from uuid import UUID

from deploy.operator.demo.dice import shuffled
from deploy.operator.demo.people import HOME_COUNTY, MARK, PROVINCE
from shared.contracts.words import CanteenKind, UnitLevel
from shared.ids import derived_id
from shared.money import BP_WHOLE
from shared.reference.divisions import HONGJIANG_ZONE, divisions

RATE_BP, DESIGNATED_RATE_BP = 2_000, 5_000
ZONES = range(71, 80)
"""The last two digits of development and management zones, which have no federation (but 洪江区 has one)."""


class Fate(StrEnum):
    """How a canteen's closed year ends. In the running year *met* is on pace, and *missed* behind."""

    MET = "met"
    EXACT = "exact"  # on the line to the fen, which is met
    MISSED = "missed"
    UNPROVEN = "unproven"
    NO_DUTY = "no_duty"


@dataclass(frozen=True, slots=True)
class Unit:
    """One federation of the tree."""

    unit_id: UUID
    code: str
    level: UnitLevel
    path: str
    short_name: str

    @property
    def parent_code(self) -> str:
        """The code above in the tree; the province's own for the province."""
        parts = self.path.strip("/").split("/")
        return parts[-2] if len(parts) > 1 else parts[0]


@dataclass(frozen=True, slots=True)
class Share:
    """A holder's part of a shared canteen; no unit for a party outside the tree."""

    unit_code: str | None
    holder_name: str
    weight_bp: int


@dataclass(frozen=True, slots=True)
class Canteen:
    """One canteen, and how its two years are to end."""

    canteen_id: UUID
    unit: Unit
    name: str
    kind: CanteenKind
    evidence: str
    shares: tuple[Share, ...]
    rate_bp: int
    closed: Fate
    running: Fate

    @property
    def buys(self) -> bool:
        return self.kind in (CanteenKind.OWN, CanteenKind.SHARED)


@cache
def units() -> dict[str, Unit]:
    """Give the tree by code: the province, 14 prefectures, 122 counties and 洪江区."""
    found = {}
    for (code, level), division in divisions().items():
        if not code.startswith(PROVINCE[:2]):
            continue
        if level == "county" and int(code[4:]) in ZONES and code != HONGJIANG_ZONE:
            continue
        path = f"/{PROVINCE}/"
        if level != "province":
            path += f"{code[:4]}00/"
        if level == "county":
            path += f"{code}/"
        found[code] = Unit(derived_id("unit", code), code, UnitLevel(level), path, division.name)
    return dict(sorted(found.items(), key=lambda item: item[1].path))


SHARED = {
    "430102": ("芙蓉区与天心区残联共用食堂", (("430102", 6_000), ("430103", 4_000))),
    "430502": ("双清区与大祥区残联共用食堂", (("430502", 5_500), ("430503", 4_500))),
    "433101": ("吉首市残联与州残联共用食堂", (("433101", 4_000), ("433100", 6_000))),
    "430702": ("武陵区残联与区直机关共用食堂", (("430702", 3_500), (None, 6_500))),
}
"""By the unit that runs it; the last shares with a party outside the tree."""
NONE = ("430412", "430611", "431003", "430302")
OUTSOURCED = ("430204", "430903", "431103")
FATES_CLOSED = {Fate.EXACT: 6, Fate.MISSED: 28, Fate.UNPROVEN: 12}
FATES_RUNNING = {Fate.MISSED: 34, Fate.UNPROVEN: 14}
FLIPPED_UNIT = "430400"
"""衡阳市: filed as met, and restated as missed by a return in the next January."""


@cache
def canteens(counties_51: frozenset[str]) -> tuple[Canteen, ...]:
    """Give one canteen a unit, those that share another's apart."""
    guests = {code for _, shares in SHARED.values() for code, _ in shares} - SHARED.keys()
    at = [unit for unit in units().values() if unit.code not in guests]
    closed, running = _fates(at, counties_51)
    return tuple(_canteen(unit, counties_51, closed[unit.code], running[unit.code]) for unit in at)


def _fates(at: list[Unit], counties_51: frozenset[str]) -> tuple[dict[str, Fate], dict[str, Fate]]:
    """Deal fates; the home county is exactly on the line in the closed year and behind in the running one."""
    fixed = {*NONE, *OUTSOURCED, HOME_COUNTY, FLIPPED_UNIT, PROVINCE}
    free = shuffled([unit.code for unit in at if unit.code not in fixed], "fates")
    listed = [code for code in free if code in counties_51]
    closed = _deal({Fate.EXACT: 2}, listed) | {HOME_COUNTY: Fate.EXACT}
    rest = [code for code in free if code not in closed]
    closed |= _deal({**FATES_CLOSED, Fate.EXACT: FATES_CLOSED[Fate.EXACT] - len(closed)}, rest)
    running = _deal(FATES_RUNNING, shuffled(free, "running fates")) | {HOME_COUNTY: Fate.MISSED}
    none = dict.fromkeys((*NONE, *OUTSOURCED), Fate.NO_DUTY)
    everyone = {unit.code: Fate.MET for unit in at}
    return everyone | closed | none, everyone | running | none


def _deal(counts: dict[Fate, int], codes: list[str]) -> dict[str, Fate]:
    left = iter(codes)
    return {next(left): fate for fate, count in counts.items() for _ in range(count)}


def _canteen(unit: Unit, counties_51: frozenset[str], closed: Fate, running: Fate) -> Canteen:
    name, kind, evidence = f"{unit.short_name}残联机关食堂{MARK}", CanteenKind.OWN, f"演示：本单位自办食堂登记{MARK}"
    shares: tuple[Share, ...] = ()
    if unit.code in SHARED:
        called, parts = SHARED[unit.code]
        name, kind, evidence = f"{called}{MARK}", CanteenKind.SHARED, f"演示：共用协议与就餐人次统计{MARK}"
        shares = tuple(Share(code, _holder(code), weight) for code, weight in parts)
        assert sum(share.weight_bp for share in shares) == BP_WHOLE
    elif unit.code in NONE:
        name, kind = f"{unit.short_name}残联（无食堂）{MARK}", CanteenKind.NONE
        evidence = f"演示：本单位不设食堂，职工自行用餐的说明{MARK}"
    elif unit.code in OUTSOURCED:
        name, kind = f"{unit.short_name}残联外包食堂{MARK}", CanteenKind.OUTSOURCED
        evidence = f"演示：食堂外包合同，食材由承包方采购{MARK}"
    designated = unit.level is UnitLevel.COUNTY and unit.code in counties_51
    return Canteen(
        canteen_id=derived_id("demo-canteen", unit.code, 1),
        unit=unit,
        name=name,
        kind=kind,
        evidence=evidence,
        shares=shares,
        rate_bp=DESIGNATED_RATE_BP if designated else RATE_BP,
        closed=closed,
        running=running,
    )


def _holder(code: str | None) -> str:
    return f"{units()[code].short_name}残联" if code else f"区直机关事务中心{MARK}"
