"""A standing order is answered with the day for which its next basket is drafted, and when."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.order.domain.wanted import hour_text
from services.order.store.standing_orders import Draft, StandingOrder


def standing_summary(order: StandingOrder) -> dict[str, Any]:
    """Write a standing order as a list shows it."""
    return {
        "standing_order_id": str(order.standing_order_id),
        "canteen": {"id": str(order.canteen_id), "name": order.canteen_name},
        "name": order.name,
        "fund": order.fund,
        "active": order.active,
        "weekdays": order.weekdays,
        "lead_days": order.lead_days,
        "until": order.until,
        "wanted_from": hour_text(order.wanted_from),
        "wanted_until": hour_text(order.wanted_until),
        "version": order.version,
        "put_by": str(order.put_by),
        "put_by_name": order.put_by_name,
        "put_at": order.put_at,
        "draft_on": order.draft_on,
        "next_wanted_on": None if order.draft_on is None else order.draft_on + timedelta(days=order.lead_days),
        "lines": order.lines,
    }


def standing_view(order: StandingOrder, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Write a standing order with the drafts of its latest days."""
    told = [
        {
            "wanted_on": draft.wanted_on,
            "drafted_at": draft.drafted_at,
            "basket_id": None if draft.basket_id is None else str(draft.basket_id),
            "told": draft.told,
        }
        for draft in drafts
    ]
    return standing_summary(order) | {"drafts": told}
