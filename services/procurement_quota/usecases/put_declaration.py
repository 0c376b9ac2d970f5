"""Finance prepares a canteen's yearly declaration from the closed year; what it says is fixed from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.declaring import (
    DeclarationState,
    Entry,
    declared,
    extract_of,
    transfers,
    unpaid_orders,
)
from services.procurement_quota.domain.published import canonical, code_of, sha256
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.declarations import (
    Declaration,
    declaration_by_id,
    declarations_of,
    entries_filed,
    paid_by,
    write_declaration,
)
from services.procurement_quota.store.figures import closings
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.restating import restatements
from services.procurement_quota.usecases.close_year import until_all_is_heard
from services.procurement_quota.usecases.declaration_view import declaration_written
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MAX, YEAR_MIN, canteen_of
from services.procurement_quota.usecases.restate_year import YearNotClosed
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import Conflict, InvalidFields, field_problem


class DeclarationDiffers(Conflict):
    """This declaration is of another canteen or year; a new one has an id of its own.

    zh: 该申报属于另一食堂或年度；新的申报请使用新的编号。
    """


class DeclarationStands(Conflict):
    """This year's figures are declared already, or their declaration awaits a signature.

    zh: 该年度数字已申报，或申报正待签署。
    """


class PutDeclaration(BaseModel):
    """Which canteen's closed year is declared."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"canteen_id": "019a0000-0000-7000-8000-0000000000c1", "year": 2025}]},
    )

    canteen_id: UUID
    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)


@dataclass(frozen=True, slots=True)
class Filing:
    """What is declared: the year as filed, or its newest restatement."""

    restatement: int
    filed: dict[str, Any]
    unit_id: UUID
    seq: int
    filed_at: datetime


async def put_declaration(
    desk: Desk, identity: Identity, declaration_id: UUID, command: PutDeclaration
) -> tuple[dict[str, Any], bool]:
    """Prepare a declaration; gives it, and whether it is new.

    Raises YearNotClosed, DeclarationStands, DeclarationDiffers, StillHearing, InvalidFields before February.
    """
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
    require(identity, "put_declaration", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    lag = await desk.lag()
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"declaration {canteen.id} {command.year}")
        found = await declaration_by_id(tx, declaration_id)
        if found is not None:
            if (found.canteen_id, found.year) != (canteen.id, command.year):
                raise DeclarationDiffers(declaration_id=str(declaration_id))
            return await declaration_written(tx, found), False
        filing = await filing_of(tx, canteen.id, command.year)
        if today(desk.clock) <= last_payday(command.year):
            raise InvalidFields(
                field_problem(
                    "year", "is declared from 1 February on, with what is unpaid by then", "次年2月1日起方可申报"
                )
            )
        await until_all_is_heard(desk, tx, lag)
        before = await declarations_of(tx, canteen.id, command.year)
        _check_free(before, filing)
        await _write(desk, tx, identity, declaration_id, canteen, command.year, filing, before)
        written = await declaration_by_id(tx, declaration_id)
        assert written is not None
        return await declaration_written(tx, written), True


async def filing_of(tx: ReadTx, canteen_id: UUID, year: int) -> Filing:
    """Give what was filed last of a canteen's year. Raises YearNotClosed."""
    closed = (await closings(tx, [canteen_id], year, None)).get(canteen_id)
    if closed is None:
        raise YearNotClosed(canteen_id=str(canteen_id), year=year)
    restated = (await restatements(tx, [canteen_id], year, None)).get(canteen_id, [])
    if not restated:
        return Filing(0, closed.filed, closed.unit_id, closed.seq, closed.closed_at)
    last = restated[-1]
    return Filing(last.number, last.filed, last.unit_id, last.seq, last.recorded_at)


def last_payday(year: int) -> date:
    """Tell until when an order may be paid to be declared: 31 January of the next year."""
    return date(year + 1, 1, 31)


def _check_free(before: Sequence[Declaration], filing: Filing) -> None:
    """Refuse a second declaration of the same figures; one that was returned makes room."""
    for one in before:
        waits = one.state in (DeclarationState.PREPARED, DeclarationState.SIGNED)
        same = one.restatement == filing.restatement
        if (waits and same) or (one.state is DeclarationState.PUBLISHED and same):
            raise DeclarationStands(declaration_id=str(one.id), state=one.state.value, restatement=one.restatement)


async def _write(
    desk: Desk,
    tx: Tx,
    identity: Identity,
    declaration_id: UUID,
    canteen: Canteen,
    year: int,
    filing: Filing,
    before: Sequence[Declaration],
) -> None:
    entries = await entries_filed(tx, canteen.id, year, filing.filed_at)
    orders = sorted({one.order_id for one in entries if one.order_id is not None})
    paid = await paid_by(tx, orders, last_payday(year))
    published = [one for one in before if one.state is DeclarationState.PUBLISHED]
    extract = extract_of(entries)
    payload = canonical(
        {
            "id": str(declaration_id),
            "number": len(before) + 1,
            "canteen": {
                "id": str(canteen.id),
                "name": canteen.name,
                "unit_id": str(canteen.unit_id),
                "unit_name": canteen.unit_name,
                "unit_path": canteen.unit_path,
            },
            "year": year,
            "restatement": filing.restatement,
            "restates": _restated(published[-1]) if published else None,
            "filed": {
                "at": moment_text(filing.filed_at),
                "entry": {"unit_id": str(filing.unit_id), "seq": filing.seq},
            },
            "prepared": {
                "account_id": str(identity.account_id),
                "name": identity.name,
                "at": moment_text(tx.now),
            },
            **_figures(await desk.reference.current(tx), year, filing, entries, paid),
            "extract": {"entries": len(entries), "root": sha256(extract)},
        }
    )
    await write_declaration(
        tx,
        {
            "id": declaration_id,
            "canteen_id": canteen.id,
            "year": year,
            "number": len(before) + 1,
            "restatement": filing.restatement,
            "restates": published[-1].id if published else None,
            "code": code_of(payload),
            "payload": payload,
            "extract": extract,
            "prepared_by": identity.account_id,
            "recorded_at": tx.now,
        },
    )


def _restated(one: Declaration) -> dict[str, Any]:
    return {"id": str(one.id), "code": one.code, "payload_sha256": sha256(one.payload), "restatement": one.restatement}


def _figures(
    reference: Reference, year: int, filing: Filing, entries: Sequence[Entry], paid: dict[UUID, int]
) -> dict[str, Any]:
    filed_under = {code: reference.rules[code, filed["rule_version"]] for code, filed in filing.filed.items()}
    unpaid = unpaid_orders(entries, paid, {code: rule.fund.value for code, rule in filed_under.items()})
    rules = []
    for code, filed in sorted(filing.filed.items()):
        rule = filed_under[code]
        rules.append(
            {
                "rule": code,
                "name": rule.name,
                "name_en": rule.name_en,
                "fund": rule.fund.value,
                "source": rule.source,
                "documents": [one.document for one in reference.documents_of_year(code, year)],
                **filed,
                "declared": declared(filed, code, unpaid),
            }
        )
    return {
        "rules": rules,
        "unpaid_on": last_payday(year).isoformat(),
        "unpaid": unpaid,
        "transfers": transfers(entries),
    }
