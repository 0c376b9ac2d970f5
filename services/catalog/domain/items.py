"""An item (品种) and a category (品类) are named by their codes, as the reference tables have them."""

from typing import Any

from shared.errors import field_problem
from shared.reference import CATEGORIES
from shared.reference.items import items


def item_problems(field: str, code: str) -> list[dict[str, Any]]:
    """Say that a code is no item, if so."""
    if code in items():
        return []
    return [field_problem(field, "is not an item of the list", "没有这个品种")]


def category_problems(field: str, code: str) -> list[dict[str, Any]]:
    """Say that a code is no category, if so."""
    if code in CATEGORIES:
        return []
    return [field_problem(field, "is not a category", "没有这个品类", known=sorted(CATEGORIES))]
