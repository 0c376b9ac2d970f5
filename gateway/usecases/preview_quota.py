"""The share that a basket would make is seen before it is sent: the order service knows the basket, the quota the rule.

This is the one place where two services are asked for one answer, and the gateway is the one that may.
"""

from uuid import UUID

from gateway.clients.services import Answer, Services
from shared.contracts.authority import Identity

JUDGED_BY = ("category", "origin_county_code", "amount_fen", "supplier_kind")
"""What of a basket's line the quota judges; the supplier's kind decides what union goods are preferred."""


async def preview_quota(services: Services, identity: Identity, basket_id: UUID, *, language: str = "zh") -> Answer:
    """Give the share before and after this basket, under each rule; a refusal of either service passes unchanged."""
    spoken = {"accept-language": language}
    basket = await services.call("order", "GET", f"/baskets/{basket_id}", identity=identity, headers=spoken)
    if not basket.ok:
        return basket
    found = basket.json()
    asked = {
        "canteen_id": found["canteen"]["id"],
        "fund": found["fund"],
        "lines": [{name: line[name] for name in JUDGED_BY} for line in found["lines"]],
    }
    return await services.call(
        "procurement_quota", "POST", "/internal/quota-previews", identity=identity, json=asked, headers=spoken
    )
