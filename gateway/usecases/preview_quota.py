"""The share that a basket would make is seen before it is sent: the order service knows the basket, the quota the rule.

Where two services are asked for one answer it is the gateway that asks them, here and for substitutes, nowhere else.
So is the share that goods would make which a seller offers in the place of some that were ordered.
"""

from datetime import date
from typing import Any
from uuid import UUID

from gateway.clients.services import Answer, Services
from gateway.usecases.refusals import NoSuchSubstitute
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
    return await _shares(services, identity, asked_of(basket.json(), wanted_on), spoken)


async def preview_substitute(
    services: Services, identity: Identity, order_id: UUID, substitute_id: UUID, *, language: str = "zh"
) -> Answer:
    """Give the share before and after goods that a seller offers, beside what else is on its way.

    The rest of their order is on its way; they are expected on its day. A refusal passes unchanged.
    """
    spoken = {"accept-language": language}
    order = await services.call("order", "GET", f"/orders/{order_id}", identity=identity, headers=spoken)
    if not order.ok:
        return order
    found = order.json()
    offers = [one for one in found["substitutes"] if one["substitute_id"] == str(substitute_id)]
    if not offers:
        raise NoSuchSubstitute(substitute_id=str(substitute_id))
    waits = offers[0]["state"] == "offered"
    wanted_on = date.fromisoformat(found["wanted_on"]) if waits else None
    asked = asked_of({"canteen": found["canteen"], "fund": found["fund"], "lines": offers}, wanted_on)
    return await _shares(services, identity, asked, spoken)


async def _shares(services: Services, identity: Identity, asked: dict[str, Any], spoken: dict[str, str]) -> Answer:
    """Ask the quota about goods beside what is on its way."""
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
