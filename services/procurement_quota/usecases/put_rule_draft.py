"""An officer of the province drafts a rule with its document; it binds nobody until a second officer says from when."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import (
    DraftKind,
    Problem,
    days_problems,
    owners,
    rule_of,
    rule_problems,
    standing_in_the_way,
)
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.store.units import paths, roots
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import PutRuleDraft
from services.procurement_quota.usecases.keep_draft import keep_draft, require_drafting
from shared.clock import today
from shared.contracts.authority import Identity
from shared.db.unit_of_work import ReadTx
from shared.errors import InvalidFields, field_problem


async def put_rule_draft(
    desk: Desk, identity: Identity, draft_id: UUID, command: PutRuleDraft
) -> tuple[dict[str, Any], bool]:
    """Draft a rule, or amend one's own draft; gives it, and whether anything was written.

    Raises InvalidFields, and what `keep_draft` raises.
    """
    content = command.model_dump(mode="json")
    async with desk.uow.read() as reading:
        owner = owners(command.rule.scope_path, await roots(reading))
        await require_drafting(reading, identity, "put_rule_draft", DraftKind.RULE, draft_id, owner)
        problems = await drafted_problems(reading, await desk.reference.current(reading), content, today(desk.clock))
    return await keep_draft(
        desk,
        identity,
        draft_id,
        DraftKind.RULE,
        code=command.rule.code,
        owner=owner,
        content=content,
        problems=problems,
    )


async def drafted_problems(
    tx: ReadTx, reference: Reference, content: dict[str, Any], day: date, valid_from: date | None = None
) -> list[Problem]:
    """List why a drafted rule cannot be put in force, from its drafted day on or a later one."""
    rule = rule_of(content["rule"])
    since = valid_from or date.fromisoformat(content["valid_from"])
    until = None if content["valid_to"] is None else date.fromisoformat(content["valid_to"])
    known = await paths(tx, [rule.scope_path])
    problems = [*rule_problems(rule, reference.lists.keys(), known), *days_problems(rule, since, until, day)]
    if blocking := standing_in_the_way(reference, rule.code, since):
        problems.append(
            field_problem(
                "valid_from",
                "is not after all that is settled for this rule already",
                "该规则在此之后已有生效安排，须晚于其起期",
                settled_from=blocking.valid_from.isoformat(),
                document=blocking.document,
            )
        )
    return problems


def refuse_problems(problems: list[Problem]) -> None:
    """Raise InvalidFields unless there are none."""
    if problems:
        raise InvalidFields(*problems)
