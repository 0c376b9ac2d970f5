"""A recognition has a level, its days and its paper, and the people it is for are counted, dated and proven.

Source: the programmes' own words (残疾人就业帮扶基地, 阳光致富带头人/示范户): level of recognition, validity, how a
base leads (吸纳就业, 龙头带动, 土地入股, 居家就业), disabled people employed, households led, and support received.

Decision: the label that a recognition gives ends with its last day and goes on with the next one; selling goes on.
Why: a lapse is no fault in the goods, and is never back-dated. A supplier without any dated recognition keeps the label
that it was admitted with. Price: a base of before goes on without a date until it files one, or an officer asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.filings import holds_until
from services.catalog.domain.spans import common, merged
from services.catalog.domain.suppliers import DocumentKind
from shared.errors import Conflict, field_problem

SPANS_MAX = 20
COUNT_MAX = 100_000
LEAP = 10
"""A figure of more than ten times the last one is explained."""
SUPPORTS_MAX = 1_000
AMOUNT_FEN_MAX = 100_000_000_000


class RecognitionLevel(StrEnum):
    """Who recognised (认定级别)."""

    NATIONAL = "national"  # 国家级
    PROVINCIAL = "provincial"  # 省级
    MUNICIPAL = "municipal"  # 市级
    COUNTY = "county"  # 县级


class Mode(StrEnum):
    """How a base leads others (带动模式)."""

    ABSORBS_EMPLOYMENT = "absorbs_employment"  # 吸纳就业
    LED_BY_FLAGSHIP = "led_by_flagship"  # 龙头带动
    LAND_SHARES = "land_shares"  # 土地入股
    HOME_EMPLOYMENT = "home_employment"  # 居家就业


class FigureKind(StrEnum):
    """Whom a figure counts (成效指标)."""

    EMPLOYED = "employed"  # 在岗残疾人
    HOUSEHOLDS = "households"  # 带动户数


class FigureEvidence(StrEnum):
    """What proves a figure (依据)."""

    AGREEMENT = "agreement"  # 用工或帮扶协议
    WAGE = "wage"  # 工资发放记录
    SETTLEMENT = "settlement"  # 收购结算记录


class SupportKind(StrEnum):
    """What a base was given (扶持类型)."""

    AWARD = "award"  # 奖补
    INTEREST_SUBSIDY = "interest_subsidy"  # 贷款贴息
    TRAINING = "training"  # 培训
    EQUIPMENT = "equipment"  # 设备
    OTHER = "other"


IN_MONEY = frozenset({SupportKind.AWARD, SupportKind.INTEREST_SUBSIDY})
"""What is given as money; the rest may be in kind."""

PAPERS_OF_RECOGNITION = frozenset({DocumentKind.RECOGNITION})
PAPERS_OF_EVIDENCE = {
    FigureEvidence.AGREEMENT: DocumentKind.AGREEMENT,
    FigureEvidence.WAGE: DocumentKind.WAGE,
    FigureEvidence.SETTLEMENT: DocumentKind.SETTLEMENT,
}


class RecognitionOverlaps(Conflict):
    """A recognition of this level is confirmed for some of these days; this one has to replace it.

    zh: 同级认定已覆盖其中部分日期，须注明替换原认定。
    """


class FigureStands(Conflict):
    """A figure for this day is confirmed; another has to replace it.

    zh: 该日期的数据已核验，须注明替换原数据。
    """


class SupportFixed(Conflict):
    """This support is recorded with other content; reverse it and record another.

    zh: 该笔扶持已记录且不可更改，请冲销后另行记录。
    """


class SupportReversed(Conflict):
    """This support was reversed already.

    zh: 该笔扶持已冲销。
    """


class TooManySupports(Conflict):
    """At most a thousand supports are recorded for a supplier.

    zh: 每个供应方最多记录一千笔扶持。
    """


@dataclass(frozen=True, slots=True)
class Recognised:
    """One recognition that was ever confirmed; `valid_to` is its last day, `cut_on` the first day it was cut off."""

    filing_id: UUID
    level: RecognitionLevel
    valid_from: date
    valid_to: date | None
    cut_on: date | None = None

    @property
    def span(self) -> tuple[date, date | None]:
        """From its first day until the day before another."""
        return self.valid_from, holds_until(self.valid_to, self.cut_on)

    def holds_on(self, day: date) -> bool:
        begins, ends = self.span
        return begins <= day and (ends is None or day < ends)


def recognised_spans(ever: Iterable[Recognised]) -> list[tuple[date, date | None]]:
    """Give the days on which some recognition held or will hold, joined, both ends in; of very many the newest."""
    spans = merged(one.span for one in ever)[-SPANS_MAX:]
    return [(begins, None if ends is None else ends - timedelta(days=1)) for begins, ends in spans]


def overlapping(one: Recognised, others: Iterable[Recognised]) -> Recognised | None:
    """Find another of the same level that holds on some of the same days."""
    for other in others:
        if other.level is one.level and common(one.span, other.span) is not None:
            return other
    return None


def figure_problems(
    *, as_of: date, count: int, explanation: str, last_count: int | None, today: date
) -> list[dict[str, Any]]:
    """List what is wrong with a figure; `last_count` is the one confirmed for the nearest day before it."""
    problems = []
    if as_of > today:
        problems.append(field_problem("as_of", "is in the future", "不能晚于今天"))
    if as_of < date(2010, 1, 1):
        problems.append(field_problem("as_of", "is before 2010", "不能早于2010年"))
    if last_count is not None and count > LEAP * max(last_count, 1) and not explanation:
        problems.append(
            field_problem(
                "explanation",
                f"is required: more than ten times the {last_count} of before",
                f"数值超过上次核验数（{last_count}）的十倍，请说明原因",
            )
        )
    return problems


def support_problems(
    *, kind: SupportKind, amount_fen: int, given_on: date, reverses: bool, reversed_fen: int | None, today: date
) -> list[dict[str, Any]]:
    """List what is wrong with a support; one that reverses another takes back exactly what that one gave."""
    problems = []
    if given_on > today:
        problems.append(field_problem("given_on", "is in the future", "不能晚于今天"))
    if given_on < date(2010, 1, 1):
        problems.append(field_problem("given_on", "is before 2010", "不能早于2010年"))
    if not reverses and amount_fen < 0:
        problems.append(field_problem("amount_fen", "is negative; only a reversal is", "仅冲销时可以为负"))
    if amount_fen == 0 and kind in IN_MONEY:
        problems.append(
            field_problem("amount_fen", "is nothing; an award or a subsidy is money", "奖补和贴息应填写金额")
        )
    if reverses and reversed_fen is None:
        problems.append(field_problem("reverses", "names no support of this supplier", "没有这笔扶持"))
    if reverses and reversed_fen is not None and amount_fen != -reversed_fen:
        problems.append(
            field_problem(
                "amount_fen", f"is not {-reversed_fen}, which reverses it whole", f"应为 {-reversed_fen}，即全额冲销"
            )
        )
    return problems
