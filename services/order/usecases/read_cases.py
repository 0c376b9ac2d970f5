"""A case is read by whoever has or had it in hand, by auditors and by whoever raised it; counts are for everybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.domain.cases import code_digest
from services.order.domain.refusals import NoSuchCase
from services.order.domain.states import CaseState
from services.order.store.cases import (
    Case,
    all_case_statistics,
    case_by_code,
    case_statistics,
    find_case,
    list_cases_page,
    steps_of,
)
from services.order.usecases.case_commands import FollowCase
from services.order.usecases.case_view import case_summary, case_whole, receipt_of
from services.order.usecases.desk import Desk
from services.order.usecases.reach import after_of, cursor_of
from shared.clock import business_date
from shared.contracts.authority import Identity, NotAllowed, allows, require, seats_that_reach
from shared.db.unit_of_work import ReadTx
from shared.http.paging import LIMIT_MAX, decode_cursor, encode_cursor

_SHANGHAI = timedelta(hours=8)


async def reach_case(tx: ReadTx, identity: Identity, operation: str, case_id: UUID) -> tuple[Case, bool]:
    """Read a case for who may; tells whether they only raised it. Raises NoSuchCase, NotAllowed."""
    case = await find_case(tx, case_id)
    if case is None:
        raise NoSuchCase(case_id=str(case_id))
    had = [step["unit_path"] for step in await steps_of(tx, case_id)]
    deals = replace(case.owned, account_id=None)
    if any(allows(identity, operation, replace(deals, unit_path=path)) for path in (case.unit_path, *had)):
        return case, case.raised_by == identity.account_id
    require(identity, operation, case.owned)
    return case, True


async def get_case(desk: Desk, identity: Identity, case_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        case, raised = await reach_case(tx, identity, "get_case", case_id)
        return await receipt_of(tx, case) if raised else await case_whole(tx, case)


async def follow_case(desk: Desk, command: FollowCase) -> dict[str, Any]:
    """Read a case by the code of its receipt. Raises NoSuchCase."""
    async with desk.uow.read() as tx:
        case = await case_by_code(tx, code_digest(command.code))
        if case is None:
            raise NoSuchCase()
        return await receipt_of(tx, case)


async def list_cases(
    desk: Desk, identity: Identity, state: CaseState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give one page of what is in the hands of the asker's units, newest first."""
    after, reach = after_of(cursor), seats_that_reach(identity, "list_cases")
    if not reach:
        raise NotAllowed(operation="list_cases")
    async with desk.uow.glance() as tx:
        found = await list_cases_page(tx, reach, state=state, after=after, limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [case_summary(case) for case in page],
        "next": cursor_of(page[-1].raised_at, page[-1].case_id) if more else None,
    }


async def get_case_statistics(
    desk: Desk, year: int | None, limit: int = LIMIT_MAX, cursor: str | None = None
) -> dict[str, Any]:
    """Count cases by unit, page by page, and in all, of those raised in a year of Shanghai's."""
    keys = decode_cursor(cursor, str, UUID)
    after = None if keys is None else (keys[0], keys[1])
    now = desk.clock.now()
    year = year or business_date(desk.clock.now()).year
    since, until = (datetime(of, 1, 1, tzinfo=UTC) - _SHANGHAI for of in (year, year + 1))
    async with desk.uow.glance() as tx:
        found = await case_statistics(tx, now, since, until, after, limit + 1)
        total = await all_case_statistics(tx, now, since, until)
    page = [dict(row._mapping) for row in found[:limit]]
    more = len(found) > limit
    return {
        "year": year,
        "total": total,
        "units": [
            {name: value for name, value in one.items() if name != "path"} | {"unit_id": str(one["unit_id"])}
            for one in page
        ],
        "next": encode_cursor([page[-1]["path"], str(page[-1]["unit_id"])]) if more else None,
    }
