"""The basket that a reader is filling is kept by its id in their browser, one for each canteen.

The id is no secret: the order service shows a basket only to a buyer of its canteen.
"""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.session import sessions_of
from shared.ids import new_id

COOKIE = "baskets"
KEPT_MAX = 12
KEPT_SECONDS = 90 * 86_400


def basket_of(request: Request, canteen_id: str, new: str = "") -> str:
    """Give the id of the basket for a canteen: the one that is being filled, or a new one, which a form may name."""
    return _kept(request).get(canteen_id) or new or str(new_id())


def keep_basket(request: Request, response: Response, canteen_id: str, basket_id: str | None) -> None:
    """Remember the basket of a canteen, or forget it once it was ordered."""
    kept = _kept(request)
    kept.pop(canteen_id, None)
    if basket_id is not None:
        kept[canteen_id] = basket_id
    text = "~".join(f"{canteen}.{basket}" for canteen, basket in list(kept.items())[-KEPT_MAX:])
    secure = sessions_of(request).is_https
    response.set_cookie(COOKIE, text, max_age=KEPT_SECONDS, path="/", httponly=True, samesite="lax", secure=secure)


def _kept(request: Request) -> dict[str, str]:
    kept = {}
    for pair in request.cookies.get(COOKIE, "").split("~")[:KEPT_MAX]:
        canteen, _, basket = pair.partition(".")
        if _is_id(canteen) and _is_id(basket):
            kept[canteen] = basket
    return kept


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
