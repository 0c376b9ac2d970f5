"""A closed year that later facts moved is filed again, numbered and with its reason; nothing filed before changes."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.restating import differs
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.statements import stand_of
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen, canteens_of_subtree
from services.procurement_quota.store.figures import Closed, closings
from services.procurement_quota.store.restating import restatements, write_restatement
from services.procurement_quota.store.units import unit_by_id
from services.procurement_quota.usecases.close_year import closing_draft, filed_figures, until_all_is_heard
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filed_beside import filed_beside
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of, gather, when_asked
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.texts import Said
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp
from shared.errors import Conflict
from shared.http.paging import decode_cursor, encode_cursor
from shared.ids import derived_id


class YearNotClosed(Conflict):
    """This year is not closed yet; close it first.

    zh: 该年度尚未结账，请先结账。
    """


class NothingToRestate(Conflict):
    """The figures are those that were filed; there is nothing to restate.

    zh: 数字与已填报的一致，无需重述。
    """


class RestateYear(BaseModel):
    """The closed year to file again, and why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"year": 2025, "reason": "12月28日验收的大米于次年1月8日全部退货"}]},
    )

    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    reason: Said


async def restate_year(
    desk: Desk, identity: Identity, canteen_id: UUID, command: RestateYear, *, once: Stamp | None = None
) -> dict[str, Any]:
    """File the next restatement under the chain's lock. Raises YearNotClosed, NothingToRestate, StillHearing."""
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, canteen_id)
    require(identity, "restate_year", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    lag, year = await desk.lag(), command.year
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        heads = await ledger.lock_heads(tx, [canteen.unit_id])
        closed = (await closings(tx, [canteen_id], year, None)).get(canteen_id)
        if closed is None:
            raise YearNotClosed(canteen_id=str(canteen_id), year=year)
        await until_all_is_heard(desk, tx, lag)
        before = (await restatements(tx, [canteen_id], year, None)).get(canteen_id, [])
        filed = await filed_figures(desk, tx, canteen, year)
        if not differs(before[-1].filed if before else closed.filed, filed):
            raise NothingToRestate(canteen_id=str(canteen_id), year=year, restatements=len(before))
        number = len(before) + 1
        facts = {"year": year, "restatement": number, "reason": command.reason, "filed": filed}
        source = derived_id("restatement", canteen.id, year, number)
        [row] = await ledger.post(tx, heads, [closing_draft(desk, canteen, year, source, facts)])
        await write_restatement(
            tx,
            {
                "canteen_id": canteen_id,
                "year": year,
                "number": number,
                "unit_id": row["unit_id"],
                "seq": row["seq"],
                "reason": command.reason,
                "filed": filed,
                "filed_by": identity.account_id,
                "recorded_at": row["recorded_at"],
            },
        )
        answer = {
            "canteen_id": str(canteen_id),
            "year": year,
            "number": number,
            "reason": command.reason,
            "filed_at": moment_text(row["recorded_at"]),
            "filed_by": str(identity.account_id),
            "entry": {"unit_id": str(row["unit_id"]), "seq": row["seq"], "hash": row["hash"].hex()},
            "filed": [{"rule": code, **figures} for code, figures in sorted(filed.items())],
        }
        await tx.answer(answer)
        return answer


async def list_restatements(
    desk: Desk, identity: Identity, unit_id: UUID, year: int | None, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List, canteen by canteen below a unit, which restatements of a closed year are due or filed.

    A canteen whose figures stand as filed is not listed. The year before this one when none is named.
    Raises UnitUnknown, InvalidFields.
    """
    keys = decode_cursor(cursor, str)
    async with desk.uow.read() as tx:
        unit = await unit_by_id(tx, unit_id)
        if unit is None:
            raise UnitUnknown(unit_id=str(unit_id))
        require(identity, "list_restatements", Owned(unit_path=unit.path))
        wanted = year or today(desk.clock).year - 1
        reference = await desk.reference.current(tx)
        canteens = [one for one in await canteens_of_subtree(tx, unit.path) if one.unit_path.startswith(unit.path)]
        closed = await closings(tx, [one.id for one in canteens], wanted, None)
        candidates = sorted((one for one in canteens if one.id in closed), key=lambda one: str(one.id))
        turned = await _turned(desk, tx, reference, candidates, closed, wanted)
        rest = [one for one in candidates if one.id in turned and (keys is None or str(one.id) > keys[0])]
        items = [await _listed(desk, tx, reference, one, closed[one.id], wanted) for one in rest[:limit]]
    return {
        "unit_id": str(unit.id),
        "year": wanted,
        "items": items,
        "next": encode_cursor([str(rest[limit - 1].id)]) if len(rest) > limit else None,
    }


async def _turned(
    desk: Desk, tx: ReadTx, reference: Reference, canteens: list[Canteen], closed: dict[UUID, Closed], year: int
) -> set[UUID]:
    """Tell which canteens have a verdict other than the last one filed, or were restated before."""
    restated = await restatements(tx, [one.id for one in canteens], year, None)
    found = set(restated)
    bind = {one.id: _codes(reference, one, closed[one.id], year) for one in canteens}
    for code in sorted({code for codes in bind.values() for code in codes}):
        rule = reference.rule_of_year(code, year)
        asked, when = when_asked(desk.clock, rule, year, None, None)
        bound = [one for one in canteens if code in bind[one.id] and one.id not in found]
        if bound:
            gathered = await gather(tx, reference, rule, bound, asked)
            for basis in gathered.bases:
                stand = stand_of(basis, gathered.rate(basis.unit_path), when)
                if stand.status.value != closed[basis.canteen_id].filed[code]["status"]:
                    found.add(basis.canteen_id)
    return found


def _codes(reference: Reference, canteen: Canteen, closed: Closed, year: int) -> list[str]:
    """Name the rules that were filed and still bind in that year, as known now."""
    binding = {rule.code for rule in reference.rules_of_year(canteen.unit_path, year)}
    return sorted(binding & closed.filed.keys())


async def _listed(
    desk: Desk, tx: ReadTx, reference: Reference, canteen: Canteen, closed: Closed, year: int
) -> dict[str, Any]:
    rules = []
    for code in _codes(reference, canteen, closed, year):
        rule = reference.rule_of_year(code, year)
        asked, when = when_asked(desk.clock, rule, year, None, None)
        found = await gather(tx, reference, rule, [canteen], asked)
        status = stand_of(found.bases[0], found.rate(canteen.unit_path), when).status.value
        beside = await filed_beside(desk, tx, found, closed, rule, asked, status)
        rules.append(
            {
                "rule": code,
                "filed_status": closed.filed[code]["status"],
                "status": status,
                "restatement": beside["restatement"],
            }
        )
    due = [one["restatement"]["due_on"] for one in rules if one["restatement"]]
    filed = (await restatements(tx, [canteen.id], year, None)).get(canteen.id, [])
    return {
        "canteen_id": str(canteen.id),
        "name": canteen.name,
        "unit_id": str(canteen.unit_id),
        "unit_name": canteen.unit_name,
        "due_on": min(due, default=None),
        "overdue": bool(due) and today(desk.clock) > date.fromisoformat(min(due)),
        "rules": rules,
        "filed": [
            {"number": one.number, "reason": one.reason, "filed_at": moment_text(one.recorded_at)} for one in filed
        ],
    }
