"""What a supplier files on paper holds from when an officer confirms it, and what was confirmed is never edited.

Decision: a confirmed paper is replaced by another that names it, which ends the first where the second begins; an
officer may end one that no longer holds, from that day on. Why: what was confirmed stood behind labels and figures that
others read, and has to be found again as it was. Price: a slip of the pen takes a second paper and a second look.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.catalog.domain.suppliers import DOCUMENT_NAMES, DocumentKind
from shared.errors import Conflict, NotFound, field_problem
from shared.states import StateMachine

FILINGS_MAX = 200
"""Of one subject, of one supplier."""
PAPERS_MAX = 10
"""Documents that one filing points at."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class FilingSubject(StrEnum):
    """What is filed (备案事项)."""

    RECOGNITION = "recognition"  # 认定
    CERTIFICATE = "certificate"  # 证书
    FIGURE = "figure"  # 带动成效


class FilingState(StrEnum):
    """Where a filed paper stands (核验状态)."""

    FILED = "filed"  # 待核验
    RETURNED = "returned"  # 退回补正
    CONFIRMED = "confirmed"  # 已核验
    REPLACED = "replaced"  # 已被替换
    ENDED = "ended"  # 已终止


class FilingOutcome(StrEnum):
    """What an officer decides about a filed paper (核验结论)."""

    CONFIRM = "confirm"  # 核验通过
    RETURN = "return"  # 退回
    END = "end"  # 终止


_S = FilingState
FILING = StateMachine(
    FilingState,
    {
        "amend": ({_S.FILED, _S.RETURNED}, _S.FILED),
        "confirm": ({_S.FILED}, _S.CONFIRMED),
        "return": ({_S.FILED}, _S.RETURNED),
        "replace": ({_S.CONFIRMED}, _S.REPLACED),
        "end": ({_S.CONFIRMED}, _S.ENDED),
    },
)
"""A supplier files and mends, an officer confirms, returns or ends; confirming one may replace another."""


class FilingNotFound(NotFound):
    """There is no such paper on file.

    zh: 没有这份备案。
    """


class FilingFixed(Conflict):
    """What an officer has confirmed cannot be changed; file another that replaces it.

    zh: 已核验的内容不能更改，请另外提交一份并注明替换。
    """


class TooManyFilings(Conflict):
    """A supplier files at most two hundred papers of a kind.

    zh: 每个供应方每类备案最多两百份。
    """


class NothingToReplace(Conflict):
    """What this would replace is not confirmed, or was replaced or ended meanwhile.

    zh: 要替换的备案未经核验，或已被替换、终止。
    """


def review_problems(outcome: FilingOutcome, reason: str) -> list[dict[str, Any]]:
    """Say that an officer gives no reason where whoever filed needs one."""
    if reason or outcome is FilingOutcome.CONFIRM:
        return []
    return [field_problem("reason", "is required for this outcome", "请填写理由")]


def span_problems(valid_from: date, valid_to: date | None) -> list[dict[str, Any]]:
    """List what is wrong with from when to when something is valid; `valid_to` is its last day."""
    problems = []
    if not EARLIEST <= valid_from <= LATEST:
        problems.append(field_problem("valid_from", "is not between 2000 and 2100", "应在2000年至2100年之间"))
    if valid_to is not None and not EARLIEST <= valid_to <= LATEST:
        problems.append(field_problem("valid_to", "is not between 2000 and 2100", "应在2000年至2100年之间"))
    elif valid_to is not None and valid_to < valid_from:
        problems.append(field_problem("valid_to", "is before valid_from", "不能早于起始日期"))
    return problems


def paper_problems(
    named: Sequence[UUID], kinds_of: dict[UUID, str], wanted: Collection[DocumentKind]
) -> list[dict[str, Any]]:
    """List what is wrong with the documents that a filing points at.

    `kinds_of` are the supplier's own documents by id; one of those named has to be of a kind that is wanted.
    """
    foreign = [one for one in named if one not in kinds_of]
    if foreign:
        return [
            field_problem(
                "document_ids",
                "names documents that this supplier has not filed",
                "包含该供应方未提交的材料",
                documents=[str(one) for one in foreign],
            )
        ]
    if len(set(named)) < len(named):
        return [field_problem("document_ids", "names a document twice", "同一份材料重复填写")]
    if not any(kinds_of[one] in wanted for one in named):
        kinds = sorted(wanted)
        return [
            field_problem(
                "document_ids",
                f"names no document of the kind {' or '.join(kinds)}",
                f"缺少所需材料，请上传后在此注明（任一种）：{'、'.join(DOCUMENT_NAMES[kind] for kind in kinds)}",
            )
        ]
    return []


def holds_until(valid_to: date | None, cut_on: date | None) -> date | None:
    """Give the first day on which something no longer holds, by its own last day and by what cut it short."""
    over = None if valid_to is None else valid_to + timedelta(days=1)
    return min((day for day in (over, cut_on) if day is not None), default=None)
