"""An officer of the province drafts what a document changes in a county list, county by county, by code."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DraftKind, Problem, list_problems, owners
from services.procurement_quota.domain.rules import CountyList, Reference
from services.procurement_quota.store.units import roots
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import COUNTIES_MAX, PutDesignationDraft
from services.procurement_quota.usecases.keep_draft import keep_draft, require_drafting
from shared.clock import today
from shared.contracts.authority import Identity
from shared.errors import field_problem


async def put_designation_draft(
    desk: Desk, identity: Identity, draft_id: UUID, command: PutDesignationDraft
) -> tuple[dict[str, Any], bool]:
    """Draft a change of a list, or amend one's own draft; gives it, and whether anything was written.

    Raises InvalidFields, and what `keep_draft` raises.
    """
    async with desk.uow.read() as reading:
        owner = owners("/", await roots(reading))
        kind = DraftKind.DESIGNATION
        await require_drafting(reading, identity, "put_designation_draft", kind, draft_id, owner)
        last = newest_list(await desk.reference.current(reading), command.list_code)
    problems = change_problems(last, command, today(desk.clock))
    content = command.model_dump(mode="json")
    return await keep_draft(
        desk, identity, draft_id, kind, code=command.list_code, owner=owner, content=content, problems=problems
    )


def newest_list(reference: Reference, code: str) -> CountyList | None:
    """Give a list's newest version, or None for a list that there is not yet."""
    versions = reference.lists.get(code, ())
    return versions[-1] if versions else None


def change_problems(last: CountyList | None, command: PutDesignationDraft, day: date) -> list[Problem]:
    """List why the changes cannot be put in force on a list whose newest version is `last`."""
    problems = list_problems(last, command.read(), day)
    if last is None and command.name is None:
        problems.append(field_problem("name", "names a list that there is not yet", "新名单须填写名称"))
    joining = sum(one.change == "add" for one in command.changes)
    if joining + (len(last.counties) if last else 0) > COUNTIES_MAX:
        problems.append(field_problem("changes", "makes the list too long", "名单过长"))
    return problems
