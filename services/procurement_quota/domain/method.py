"""The method is published in both languages, written from the same constants as the code that computes.

What is counted, from which documents, how we read them, which defaults we declare, what is not seen, how to recompute.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from services.procurement_quota.domain.open_data import FILES
from services.procurement_quota.domain.open_data import FORMAT as DATA_FORMAT
from services.procurement_quota.domain.reasons import templates
from services.procurement_quota.domain.report_presets import PRESETS
from services.procurement_quota.domain.report_words import CRITERIA, STATUSES, Both
from services.procurement_quota.domain.reporting import BANDS
from services.procurement_quota.domain.seeded_rules import DEFAULTS, SEEDED

FORMAT = "zhucai-method-1"
TITLE: Both = ("助采的计算方法", "How Zhucai computes")
Section = tuple[str, Both, Sequence[Both]]

_COUNTED: Sequence[Both] = (
    (
        "基数（分母）是食堂一年内采购的全部农副产品，计入额（分子）是其中符合规则的部分。"
        "占比＝计入额÷基数；恰好达到即为完成：计入额×10000≥应达比例（基点）×基数，全为整数。",
        "The base is all farm produce that a canteen buys in a year; what counts is the part of it that fits "
        "the rule. The "
        "share is counted of base, and exactly on the line is met: counted × 10000 ≥ rate in basis points × "
        "base, in integers.",
    ),
    (
        "应购额＝基数×应达比例，向上取整到分；缺口＝max(0, 应购额－计入额)。"
        "单位只列所属食堂的状态个数和缺口之和，结余不相抵。",
        "The requirement is base × rate, rounded up to the fen; the shortfall is max(0, requirement − counted). "
        "A unit has "
        "counts by status and summed shortfalls; no surplus fills another's gap.",
    ),
    (
        "供应方的商品超出核实产能或价格远离参考区间的，标为疑点。规则可以（holds_flagged，默认不设）暂缓计入疑点所列批次："
        "查清之前只计入基数；疑点排除的恢复计入，认定成立的不予计入。每次变动都是一笔更正分录，写明疑点编号。",
        "Goods beyond a supplier's confirmed capacity, or far outside the price band, are flagged. A rule may hold the "
        "credit of the lots that a flag names (holds_flagged, off by default): they are in the base alone until it is "
        "decided, count again where it is set aside, and do not where it is upheld. Each turn is a correction entry "
        "that names the flag.",
    ),
)
_STATUSES: Sequence[Both] = (
    (
        "年度之内为进度达标、进度落后或未证实；达标、未达标只在结账之后才有。缺月未确认，或账簿超过确认数而无说明的，"
        "为未证实：缺失不作零计。",
        "During the year a canteen is on pace, behind or unproven; met and missed exist only once the year is "
        "closed. It is "
        "unproven where a due month is not attested, or the ledger is above the attested amount without an "
        "explanation: what "
        "is missing is not zero.",
    ),
    *((f"{zh}（{status.value}）", f"{en} ({status.value})") for status, (zh, en) in STATUSES.items()),
)
_RANKED: Sequence[Both] = (
    (
        "有任一食堂未证实的行不列名次，单列食堂名称和所缺月份；没有食堂、无任务、无采购的也不列名次。",
        "A row with an unproven canteen has no rank: its canteens are listed by name with the months they lack. "
        "Nor has a "
        "row without canteens, duty or purchases.",
    ),
    *CRITERIA.values(),
    *(
        (
            f"档次“{band.name}”：完成率自{band.from_bp // 100}%起。",
            f"Band “{band.name_en}”: fulfilled from {band.from_bp // 100} %.",
        )
        for band in BANDS
    ),
    *(
        (
            f"预设日期：{one.name}，每年{one.month}月{one.day}日。{one.reading}",
            f"Preset: {one.name_en}. {one.reading_en}",
        )
        for one in PRESETS
    ),
)
_LIMITS: Sequence[Both] = (
    (
        "没有登记、也没有被财务确认的采购，本平台看不见；每月确认、账面桥接和每餐成本比较使其难以隐藏，但不能排除。",
        "A purchase that was neither entered nor attested is not seen here. Monthly attestations, the bridge "
        "from the books and "
        "the cost per meal beside peers make it hard to hide one, and do not rule it out.",
    ),
    (
        "产地以商品审核或上级核验为据；证明被推翻的，以新的分录更正，原分录保留。",
        "An origin rests on a reviewed listing or on the verification of a unit above; where it falls, a new "
        "entry corrects "
        "it and the old one stays.",
    ),
    (
        "以往日期的数字按现有单位隶属关系归行，比例按1月1日的隶属关系。",
        "Figures as of an earlier day stand in the rows of the present tree; rates are those of 1 January.",
    ),
    (
        "通报如为“现在”，以签发前5秒已知为准；此前开始而更迟完成的录入，见下一次通报。",
        "A report for now is issued as known five seconds before; what was begun earlier and finished later is "
        "in the next.",
    ),
)
_RECOMPUTED: Sequence[Both] = (
    (
        f"运维以 zhucai export-open-data 导出一年的开放数据（{DATA_FORMAT}），含："
        f"{'、'.join(file.name for file in FILES)}；"
        "各列见 /api/v1/open-data/schema。tests/independent/recompute.py 不足80行，只用 Python 标准库，"
        "由事实和规则重算 figures.csv 的每个数，分毫不差。",
        f"The operator writes a year's open data ({DATA_FORMAT}) with zhucai export-open-data: "
        f"{', '.join(file.name for file in FILES)}; the columns are at /api/v1/open-data/schema. From its facts and "
        "rules "
        "tests/independent/recompute.py, under 80 lines of plain Python, computes every figure of figures.csv "
        "again, to the fen.",
    ),
    (
        "签发的通报：把 report 写成规范 JSON（键排序、无空格、UTF-8），其 SHA-256 即 digest；"
        '签名为 Ed25519，签的是 {"digest":"…","format":"zhucai-issued-report-1"}；核验码取自签名。',
        "Of an issued report, write `report` as canonical JSON (sorted keys, no spaces, UTF-8): its SHA-256 is "
        "`digest`; the "
        'signature is Ed25519 over {"digest":"…","format":"zhucai-issued-report-1"}; the code is of the signature.',
    ),
)


def _documents() -> Iterator[Both]:
    for one in SEEDED:
        until = one.valid_to.isoformat() if one.valid_to else "…"
        days = f"{one.valid_from.isoformat()} – {until}"
        yield (
            f"{one.rule.name}（{one.rule.code}，{days}）：{one.rule.source}",
            f"{one.rule.name_en} ({one.rule.code}, {days}): {one.rule.source}",
        )
    yield (
        "规则适用于以后年度，须有写明文件的延续记录；现行规则见 /api/v1/rules，县名单见 /api/v1/designations。",
        "A rule binds a later year only through a record that names its document; what is in force is at "
        "/api/v1/rules, the "
        "lists of counties at /api/v1/designations.",
    )


SECTIONS: Sequence[Section] = (
    ("counted", ("计算什么", "What is counted"), _COUNTED),
    ("documents", ("依据哪些文件", "From which documents"), tuple(_documents())),
    ("readings", ("我们的解读", "How we read them"), tuple((one.rule.reading, one.rule.reading_en) for one in SEEDED)),
    (
        "defaults",
        ("文件未写明处的默认做法", "Defaults where the documents are silent"),
        tuple((f"{one['question']}{one['answer']}", f"{one['question_en']} {one['answer_en']}") for one in DEFAULTS),
    ),
    ("statuses", ("状态", "Statuses"), _STATUSES),
    (
        "reasons",
        ("每笔采购的理由", "The reason of each purchase"),
        tuple((f"{code}：{zh}", f"{code}: {en}") for code, (zh, en) in templates().items()),
    ),
    ("reports", ("通报", "Reports"), _RANKED),
    ("limits", ("局限", "Limits"), _LIMITS),
    ("recompute", ("如何重算", "How to recompute"), _RECOMPUTED),
)


def method() -> dict[str, Any]:
    """Write the method as data, each text in both languages."""
    return {
        "format": FORMAT,
        "title": TITLE[0],
        "title_en": TITLE[1],
        "sections": [
            {
                "code": code,
                "title": title[0],
                "title_en": title[1],
                "paragraphs": [{"zh": zh, "en": en} for zh, en in paragraphs],
            }
            for code, title, paragraphs in SECTIONS
        ],
    }


def method_text(language: str) -> str:
    """Write the method as Markdown in one language, `zh` or `en`."""
    place = 0 if language == "zh" else 1
    lines = [f"# {TITLE[place]}"]
    for _, title, paragraphs in SECTIONS:
        lines += ["", f"## {title[place]}", "", *(f"* {both[place]}" for both in paragraphs)]
    return "\n".join(lines) + "\n"
