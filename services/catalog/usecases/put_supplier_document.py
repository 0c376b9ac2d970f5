"""A supplier's document is filed once, byte for byte, and never changes."""

import hashlib
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalog.domain.suppliers import (
    DOCUMENTS_MAX,
    DocumentFixed,
    DocumentKind,
    RevokedSupplier,
    TooManyDocuments,
)
from services.catalog.store import documents, suppliers
from services.catalog.store.documents import Document
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from services.catalog.usecases.shapes import document_view
from services.catalog.usecases.texts import COMMAND, Line
from shared.contracts.authority import Identity
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import ReadTx
from shared.documents import check_document
from shared.media import JPEG, PDF, PNG

TAKEN = (PDF, JPEG, PNG)


class PutDocument(BaseModel):
    """What a document is, beside its bytes."""

    model_config = COMMAND

    kind: DocumentKind
    name: Line


async def put_supplier_document(
    desk: Desk,
    identity: Identity,
    supplier_id: UUID,
    document_id: UUID,
    command: PutDocument,
    body: bytes,
    declared: str = "",
) -> dict[str, Any]:
    """File a PDF, JPEG or PNG of at most 10 MiB; `declared` is the Content-Type it came with.

    The same document again changes nothing; another one under the same id is refused. Everything is checked before
    the bytes go to S3, and they are there before the record is.
    """
    digest = hashlib.sha256(body).hexdigest()
    async with desk.uow.glance() as tx:
        supplier = await reached(tx, identity, "put_supplier_document", supplier_id)
        media_type = check_document(body, declared, TAKEN)
        if supplier.state is SupplierState.REVOKED and command.kind is not DocumentKind.APPEAL:
            raise RevokedSupplier(supplier_id=supplier_id)
        if filed := await _filed(tx, supplier_id, document_id, command, digest):
            return document_view(filed)
    key = f"suppliers/{supplier_id}/documents/{document_id}/{digest}"
    await desk.files.put(key, body, media_type)
    async with desk.uow.begin() as tx:
        await suppliers.lock(tx, supplier_id)
        if filed := await _filed(tx, supplier_id, document_id, command, digest):
            return document_view(filed)
        document = Document(
            supplier_id=supplier_id,
            document_id=document_id,
            kind=command.kind.value,
            name=command.name,
            media_type=media_type,
            sha256=digest,
            size_bytes=len(body),
            object_key=key,
            put_by=identity.account_id,
            put_at=tx.now,
        )
        await documents.insert(tx, document)
        await log_act(tx, identity, supplier_id, "put_supplier_document", document_id)
        return document_view(document)


async def _filed(
    tx: ReadTx, supplier_id: UUID, document_id: UUID, command: PutDocument, digest: str
) -> Document | None:
    """Give the document if this very one is filed already; raises DocumentFixed, TooManyDocuments."""
    known = {document.document_id: document for document in await documents.of_supplier(tx, supplier_id)}
    if (filed := known.get(document_id)) is None:
        if len(known) >= DOCUMENTS_MAX:
            raise TooManyDocuments(documents_max=DOCUMENTS_MAX)
        return None
    if (filed.sha256, filed.kind, filed.name) != (digest, command.kind.value, command.name):
        raise DocumentFixed(document_id=document_id)
    return filed
