"""What a base can plausibly sell follows from what it grows on which parcels, what that yields, and when it is ripe.

A year's harvest is what is grown times what it yields; it is spread evenly over the harvest months, and what a month
brought may be sold for `keeps_months` more. Whatever stretch of months one looks at, no more can have been sold in it
than was harvested in it and in the months before it that it still keeps from; a year is the longest stretch.

Decision: a year is looked at as one of many like it, so that what ripens in November and keeps for four months may be
sold in January. Why: a capacity is declared for a calendar year, and a harvest is not over at its end. Price: in the
first year of a base the months before its first harvest are not told apart.

Decision: a parcel brings what is harvested from it in a month in which it is declared, and a capacity that stands on
one that has ended stays confirmed, for so much less. Why: what an officer confirmed is not edited, to end a parcel
cannot be refused to who no longer has it, and a capacity that ended with one of its parcels would let the rest be
sold unjudged; whoever has the parcel next harvests it in other months. Price: the month in which it passes on is of
both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.spans import Span, common
from shared.errors import Conflict, NotFound, field_problem
from shared.states import StateMachine

MONTHS = 12
PLOTS_MAX = 200
CAPACITIES_MAX = 500
YEARLY_GRAMS_MAX = 10**12
"""A million tonnes: more than any of these bases brings, and far from what a bigint holds."""
AREA_M2_MAX = 10**9
TOLERATED = (11, 10)
"""Sold beyond what is plausible by more than 10 % is a matter to look at."""


class PlotKind(StrEnum):
    """What stands on a parcel (地块类型)."""

    FIELD = "field"  # 耕地
    ORCHARD = "orchard"  # 果园
    POND = "pond"  # 鱼塘
    BARN = "barn"  # 圈舍
    SHED = "shed"  # 大棚、厂房


class Extent(StrEnum):
    """What a capacity is measured by (规模单位)."""

    AREA = "area"  # 面积, square metres; 1 亩 is 666.67
    HEADS = "heads"  # 头数、只数


class OutsideChannel(StrEnum):
    """Where a base sold beside this platform (其他销售渠道)."""

    PLATFORM_832 = "platform_832"  # 832平台, with its order number
    FAIR = "fair"  # 展销会
    OTHER = "other"  # 其他


class CapacityState(StrEnum):
    """Where a declared capacity stands (产能申报状态)."""

    FILED = "filed"  # 待核实
    RETURNED = "returned"  # 退回补正
    CONFIRMED = "confirmed"  # 已核实
    REPLACED = "replaced"  # 已更正


class CapacityStatus(StrEnum):
    """How what was sold stands to what was confirmed (产能核对)."""

    UNCONFIRMED = "unconfirmed"  # 未核实
    WITHIN = "within"  # 产能以内
    BEYOND = "beyond"  # 超出产能


_S = CapacityState
CAPACITY = StateMachine(
    CapacityState,
    {
        "amend": ({_S.FILED, _S.RETURNED}, _S.FILED),
        "confirm": ({_S.FILED}, _S.CONFIRMED),
        "return": ({_S.FILED}, _S.RETURNED),
        "replace": ({_S.CONFIRMED}, _S.REPLACED),
    },
)
"""What an officer confirmed is not edited: another capacity takes its place once it is confirmed itself."""


STANDING = frozenset({_S.FILED, _S.CONFIRMED})
"""What takes room on its parcels."""


class CapacityOutcome(StrEnum):
    """What an officer decides about a declared capacity (核实结论)."""

    CONFIRM = "confirm"  # 核实
    RETURN = "return"  # 退回


class PlotDeclared(Conflict):
    """This parcel is declared by somebody already; one parcel has one declarant.

    zh: 该地块已有其他主体申报，一个地块只能由一个主体申报。
    """


class PlotFixed(Conflict):
    """This parcel was declared with other facts; end it and declare it anew.

    zh: 该地块申报内容不能更改，请先终止再重新申报。
    """


class PlotNotFound(NotFound):
    """There is no such parcel.

    zh: 没有这个地块。
    """


class TooManyPlots(Conflict):
    """A supplier declares at most 200 parcels.

    zh: 每个供应方最多申报200个地块。
    """


class PlotsUndeclared(Conflict):
    """A parcel of this capacity is no longer declared for its year; return it to be mended.

    zh: 该产能所用的地块在该年度已不再申报，请退回由供应方更正。
    """


class CapacityNotFound(NotFound):
    """There is no such capacity.

    zh: 没有这项产能申报。
    """


class CapacityOfAnother(Conflict):
    """A capacity stays with the supplier, the item and the year that it was declared for.

    zh: 产能申报不能改为其他供应方、品种或年度。
    """


class TooManyCapacities(Conflict):
    """A supplier declares at most 500 capacities.

    zh: 每个供应方最多申报500项产能。
    """


class PlotsOverused(Conflict):
    """More is to be harvested from a parcel in a month than it has room for; look at areas and harvest months.

    zh: 同一月份在该地块上收获的面积超过了地块面积，请核对面积和收获月份。
    """


class OutsideSaleFixed(Conflict):
    """This sale was entered with other facts; reverse it and enter it anew.

    zh: 该笔销售已登记且不可更改，请冲销后重新登记。
    """


class OutsideSaleNotFound(NotFound):
    """There is no such sale to reverse.

    zh: 没有可冲销的这笔销售。
    """


class OutsideSaleReversed(Conflict):
    """This sale was reversed already.

    zh: 该笔销售已冲销。
    """


@dataclass(frozen=True, slots=True)
class Harvest:
    """A year's plausible harvest: grams by month, January first, and for how many more months it may be sold.

    `before` is by month what the year before brought, where that was more: its parcels had not ended.
    """

    by_month: tuple[int, ...]
    keeps_months: int
    before: tuple[int, ...] | None = None

    @property
    def yearly_grams(self) -> int:
        return sum(self.by_month)

    def within(self, first: int, last: int) -> int:
        """Give the grams that can have been sold from month `first` to `last` (1 to 12) of a year."""
        kept = self.before or self.by_month
        brought = sum(
            self.by_month[month - 1] if month > 0 else kept[(month - 1) % MONTHS]
            for month in range(first - self.keeps_months, last + 1)
        )
        return min(brought, sum(kept))

    @property
    def monthly_grams(self) -> list[int]:
        """Give by month what can be sold within it alone."""
        return [self.within(month, month) for month in range(1, MONTHS + 1)]


@dataclass(frozen=True, slots=True)
class Excess:
    """What was sold from month `first` to `last` beyond what is plausible, by more than is tolerated; in grams."""

    first: int
    last: int
    expected_grams: int
    found_grams: int

    @property
    def grams(self) -> int:
        return self.found_grams - self.expected_grams


@dataclass(frozen=True, slots=True)
class Lot:
    """A line of an acceptance, as it is kept net of returns."""

    acceptance_id: UUID
    line_id: UUID
    month: int
    grams: int


def harvest_of(extent: int, yield_grams: int, months: Iterable[int], keeps_months: int) -> Harvest:
    """Spread a year's harvest evenly over its months; what does not divide falls on the first of them."""
    ripe = sorted(set(months))
    each, rest = divmod(extent * yield_grams, len(ripe))
    brought = {month: each + (place < rest) for place, month in enumerate(ripe)}
    return Harvest(tuple(brought.get(month, 0) for month in range(1, MONTHS + 1)), keeps_months)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a capacity stands on a parcel, and for which days that is declared."""

    extent: int
    declared: Span


def declared_harvest(whole: Harvest, year: int, parts: Sequence[Part]) -> Harvest:
    """Give what is left of a harvest in a year by month, of the parts that are declared in it; grams round down."""
    extent = sum(part.extent for part in parts)
    left = [sum(part.extent for part in parts if _in_month(part, year, month)) for month in range(1, MONTHS + 1)]
    by_month = tuple(grams * one // extent for grams, one in zip(whole.by_month, left, strict=True))
    return whole if by_month == whole.by_month else Harvest(by_month, whole.keeps_months, before=whole.by_month)


def _in_month(part: Part, year: int, month: int) -> bool:
    following = date(year + month // MONTHS, month % MONTHS + 1, 1)
    return common(part.declared, (date(year, month, 1), following)) is not None


def is_declared_in(year: int, declared: Span) -> bool:
    """Tell whether a parcel is declared on some day of a year; one that ended on its first day never was."""
    return common(declared, (date(year, 1, 1), date(year + 1, 1, 1))) is not None


def is_beyond(found_grams: int, expected_grams: int) -> bool:
    """Tell whether more was sold than is plausible, by more than 10 %."""
    over, whole = TOLERATED
    return found_grams * whole > expected_grams * over


def greatest_excess(harvest: Harvest, sold: Sequence[int]) -> Excess | None:
    """Give the stretch of months in which most was sold beyond what is plausible; of equals the longest.

    `sold` is grams by month, January first, over all channels.
    """
    found: list[Excess] = []
    for first in range(1, MONTHS + 1):
        for last in range(first, MONTHS + 1):
            excess = Excess(first, last, harvest.within(first, last), sum(sold[first - 1 : last]))
            if is_beyond(excess.found_grams, excess.expected_grams):
                found.append(excess)
    return max(found, key=lambda one: (one.grams, one.last - one.first), default=None)


def lots_of_excess(excess: Excess, lots: Iterable[Lot]) -> list[Lot]:
    """Give the lots that make up an excess, the latest first; `lots` are in the order in which they were accepted."""
    named, left = [], excess.grams
    for lot in reversed([one for one in lots if excess.first <= one.month <= excess.last and one.grams > 0]):
        if left <= 0:
            break
        named.append(lot)
        left -= lot.grams
    return named


def capacity_problems(extent: int, yield_grams: int, months: Sequence[int], measure: Extent) -> list[dict[str, Any]]:
    """List what is wrong between the terms of a capacity."""
    problems = []
    if len(set(months)) != len(months):
        problems.append(field_problem("harvest_months", "names a month twice", "月份重复"))
    if extent * yield_grams > YEARLY_GRAMS_MAX:
        says = f"gives more than {YEARLY_GRAMS_MAX // 10**6:,} tonnes a year; check the yield and its unit"
        zh = f"年产量超过{YEARLY_GRAMS_MAX // 10**10}万吨，请核对单产及单位"
        problems.append(field_problem("yield_grams", says, zh))
    if measure is Extent.AREA and extent > AREA_M2_MAX:
        problems.append(field_problem("uses", "is more than 1,000 square kilometres", "面积超过1000平方公里"))
    return problems


def overused(areas: Mapping[UUID, int], uses: Iterable[tuple[UUID, int, Sequence[int]]]) -> list[UUID]:
    """Name the plots from which, in some month, more square metres are harvested than they have.

    `uses` are (plot, square metres, harvest months), of every capacity that is declared on these plots for a year.
    """
    taken: dict[tuple[UUID, int], int] = {}
    for plot_id, square_metres, months in uses:
        for month in set(months):
            taken[plot_id, month] = taken.get((plot_id, month), 0) + square_metres
    return sorted({plot_id for (plot_id, _), total in taken.items() if total > areas[plot_id]}, key=str)
