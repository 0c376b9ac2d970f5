"""An origin that was not accepted may be claimed again, once there is a paper that the first finding had not seen."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import correction
from services.procurement_quota.domain.words import Evidence, PurchaseState
from services.procurement_quota.store import ledger
from services.procurement_quota.store.imports import hold_import
from services.procurement_quota.store.purchases import purchase_by_id, write_claim
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import answer_purchase, reach_purchase
from services.procurement_quota.usecases.texts import Said
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import Conflict
from shared.ids import derived_id

CLAIMS_MAX = 5


class NothingRejected(Conflict):
    """Only an origin that was not accepted is claimed anew.

    zh: 只有核验未认可的产地才能重新申报。
    """


class NothingNew(Conflict):
    """File a new paper first; the earlier ones were looked at.

    zh: 请先提交新的证明材料，原有材料已核验过。
    """


class TooManyClaims(Conflict):
    """This origin was claimed as often as it may be.

    zh: 该产地重新申报的次数已用完。
    """


class ClaimAnew(BaseModel):
    """Why the origin should be looked at again."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"reason": "已补交茶陵县产地证明"}]}
    )

    reason: Said


async def claim_origin_anew(
    desk: Desk, identity: Identity, purchase_id: UUID, command: ClaimAnew, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Claim a rejected origin again. Raises PurchaseUnknown, NothingRejected, NothingNew, TooManyClaims."""
    async with desk.uow.glance() as reading:
        await reach_purchase(reading, identity, "claim_origin_anew", purchase_id)
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await _claim(desk, tx, identity, purchase_id, command)
        answer = await answer_purchase(tx, purchase_id)
        await tx.answer(answer)
        return answer


async def _claim(desk: Desk, tx: Tx, identity: Identity, purchase_id: UUID, command: ClaimAnew) -> None:
    await hold_import(tx, purchase_id)
    heads = await ledger.lock_lots(tx, [purchase_id])
    now = await purchase_by_id(tx, purchase_id)
    if now is None or now["state"] != PurchaseState.REJECTED:
        raise NothingRejected(purchase_id=str(purchase_id), state=now["state"] if now else None)
    if now["round"] >= CLAIMS_MAX:
        raise TooManyClaims(purchase_id=str(purchase_id), claims_max=CLAIMS_MAX)
    if not any(datetime.fromisoformat(one["put_at"]) > now["verified_at"] for one in now["evidence"]):
        raise NothingNew(purchase_id=str(purchase_id))
    claim = now["round"] + 1
    await write_claim(
        tx,
        {
            "purchase_id": purchase_id,
            "round": claim,
            "reason": command.reason,
            "claimed_by": identity.account_id,
            "claimed_at": tx.now,
        },
    )
    lot = (purchase_id, purchase_id)
    standing = (await ledger.lots(tx, [purchase_id]))[lot]
    bought = replace(Bought.of_facts(standing.facts), evidence=Evidence.CLAIMED)
    draft = correction(
        standing,
        lot,
        source_id=derived_id("claim", purchase_id, claim),
        happened_on=business_date(tx.now),
        facts={"evidence": Evidence.CLAIMED.value, "why": command.reason, "claimed_by": str(identity.account_id)},
        judgements=standing.judged_anew(bought, await desk.reference.current(tx)),
    )
    await ledger.post(tx, heads, [draft])
