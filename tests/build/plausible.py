"""The town's seller has declared its parcels, and its capacity of some items."""

from typing import Any

from shared.ids import new_id
from tests.build.market import Seller
from tests.build.sold import a_capacity, a_plot


async def declare_what_it_grows(seller: Seller, ids: dict[str, Any]) -> None:
    """Declare a parcel with room, and on it one capacity to read and one to review."""
    path = f"/suppliers/{seller.id}"
    for name in ("plot", "new plot", "capacity", "new capacity", "capacity to review", "new outside sale"):
        ids[name] = new_id()
    plot = a_plot(area_m2=1_000_000).model_dump(mode="json")
    await seller.person.put(f"{path}/plots/{ids['plot']}", plot)
    uses = [{"plot_id": str(ids["plot"]), "extent": 6_667}]
    for name, item in (("capacity", "ginger"), ("capacity to review", "potato")):
        body = a_capacity(uses=uses, item_code=item).model_dump(mode="json")
        await seller.person.put(f"{path}/capacities/{ids[name]}", body)
