"""A year leaves as open data: the facts, the rules, and the figures that follow, so that a stranger can compute again.

Nobody is named in it but units and canteens: no seller, no person, no invoice. `tests/independent/recompute.py` is such
a stranger; it knows the rule from README and reads nothing but what is written here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import heads_root
from services.procurement_quota.domain.figures import Attested
from services.procurement_quota.domain.flags import FACT as FLAGS
from services.procurement_quota.domain.flags import NONE, strictest
from services.procurement_quota.domain.jurisdiction import Tree
from services.procurement_quota.domain.open_data import (
    ATTESTATIONS_FILE,
    CANTEENS_FILE,
    CLOSED_FILE,
    ENTRIES_FILE,
    ENTRY_FIELDS,
    FACTS_FIELDS,
    FIGURE_FIELDS,
    FIGURES_FILE,
    FILES,
    FORMAT,
    FORMS_FILE,
    HOLDERS_FILE,
    LISTS_FILE,
    UNITS_FILE,
)
from services.procurement_quota.domain.rules import Reference, Rule, Stretch
from services.procurement_quota.domain.standing import Form
from services.procurement_quota.domain.statements import When, rows_of
from services.procurement_quota.store.canteens import Canteen, Share, canteens_of_subtree, forms, shares
from services.procurement_quota.store.exporting import entries_of_year
from services.procurement_quota.store.figures import attested, closings, positions
from services.procurement_quota.store.reference import load_reference_data
from services.procurement_quota.store.units import tree_at_start
from services.procurement_quota.usecases.gather_basis import gather, holders_of, when_asked
from shared.clock import Clock
from shared.contracts.words import Fund
from shared.db.unit_of_work import ReadTx
from shared.tables.published import File

FACTS = tuple(field.name for field in FACTS_FIELDS)
ENTRY = tuple(field.name for field in ENTRY_FIELDS)
FIGURE = tuple(field.name for field in FIGURE_FIELDS)


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the export: its columns and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Export:
    """A year, whole."""

    about: Mapping[str, Any]
    tables: Sequence[Table]


async def export_year(tx: ReadTx, clock: Clock, year: int) -> Export:
    """Read a year as known now, from one snapshot; its entries, what they are judged by, and its figures."""
    reference = await load_reference_data(tx)
    canteens = await canteens_of_subtree(tx, "/")
    ids, paths = [one.id for one in canteens], {one.id: one.unit_path for one in canteens}
    entries = await entries_of_year(tx, year)
    chains = await positions(tx, {one.unit_id for one in canteens}, None)
    tree = await tree_at_start(tx, year, below="/", paths=[], known_by=None)
    formed, shared = await forms(tx, ids, None), await shares(tx, ids, year, None)
    filed = [row for fund in Fund for row in _attested(fund, await attested(tx, ids, fund, year, None))]
    closed = sorted(str(one) for one in await closings(tx, ids, year, None))
    figures, today = await _figures(tx, clock, reference, canteens, year)
    rows: dict[File, Sequence[Sequence[Any]]] = {
        UNITS_FILE: _units(tree),
        CANTEENS_FILE: _canteens(canteens),
        FORMS_FILE: _forms(formed),
        HOLDERS_FILE: _holders(canteens, shared, formed, year),
        LISTS_FILE: list(_lists(reference)),
        ENTRIES_FILE: [_entry(row, paths) for row in entries],
        ATTESTATIONS_FILE: filed,
        CLOSED_FILE: [(one,) for one in closed],
        FIGURES_FILE: figures,
    }
    about = {
        "format": FORMAT,
        "year": year,
        "as_of": today,
        "exported_at": clock.now().isoformat(),
        "chains": len(chains),
        "root": heads_root(chains),
        "rules": [
            _rule(reference.rules[one.rule_code, one.rule_version], one)
            for one in sorted(reference.in_force, key=lambda one: (one.valid_from, one.rule_code))
        ],
    }
    return Export(about, [Table(file.name, file.columns, rows[file]) for file in FILES])


async def _figures(
    tx: ReadTx, clock: Clock, reference: Reference, canteens: Sequence[Canteen], year: int
) -> tuple[list[tuple[Any, ...]], str]:
    rows: list[tuple[Any, ...]] = []
    when: When | None = None
    for rule in _rules_of(reference, year, canteens):
        bound = [one for one in canteens if rule.binds_path(one.unit_path)]
        asked, when = when_asked(clock, rule, year, None, None)
        found = await gather(tx, reference, rule, bound, asked, below="/")
        for basis in found.bases:
            inside = [place for place, holder in enumerate(basis.holders) if holder.path is not None]
            for place, row in zip(inside, rows_of("/", basis, found.rate, when), strict=True):
                row["unit_path"] = found.rate.tree.place(row["unit_path"])
                rows.append((str(basis.canteen_id), rule.code, place, *(row[name] for name in FIGURE)))
    return rows, when.happened_by.isoformat() if when else ""


def _rules_of(reference: Reference, year: int, canteens: Sequence[Canteen]) -> list[Rule]:
    found = {rule.code: rule for one in canteens for rule in reference.rules_of_year(one.unit_path, year)}
    return [found[code] for code in sorted(found)]


def _units(tree: Tree) -> list[tuple[Any, ...]]:
    """Write the units as they were at the start of the year; the figures name them by the place that they had then."""
    return sorted(
        (str(one.unit_id), code, one.path, one.level.value, one.division_code) for code, one in tree.by_code.items()
    )


def _canteens(canteens: Sequence[Canteen]) -> list[tuple[Any, ...]]:
    return [(str(one.id), one.name, str(one.unit_id), one.unit_path) for one in canteens]


def _forms(formed: Mapping[UUID, Sequence[Form]]) -> list[tuple[Any, ...]]:
    return [
        (str(canteen_id), form.valid_from.isoformat(), form.kind.value, int(form.approved))
        for canteen_id, held in formed.items()
        for form in held
    ]


def _holders(
    canteens: Sequence[Canteen],
    held: Mapping[UUID, Sequence[Share]],
    formed: Mapping[UUID, Sequence[Form]],
    year: int,
) -> list[tuple[Any, ...]]:
    return [
        (str(one.id), holder.path or "", holder.weight_bp)
        for one in canteens
        for holder in holders_of(one, held.get(one.id, []), formed.get(one.id, ()), year)
    ]


def _lists(reference: Reference) -> Iterator[tuple[Any, ...]]:
    for code, versions in sorted(reference.lists.items()):
        for one in versions:
            for county, stretches in sorted(one.counties.items()):
                for since, until in stretches:
                    days = (since.isoformat(), until.isoformat() if until else "")
                    yield (code, one.version, one.recorded_at.isoformat(), county, *days)


def _entry(row: Mapping[str, Any], paths: Mapping[UUID, str]) -> tuple[Any, ...]:
    own = (row[name] for name in ENTRY)
    written = [one.isoformat() if isinstance(one, (date, datetime)) else str(one) for one in own]
    facts = ["" if row["facts"].get(name) is None else row["facts"][name] for name in FACTS]
    flagged = strictest(row["facts"].get(FLAGS) or NONE) or ""
    return (*written, paths[row["canteen_id"]], str(row["lot_id"]), str(row["lot_line"]), *facts, flagged)


def _attested(fund: Fund, held: Mapping[UUID, Sequence[Attested]]) -> list[tuple[Any, ...]]:
    return [
        (str(canteen_id), fund.value, one.month, one.farm_produce_fen, int(one.explained), one.attested_on.isoformat())
        for canteen_id, attestations in held.items()
        for one in attestations
    ]


def _rule(rule: Rule, stretch: Stretch) -> dict[str, Any]:
    """Write a version of a rule, for the days in which it is in force."""
    return {
        "rule": rule.code,
        "version": rule.version,
        "name": rule.name,
        "valid_from": stretch.valid_from.isoformat(),
        "valid_to": stretch.valid_to.isoformat() if stretch.valid_to else None,
        "document": stretch.document,
        "recorded_at": stretch.recorded_at.isoformat(),
        "fund": rule.fund.value,
        "scope_path": rule.scope_path,
        "rate_bp": rule.rate_bp,
        "designated_unit_rate_bp": rule.designated_unit_rate_bp,
        "designated_list": rule.designated_list_code,
        "lists": list(rule.list_codes),
        "channels": [one.value for one in rule.channels],
        "order_number_required": rule.order_number_required,
        "preference": list(rule.preference),
        "categories": sorted(rule.categories),
        "holds_flagged": rule.holds_flagged,
        "source": rule.source,
    }
