"""A second officer lets a drafted change of a county list become the list's next version, or returns it."""

from typing import Any
from uuid import UUID

from services.procurement_quota.domain.drafts import DraftKind, DraftOutcome, changed_counties
from services.procurement_quota.domain.rules import CountyList
from services.procurement_quota.store.drafts import Draft, notes_of_list
from services.procurement_quota.store.reference import load_reference_data, lock_reference
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.draft_commands import DecideDesignationDraft, PutDesignationDraft
from services.procurement_quota.usecases.put_designation import write_and_say_list
from services.procurement_quota.usecases.put_designation_draft import change_problems, newest_list
from services.procurement_quota.usecases.settle_draft import DraftOutdated, draft_to_decide, require_deciding, settle
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp, Tx

OPERATION = "decide_designation_draft"


async def decide_designation_draft(
    desk: Desk, identity: Identity, draft_id: UUID, command: DecideDesignationDraft, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Write the next version of a list, or return the draft; gives the draft.

    Raises DraftUnknown, OwnRequest, DraftAmended, WrongState, DraftOutdated, InvalidFields.
    """
    await require_deciding(desk, identity, OPERATION, DraftKind.DESIGNATION, draft_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        draft = await draft_to_decide(tx, identity, OPERATION, DraftKind.DESIGNATION, draft_id, command)
        written = {}
        if command.outcome is DraftOutcome.ENFORCE:
            written = {"written_version": await _enforce(tx, draft)}
        return await settle(tx, identity, draft, command.outcome.value, command.reason, **written)


async def _enforce(tx: Tx, draft: Draft) -> int:
    """Write the list's next version with the changes on its newest; gives the version's number."""
    drafted = PutDesignationDraft.model_validate(draft.last.content)
    await lock_reference(tx)
    last = newest_list(await load_reference_data(tx), drafted.list_code)
    problems = change_problems(last, drafted, business_date(tx.now))
    if problems:
        raise DraftOutdated(draft_id=str(draft.id), errors=problems)
    written = CountyList(
        code=drafted.list_code,
        version=last.version + 1 if last else 1,
        name=drafted.name or (last.name if last else drafted.list_code),
        source=drafted.document,
        recorded_at=tx.now,
        counties=changed_counties(last, drafted.read()),
    )
    notes = await notes_of_list(tx, last.code, last.version) if last else {}
    notes |= {one.county_code: one.note or drafted.document for one in drafted.changes}
    await write_and_say_list(tx, written, notes)
    return written.version
