"""The categories of goods that a canteen buys, with their words in both languages.

Whether a category is farm produce (农副产品) is not said here: that is part of a rule, dated and versioned.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One category of goods."""

    code: str
    name_zh: str
    name_en: str


CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        Category("grain_oil", "粮油", "Grain and oil"),
        Category("vegetables", "蔬菜", "Vegetables"),
        Category("fruit", "水果", "Fruit"),
        Category("meat_poultry", "肉禽", "Meat and poultry"),
        Category("eggs", "蛋类", "Eggs"),
        Category("aquatic", "水产", "Aquatic products"),
        Category("dairy", "奶类", "Dairy"),
        Category("dry_goods", "干货", "Dry goods"),
        Category("processed", "加工食品", "Processed food"),
        Category("tea", "茶叶", "Tea"),
        Category("handicraft", "手工艺品", "Handicraft"),
    )
}


def category_name(code: str, language: str = "zh") -> str:
    """Name a category for a reader; the bare code when it is unknown."""
    category = CATEGORIES.get(code)
    if category is None:
        return code
    return category.name_zh if language == "zh" else category.name_en
