"""Who decides about a supplier, or audits it, reads its documents as they were filed."""

from uuid import UUID

from services.catalog.domain.suppliers import DocumentNotFound
from services.catalog.store import documents
from services.catalog.store.documents import Document
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from shared.contracts.authority import Identity
from shared.files import Found


async def get_supplier_document(
    desk: Desk, identity: Identity, supplier_id: UUID, document_id: UUID
) -> tuple[Document, Found]:
    """Give a document's record and its bytes. Raises DocumentNotFound, FilesUnavailable."""
    document = await reach_document(desk, identity, "get_supplier_document", supplier_id, document_id)
    return document, await desk.files.get(document.object_key)


async def reach_document(
    desk: Desk, identity: Identity, operation: str, supplier_id: UUID, document_id: UUID
) -> Document:
    """Give a document's record to who may do this with it. Raises SupplierNotFound, NotAllowed, DocumentNotFound."""
    async with desk.uow.glance() as tx:
        await reached(tx, identity, operation, supplier_id)
        document = await documents.find(tx, supplier_id, document_id)
    if document is None:
        raise DocumentNotFound(document_id=document_id)
    return document
