"""A basket is shown at today's terms, with what its orders would come to and what stands in their way."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.order.domain.goods import AskedLine, most_fen, plan_orders, terms_of
from services.order.domain.seasons import Season, is_over
from services.order.store.baskets import AskedFor, Kitchen
from services.order.usecases.commands import BasketLine
from shared.contracts.words import Fund


def basket_view(
    basket_id: UUID,
    kitchen: Kitchen,
    fund: Fund,
    filled_at: datetime,
    used_by: UUID | None,
    lines: Sequence[AskedLine],
    changes: Mapping[UUID, list[dict[str, Any]]],
    fair_id: UUID | None,
    day: date,
    seasons: Mapping[UUID, Season],
    budgets: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Write the basket as it is answered; JSON-ready for orjson.

    `changes` are `changes_since` of its lines, and `day` is today; `seasons` are of those lines that have one, and
    `budgets` what it does to them (`effects_on`).
    """
    amount = sum(line.amount_fen for line in lines)
    most = most_fen(lines)
    shown = [
        in_season(line_view(line, day), seasons.get(line.goods.listing_id, ()), day)
        | {"changed": changes.get(line.goods.listing_id, [])}
        for line in lines
    ]
    return {
        "basket_id": str(basket_id),
        "canteen": {"id": str(kitchen.canteen_id), "name": kitchen.canteen_name},
        "fund": fund,
        "fair_id": None if fair_id is None else str(fair_id),
        "filled_at": filled_at,
        "requisition_id": None if used_by is None else str(used_by),
        "amount_fen": amount,
        "orderable": used_by is None and kitchen.active and not any(line["warnings"] for line in shown),
        "approval": {
            "limit_fen": kitchen.approval_limit_fen,
            "most_fen": most,
            "needed": most > kitchen.approval_limit_fen,
        },
        "budgets": budgets,
        "lines": shown,
        "suppliers": [
            {
                "supplier_id": str(order.supplier_id),
                "supplier_name": order.supplier_name,
                "line_count": len(order.lines),
                "amount_fen": order.amount_fen,
            }
            for order in plan_orders(basket_id, lines)
        ],
    }


def in_season(view: dict[str, Any], season: Season, day: date) -> dict[str, Any]:
    """Add to a line the windows in which its goods may be wanted, and a warning once all are over."""
    over = ["off_season"] if is_over(season, day) else []
    return view | {"windows": [one.offered(view["quantity"]) for one in season], "warnings": [*view["warnings"], *over]}


def asked_for(lines: Sequence[BasketLine]) -> list[AskedFor]:
    """Take the lines of a request as they are read beside their listings."""
    return [AskedFor(line.listing_id, line.listing_version, line.quantity, line.tolerance_bp) for line in lines]


def line_view(line: AskedLine, day: date) -> dict[str, Any]:
    """Write one line as it is today, but for what has changed since a version that was seen."""
    goods = line.goods
    warnings = line.warnings()
    return {
        "listing_id": str(goods.listing_id),
        "listing_version": line.version,
        "current_version": goods.version,
        "name": goods.name,
        "category": goods.category,
        "supplier_id": str(goods.supplier_id),
        "supplier_name": goods.supplier_name,
        "supplier_kind": goods.supplier_kind,
        "recognised": line.recognised_on(day),
        "measure": goods.measure,
        "unit_name": goods.unit_name,
        "unit_quantity": goods.unit_quantity,
        "piece_grams": goods.piece_grams,
        "price_fen": line.price_fen,
        "first_price_fen": goods.price_fen,
        "price_tiers": terms_of(goods)["price_tiers"],
        "minimum_quantity": goods.minimum_quantity,
        "step_quantity": goods.step_quantity,
        "origin_county_code": goods.origin_county_code,
        "quantity": line.quantity,
        "tolerance_bp": line.tolerance_bp,
        "amount_fen": line.amount_fen,
        "left_quantity": line.available if "short_stock" in warnings else None,
        "warnings": warnings,
    }
