"""Whoever was returned, suspended or revoked may appeal once, and somebody else from a level above decides.

Decision: an appeal (申诉) that is upheld sets the supplier back by itself: a suspended or revoked one is admitted
again, a returned one waits to be recommended; its listings stay off sale until they are submitted again. Why: who won
should not have to ask the same office once more, and goods that were off sale for weeks are looked at anew. Price: none
of the reviews is changed; the appeal stands beside the one that it overturned.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from services.catalog.domain.suppliers import SupplierOutcome
from shared.contracts.words import SupplierState
from shared.errors import Conflict, Forbidden, NotFound
from shared.states import StateMachine

APPEAL_DAYS = 60
APPEAL_DOCUMENTS_MAX = 20
GROUNDS_MAX = 2000


class AppealState(StrEnum):
    """Where an appeal stands (申诉状态)."""

    FILED = "filed"  # 待裁定
    UPHELD = "upheld"  # 成立
    DISMISSED = "dismissed"  # 驳回
    WITHDRAWN = "withdrawn"  # 撤回


class AppealOutcome(StrEnum):
    """What is decided about an appeal (申诉裁定)."""

    UPHOLD = "uphold"  # 成立
    DISMISS = "dismiss"  # 驳回


_A = AppealState
APPEAL = StateMachine(
    AppealState,
    {
        "uphold": ({_A.FILED}, _A.UPHELD),
        "dismiss": ({_A.FILED}, _A.DISMISSED),
        "withdraw": ({_A.FILED}, _A.WITHDRAWN),
    },
)

LEFT_BY = {
    SupplierOutcome.RETURN: SupplierState.RETURNED,
    SupplierOutcome.SUSPEND: SupplierState.SUSPENDED,
    SupplierOutcome.REVOKE: SupplierState.REVOKED,
}
"""The reviews that may be appealed, and how each leaves the supplier; appealed only while it still stands so."""

UPHELD_BY = {
    SupplierOutcome.RETURN: "amend",
    SupplierOutcome.SUSPEND: "admit",
    SupplierOutcome.REVOKE: "reinstate",
}
"""By which step of the supplier an upheld appeal sets it back."""


class AppealNotFound(NotFound):
    """There is no such appeal.

    zh: 没有这份申诉。
    """


class NothingToAppeal(Conflict):
    """Only the newest review can be appealed, and only while the supplier still stands as it left it.

    zh: 只能对最近一次、且仍然有效的退回、暂停或撤销决定提出申诉。
    """


class AppealLate(Conflict):
    """An appeal is filed within sixty days of the review.

    zh: 申诉须在决定作出后六十日内提出。
    """


class AlreadyAppealed(Conflict):
    """This review was appealed already.

    zh: 该决定已经申诉过。
    """


class AppealFixed(Conflict):
    """This appeal was filed with other content; withdraw it and file another.

    zh: 该申诉已提交且不可更改，可撤回后重新提交。
    """


class DecidedByYou(Forbidden):
    """You made the review that is appealed; another officer decides.

    zh: 被申诉的决定由您作出，须由另一位工作人员裁定。
    """


def is_late(reviewed_at: datetime, now: datetime) -> bool:
    """Tell whether the time to appeal is over."""
    return now > reviewed_at + timedelta(days=APPEAL_DAYS)
