"""Origin is where goods were grown, raised or caught; of processed goods, where over half of their main ingredient was.

README, "The rule": for processed goods by weight of the main ingredient, with evidence. Goods whose ingredient is of no
one county are sold, stand in the base, and are never counted: their origin is empty.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from services.catalog.domain.suppliers import county_problems
from shared.errors import Conflict, field_problem
from shared.money import BP_WHOLE
from shared.reference.items import items


class PaperPurpose(StrEnum):
    """What a paper of a listing shows (材料用途); no buyer sees it."""

    PRICE_PROOF = "price_proof"  # 价格证明
    ORIGIN = "origin"  # 产地证明
    EXPLANATION = "explanation"  # 情况说明


class OriginUnproven(Conflict):
    """The origin of processed goods wants a paper that shows where the main ingredient comes from; or leave it empty.

    zh: 加工品的产地须上传主要原料来源证明；没有证明的，请不填产地。
    """


def is_processed(item_code: str, category: str) -> bool:
    """Tell whether goods are processed: by their item, or where that is not told by their category."""
    item = items().get(item_code)
    return category == "processed" if item is None else item.processed


def origin_of(origin_county_code: str, shares: Sequence[Mapping[str, Any]]) -> str:
    """Give the county that over half of the main ingredient comes from, as claimed or by its shares; else nothing."""
    most = next((one["county_code"] for one in shares if 2 * one["share_bp"] > BP_WHOLE), "")
    return origin_county_code or str(most)


def origin_problems(
    origin_county_code: str, shares: Sequence[Mapping[str, Any]], *, processed: bool
) -> list[dict[str, Any]]:
    """List what is wrong with an origin: none where there must be one, no county, or not that of the shares."""
    if not origin_county_code:
        if processed:
            return []
        return [field_problem("origin_county_code", "is needed for what is not processed", "非加工品须填写产地")]
    problems = county_problems("origin_county_code", origin_county_code)
    if processed and shares and origin_of("", shares) != origin_county_code:
        says = ("is not where over half of the main ingredient comes from", "与主要原料过半的来源县不一致")
        problems.append(field_problem("origin_county_code", *says))
    return problems
