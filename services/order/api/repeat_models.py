"""What is answered when goods are ordered once more, as OpenAPI documents it."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from services.order.api.models import BasketView, ChangedTerm


class Otherwise(StrEnum):
    """Why goods cannot be had as they were."""

    OFF_SALE = "off_sale"
    SUPPLIER_NOT_SELLING = "supplier_not_selling"
    OTHER_MEASURE = "other_measure"  # counted by weight before and by piece now, or the reverse
    AMOUNT_TOO_LARGE = "amount_too_large"  # of a standing order: the whole came to more than one order can be
    CANTEEN_CLOSED = "canteen_closed"  # of a standing order: the canteen did not buy on that day
    OFF_SEASON = "off_season"  # not promised for that day, or for any that is left
    SHORT_STOCK = "short_stock"  # in the basket, but not enough of it is left today


class ToldLine(BaseModel):
    """One line that is not as it was: left out of the basket, in another quantity, or at other terms."""

    listing_id: UUID
    name: str
    in_basket: bool
    reasons: list[Otherwise]
    asked_quantity: int
    quantity: int
    """What the basket holds of it: the least that the newest version allows and that is not less; 0 where left out."""
    changed: list[ChangedTerm]


class RepeatedView(BasketView):
    """A basket filled with what was ordered before, in the newest versions."""

    told: list[ToldLine]
