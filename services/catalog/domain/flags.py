"""A flag (疑点) says what does not fit, with evidence; whom it is about answers, another decides, and appeal is open.

It is raised by what was sold, never by a person, and stands until somebody decides: a capacity that is declared larger
afterwards, or goods that go back, do not make it go away. What is found further on is a new version of the same flag,
which names every lot that it named before; once it was upheld, what is found further on is a flag of its own, for
nobody has decided about that.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.capacity import Excess, is_beyond
from shared.contracts.words import FlagKind, FlagState
from shared.errors import Conflict, Forbidden, NotFound
from shared.ids import derived_id
from shared.states import StateMachine

LOTS_MAX = 500
"""Lots that one flag names; where there are more, a further flag names them, and none is dropped."""
ANSWERS_MAX = 20
APPEAL_DAYS = 60

_S = FlagState
FLAG = StateMachine(
    FlagState,
    {
        "raise": ({_S.CLEARED}, _S.OPEN),
        "answer": ({_S.OPEN, _S.ANSWERED}, _S.ANSWERED),
        "clear": ({_S.OPEN, _S.ANSWERED, _S.APPEALED}, _S.CLEARED),
        "uphold": ({_S.OPEN, _S.ANSWERED}, _S.UPHELD),
        "appeal": ({_S.UPHELD}, _S.APPEALED),
        "confirm": ({_S.APPEALED}, _S.FINAL),
    },
)
"""A flag begins open; one that was cleared is raised anew when clearly more is found than was cleared."""


class FlagOutcome(StrEnum):
    """What is decided about a flag (疑点处理结论)."""

    CLEAR = "clear"  # 排除
    UPHOLD = "uphold"  # 认定
    CONFIRM = "confirm"  # 维持, of an appeal


class FlagStep(StrEnum):
    """What happened to a flag (疑点经过)."""

    RAISE = "raise"  # 提出
    GROW = "grow"  # 扩大
    ANSWER = "answer"  # 说明
    CLEAR = "clear"  # 排除
    UPHOLD = "uphold"  # 认定
    APPEAL = "appeal"  # 申诉
    CONFIRM = "confirm"  # 维持


class FlagNotFound(NotFound):
    """There is no such flag.

    zh: 没有这个疑点。
    """


class AnswerFixed(Conflict):
    """This answer was given with other words or papers; give another one.

    zh: 该说明已提交且不可更改，请另外提交。
    """


class TooManyAnswers(Conflict):
    """A flag is answered at most 20 times.

    zh: 每个疑点最多说明20次。
    """


class AppealTooLate(Conflict):
    """An appeal is made within 60 days of the decision.

    zh: 申诉须在决定作出后60日内提出。
    """


class UpheldByYou(Forbidden):
    """You upheld this flag; another decides on the appeal.

    zh: 该疑点由您认定，申诉须由另一位工作人员处理。
    """


STANDING = frozenset(set(FlagState) - {FlagState.CLEARED})
"""While a flag stands so, its supplier's goods wait for an officer."""


GROWING = (_S.OPEN, _S.ANSWERED)
"""While a flag stands so, what is found further on belongs to it."""


def flag_id_of(kind: FlagKind, supplier_id: UUID, item_code: str, year: int, nth: int = 1) -> UUID:
    """Name a flag of a kind on a supplier's goods in a year: the first, or a further one."""
    further = () if nth == 1 else (nth,)
    return derived_id("flag", kind.value, supplier_id, item_code, year, *further)


def grows(excess: Excess, known_grams: int, cleared_grams: int | None) -> bool:
    """Tell whether an excess is news: more than stands in the flag, or clearly more than had been cleared."""
    if cleared_grams is not None:
        return is_beyond(excess.found_grams, cleared_grams)
    return excess.grams > known_grams


def reason_of(item_name: str, year: int, excess: Excess) -> str:
    """Say in one line what does not fit; kilograms are rounded down."""
    months = f"{excess.first}—{excess.last}月" if excess.first < excess.last else f"{excess.first}月"
    found, expected = excess.found_grams // 1000, excess.expected_grams // 1000
    return f"{year}年{months}{item_name}各渠道共售出{found:,}公斤，核实产能为{expected:,}公斤"


def price_reason_of(item_name: str, year: int, per_kg_fen: int, low: int, high: int) -> str:
    """Say in one line which price does not fit, and into what."""
    price, bottom, top = (f"{fen // 100}.{fen % 100:02d}" for fen in (per_kg_fen, low, high))
    return f"{year}年{item_name}成交价每公斤{price}元，远离参考区间{bottom}—{top}元，且未作说明"


def reason_in_english(kind: FlagKind, item_name: str, year: int, evidence: Mapping[str, Any]) -> str:
    """Say the same in English, of what was found."""
    if kind is FlagKind.CAPACITY:
        first, last = evidence["from_month"], evidence["to_month"]
        months = f"{year}-{first:02d} to {year}-{last:02d}" if first < last else f"{year}-{first:02d}"
        found, expected = evidence["found_grams"] // 1000, evidence["expected_grams"] // 1000
        return (
            f"{item_name}, {months}: {found:,} kg were sold in all channels; the verified capacity is {expected:,} kg"
        )
    names = ("per_kg_fen", "low_fen_per_kg", "high_fen_per_kg")
    price, bottom, top = (f"{fen // 100}.{fen % 100:02d}" for fen in (evidence[name] for name in names))
    return f"{item_name}, {year}: sold at CNY {price} a kilogram, far from its band of {bottom} to {top}, unexplained"


def may_appeal_until(decided_on: date) -> date:
    """Give the last day of an appeal against a decision of a day."""
    return decided_on + timedelta(days=APPEAL_DAYS)
