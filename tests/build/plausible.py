"""The town's seller has declared its parcels and its capacity of some items, and has sold beyond some of it."""

from typing import Any
from uuid import UUID

from services.catalog.domain.flags import flag_id_of
from shared.clock import SystemClock, today
from shared.contracts.words import FlagKind
from shared.ids import new_id
from tests.build.door import Person
from tests.build.market import Seller
from tests.build.sold import a_capacity, a_plot

OF_PRICES = "?source=demo&name=prices.csv&demo=true"
PRICES = "品种,报价日期,计价单位,最低价,中间价,最高价\n姜,2026-01-05,公斤,8,10,13\n".encode()


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


async def bring_prices(officer: Person, ids: dict[str, Any]) -> None:
    """Bring two files of reference prices, which nobody has taken or refused yet."""
    ids["new price import"] = new_id()
    for name in ("price import", "price import to refuse"):
        ids[name] = new_id()
        await officer.put(f"/price-imports/{ids[name]}{OF_PRICES}", content=PRICES, media_type="text/csv")


async def bring_a_sheet(person: Person, supplier_id: UUID, listing_id: UUID, ids: dict[str, Any]) -> None:
    """Bring a sheet of new prices, which nobody has accepted yet; a newer one of the same person would replace it."""
    ids["listing import"], ids["new listing import"] = new_id(), new_id()
    path = f"/listing-imports/{ids['listing import']}?supplier={supplier_id}&name=prices.csv"
    await person.put(path, content=a_price_sheet(listing_id), media_type="text/csv")


def a_price_sheet(listing_id: UUID) -> bytes:
    """Write a sheet with one new price in it."""
    return f"商品编号,现价,新价\n{listing_id},6.50,6.55\n".encode()


async def sell_beyond(seller: Seller, officer: Person, ids: dict[str, Any]) -> None:
    """Sell on another platform what cannot have been grown: one flag to answer, one to decide on, one to appeal."""
    path, ids["answer"] = f"/suppliers/{seller.id}", new_id()
    day = today(SystemClock())
    sold = {"channel": "platform_832", "grams": 10_000, "sold_from": day.isoformat(), "sold_to": day.isoformat()}
    for name, item in (("flag", "lotus_root"), ("flag to decide", "yam"), ("flag to appeal", "garlic")):
        capacity, uses = f"{path}/capacities/{new_id()}", [{"plot_id": str(ids["plot"]), "extent": 1}]
        body = a_capacity(uses=uses, item_code=item, year=day.year, yield_grams=1).model_dump(mode="json")
        await seller.person.put(capacity, body)
        await officer.post(f"{capacity}/reviews", {"outcome": "confirm", "version": 1})
        await seller.person.put(f"{path}/outside-sales/{new_id()}", {**sold, "item_code": item, "order_number": item})
        ids[name] = flag_id_of(FlagKind.CAPACITY, seller.id, item, day.year)
    body = {"outcome": "uphold", "version": 1, "reason": "来源不明"}
    await officer.post(f"/flags/{ids['flag to appeal']}/decisions", body)
