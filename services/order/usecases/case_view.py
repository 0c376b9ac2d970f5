"""A case is shown whole to whoever deals with it, and as its receipt to whoever raised it: no names of officers."""

from typing import Any
from uuid import UUID

from services.order.domain.states import CASE, CaseState
from services.order.store.cases import Case, steps_of
from services.order.store.papers import papers_of
from services.order.store.return_tables import PaperOf
from shared.db.unit_of_work import ReadTx

_SAID = {"receive", "answer", "close", "reopen"}
"""The steps whose words are for whoever raised it."""
_OF_A_PAPER = ("document_id", "name", "media_type", "sha256", "size_bytes", "put_at")


async def receipt_of(tx: ReadTx, case: Case) -> dict[str, Any]:
    """Write a case for whoever raised it."""
    return await _written(tx, case, whole=False)


async def case_whole(tx: ReadTx, case: Case) -> dict[str, Any]:
    """Write a case for whoever deals with it."""
    return await _written(tx, case, whole=True)


def case_summary(case: Case) -> dict[str, Any]:
    """Write a case in a list."""
    return {
        "case_id": str(case.case_id),
        "kind": case.kind,
        "subject": case.subject,
        "subject_id": _text(case.subject_id),
        "unit": {"id": str(case.unit_id), "name": case.unit_name},
        "state": case.state,
        "raised_at": case.raised_at,
        "reply_due_at": case.reply_due_at,
        "outcome": case.outcome,
        "reopened": case.reopened,
    }


def _text(of: UUID | None) -> str | None:
    return None if of is None else str(of)


async def _written(tx: ReadTx, case: Case, *, whole: bool) -> dict[str, Any]:
    steps = await steps_of(tx, case.case_id)
    taken = {step["step"] for step in steps}
    papers = await papers_of(tx, PaperOf.CASE, case.case_id)
    return case_summary(case) | {
        "text": case.text,
        "contact": case.contact if whole else None,
        "recorded": "receive" in taken,
        "answered": "answer" in taken,
        "followed_up": case.state is CaseState.CLOSED,
        "open_steps": [step for step in CASE.open_steps(case.state) if step != "reopen" or not case.reopened],
        "papers": [
            {name: paper[name] for name in _OF_A_PAPER} | {"document_id": str(paper["document_id"])} for paper in papers
        ],
        "steps": [
            {
                "at": step["at"],
                "step": step["step"],
                "state": step["state"],
                "unit": {"id": str(step["unit_id"]), "name": step["unit_name"]},
                "account_id": _text(step["account_id"]) if whole else None,
                "account_name": step["account_name"] if whole else "",
                "reason": step["reason"] if whole or step["step"] in _SAID else "",
                "outcome": step["outcome"],
            }
            for step in steps
        ],
    }
