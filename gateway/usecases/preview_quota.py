"""The share that a basket would make is seen before it is sent: the order service knows the basket, the quota the rule.

Where two services are asked for one answer it is the gateway that asks them, here and for substitutes, nowhere else.
"""

from datetime import date
from typing import Any
from uuid import UUID

from gateway.clients.services import Answer, Services
from shared.contracts.authority import Identity

TOLD_OF_A_LINE = ("category", "origin_county_code", "amount_fen", "supplier_kind", "recognised", "supplier_id")
"""What the quota is told of goods in a basket, or that might be; the label of a kind ends with its recognition."""


async def preview_quota(
    services: Services, identity: Identity, basket_id: UUID, *, wanted_on: date | None = None, language: str = "zh"
) -> Answer:
    """Give the share before and after this basket, under each rule, with and without what is on its way.

    `wanted_on` is when its goods are expected, today when nothing is said. A refusal of any service passes unchanged.
    """
    spoken = {"accept-language": language}
    basket = await services.call("order", "GET", f"/baskets/{basket_id}", identity=identity, headers=spoken)
    if not basket.ok:
        return basket
    asked = asked_of(basket.json(), wanted_on)
    coming = await services.call(
        "order",
        "GET",
        "/internal/open-lines",
        identity=identity,
        params={"canteen": asked["canteen_id"], "fund": asked["fund"]},
        headers=spoken,
    )
    if not coming.ok:
        return coming
    known = coming.json()
    asked |= {"open_lines": known["lines"], "open_complete": known["complete"]}
    return await services.call(
        "procurement_quota", "POST", "/internal/quota-previews", identity=identity, json=asked, headers=spoken
    )


def asked_of(basket: dict[str, Any], wanted_on: date | None) -> dict[str, Any]:
    """Write what the quota is asked about a basket."""
    return {
        "canteen_id": basket["canteen"]["id"],
        "fund": basket["fund"],
        "lines": [{name: line[name] for name in TOLD_OF_A_LINE} for line in basket["lines"]],
        "wanted_on": None if wanted_on is None else wanted_on.isoformat(),
    }
