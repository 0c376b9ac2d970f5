"""A certificate says of which goods it is, and until when, and is shown only once an officer has read its paper.

Source: 农产品质量安全法 (in force 2023-01-01), article 39: who grows and sells farm produce gives the commitment
certificate (食用农产品承诺达标合格证). Green food (绿色食品) is certified for three years, organic (有机产品) for one,
a food production licence (食品生产许可证) for five; a geographical indication and a business licence may have no end.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from services.catalog.domain.suppliers import DocumentKind
from shared.errors import field_problem
from shared.reference.items import items

ITEMS_MAX = 50


class CertificateKind(StrEnum):
    """What a certificate says (证书类型)."""

    COMMITMENT = "commitment"  # 食用农产品承诺达标合格证
    GREEN = "green"  # 绿色食品
    ORGANIC = "organic"  # 有机产品
    GI = "gi"  # 农产品地理标志
    FOOD_LICENCE = "food_licence"  # 食品生产许可证
    BUSINESS_LICENCE = "business_licence"  # 营业执照
    QUARANTINE = "quarantine"  # 动物检疫合格证明
    TEST_REPORT = "test_report"  # 检验检测报告
    OTHER = "other"


NAMED = {
    CertificateKind.COMMITMENT: ("承诺达标合格证", "Commitment certificate"),
    CertificateKind.GREEN: ("绿色食品", "Green food"),
    CertificateKind.ORGANIC: ("有机产品", "Organic"),
    CertificateKind.GI: ("农产品地理标志", "Geographical indication"),
    CertificateKind.FOOD_LICENCE: ("食品生产许可证", "Food production licence"),
    CertificateKind.BUSINESS_LICENCE: ("营业执照", "Business licence"),
    CertificateKind.QUARANTINE: ("动物检疫合格证明", "Quarantine certificate"),
    CertificateKind.TEST_REPORT: ("检验检测报告", "Test report"),
    CertificateKind.OTHER: ("其他证书", "Another certificate"),
}
"""What a buyer reads, in Chinese and in English."""
OF_GOODS = (CertificateKind.COMMITMENT, CertificateKind.GREEN, CertificateKind.ORGANIC, CertificateKind.GI)
"""What goods themselves are certified to be, and anyone may read; a licence is its holder's."""
ENDLESS = frozenset(
    {
        CertificateKind.COMMITMENT,
        CertificateKind.GI,
        CertificateKind.BUSINESS_LICENCE,
        CertificateKind.TEST_REPORT,
        CertificateKind.OTHER,
    }
)
"""These may name no last day; how old one may be is for whoever asks for it to say."""
PAPERS_OF_CERTIFICATE = frozenset({DocumentKind.CERTIFICATE, DocumentKind.LICENCE})


def certificate_problems(
    kind: CertificateKind, item_codes: Sequence[str], valid_to: date | None
) -> list[dict[str, Any]]:
    """List what is wrong with a certificate: goods that nobody knows, or no last day where there has to be one."""
    problems = []
    if unknown := [code for code in item_codes if code not in items()]:
        says, zh = f"names no goods: {', '.join(unknown)}", f"没有这些品种代码：{'、'.join(unknown)}"
        problems.append(field_problem("item_codes", says, zh))
    if len(set(item_codes)) < len(item_codes):
        problems.append(field_problem("item_codes", "names goods twice", "品种重复"))
    if valid_to is None and kind not in ENDLESS:
        problems.append(field_problem("valid_to", "is required for a certificate of this kind", "该类证书须填写有效期"))
    return problems
