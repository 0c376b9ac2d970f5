"""An item (品种) is named by its code, as the reference table has it; a code that is not there is told so."""

from typing import Any

from shared.errors import field_problem
from shared.reference.items import items


def item_problems(field: str, code: str) -> list[dict[str, Any]]:
    """Say that a code is no item, if so."""
    if code in items():
        return []
    return [field_problem(field, "is not an item of the list", "没有这个品种")]
