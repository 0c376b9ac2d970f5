"""What a seller sold to a canteen at a fair (展销会现场销售) is told by its seller, and counts once its buyer agrees.

Decision: a spot price is anything from one fen up to 15 % above the listed one. Why: at a stall prices come down, and
15 % is the leeway that a seller has on the shelf before an officer looks again. Price: both leeways may add up; price
bands and flags see the sum, as they read the price of every accepted line.

Decision: an older version than the newest may be named while all that is judged is the same in both: category, measure
and origin. Why: a phone without network tells late what it sold under yesterday's price. Price: whose origin
was corrected meanwhile names the corrected version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from services.order.domain.fairs import Fair
from services.order.domain.goods import PRODUCT_MAX, AskedLine
from shared.contracts.words import FairKind, FairState, Measure
from shared.errors import field_problem
from shared.money import AMOUNT_FEN_MAX, BP_WHOLE, line_amount_fen

OVER_LISTED_BP_MAX = 1_500
"""How far above the listed price a spot price may be."""
WAITING_MAX = 200
"""How many sales of one supplier wait for an answer at a time."""
REVISIONS_MAX = 50
"""How often one sale is told anew."""
SOLD_AT = frozenset({FairState.OPEN, FairState.CLOSED})
"""While sales are entered; what an event has reported stays."""
JUDGED_BY = ("category", "measure", "unit_quantity", "piece_grams", "origin_county_code")
"""The terms that say what is judged of goods, whatever they are called and cost."""


class ToldLine(Protocol):
    """One line as its seller told it: grams for goods by weight, else pieces."""

    @property
    def listing_id(self) -> UUID: ...
    @property
    def listing_version(self) -> int: ...
    @property
    def quantity(self) -> int | None: ...
    @property
    def gross_grams(self) -> int | None: ...
    @property
    def tare_grams(self) -> int | None: ...
    @property
    def price_fen(self) -> int | None: ...
    @property
    def lot_number(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line of a sale, as it is kept and becomes a line of the order."""

    listing_id: UUID
    listing_version: int
    name: str
    category: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    origin_county_code: str
    listed_price_fen: int
    """The price of a unit in the version that is named."""
    price_fen: int
    quantity: int
    gross_grams: int | None
    tare_grams: int | None
    lot_number: str
    amount_fen: int

    def kept(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in SoldLine.__dataclass_fields__}
        return told | {"listing_id": str(self.listing_id), "measure": self.measure.value}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "SoldLine":
        return cls(**{**kept, "listing_id": UUID(kept["listing_id"]), "measure": Measure(kept["measure"])})


def fair_problem(fair: Fair | None, supplier_id: UUID, sold_on: date, today: date, late_days: int) -> dict[str, Any]:
    """Tell what is wrong with selling at an event on a day and telling it today; empty where nothing is.

    It is told from the event's first day until some days after its last.
    """
    if fair is None or fair.state not in SOLD_AT:
        return field_problem("fair_id", "is no fair that is open or has just ended", "没有这场正在举办或刚结束的活动")
    if fair.kind is FairKind.LIVESTREAM:
        says = ("is a livestream, where nothing is handed over", "直播带货没有现场交货，请由食堂在线下单")
        return field_problem("fair_id", *says)
    if supplier_id not in fair.supplier_ids:
        return field_problem(
            "fair_id", "is a fair that this supplier was not admitted to", "该供应方未获准参加这场活动"
        )
    last = min(fair.ends_on, today)
    if not fair.begins_on <= sold_on <= last:
        says = (f"should be from {fair.begins_on} to {last}", f"应在 {fair.begins_on} 至 {last} 之间")
        return field_problem("sold_on", *says)
    until = fair.ends_on + timedelta(days=late_days)
    if today > until:
        says = (f"was to be told until {until}", f"应在 {until} 之前补录")
        return field_problem("sold_on", *says, until=str(until))
    return {}


def sold_lines(
    told: Sequence[ToldLine], known: Sequence[AskedLine | None], terms: Mapping[tuple[UUID, int], Mapping[str, Any]]
) -> tuple[list[SoldLine], list[dict[str, Any]]]:
    """Reckon the lines beside their listings as they are now; `terms` are those of the versions named.

    Gives the lines and what is wrong with them, by field.
    """
    lines: list[SoldLine] = []
    problems: list[dict[str, Any]] = []
    seen: set[UUID] = set()
    for index, (one, line) in enumerate(zip(told, known, strict=True)):
        at = f"lines.{index}"
        named = terms.get((one.listing_id, one.listing_version))
        if line is None:
            problems.append(field_problem(f"{at}.listing_id", "is no known listing", "没有这个商品"))
        elif one.listing_id in seen:
            problems.append(field_problem(f"{at}.listing_id", "is named twice", "重复"))
        elif named is None:
            problems.append(field_problem(f"{at}.listing_version", "is no known version", "没有这个版本"))
        else:
            problems += _reckoned(one, line, named, at, lines)
        seen.add(one.listing_id)
    return lines, problems


def is_judged_the_same(named: Mapping[str, Any], line: AskedLine) -> bool:
    """Tell whether goods of a version are judged as those of the newest are."""
    return all(named[name] == getattr(line.goods, name) for name in JUDGED_BY)


def most_price_fen(listed_fen: int) -> int:
    """Give the most that a unit may cost on the spot."""
    return listed_fen + listed_fen * OVER_LISTED_BP_MAX // BP_WHOLE


def _reckoned(
    one: ToldLine, line: AskedLine, named: Mapping[str, Any], at: str, lines: list[SoldLine]
) -> list[dict[str, Any]]:
    """Add one line, or give what is wrong with it."""
    goods, listed_fen, unit = line.goods, int(named["price_fen"]), int(named["unit_quantity"])
    quantity, problems = _quantity(one, Measure(named["measure"]), at)
    price_fen, most = one.price_fen if one.price_fen is not None else listed_fen, most_price_fen(listed_fen)
    if price_fen > most:
        says = (f"should be at most {most}, 15 % above the listed price", f"不能超过 {most}（挂牌价的 115%）")
        problems.append(field_problem(f"{at}.price_fen", *says, most=most))
    if price_fen < 1:
        problems.append(field_problem(f"{at}.price_fen", "should be at least 1", "不能低于 1 分"))
    amount_fen = line_amount_fen(quantity, max(price_fen, 0), unit)
    if not problems and amount_fen < 1:
        problems.append(field_problem(f"{at}.quantity", "comes to nothing at this price", "按此单价金额不足 1 分"))
    if quantity * price_fen > PRODUCT_MAX or amount_fen > AMOUNT_FEN_MAX:
        problems.append(
            field_problem(f"{at}.quantity", "comes to more than one order can be", "金额超过一张订单的上限")
        )
    if not problems:
        lines.append(
            SoldLine(
                listing_id=goods.listing_id,
                listing_version=one.listing_version,
                name=named["name"],
                category=named["category"],
                measure=Measure(named["measure"]),
                unit_name=named["unit_name"],
                unit_quantity=unit,
                piece_grams=named["piece_grams"],
                origin_county_code=named["origin_county_code"],
                listed_price_fen=listed_fen,
                price_fen=price_fen,
                quantity=quantity,
                gross_grams=one.gross_grams,
                tare_grams=None if one.gross_grams is None else one.tare_grams or 0,
                lot_number=one.lot_number,
                amount_fen=amount_fen,
            )
        )
    return problems


def _quantity(one: ToldLine, measure: Measure, at: str) -> tuple[int, list[dict[str, Any]]]:
    """Give what was sold of a line: as told, or gross less tare, which is the same."""
    if one.gross_grams is None:
        if one.tare_grams is not None:
            return 0, [field_problem(f"{at}.gross_grams", "is missing beside the tare", "有皮重时应填毛重")]
        if one.quantity is None:
            says = ("is missing: give it, or the gross weight and the tare", "应填数量，或填毛重和皮重")
            return 0, [field_problem(f"{at}.quantity", *says)]
        return one.quantity, []
    if measure is not Measure.WEIGHT:
        says = ("is for goods by weight; pieces are counted", "按件的商品只计件数")
        return 0, [field_problem(f"{at}.gross_grams", *says)]
    net = one.gross_grams - (one.tare_grams or 0)
    if net < 1:
        most = one.gross_grams - 1
        return 0, [field_problem(f"{at}.tare_grams", f"should be at most {most}", f"不能超过 {most}", most=most)]
    if one.quantity is not None and one.quantity != net:
        says = (f"should be gross less tare, {net}", f"应等于毛重减皮重，即 {net}")
        return 0, [field_problem(f"{at}.quantity", *says, net_grams=net)]
    return net, []
