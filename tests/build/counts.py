"""The town's packer has counted what lies there, on a sheet that nobody has accepted yet."""

from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.door import Person
from tests.build.market import Goods


def a_count(listing_id: UUID, on_hand: int) -> bytes:
    """Write a sheet on which one jin more was counted than lay there."""
    return f"商品编号,单位,现有数量,盘点数量\n{listing_id},克,{on_hand},{on_hand + 500}\n".encode()


async def bring_counts(person: Person, goods: Goods, ids: dict[str, Any]) -> None:
    """Bring a sheet of counted stock; a newer one of the same person would stand in its place."""
    ids["stock import"], ids["new stock import"] = new_id(), new_id()
    stock = await person.get(f"/stock/{goods.id}")
    path = f"/stock-imports/{ids['stock import']}?supplier={goods.seller.id}&name=stock.csv"
    await person.put(path, content=a_count(goods.id, stock["on_hand"]), media_type="text/csv")
