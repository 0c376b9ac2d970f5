"""Union festival goods (工会节日福利品) are another fund: preferred by precedence, each purchase once, told a head.

Source: README, "The rule". A purchase's label is how its lot stands now, so that the labels of a year sum to what its
statement counts, and with what is not preferred to what was bought. Rounding: an amount a head is rounded down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.procurement_quota.domain.words import Reason
from shared.money import share_bp


class Label(StrEnum):
    """Why a purchase is preferred, in the order of precedence."""

    DISABLED_BASE = "disabled_base"  # 残疾人就业帮扶基地
    DEMONSTRATION_HOUSEHOLD = "demonstration_household"  # 阳光致富带头人（示范户）
    LISTED_COUNTY = "listed_county"  # 名单内县
    NONE = "none"  # 不属优先


LABEL_OF: Mapping[Reason, Label] = {
    Reason.PREFERENCE_DISABLED_BASE: Label.DISABLED_BASE,
    Reason.PREFERENCE_DEMONSTRATION_HOUSEHOLD: Label.DEMONSTRATION_HOUSEHOLD,
    Reason.PREFERENCE_LISTED_COUNTY: Label.LISTED_COUNTY,
}


@dataclass(frozen=True, slots=True)
class UnionSums:
    """What was bought with union money, by label, in fen."""

    by_label: Mapping[Label, int]

    @property
    def amount_fen(self) -> int:
        return sum(self.by_label.values())

    @property
    def preferred_fen(self) -> int:
        return self.amount_fen - self.by_label.get(Label.NONE, 0)

    @property
    def preferred_bp(self) -> int | None:
        return share_bp(self.preferred_fen, self.amount_fen)


def labelled(lots: Iterable[tuple[Reason, int]]) -> UnionSums:
    """Sum lots, given by how each stands now and what it comes to, each once."""
    sums = dict.fromkeys(Label, 0)
    for reason, amount_fen in lots:
        sums[LABEL_OF.get(reason, Label.NONE)] += amount_fen
    return UnionSums(sums)


def summed(parts: Iterable[UnionSums]) -> UnionSums:
    """Sum what several units bought."""
    sums = dict.fromkeys(Label, 0)
    for part in parts:
        for label, amount_fen in part.by_label.items():
            sums[label] += amount_fen
    return UnionSums(sums)


def per_head_fen(amount_fen: int, heads: int | None) -> int | None:
    """Tell the amount a head, rounded down; None where nobody filed how many heads there are."""
    return None if not heads else amount_fen // heads
