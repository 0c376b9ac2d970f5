"""A requisition is answered the same, word for word, when it is made and whenever it is asked for again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.order.domain.budgets import month_of
from services.order.domain.goods import AskedLine, PlannedOrder, line_facts
from services.order.domain.states import RequisitionState
from services.order.domain.wanted import hour_text
from services.order.store.budgets import find_positions
from services.order.store.requisitions import Requisition, RequisitionStep, placed_lines, placed_orders, steps_of
from services.order.usecases.budget_view import shown_effects
from shared.db.unit_of_work import ReadTx
from shared.ids import order_id


def requisition_view(
    asked: Requisition,
    orders: Sequence[dict[str, Any]],
    lines: Sequence[dict[str, Any]],
    steps: Sequence[RequisitionStep] = (),
    budget: dict[str, Any] | None = None,
) -> dict[str, Any]:
    shown = {"budget": budget, "lines": lines, "steps": [_step(step) for step in steps]}
    return {**requisition_summary(asked, orders), **shown}


def _step(step: RequisitionStep) -> dict[str, Any]:
    return step._asdict() | {name: _text(getattr(step, name)) for name in _IDS}


_IDS = ("account_id", "unit_id", "for_account_id")


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


def requisition_summary(asked: Requisition, orders: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "requisition_id": str(asked.requisition_id),
        "basket_id": str(asked.basket_id),
        "canteen": {"id": str(asked.canteen_id), "name": asked.canteen_name},
        "fund": asked.fund,
        "fair_id": _text(asked.fair_id),
        "on_site_sale_id": _text(asked.sale_id),
        "state": asked.state,
        "wanted_on": asked.wanted_on,
        "wanted_from": hour_text(asked.wanted_from),
        "wanted_until": hour_text(asked.wanted_until),
        "amount_fen": asked.amount_fen,
        "requested_by": str(asked.requested_by),
        "requested_by_name": asked.requested_by_name,
        "requested_at": asked.requested_at,
        "decided_by": _text(asked.decided_by),
        "decided_by_name": asked.decided_by_name,
        "decided_at": asked.decided_at,
        "reason": asked.reason,
        "most_fen": asked.most_fen,
        "approval": _approval(asked),
        "orders": orders,
    }


def _approval(asked: Requisition) -> dict[str, Any] | None:
    """Tell whom a waiting requisition waits for, and until when; nobody before the clock first looked at it."""
    if asked.state is not RequisitionState.AWAITING or asked.waits_for is None:
        return None
    stage = asked.now_for
    return {
        "unit": {"id": str(asked.waits_for), "name": asked.waits_name or ""},
        "role": stage.role,
        "stage": asked.stage + 1,
        "stages": max(1, len(asked.stages)),
        "people": stage.people,
        "approved": asked.yeses,
        "due_at": asked.due_at,
    }


def planned(orders: Sequence[PlannedOrder]) -> list[dict[str, Any]]:
    """Show the orders that are being placed."""
    return [
        {
            "order_id": str(order.order_id),
            "supplier_id": str(order.supplier_id),
            "supplier_name": order.supplier_name,
            "amount_fen": order.amount_fen,
        }
        for order in orders
    ]


def waiting_lines(lines: Sequence[AskedLine]) -> list[dict[str, Any]]:
    """Write the lines as they are kept while a requisition waits."""
    return [
        {**line_facts(line), "supplier_name": line.goods.supplier_name, "supplier_kind": line.goods.supplier_kind}
        for line in lines
    ]


def waiting_orders(asked: Requisition) -> list[dict[str, Any]]:
    """Show the orders that a waiting requisition would place; none when it was refused."""
    if asked.state is not RequisitionState.AWAITING:
        return []
    orders: dict[str, dict[str, Any]] = {}
    for line in asked.lines or ():
        supplier = line["supplier_id"]
        order = orders.setdefault(
            supplier,
            {
                "order_id": str(order_id(asked.requisition_id, UUID(supplier))),
                "supplier_id": supplier,
                "supplier_name": line["supplier_name"],
                "amount_fen": 0,
            },
        )
        order["amount_fen"] += line["amount_fen"]
    return list(orders.values())


def shown_lines(asked: Requisition) -> list[dict[str, Any]]:
    """Show the lines that a waiting requisition keeps."""
    hidden = ("supplier_name", "supplier_kind")
    return [
        {"tolerance_bp": None} | {name: value for name, value in line.items() if name not in hidden}
        for line in asked.lines or ()
    ]


async def read_view(tx: ReadTx, asked: Requisition) -> dict[str, Any]:
    """Show a requisition with its orders and lines, read from where they stand now."""
    steps = await steps_of(tx, asked.requisition_id)
    if asked.state is RequisitionState.PLACED:
        orders = (await placed_orders(tx, [asked.requisition_id])).get(asked.requisition_id, [])
        return requisition_view(asked, orders, await placed_lines(tx, asked.requisition_id), steps)
    return requisition_view(asked, waiting_orders(asked), shown_lines(asked), steps, await _budget(tx, asked))


async def _budget(tx: ReadTx, asked: Requisition) -> dict[str, Any] | None:
    """Show what is left of its month's budget, and would be once it is approved; None where none rules it."""
    if asked.state is not RequisitionState.AWAITING:
        return None
    positions = await find_positions(tx, [(asked.canteen_id, asked.fund, month_of(asked.wanted_on))])
    return next(iter(shown_effects(positions, asked.most_fen or asked.amount_fen)), None)
