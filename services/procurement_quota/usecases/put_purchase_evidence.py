"""A paper of a purchase made elsewhere is filed once, byte for byte, and never changes."""

import hashlib
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.evidence import (
    DOCUMENTS_MAX,
    EvidenceFixed,
    EvidenceUnknown,
    TooMuchEvidence,
    check_evidence,
)
from services.procurement_quota.domain.words import PurchaseState
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.purchases import evidence_by_id, purchase_by_id, write_evidence
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.purchase_view import answer_purchase, purchase_written, reach_purchase
from services.procurement_quota.usecases.texts import Line
from shared.contracts.authority import Identity
from shared.errors import Conflict
from shared.files import Found


class PurchaseUndone(Conflict):
    """This purchase was undone with its import.

    zh: 该笔采购已随导入撤销。
    """


class PutEvidence(BaseModel):
    """What a paper is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line


async def put_purchase_evidence(
    desk: Desk,
    identity: Identity,
    purchase_id: UUID,
    document_id: UUID,
    command: PutEvidence,
    body: bytes,
    declared: str = "",
) -> tuple[dict[str, Any], bool]:
    """File a PDF, OFD, JPEG or PNG of at most 10 MiB; gives the purchase, and whether anything was written.

    Everything is checked before the bytes go to S3, and they are there before the record is.
    """
    digest = hashlib.sha256(body).hexdigest()
    async with desk.uow.glance() as reading:
        purchase = await reach_purchase(reading, identity, "put_purchase_evidence", purchase_id)
        media_type = check_evidence(body, declared)
        if _filed(purchase, document_id, command, digest):
            return purchase_written(purchase), False
    key = f"purchases/{purchase_id}/evidence/{document_id}/{digest}"
    await desk.files.put(key, body, media_type)
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"evidence {purchase_id}")
        now = await purchase_by_id(tx, purchase_id)
        assert now is not None
        if _filed(now, document_id, command, digest):
            return purchase_written(now), False
        await write_evidence(
            tx,
            {
                "purchase_id": purchase_id,
                "document_id": document_id,
                "name": command.name,
                "media_type": media_type,
                "sha256": digest,
                "size_bytes": len(body),
                "object_key": key,
                "put_by": identity.account_id,
                "put_at": tx.now,
            },
        )
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


def _filed(purchase: dict[str, Any], document_id: UUID, command: PutEvidence, digest: str) -> bool:
    """Tell whether this very paper is filed already. Raises EvidenceFixed, TooMuchEvidence, PurchaseUndone."""
    for known in purchase["evidence"]:
        if known["document_id"] == str(document_id):
            if (known["sha256"], known["name"]) != (digest, command.name):
                raise EvidenceFixed(document_id=str(document_id))
            return True
    if purchase["state"] == PurchaseState.UNDONE:
        raise PurchaseUndone(purchase_id=str(purchase["id"]))
    if len(purchase["evidence"]) >= DOCUMENTS_MAX:
        raise TooMuchEvidence(documents_max=DOCUMENTS_MAX)
    return False
