"""Anyone reads the tree that goods are listed by: categories, subcategories, and items with their other names."""

from typing import Any

from shared.reference.categories import CATEGORIES
from shared.reference.items import Item, items, subcategories


def list_categories() -> dict[str, Any]:
    """Give the tree in the order of the list; rules, attestations and events name the categories alone."""
    return {
        "categories": [_named(category) | {"subcategories": _below(category.code)} for category in CATEGORIES.values()]
    }


def _below(category: str) -> list[dict[str, Any]]:
    return [
        _named(one) | {"items": [_item(item) for item in items().values() if item.subcategory == one.code]}
        for one in subcategories().values()
        if one.category == category
    ]


def _item(item: Item) -> dict[str, Any]:
    return _named(item) | {"also": list(item.also), "processed": item.processed}


def _named(one: Any) -> dict[str, Any]:
    return {"code": one.code, "name_zh": one.name_zh, "name_en": one.name_en}
