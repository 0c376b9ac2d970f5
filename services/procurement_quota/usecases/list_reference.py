"""Anybody may list the units, canteens, rules and designations, page by page."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.rules import Reference, Rule
from services.procurement_quota.store import canteens, reference, units
from services.procurement_quota.usecases.desk import Desk
from shared.contracts.words import UnitLevel
from shared.http.paging import decode_cursor, decode_id, encode_cursor
from shared.reference import county_name


async def list_units(
    desk: Desk, *, parent: UUID | None, level: UnitLevel | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List units by code; `parent` lists those directly below it."""
    after = decode_cursor(cursor, str)
    async with desk.uow.glance() as tx:
        rows = await units.list_units(
            tx, parent=parent, level=level, after=after[0] if after else None, limit=limit + 1
        )
    page = rows[:limit]
    return {
        "items": [unit_written(one) for one in page],
        "next": encode_cursor([page[-1].code]) if len(rows) > limit else None,
    }


def unit_written(one: units.Unit) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "version": one.version,
        "code": one.code,
        "name": one.name,
        "level": one.level.value,
        "parent_id": None if one.parent_id is None else str(one.parent_id),
        "path": one.path,
        "division_code": one.division_code,
        "approval_limit_fen": one.approval_limit_fen,
    }


async def list_canteens(
    desk: Desk, *, unit: UUID | None, below: UUID | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List canteens by id: of one unit, or of a unit and all below it."""
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        root = None if below is None else await units.unit_by_id(tx, below)
        if below is not None and root is None:
            return {"items": [], "next": None}
        rows = await canteens.list_canteens(
            tx, unit_id=unit, below=root.path if root else None, after=after, limit=limit + 1
        )
    page = rows[:limit]
    return {
        "items": [canteen_written(one) for one in page],
        "next": encode_cursor([str(page[-1].id)]) if len(rows) > limit else None,
    }


def canteen_written(one: canteens.Canteen) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "version": one.version,
        "unit_id": str(one.unit_id),
        "unit_name": one.unit_name,
        "unit_path": one.unit_path,
        "name": one.name,
        "kind": one.kind.value,
        "active": one.active,
    }


async def list_rules(desk: Desk, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """List the newest version of each rule by code, with the days and documents of every version in force."""
    after = decode_cursor(cursor, str)
    async with desk.uow.glance() as tx:
        known = await desk.reference.current(tx)
        told = await reference.versions_told(tx)
    newest: dict[str, Rule] = {}
    for (code, version), rule in known.rules.items():
        if (after is None or code > after[0]) and (code not in newest or version > newest[code].version):
            newest[code] = rule
    rules = [newest[code] for code in sorted(newest)]
    page = rules[:limit]
    return {
        "items": [_rule_written(known, one, told.get(one.code, 1)) for one in page],
        "next": encode_cursor([page[-1].code]) if len(rules) > limit else None,
    }


def _rule_written(known: Reference, rule: Rule, version: int) -> dict[str, Any]:
    return {
        "code": rule.code,
        "version": version,
        "rule_version": rule.version,
        "name": rule.name,
        "name_en": rule.name_en,
        "fund": rule.fund.value,
        "scope_path": rule.scope_path,
        "rate_bp": rule.rate_bp,
        "designated_unit_rate_bp": rule.designated_unit_rate_bp,
        "designated_list_code": rule.designated_list_code,
        "list_codes": list(rule.list_codes),
        "channels": [channel.value for channel in rule.channels],
        "order_number_required": rule.order_number_required,
        "preference": list(rule.preference),
        "categories": sorted(rule.categories),
        "reading": rule.reading,
        "reading_en": rule.reading_en,
        "defaults": [dict(one) for one in rule.defaults],
        "source": rule.source,
        "reservation_days": rule.reservation_days,
        "union_apart": rule.union_apart,
        "holds_flagged": rule.holds_flagged,
        "in_force": [
            {
                "rule_version": one.rule_version,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
                "document": one.document,
            }
            for one in known.in_force
            if one.rule_code == rule.code
        ],
    }


async def list_designations(
    desk: Desk, *, list_code: str | None, county: str | None, on: date | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List the counties of the newest version of each list; `on` asks for those named on a day."""
    after = decode_cursor(cursor, str, str, date)
    async with desk.uow.glance() as tx:
        known = await desk.reference.current(tx)
        rows = await reference.list_designations(
            tx, list_code=list_code, county=county, on=on, after=after, limit=limit + 1
        )
    page = rows[:limit]
    names = {code: versions[-1] for code, versions in known.lists.items()}
    return {
        "items": [
            {
                "list_code": row.list_code,
                "list_version": row.list_version,
                "list_name": names[row.list_code].name if row.list_code in names else row.list_code,
                "source": names[row.list_code].source if row.list_code in names else "",
                "county_code": row.county_code,
                "county_name": county_name(row.county_code),
                "valid_from": row.valid_from.isoformat(),
                "valid_to": None if row.valid_to is None else row.valid_to.isoformat(),
                "note": row.note,
            }
            for row in page
        ],
        "next": (
            encode_cursor([page[-1].list_code, page[-1].county_code, page[-1].valid_from.isoformat()])
            if len(rows) > limit
            else None
        ),
    }
