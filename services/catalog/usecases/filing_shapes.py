"""What is filed on paper, as it is shown to those who may see it."""

from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.filings import FILING
from services.catalog.store import filings
from services.catalog.store.filings import Filing
from shared.db.unit_of_work import ReadTx


def content_of(filing: Filing) -> dict[str, Any]:
    """Show what it says, JSON-ready."""
    said = {**filing.says, "document_ids": filing.document_ids, "replaces": filing.replaces}
    return {name: _plain(value) for name, value in said.items()}


async def filing_view(tx: ReadTx, filing: Filing) -> dict[str, Any]:
    """Show a filed paper with every decision about it."""
    return {
        "supplier_id": str(filing.supplier_id),
        f"{filing.subject.value}_id": str(filing.filing_id),
        "revision": filing.revision,
        "state": filing.state.value,
        **content_of(filing),
        "cut_on": _plain(filing.cut_on),
        "filed_at": filing.filed_at.isoformat(),
        "changed_at": filing.changed_at.isoformat(),
        "open_steps": FILING.open_verbs(filing.state),
        "reviews": [
            {
                "revision": row.revision,
                "outcome": row.outcome,
                "reason": row.reason,
                "reviewed_by": str(row.reviewed_by),
                "reviewer_name": row.reviewer_name,
                "reviewer_path": row.reviewer_path,
                "reviewed_at": row.reviewed_at.isoformat(),
            }
            for row in await filings.reviews(tx, filing)
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
