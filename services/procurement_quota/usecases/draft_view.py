"""A draft is shown with all its versions, who drafted and who decided, when, and why."""

from typing import Any

import sqlalchemy as sa

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.drafts import DRAFT, DraftKind
from services.procurement_quota.store.drafts import Draft
from shared.reference import county_name


def draft_written(draft: Draft) -> dict[str, Any]:
    """Write a draft of a rule or of a list with its history."""
    return {
        "id": str(draft.id),
        "kind": draft.kind.value,
        "code": draft.last.code,
        "state": draft.state.value,
        "open_steps": DRAFT.open_verbs(draft.state),
        "owner_path": draft.last.owner_path,
        **version_written(draft.last),
        "versions": [version_written(one) for one in draft.versions],
        "decisions": [
            {
                "version": one.version,
                "outcome": one.outcome,
                "reason": one.reason,
                "valid_from": None if one.valid_from is None else one.valid_from.isoformat(),
                "written_version": one.written_version,
                "decided_by": str(one.decided_by),
                "decider_name": one.decider_name,
                "decided_at": moment_text(one.decided_at),
            }
            for one in draft.decisions
        ],
    }


def version_written(row: sa.Row[Any]) -> dict[str, Any]:
    """Write one version of a draft."""
    return {
        "version": row.version,
        "drafted_by": str(row.drafted_by),
        "drafter_name": row.drafter_name,
        "drafted_at": moment_text(row.drafted_at),
        **(_rule if row.kind == DraftKind.RULE else _designation)(row.content),
    }


def _rule(content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in ("rule", "valid_from", "valid_to", "document")}


def _designation(content: dict[str, Any]) -> dict[str, Any]:
    changes = [
        {
            "change": one["change"],
            "county_code": one["county_code"],
            "county_name": county_name(one["county_code"]),
            "valid_from": one.get("valid_from"),
            "valid_to": one["valid_to"],
            "note": one["note"],
        }
        for one in content["changes"]
    ]
    return {
        "list_code": content["list_code"],
        "name": content["name"],
        "document": content["document"],
        "changes": changes,
    }
