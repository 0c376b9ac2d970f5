"""A report on paper (公文) says in sentences what its tables show, and on every page as of when and under which code.

What is written here is plain text; the layout (`clients/report.typ`) adds nothing to it and reads nothing into it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.procurement_quota.domain.report_table import (
    ABSENT,
    BY_NAME,
    IF_PROVEN,
    PARTS,
    Column,
    Kind,
    grouped_yuan,
    lacking,
    percent,
    points,
    title_of,
)
from services.procurement_quota.domain.report_words import LEVELS, MISSING, STATUSES, Both, Words, trend_name
from services.procurement_quota.domain.reporting import Level
from services.procurement_quota.domain.words import Status

ON_PAPER = (
    ("rank", 6),
    ("name", 21),
    ("canteens", 6),
    ("on_pace", 6),
    ("behind", 6),
    ("met", 6),
    ("missed", 6),
    ("no_purchases", 6),
    ("no_duty", 6),
    ("base_yuan", 13),
    ("counted_yuan", 13),
    ("held_yuan", 13),
    ("share", 8),
    ("required_yuan", 13),
    ("shortfall_yuan", 13),
    ("share_if_proven", 8),
    ("shortfall_if_proven_yuan", 13),
    ("fulfilled", 8),
    ("band", 10),
    ("since_previous", 8),
    ("since_last_year", 8),
)
APART_ON_PAPER = (
    ("name", 20),
    ("note", 14),
    ("canteens", 6),
    ("on_pace", 6),
    ("behind", 6),
    ("met", 6),
    ("missed", 6),
    ("unproven", 6),
    ("no_purchases", 6),
    ("no_duty", 6),
    ("base_yuan", 14),
    ("counted_yuan", 14),
    ("held_yuan", 14),
    ("required_yuan", 14),
    ("shortfall_yuan", 14),
    ("shortfall_if_proven_yuan", 14),
)
"""Columns of each annex with their part of its width; what no row of the annex has is left out."""
_ALIGNED = {Kind.TEXT: "left", Kind.COUNT: "center"}
_WRITTEN = {Kind.YUAN: grouped_yuan, Kind.PERCENT: lambda bp: f"{percent(bp)}%", Kind.POINTS: points}


def rows_on_paper(report: Mapping[str, Any]) -> int:
    """Count the lines of all annexes, which the paper's length is bounded by."""
    return sum(len(report[name]) for name in (*PARTS, "unproven_canteens"))


def paper_of(report: Mapping[str, Any], code: str | None, day: date, moment: str, language: str) -> dict[str, Any]:
    """Write everything that is on the paper; `day` is its date, `moment` what was known by, in Asia/Shanghai."""
    words = Words(language)
    rule = report["rule"]
    printed = words(
        (f"核验码 {code}", f"Verification code {code}") if code else ("工作稿，未签发", "Working copy, not issued")
    )
    return {
        "lang": language,
        "region": "cn" if language == "zh" else "us",
        "indent": 2 if language == "zh" else 0,
        "unit": report["subject"]["name"],
        "number": printed,
        "title": title_of(report, words),
        "day": _day(day, words),
        "page": {
            "first": words(("第 ", "Page ")),
            "between": words((" 页 共 ", " of ")),
            "last": words((" 页", "")),
        },
        "footer": [
            words((f"规则 {rule['code']} 第{rule['version']}版", f"Rule {rule['code']} version {rule['version']}"))
            + words((f"　截至 {report['happened_by']} 发生", f"   happened by {report['happened_by']}"))
            + words((f"　{moment}（北京时间）前知悉", f"   known by {moment} (Asia/Shanghai)")),
            printed
            + words(
                (f"　账簿链根 {report['position']['root'][:16]}…", f"   ledger root {report['position']['root'][:16]}…")
            ),
        ],
        "attached": {"first": words(("附件：", "Annexes: ")), "later": words(("　　　", "   "))},
        "sections": _sections(report, words, code),
        "annexes": list(_annexes(report, words)),
    }


def _day(day: date, words: Words) -> str:
    return words((f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B} {day.year}"))


def _sections(report: Mapping[str, Any], words: Words, code: str | None) -> list[dict[str, Any]]:
    ordered = [
        (("总体情况", "Overall"), _overall(report, words), None),
        (("排名办法", "How it is ranked"), _ranked(report, words), None),
        (("完成档次", "Bands"), [words(_BANDS_SAID)], _bands(report, words)),
        (("可比情况", "Compared with earlier"), [_compared(report, words)], None),
        (("依据与口径", "Rule and reading"), _rule(report, words), None),
        (("核验", "Verification"), [_verified(words, code)], None),
    ]
    numerals = "一二三四五六"
    return [
        {
            "heading": words((f"{numerals[place]}、{heading[0]}", f"{place + 1}. {heading[1]}")),
            "lines": lines,
            "table": table,
        }
        for place, (heading, lines, table) in enumerate(ordered)
    ]


def _overall(report: Mapping[str, Any], words: Words) -> list[str]:
    totals, day = report["totals"], date.fromisoformat(report["happened_by"])
    counts = {status: totals["counts"][status.value] for status in Status if totals["counts"][status.value]}
    named = words(("、", ", ")).join(
        words((f"{STATUSES[s][0]}{n}个", f"{n} {STATUSES[s][1].lower()}")) for s, n in counts.items()
    )
    if not totals["canteens"]:
        return [
            words(
                (f"截至{_day(day, words)}，本单位及所属没有食堂。", f"By {_day(day, words)} there is no canteen here.")
            )
        ]
    money = {
        name: grouped_yuan(totals["figures"][f"{name}_fen"]) for name in ("base", "counted", "required", "shortfall")
    }
    return [
        words(
            (
                f"截至{_day(day, words)}，本单位及所属共有食堂{totals['canteens']}个：{named}。",
                f"By {_day(day, words)} there are {totals['canteens']} canteens here: {named}.",
            )
        ),
        words(
            (
                f"农副产品采购基数合计{money['base']}元，计入{money['counted']}元；有任务的食堂应购额合计{money['required']}元，"
                f"缺口合计{money['shortfall']}元。缺口逐个食堂相加，结余不相抵；未证实的不作零计。",
                f"The bases add up to {money['base']} yuan, of which {money['counted']} count; {money['required']} are "
                f"required and {money['shortfall']} are short. Shortfalls are added canteen by canteen and no surplus "
                "fills another's gap; what is unproven is not taken for zero.",
            )
        ),
        *_held(totals["figures"].get("held_fen", 0), totals.get("if_proven"), words),
    ]


def _held(held_fen: int, proven: Mapping[str, Any] | None, words: Words) -> list[str]:
    held = grouped_yuan(held_fen)
    said = (
        f"另有{held}元因供应方商品存有疑点暂缓计入，已在基数之内，查清后按结论处理。",
        f"Another {held} yuan, within the bases, are held until what is flagged of suppliers' goods is decided.",
    )
    return [words(said) + _if_proven(proven, words)] if held_fen else []


def _if_proven(proven: Mapping[str, Any] | None, words: Words) -> str:
    if proven is None:
        return ""
    counted, short = grouped_yuan(proven["counted_fen"]), grouped_yuan(proven["shortfall_fen"])
    return words(
        (
            f"疑点如全部排除，计入{counted}元，缺口合计{short}元。",
            f" Were all of it proven, {counted} yuan would count and {short} would be short.",
        )
    )


def _ranked(report: Mapping[str, Any], words: Words) -> list[str]:
    level = LEVELS[Level(report["level"])]
    ranked, unproven, other = (len(report[name]) for name in PARTS)
    return [
        words.named(report["criterion"], "says"),
        words(
            (
                f"以{level[0]}为单位，参加排名{ranked}个；因有食堂未证实不列名次{unproven}个；其他原因不列名次{other}个。",
                f"By {level[1].lower()}: {ranked} ranked, {unproven} without a rank because a canteen is unproven, "
                f"{other} for another reason.",
            )
        ),
    ]


_BANDS_SAID: Both = (
    "按完成率分档，只计已证实且有采购的。",
    "By what is fulfilled, of those proven that bought something.",
)


def _bands(report: Mapping[str, Any], words: Words) -> dict[str, Any]:
    titles = (("档次", "Band"), ("完成率自", "Fulfilled from"), ("行数", "Rows"), ("食堂数", "Canteens"))
    return {
        "columns": [{"title": words(title), "width": 1, "align": "center"} for title in titles],
        "rows": [
            [words.named(band), f"{percent(band['from_bp'])}%", str(band["rows"]), str(band["canteens"])]
            for band in report["bands"]
        ],
    }


def _compared(report: Mapping[str, Any], words: Words) -> str:
    said = []
    for trend in report["trends"]:
        name = words(trend_name(trend["name"]))
        if trend["missing"] is not None:
            said.append(
                words(
                    (f"{name}：无（{MISSING[trend['missing']][0]}）", f"{name}: none ({MISSING[trend['missing']][1]})")
                )
            )
        else:
            preset = f", {words.named(trend['preset'])}" if trend["preset"] else ""
            day = _day(date.fromisoformat(trend["happened_by"]), words)
            said.append(words((f"{name}：{day}{preset.replace(', ', '，')}", f"{name}: {day}{preset}")))
    close = words(
        (
            "。任一日期未证实的，不比较，以“—”示之。",
            ". Where either day is not proven there is no comparison, shown as “—”.",
        )
    )
    return words(("；", "; ")).join(said) + close


def _rule(report: Mapping[str, Any], words: Words) -> list[str]:
    rule = report["rule"]
    return [
        words(
            (
                f"规则：{words.named(rule)}。依据：{rule['source']}。",
                f"Rule: {words.named(rule)}. Source: {rule['source']}.",
            )
        ),
        words.named(rule, "reading"),
    ]


def _verified(words: Words, code: str | None) -> str:
    if code is None:
        return words(
            ("本件为工作稿，未签发，不作依据。", "This is a working copy; it was not issued and proves nothing.")
        )
    return words(
        (
            f"凭核验码{code}，任何人可在平台（/api/v1/issued-reports/核验码）取得签发时的全部数字，与本件逐项核对。",
            f"With the code {code} anybody gets every figure as issued (/api/v1/issued-reports/CODE) and compares.",
        )
    )


def _annexes(report: Mapping[str, Any], words: Words) -> Any:
    headings: list[tuple[Both, Both, dict[str, Any]]] = []
    level = Level(report["level"])
    for code, columns in (("ranked", ON_PAPER), ("unproven", APART_ON_PAPER), ("not_ranked", APART_ON_PAPER)):
        if report[code] and not (code == "unproven" and level is Level.CANTEEN):
            headings.append((PARTS[code], _NOTES[code], _table(report[code], columns, words, level)))
    if report["unproven_canteens"]:
        table = _canteens(report["unproven_canteens"], words)
        headings.append((("未证实食堂", "Unproven canteens"), _NOTES["canteens"], table))
    for place, (heading, note, table) in enumerate(headings, start=1):
        yield {
            "title": words((f"附件{place}　{heading[0]}", f"Annex {place}: {heading[1]}")),
            "listed": f"{place}. {words(heading)}",
            "note": words(note),
            **table,
        }


_NOTES: Mapping[str, Both] = {
    "ranked": ("", ""),
    "unproven": (
        "下列各行有食堂未证实，不列名次；所列金额为已知数，缺失的不作零计。",
        "A canteen of each of these is unproven, so they have no rank; the amounts are what is known, and what is "
        "missing is not taken for zero.",
    ),
    "not_ranked": ("", ""),
    "canteens": (
        "每月次月10日前由财务确认；账簿超过确认数的须说明。",
        "Finance attests each month by the 10th of the next, and explains a ledger above what it attested.",
    ),
}


def _table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, int]], words: Words, level: Level
) -> dict[str, Any]:
    kept = [(BY_NAME[name], width) for name, width in columns if _has(BY_NAME[name], rows, words)]
    if level is Level.CANTEEN:
        kept = [(column, width) for column, width in kept if column.name != "canteens"]
    return {
        "columns": [
            {
                "title": words(LEVELS[level] if column.name == "name" else column.title),
                "width": width,
                "align": _ALIGNED.get(column.kind, "right"),
            }
            for column, width in kept
        ],
        "rows": [[_cell(column, row, words) for column, _ in kept] for row in rows],
    }


def _has(column: Column, rows: Sequence[Mapping[str, Any]], words: Words) -> bool:
    """Whether any row says something in a column; a count that is nought everywhere, or what is held, says nothing."""
    asked = BY_NAME["held_yuan"] if column.name in IF_PROVEN else column
    values = [asked.of(row, words) for row in rows]
    optional = asked.name in {"held_yuan", *(status.value for status in Status)}
    return any(values) if optional else any(value is not None for value in values)


def _cell(column: Column, row: Mapping[str, Any], words: Words) -> str:
    value = column.of(row, words)
    return ABSENT if value is None else _WRITTEN.get(column.kind, str)(value)


def _canteens(canteens: Sequence[Mapping[str, Any]], words: Words) -> dict[str, Any]:
    titles = (("食堂", "Canteen", 30, "left"), ("单位", "Unit", 24, "left"), ("缺什么", "What it lacks", 30, "left"))
    money = (("基数（元）", "Base (yuan)", 14, "right"), ("计入（元）", "Counted (yuan)", 14, "right"))
    return {
        "columns": [
            {"title": words((zh, en)), "width": width, "align": align} for zh, en, width, align in (*titles, *money)
        ],
        "rows": [
            [
                one["name"],
                one["unit_name"],
                lacking(one, words),
                grouped_yuan(one["base_fen"]),
                grouped_yuan(one["counted_fen"]),
            ]
            for one in canteens
        ],
    }
