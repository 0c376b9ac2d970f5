"""A listing is a line of versions; what a buyer agreed to is a version, and a version goes on sale once."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from services.catalog.domain.items import category_problems
from shared.contracts.authority import is_topmost
from shared.contracts.words import Measure
from shared.errors import Conflict, Forbidden, NotFound, field_problem
from shared.money import KG_GRAMS, line_amount_fen
from shared.states import StateMachine

PHOTOS_MAX = 8
LISTINGS_OF_A_SUPPLIER_MAX = 5_000
PRICE_UNKNOWN = 10**15
"""Goods by piece whose weight is unknown stand after all that can be compared, by the price of a piece."""


class ListingState(StrEnum):
    """Where the newest version of a listing stands (商品状态)."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审核
    RETURNED = "returned"  # 退回
    PUBLISHED = "published"  # 在售
    SUSPENDED = "suspended"  # 停售
    WITHDRAWN = "withdrawn"  # 下架
    REJECTED = "rejected"  # 不予上架: closed, unless an officer above opens it again


class ListingOutcome(StrEnum):
    """What an officer decides about a listing (审核结论)."""

    PUBLISH = "publish"  # 上架
    RETURN = "return"  # 退回
    SUSPEND = "suspend"  # 停售
    REJECT = "reject"  # 不予上架
    REOPEN = "reopen"  # 重新受理: by an officer above, never by who rejected it


_S = ListingState
LISTING = StateMachine(
    ListingState,
    {
        "write": (set(_S) - {_S.REJECTED}, _S.DRAFT),
        "submit": ({_S.DRAFT, _S.RETURNED, _S.PUBLISHED, _S.SUSPENDED, _S.WITHDRAWN}, _S.SUBMITTED),
        "publish": ({_S.SUBMITTED}, _S.PUBLISHED),
        "return": ({_S.SUBMITTED}, _S.RETURNED),
        "suspend": ({_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.PUBLISHED}, _S.SUSPENDED),
        "withdraw": ({_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.PUBLISHED}, _S.WITHDRAWN),
        "reject": ({_S.SUBMITTED}, _S.REJECTED),
        "reopen": ({_S.REJECTED}, _S.RETURNED),
        "reprice": ({_S.SUBMITTED, _S.RETURNED, _S.PUBLISHED}, _S.PUBLISHED),
        "propose_price": ({_S.SUBMITTED, _S.RETURNED, _S.PUBLISHED}, _S.SUBMITTED),
    },
)
"""The newest version's way; the version on sale stays there until another is published or it is taken down.

A price that stays near what an officer saw goes on sale at once (`reprice`), another is looked at (`propose_price`);
both are open while a version is on sale of which the newest differs in its price alone (domain/prices.py).
"""


class ListingNotFound(NotFound):
    """There is no such listing.

    zh: 没有这个商品。
    """


class ListingVersionNotFound(NotFound):
    """This listing has no such version.

    zh: 该商品没有这个版本。
    """


class AnotherSuppliersListing(Conflict):
    """A listing stays with the supplier that it was written for.

    zh: 商品不能转给另一个供应方。
    """


class SupplierNotAdmitted(Conflict):
    """Only an admitted supplier can offer goods.

    zh: 供应方入驻后才能上架商品。
    """


class PhotoWanted(Conflict):
    """A listing is submitted with at least one photo.

    zh: 至少上传一张照片后才能提交。
    """


class NothingToReview(Conflict):
    """Nothing changed since this listing was published.

    zh: 上架后没有更改，无需再次提交。
    """


class NotOnSale(Conflict):
    """This listing is not on sale.

    zh: 该商品不在售。
    """


class ReopenedFromAbove(Forbidden):
    """What was rejected is opened again by an officer of a higher level, and not by who rejected it.

    zh: 不予上架的商品须由上级残联的另一名工作人员重新受理。
    """


class TooManyListings(Conflict):
    """A supplier keeps at most five thousand listings; write one of them anew.

    zh: 每个供应方最多五千件商品，请在已有商品上修改。
    """


class PhotoNotFound(NotFound):
    """There is no such photo.

    zh: 没有这张照片。
    """


class PhotoFixed(Conflict):
    """This photo was already stored with other content; store another one.

    zh: 该照片已保存且不可更改，请另外上传。
    """


class TooManyPhotos(Conflict):
    """A listing has at most eight photos.

    zh: 每个商品最多八张照片。
    """


def terms_problems(
    *,
    category: str,
    measure: Measure,
    unit_quantity: int,
    piece_grams: int | None,
    minimum_quantity: int,
    step_quantity: int,
    harvest_months: Sequence[int] | None,
) -> list[dict[str, Any]]:
    """List what is wrong between the terms of a listing."""
    problems = category_problems("category", category)
    if measure is Measure.PIECE and unit_quantity != 1:
        problems.append(field_problem("unit_quantity", "is 1 for goods by piece", "按件计价时应为 1"))
    if measure is Measure.WEIGHT and piece_grams is not None:
        problems.append(field_problem("piece_grams", "is for goods by piece only", "仅按件计价时填写"))
    if minimum_quantity % step_quantity:
        problems.append(field_problem("minimum_quantity", "is a whole number of steps", "起订量应为订货步长的整数倍"))
    if harvest_months is not None and len(set(harvest_months)) != len(harvest_months):
        problems.append(field_problem("harvest_months", "names a month twice", "月份重复"))
    return problems


ABOUT_THE_SALE = (ListingOutcome.PUBLISH, ListingOutcome.SUSPEND, ListingOutcome.REJECT)
"""The decisions by which an officer lets goods be sold, or stops it."""


def is_taken_down(last: str | None) -> bool:
    """Tell whether an officer stopped the sale, by the last decision about it; what a seller writes changes nothing."""
    return last is not None and last != ListingOutcome.PUBLISH.value


def is_above(paths: Iterable[str], unit_path: str) -> bool:
    """Tell whether one of an officer's units lies above a supplier's; nothing lies above the topmost but itself."""
    return any(path and unit_path.startswith(path) and (path != unit_path or is_topmost(path)) for path in paths)


def price_fen_per_kg(measure: Measure, unit_quantity: int, piece_grams: int | None, price_fen: int) -> int | None:
    """Tell the price of a kilogram in fen, half a fen rounded up; None where a piece's weight is unknown."""
    grams = unit_quantity if measure is Measure.WEIGHT else piece_grams
    return None if grams is None else line_amount_fen(KG_GRAMS, price_fen, grams)


def price_rank(per_kg: int | None, price_fen: int) -> int:
    """Give the number by which goods are ordered from cheap to dear."""
    return PRICE_UNKNOWN + price_fen if per_kg is None else per_kg
