"""Rules and county lists are read once and kept in memory until one of them changes.

Decision: each program keeps the parsed `Reference` and asks only for its version, one row, inside the transaction.
Why: judging needs 900 rows of lists, and a batch, a preview and a statement each would read them anew.
Price: a change is seen by the next transaction, not by one under way; that one judged by what it had read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.procurement_quota.domain.rules import CountyList, Reference, Rule, Stretch
from services.procurement_quota.store.tables import designation, designation_list, reference_head, rule, rule_in_force
from shared.contracts.words import Channel, Fund
from shared.db.unit_of_work import ReadTx, Tx

ALL = "all"


@dataclass
class ReferenceCache:
    """The reference data of one program, as new as the transaction that asks."""

    _version: int = -1
    _reference: Reference = field(default_factory=lambda: Reference({}, (), {}))

    async def current(self, tx: ReadTx) -> Reference:
        """Give rules and lists as this transaction sees them."""
        version = int(await tx.value(_HEAD) or 0)
        if version != self._version:
            self._reference, self._version = await load_reference_data(tx), version
        return self._reference


_HEAD = sa.select(reference_head.c.version).where(reference_head.c.name == ALL)


async def load_reference_data(tx: ReadTx) -> Reference:
    """Read every rule and list, with all versions."""
    rules = {(row.code, row.version): _rule(row) for row in await tx.rows(sa.select(rule))}
    stretches = tuple(
        Stretch(row.rule_code, row.rule_version, row.valid_from, row.valid_to, row.document, row.recorded_at)
        for row in await tx.rows(sa.select(rule_in_force).order_by(rule_in_force.c.rule_code, rule_in_force.c.place))
    )
    counties: dict[tuple[str, int], dict[str, list[tuple[date, date | None]]]] = {}
    for row in await tx.rows(sa.select(designation)):
        days = counties.setdefault((row.list_code, row.list_version), {})
        days.setdefault(row.county_code, []).append((row.valid_from, row.valid_to))
    lists: dict[str, list[CountyList]] = {}
    for row in await tx.rows(sa.select(designation_list).order_by(designation_list.c.code, designation_list.c.version)):
        named = {code: tuple(days) for code, days in counties.get((row.code, row.version), {}).items()}
        lists.setdefault(row.code, []).append(
            CountyList(row.code, row.version, row.name, row.source, row.recorded_at, named)
        )
    return Reference(rules, stretches, lists)


def _rule(row: sa.Row) -> Rule:
    return Rule(
        code=row.code,
        version=row.version,
        name=row.name,
        name_en=row.name_en,
        fund=Fund(row.fund),
        scope_path=row.scope_path,
        rate_bp=row.rate_bp,
        designated_unit_rate_bp=row.designated_unit_rate_bp,
        designated_list_code=row.designated_list_code,
        list_codes=tuple(row.list_codes),
        channels=tuple(Channel(channel) for channel in row.channels),
        order_number_required=row.order_number_required,
        preference=tuple(row.preference),
        categories=frozenset(row.categories),
        reading=row.reading,
        reading_en=row.reading_en,
        defaults=tuple(row.defaults),
        source=row.source,
        reservation_days=row.reservation_days,
        union_apart=row.union_apart,
        holds_flagged=row.holds_flagged,
    )


async def lock_reference(tx: Tx) -> None:
    """Let one transaction at a time change rules and lists, and make every cache read anew after it."""
    await _raise(tx, ALL)


async def any_holds_flagged(tx: Tx) -> bool:
    """Tell whether any rule holds what is flagged; until the transaction ends, none begins to."""
    await tx.execute(_HEAD.with_for_update(read=True))
    return bool(await tx.value(sa.select(sa.exists().where(rule.c.holds_flagged))))


async def raise_version(tx: Tx, code: str) -> int:
    """Give the next version of a rule as events tell it: a continuation is one too."""
    return await _raise(tx, code)


async def _raise(tx: Tx, name: str) -> int:
    return int(
        await tx.value(
            insert(reference_head)
            .values(name=name, version=1)
            .on_conflict_do_update(
                index_elements=[reference_head.c.name], set_={"version": reference_head.c.version + 1}
            )
            .returning(reference_head.c.version)
        )
    )


async def versions_told(tx: ReadTx) -> dict[str, int]:
    """Give the version of each rule as events tell it."""
    return {row.name: row.version for row in await tx.rows(sa.select(reference_head))}


async def write_list(tx: Tx, one: CountyList, notes: dict[str, str]) -> None:
    await tx.execute(
        sa.insert(designation_list),
        {
            "code": one.code,
            "version": one.version,
            "name": one.name,
            "source": one.source,
            "recorded_at": one.recorded_at,
        },
    )
    rows = [
        {
            "list_code": one.code,
            "list_version": one.version,
            "county_code": code,
            "valid_from": since,
            "valid_to": until,
            "note": notes.get(code, ""),
        }
        for code, days in one.counties.items()
        for since, until in days
    ]
    if rows:
        await tx.execute(sa.insert(designation), rows)


async def write_rule(tx: Tx, one: Rule) -> None:
    await tx.execute(
        sa.insert(rule),
        {
            "code": one.code,
            "version": one.version,
            "name": one.name,
            "name_en": one.name_en,
            "fund": one.fund.value,
            "scope_path": one.scope_path,
            "rate_bp": one.rate_bp,
            "designated_unit_rate_bp": one.designated_unit_rate_bp,
            "designated_list_code": one.designated_list_code,
            "list_codes": list(one.list_codes),
            "channels": [channel.value for channel in one.channels],
            "order_number_required": one.order_number_required,
            "preference": list(one.preference),
            "categories": sorted(one.categories),
            "reading": one.reading,
            "reading_en": one.reading_en,
            "defaults": [dict(default) for default in one.defaults],
            "source": one.source,
            "reservation_days": one.reservation_days,
            "union_apart": one.union_apart,
            "holds_flagged": one.holds_flagged,
            "recorded_at": tx.now,
        },
    )


async def write_stretch(tx: Tx, one: Stretch, place: int) -> None:
    await tx.execute(
        sa.insert(rule_in_force),
        {
            "rule_code": one.rule_code,
            "place": place,
            "rule_version": one.rule_version,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "document": one.document,
            "recorded_at": one.recorded_at,
        },
    )


async def list_designations(
    tx: ReadTx, *, list_code: str | None, county: str | None, on: date | None, after: Sequence[Any] | None, limit: int
) -> Sequence[sa.Row]:
    """List counties of the newest version of each list, by list, county and first day."""
    newest = (
        sa.select(designation_list.c.code, sa.func.max(designation_list.c.version).label("version"))
        .group_by(designation_list.c.code)
        .subquery()
    )
    asked = (
        sa.select(designation)
        .join(newest, sa.and_(newest.c.code == designation.c.list_code, newest.c.version == designation.c.list_version))
        .order_by(designation.c.list_code, designation.c.county_code, designation.c.valid_from)
        .limit(limit)
    )
    if list_code is not None:
        asked = asked.where(designation.c.list_code == list_code)
    if county is not None:
        asked = asked.where(designation.c.county_code == county)
    if on is not None:
        asked = asked.where(
            designation.c.valid_from <= on, sa.or_(designation.c.valid_to.is_(None), designation.c.valid_to > on)
        )
    if after is not None:
        keys = sa.tuple_(designation.c.list_code, designation.c.county_code, designation.c.valid_from)
        asked = asked.where(keys > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]), sa.literal(after[2], sa.Date)))
    return await tx.rows(asked)
