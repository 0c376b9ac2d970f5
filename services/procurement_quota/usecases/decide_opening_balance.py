"""A level above approves the origins of an opening balance by its papers, or returns it whole with a reason."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import Draft
from services.procurement_quota.domain.forms import FILING, FilingState, Ruling
from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import correction, reversal
from services.procurement_quota.domain.words import Evidence
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteen_filings import papers_of_filing, write_ruling
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.openings import opening_by_id
from services.procurement_quota.usecases.decide_canteen_filing import RuleOnFiling
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import FilingRuled, check_reason, ruling_seat, ruling_unit
from services.procurement_quota.usecases.put_opening_balance import answer_opening, check_beside, line_id, reach_opening
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.contracts.words import Fund
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import Conflict
from shared.ids import derived_id

OPERATION = "decide_opening_balance"


class NothingProves(Conflict):
    """An origin is claimed and no paper was filed; without one it cannot be approved.

    zh: 期初余额申报了产地但未提交证明材料，不能批准。
    """


async def decide_opening_balance(
    desk: Desk, identity: Identity, opening_id: UUID, command: RuleOnFiling, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Approve it, so that its claimed origins count, or return it, so that it is taken back; gives it.

    Raises OpeningUnknown, OpeningOverlaps, FilingRuled, NothingProves, OwnRequest, InvalidFields.
    """
    async with desk.uow.glance() as reading:
        opening = await reach_opening(reading, identity, OPERATION, opening_id)
    check_reason(command.reason, returned=command.outcome is Ruling.RETURN)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await lock_name(tx, f"canteen {opening['canteen_id']}")
        heads = await ledger.lock_heads(tx, [opening["unit_id"]])
        opening = await reach_opening(tx, identity, OPERATION, opening_id)
        if not FILING.allows(FilingState(opening["state"]), command.outcome.value):
            raise FilingRuled(filing_id=str(opening_id), state=opening["state"])
        papers = [one["sha256"] for one in await papers_of_filing(tx, opening_id)]
        claims = any(line["origin_county"] for line in opening["lines"])
        if command.outcome is Ruling.APPROVE and claims and not papers:
            raise NothingProves(opening_id=str(opening_id))
        if command.outcome is Ruling.APPROVE:
            await check_beside(tx, opening["canteen_id"], Fund(opening["fund"]), opening["bought_until"])
        path, name = await ruling_unit(tx, ruling_seat(identity, OPERATION, opening["unit_path"]))
        await write_ruling(
            tx,
            {
                "filing_id": opening_id,
                "outcome": command.outcome.value,
                "reason": command.reason,
                "unit_path": path,
                "unit_name": name,
                "papers": papers,
                "ruled_by": identity.account_id,
                "recorded_at": tx.now,
            },
        )
        await ledger.post(tx, heads, await _drafts(desk, tx, identity, opening, command, papers))
        ruled = await opening_by_id(tx, opening_id)
        assert ruled is not None
        answer = await answer_opening(tx, ruled)
        await tx.answer(answer)
        return answer


async def _drafts(
    desk: Desk, tx: Tx, identity: Identity, opening: dict[str, Any], command: RuleOnFiling, papers: list[str]
) -> list[Draft]:
    """Draft what the ruling books: a correction of amount 0 a line whose origin counts, or each line taken back."""
    own = {line_id(opening["id"], at) for at in range(len(opening["lines"]))}
    lots = {lot: one for lot, one in (await ledger.lots(tx, [opening["id"]])).items() if lot[1] in own}
    why = {"why": command.reason, "ruled_by": str(identity.account_id)}
    if command.outcome is Ruling.RETURN:
        source = derived_id("opening returned", opening["id"])
        return [
            reversal(
                standing,
                lot,
                source_id=source,
                happened_on=opening["bought_until"],
                amount_fen=standing.amount_fen,
                facts=why,
            )
            for lot, standing in lots.items()
        ]
    reference = await desk.reference.current(tx)
    facts = {**why, "verified_by": str(identity.account_id), "evidence_sha256": papers}
    return [
        correction(
            standing,
            lot,
            source_id=derived_id("opening approved", opening["id"]),
            happened_on=business_date(tx.now),
            facts={**facts, "evidence": Evidence.VERIFIED.value},
            judgements=standing.judged_anew(
                replace(Bought.of_facts(standing.facts), evidence=Evidence.VERIFIED), reference
            ),
        )
        for lot, standing in lots.items()
        if standing.facts["origin"] is not None
    ]
