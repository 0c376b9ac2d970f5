"""A search goes each way that it knows, however few goods there are."""

import pytest

from services.catalog.store import search, stretches, ways

ALWAYS, NEVER = 10**9, -1
WAYS = ("gathered", "walked", "in stretches", "in short stretches")


def go(way: str, patch: pytest.MonkeyPatch) -> None:
    """Have every search go this way where it can."""
    if way == "gathered":
        return
    patch.setattr(ways, "GATHER_ROWS_MAX", NEVER)
    patch.setattr(ways, "WALK_COST_MAX", ALWAYS if way == "walked" else NEVER)
    if way == "in short stretches":
        patch.setattr(search, "STRETCH_ROWS_MAX", 2)
        patch.setattr(stretches, "STEPS_AT_ONCE_MAX", 3)
