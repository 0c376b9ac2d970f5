"""The records of suppliers' documents; their bytes lie in S3."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from services.catalog.store.rows import value_of
from services.catalog.store.tables import supplier_documents
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Document:
    """One document as filed."""

    supplier_id: UUID
    document_id: UUID
    kind: str
    name: str
    media_type: str
    sha256: str
    size_bytes: int
    object_key: str
    put_by: UUID
    put_at: datetime


async def of_supplier(tx: ReadTx, supplier_id: UUID) -> list[Document]:
    """Give a supplier's documents in the order filed."""
    table = supplier_documents.c
    query = (
        sa.select(supplier_documents).where(table.supplier_id == supplier_id).order_by(table.put_at, table.document_id)
    )
    return [value_of(Document, row, {}) for row in await tx.rows(query)]


async def find(tx: ReadTx, supplier_id: UUID, document_id: UUID) -> Document | None:
    """Give one document, or None."""
    table = supplier_documents.c
    row = await tx.first(
        sa.select(supplier_documents).where(table.supplier_id == supplier_id, table.document_id == document_id)
    )
    return None if row is None else value_of(Document, row, {})


async def insert(tx: Tx, document: Document) -> None:
    """Keep a document's record; the supplier is locked."""
    await tx.execute(sa.insert(supplier_documents).values(**asdict(document)))
