"""An appeal as it is shown to those who see the supplier whole."""

from typing import Any

from services.catalog.domain.appeals import APPEAL
from services.catalog.store.appeals import Appeal


def appeal_view(appeal: Appeal) -> dict[str, Any]:
    """Show an appeal with its decision, once there is one."""
    return {
        "appeal_id": str(appeal.appeal_id),
        "supplier_id": str(appeal.supplier_id),
        "review_version": appeal.review_version,
        "outcome": appeal.outcome.value,
        "reviewer_path": appeal.reviewer_path,
        "grounds": appeal.grounds,
        "document_ids": [str(one) for one in appeal.document_ids],
        "filed_by": str(appeal.filed_by),
        "filed_by_name": appeal.filed_by_name,
        "filed_at": appeal.filed_at.isoformat(),
        "state": appeal.state.value,
        "open_steps": APPEAL.open_verbs(appeal.state),
        "reason": appeal.reason,
        "decider_name": appeal.decider_name,
        "decider_path": appeal.decider_path,
        "decided_at": appeal.decided_at.isoformat() if appeal.decided_at else None,
    }
