"""The town's seller has let a helper in, has codes that are still open, and appeals."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.clock import SystemClock, today
from shared.ids import new_id
from tests.build.door import Person
from tests.build.market import Market, Seller


def an_invitation(role: str = "packer") -> dict[str, Any]:
    """Write whom a code lets in; a helper for a month."""
    until = today(SystemClock()) + timedelta(days=30)
    return {"role": role, "until": until.isoformat()} if role == "helper" else {"role": role}


async def let_people_in(seller: Seller, ids: dict[str, Any], helper: Person) -> None:
    """Invite a helper who comes, one who has not come yet, and one into the supplier that has only applied."""
    for name in ("invitation", "new invitation", "invitation used", "invitation to accept"):
        ids[name] = new_id()
    path = f"/suppliers/{seller.id}/invitations"
    await seller.person.put(f"{path}/{ids['invitation']}", an_invitation("seller"))
    used = await seller.person.put(f"{path}/{ids['invitation used']}", an_invitation("helper"))
    await helper.post("/invitation-acceptances", {"code": used["code"]})
    ids["helper"] = UUID(str(helper.account_id))
    applied = f"/suppliers/{ids['supplier applied']}/invitations"
    ids["code"] = (await seller.person.put(f"{applied}/{ids['invitation to accept']}", an_invitation()))["code"]


async def appeal_what_was_returned(market: Market, seller: Seller, county: Person, ids: dict[str, Any]) -> None:
    """Have the county return applications of the seller's, each with an appeal but the one still to be appealed."""
    for name in ("new appeal", "appeal", "appeal to withdraw", "appeal to decide"):
        supplier = ids[f"supplier of {name}"] = await market.applied(seller.person, "退回的基地")
        returned = await county.post(f"/suppliers/{supplier}/reviews", {"outcome": "return", "reason": "材料不清"})
        ids[name] = new_id()
        ids[f"{name} body"] = {"review_version": returned["reviews"][-1]["supplier_version"], "grounds": "材料清楚"}
        if name != "new appeal":
            await seller.person.put(f"/suppliers/{supplier}/appeals/{ids[name]}", ids[f"{name} body"])
