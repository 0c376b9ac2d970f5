"""A fair price (公允价格) is held against a band: of reference prices that officers brought, or of accepted prices.

A band is fen per kilogram: `low` and `high` hold most of what is paid, `mid` half of it. One from reference prices that
are no older than 92 days goes before one from accepted prices; a band of demo prices is shown, and never binds.

Decision: accepted prices of an item make a band only where at least five lines of three suppliers to three canteens of
the last three months stand behind it. Why: a supplier that sells to itself must not make its own band. Price: what only
one base offers has none until an officer brings a reference.

Decision: a line that was accepted is held against what the other lines make, never against a band that it is part of.
Why: one large line is its own tenth or ninetieth percent, and would judge itself fair. Price: where the others are too
few, nobody judges it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.errors import Conflict, field_problem

LINES_MIN, SUPPLIERS_MIN, CANTEENS_MIN = 5, 3, 3
IMPORTED_DAYS_MAX = 92
ACCEPTED_MONTHS = 3
PER_KG_FEN_MAX = 10_000_000
"""A hundred thousand yuan a kilogram: no canteen pays it."""


class BandSource(StrEnum):
    """Where a band is from (价格区间来源)."""

    IMPORTED = "imported"  # 参考价
    ACCEPTED = "accepted"  # 平台成交价


class Verdict(StrEnum):
    """How a price stands to its band (价格判断)."""

    NONE = "none"  # 无可比价格
    WITHIN = "within"  # 区间内
    BELOW = "below"  # 低于区间
    ABOVE = "above"  # 高于区间
    FAR = "far"  # 远离区间


class PriceImportState(StrEnum):
    """How far a file of reference prices is (参考价导入状态)."""

    CHECKING = "checking"  # 核对中
    CHECKED = "checked"  # 待接受
    ACCEPTING = "accepting"  # 接受中
    ACCEPTED = "accepted"  # 已接受
    REFUSED = "refused"  # 已拒绝
    UNREADABLE = "unreadable"  # 无法读取


class PriceUnexplained(Conflict):
    """The price lies outside the band of current prices; explain it, with a proof, before it is submitted.

    zh: 价格超出当前参考区间，请填写说明并上传价格证明后再提交。
    """


@dataclass(frozen=True, slots=True)
class Band:
    """Current prices of an item, in fen per kilogram; `newest_on` is the day of the newest price behind it."""

    item_code: str
    source: BandSource
    source_name: str
    low: int
    mid: int
    high: int
    newest_on: date
    observations: int
    demo: bool = False

    @property
    def binds(self) -> bool:
        """Tell whether it may ask anything of anybody."""
        return not self.demo

    def age_days(self, today: date) -> int:
        return max(0, (today - self.newest_on).days)


@dataclass(frozen=True, slots=True)
class Observation:
    """One line that a canteen accepted: its agreed price a kilogram, and how many grams weigh it."""

    acceptance_id: UUID
    line_id: UUID
    per_kg_fen: int
    grams: int
    supplier_id: UUID
    canteen_id: UUID
    accepted_on: date


def verdict_of(band: Band | None, per_kg_fen: int | None) -> Verdict:
    """Hold a price against a band; more than twice its top, or less than half its bottom, is far from it."""
    if band is None or per_kg_fen is None:
        return Verdict.NONE
    if per_kg_fen > 2 * band.high or 2 * per_kg_fen < band.low:
        return Verdict.FAR
    if per_kg_fen > band.high:
        return Verdict.ABOVE
    return Verdict.BELOW if per_kg_fen < band.low else Verdict.WITHIN


def may_be_far(lowest: int, highest: int, per_kg_fen: int) -> bool:
    """Tell whether a price may be far from some band of prices between these, as both ends of a band are among them."""
    return per_kg_fen > 2 * lowest or 2 * per_kg_fen < highest


def wants_explanation(band: Band | None, verdict: Verdict) -> bool:
    """Tell whether a price is to be explained before it goes on sale."""
    return band is not None and band.binds and verdict in (Verdict.BELOW, Verdict.ABOVE, Verdict.FAR)


def accepted_band(item_code: str, seen: Sequence[Observation]) -> Band | None:
    """Make a band of accepted prices: the tenth, the half and the ninetieth percent of their grams; or none."""
    if (
        len(seen) < LINES_MIN
        or len({one.supplier_id for one in seen}) < SUPPLIERS_MIN
        or len({one.canteen_id for one in seen}) < CANTEENS_MIN
    ):
        return None
    low, mid, high = (weighted_at(seen, percent) for percent in (10, 50, 90))
    newest = max(one.accepted_on for one in seen)
    return Band(item_code, BandSource.ACCEPTED, "", low, mid, high, newest, len(seen))


def band_of_others(
    band: Band, seen: Sequence[Observation], acceptance_id: UUID, line_id: UUID, price: int
) -> Band | None:
    """Give the band that one line's price is held against: of accepted prices, those of the lines beside it.

    `seen` are the lines that `band` is made of. A line whose price lies between the ends moves neither past itself.
    """
    if band.source is not BandSource.ACCEPTED or band.low < price < band.high:
        return band
    lot = acceptance_id, line_id
    return accepted_band(band.item_code, [one for one in seen if (one.acceptance_id, one.line_id) != lot])


def weighted_at(seen: Iterable[Observation], percent: int) -> int:
    """Give the lowest price below or at which at least so many percent of the grams were paid."""
    ordered = sorted(seen, key=lambda one: one.per_kg_fen)
    total, passed = sum(one.grams for one in ordered), 0
    for one in ordered:
        passed += one.grams
        if passed * 100 >= percent * total:
            return one.per_kg_fen
    raise ValueError("no price was seen")


def accepted_since(today: date) -> date:
    """Give the first day whose accepted prices are behind a band of today."""
    months = today.year * 12 + today.month - 1 - ACCEPTED_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def reference_problems(low: int, median: int, high: int) -> list[dict[str, Any]]:
    """List what is wrong between the prices of a reference."""
    if low <= median <= high:
        return []
    return [field_problem("median", "does not lie between the lowest and the highest", "应在最低价与最高价之间")]
