"""For sales at fairs: a request that would be taken, and whose the sale is."""

from typing import Any

from shared.ids import new_id
from tests.build.fairs import an_on_site_sale
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.market import a_photo
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, sellers


def _sales(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _told(town: Town, **other: Any) -> dict[str, Any]:
    told = an_on_site_sale(town.seller, town.ids["fair"], town.land.prefecture_canteen, town.goods.line(500))
    return {**told, **other}


def _photo(town: Town, sale: Any, **sent: Any) -> Ask:
    return Ask({"on_site_sale_id": sale, "photo_id": town.ids["on-site photo"]}, **sent)


def _answer(purpose: str, body: Any = None) -> Case:
    def content(town: Town) -> Any:
        return town.ids["on-site yes"] if purpose == "confirm" else body

    return Case(
        lambda town: Ask({"on_site_sale_id": town.ids[f"on-site sale to {purpose}"]}, body=content(town)),
        lambda town: Ask({"on_site_sale_id": new_id()}, body=content(town)),
        _sales,
    )


ON_SITE: dict[str, Case] = {
    "put_on_site_sale": Case(
        lambda town: Ask({"on_site_sale_id": town.ids["new on-site sale"]}, body=_told(town)),
        lambda town: Ask({"on_site_sale_id": new_id()}, body=_told(town, supplier_id=str(new_id()))),
        sellers,
    ),
    "get_on_site_sale": _answer("read"),
    "put_on_site_photo": Case(
        lambda town: _photo(town, town.ids["on-site sale to read"], content=a_photo(), media_type="image/jpeg"),
        lambda town: _photo(town, new_id(), content=a_photo(), media_type="image/jpeg"),
        _sales,
    ),
    "get_on_site_photo": Case(
        lambda town: _photo(town, town.ids["on-site sale to read"]), lambda town: _photo(town, new_id()), _sales
    ),
    "list_on_site_sales": Case(
        lambda town: Ask(query=f"?supplier={town.seller.id}"),
        None,
        _sales,
        lists=True,
    ),
    "confirm_on_site_sale": _answer("confirm"),
    "deny_on_site_sale": _answer("deny", {"reason": "实收不足"}),
    "withdraw_on_site_sale": _answer("withdraw", {"reason": "录错食堂"}),
}
