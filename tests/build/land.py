"""The land of the tests: Hunan's federations, two canteens, the county lists, and three rules bound to this year."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.ids import derived_id

PROVINCE, PREFECTURE, COUNTY, ELSEWHERE = "430000", "430200", "430224", "430100"
"""湖南省, 株洲市, 茶陵县 (one of the 51), and 长沙市, which is neither above nor below these."""
LISTED_COUNTY, UNLISTED_COUNTY = "430224", "430382"
"""茶陵县, and 韶山市, which stands on no list."""
PATH_OF = {
    PROVINCE: "/430000/",
    PREFECTURE: "/430000/430200/",
    COUNTY: "/430000/430200/430224/",
    ELSEWHERE: "/430000/430100/",
}


def unit_id(code: str) -> UUID:
    return derived_id("unit", code)


@dataclass(frozen=True)
class Land:
    """Units by what they are to each other, and their canteens."""

    province: UUID
    prefecture: UUID
    county: UUID
    elsewhere: UUID
    canteen: UUID
    """Of the county's federation, whose own county is one of the 51: its rate is 50 %."""
    prefecture_canteen: UUID
    """Its rate is 20 %, wherever its office stands."""
    other_canteen: UUID
    """Of the federation elsewhere."""


async def lay_out(env: Mapping[str, str]) -> Land:
    """Load the reference data into empty databases, as the operator does, and open the canteens."""
    raise NotImplementedError
