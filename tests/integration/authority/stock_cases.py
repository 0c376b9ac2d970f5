"""For sheets of counted stock: a request that would be taken, and whose matter it is."""

from uuid import UUID

from shared.ids import new_id
from tests.build.counts import a_count
from tests.build.town import Town
from tests.integration.authority.cases import Ask, Case, of_one, sellers


def _counted(town: Town, import_id: UUID, supplier: UUID) -> Ask:
    content = a_count(town.goods.id, 10_000_000)
    return Ask({"import_id": import_id}, f"?supplier={supplier}", content=content, media_type="text/csv")


STOCK: dict[str, Case] = {
    "get_stock_sheet": Case(
        lambda town: Ask({"supplier_id": town.seller.id}, "?format=csv"),
        lambda town: Ask({"supplier_id": new_id()}, "?format=csv"),
        sellers,
    ),
    "put_payee_account": Case(
        lambda town: Ask({"supplier_id": town.seller.id, "payee_id": new_id()}, body={"stripe_account": None}),
        lambda town: Ask({"supplier_id": new_id(), "payee_id": new_id()}, body={"stripe_account": None}),
        sellers,
    ),
    "get_payee_account": Case(
        lambda town: Ask({"supplier_id": town.seller.id}), lambda town: Ask({"supplier_id": new_id()}), sellers
    ),
    "get_stock_import_schema": Case(lambda town: Ask()),
    "get_stock_import_template": Case(lambda town: Ask(query="?format=csv")),
    "put_stock_import": Case(
        lambda town: _counted(town, town.ids["new stock import"], town.seller.id),
        lambda town: _counted(town, new_id(), new_id()),
        sellers,
    ),
    "get_stock_import": of_one(sellers, "import_id", "stock import"),
    "get_stock_import_report": of_one(sellers, "import_id", "stock import", query="?format=csv"),
    "accept_stock_import": of_one(sellers, "import_id", "stock import"),
}
