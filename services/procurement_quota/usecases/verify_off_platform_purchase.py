"""The finance of a unit above decides whether a claimed origin counts; who entered, imported or claimed it never does.

Decision: an origin may be accepted without a file; what was filed is named in the entry, by SHA-256, and so is nothing.
Why: papers are also seen on the spot, and whoever accepts says in words what they saw, with their name. Price: a reader
who wants files alone looks for entries whose `evidence_sha256` is empty; the list of purchases shows the same.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import correction
from services.procurement_quota.domain.words import Evidence, Outcome, PurchaseState
from services.procurement_quota.store import ledger
from services.procurement_quota.store.imports import hold_import, importer_of
from services.procurement_quota.store.purchases import purchase_by_id, write_verification
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import answer_purchase, reach_purchase
from services.procurement_quota.usecases.texts import Said
from shared.clock import business_date
from shared.contracts.authority import Identity, OwnRequest
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import Conflict
from shared.ids import derived_id


class NothingToVerify(Conflict):
    """No origin waits for verification here.

    zh: 没有待核验的产地申报。
    """


class VerifyPurchase(BaseModel):
    """What was found about a claimed origin, and why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "accept", "reason": "随货证明与发票一致"}]},
    )

    outcome: Outcome
    reason: Said


async def verify_off_platform_purchase(
    desk: Desk, identity: Identity, purchase_id: UUID, command: VerifyPurchase, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Accept or reject a claimed origin. Raises PurchaseUnknown, NothingToVerify, OwnRequest."""
    async with desk.uow.glance() as reading:
        purchase = await reach_purchase(reading, identity, "verify_off_platform_purchase", purchase_id)
    if purchase["claimed_by"] == identity.account_id:
        raise OwnRequest(operation="verify_off_platform_purchase")
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await _verify(desk, tx, identity, purchase_id, command)
        answer = await answer_purchase(tx, purchase_id)
        await tx.answer(answer)
        return answer


async def _verify(desk: Desk, tx: Tx, identity: Identity, purchase_id: UUID, command: VerifyPurchase) -> None:
    undone = await hold_import(tx, purchase_id)
    heads = await ledger.lock_lots(tx, [purchase_id])
    now = await purchase_by_id(tx, purchase_id)
    assert now is not None
    state = PurchaseState.UNDONE.value if undone else now["state"]
    if state != PurchaseState.CLAIMED:
        raise NothingToVerify(purchase_id=str(purchase_id), state=state)
    if identity.account_id in (now["claimed_by"], await importer_of(tx, purchase_id)):
        raise OwnRequest(operation="verify_off_platform_purchase")
    await write_verification(
        tx,
        {
            "purchase_id": purchase_id,
            "round": now["round"],
            "outcome": command.outcome.value,
            "reason": command.reason,
            "verified_by": identity.account_id,
            "verified_at": tx.now,
        },
    )
    evidence = Evidence.VERIFIED if command.outcome is Outcome.ACCEPT else Evidence.REJECTED
    lot = (purchase_id, purchase_id)
    standing = (await ledger.lots(tx, [purchase_id]))[lot]
    bought = replace(Bought.of_facts(standing.facts), evidence=evidence)
    judgements = standing.judged_anew(bought, await desk.reference.current(tx))
    rounds = () if now["round"] == 1 else (now["round"],)
    draft = correction(
        standing,
        lot,
        source_id=derived_id("verification", purchase_id, *rounds),
        happened_on=business_date(tx.now),
        facts={
            "evidence": evidence.value,
            "why": command.reason,
            "verified_by": str(identity.account_id),
            "evidence_sha256": [one["sha256"] for one in now["evidence"]],
        },
        judgements=judgements,
    )
    await ledger.post(tx, heads, [draft])
