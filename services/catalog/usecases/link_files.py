"""Who may read a file is given a link to it for some minutes, which a browser opens without a token."""

from typing import Any
from uuid import UUID

from services.catalog.store import documents
from services.catalog.store.documents import Document
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_supplier_document import reach_document
from shared.contracts.authority import Identity
from shared.files import Found
from shared.files.links import Link, LinkDead, link_view

SUPPLIER_DOCUMENT = "supplier-document"


async def link_supplier_document(
    desk: Desk, identity: Identity, supplier_id: UUID, document_id: UUID
) -> dict[str, Any]:
    """Give a link to a document. Raises SupplierNotFound, NotAllowed, DocumentNotFound."""
    await reach_document(desk, identity, "link_supplier_document", supplier_id, document_id)
    link = desk.links.link(SUPPLIER_DOCUMENT, supplier_id, document_id, identity.account_id)
    return link_view(link, document_id)


async def get_linked_file(desk: Desk, file_id: UUID, link: Link) -> tuple[Document, Found]:
    """Give the file that a link opens, with its record. Raises LinkDead, FilesUnavailable."""
    desk.links.check(link, file_id)
    if link.kind != SUPPLIER_DOCUMENT:
        raise LinkDead()
    async with desk.uow.glance() as tx:
        document = await documents.find(tx, link.of, file_id)
    if document is None:
        raise LinkDead()
    return document, await desk.files.get(document.object_key)
