"""What is entered in a register stays: a correction is a new version with its reason, and a frozen flag has a digest.

    drafted ── hand_on (by a second person) ──▶ handed_on ── acknowledge ──▶ acknowledged ── conclude ──▶ concluded
    drafted ── correct ──▶ drafted              handed_on, acknowledged ── return ──▶ returned
    drafted ── withdraw ─▶ withdrawn

    declared ── accept, return ──▶ accepted, returned       any ── correct ──▶ declared, to be reviewed again
    open ── correct ──▶ open        open ── release ──▶ released ── follow ──▶ released ── close ──▶ closed

A visit (四不两直) is open to who made it alone, and from its release on to the visited too, never what stood before.
A receipt, an outcome or a return may be entered again in its own state: that corrects it, with a reason.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from services.procurement_quota.domain.published import canonical, sha256
from shared.errors import Conflict, NotFound
from shared.states import StateMachine

VERSIONS_MAX = 100


class Register(StrEnum):
    """Which register a record is of."""

    REFERRAL = "referral"  # 移交
    VISIT = "visit"  # 四不两直检查
    CONFLICT = "conflict"  # 利益冲突


class ReferralState(StrEnum):
    """Where a referral stands (移交状态)."""

    DRAFTED = "drafted"  # 拟移交
    HANDED_ON = "handed_on"  # 已移交
    ACKNOWLEDGED = "acknowledged"  # 已签收
    CONCLUDED = "concluded"  # 已办结
    RETURNED = "returned"  # 已退回
    WITHDRAWN = "withdrawn"  # 已撤回


class VisitState(StrEnum):
    """Where an unannounced visit stands (检查状态)."""

    OPEN = "open"  # 未公开: the visited does not see it
    RELEASED = "released"  # 已反馈
    CLOSED = "closed"  # 已销号


class VisitStep(StrEnum):
    """What becomes of a visit (检查办理)."""

    RELEASE = "release"  # 反馈
    CLOSE = "close"  # 销号


class ConflictState(StrEnum):
    """Where a conflict of interest stands (利益冲突申报状态)."""

    DECLARED = "declared"  # 已申报，待审核
    ACCEPTED = "accepted"  # 已审核
    RETURNED = "returned"  # 已退回


class ConflictReview(StrEnum):
    """What a reviewer says to a declared conflict (审核结论)."""

    ACCEPT = "accept"  # 认可
    RETURN = "return"  # 退回


class Relation(StrEnum):
    """What somebody is to a supplier or a unit (关系类型)."""

    FAMILY = "family"  # 亲属关系
    EMPLOYMENT = "employment"  # 任职、兼职
    INVESTMENT = "investment"  # 投资入股
    FORMER = "former"  # 曾任职
    DEALING = "dealing"  # 经济往来
    OTHER = "other"  # 其他


class Measure(StrEnum):
    """What is done about it (处理措施)."""

    RECUSAL = "recusal"  # 回避
    REASSIGNMENT = "reassignment"  # 调整岗位
    DIVESTMENT = "divestment"  # 退出投资
    DISCLOSURE = "disclosure"  # 仅披露


class Body(StrEnum):
    """To whom a case is handed (受移交机关)."""

    DISCIPLINE_INSPECTION = "discipline_inspection"  # 纪检监察
    FINANCE_SUPERVISION = "finance_supervision"  # 财政监督
    MARKET_SUPERVISION = "market_supervision"  # 市场监管
    AUDIT_OFFICE = "audit_office"  # 审计机关
    POLICE = "police"  # 公安
    OTHER = "other"  # 其他


class FlagKind(StrEnum):
    """What a case is referred from (线索来源)."""

    ALERT = "alert"  # 预警
    RESTATEMENT = "restatement"  # 重述
    REVOCATION = "revocation"  # 认定撤销
    ATTESTATION = "attestation"  # 每月确认
    SAMPLED_LINE = "sampled_line"  # 抽样采购
    IMPORT_ROW = "import_row"  # 导入中的疑点行, such as a duplicate
    VISIT = "visit"  # 检查发现的问题
    CONFLICT = "conflict"  # 利益冲突


FLAG_FIELDS: Mapping[FlagKind, tuple[str, ...]] = {
    FlagKind.ALERT: ("canteen_id", "rule", "year", "alert"),
    FlagKind.RESTATEMENT: ("canteen_id", "year", "number"),
    FlagKind.REVOCATION: ("supplier_id", "number"),
    FlagKind.ATTESTATION: ("canteen_id", "year", "month", "fund"),
    FlagKind.SAMPLED_LINE: ("draw_id", "number"),
    FlagKind.IMPORT_ROW: ("import_id", "number"),
    FlagKind.VISIT: ("visit_id",),
    FlagKind.CONFLICT: ("conflict_id",),
}
"""By which fields a flag is named, each kind by its own and no other."""

REFERRAL = StateMachine(
    ReferralState,
    {
        "correct": ({ReferralState.DRAFTED}, ReferralState.DRAFTED),
        "hand_on": ({ReferralState.DRAFTED}, ReferralState.HANDED_ON),
        "withdraw": ({ReferralState.DRAFTED}, ReferralState.WITHDRAWN),
        "acknowledge": ({ReferralState.HANDED_ON, ReferralState.ACKNOWLEDGED}, ReferralState.ACKNOWLEDGED),
        "conclude": ({ReferralState.ACKNOWLEDGED, ReferralState.CONCLUDED}, ReferralState.CONCLUDED),
        "return": (
            {ReferralState.HANDED_ON, ReferralState.ACKNOWLEDGED, ReferralState.RETURNED},
            ReferralState.RETURNED,
        ),
    },
)
VISIT = StateMachine(
    VisitState,
    {
        "correct": ({VisitState.OPEN}, VisitState.OPEN),
        "follow": ({VisitState.RELEASED}, VisitState.RELEASED),
        "release": ({VisitState.OPEN}, VisitState.RELEASED),
        "close": ({VisitState.RELEASED}, VisitState.CLOSED),
    },
)
_ANY = frozenset(ConflictState)
CONFLICT = StateMachine(
    ConflictState,
    {
        "correct": (_ANY, ConflictState.DECLARED),
        ConflictReview.ACCEPT.value: ({ConflictState.DECLARED}, ConflictState.ACCEPTED),
        ConflictReview.RETURN.value: ({ConflictState.DECLARED}, ConflictState.RETURNED),
    },
)


class RecordMoved(Conflict):
    """This record has another version, or other content, by now; read it again.

    zh: 该记录已有其他版本或内容，请重新读取。
    """


class TooManyVersions(Conflict):
    """This record was corrected too often.

    zh: 该记录的更正次数已达上限。
    """


class ReferralUnknown(NotFound):
    """There is no such referral.

    zh: 没有这件移交。
    """


class VisitUnknown(NotFound):
    """There is no such visit.

    zh: 没有这次检查。
    """


class ConflictUnknown(NotFound):
    """There is no such declaration of a conflict.

    zh: 没有这份利益冲突申报。
    """


class FlagUnknown(NotFound):
    """There is no such flag, or it is not raised any more.

    zh: 没有这条线索，或该预警已不存在。
    """


def wrong_fields(kind: FlagKind, given: Mapping[str, Any]) -> list[str]:
    """Name the fields that a flag of this kind lacks, or has without need."""
    wanted = set(FLAG_FIELDS[kind])
    there = {name for name, value in given.items() if value is not None and name != "kind"}
    return sorted(wanted ^ there)


def frozen_digest(content: Mapping[str, Any]) -> str:
    """Hash what was frozen of a flag: which one, its facts and its files' digests, and when."""
    return sha256(canonical({name: content[name] for name in ("flag", "facts", "files", "frozen_at")}))


def drafters(states: Sequence[tuple[str, Any]]) -> set[Any]:
    """Tell who wrote any version of a draft, by its versions' states and writers; none of them hands it on."""
    return {who for state, who in states if state == ReferralState.DRAFTED}


def in_force(state: str, valid_from: str, valid_to: str | None, day: date) -> bool:
    """Tell whether a conflict holds on a day: from its declaration on unless it is returned, its last day included."""
    return state != ConflictState.RETURNED and valid_from <= day.isoformat() <= (valid_to or "9999-12-31")
