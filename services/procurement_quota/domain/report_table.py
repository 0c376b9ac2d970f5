"""A report's table has one set of columns for every format: their titles in both languages, and what kind each is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.procurement_quota.domain.report_words import APART, STATUSES, Both, Words
from services.procurement_quota.domain.reporting import BANDS, Apart
from services.procurement_quota.domain.words import Status
from shared.money import yuan

Written = Mapping[str, Any]
"""A row as `row_written` writes it."""
ABSENT = "—"
_BANDS: Mapping[str, Both] = {band.code: (band.name, band.name_en) for band in BANDS}


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    COUNT = "count"
    YUAN = "yuan"  # held in whole fen
    PERCENT = "percent"  # held in whole basis points
    POINTS = "points"  # a difference of percentages, held in whole basis points, signed


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `of` takes a row's value, `summed` tells that the total adds it up."""

    name: str
    title: Both
    kind: Kind
    of: Callable[[Written, Words], Any]
    summed: bool = False


def _count(status: Status) -> Column:
    return Column(
        status.value, STATUSES[status], Kind.COUNT, lambda row, words: row["counts"][status.value], summed=True
    )


def _change(name: str) -> Callable[[Written, Words], Any]:
    return lambda row, words: row["trend"][name]["change_bp"] if row["trend"][name] else None


def name_of(row: Written, words: Words) -> str:
    """Name a row; what belongs to a unit above the level itself says so."""
    return str(row["name"]) + (words(("（本级）", " (own)")) if row["own"] else "")


def _share_if_proven(row: Written, words: Words) -> int | None:
    proven = row.get("if_proven")
    return proven["share_bp"] if proven else None if row.get("held_fen") else row["share_bp"]


def _shortfall_if_proven(row: Written, words: Words) -> int | None:
    """What was issued before this was told, and holds something, does not say."""
    proven = row.get("if_proven")
    return proven["shortfall_fen"] if proven else None if row.get("held_fen") else row["shortfall_fen"]


COLUMNS = (
    Column("rank", ("名次", "Rank"), Kind.COUNT, lambda row, words: row["rank"]),
    Column("name", ("单位", "Unit"), Kind.TEXT, name_of),
    Column("canteens", ("食堂数", "Canteens"), Kind.COUNT, lambda row, words: row["canteens"], summed=True),
    _count(Status.ON_PACE),
    _count(Status.BEHIND),
    _count(Status.MET),
    _count(Status.MISSED),
    _count(Status.UNPROVEN),
    _count(Status.NO_PURCHASES),
    _count(Status.NO_DUTY),
    _count(Status.PREFERENCE),
    Column("base_yuan", ("基数（元）", "Base (yuan)"), Kind.YUAN, lambda row, words: row["base_fen"], summed=True),
    Column(
        "counted_yuan", ("计入（元）", "Counted (yuan)"), Kind.YUAN, lambda row, words: row["counted_fen"], summed=True
    ),
    Column(
        "held_yuan",
        ("疑点暂缓（元）", "Held for flags (yuan)"),
        Kind.YUAN,
        lambda row, words: row.get("held_fen", 0),
        summed=True,
    ),
    Column("share", ("占比", "Share"), Kind.PERCENT, lambda row, words: row["share_bp"]),
    Column("rate", ("应达比例", "Rate"), Kind.PERCENT, lambda row, words: row["rate_bp"]),
    Column(
        "required_yuan",
        ("应购（元）", "Required (yuan)"),
        Kind.YUAN,
        lambda row, words: row["required_fen"],
        summed=True,
    ),
    Column(
        "shortfall_yuan",
        ("缺口（元）", "Shortfall (yuan)"),
        Kind.YUAN,
        lambda row, words: row["shortfall_fen"],
        summed=True,
    ),
    Column("share_if_proven", ("排除疑点后占比", "Share if held is proven"), Kind.PERCENT, _share_if_proven),
    Column(
        "shortfall_if_proven_yuan",
        ("排除疑点后缺口（元）", "Shortfall if held is proven (yuan)"),
        Kind.YUAN,
        _shortfall_if_proven,
        summed=True,
    ),
    Column("fulfilled", ("完成率", "Fulfilled"), Kind.PERCENT, lambda row, words: row["fulfilled_bp"]),
    Column("band", ("档次", "Band"), Kind.TEXT, lambda row, words: words(_BANDS[row["band"]]) if row["band"] else None),
    Column("since_previous", ("较上次（百分点）", "Since previous (points)"), Kind.POINTS, _change("previous")),
    Column("since_last_year", ("同比（百分点）", "On last year (points)"), Kind.POINTS, _change("last_year")),
    Column(
        "note",
        ("说明", "Note"),
        Kind.TEXT,
        lambda row, words: words(APART[Apart(row["apart"])]) if row["apart"] else None,
    ),
)
IF_PROVEN = ("share_if_proven", "shortfall_if_proven_yuan")
"""What says something only where something is held."""
BY_NAME = {column.name: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report: its rows under a heading."""

    code: str
    heading: Both
    rows: Sequence[Written]


def parts_of(report: Mapping[str, Any]) -> Iterator[Part]:
    """Give the parts of a report, those without rows left out."""
    for code, heading in PARTS.items():
        if report[code]:
            yield Part(code, heading, report[code])


PARTS: Mapping[str, Both] = {
    "ranked": ("排名", "Ranked"),
    "unproven": ("未证实（不列名次）", "Unproven (not ranked)"),
    "not_ranked": ("其他不列名次", "Otherwise not ranked"),
}


def title_of(report: Mapping[str, Any], words: Words) -> str:
    """Give a report its title."""
    year, rule = report["year"], words.named(report["rule"])
    return words((f"关于{year}年度{rule}执行情况的通报", f"Report for {year}: {rule}"))


def lacking(canteen: Mapping[str, Any], words: Words) -> str:
    """Say what a canteen lacks to be proven."""
    if canteen["above_attested"]:
        return words(("账簿超过确认数而无说明", "The ledger is above the attested amount, unexplained"))
    months = "、".join(str(month) for month in canteen["missing_months"])
    return words((f"未确认月份：{months}", f"Months not attested: {months.replace('、', ', ')}"))


def grouped_yuan(fen: int) -> str:
    """Write whole fen as yuan with two decimals and thousands apart, for people."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def percent(bp: int) -> str:
    """Write whole basis points as a percentage, for example `20.05`."""
    return yuan(bp)


def points(bp: int) -> str:
    """Write a signed difference in percentage points; what did not move has no sign."""
    return f"+{yuan(bp)}" if bp > 0 else yuan(bp)
