"""The list of items is whole, says each name once, and knows whatever the demo sells."""

import pytest

from deploy.operator.demo.goods import goods
from shared.reference.categories import CATEGORIES
from shared.reference.items import item_name, items, likely_item, subcategories


class TestList:
    def test_every_item_hangs_in_the_tree(self) -> None:
        assert {sub.category for sub in subcategories().values()} == set(CATEGORIES)
        assert {item.subcategory for item in items().values()} == set(subcategories())
        assert len(items()) > 200

    def test_a_name_belongs_to_one_item_of_a_category(self) -> None:
        names = [(name, item.category) for item in items().values() for name in (item.name_zh, *item.also)]
        assert sorted(name for name in set(names) if names.count(name) > 1) == []

    def test_codes_fit_where_they_are_kept(self) -> None:
        assert all(code.isascii() and code.replace("_", "").isalnum() and len(code) <= 40 for code in items())
        assert all(item.name_en and item.name_zh for item in items().values())

    def test_what_is_made_from_something_wants_its_origin_proved(self) -> None:
        assert items()["rapeseed_oil"].processed
        assert items()["cured_pork"].processed
        assert not items()["potato"].processed
        assert not items()["dried_shiitake"].processed
        assert not items()["green_tea"].processed


class TestNames:
    def test_are_in_both_languages_and_an_unknown_code_stays(self) -> None:
        assert (item_name("potato"), item_name("potato", "en"), item_name("x")) == ("土豆", "Potatoes", "x")


class TestLikelyItem:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("高山土豆（新）", "potato"),
            ("洋芋", "potato"),
            ("红薯粉条", "sweet_potato_noodles"),
            ("紫薯", "purple_sweet_potato"),
            ("土鸡蛋", "hen_egg"),
            ("散养土鸡", "chicken"),
            ("黄花菜（干）", "dried_day_lily"),
            ("龙牙百合（干）", "dried_lily_bulb"),
            ("烟熏腊肉", "cured_pork"),
            ("手工布鞋", "cloth_shoes"),
            ("桌子", None),
            ("", None),
        ],
    )
    def test_by_name(self, name: str, code: str | None) -> None:
        found = likely_item(name)
        assert (found and found.code) == code

    def test_within_a_category(self) -> None:
        assert likely_item("花生") == likely_item("花生", "vegetables") == items()["fresh_peanut"]
        assert likely_item("花生", "dry_goods") == items()["peanut"]
        assert likely_item("花生", "tea") is None

    def test_whatever_the_demo_sells_is_known_in_its_category(self) -> None:
        assert [good.name for good in goods() if likely_item(good.name, good.category) is None] == []
