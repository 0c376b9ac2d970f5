"""A supplier sells only after one officer recommended it and another, of a level above, admitted it.

Every step of that is a review with its reason.

Decision: what lets a supplier sell, sell again or never sell again (admit, revoke) takes an officer above the unit
whose suppliers it is of, and never who recommended it; recommending, returning and suspending are open to every officer
in reach. Why: one person can be bought or deceived, and a supplier that sells falsely must be stopped at once by
whoever sees it first. Price: nobody sells before two people have looked; at the topmost unit, with nobody above, the
second person is one of the same unit.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from shared.contracts.authority import is_topmost
from shared.contracts.words import RevocationGround, SupplierKind, SupplierState
from shared.errors import Conflict, Forbidden, NotFound, field_problem
from shared.reference import county, divisions
from shared.states import StateMachine

DOCUMENTS_MAX = 200
APPLICATIONS_OPEN_MAX = 100
BACK_DATED_FROM = date(2020, 1, 1)
"""No recognition that this platform knows of can have ended before its first rule was in force."""

_CREDIT_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class SupplierOutcome(StrEnum):
    """What an officer decides about a supplier (审核结论)."""

    RECOMMEND = "recommend"  # 推荐
    ADMIT = "admit"  # 准入
    RETURN = "return"  # 退回
    SUSPEND = "suspend"  # 暂停
    REVOKE = "revoke"  # 撤销


class DocumentKind(StrEnum):
    """What a supplier's document shows (证明材料)."""

    RECOGNITION = "recognition"  # 帮扶基地认定书, 示范户证明
    LICENCE = "licence"  # 营业执照, 许可证
    CERTIFICATE = "certificate"  # 证书
    AGREEMENT = "agreement"  # 用工或帮扶协议
    WAGE = "wage"  # 工资发放记录
    SETTLEMENT = "settlement"  # 收购结算记录
    CAPACITY = "capacity"  # 产能证明
    APPEAL = "appeal"  # 申诉材料
    OTHER = "other"


DOCUMENT_NAMES = {
    DocumentKind.RECOGNITION: "帮扶基地认定书或示范户证明",
    DocumentKind.LICENCE: "营业执照或许可证",
    DocumentKind.CERTIFICATE: "证书",
    DocumentKind.AGREEMENT: "用工或帮扶协议",
    DocumentKind.WAGE: "工资发放记录",
    DocumentKind.SETTLEMENT: "收购结算记录",
    DocumentKind.CAPACITY: "产能证明",
    DocumentKind.APPEAL: "申诉材料",
    DocumentKind.OTHER: "其他材料",
}
"""What a clerk reads of a kind that is wanted."""

_S = SupplierState
SUPPLIER = StateMachine(
    SupplierState,
    {
        "amend": ({_S.APPLIED, _S.RECOMMENDED, _S.RETURNED}, _S.APPLIED),
        "recommend": ({_S.APPLIED}, _S.RECOMMENDED),
        "admit": ({_S.RECOMMENDED, _S.SUSPENDED}, _S.ADMITTED),
        "return": ({_S.APPLIED, _S.RECOMMENDED}, _S.RETURNED),
        "suspend": ({_S.ADMITTED}, _S.SUSPENDED),
        "revoke": ({_S.ADMITTED, _S.SUSPENDED}, _S.REVOKED),
        "reinstate": ({_S.REVOKED}, _S.ADMITTED),
    },
)
"""A county recommends, a level above admits or lifts a suspension; a changed application is recommended anew.

Only an appeal that was upheld reinstates (domain/appeals.py).
"""

FROM_ABOVE = frozenset({SupplierOutcome.ADMIT, SupplierOutcome.REVOKE})
"""What takes an officer above, and never who recommended."""


class SupplierNotFound(NotFound):
    """There is no such supplier.

    zh: 没有这个供应方。
    """


class IdentityFixed(Conflict):
    """Name, kind, county and registration cannot change after admission.

    zh: 入驻后不能更改名称、类型、所在县和登记号码。
    """


class RevokedSupplier(Conflict):
    """This supplier was revoked; nothing of it can change.

    zh: 该供应方已被撤销，不能再更改。
    """


class DocumentWanted(Conflict):
    """A supplier is recommended and admitted on at least one document.

    zh: 至少上传一份证明材料后才能推荐和准入。
    """


class AdmittedFromAbove(Forbidden):
    """Admitting, lifting a suspension and revoking are for an officer of a level above the supplier's own federation.

    zh: 准入、解除暂停和撤销须由供应方所属残联的上级残联工作人员办理。
    """


class RecommendedByYou(Forbidden):
    """You recommended this supplier; another officer admits it, lifts its suspension or revokes it.

    zh: 该供应方由您推荐，准入、解除暂停和撤销须由另一位工作人员办理。
    """


class AlreadyAdmitted(Conflict):
    """A supplier with this registration is already admitted.

    zh: 该登记号码的供应方已经入驻。
    """


class ChangedMeanwhile(Conflict):
    """Someone else changed this meanwhile; look again, then decide.

    zh: 内容刚被他人更改，请查看后再操作。
    """


class TooManyApplications(Conflict):
    """This account has too many applications that nobody has decided on; wait for some of them.

    zh: 该账号待审核的申请过多，请等其中一些审核后再提交。
    """


class DocumentNotFound(NotFound):
    """There is no such document.

    zh: 没有这份材料。
    """


class DocumentFixed(Conflict):
    """This document was already filed with other content; file another one.

    zh: 该材料已提交且不可更改，请另外上传。
    """


class TooManyDocuments(Conflict):
    """A supplier keeps at most two hundred documents.

    zh: 每个供应方最多保存两百份材料。
    """


def credit_code_holds(code: str) -> bool:
    """Tell whether a unified social credit code (统一社会信用代码) has its check digit right.

    GB 32100-2015: 18 characters of an alphabet of 31, weights 3^i mod 31, the last makes the sum divisible by 31.
    """
    if len(code) != 18 or any(letter not in _CREDIT_CODE_LETTERS for letter in code):
        return False
    values = [_CREDIT_CODE_LETTERS.index(letter) for letter in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return values[17] == -total % 31


def registration_problems(
    kind: SupplierKind, credit_code: str | None, registration_number: str | None
) -> list[dict[str, Any]]:
    """List what is wrong with how a supplier is registered; a household may give a registration number instead."""
    problems = []
    if credit_code is not None and not credit_code_holds(credit_code):
        problems.append(
            field_problem("credit_code", "is not a valid unified social credit code", "不是有效的统一社会信用代码")
        )
    if kind is SupplierKind.DEMONSTRATION_HOUSEHOLD:
        if credit_code is None and registration_number is None:
            problems.append(
                field_problem(
                    "registration_number",
                    "a household gives a credit code or a registration number",
                    "示范户须填写统一社会信用代码或登记号码",
                )
            )
        return problems
    if credit_code is None:
        problems.append(field_problem("credit_code", "is required", "必填"))
    if registration_number is not None:
        problems.append(
            field_problem("registration_number", "is for demonstration households only", "仅示范户可以填写登记号码")
        )
    return problems


def county_problems(field: str, code: str) -> list[dict[str, Any]]:
    """Say that a code is no county of GB/T 2260, if so."""
    if county(code) is not None:
        return []
    return [field_problem(field, "is not a county of GB/T 2260", "不是国家标准行政区划中的县级代码")]


def division_problems(field: str, code: str) -> list[dict[str, Any]]:
    """Say that a code is no division of GB/T 2260 at any level, if so."""
    if any((code, level) in divisions() for level in ("county", "prefecture", "province")):
        return []
    return [field_problem(field, "is not a division of GB/T 2260", "不是国家标准行政区划代码")]


def review_problems(
    outcome: SupplierOutcome,
    *,
    reason: str,
    ground: RevocationGround | None,
    effective_from: date | None,
    listing_count: int,
    today: date,
) -> list[dict[str, Any]]:
    """List what is wrong with a review: reasons, and for a revocation its ground and date."""
    problems = []
    if not reason and outcome not in (SupplierOutcome.ADMIT, SupplierOutcome.RECOMMEND):
        problems.append(field_problem("reason", "is required for this outcome", "请填写理由"))
    if outcome is not SupplierOutcome.REVOKE:
        for field, given in (("ground", ground), ("effective_from", effective_from), ("listing_ids", listing_count)):
            if given:
                problems.append(field_problem(field, "belongs to a revocation only", "仅撤销时填写"))
        return problems
    if ground is None:
        problems.append(field_problem("ground", "a revocation states its ground", "撤销须说明事由"))
    if effective_from is None:
        if ground is not RevocationGround.LAPSE:
            problems.append(field_problem("effective_from", "a revocation states from when", "撤销须说明生效日期"))
    elif ground is RevocationGround.LAPSE and effective_from < today:
        problems.append(field_problem("effective_from", "a lapse is never back-dated", "到期不能追溯"))
    elif effective_from < BACK_DATED_FROM:
        problems.append(field_problem("effective_from", "is before 2020-01-01", "不能早于2020年1月1日"))
    if listing_count and ground is not RevocationGround.FALSE_ORIGIN:
        problems.append(field_problem("listing_ids", "are named for a false origin only", "仅虚假产地时填写"))
    return problems


def reviewing_path(outcome: SupplierOutcome, paths: Iterable[str], unit_path: str) -> str | None:
    """Give the nearest of an officer's units from which a unit's supplier may be reviewed so; None if there is none."""
    reaching = [path for path in paths if path and unit_path.startswith(path)]
    if outcome in FROM_ABOVE:
        reaching = [path for path in reaching if path != unit_path or is_topmost(path)]
    return max(reaching, key=len, default=None)


def changed_identity(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the fields of identity that differ; after admission they may not."""
    fields = ("name", "kind", "county_code", "credit_code", "registration_number")
    return [field for field in fields if before[field] != after[field]]
