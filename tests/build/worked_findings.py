"""What is found of a supplier, and what it does to the lots of a worked case: revocations and flags."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from services.procurement_quota.domain.chain import Lot
from services.procurement_quota.domain.lots import Revocation, Standing, corrected, found_now, standings
from services.procurement_quota.domain.seeded_rules import HUNAN_51, HUNAN_CANTEEN
from shared.contracts.catalog import FlaggedLot, SupplierFlagged
from shared.contracts.words import FlagKind, FlagState, RevocationGround, SupplierKind
from shared.ids import derived_id, new_id
from tests.build.quota import noon
from tests.build.worked import YEAR, Fact, Office, lot_of, on


def correct(
    office: Office, facts: Callable[[Lot, Standing], dict[str, Any] | None], why: dict[str, Any], day: date
) -> None:
    """Correct the lots of which something else is known now."""
    flags = office.flagged()
    drafts = [
        corrected(
            lot,
            standing,
            facts(lot, standing),
            why=why,
            reference=office.reference,
            source=new_id(),
            day=day,
            flags=flags.get(lot, {}),
        )
        for lot, standing in standings(office.rows).items()
    ]
    office.post(*(draft for draft in drafts if draft is not None), known=day)


def revoked(seller: SupplierKind, ground: RevocationGround, day: str, since: str) -> Fact:
    """A supplier's recognition ends (撤销资格): what it touches is corrected, what is bought later is judged by it."""

    def happen(office: Office) -> None:
        supplier_id = derived_id("supplier", seller.value)
        one = Revocation(supplier_id, ground, "查实", on(since), frozenset(), on(day))
        office.revocations.setdefault(supplier_id, []).append(one)
        _found(office, one, one.reason, on(day))

    return happen


def reinstated(seller: SupplierKind, day: str, ground: RevocationGround | None = None) -> Fact:
    """A supplier's last revocation (of a ground) is set aside on appeal: what it took is given back (恢复)."""

    def happen(office: Office) -> None:
        heard = office.revocations[derived_id("supplier", seller.value)]
        at = max(at for at, one in enumerate(heard) if not one.set_aside and ground in (None, one.ground))
        one, heard[at] = heard[at], replace(heard[at], set_aside=True)
        _found(office, one, "申诉成立", on(day))

    return happen


def _found(office: Office, one: Revocation, why: str, day: date) -> None:
    """Correct the lots that a revocation touches, as the use cases do."""
    known = office.revocations[one.supplier_id]
    facts = {"why": why, "ground": one.ground.value}
    correct(office, lambda lot, standing: found_now(standing, known) if one.touches(standing) else None, facts, day)


def flagged(state: FlagState, day: str, *lots: str, name: str = "产能", version: int | None = None) -> Fact:
    """A flag (疑点) on these lots stands so from a day on; an older version than was heard changes nothing."""

    def happen(office: Office) -> None:
        flag_id = derived_id("flag", name)
        before = office.flags.get(flag_id)
        number = version or (before.version + 1 if before else 1)
        if before is not None and before.version >= number:
            return
        named = tuple(FlaggedLot(acceptance_id=lot_of(lot)[0], line_id=lot_of(lot)[1]) for lot in lots)
        flag = office.flags[flag_id] = SupplierFlagged(
            flag_id=flag_id,
            version=number,
            kind=FlagKind.CAPACITY,
            state=state,
            supplier_id=derived_id("supplier", SupplierKind.COMPANY.value),
            item_code="生姜",
            year=YEAR,
            reason="超出核实产能",
            lots=named,
        )
        touches = {(one.acceptance_id, one.line_id) for one in (*named, *(before.lots if before else ()))}
        why = {"why": flag.reason, "flag": str(flag_id), "flag_state": state.value}
        correct(office, lambda lot, standing: {} if lot in touches else None, why, on(day))

    return happen


def unlisted(county: str, day: str, code: str = HUNAN_51) -> Fact:
    """A county was never on a list, as its next version tells from a day on (名单更正)."""

    def happen(office: Office) -> None:
        held = office.reference.lists[code]
        counties = {one: days for one, days in held[-1].counties.items() if one != county}
        newer = replace(held[-1], version=held[-1].version + 1, recorded_at=noon(on(day)), counties=counties)
        lists = {**office.reference.lists, code: [*held, newer]}
        office.reference = replace(office.reference, lists=lists, _binding={}, _known={})

    return happen


def holding(rule: str = HUNAN_CANTEEN) -> Fact:
    """The rule, since it bound, holds the credit of what is flagged (暂缓计入)."""

    def happen(office: Office) -> None:
        rules = {**office.reference.rules, (rule, 1): replace(office.reference.rules[rule, 1], holds_flagged=True)}
        office.reference = replace(office.reference, rules=rules, _binding={}, _known={})

    return happen
