"""A reason is written from its code and its facts, in Chinese and in English, the same way wherever it is shown."""

from collections.abc import Mapping
from typing import Any

from services.procurement_quota.domain.flags import FACT as FLAGS
from services.procurement_quota.domain.words import Reason
from shared.reference import category_name, county_name

_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.ORIGIN_LISTED: (
        "产地{county}（{origin}）在《{list}》第{list_version}版内，按{eligible_on}认定，计入。",
        "Counts: its origin {county} ({origin}) is on the list “{list}”, version {list_version}, as of {eligible_on}.",
    ),
    Reason.ORIGIN_NOT_LISTED: (
        "产地{county}（{origin}）按{eligible_on}不在《{list}》第{list_version}版内，只计入基数。",
        "Base only: its origin {county} ({origin}) is not on the list “{list}”, version {list_version}, "
        "as of {eligible_on}.",
    ),
    Reason.ORIGIN_UNKNOWN: ("未申报产地，只计入基数。", "Base only: no origin county was given."),
    Reason.ORIGIN_UNVERIFIED: (
        "申报产地{county}（{origin}）尚待上级单位核验，暂只计入基数。",
        "Base only for now: the claimed origin {county} ({origin}) waits for a unit above to verify it.",
    ),
    Reason.ORIGIN_REJECTED: (
        "申报产地{county}（{origin}）经上级单位核验不予认可，只计入基数。",
        "Base only: a unit above verified the claimed origin {county} ({origin}) and did not accept it.",
    ),
    Reason.ORIGIN_FALSE: (
        "供应方因虚假产地被撤销资格，该批次不再计入；采购方善意，基数不变。",
        "Base only: the supplier was revoked for false origin; supplier's fraud, buyer in good faith.",
    ),
    Reason.NOT_FARM_PRODUCE: (
        "“{category_zh}”按本规则不属于农副产品，不计入基数。",
        "Outside the base: “{category_en}” is not farm produce under this rule.",
    ),
    Reason.CHANNEL_NOT_ACCEPTED: (
        "本规则只认可832平台采购，此笔渠道为{channel_zh}，只计入基数。",
        "Base only: this rule accepts purchases through the 832 platform, and this one was made {channel_en}.",
    ),
    Reason.ORDER_NUMBER_MISSING: (
        "缺少832平台订单号，只计入基数。",
        "Base only: the 832 platform's order number is missing.",
    ),
    Reason.PREFERENCE_DISABLED_BASE: (
        "残疾人就业帮扶基地产品，属优先采购。",
        "Preferred: from a disabled-run employment base.",
    ),
    Reason.PREFERENCE_DEMONSTRATION_HOUSEHOLD: (
        "阳光致富带头人（示范户）产品，属优先采购。",
        "Preferred: from a demonstration household.",
    ),
    Reason.PREFERENCE_LISTED_COUNTY: (
        "产地{county}（{origin}）在《{list}》内，属优先采购。",
        "Preferred: its origin {county} ({origin}) is on the list “{list}”.",
    ),
    Reason.RECOGNITION_LOST: (
        "供应方自{recognition_lost_on}起资格丧失，不再标注优先。",
        "No preference: the supplier lost its recognition from {recognition_lost_on} on.",
    ),
    Reason.NO_PREFERENCE: ("不属优先采购范围。", "No preference applies."),
    Reason.FLAG_OPEN: (
        "供应方该批商品存有疑点（{flags}），本规则在查清之前暂缓计入，暂只计入基数。",
        "Base only for now: this rule holds its credit until what is flagged of the supplier's goods is decided "
        "({flags}).",
    ),
    Reason.FLAG_UPHELD: (
        "供应方该批商品的疑点（{flags}）经认定成立，按本规则不予计入，只计入基数。",
        "Base only: what is flagged of the supplier's goods ({flags}) was upheld, and this rule counts no such goods.",
    ),
}

_CHANNELS = {
    "zhucai": ("本平台", "on this platform"),
    "platform_832": ("832平台", "through the 832 platform"),
    "other": ("其他渠道", "elsewhere"),
}


def templates() -> dict[str, tuple[str, str]]:
    """Give the texts of all reasons by code, in Chinese and in English, with the names of facts in braces."""
    return {reason.value: both for reason, both in _TEXTS.items()}


def reason_texts(
    reason: Reason, facts: Mapping[str, Any], judgement: Mapping[str, Any], list_name: str
) -> dict[str, str]:
    """Write a reason as `{"zh", "en"}` from its code, the line's facts and the judgement as written."""
    origin = facts.get("origin") or ""
    channel_zh, channel_en = _CHANNELS.get(facts.get("channel", ""), ("", ""))
    words = {
        "origin": origin,
        "county": county_name(origin) if origin else "",
        "list": list_name,
        "list_version": judgement.get("list_version", ""),
        "eligible_on": facts.get("eligible_on", ""),
        "category_zh": category_name(facts.get("category", ""), "zh"),
        "category_en": category_name(facts.get("category", ""), "en"),
        "channel_zh": channel_zh,
        "channel_en": channel_en,
        "recognition_lost_on": facts.get("recognition_lost_on", ""),
        "flags": "、".join(sorted(facts.get(FLAGS) or ())),
    }
    zh, en = _TEXTS[reason]
    return {"zh": zh.format(**words), "en": en.format(**words)}
