"""A report (通报) tells how the units of one level stand beside each other, by a criterion that is printed on it.

It is made of the rows of a unit's statement and of nothing else, so each of its figures is the statement's, to the fen.
Nothing is netted: a row has counts by status and summed shortfalls, and what it has fulfilled (完成率) is its
requirement less its shortfalls.

Decision: a row is ranked only if every canteen of it that has a duty is proven; else it stands apart, with those
canteens by name. Why: what is missing is neither taken for zero nor left out to the row's advantage. Price: one canteen
that is late takes its whole prefecture out of the ranking.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

from services.procurement_quota.domain.jurisdiction import paths_above
from services.procurement_quota.domain.tallies import FREE, proven_summed, tallies_of
from services.procurement_quota.domain.words import Status
from shared.contracts.words import UnitLevel
from shared.money import BP_WHOLE, share_bp

ON_TRACK = (Status.ON_PACE.value, Status.MET.value)
OFF_TRACK = (Status.BEHIND.value, Status.MISSED.value)


class Level(StrEnum):
    """What a report's rows are (通报层级)."""

    PREFECTURE = "prefecture"  # 市州
    COUNTY = "county"  # 县市区
    UNIT = "unit"  # 单位, each that runs a canteen or shares one
    CANTEEN = "canteen"  # 食堂


class Criterion(StrEnum):
    """By what rows are ranked (排名依据)."""

    FULFILLED = "fulfilled"  # 完成率: the requirement less the shortfalls, of the requirement
    ON_TRACK = "on_track"  # 达标面: canteens on pace or met, of those with a duty and purchases
    SHORTFALL = "shortfall"  # 缺口: the summed shortfalls, the smallest first
    SHARE = "share"  # 占比: counted of the base, for rows that one rate binds


class Apart(StrEnum):
    """Why a row is not ranked (不列名次的原因)."""

    UNPROVEN = "unproven"  # 有食堂未证实
    NO_CANTEENS = "no_canteens"  # 没有食堂
    NO_DUTY = "no_duty"  # 无任务
    NO_PURCHASES = "no_purchases"  # 无采购
    NO_PERCENTAGE = "no_percentage"  # 规则不设比例
    SEVERAL_RATES = "several_rates"  # 适用比例不一, so that no one share says how it stands


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of what was fulfilled (档次), from `from_bp` to the next band."""

    code: str
    from_bp: int
    name: str
    name_en: str


BANDS = (
    Band("full", BP_WHOLE, "已完成", "Fulfilled"),
    Band("near", 8_000, "接近完成", "Near"),
    Band("half", 5_000, "过半", "Half"),
    Band("low", 0, "不足一半", "Below half"),
)
"""Bands of the fulfilled part, never of a share: shares of canteens with other rates do not compare."""


class Standing(Protocol):
    """What is asked of a unit of the tree, as it now stands."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def level(self) -> UnitLevel: ...


@dataclass(frozen=True, slots=True)
class Place:
    """What a row is about; `own` is what belongs to a unit above the asked level itself (本级)."""

    key: str
    id: str
    name: str
    path: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the sums of its members, which are rows of the statement."""

    place: Place
    members: Sequence[Mapping[str, Any]]
    counts: Mapping[str, int]
    base_fen: int
    counted_fen: int
    required_fen: int
    shortfall_fen: int
    held_fen: int
    rate_bp: int | None
    """The rate that binds every canteen of the row that bought; None where they differ or there is none."""

    @property
    def bound(self) -> int:
        """How many of its canteens have a duty."""
        return sum(number for status, number in self.counts.items() if status not in FREE)

    @property
    def on_track(self) -> int:
        return sum(self.counts[status] for status in ON_TRACK)

    @property
    def judged(self) -> int:
        """How many of its canteens are proven and bought something."""
        return self.on_track + sum(self.counts[status] for status in OFF_TRACK)

    @property
    def share_bp(self) -> int | None:
        """The share, rounded down; None where no single rate binds what was bought."""
        return None if self.rate_bp is None else share_bp(self.counted_fen, self.base_fen)

    @property
    def fulfilled(self) -> Fraction | None:
        """What of the requirement is there, nothing netted; None without a requirement."""
        return Fraction(self.required_fen - self.shortfall_fen, self.required_fen) if self.required_fen > 0 else None

    @property
    def fulfilled_bp(self) -> int | None:
        """The same in basis points, rounded down."""
        return None if self.fulfilled is None else int(self.fulfilled * BP_WHOLE)

    @property
    def apart(self) -> Apart | None:
        """Why it cannot be ranked by any criterion; None if it can."""
        if not self.members:
            return Apart.NO_CANTEENS
        if self.counts[Status.PREFERENCE.value]:
            return Apart.NO_PERCENTAGE
        if not self.bound:
            return Apart.NO_DUTY
        if self.counts[Status.UNPROVEN.value]:
            return Apart.UNPROVEN
        return None if self.judged and self.required_fen > 0 else Apart.NO_PURCHASES


def row_of(place: Place, members: Sequence[Mapping[str, Any]]) -> Row:
    """Sum a row from its members as the statement sums: who has no duty enters no requirement and no shortfall."""
    bound = [one for one in members if one["status"] not in FREE]
    found = Counter(one["status"] for one in members)
    rates = {
        None if one["status"] in FREE else one["rate_bp"]
        for one in members
        if one["status"] not in FREE or one["base_fen"]
    }
    return Row(
        place=place,
        members=members,
        counts={status.value: found.get(status.value, 0) for status in Status},
        base_fen=sum(one["base_fen"] for one in members),
        counted_fen=sum(one["counted_fen"] for one in members),
        required_fen=sum(one["required_fen"] or 0 for one in bound),
        shortfall_fen=sum(one["shortfall_fen"] or 0 for one in bound),
        held_fen=sum(one["held_fen"] for one in members),
        rate_bp=rates.pop() if len(rates) == 1 else None,
    )


def rows_by(
    level: Level, subject: Standing, units: Sequence[Standing], members: Sequence[Mapping[str, Any]]
) -> list[Row] | None:
    """Group a statement's rows by the units of a level, so that each stands in exactly one row.

    `units` are those of the subject's subtree, parents first. What belongs to no unit of the level is a row of the
    unit above itself (本级), so that nothing is lost; a unit of the level without any canteen has an empty row.
    None where the subject has no units of that level.
    """
    groups: dict[str, tuple[Place, list[Mapping[str, Any]]]] = {}
    if level is Level.CANTEEN:
        return [
            row_of(Place(f"{one['id']} {one['unit_path']}", one["id"], one["name"], one["unit_path"]), [one])
            for one in members
        ]
    by_path = {one.path: one for one in units}
    if level.value == subject.level.value:
        return None
    if level is not Level.UNIT:
        for one in units:
            if one.level.value == level.value and _place(level, subject, by_path, one.path) == (one, False):
                groups[one.path] = _place_of(one, own=False), []
        if not groups:
            return None
    for member in members:
        if level is Level.UNIT:
            unit, own = by_path.get(member["unit_path"], subject), False
        else:
            unit, own = _place(level, subject, by_path, member["unit_path"])
        key = unit.path + ("*" if own else "")
        groups.setdefault(key, (_place_of(unit, own=own), []))[1].append(member)
    return [row_of(place, group) for _, (place, group) in sorted(groups.items())]


def _place(level: Level, subject: Standing, by_path: Mapping[str, Standing], path: str) -> tuple[Standing, bool]:
    """Find the unit of a level in a path, or the lowest federation above that level, to whose own rows it belongs."""
    found, levels = subject, {subject.level}
    for above in paths_above(path):
        unit = by_path.get(above)
        if unit is None or len(above) <= len(subject.path):
            continue
        if unit.level.value == level.value:
            return unit, False
        if unit.level not in levels:
            found = unit
            levels.add(unit.level)
    return found, True


def _place_of(unit: Standing, *, own: bool) -> Place:
    return Place(unit.path + ("*" if own else ""), str(unit.id), unit.name, unit.path, own)


def measure_of(row: Row, criterion: Criterion) -> Fraction | Apart:
    """Give what a row is ranked by, the larger the better, exactly; or why it is not ranked."""
    if (apart := row.apart) is not None:
        return apart
    match criterion:
        case Criterion.FULFILLED:
            assert row.fulfilled is not None
            return row.fulfilled
        case Criterion.ON_TRACK:
            return Fraction(row.on_track, row.judged)
        case Criterion.SHORTFALL:
            return Fraction(-row.shortfall_fen)
        case Criterion.SHARE:
            return Apart.SEVERAL_RATES if row.share_bp is None else Fraction(row.counted_fen, row.base_fen)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row with its rank (名次), or with why it has none."""

    row: Row
    rank: int | None
    apart: Apart | None


def ranking(rows: Sequence[Row], criterion: Criterion) -> list[Ranked]:
    """Rank rows, best first; equal rows share a rank, and the next one's counts them all (1, 1, 3).

    Equal rows stand in the order of the tree. Rows without a rank follow, in the order of the tree.
    """
    measured = [(measure_of(row, criterion), row) for row in rows]
    able = [(measure, row) for measure, row in measured if isinstance(measure, Fraction)]
    able.sort(key=lambda one: (-one[0], one[1].place.path, one[1].place.name, one[1].place.key))
    ranked: list[Ranked] = []
    for at, (measure, row) in enumerate(able):
        same = at > 0 and able[at - 1][0] == measure
        ranked.append(Ranked(row, ranked[-1].rank if same else at + 1, None))
    return ranked + [Ranked(row, None, measure) for measure, row in measured if isinstance(measure, Apart)]


def band_of(fulfilled_bp: int) -> Band:
    """Tell in which band a fulfilled part is, from its basis points rounded down."""
    return next(band for band in BANDS if fulfilled_bp >= band.from_bp)


def bands_of(rows: Sequence[Ranked], members: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count in each band the ranked rows and the canteens that are proven and bought something."""
    of_rows = Counter(band_of(one.row.fulfilled_bp or 0).code for one in rows if one.rank is not None)
    of_canteens: Counter[str] = Counter()
    for one in members:
        alone = row_of(Place("", "", "", ""), [one])
        if alone.apart is None:
            of_canteens[band_of(alone.fulfilled_bp or 0).code] += 1
    return [
        {
            "code": band.code,
            "from_bp": band.from_bp,
            "name": band.name,
            "name_en": band.name_en,
            "rows": of_rows[band.code],
            "canteens": of_canteens[band.code],
        }
        for band in BANDS
    ]


def change_of(now: Row, then: Row | None) -> dict[str, Any] | None:
    """Tell how a row moved since an earlier day; None, which is not zero, where either of the two is not known.

    In basis points and fen, signed; a row that was not there, or not proven, on one of the days has no change.
    """
    if then is None or now.apart is not None or then.apart is not None:
        return None
    before, after = then.fulfilled_bp, now.fulfilled_bp
    if before is None or after is None:
        return None
    return {
        "fulfilled_bp": before,
        "change_bp": after - before,
        "shortfall_fen": then.shortfall_fen,
        "shortfall_change_fen": now.shortfall_fen - then.shortfall_fen,
    }


def row_written(one: Ranked, trends: Mapping[str, Mapping[str, Row] | None]) -> dict[str, Any]:
    """Write a row; `trends` has, by the name of each comparison, the rows of the earlier day by key, or None."""
    row = one.row
    fulfilled = row.fulfilled_bp if row.apart is None else None
    return {
        "rank": one.rank,
        "apart": None if one.apart is None else one.apart.value,
        "id": row.place.id,
        "name": row.place.name,
        "path": row.place.path,
        "own": row.place.own,
        "canteens": len(row.members),
        "bound": row.bound,
        "on_track": row.on_track,
        "judged": row.judged,
        "counts": dict(row.counts),
        "base_fen": row.base_fen,
        "counted_fen": row.counted_fen,
        "held_fen": row.held_fen,
        "if_proven": _proven(row),
        "rate_bp": row.rate_bp,
        "share_bp": row.share_bp if row.apart is None else None,
        "required_fen": row.required_fen,
        "shortfall_fen": row.shortfall_fen,
        "fulfilled_bp": fulfilled,
        "band": None if fulfilled is None else band_of(fulfilled).code,
        "trend": {
            name: change_of(row, None if then is None else then.get(row.place.key)) for name, then in trends.items()
        },
    }


def _proven(row: Row) -> dict[str, Any] | None:
    """Write where a row would stand, were all that is held proven; it has a share only where it has one as it is."""
    proven = proven_summed(tallies_of("/", row.members)) if row.held_fen else None
    has_share = row.apart is None and row.rate_bp is not None
    return None if proven is None else proven | ({} if has_share else {"share_bp": None})


def unproven_written(members: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List the canteens that are not proven, by name, and what they lack: the due months, or an explanation."""
    return [
        {
            "id": one["id"],
            "name": one["name"],
            "unit_name": one["unit_name"],
            "unit_path": one["unit_path"],
            "weight_bp": one["weight_bp"],
            "missing_months": list(one["missing_months"]),
            "above_attested": not one["missing_months"],
            "base_fen": one["base_fen"],
            "counted_fen": one["counted_fen"],
        }
        for one in members
        if one["status"] == Status.UNPROVEN.value
    ]
