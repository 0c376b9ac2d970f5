"""An alert (预警) says that a canteen is past a threshold that the reader's unit set, by how much, and nothing else.

Decision: alerts are computed when they are read, from the statement's own figures, and held against the thresholds of
the unit that reads, or of the nearest one above that set any. Why: nothing has to be kept in step, they are right as of
any day, and a unit below cannot blind the one above by loosening its own. Price: nobody can mark one as seen.

| alert | when |
|---|---|
| behind | the share is more than `behind_bp` below the rate |
| projected_short | the year would end short by more than `short_bp` of the requirement, by the season, else in a line |
| unattested | `missing_months` or more due months are not attested |
| above_attested | the ledger holds more than was attested and nobody explained it; this one has no threshold |
| counted_twice | purchases came late for days that an opening balance covers already; nor has this |
| december | the December index of what counts is `december_bp` or more, from 1 December on and in closed years |
| unpaid | `unpaid_bp` or more of what was accepted is not paid |
| unreserved | nothing is filed as reserved after it was due, by so many days; this one has no threshold |
| reservation_returned | what was filed as reserved came back so many days ago and was not filed again; nor has this |

Who has no duty, or no percentage to reach, has no alerts. A threshold of None turns its alert off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.procurement_quota.domain.figures import Figures
from services.procurement_quota.domain.pace import Concentration, Projection
from services.procurement_quota.domain.reservations import NOTHING_WANTING, Reminder
from services.procurement_quota.domain.words import Status
from shared.money import BP_WHOLE


class Alert(StrEnum):
    """What is wrong (预警类型)."""

    BEHIND = "behind"  # 进度落后
    PROJECTED_SHORT = "projected_short"  # 预计缺口
    UNATTESTED = "unattested"  # 逾期未确认
    ABOVE_ATTESTED = "above_attested"  # 入账多于确认
    COUNTED_TWICE = "counted_twice"  # 与期初余额重复
    DECEMBER = "december"  # 年底集中
    UNPAID = "unpaid"  # 未付
    UNRESERVED = "unreserved"  # 逾期未填报预留
    RESERVATION_RETURNED = "reservation_returned"  # 预留退回未重报


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is an alert; None turns one off."""

    behind_bp: int | None = 0
    short_bp: int | None = 0
    missing_months: int | None = 1
    december_bp: int | None = 25_000
    unpaid_bp: int | None = None


DEFAULT = Thresholds()
"""What holds where no unit up to the province has set any."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What an alert is decided from."""

    figures: Figures
    status: Status
    missing_months: int
    projection: Projection | None
    december: Concentration | None
    accepted_fen: int
    unpaid_fen: int
    reservation: Reminder = NOTHING_WANTING
    twice_fen: int = 0
    """What the ledger has of days that an opening balance covers already."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert: how far it is, in the threshold's own unit, and the threshold."""

    alert: Alert
    value: int
    threshold: int | None
    amount_fen: int | None = None


def alerts_of(one: Watched, limits: Thresholds) -> list[Raised]:
    """List a canteen's alerts, in the order of `Alert`."""
    if one.status in (Status.NO_DUTY, Status.PREFERENCE) or one.figures.rate_bp is None:
        return []
    of_share, of_proof = _of_share(one, one.figures.rate_bp, limits), _of_proof(one, limits)
    return [*of_share, *of_proof, *_of_conduct(one, limits), *_of_filing(one)]


def _of_share(one: Watched, rate_bp: int, limits: Thresholds) -> Iterator[Raised]:
    base, counted = one.figures.base_fen, one.figures.counted_fen
    below = rate_bp * base - counted * BP_WHOLE
    if limits.behind_bp is not None and base > 0 and below > limits.behind_bp * base:
        yield Raised(Alert.BEHIND, -(-below // base), limits.behind_bp, one.figures.shortfall_fen)
    seen = one.projection
    if limits.short_bp is None or seen is None or not seen.required_fen or not seen.shortfall_fen:
        return
    if seen.shortfall_fen * BP_WHOLE > limits.short_bp * seen.required_fen:
        short_bp = -(-seen.shortfall_fen * BP_WHOLE // seen.required_fen)
        yield Raised(Alert.PROJECTED_SHORT, short_bp, limits.short_bp, seen.shortfall_fen)


def _of_proof(one: Watched, limits: Thresholds) -> Iterator[Raised]:
    if limits.missing_months is not None and one.missing_months >= max(1, limits.missing_months):
        yield Raised(Alert.UNATTESTED, one.missing_months, limits.missing_months)
    if one.figures.unproven_by_ledger:
        yield Raised(Alert.ABOVE_ATTESTED, 1, None)
    if one.twice_fen:
        yield Raised(Alert.COUNTED_TWICE, 1, None, one.twice_fen)


def _of_conduct(one: Watched, limits: Thresholds) -> Iterator[Raised]:
    index = one.december.index_bp if one.december else None
    if limits.december_bp is not None and one.december and index is not None and index >= limits.december_bp:
        yield Raised(Alert.DECEMBER, index, limits.december_bp, one.december.december_fen)
    if limits.unpaid_bp is None or one.unpaid_fen <= 0:
        return
    if one.unpaid_fen * BP_WHOLE >= limits.unpaid_bp * one.accepted_fen:
        owed_bp = min(BP_WHOLE, one.unpaid_fen * BP_WHOLE // one.accepted_fen) if one.accepted_fen > 0 else BP_WHOLE
        yield Raised(Alert.UNPAID, owed_bp, limits.unpaid_bp, one.unpaid_fen)


def _of_filing(one: Watched) -> Iterator[Raised]:
    if one.reservation.unfiled_days is not None:
        yield Raised(Alert.UNRESERVED, one.reservation.unfiled_days, None)
    if one.reservation.returned_days is not None:
        yield Raised(Alert.RESERVATION_RETURNED, one.reservation.returned_days, None)


TEXTS: dict[Alert, tuple[str, str]] = {
    Alert.BEHIND: ("占比低于应达比例", "the share is below the rate"),
    Alert.PROJECTED_SHORT: ("按目前进度年底将有缺口", "at this pace the year ends short"),
    Alert.UNATTESTED: ("有月份逾期未确认", "due months are not attested"),
    Alert.ABOVE_ATTESTED: ("入账金额多于确认金额且未说明", "the ledger holds more than was attested, unexplained"),
    Alert.DECEMBER: ("采购集中在12月", "purchases crowd into December"),
    Alert.UNPAID: ("已验收未付款比例偏高", "much of what was accepted is not paid"),
    Alert.UNRESERVED: ("预留逾期未填报", "what is reserved for the year was not filed when it was due"),
    Alert.RESERVATION_RETURNED: ("预留被退回后未重新填报", "what was reserved came back and was not filed again"),
    Alert.COUNTED_TWICE: (
        "期初余额已含的日期另有采购入账，重复计入",
        "an opening balance covers days of other purchases",
    ),
}
"""Each in Chinese and in English."""
