"""The terms of a listing hold together: its tiers fall, its item is of its category, its shares are of one whole.

Tiers (阶梯价): from `from_quantity` on, in grams or pieces, the whole line costs `price_fen` a unit. They begin above
the minimum, at a quantity that can be ordered, and each is cheaper than what stands before it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.items import item_problems
from services.catalog.domain.suppliers import county_problems, division_problems
from shared.errors import field_problem
from shared.money import BP_WHOLE
from shared.reference.items import items

TIERS_MAX = 5
DELIVERY_AREAS_MAX = 50
ORIGIN_SHARES_MAX = 10
CERTIFICATES_MAX = 20
SHELF_LIFE_DAYS_MAX = 3_650
LEAD_DAYS_MAX = 60


class Storage(StrEnum):
    """How goods are kept (贮存条件)."""

    AMBIENT = "ambient"  # 常温
    COOL = "cool"  # 阴凉干燥
    CHILLED = "chilled"  # 冷藏
    FROZEN = "frozen"  # 冷冻


def listed_item_problems(item_code: str, category: str) -> list[dict[str, Any]]:
    """Say that an item is none of the list, or of another category."""
    if not item_code:
        return []
    if problems := item_problems("item_code", item_code):
        return problems
    item = items()[item_code]
    if item.category != category:
        says = f"is of the category {item.category}"
        return [field_problem("item_code", says, "品种不属于所选品类", category=item.category)]
    return []


def tier_problems(
    tiers: Sequence[Mapping[str, int]], *, price_fen: int, minimum_quantity: int, step_quantity: int
) -> list[dict[str, Any]]:
    """List what is wrong with tiers, each by its place: they begin above the minimum, in whole steps, and fall."""
    problems = []
    before_quantity, before_fen = minimum_quantity, price_fen
    for place, tier in enumerate(tiers):
        quantity, fen = tier["from_quantity"], tier["price_fen"]
        if quantity <= before_quantity:
            says = ("is more than where the tier before it begins", "应大于前一档的起始数量")
            if place == 0:
                says = ("is more than the minimum", "应大于起订量")
            problems.append(field_problem(f"price_tiers.{place}.from_quantity", *says, above=before_quantity))
        elif (quantity - minimum_quantity) % step_quantity:
            says = ("is a whole number of steps above the minimum", "应在起订量之上按订货步长递增")
            problems.append(field_problem(f"price_tiers.{place}.from_quantity", *says, step=step_quantity))
        if fen >= before_fen:
            says = ("is less than the price before it", "应低于前一档的价格")
            problems.append(field_problem(f"price_tiers.{place}.price_fen", *says, below=before_fen))
        before_quantity, before_fen = quantity, fen
    return problems


def area_problems(codes: Sequence[str]) -> list[dict[str, Any]]:
    """List the areas of delivery that are no divisions, or stand twice."""
    problems = []
    for place, code in enumerate(codes):
        problems += division_problems(f"delivery_areas.{place}", code)
        if code in codes[:place]:
            problems.append(field_problem(f"delivery_areas.{place}", "stands twice", "重复"))
    return problems


def share_problems(shares: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List what is wrong with the origins of a main ingredient: no county, one twice, more than the whole."""
    problems = []
    codes = [share["county_code"] for share in shares]
    for place, code in enumerate(codes):
        problems += county_problems(f"origin_shares.{place}.county_code", code)
        if code in codes[:place]:
            problems.append(field_problem(f"origin_shares.{place}.county_code", "stands twice", "重复"))
    if sum(share["share_bp"] for share in shares) > BP_WHOLE:
        problems.append(field_problem("origin_shares", "come to more than the whole", "各产地占比之和超过 100%"))
    return problems


def certificate_problems(certificate_ids: Sequence[UUID], own: Collection[UUID]) -> list[dict[str, Any]]:
    """List the certificates that are none of the supplier's own, or stand twice."""
    problems = []
    for place, one in enumerate(certificate_ids):
        field = f"certificate_ids.{place}"
        if one not in own:
            problems.append(field_problem(field, "is no certificate of this supplier", "不是该供应方的证书"))
        elif one in certificate_ids[:place]:
            problems.append(field_problem(field, "stands twice", "重复"))
    return problems


def fields_changed(before: object, now: object, names: Iterable[str]) -> list[str]:
    """Name the terms in which two versions differ."""
    return [name for name in names if getattr(before, name) != getattr(now, name)]
