"""Who may read a file is given a link to it for some minutes, which a browser opens without a token."""

from typing import Any
from uuid import UUID

from services.catalog.store import documents, listing_papers, packages
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing_paper import reach_listing_paper
from services.catalog.usecases.get_supplier_document import reach_document
from services.catalog.usecases.packages import READINESS_PACKAGE, readable_key
from shared.contracts.authority import Identity
from shared.files import Found
from shared.files.links import Link, LinkDead, link_view

SUPPLIER_DOCUMENT = "supplier-document"
LISTING_PAPER = "listing-paper"


async def link_supplier_document(
    desk: Desk, identity: Identity, supplier_id: UUID, document_id: UUID
) -> dict[str, Any]:
    """Give a link to a document. Raises SupplierNotFound, NotAllowed, DocumentNotFound."""
    await reach_document(desk, identity, "link_supplier_document", supplier_id, document_id)
    link = desk.links.link(SUPPLIER_DOCUMENT, supplier_id, document_id, identity.account_id)
    return link_view(link, document_id)


async def link_listing_paper(desk: Desk, identity: Identity, listing_id: UUID, document_id: UUID) -> dict[str, Any]:
    """Give a link to a paper of a listing. Raises ListingNotFound, NotAllowed, EvidenceUnknown."""
    await reach_listing_paper(desk, identity, "link_listing_paper", listing_id, document_id)
    link = desk.links.link(LISTING_PAPER, listing_id, document_id, identity.account_id)
    return link_view(link, document_id)


async def get_linked_file(desk: Desk, file_id: UUID, link: Link) -> tuple[str, Found]:
    """Give the file that a link opens, with what it is called. Raises LinkDead, FilesUnavailable."""
    desk.links.check(link, file_id)
    name, key = await _named(desk, file_id, link)
    return name, await desk.files.get(key)


async def _named(desk: Desk, file_id: UUID, link: Link) -> tuple[str, str]:
    """Give what a file is called, and where its bytes lie; raises LinkDead."""
    async with desk.uow.glance() as tx:
        if link.kind == SUPPLIER_DOCUMENT and (document := await documents.find(tx, link.of, file_id)):
            return document.name, document.object_key
        if link.kind == LISTING_PAPER and (paper := await listing_papers.find(tx, link.of, file_id)):
            return paper["name"], paper["object_key"]
        if link.kind == READINESS_PACKAGE and (package := await packages.find(tx, link.of, file_id)):
            key = readable_key(package, desk)
            if key is not None:
                return f"readiness-{package.asked_at:%Y%m%d}.zip", key
    raise LinkDead()
