"""Events of selling for tests: written, announced, opened, taken part in, through the door."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.clock import SystemClock, today
from shared.ids import new_id
from tests.build.door import Person
from tests.build.market import Seller, a_photo


def a_fair(unit_id: UUID, day: date | None = None, **other: Any) -> dict[str, Any]:
    """Write an event of today and tomorrow down."""
    day = day or today(SystemClock())
    return {
        "unit_id": str(unit_id),
        "kind": "exhibition",
        "name": "助残农产品展销会",
        "description": "全市残疾人帮扶基地农产品展销",
        "begins_on": day.isoformat(),
        "ends_on": (day + timedelta(days=1)).isoformat(),
        "place": "神农大剧院广场",
        "county_code": "430211",
        **other,
    }


def a_sale(supplier_id: UUID, day: date | None = None, **other: Any) -> dict[str, Any]:
    """Write down what walk-in buyers bought today."""
    return {
        "supplier_id": str(supplier_id),
        "item_code": "ginger",
        "grams": 250_000,
        "amount_fen": 325_000,
        "sold_on": (day or today(SystemClock())).isoformat(),
        **other,
    }


async def hold_fairs(organiser: Person, unit_id: UUID, seller: Seller, listing_id: UUID, ids: dict[str, Any]) -> None:
    """Hold one that is open, with the seller and a sale; one that it asked to join, one to join, and a draft."""
    for name in ("fair", "fair asked", "fair to join", "fair drafted"):
        ids[name] = new_id()
        await organiser.put(f"/fairs/{ids[name]}", a_fair(unit_id))
        if name != "fair drafted":
            await organiser.post(f"/fairs/{ids[name]}/steps", {"step": "announce"})
    for name in ("fair", "fair asked"):
        await seller.person.put(f"/fairs/{ids[name]}/suppliers/{seller.id}", {"wish": "ask"})
    await organiser.post(f"/fairs/{ids['fair']}/suppliers/{seller.id}/reviews", {"outcome": "admit"})
    shown = {"listing_ids": [str(listing_id)]}
    await seller.person.put(f"/fairs/{ids['fair']}/suppliers/{seller.id}/showcase", shown)
    await organiser.post(f"/fairs/{ids['fair']}/steps", {"step": "open"})
    ids["fair sale"], ids["new fair sale"] = new_id(), new_id()
    await seller.person.put(f"/fairs/{ids['fair']}/sales/{ids['fair sale']}", a_sale(seller.id))


def an_on_site_sale(seller: Seller, fair_id: UUID, canteen_id: UUID, line: dict[str, Any]) -> dict[str, Any]:
    """Write down what a canteen bought at a stall today; `line` names goods, version and quantity."""
    return {
        "supplier_id": str(seller.id),
        "fair_id": str(fair_id),
        "canteen_id": str(canteen_id),
        "fund": "canteen",
        "sold_on": today(SystemClock()).isoformat(),
        "lines": [line],
    }


async def sell_at_the_fair(seller: Seller, canteen_id: UUID, line: dict[str, Any], ids: dict[str, Any]) -> None:
    """Tell sales at the fair that is open, each for one answer, once orders have heard of the fair."""
    for purpose in ("read", "confirm", "deny", "withdraw"):
        sale = ids[f"on-site sale to {purpose}"] = new_id()
        told = an_on_site_sale(seller, ids["fair"], canteen_id, line)
        view = await seller.person.put(f"/on-site-sales/{sale}", told)
    photo = ids["on-site photo"] = new_id()
    at = f"/on-site-sales/{ids['on-site sale to read']}/scale-photos/{photo}"
    await seller.person.put(at, content=a_photo(), media_type="image/jpeg")
    ids["on-site yes"] = {
        "amount_fen": view["amount_fen"],
        "lines": [{"listing_id": line["listing_id"], "quantity": line["quantity"]}],
    }
    ids["new on-site sale"] = new_id()
