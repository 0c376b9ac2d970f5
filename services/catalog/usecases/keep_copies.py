"""What procurement_quota and order said is kept as copies, so that no request waits for them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.catalog.domain.counting import CountingRule, CountingSpan, InForce, counting_spans
from services.catalog.domain.spans import Span
from services.catalog.store import copies, fairs
from services.catalog.store.tables import canteens, designations, rules, stock, units
from services.catalog.usecases.desk import Desk
from shared.contracts.order import StockChanged
from shared.contracts.procurement_quota import CanteenChanged, DesignationChanged, RuleChanged, RuleInForce, UnitChanged
from shared.db.unit_of_work import Tx
from shared.events import Delivery


async def keep_units(desk: Desk, deliveries: Sequence[Delivery[UnitChanged]]) -> None:
    """Keep units, and with them which path reviews which supplier and holds which event."""
    async with desk.uow.begin(once=deliveries) as tx:
        heard = [delivery.event for delivery in tx.fresh]
        rows = [
            {
                "unit_id": event.unit_id,
                "version": event.version,
                "name": event.name,
                "level": event.level.value,
                "path": event.path,
                "division_code": event.division_code,
            }
            for event in heard
        ]
        await copies.lock_units(tx)
        if await copies.keep(tx, units, rows):
            await copies.review_paths_again(tx)
            await fairs.unit_paths_again(tx)


async def keep_canteens(desk: Desk, deliveries: Sequence[Delivery[CanteenChanged]]) -> None:
    """Keep canteens."""
    async with desk.uow.begin(once=deliveries) as tx:
        heard = [delivery.event for delivery in tx.fresh]
        rows = [
            {
                "canteen_id": event.canteen_id,
                "version": event.version,
                "unit_id": event.unit_id,
                "name": event.name,
                "kind": event.kind.value,
                "active": event.active,
            }
            for event in heard
        ]
        await copies.keep(tx, canteens, rows)


async def keep_rules(desk: Desk, deliveries: Sequence[Delivery[RuleChanged]]) -> None:
    """Keep rules, and with them from which counties goods count."""
    async with desk.uow.begin(once=deliveries) as tx:
        heard = [delivery.event for delivery in tx.fresh]
        rows = [
            {
                "rule_code": event.rule_code,
                "version": event.version,
                "name": event.name,
                "fund": event.fund.value,
                "rate_bp": event.rate_bp,
                "list_codes": list(event.list_codes),
                "channels": [channel.value for channel in event.channels],
                "in_force": [_told(stretch) for stretch in event.in_force],
            }
            for event in heard
        ]
        await copies.lock_counting(tx)
        if await copies.keep(tx, rules, rows):
            await _count_again(tx)


async def keep_designations(desk: Desk, deliveries: Sequence[Delivery[DesignationChanged]]) -> None:
    """Keep the lists of counties, and with them from which counties goods count."""
    async with desk.uow.begin(once=deliveries) as tx:
        heard = [delivery.event for delivery in tx.fresh]
        rows = [
            {
                "list_code": event.list_code,
                "version": event.version,
                "name": event.name,
                "counties": [[one.county_code, one.valid_from, one.valid_to] for one in event.counties],
            }
            for event in heard
        ]
        await copies.lock_counting(tx)
        if await copies.keep(tx, designations, rows):
            await _count_again(tx)


async def keep_stock(desk: Desk, deliveries: Sequence[Delivery[StockChanged]]) -> None:
    """Keep whether there is any left, and show or hide what is on sale by it."""
    async with desk.uow.begin(once=deliveries) as tx:
        heard = [delivery.event for delivery in tx.fresh]
        rows = [
            {"listing_id": event.listing_id, "version": event.version, "available": event.available} for event in heard
        ]
        await copies.lock_listings(tx, {event.listing_id for event in heard})
        if changed := await copies.keep(tx, stock, rows):
            await copies.mark_available(tx, changed)


async def _count_again(tx: Tx) -> None:
    known_rules, known_lists = await copies.rules_and_designations(tx)
    lists = {row.list_code: [(code, _span(since, until)) for code, since, until in row.counties] for row in known_lists}
    spans = counting_spans([_rule(row) for row in known_rules], lists)
    await copies.replace_counting(tx, [_row(span) for span in spans])


def _told(stretch: RuleInForce) -> list[Any]:
    """Keep a stretch as heard: its days, and its version's terms when they were said."""
    days, terms = [stretch.valid_from, stretch.valid_to], stretch.terms
    if terms is None:
        return days
    return [*days, terms.rate_bp, list(terms.list_codes), [channel.value for channel in terms.channels]]


def _rule(row: Any) -> CountingRule:
    newest = (row.rate_bp, row.list_codes, row.channels)
    stretches = []
    for since, until, *told in row.in_force:
        rate_bp, list_codes, channels = told or newest
        stretches.append(InForce(_span(since, until), rate_bp, tuple(list_codes), tuple(channels)))
    return CountingRule(row.rule_code, row.name, row.fund, tuple(stretches))


def _span(since: str, until: str | None) -> Span:
    return date.fromisoformat(since), None if until is None else date.fromisoformat(until)


def _row(span: CountingSpan) -> dict[str, Any]:
    return {
        "county_code": span.county_code,
        "rule_code": span.rule.rule_code,
        "rule_name": span.rule.name,
        "fund": span.rule.fund,
        "valid_from": span.valid_from,
        "valid_to": span.valid_to,
    }
