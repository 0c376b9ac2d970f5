"""An officer sees who would fall short under a drafted rule in a year that is booked already; nothing is touched.

Decision: canteens are tried a page at a time, and each page sums itself. Why: a trial judges every entry anew, and a
page's entries fit a request whatever the ledger holds. Price: who wants a province's sum adds up its pages.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.drafts import DraftKind, next_version, rule_of
from services.procurement_quota.domain.rules import Reference, Rule, RuleNotInForce, RuleUnknown
from services.procurement_quota.domain.statements import Basis, When, rows_of
from services.procurement_quota.domain.tallies import FREE
from services.procurement_quota.domain.what_if import tried
from services.procurement_quota.store.canteens import Canteen, canteens_of_subtree
from services.procurement_quota.store.exporting import entries_of_canteen
from services.procurement_quota.store.flags import flagged
from services.procurement_quota.store.heard import revocations
from services.procurement_quota.store.units import Unit, unit_by_id, unit_by_path
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import gather, when_asked
from services.procurement_quota.usecases.keep_draft import known_draft
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, encode_cursor

OPERATION = "what_if_rule"
Row = dict[str, Any]


async def what_if_rule(
    desk: Desk,
    identity: Identity,
    draft_id: UUID,
    *,
    year: int | None,
    unit_id: UUID | None,
    short: bool,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Try a drafted rule on a year, last year unless said, for a unit and all below it, else for all that it binds.

    Raises DraftUnknown, UnitUnknown.
    """
    keys = decode_cursor(cursor, str, str)
    async with desk.uow.read() as tx:
        draft = await known_draft(tx, draft_id, DraftKind.RULE)
        require(identity, OPERATION, Owned(unit_path=draft.last.owner_path))
        reference = await desk.reference.current(tx)
        rule = next_version(reference, rule_of(draft.last.content["rule"]))
        unit = await _unit(tx, unit_id, rule, draft.last.owner_path)
        require(identity, OPERATION, Owned(unit_path=unit.path))
        tried_year = today(desk.clock).year - 1 if year is None else year
        bound = [one for one in await canteens_of_subtree(tx, unit.path) if rule.binds_path(one.unit_path)]
        bound.sort(key=_key)
        rest = [one for one in bound if keys is None or _key(one) > tuple(keys)]
        page = rest[:limit]
        trial = _Trial(desk, reference, rule, tried_year, unit.path)
        rows = await trial.rows(tx, page)
    falling = [row for row in rows if row["falls_short"]]
    return {
        "draft_id": str(draft_id),
        "version": draft.last.version,
        "rule": {
            "code": rule.code,
            "version": rule.version,
            "name": rule.name,
            "name_en": rule.name_en,
            "fund": rule.fund.value,
            "rate_bp": rule.rate_bp,
            "designated_unit_rate_bp": rule.designated_unit_rate_bp,
        },
        "compared_version": trial.in_force.version if trial.in_force else None,
        "year": tried_year,
        "unit": {"id": str(unit.id), "name": unit.name, "path": unit.path},
        "known_by": moment_text(desk.clock.now()),
        "canteens": len(bound),
        "tried": len(page),
        "short": len(falling),
        "shortfall_fen": sum(row["shortfall_fen"] for row in falling),
        "items": falling if short else rows,
        "next": encode_cursor([*_key(page[-1])]) if len(rest) > limit else None,
    }


def _key(one: Canteen) -> tuple[str, str]:
    return one.unit_path, str(one.id)


async def _unit(tx: ReadTx, unit_id: UUID | None, rule: Rule, owner_path: str) -> Unit:
    """Find for whom the rule is tried: who is asked for, else the unit that it binds, else the root."""
    if unit_id is not None:
        unit = await unit_by_id(tx, unit_id)
    else:
        unit = await unit_by_path(tx, owner_path if rule.scope_path == "/" else rule.scope_path)
    if unit is None:
        raise UnitUnknown(unit_id=str(unit_id))
    return unit


class _Trial:
    """One rule on one year; beside it, where there is one, the version that the year goes by."""

    def __init__(self, desk: Desk, reference: Reference, rule: Rule, year: int, below: str) -> None:
        self.desk, self.reference, self.rule, self.year, self.below = desk, reference, rule, year, below
        try:
            self.in_force: Rule | None = reference.rule_of_year(rule.code, year)
        except (RuleUnknown, RuleNotInForce):
            self.in_force = None

    async def rows(self, tx: ReadTx, canteens: Sequence[Canteen]) -> list[Row]:
        """Give the rows of a unit's statement as they would be, each with the same row as it is."""
        tried = await self._rows(tx, canteens, self.rule, trying=True)
        now = await self._rows(tx, canteens, self.in_force, trying=False) if self.in_force else {}
        return [
            {
                **row,
                "falls_short": row["status"] not in FREE and (row["shortfall_fen"] or 0) > 0,
                "in_force": now.get(key),
            }
            for key, row in tried.items()
        ]

    async def _rows(
        self, tx: ReadTx, canteens: Sequence[Canteen], rule: Rule, *, trying: bool
    ) -> dict[tuple[UUID, int], Row]:
        asked, when = when_asked(self.desk.clock, rule, self.year, None, None)
        found = await gather(tx, self.reference, rule, canteens, asked, below=self.below)
        rows: dict[tuple[UUID, int], Row] = {}
        for basis in found.bases:
            shown = await self._tried(tx, basis) if trying else basis
            rows |= _keyed(self.below, shown, found.rate, when)
        return rows

    async def _tried(self, tx: ReadTx, basis: Basis) -> Basis:
        entries = await entries_of_canteen(tx, basis.canteen_id, self.rule.fund, self.year)
        suppliers = {one["supplier_id"] for one in entries if one["supplier_id"] is not None}
        flags = await flagged(tx, {one["lot_id"] for one in entries if one["order_id"] is not None})
        found = tried(self.rule, entries, self.reference, await revocations(tx, suppliers), flags)
        return replace(basis, months=found.months, held_fen=found.held_fen)


def _keyed(below: str, basis: Basis, rate: Any, when: When) -> dict[tuple[UUID, int], Row]:
    return {(basis.canteen_id, at): row for at, row in enumerate(rows_of(below, basis, rate, when))}
