"""What a case is about and what came of it, in closed lists; and the code by which its raiser follows it.

Decision: the code is an HMAC of the case's id under the key of links, and its digest alone is kept. Why: the same
request answers the same code, and whoever reads the database follows no case by it. Price: with another key, those who
wrote their code down still follow their case, and a repeated request answers another code.
"""

import base64
import hashlib
import hmac
from enum import StrEnum
from uuid import UUID

CODE_PATTERN = r"^[A-Za-z2-7]{16}$"


class CaseKind(StrEnum):
    """What somebody brings up (事项类型)."""

    COMPLAINT = "complaint"  # 投诉
    DISPUTE = "dispute"  # 争议
    CONFLICT_OF_INTEREST = "conflict_of_interest"  # 利益冲突
    OTHER = "other"  # 其他


class CaseSubject(StrEnum):
    """What it is about (反映对象)."""

    ORDER = "order"
    CANTEEN = "canteen"
    SUPPLIER = "supplier"
    NONE = "none"


class CaseOutcome(StrEnum):
    """What came of it (办理结果)."""

    UPHELD = "upheld"  # 属实
    PARTLY_UPHELD = "partly_upheld"  # 部分属实
    NOT_UPHELD = "not_upheld"  # 不属实
    SETTLED = "settled"  # 已协商解决


def case_code(key: bytes, case_id: UUID) -> str:
    """Give the 16 letters and digits (80 bits) by which a case is followed without an account."""
    said = hmac.new(key, b"zhucai case code 1\0" + case_id.bytes, hashlib.sha256).digest()
    return base64.b32encode(said[:10]).decode()


def code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
