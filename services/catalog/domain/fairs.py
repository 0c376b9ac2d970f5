"""An event of selling (展销会、助残带货、滞销帮扶) is announced, held and reported; what was sold at it is told by two.

Suppliers ask to take part, an officer admits; orders are tagged by the order service, what walk-in buyers bought is
entered by the supplier and confirmed by an officer. At least one reported event a year is each prefecture's duty.
"""

import ipaddress
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from shared.contracts.words import FairKind, FairState
from shared.errors import Conflict, NotFound, field_problem
from shared.states import StateMachine

DAYS_MAX = 92
AHEAD_DAYS_MAX = 730
SUPPLIERS_MAX = 300
SHOWN_OF_A_SUPPLIER_MAX = 200
STREAM_URL_LENGTH_MAX = 300


class FairStep(StrEnum):
    """What its organiser does with an event (活动进程)."""

    ANNOUNCE = "announce"  # 公告
    OPEN = "open"  # 开始
    CLOSE = "close"  # 结束
    REPORT = "report"  # 公布成果
    CANCEL = "cancel"  # 取消


_F = FairState
FAIR = StateMachine(
    FairState,
    {
        "announce": ({_F.DRAFT}, _F.ANNOUNCED),
        "open": ({_F.ANNOUNCED}, _F.OPEN),
        "close": ({_F.OPEN}, _F.CLOSED),
        "report": ({_F.CLOSED}, _F.REPORTED),
        "cancel": ({_F.DRAFT, _F.ANNOUNCED}, _F.CANCELLED),
    },
)
WRITABLE = frozenset({FairState.DRAFT, FairState.ANNOUNCED})
"""While an event may still be changed."""
JOINABLE = frozenset({FairState.ANNOUNCED, FairState.OPEN})
"""While suppliers may ask, be admitted, and show goods."""
SOLD_AT = frozenset({FairState.OPEN, FairState.CLOSED})
"""While walk-in sales are entered and confirmed; what is reported stays."""


class EntryState(StrEnum):
    """Where a supplier stands with an event (参加状态)."""

    ASKED = "asked"  # 已报名
    ADMITTED = "admitted"  # 已同意
    REFUSED = "refused"  # 未同意
    LEFT = "left"  # 已退出


_E = EntryState
ENTRY = StateMachine(
    EntryState,
    {
        "ask": ({_E.ASKED, _E.REFUSED, _E.LEFT}, _E.ASKED),
        "admit": ({_E.ASKED}, _E.ADMITTED),
        "refuse": ({_E.ASKED}, _E.REFUSED),
        "leave": ({_E.ASKED, _E.ADMITTED}, _E.LEFT),
    },
)


class EntryOutcome(StrEnum):
    """What an officer decides about a supplier that asks to take part."""

    ADMIT = "admit"
    REFUSE = "refuse"


class FairSaleState(StrEnum):
    """Where a walk-in sale stands (现场销售)."""

    ENTERED = "entered"  # 待确认
    CONFIRMED = "confirmed"  # 已确认
    RETURNED = "returned"  # 已退回


_S = FairSaleState
FAIR_SALE = StateMachine(
    FairSaleState,
    {
        "enter": ({_S.ENTERED, _S.RETURNED}, _S.ENTERED),
        "confirm": ({_S.ENTERED}, _S.CONFIRMED),
        "return": ({_S.ENTERED, _S.CONFIRMED}, _S.RETURNED),
    },
)


class FairSaleOutcome(StrEnum):
    """What an officer decides about a walk-in sale."""

    CONFIRM = "confirm"
    RETURN = "return"


class DutyState(StrEnum):
    """How a prefecture's duty of a year stands (每年至少一次)."""

    MET = "met"  # 已完成: an event of the year is reported
    OPEN = "open"  # 进行中: one is open, or closed and not yet reported
    PLANNED = "planned"  # 已计划
    MISSING = "missing"  # 未安排
    MISSED = "missed"  # 未完成: the year is over


class FairNotFound(NotFound):
    """There is no such event.

    zh: 没有这个活动。
    """


class FairFixed(Conflict):
    """As this event stands now, this cannot be done.

    zh: 该活动在当前阶段不能办理此事。
    """


class AnotherUnitsFair(Conflict):
    """An event stays with the unit that holds it.

    zh: 活动不能转给另一个单位。
    """


class NotTakingPart(Conflict):
    """This supplier was not admitted to the event.

    zh: 该供应方未获准参加此活动。
    """


class TooManySuppliers(Conflict):
    """This event has as many suppliers as an event may have.

    zh: 参加该活动的供应方已满。
    """


class FairSaleFixed(Conflict):
    """This sale is confirmed and can no longer be changed.

    zh: 该笔销售已确认，不能更改。
    """


class FairSaleNotFound(NotFound):
    """There is no such sale at this event.

    zh: 该活动没有这笔销售。
    """


def fair_problems(
    kind: FairKind, begins_on: date, ends_on: date, today: date, *, place: str, stream_url: str | None
) -> list[dict[str, Any]]:
    """List what is wrong with an event: its days, and where it is held or seen."""
    problems = []
    if not today - timedelta(days=DAYS_MAX) <= begins_on <= today + timedelta(days=AHEAD_DAYS_MAX):
        says = f"is no more than {DAYS_MAX} days past and {AHEAD_DAYS_MAX} ahead"
        problems.append(field_problem("begins_on", says, f"应在过去{DAYS_MAX}天至今后{AHEAD_DAYS_MAX}天之内"))
    if not begins_on <= ends_on < begins_on + timedelta(days=DAYS_MAX):
        problems.append(
            field_problem("ends_on", f"is within {DAYS_MAX} days of the first", f"应在首日起 {DAYS_MAX} 天之内")
        )
    if kind is FairKind.LIVESTREAM and stream_url is None:
        problems.append(field_problem("stream_url", "is required for a livestream", "直播带货应填写直播地址"))
    if kind is not FairKind.LIVESTREAM and not place:
        problems.append(field_problem("place", "is required unless it is a livestream", "请填写举办地点"))
    if stream_url is not None and not is_public_address(stream_url):
        problems.append(field_problem("stream_url", "is no public https address", "应为公开的 https 网址"))
    return problems


def is_public_address(url: str) -> bool:
    """Tell whether a link leads to a named host of the public web by https, with nobody's password in it."""
    if len(url) > STREAM_URL_LENGTH_MAX or not url.isprintable() or any(letter in url for letter in ' "<>\\^`{}'):
        return False
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        return False
    labels = host.split(".")
    if len(labels) < 2 or labels[-1] in ("local", "internal", "localhost", "lan", "home", "arpa", "test", "invalid"):
        return False
    plain = all(label and label.strip("-") == label and label.replace("-", "").isalnum() for label in labels)
    return plain and not labels[-1].isdigit() and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def sale_problems(
    *, item_known: bool, grams: int | None, pieces: int | None, sold_on: date, days: tuple[date, date], today: date
) -> list[dict[str, Any]]:
    """List what is wrong with a walk-in sale of an event that is held on these days."""
    problems = []
    if not item_known:
        problems.append(field_problem("item_code", "is not on the list of items", "品种表中没有这一项"))
    if (grams is None) == (pieces is None):
        problems.append(field_problem("grams", "is told, or else pieces are", "重量与件数填写其一"))
    if not days[0] <= sold_on <= min(days[1], today):
        problems.append(field_problem("sold_on", "is no past day of the event", "应为活动期间且不晚于今天"))
    return problems


def duty_state(states: Iterable[FairState], year: int, today: date) -> DutyState:
    """Tell how a prefecture stands in a year with the events that it and its counties hold in it."""
    held = set(states)
    if FairState.REPORTED in held:
        return DutyState.MET
    if year < today.year:
        return DutyState.MISSED
    if held & SOLD_AT:
        return DutyState.OPEN
    return DutyState.PLANNED if FairState.ANNOUNCED in held else DutyState.MISSING
