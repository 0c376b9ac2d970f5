"""A reservation is shown with what the rules ask for and by when, last year's, and every version with its review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.reservations import due_on, state_of
from services.procurement_quota.domain.rules import Rule
from services.procurement_quota.store.canteens import Canteen, forms
from services.procurement_quota.store.reservations import Standing, reservation_versions, standing
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import rates_of, when_asked
from services.procurement_quota.usecases.get_statement import rule_asked
from shared.clock import business_date
from shared.db.unit_of_work import ReadTx
from shared.errors import NotFound
from shared.money import required_fen


class ReservationUnknown(NotFound):
    """There is no such reservation.

    zh: 没有这份预留。
    """


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks of a canteen's reservation: its rate, and by when."""

    rule: Rule
    rate_bp: int | None
    due_on: date

    def required_fen(self, expected_base_fen: int) -> int:
        return required_fen(expected_base_fen, self.rate_bp or 0)


def reservation_name(canteen_id: UUID, year: int) -> str:
    """Name what those who file or review one reservation wait for."""
    return f"reservation {canteen_id} {year}"


async def asked_under(desk: Desk, tx: ReadTx, canteen: Canteen, year: int, codes: Iterable[str]) -> dict[str, Asked]:
    """Tell what each rule asks for. Raises RuleUnknown, RuleNotInForce."""
    reference = await desk.reference.current(tx)
    held = (await forms(tx, [canteen.id], None)).get(canteen.id, [])
    opened_on = held[0].valid_from if held else None
    found: dict[str, Asked] = {}
    for code in codes:
        if code in found:
            continue
        rule = rule_asked(reference, canteen.unit_path, year, code)
        asked, _ = when_asked(desk.clock, rule, year, None, None)
        rates = await rates_of(tx, reference, rule, {canteen.unit_path}, asked)
        found[code] = Asked(rule, rates(canteen.unit_path), due_on(year, rule.reservation_days, opened_on))
    return found


async def reservation_view(desk: Desk, tx: ReadTx, canteen: Canteen, reservation_id: UUID) -> dict[str, Any]:
    """Write a reservation whole; raises ReservationUnknown."""
    versions = await reservation_versions(tx, reservation_id)
    if not versions:
        raise ReservationUnknown(reservation_id=str(reservation_id))
    last = versions[-1]
    asked = await asked_under(desk, tx, canteen, last["year"], sorted(last["reserved"]))
    before = (await standing(tx, [canteen.id], last["year"] - 1, None)).get(canteen.id)
    submitted = [business_date(one["recorded_at"]) for one in versions if not one["draft"]]
    return {
        "id": str(reservation_id),
        "canteen_id": str(canteen.id),
        "canteen_name": canteen.name,
        "unit_id": str(canteen.unit_id),
        "year": last["year"],
        **_version(last),
        "required": [
            {
                "rule": code,
                "rate_bp": one.rate_bp,
                "required_fen": one.required_fen(last["expected_base_fen"]),
                "due_on": one.due_on.isoformat(),
            }
            for code, one in sorted(asked.items())
        ],
        "late": bool(submitted) and submitted[0] > min(one.due_on for one in asked.values()),
        "last_year": None if before is None else _standing(before),
        "versions": [_version(one) for one in versions],
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {"expected_base_fen": one.expected_base_fen, "reserved": reserved_written(one.reserved)}


def reserved_written(reserved: dict[str, int]) -> list[dict[str, Any]]:
    """Write what is reserved, by rule."""
    return [{"rule": rule, "amount_fen": fen} for rule, fen in sorted(reserved.items())]


def _version(one: dict[str, Any]) -> dict[str, Any]:
    reviewed = one["outcome"] is not None
    return {
        "version": one["version"],
        "state": state_of(draft=one["draft"], outcome=one["outcome"]).value,
        "expected_base_fen": one["expected_base_fen"],
        "reserved": reserved_written(one["reserved"]),
        "reason": one["reason"],
        "explanation": one["explanation"],
        "filed_by": str(one["filed_by"]),
        "filed_at": moment_text(one["recorded_at"]),
        "review": {
            "outcome": one["outcome"],
            "reason": one["review_reason"],
            "reviewed_by": str(one["reviewed_by"]),
            "reviewed_at": moment_text(one["reviewed_at"]),
        }
        if reviewed
        else None,
    }
