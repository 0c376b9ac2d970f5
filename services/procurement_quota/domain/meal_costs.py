"""What a canteen's meals cost in farm produce is held against its peers', and what lies far below is a finding.

A canteen that buys beside the books serves its meals all the same: its purchases are low and its meals are not, so its
cost per meal lies below that of canteens like it. That is a question to the canteen, never a verdict on it.

    cost = purchases ÷ meals, rounded down to a whole fen
    q1, median, q3 = the costs of the peers at the ranks ⌈n/4⌉, ⌈n/2⌉, ⌈3n/4⌉ in rising order: each is a peer's own cost
    fence = the higher of q1 − 1½ × (q3 − q1) and half the median, rounded down; a cost below it is a finding

Purchases are the base of the statement from 1 January to the end of the month, the attested remainder included, so
that what finance attested beyond the ledger hides nothing. Peers are the canteens of units of the same level in the
province that filed the meals of every month; of fewer than `PEERS_MIN` there is no comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.money import yuan

PEERS_MIN = 5

METHOD = (
    "每餐成本＝年初至该月末农副产品采购额（含已确认未入账部分）÷供餐人次，舍去不足一分的部分；同级食堂少于5个时不作比较；"
    "低于（下四分位数－1.5倍四分位距）与中位数一半二者较高者的列为线索。线索须经核实，不是结论。",
    "Cost per meal = farm produce bought from 1 January to the end of the month (what was attested beyond the ledger "
    "included) ÷ meals served, rounded down to a fen. Fewer than 5 canteens of a level are not compared. A cost below "
    "the higher of (lower quartile − 1.5 × the distance between the quartiles) and half the median is a finding, to be "
    "looked into; it is not a verdict.",
)
"""How it is computed, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Peers:
    """What meals cost at the canteens of one level, in fen."""

    compared: int
    q1_fen: int
    median_fen: int
    q3_fen: int

    @property
    def fence_fen(self) -> int:
        """Below this a cost is a finding."""
        tukey = (2 * self.q1_fen - 3 * (self.q3_fen - self.q1_fen)) // 2
        return max(tukey, self.median_fen // 2)


@dataclass(frozen=True, slots=True)
class Finding:
    """How far below its peers a canteen lies."""

    below_fence_fen: int
    """A meal."""
    at_median_fen: int
    """What its meals would have cost at the median."""
    apart_fen: int
    """What it bought less than that."""


def cost_fen(purchases_fen: int, meals: int) -> int | None:
    """Give what a meal costs; None where none was served. What was given back beyond what was bought is nothing."""
    return max(0, purchases_fen) // meals if meals > 0 else None


def peers_of(costs: Sequence[int]) -> Peers | None:
    """Give the median and the quartiles of some costs; None of fewer than `PEERS_MIN`."""
    count = len(costs)
    if count < PEERS_MIN:
        return None
    ranked = sorted(costs)

    def at(quarters: int) -> int:
        return ranked[-(-quarters * count // 4) - 1]

    return Peers(count, at(1), at(2), at(3))


def finding_of(purchases_fen: int, meals: int, peers: Peers | None) -> Finding | None:
    """Tell how far below its peers a canteen lies; None where it does not, or where there is nothing to compare."""
    cost = cost_fen(purchases_fen, meals)
    if cost is None or peers is None or cost >= peers.fence_fen:
        return None
    at_median = peers.median_fen * meals
    return Finding(peers.fence_fen - cost, at_median, at_median - max(0, purchases_fen))


def finding_texts(meals: int, purchases_fen: int, peers: Peers, finding: Finding) -> dict[str, str]:
    """Write a finding with its arithmetic, as `{"zh", "en"}`."""
    cost = max(0, purchases_fen) // meals
    zh = (
        f"供餐{meals}人次，采购{yuan(purchases_fen)}元，每餐{yuan(cost)}元；同级{peers.compared}个食堂中位数"
        f"{yuan(peers.median_fen)}元，界限{yuan(peers.fence_fen)}元。按中位数应为{yuan(finding.at_median_fen)}元，"
        f"相差{yuan(finding.apart_fen)}元。请核实是否有未入账采购；此为线索，不是结论。"
    )
    en = (
        f"{meals} meals, {yuan(purchases_fen)} yuan of purchases, {yuan(cost)} yuan a meal; the median of "
        f"{peers.compared} canteens of the level is {yuan(peers.median_fen)} yuan, the fence {yuan(peers.fence_fen)} "
        f"yuan. At the median they would have cost {yuan(finding.at_median_fen)} yuan, {yuan(finding.apart_fen)} "
        "yuan more. Look whether purchases are missing; this is a finding, not a verdict."
    )
    return {"text_zh": zh, "text_en": en}
