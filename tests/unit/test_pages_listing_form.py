"""A seller who changes a product by the short form keeps what was said of it by other ways."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.pages.kit.asking import Refused
from gateway.pages.supplier.listings import KEPT_TERMS, terms_not_on_the_form
from services.catalog.usecases.put_listing import PutListing
from shared.ids import new_id

ON_THE_FORM = {
    "supplier_id",
    "name",
    "category",
    "description",
    "measure",
    "unit_name",
    "unit_quantity",
    "piece_grams",
    "price_fen",
    "minimum_quantity",
    "step_quantity",
    "origin_county_code",
    "first_stock_quantity",
}
SAID: dict[str, Any] = {
    **dict.fromkeys(KEPT_TERMS, "said before"),
    "category": "vegetables",
    "item_code": "ginger",
    "origin_shares": [{"county_code": "430224", "county_name": "茶陵县", "share_bp": 6_000}],
}


def a_page(answer: Any) -> Any:
    async def ask(operation: str, **_: object) -> Any:
        assert operation == "get_listing"
        if isinstance(answer, Refused):
            raise answer
        return answer

    return SimpleNamespace(ask=ask)


def test_every_term_stands_on_the_form_or_is_kept() -> None:
    assert PutListing.model_fields.keys() - ON_THE_FORM == {*KEPT_TERMS, "item_code", "origin_shares"}


async def test_terms_are_kept_as_they_were_said_and_as_they_are_taken() -> None:
    kept = await terms_not_on_the_form(a_page(SAID), new_id(), "vegetables")
    assert kept["item_code"] == "ginger"
    assert kept["origin_shares"] == [{"county_code": "430224", "share_bp": 6_000}]
    assert all(kept[name] == "said before" for name in KEPT_TERMS)


async def test_an_item_of_another_category_is_not_kept() -> None:
    assert (await terms_not_on_the_form(a_page(SAID), new_id(), "fruit"))["item_code"] == ""


async def test_a_new_product_has_nothing_to_keep() -> None:
    assert await terms_not_on_the_form(a_page(Refused(404, "")), new_id(), "fruit") == {}
    with pytest.raises(Refused):
        await terms_not_on_the_form(a_page(Refused(503, "")), new_id(), "fruit")
