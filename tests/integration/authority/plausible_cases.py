"""For capacity, flags and prices: a request that would be taken, and whose matter it is."""

from typing import Any
from uuid import UUID

from shared.clock import SystemClock, today
from shared.ids import new_id
from tests.build.land import COUNTY, PATH_OF, PROVINCE
from tests.build.plausible import OF_PRICES, PRICES
from tests.build.sold import a_capacity, a_plot
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, Whose, of_one, sellers

TODAY = today(SystemClock())


def _of_supplier(name: str, thing: str, body: Any = None, **how: Any) -> Case:
    """A case of a thing of the supplier there is, and of a supplier that nobody knows."""

    def ask(town: Town, supplier: UUID) -> Ask:
        given = body(town) if callable(body) else body
        return Ask({"supplier_id": supplier, name: town.ids[thing]}, body=given)

    return Case(lambda town: ask(town, town.seller.id), lambda town: ask(town, new_id()), how.get("whose", sellers))


def _provinces(town: Town) -> Whose:
    return Whose(path=PATH_OF[PROVINCE])


def _officers(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, path=PATH_OF[COUNTY])


def _plot(town: Town) -> dict[str, Any]:
    return a_plot(certificate_number=f"街坊{town.ids['new plot']}").model_dump(mode="json")


def _capacity(town: Town) -> dict[str, Any]:
    uses = [{"plot_id": str(town.ids["plot"]), "extent": 1}]
    return a_capacity(uses=uses, item_code="taro").model_dump(mode="json")


def _sold(town: Town) -> dict[str, Any]:
    said = {"item_code": "taro", "channel": "platform_832", "order_number": "8321", "grams": 500}
    return {**said, "sold_from": TODAY.isoformat(), "sold_to": TODAY.isoformat()}


PLAUSIBLE: dict[str, Case] = {
    "put_plot": _of_supplier("plot_id", "new plot", _plot),
    "get_plot": _of_supplier("plot_id", "plot"),
    "put_capacity": _of_supplier("capacity_id", "new capacity", _capacity),
    "get_capacity": _of_supplier("capacity_id", "capacity"),
    "review_capacity": _of_supplier(
        "capacity_id", "capacity to review", {"outcome": "confirm", "version": 1}, whose=_officers
    ),
    "list_capacities": Case(lambda town: Ask(), None, sellers, lists=True),
    "see_capacity": Case(
        lambda town: Ask({"supplier_id": town.seller.id}), lambda town: Ask({"supplier_id": new_id()}), sellers
    ),
    "put_outside_sale": _of_supplier("sale_id", "new outside sale", _sold, whose=_officers),
    "list_flags": Case(lambda town: Ask(), None, sellers, lists=True),
    "get_flag": of_one(sellers, "flag_id", "flag"),
    "put_flag_answer": Case(
        lambda town: Ask({"flag_id": town.ids["flag"], "answer_id": town.ids["answer"]}, body={"text": "代销"}),
        lambda town: Ask({"flag_id": new_id(), "answer_id": new_id()}, body={"text": "代销"}),
        sellers,
    ),
    "decide_flag": of_one(
        sellers, "flag_id", "flag to decide", body={"outcome": "uphold", "version": 1, "reason": "来源不明"}
    ),
    "see_price_bands": Case(lambda town: Ask(query="?item=ginger")),
    "get_price_import_schema": Case(lambda town: Ask()),
    "get_price_import_template": Case(lambda town: Ask(query="?format=csv")),
    "list_price_imports": Case(lambda town: Ask(query="?state=checked"), None, _provinces),
    "put_price_import": Case(
        lambda town: Ask({"import_id": town.ids["new price import"]}, OF_PRICES, content=PRICES, media_type="text/csv"),
        None,
        _provinces,
    ),
    "get_price_import": of_one(_provinces, "import_id", "price import"),
    "accept_price_import": of_one(_provinces, "import_id", "price import"),
    "refuse_price_import": of_one(
        _provinces, "import_id", "price import to refuse", body={"reason": "上传了错误周次的文件"}
    ),
    "appeal_flag": of_one(sellers, "flag_id", "flag to appeal", body={"version": 2, "text": "漏计地块"}),
}
