"""A unit reads which of its canteens, and of those below it, are past its thresholds, and by how much."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.alerts import DEFAULT, TEXTS, Alert, Raised, Thresholds, Watched, alerts_of
from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.domain.reservations import NOTHING_WANTING, Reminder, due_on, reminder_of
from services.procurement_quota.domain.statements import Basis
from services.procurement_quota.store.alerts import LIMITS, thresholds_in_force
from services.procurement_quota.store.openings import counted_twice
from services.procurement_quota.store.reservations import returned, standing
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_pace import Paced, paced_canteens
from services.procurement_quota.usecases.get_statement import AskStatement, Opened, Subject, opened_for
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from shared.clock import business_date, end_of_day
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.http.paging import decode_cursor, encode_cursor


async def list_alerts(
    desk: Desk, identity: Identity, unit_id: UUID, ask: AskStatement, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List alerts by path, canteen and kind. Raises UnitUnknown, RuleUnknown, RuleNotInForce, RuleNotKnownYet."""
    keys = decode_cursor(cursor, str, str, str)
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "list_alerts", Owned(unit_path=unit.path))
        opened = await opened_for(desk, tx, Subject(None, unit), ask)
        asked = opened.asked
        limits, written = await _limits(tx, unit.path, asked)
        paced = await paced_canteens(tx, opened)
        reminders = await _reminders(tx, opened, [one.basis for one in paced])
        twice = await counted_twice(tx, {one.basis.canteen_id for one in paced}, asked, desk.clock.now())
    raised = sorted(
        ((one, alert) for one in paced for alert in alerts_of(_watched(one, reminders, twice), limits)),
        key=lambda pair: _key(*pair),
    )
    counts = Counter(alert.alert.value for _, alert in raised)
    rest = [pair for pair in raised if keys is None or _key(*pair) > tuple(keys)]
    page = rest[:limit]
    return {
        "unit_id": str(unit.id),
        "unit_name": unit.name,
        "rule": opened.rule.code,
        "year": asked.year,
        "happened_by": asked.happened_by.isoformat(),
        "known_by": moment_text(asked.known_by or desk.clock.now()),
        "thresholds": written,
        "counts": {alert.value: counts[alert.value] for alert in Alert},
        "items": [_written(one, alert) for one, alert in page],
        "next": encode_cursor([*_key(*page[-1])]) if len(rest) > limit else None,
    }


async def _limits(tx: ReadTx, path: str, asked: Asked) -> tuple[Thresholds, dict[str, Any]]:
    found = await thresholds_in_force(tx, path, asked.happened_by, asked.known_by)
    limits = found[0] if found else DEFAULT
    row = found[1] if found else None
    return limits, {
        "set_by_unit_id": str(row.unit_id) if row else None,
        "set_by_unit_name": row.unit_name if row else None,
        "version": row.version if row else None,
        "valid_from": row.valid_from.isoformat() if row else None,
        **{name: getattr(limits, name) for name in LIMITS},
    }


async def _reminders(tx: ReadTx, opened: Opened, bases: Sequence[Basis]) -> dict[UUID, Reminder]:
    """Tell what is wanting of each canteen's reservation under the rule, by what had been filed by the day asked."""
    asked, day = opened.asked, opened.when.happened_by
    ids = {basis.canteen_id for basis in bases}
    known_by = None if asked.known_by is None else min(asked.known_by, end_of_day(day))
    stands = await standing(tx, ids, asked.year, known_by)
    came_back = await returned(tx, ids, asked.year, known_by)
    found: dict[UUID, Reminder] = {}
    for basis in bases:
        opened_on = basis.forms[0].valid_from if basis.forms else None
        filed, back = stands.get(basis.canteen_id), came_back.get(basis.canteen_id)
        found[basis.canteen_id] = reminder_of(
            day,
            due_on(asked.year, opened.rule.reservation_days, opened_on),
            filed=filed is not None and opened.rule.code in filed.reserved,
            returned_on=None if back is None else business_date(back),
        )
    return found


def _watched(one: Paced, reminders: Mapping[UUID, Reminder], twice: Mapping[UUID, int]) -> Watched:
    return Watched(
        figures=one.stand.figures,
        status=one.stand.status,
        missing_months=len(one.stand.missing),
        projection=None if one.basis.closed else one.seen,
        december=one.december(counted=True),
        accepted_fen=sum(sums.amount_fen for sums in one.basis.months.values()),
        unpaid_fen=one.basis.unpaid_fen,
        twice_fen=twice.get(one.basis.canteen_id, 0),
        reservation=NOTHING_WANTING if one.basis.closed else reminders[one.basis.canteen_id],
    )


def _key(one: Paced, raised: Raised) -> tuple[str, str, str]:
    return (*one.key, raised.alert.value)


def _written(one: Paced, raised: Raised) -> dict[str, Any]:
    zh, en = TEXTS[raised.alert]
    return {
        "alert": raised.alert.value,
        "text_zh": zh,
        "text_en": en,
        "value": raised.value,
        "threshold": raised.threshold,
        "amount_fen": raised.amount_fen,
        "canteen_id": str(one.basis.canteen_id),
        "name": one.basis.name,
        "unit_id": str(one.holder.unit_id),
        "unit_name": one.holder.name,
        "unit_path": one.holder.path,
        "status": one.stand.status.value,
    }
