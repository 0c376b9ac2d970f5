"""What moved a figure between two statements is told movement by movement, and the movements sum to the difference.

A later statement knows all that an earlier one knew, so what lies between them is: entries that only the later one
counts; attestations, which move the derived remainder of the base; the rate, through a county list, a rule or a
unit's jurisdiction; whether there is a duty at all; and who shares the canteen.

Decision: the movements are a walk. It starts at the earlier statement, takes one step a kind in the order of
`Movement`, and each movement is the difference that its step makes. Why: a remainder, a rounded-up requirement and a
split to the fen are not sums of their lines, and differences along a walk sum to its whole length whatever they are.
Price: where two kinds act on the same fen (a found purchase, and the attestation that held it already) the order says
which is named; it is the same order everywhere and stands here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.procurement_quota.domain.figures import Attested, Months, figures_of
from shared.money import Money, required_fen


class Movement(StrEnum):
    """Why a figure moved (变动原因), in the order in which the walk takes its steps."""

    ACCEPTED = "accepted"  # 新验收
    BOUGHT_ELSEWHERE = "bought_elsewhere"  # 平台外新采购
    OPENED = "opened"  # 期初余额
    LATE_FACT = "late_fact"  # 补录: it had happened by the earlier day, and was not known
    RETURNED = "returned"  # 退货
    CREDITED = "credited"  # 折让
    REVERSED = "reversed"  # 冲销: a red-letter invoice, an import undone
    VERIFIED = "verified"  # 产地核验
    REVOKED = "revoked"  # 供应方资格撤销
    FLAGGED = "flagged"  # 疑点商品暂缓计入、不予计入或恢复计入
    TRANSFERRED = "transferred"  # 划转
    CORRECTED = "corrected"  # 更正
    OTHER_ENTRY = "other_entry"  # 其他分录
    ATTESTED = "attested"  # 确认: the remainder by newer attestations
    FOUND_IN_ATTESTED = "found_in_attested"  # 已含于确认数: what the remainder gives way to
    LIST_CHANGED = "list_changed"  # 名单变更
    RULE_CHANGED = "rule_changed"  # 规则变更
    REBOUND = "rebound"  # 隶属变更
    DUTY_CHANGED = "duty_changed"  # 食堂形式变更
    SHARES_CHANGED = "shares_changed"  # 分摊变更


ORDER = tuple(Movement)
TURNS = (Movement.LIST_CHANGED, Movement.RULE_CHANGED)
"""What can change a rate, in order; a jurisdiction is the last."""

TEXTS: dict[Movement, tuple[str, str]] = {
    Movement.ACCEPTED: ("期间新验收", "accepted since"),
    Movement.BOUGHT_ELSEWHERE: ("期间平台外采购", "bought elsewhere since"),
    Movement.OPENED: ("期初余额", "opening balance of a canteen that joined"),
    Movement.LATE_FACT: ("期初前已发生、其后补录", "had happened before, became known since"),
    Movement.RETURNED: ("退货", "returned"),
    Movement.CREDITED: ("折让", "credited"),
    Movement.REVERSED: ("冲销", "reversed"),
    Movement.VERIFIED: ("产地核验", "origins verified"),
    Movement.REVOKED: ("供应方资格撤销", "suppliers revoked"),
    Movement.FLAGGED: (
        "疑点商品暂缓计入、不予计入或恢复计入",
        "held for a flag on a supplier's goods, struck, or given back",
    ),
    Movement.TRANSFERRED: ("错记单位划转", "transferred between units"),
    Movement.CORRECTED: ("其他更正", "otherwise corrected"),
    Movement.OTHER_ENTRY: ("其他分录", "other entries"),
    Movement.ATTESTED: ("新的确认数对未入账部分的影响", "the remainder, by newer attestations"),
    Movement.FOUND_IN_ATTESTED: (
        "补录部分已含于确认数，不重复计入",
        "already within what was attested, so not counted twice",
    ),
    Movement.LIST_CHANGED: ("县名单变更", "a county list changed"),
    Movement.RULE_CHANGED: ("规则变更", "the rule changed"),
    Movement.REBOUND: ("单位隶属变更", "the unit's jurisdiction changed"),
    Movement.DUTY_CHANGED: ("食堂形式变更，任务随之变化", "how the canteen is run, and so its duty, changed"),
    Movement.SHARES_CHANGED: ("共用食堂分摊变更", "who shares the canteen changed"),
}
"""Each in Chinese and in English."""

_OF_KIND = {
    "opening": Movement.OPENED,
    "return": Movement.RETURNED,
    "credit": Movement.CREDITED,
    "reversal": Movement.REVERSED,
    "transfer": Movement.TRANSFERRED,
}


TOLD_BY = {"verified": "verified_by", "revoked": "ground", "flagged": "flag"}
"""By which fact of a correction it is told what was found."""


def movement_of(
    kind: str, *, late: bool, verified: bool = False, revoked: bool = False, flagged: bool = False
) -> Movement:
    """Name the movement of an entry: by its kind, whether it had happened by the earlier day, and its facts."""
    match kind:
        case "purchase":
            return Movement.LATE_FACT if late else Movement.ACCEPTED
        case "off_platform":
            return Movement.LATE_FACT if late else Movement.BOUGHT_ELSEWHERE
        case "correction":
            found = ((verified, Movement.VERIFIED), (revoked, Movement.REVOKED), (flagged, Movement.FLAGGED))
            return next((movement for is_so, movement in found if is_so), Movement.CORRECTED)
        case _:
            return _OF_KIND.get(kind, Movement.OTHER_ENTRY)


@dataclass(frozen=True, slots=True)
class Posted:
    """What the entries of one kind, that only the later statement counts, add to a canteen."""

    movement: Movement
    entries: int
    base_fen: int
    counted_fen: int


class Amounts(NamedTuple):
    """What moves, in fen."""

    base_fen: int
    counted_fen: int
    required_fen: int

    def less(self, other: "Amounts") -> "Amounts":
        return Amounts(*(mine - its for mine, its in zip(self, other, strict=True)))

    def plus(self, other: "Amounts") -> "Amounts":
        return Amounts(*(mine + its for mine, its in zip(self, other, strict=True)))


NOTHING = Amounts(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement, with how many entries it is of."""

    movement: Movement
    entries: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Side:
    """One canteen, or one holder's part of it, as one of the two statements has it."""

    year: int
    months: Months
    attested: Sequence[Attested]
    happened_by: date
    rate_bp: int | None
    bound: bool = True
    """Whether its requirement counts; a unit's statement leaves out who has no duty."""
    weights: Sequence[int] = (10_000,)
    place: int | None = 0
    """Which of the weights is its own; None when it held no share."""
    below: bool = True
    """Whether its holder stood below the unit that the statement is about."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where the walk stands."""

    ledger_fen: int
    remainder_fen: int
    counted_fen: int
    side: Side

    def amounts(self) -> Amounts:
        base, side = self.ledger_fen + self.remainder_fen, self.side
        required = required_fen(base, side.rate_bp) if side.rate_bp is not None and side.bound else 0
        return Amounts(*(_part(fen, side) for fen in (base, self.counted_fen, required)))


def _part(fen: int, side: Side) -> int:
    if side.place is None or not side.below:
        return 0
    return fen if len(side.weights) == 1 else Money(fen).split(side.weights)[side.place].fen


def amounts_of(side: Side) -> Amounts:
    """Give what a statement shows."""
    return _start(side).amounts()


def _start(side: Side) -> _Stand:
    figures = figures_of(side.year, side.months, side.attested, side.rate_bp, side.happened_by)
    return _Stand(figures.ledger_fen, figures.base_fen - figures.ledger_fen, figures.counted_fen, side)


def walk(before: Side, after: Side, posted: Iterable[Posted], turned: Sequence[int | None] = ()) -> list[Moved]:
    """List the movements from one statement to a later one, in the order of `Movement`; what moved nothing is left out.

    `posted` are the entries that only the later one counts; `turned` is the rate after the county list changed, and
    after the rule changed too (`TURNS`); what then still differs is the jurisdiction's doing, as it is when a unit came
    below the statement's, or left.
    """
    stand, moved = _start(before), []

    def step(movement: Movement, to: _Stand, entries: int = 0) -> None:
        nonlocal stand
        amounts = to.amounts().less(stand.amounts())
        stand = to
        if entries or amounts != NOTHING:
            moved.append(Moved(movement, entries, amounts))

    for one in sorted(posted, key=lambda kind: ORDER.index(kind.movement)):
        ledger, counted = stand.ledger_fen + one.base_fen, stand.counted_fen + one.counted_fen
        step(one.movement, replace(stand, ledger_fen=ledger, counted_fen=counted), one.entries)
    newer = _start(replace(before, attested=after.attested, happened_by=after.happened_by))
    step(Movement.ATTESTED, replace(stand, remainder_fen=newer.remainder_fen))
    end = _start(after)
    step(Movement.FOUND_IN_ATTESTED, replace(stand, remainder_fen=end.remainder_fen))
    for movement, rate_bp in zip(TURNS, turned, strict=False):
        step(movement, replace(stand, side=replace(stand.side, rate_bp=rate_bp)))
    rebound = replace(stand.side, rate_bp=after.rate_bp, below=after.below)
    step(Movement.REBOUND, replace(stand, side=rebound))
    step(Movement.DUTY_CHANGED, replace(stand, side=replace(stand.side, bound=after.bound)))
    shared = replace(stand.side, weights=after.weights, place=after.place)
    step(Movement.SHARES_CHANGED, replace(stand, side=shared))
    return moved


def summed(walks: Iterable[Sequence[Moved]]) -> list[Moved]:
    """Sum the movements of many canteens, kind by kind."""
    entries: Counter[Movement] = Counter()
    amounts: dict[Movement, Amounts] = {}
    for moved in walks:
        for one in moved:
            entries[one.movement] += one.entries
            amounts[one.movement] = amounts.get(one.movement, NOTHING).plus(one.amounts)
    return [Moved(kind, entries[kind], amounts[kind]) for kind in ORDER if kind in amounts]


def whole_way(moved: Iterable[Moved]) -> Amounts:
    """Sum movements to the difference of the two statements."""
    total = NOTHING
    for one in moved:
        total = total.plus(one.amounts)
    return total
