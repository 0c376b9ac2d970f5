"""The tiers of a price stand on a sheet as pairs of cells to fill in, beside what they were when it was taken.

Decision: a sheet tells the tiers twice, in one cell as they stood and in a pair of cells for each, and only where the
two differ is anything asked of the tiers. Why: untouched pairs undo nothing that another changed since, and one that
was emptied can be told from one that never was. Price: two columns that nobody fills in, and where the tiers moved a
new price waits for a new sheet.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from services.catalog.domain.terms import TIERS_MAX
from shared.money import JIN_GRAMS, yuan
from shared.tables.cells import Wrong
from shared.tables.schema import Column, Holds, plain

Tiers = tuple[tuple[int, int], ...]
"""Pairs of a quantity in grams or pieces and the price of a unit from there on, rising."""
PLACES = range(1, TIERS_MAX + 1)
TIERS, WAITING_TIERS = "tiers", "waiting_tiers"
QUANTITY_MAX = 1_000_000_000
GRAMS_OF = {
    **dict.fromkeys(("公斤", "千克", "kg"), 1_000),
    **dict.fromkeys(("斤", "市斤", "jin"), JIN_GRAMS),
    **dict.fromkeys(("克", "g"), 1),
    "两": 50,
}
_PIECES = ("", "件", "个", "只", "枚", "piece", "pieces")
_AMOUNT = re.compile(r"(?:满|≥)?([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]{1,6})?([^0-9.,]*?)(?:起|以上|及以上)?")


def pair_of(place: int) -> tuple[str, str]:
    """Name the columns of a tier: from how much on, and at which price."""
    return f"tier_{place}_from", f"tier_{place}_price"


def quantity_of(text: str, unit_name: str, unit_quantity: int, *, by_weight: bool) -> int | Wrong:
    """Read from how much on a tier begins, as grams or pieces; goods by weight need a unit beside the number."""
    found = _AMOUNT.fullmatch(plain(text))
    if found is None:
        return Wrong("not_a_quantity", "不是数量", "is no quantity", *_mend(by_weight=by_weight))
    units = GRAMS_OF if by_weight else dict.fromkeys(_PIECES, 1)
    one = ({plain(unit_name): unit_quantity} | units).get(found[3])
    if one is None:
        says = ("缺少单位", "lacks its unit") if not found[3] else ("单位无法识别", "has a unit that is not known")
        return Wrong("unit", *says, *_mend(by_weight=by_weight))
    quantity = Decimal(found[1].replace(",", "") + (found[2] or "")) * one
    if quantity != int(quantity):
        says = ("不足一克", "is finer than a gram") if by_weight else ("应为整数", "is no whole number")
        return Wrong("not_whole", *says, "四舍五入后填写", "round it")
    if not 1 <= quantity <= QUANTITY_MAX:
        return Wrong("bounds", "数量过小或过大", "is too little or too much", "检查数量和单位", "check it and its unit")
    return int(quantity)


def _mend(*, by_weight: bool) -> tuple[str, str]:
    if by_weight:
        return "连单位填写，如 50公斤 或 100斤", "write it with its unit, like 50 kg or 100斤"
    return "只填数字，如 20", "digits alone, like 20"


def tiers_written(tiers: Tiers) -> list[dict[str, int]]:
    """Write tiers as a version of a listing has them."""
    return [{"from_quantity": start, "price_fen": fen} for start, fen in tiers]


def told(tiers: Sequence[tuple[str, int]], language: str) -> str:
    """Write tiers in one cell: from how much on, as it is written there, and the price."""
    if language == "zh":
        return "、".join(f"{quantity}起{yuan(fen)}元" for quantity, fen in tiers)
    return "; ".join(f"from {quantity} {yuan(fen)}" for quantity, fen in tiers)


def tier_columns() -> tuple[Column, ...]:
    """Give the columns of the tiers: as they stand, as they wait for an officer, and a pair for each there may be."""
    shown = ("按现状填好，不修改；要改请改后面各档", "as it stands; change the pairs behind it instead")
    return (
        Column(TIERS, "现阶梯价", "Tiers now", Holds.TEXT, "50公斤起6.00元", *shown, characters_max=300),
        Column(
            WAITING_TIERS,
            "待审阶梯价",
            "Tiers in review",
            Holds.TEXT,
            "",
            "正在审核的阶梯价，不修改",
            "what waits for an officer; leave it as it is",
            characters_max=300,
        ),
        *(column for place in PLACES for column in _pair(place)),
    )


def _pair(place: int) -> tuple[Column, Column]:
    start, price = pair_of(place)
    emptied = ("清空本档起量和价格即取消该档", "empty both cells of a tier to end it")
    return (
        Column(
            start,
            f"第{place}档起量",
            f"Tier {place} from",
            Holds.TEXT,
            "50公斤" if place == 1 else "",
            f"满多少起按本档价，如 50公斤、100斤，按件的只填数字；{emptied[0]}",
            f"from how much on, like 50 kg, or digits alone for pieces; {emptied[1]}",
            characters_max=30,
        ),
        Column(
            price,
            f"第{place}档价（元）",
            f"Tier {place} price (yuan)",
            Holds.YUAN,
            "5.90" if place == 1 else "",
            f"满起量后每计价单位的价格，逐档降低；{emptied[0]}",
            f"of one unit from there on, each less than the one before; {emptied[1]}",
            also=(f"第{place}档价",),
            mends={"not_positive": emptied},
        ),
    )
