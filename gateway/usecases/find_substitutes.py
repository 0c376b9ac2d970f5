"""For the lines of a basket that do not count, a buyer sees what is on sale that would, with its effect and its price.

Decision: goods of the same category and measure, priced for the line's own quantity at the tier that it reaches, come
by under how many rules they count where the line does not, then by their price, then by name; with union money, which
knows no percentage, those that its precedence names earlier come first: disabled-run bases, demonstration households,
listed counties. How near the canteen is to its rate changes neither what is offered nor its order, and nobody is told
how much would just do. Why: it informs; it does not steer everyone to exactly the line. Price: goods sold by the piece
are compared only where both tell their weight, and a long category is seen through the `LOOKED_AT` goods whose first
price is lowest, of each label with union money.

Decision: goods are judged by what the order service tells of them, as a basket is, and those that could not be ordered
now are left out. Why: a shop window is a round of the background late, and a label ends with its recognition on a day;
what is offered as counting must count in the basket. Price: one more question to the order service.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson

from gateway.clients.services import Answer, Services
from gateway.usecases.preview_quota import TOLD_OF_A_LINE, asked_of
from shared.contracts.authority import Identity
from shared.money import AMOUNT_FEN_MAX, line_amount_fen, tier_price_fen

LOOKED_AT = 24
"""Goods that are looked at in a category, the cheapest first."""
SHOWN_MAX = 5
"""Substitutes that are shown for a line."""
CANDIDATES_MAX = 500
"""Candidates that are looked at for a basket, parted evenly among its lines."""
QUANTITY_MAX = 10**9
"""What a line of a basket may ask for."""
SORTED_ZH = "依次按：比原商品多计入的规则数（多者在前）、工会经费的优先次序、同等数量的金额（低者在前）、名称"
SORTED_EN = (
    "By under how many rules they count where the line does not, the most first; with union money then by its "
    "precedence; then by their price for the same quantity, the lowest first; then by name"
)
PRECEDENCE = (
    "preference_disabled_base",
    "preference_demonstration_household",
    "preference_listed_county",
)
"""Reasons of a preference, the first before the others."""
_SHOWN = (
    "listing_id",
    "listing_version",
    "name",
    "category",
    "supplier_id",
    "supplier_name",
    "supplier_kind",
    "measure",
    "unit_name",
    "unit_quantity",
    "origin_county_code",
    "origin_county_name",
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Goods on sale that might be bought in a line's place."""

    line: int
    goods: dict[str, Any]
    quantity: int
    price_fen: int
    """Of a unit, at this quantity."""

    @property
    def amount_fen(self) -> int:
        return line_amount_fen(self.quantity, self.price_fen, self.goods["unit_quantity"])


async def find_substitutes(
    services: Services, identity: Identity, basket_id: UUID, *, wanted_on: date | None = None, language: str = "zh"
) -> Answer:
    """Give substitutes for each line that does not count; a refusal of any service passes unchanged."""
    spoken = {"accept-language": language}
    found = await services.call("order", "GET", f"/baskets/{basket_id}", identity=identity, headers=spoken)
    if not found.ok:
        return found
    basket = found.json()
    asked = asked_of(basket, wanted_on)
    judged = await _ask_quota(services, identity, asked, spoken)
    if not judged.ok:
        return judged
    told = judged.json()
    places = [place for place, line in enumerate(told["lines"]) if line["not_counted"]]
    categories = sorted({basket["lines"][place]["category"] for place in places})
    pages = await _on_sale(services, basket, categories)
    if refused := next((answer for answers in pages.values() for answer in answers if not answer.ok), None):
        return refused
    on_sale = {category: _each_once(answers) for category, answers in pages.items()}
    candidates = list(_candidates(basket, places, on_sale))
    effects: list[dict[str, Any]] = []
    if candidates:
        looked_at = await _look_at(services, identity, basket, candidates, spoken)
        if not looked_at.ok:
            return looked_at
        told_of = zip(candidates, looked_at.json()["lines"], strict=True)
        offered = [(one, now) for one, now in told_of if now is not None and not now["warnings"]]
        candidates = [one for one, _ in offered]
        asked["candidates"] = [{"line": one.line, "goods": _judged_by(one, now)} for one, now in offered]
        judged = await _ask_quota(services, identity, asked, spoken)
        if not judged.ok:
            return judged
        effects = judged.json()["candidates"]
    answer = {
        "wanted_on": told["wanted_on"],
        "sorted_zh": SORTED_ZH,
        "sorted_en": SORTED_EN,
        "lines": [_line(basket, place, told["lines"][place], candidates, effects) for place in places],
    }
    return Answer(200, {"content-type": "application/json"}, orjson.dumps(answer))


async def _ask_quota(services: Services, identity: Identity, asked: dict[str, Any], spoken: dict[str, str]) -> Answer:
    path = "/internal/substitute-previews"
    return await services.call("procurement_quota", "POST", path, identity=identity, json=asked, headers=spoken)


async def _on_sale(services: Services, basket: dict[str, Any], categories: list[str]) -> dict[str, list[Answer]]:
    """Ask what is on sale and might count, in each of these categories, the cheapest first."""
    canteen = basket["canteen"]["id"]
    narrowed: list[dict[str, str]] = [{"counts_for": canteen, "fund": basket["fund"]}]
    if basket["fund"] == "union":
        narrowed += [{"base_run": "true"}, {"supplier_kind": "demonstration_household"}]
    asked = [(category, one) for category in categories for one in narrowed]
    answers = await asyncio.gather(
        *(
            services.call(
                "catalog",
                "GET",
                "/listings",
                identity=None,
                params={"sort": "price", "limit": LOOKED_AT, "category": category, **one},
            )
            for category, one in asked
        )
    )
    found: dict[str, list[Answer]] = {category: [] for category in categories}
    for (category, _), answer in zip(asked, answers, strict=True):
        found[category].append(answer)
    return found


def _each_once(answers: list[Answer]) -> list[dict[str, Any]]:
    """Put pages together, the cheapest of each before the next ones; goods that are on two of them stand once."""
    pages = [answer.json()["items"] for answer in answers]
    in_turn = (one for place in zip_longest(*pages) for one in place if one is not None)
    return list({one["listing_id"]: one for one in in_turn}.values())


def _candidates(
    basket: dict[str, Any], places: list[int], on_sale: dict[str, list[dict[str, Any]]]
) -> Iterator[_Candidate]:
    looked_at = max(SHOWN_MAX, CANDIDATES_MAX // max(1, len(places)))
    for place in places:
        line = basket["lines"][place]
        for goods in on_sale[line["category"]][:looked_at]:
            quantity = quantity_instead(line, goods)
            if goods["listing_id"] == line["listing_id"] or quantity is None:
                continue
            one = _Candidate(place, goods, quantity, price_at(goods, quantity))
            if quantity <= QUANTITY_MAX and one.amount_fen <= AMOUNT_FEN_MAX:
                yield one


def quantity_instead(line: dict[str, Any], goods: dict[str, Any]) -> int | None:
    """Give how much of other goods is as much as a line, rounded up to what can be ordered; None where nothing tells.

    Grams for goods by weight, else pieces, which are compared by what they weigh.
    """
    if line["measure"] != goods["measure"]:
        return None
    wanted: int = line["quantity"]
    if line["measure"] != "weight":
        if not line["piece_grams"] or not goods["piece_grams"]:
            return None
        wanted = -(-wanted * line["piece_grams"] // goods["piece_grams"])
    least: int = goods["minimum_quantity"]
    step: int = goods["step_quantity"]
    return least if wanted <= least else least - (least - wanted) // step * step


def price_at(goods: dict[str, Any], quantity: int) -> int:
    """Give the price of a unit of goods when this much is ordered, as the order will have it."""
    tiers = [(tier["from_quantity"], tier["price_fen"]) for tier in goods.get("price_tiers") or ()]
    return tier_price_fen(quantity, goods["price_fen"], tiers)


async def _look_at(
    services: Services,
    identity: Identity,
    basket: dict[str, Any],
    candidates: list[_Candidate],
    spoken: dict[str, str],
) -> Answer:
    """Ask how goods would stand in the basket today."""
    lines = [
        {
            "listing_id": one.goods["listing_id"],
            "listing_version": one.goods["listing_version"],
            "quantity": one.quantity,
        }
        for one in candidates
    ]
    asked = {"canteen_id": basket["canteen"]["id"], "lines": lines}
    return await services.call("order", "POST", "/internal/goods", identity=identity, json=asked, headers=spoken)


def _judged_by(one: _Candidate, now: dict[str, Any]) -> dict[str, Any]:
    return {name: one.amount_fen if name == "amount_fen" else now[name] for name in TOLD_OF_A_LINE}


def _line(
    basket: dict[str, Any],
    place: int,
    told: dict[str, Any],
    candidates: list[_Candidate],
    effects: list[dict[str, Any]],
) -> dict[str, Any]:
    line = basket["lines"][place]
    useful = [
        (one, effect) for one, effect in zip(candidates, effects, strict=True) if one.line == place and effect["gains"]
    ]
    useful.sort(
        key=lambda pair: (
            -pair[1]["gains"],
            _precedence(pair[1]),
            pair[0].amount_fen,
            pair[0].goods["name"],
            pair[0].goods["listing_id"],
        )
    )
    return {
        "line": place,
        "listing_id": line["listing_id"],
        "name": line["name"],
        "category": line["category"],
        "quantity": line["quantity"],
        "amount_fen": line["amount_fen"],
        "not_counted": told["not_counted"],
        "substitutes": [_substitute(line, one, effect) for one, effect in useful[:SHOWN_MAX]],
        "more": len(useful) > SHOWN_MAX,
    }


def _precedence(effect: dict[str, Any]) -> int:
    """Give the place of the best label that goods have; under a percentage all have the last."""
    reasons = {rule["reason"] for rule in effect["rules"] if rule["counts"]}
    return next((place for place, reason in enumerate(PRECEDENCE) if reason in reasons), len(PRECEDENCE))


def _substitute(line: dict[str, Any], one: _Candidate, effect: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: one.goods[name] for name in _SHOWN},
        "price_fen": one.price_fen,
        "first_price_fen": one.goods["price_fen"],
        "quantity": one.quantity,
        "amount_fen": one.amount_fen,
        "price_difference_fen": one.amount_fen - line["amount_fen"],
        "rules": effect["rules"],
    }
