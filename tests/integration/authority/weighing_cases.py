"""For what was weighed on arrival: its photos are its order's, and each side answers for itself alone."""

from typing import Any

from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.market import a_photo
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose


def _orders(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _answer(town: Town) -> dict[str, Any]:
    return {"acceptance_id": str(town.ids["weighing"]), "outcome": "agree"}


def _substitute(order: Any, town: Town, **asked: Any) -> Ask:
    return Ask({"order_id": order, "substitute_id": town.ids["substitute"]}, **asked)


def _photo(town: Town, order: Any) -> Ask:
    ids = {"order_id": order, "photo_id": town.ids["scale photo"]}
    return Ask(ids, content=a_photo(), media_type="image/jpeg")


WEIGHINGS: dict[str, Case] = {
    "agree_cancel": Case(
        lambda town: Ask({"order_id": town.ids["order asked back"]}, body={"outcome": "agree"}),
        lambda town: Ask({"order_id": new_id()}, body={"outcome": "agree"}),
        _orders,
    ),
    "answer_substitute": Case(
        lambda town: _substitute(town.ids["order offered"], town, body={"outcome": "accept"}),
        lambda town: _substitute(new_id(), town, body={"outcome": "accept"}),
        _orders,
    ),
    "preview_substitute": Case(
        lambda town: _substitute(town.ids["order offered"], town),
        lambda town: _substitute(new_id(), town),
        _orders,
    ),
    "agree_weight": Case(
        lambda town: Ask({"order_id": town.ids["order weighed"]}, body=_answer(town)),
        lambda town: Ask({"order_id": new_id()}, body=_answer(town)),
        _orders,
    ),
    # This weight is off, and wants no second person: whoever may is told that none waits for theirs.
    "second_weight": Case(
        lambda town: Ask({"order_id": town.ids["order weighed"]}, body=_answer(town)),
        lambda town: Ask({"order_id": new_id()}, body=_answer(town)),
        _orders,
        taken_as=(404, 409),
    ),
    "put_scale_photo": Case(
        lambda town: _photo(town, town.ids["order weighed"]), lambda town: _photo(town, new_id()), _orders
    ),
    "get_scale_photo": Case(
        lambda town: Ask({"order_id": town.ids["order weighed"], "photo_id": town.ids["scale photo"]}),
        lambda town: Ask({"order_id": new_id(), "photo_id": town.ids["scale photo"]}),
        _orders,
    ),
}
