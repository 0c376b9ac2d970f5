"""For events of selling: a request that would be taken, and whose it is."""

from shared.ids import new_id
from tests.build.fairs import a_fair, a_sale
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, sellers


def _organisers(_: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE])


def _entry(town: Town, fair: str) -> dict[str, object]:
    return {"fair_id": town.ids[fair], "supplier_id": town.ids["supplier"]}


def _sale(town: Town, sale: str) -> dict[str, object]:
    return {"fair_id": town.ids["fair"], "sale_id": town.ids[sale]}


_FAIR, _NONE = (lambda town: Ask({"fair_id": town.ids["fair"]})), (lambda _: Ask({"fair_id": new_id()}))
FAIRS: dict[str, Case] = {
    "put_fair": Case(
        lambda town: Ask({"fair_id": town.ids["fair drafted"]}, body=a_fair(town.land.prefecture)),
        lambda _: Ask({"fair_id": new_id()}, body=a_fair(new_id())),
        _organisers,
    ),
    "get_fair": Case(_FAIR, None),
    "list_fairs": Case(lambda _: Ask()),
    "step_fair": Case(
        lambda town: Ask({"fair_id": town.ids["fair drafted"]}, body={"step": "announce"}),
        lambda _: Ask({"fair_id": new_id()}, body={"step": "announce"}),
        _organisers,
    ),
    "put_fair_supplier": Case(
        lambda town: Ask(_entry(town, "fair to join"), body={"wish": "ask"}),
        lambda town: Ask({"fair_id": town.ids["fair to join"], "supplier_id": new_id()}, body={"wish": "ask"}),
        sellers,
    ),
    "review_fair_supplier": Case(
        lambda town: Ask(_entry(town, "fair asked"), body={"outcome": "admit"}),
        lambda _: Ask({"fair_id": new_id(), "supplier_id": new_id()}, body={"outcome": "admit"}),
        _organisers,
    ),
    "put_showcase": Case(
        lambda town: Ask(_entry(town, "fair"), body={"listing_ids": [str(town.ids["listing on sale"])]}),
        lambda town: Ask({"fair_id": town.ids["fair"], "supplier_id": new_id()}, body={"listing_ids": []}),
        sellers,
    ),
    "list_showcase": Case(_FAIR, None),
    "put_fair_sale": Case(
        lambda town: Ask(_sale(town, "new fair sale"), body=a_sale(town.seller.id)),
        lambda town: Ask(_sale(town, "new fair sale"), body=a_sale(new_id())),
        sellers,
    ),
    "review_fair_sale": Case(
        lambda town: Ask(_sale(town, "fair sale"), body={"outcome": "confirm"}),
        lambda _: Ask({"fair_id": new_id(), "sale_id": new_id()}, body={"outcome": "confirm"}),
        _organisers,
    ),
    "get_fair_results": Case(_FAIR, None),
    "list_fair_duties": Case(lambda _: Ask(query="?year=2026")),
}
