"""Whoever names papers names such as the supplier has filed, each once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.catalog.store import documents
from shared.db.unit_of_work import ReadTx
from shared.errors import field_problem


async def document_problems(tx: ReadTx, supplier_id: UUID, document_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Say that papers are named which this supplier has not filed, if so."""
    filed = {document.document_id for document in await documents.of_supplier(tx, supplier_id)}
    if filed.issuperset(document_ids) and len(set(document_ids)) == len(document_ids):
        return []
    says, zh = "names a document twice, or one that this supplier has not filed", "材料重复，或不是本供应方提交的材料"
    return [field_problem("document_ids", says, zh)]
