"""A paper of a purchase made elsewhere is filed once, byte for byte, and never changes."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.imports import hold_import
from services.procurement_quota.store.purchases import evidence_by_id, purchase_by_id, write_evidence
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import answer_purchase, purchase_written, reach_purchase
from shared.contracts.authority import Identity
from shared.errors import Conflict
from shared.files import Found
from shared.papers.evidence import EvidenceUnknown
from shared.papers.paper import Paper, check_room, keep_paper


class PurchaseUndone(Conflict):
    """This purchase was undone with its import.

    zh: 该笔采购已随导入撤销。
    """


async def put_purchase_evidence(
    desk: Desk, identity: Identity, purchase_id: UUID, paper: Paper
) -> tuple[dict[str, Any], bool]:
    """File a paper; gives the purchase, and whether anything was written.

    Everything is checked before the bytes go to S3, and they are there before the record is.
    """
    async with desk.uow.glance() as reading:
        purchase = await reach_purchase(reading, identity, "put_purchase_evidence", purchase_id)
        paper.check()
        if _filed(purchase, paper):
            return purchase_written(purchase), False
    of = f"purchases/{purchase_id}"
    await keep_paper(desk.files, paper, of)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"evidence {purchase_id}")
        now = await purchase_by_id(tx, purchase_id)
        assert now is not None
        if _filed(now, paper):
            return purchase_written(now), False
        if await hold_import(tx, purchase_id):
            raise PurchaseUndone(purchase_id=str(purchase_id))
        await write_evidence(tx, {"purchase_id": purchase_id, **paper.record(of, identity.account_id, tx.now)})
        return await answer_purchase(tx, purchase_id), True


async def get_purchase_evidence(
    desk: Desk, identity: Identity, purchase_id: UUID, document_id: UUID
) -> tuple[sa.Row[Any], Found]:
    """Give a paper's record and its bytes. Raises PurchaseUnknown, EvidenceUnknown, FilesUnavailable."""
    async with desk.uow.glance() as tx:
        await reach_purchase(tx, identity, "get_purchase_evidence", purchase_id)
        document = await evidence_by_id(tx, purchase_id, document_id)
    if document is None:
        raise EvidenceUnknown(document_id=str(document_id))
    return document, await desk.files.get(document.object_key)


def _filed(purchase: dict[str, Any], paper: Paper) -> bool:
    """Tell whether this very paper is filed already. Raises EvidenceFixed, TooMuchEvidence, PurchaseUndone."""
    if paper.is_among(purchase["evidence"]):
        return True
    if purchase["state"] == PurchaseState.UNDONE:
        raise PurchaseUndone(purchase_id=str(purchase["id"]))
    check_room(purchase["evidence"])
    return False
