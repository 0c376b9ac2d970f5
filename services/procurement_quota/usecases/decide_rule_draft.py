"""A second officer puts a drafted rule in force from a day to come, or returns it with the reason."""

from datetime import date
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DraftKind, DraftOutcome, next_version, rule_of
from services.procurement_quota.domain.rules import Stretch
from services.procurement_quota.store.drafts import Draft
from services.procurement_quota.store.reference import load_reference_data, lock_reference, write_rule, write_stretch
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import DecideRuleDraft
from services.procurement_quota.usecases.put_rule import STRETCHES_MAX, AlreadyInForce, say_rule
from services.procurement_quota.usecases.put_rule_draft import drafted_problems
from services.procurement_quota.usecases.settle_draft import DraftOutdated, draft_to_decide, require_deciding, settle
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem

OPERATION = "decide_rule_draft"


async def decide_rule_draft(
    desk: Desk, identity: Identity, draft_id: UUID, command: DecideRuleDraft, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Put a drafted rule in force, or return it; gives the draft.

    Raises DraftUnknown, OwnRequest, DraftAmended, WrongState, DraftOutdated, InvalidFields.
    """
    await require_deciding(desk, identity, OPERATION, DraftKind.RULE, draft_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        draft = await draft_to_decide(tx, identity, OPERATION, DraftKind.RULE, draft_id, command)
        written: dict[str, Any] = {}
        if command.outcome is DraftOutcome.ENFORCE:
            since = _since(draft, command)
            written = {"valid_from": since, "written_version": await _enforce(tx, draft, since)}
        return await settle(tx, identity, draft, command.outcome.value, command.reason, **written)


def _since(draft: Draft, command: DecideRuleDraft) -> date:
    drafted = date.fromisoformat(draft.last.content["valid_from"])
    since = command.valid_from or drafted
    if since < drafted:
        raise InvalidFields(
            field_problem(
                "valid_from", "is not before the drafted day", "不得早于草案的起期", earliest=drafted.isoformat()
            )
        )
    return since


async def _enforce(tx: Tx, draft: Draft, since: date) -> int:
    """Write the version and its stretch of days; gives the version's number."""
    content = draft.last.content
    await lock_reference(tx)
    reference = await load_reference_data(tx)
    problems = await drafted_problems(tx, reference, content, business_date(tx.now), since)
    if problems:
        raise DraftOutdated(draft_id=str(draft.id), errors=problems)
    rule = next_version(reference, rule_of(content["rule"]))
    places = sum(one.rule_code == rule.code for one in reference.stretches)
    if places >= STRETCHES_MAX:
        raise AlreadyInForce(rule=rule.code, stretches_max=STRETCHES_MAX)
    if (rule.code, rule.version) not in reference.rules:
        await write_rule(tx, rule)
    until = None if content["valid_to"] is None else date.fromisoformat(content["valid_to"])
    stretch = Stretch(rule.code, rule.version, since, until, content["document"], tx.now)
    await write_stretch(tx, stretch, places + 1)
    await say_rule(tx, rule, reference.with_stretch(stretch))
    return rule.version
