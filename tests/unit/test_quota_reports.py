"""A report ranks what is proven by a declared criterion, and takes nothing that is missing for zero."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from services.procurement_quota.clients.tables_out import report_csv
from services.procurement_quota.clients.workbook_out import report_workbook
from services.procurement_quota.domain.report_paper import ON_PAPER, _held, _if_proven, _table
from services.procurement_quota.domain.report_presets import (
    PRESETS,
    Series,
    preset_before,
    preset_days,
    same_day_last_year,
)
from services.procurement_quota.domain.report_table import BY_NAME, percent, points
from services.procurement_quota.domain.report_words import Words
from services.procurement_quota.domain.reporting import (
    Apart,
    Criterion,
    Level,
    Place,
    Row,
    band_of,
    bands_of,
    change_of,
    measure_of,
    ranking,
    row_of,
    row_written,
    rows_by,
)
from shared.contracts.words import UnitLevel
from shared.ids import derived_id
from shared.money import yuan
from shared.tables.harmless import harmless


def a_member(
    status: str, base: int = 0, counted: int = 0, rate: int | None = 2_000, path: str = "/1/2/", **other: Any
) -> dict[str, Any]:
    """A row of a statement: a canteen against its rate, in fen."""
    required = None if rate is None else -(-rate * max(0, base) // 10_000)
    shortfall = None if required is None else max(0, required - counted)
    return {
        "id": str(derived_id("canteen", path, status, base, counted)),
        "name": f"{path}食堂",
        "unit_name": path,
        "unit_path": path,
        "status": status,
        "base_fen": base,
        "counted_fen": counted,
        "held_fen": 0,
        "if_proven": None,
        "surplus_fen": None if required is None else max(0, counted - required),
        **dict.fromkeys(("ledger_fen", "attested_fen", "reserved_fen", "unpaid_fen", "accepted_fen"), 0),
        "coverage": {"attested_base_fen": 0, "due_months": 0, "due_months_attested": 0},
        "rate_bp": rate,
        "required_fen": required,
        "shortfall_fen": shortfall,
    } | other


def a_row(*members: dict[str, Any], key: str = "/1/2/") -> Row:
    return row_of(Place(key, key, key, key), members)


GOOD, POOR, NONE = a_member("on_pace", 1_000, 300), a_member("behind", 1_000, 100), a_member("no_duty", 50, 0)
LACKING = a_member("unproven", 1_000, 900)
NOTHING = a_member("no_purchases")


class TestRow:
    def test_nets_nothing(self) -> None:
        row = a_row(GOOD, POOR)
        assert (row.base_fen, row.counted_fen, row.required_fen, row.shortfall_fen) == (2_000, 400, 400, 100)
        assert (row.fulfilled, row.fulfilled_bp) == (Fraction(3, 4), 7_500)

    def test_of_forty_in_four_hundred_and_a_hundred_in_a_hundred_is_not_fulfilled(self) -> None:
        row = a_row(a_member("missed", 40_000, 4_000), a_member("met", 10_000, 10_000, 5_000))
        assert (row.required_fen, row.shortfall_fen, row.fulfilled_bp) == (13_000, 4_000, 6_923)
        assert (row.on_track, row.judged, row.rate_bp, row.share_bp) == (1, 2, None, None)

    def test_has_a_share_where_one_rate_binds_all_that_was_bought(self) -> None:
        assert a_row(GOOD, POOR).share_bp == 2_000
        assert a_row(GOOD, a_member("on_pace", 1_000, 600, 5_000)).share_bp is None
        assert a_row(GOOD, NONE).share_bp is None
        assert a_row(GOOD, a_member("no_duty")).share_bp == 3_000

    def test_who_has_no_duty_enters_no_requirement(self) -> None:
        row = a_row(GOOD, a_member("no_duty", 10_000, 0))
        assert (row.required_fen, row.shortfall_fen, row.fulfilled_bp) == (200, 0, 10_000)

    @pytest.mark.parametrize(
        ("members", "apart"),
        [
            ((), Apart.NO_CANTEENS),
            ((NONE,), Apart.NO_DUTY),
            ((NOTHING,), Apart.NO_PURCHASES),
            ((NONE, NOTHING), Apart.NO_PURCHASES),
            ((a_member("preference", 5, 5, None),), Apart.NO_PERCENTAGE),
            ((LACKING,), Apart.UNPROVEN),
            ((GOOD, GOOD, LACKING), Apart.UNPROVEN),
            ((GOOD,), None),
            ((POOR, NOTHING, NONE), None),
        ],
    )
    def test_is_ranked_only_when_all_of_it_is_proven(
        self, members: tuple[dict[str, Any], ...], apart: Apart | None
    ) -> None:
        row = a_row(*members)
        assert row.apart is apart
        if apart is not None:
            assert {measure_of(row, criterion) for criterion in Criterion} == {apart}

    def test_shows_no_percentage_of_what_is_not_proven(self) -> None:
        [one] = ranking([a_row(LACKING)], Criterion.FULFILLED)
        written = row_written(one, {})
        assert (written["rank"], written["apart"], written["base_fen"]) == (None, "unproven", 1_000)
        assert (written["share_bp"], written["fulfilled_bp"], written["band"]) == (None, None, None)


HELD = a_member(
    "missed",
    1_000,
    100,
    held_fen=150,
    if_proven={"counted_fen": 250, "share_bp": 2_500, "shortfall_fen": 0, "surplus_fen": 50, "status": "met"},
)


def a_report(*rows: dict[str, Any]) -> dict[str, Any]:
    """What the tables and the paper's sentences read of a report."""
    rule: dict[str, Any] = {"code": "hunan", "version": 1, "name": "湖南", "name_en": "Hunan"}
    dates = {"year": 2025, "happened_by": "2025-09-30", "known_by": "2025-09-30"}
    rule |= {"reading": "", "reading_en": "", "source": "", "documents": [], "defaults": []}
    said: dict[str, Any] = {"criterion": {"says": "", "says_en": ""}, "bands": [], "trends": []}
    said |= {"position": {"chains": 1, "root": ""}, "level": "county", "unproven_canteens": []}
    return {**dates, **said, "rule": rule, "ranked": rows, "unproven": (), "not_ranked": ()}


class TestIfProven:
    def written(self, *members: dict[str, Any]) -> dict[str, Any]:
        [one] = ranking([a_row(*members)], Criterion.FULFILLED)
        return row_written(one, {"previous": None, "last_year": None})

    def test_a_row_tells_where_it_would_stand_were_what_is_held_proven(self) -> None:
        row = self.written(HELD, POOR)
        assert (row["counted_fen"], row["held_fen"], row["share_bp"], row["shortfall_fen"]) == (200, 150, 1_000, 200)
        proven = row["if_proven"]
        assert (proven["counted_fen"], proven["share_bp"], proven["shortfall_fen"]) == (350, 1_750, 100)
        assert (proven["surplus_fen"], proven["counts"]["met"], proven["counts"]["behind"]) == (50, 1, 1)
        assert self.written(GOOD, POOR)["if_proven"] is None
        assert self.written(HELD, LACKING)["if_proven"]["share_bp"] is None

    @pytest.mark.parametrize(
        ("language", "titles"),
        [
            ("zh", ("排除疑点后占比", "排除疑点后缺口（元）")),
            ("en", ("Share if held is proven", "Shortfall if held is proven (yuan)")),
        ],
    )
    def test_the_table_has_a_column_for_it(self, language: str, titles: tuple[str, str]) -> None:
        older = {name: value for name, value in self.written(HELD).items() if name != "if_proven"}
        report = a_report(self.written(HELD, POOR), self.written(POOR), older)
        table = list(csv.DictReader(io.StringIO(report_csv(report, None, language).decode("utf-8-sig"))))
        assert [tuple(row[title] for title in titles) for row in table] == [
            ("17.50", "1.00"),
            ("10.00", "1.00"),
            ("", ""),
        ]

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_the_workbook_sums_it_only_where_every_row_tells_it(self, language: str) -> None:
        older = {name: value for name, value in self.written(HELD).items() if name != "if_proven"}
        title = Words(language)(BY_NAME["shortfall_if_proven_yuan"].title)
        for rows, told in (
            ((self.written(HELD, POOR), self.written(POOR)), [1, 1, 2]),
            ((self.written(POOR), older), [1, "—", "—"]),
        ):
            body = report_workbook(a_report(*rows), None, language)
            table = openpyxl.load_workbook(io.BytesIO(body), data_only=True).worksheets[0]
            [column] = [cell.column for cell in table[7] if cell.value == title]
            assert [table.cell(row, column).value for row in range(8, 11)] == told

    def test_the_paper_says_it_in_words_and_has_a_column_where_something_is_held(self) -> None:
        for language, said, title in (
            ("zh", "疑点如全部排除，计入3.50元，缺口合计1.00元。", "排除疑点后缺口（元）"),
            ("en", "Were all of it proven, 3.50 yuan would count and 1.00 would be short.", "Shortfall if held is"),
        ):
            words, row = Words(language), self.written(HELD, POOR)
            [sentence] = _held(150, row["if_proven"], words)
            assert sentence.endswith(said)
            assert _held(150, None, words)[0] + _if_proven(row["if_proven"], words) == sentence
            assert _held(0, None, words) == []
            held, none = (
                [one["title"] for one in _table([row], ON_PAPER, words, Level.COUNTY)["columns"]]
                for row in (row, self.written(POOR))
            )
            assert len([one for one in held if one.startswith(title)]) == 1
            assert [one for one in none if one.startswith(title)] == []


class TestRanking:
    def ranks(self, criterion: Criterion, **rows: tuple[dict[str, Any], ...]) -> dict[str, int | Apart | None]:
        found = ranking([a_row(*members, key=key) for key, members in rows.items()], criterion)
        return {one.row.place.key: one.rank or one.apart for one in found}

    def test_gives_equals_one_rank_and_counts_them_for_the_next(self) -> None:
        rows = {"a": (POOR,), "b": (GOOD,), "c": (a_member("on_pace", 50, 10),), "d": (NOTHING,), "e": (LACKING,)}
        assert list(self.ranks(Criterion.FULFILLED, **rows).items()) == [
            ("b", 1),
            ("c", 1),
            ("a", 3),
            ("d", Apart.NO_PURCHASES),
            ("e", Apart.UNPROVEN),
        ]

    def test_tells_apart_what_the_same_percentage_shows(self) -> None:
        close, closer = a_member("behind", 10**9, 10**8), a_member("behind", 10**9, 10**8 + 1)
        assert self.ranks(Criterion.FULFILLED, a=(close,), b=(closer,)) == {"b": 1, "a": 2}
        assert a_row(close).fulfilled_bp == a_row(closer).fulfilled_bp == 5_000

    def test_follows_its_criterion(self) -> None:
        many = (GOOD, GOOD, GOOD, a_member("behind", 100_000, 0))
        one = (a_member("behind", 1_000, 199),)
        assert self.ranks(Criterion.ON_TRACK, many=many, one=one) == {"many": 1, "one": 2}
        assert self.ranks(Criterion.FULFILLED, many=many, one=one) == {"one": 1, "many": 2}
        assert self.ranks(Criterion.SHORTFALL, many=many, one=one) == {"one": 1, "many": 2}
        assert self.ranks(Criterion.SHARE, many=many, one=one) == {"one": 1, "many": 2}

    def test_by_share_leaves_out_whom_several_rates_bind(self) -> None:
        both = (GOOD, a_member("on_pace", 1_000, 600, 5_000))
        assert self.ranks(Criterion.SHARE, one=(GOOD,), both=both) == {"one": 1, "both": Apart.SEVERAL_RATES}


class TestBands:
    @pytest.mark.parametrize(
        ("bp", "band"),
        [
            (10_000, "full"),
            (9_999, "near"),
            (8_000, "near"),
            (7_999, "half"),
            (5_000, "half"),
            (4_999, "low"),
            (0, "low"),
        ],
    )
    def test_begin_where_they_say(self, bp: int, band: str) -> None:
        assert band_of(bp).code == band

    def test_one_fen_short_is_not_fulfilled(self) -> None:
        row = a_row(a_member("behind", 10**12, 2 * 10**11 - 1))
        assert (row.fulfilled_bp, band_of(row.fulfilled_bp or 0).code) == (9_999, "near")

    def test_count_ranked_rows_and_proven_canteens(self) -> None:
        rows = ranking([a_row(GOOD, POOR), a_row(LACKING), a_row(NONE)], Criterion.FULFILLED)
        counted = {one["code"]: (one["rows"], one["canteens"]) for one in bands_of(rows, [GOOD, POOR, LACKING, NONE])}
        assert counted == {"full": (0, 1), "near": (0, 0), "half": (1, 1), "low": (0, 0)}


class TestTrend:
    def test_is_the_difference_of_what_was_printed(self) -> None:
        assert change_of(a_row(GOOD), a_row(POOR)) == {
            "fulfilled_bp": 5_000,
            "change_bp": 5_000,
            "shortfall_fen": 100,
            "shortfall_change_fen": -100,
        }

    @pytest.mark.parametrize(
        ("now", "then"), [(GOOD, None), (GOOD, LACKING), (LACKING, GOOD), (GOOD, NOTHING), (GOOD, NONE)]
    )
    def test_is_missing_and_not_zero_where_a_day_is_not_known(
        self, now: dict[str, Any], then: dict[str, Any] | None
    ) -> None:
        assert change_of(a_row(now), None if then is None else a_row(then)) is None

    def test_is_written_under_the_name_of_each_comparison(self) -> None:
        [one] = ranking([a_row(GOOD)], Criterion.FULFILLED)
        trend = row_written(one, {"previous": {"/1/2/": a_row(POOR)}, "last_year": None})["trend"]
        assert (trend["previous"]["change_bp"], trend["last_year"]) == (5_000, None)


@dataclass(frozen=True)
class Unit:
    path: str
    level: UnitLevel

    @property
    def id(self) -> UUID:
        return derived_id("unit", self.path)

    @property
    def name(self) -> str:
        return f"单位{self.path}"


TOP = Unit("/1/", UnitLevel.PROVINCE)
TREE = [
    TOP,
    Unit("/1/2/", UnitLevel.PREFECTURE),
    Unit("/1/3/", UnitLevel.PREFECTURE),
    Unit("/1/9/", UnitLevel.PROVINCE),
    Unit("/1/2/4/", UnitLevel.COUNTY),
    Unit("/1/2/8/", UnitLevel.PREFECTURE),
    Unit("/1/2/4/7/", UnitLevel.COUNTY),
]
EVERYWHERE = [a_member("on_pace", 100, 30, path=unit.path) for unit in TREE if unit.path != "/1/3/"]


class TestGrouping:
    def grouped(self, level: Level, subject: Unit = TOP) -> dict[str, list[str]]:
        inside = [one for one in TREE if one.path.startswith(subject.path)]
        members = [one for one in EVERYWHERE if one["unit_path"].startswith(subject.path)]
        rows = rows_by(level, subject, inside, members)
        assert rows is not None
        assert sum(len(row.members) for row in rows) == len(members)
        return {row.place.key: [one["unit_path"] for one in row.members] for row in rows}

    def test_by_prefecture_keeps_the_province_s_own_in_a_row_of_its_own(self) -> None:
        assert self.grouped(Level.PREFECTURE) == {
            "/1/*": ["/1/", "/1/9/"],
            "/1/2/": ["/1/2/", "/1/2/4/", "/1/2/8/", "/1/2/4/7/"],
            "/1/3/": [],
        }

    def test_by_county_keeps_each_federation_s_own_above_apart(self) -> None:
        assert self.grouped(Level.COUNTY) == {
            "/1/*": ["/1/", "/1/9/"],
            "/1/2/*": ["/1/2/", "/1/2/8/"],
            "/1/2/4/": ["/1/2/4/", "/1/2/4/7/"],
        }
        assert self.grouped(Level.COUNTY, TREE[1]) == {
            "/1/2/*": ["/1/2/", "/1/2/8/"],
            "/1/2/4/": ["/1/2/4/", "/1/2/4/7/"],
        }

    def test_by_unit_and_by_canteen(self) -> None:
        assert list(self.grouped(Level.UNIT)) == sorted(one["unit_path"] for one in EVERYWHERE)
        assert len(self.grouped(Level.CANTEEN)) == len(EVERYWHERE)

    def test_a_level_that_is_not_below_has_no_rows(self) -> None:
        assert rows_by(Level.PREFECTURE, TREE[1], TREE[1:2], []) is None
        assert rows_by(Level.COUNTY, TREE[4], [TREE[4], TREE[6]], []) is None
        assert rows_by(Level.CANTEEN, TREE[4], [TREE[4]], []) == []


class TestPresets:
    def test_are_the_documents_own_dates(self) -> None:
        assert [(one.code, day) for one, day in preset_days(2020)] == [
            ("prefectures-june", date(2020, 6, 19)),
            ("review-june", date(2020, 6, 30)),
            ("prefectures-september", date(2020, 9, 18)),
            ("review-september", date(2020, 9, 30)),
        ]
        assert list(preset_days(2019)) == []
        assert [(one.month, one.day) for one in PRESETS] == sorted((one.month, one.day) for one in PRESETS)

    @pytest.mark.parametrize(
        ("day", "series", "before"),
        [
            (date(2025, 9, 18), Series.PREFECTURES, "prefectures-june"),
            (date(2025, 9, 30), Series.REVIEW, "review-june"),
            (date(2025, 9, 30), None, "prefectures-september"),
            (date(2025, 6, 19), None, None),
            (date(2025, 6, 20), None, "prefectures-june"),
            (date(2025, 12, 31), None, "review-september"),
        ],
    )
    def test_are_compared_within_their_series_and_year(
        self, day: date, series: Series | None, before: str | None
    ) -> None:
        found = preset_before(day, series)
        assert (found[0].code if found else None) == before

    def test_the_same_date_last_year(self) -> None:
        assert same_day_last_year(date(2024, 2, 29)) == date(2023, 2, 28)
        assert same_day_last_year(date(2025, 6, 19)) == date(2024, 6, 19)


class TestFigures:
    def test_are_written_from_whole_fen(self) -> None:
        assert [yuan(fen) for fen in (0, 5, -5, 123_456, -100)] == ["0.00", "0.05", "-0.05", "1234.56", "-1.00"]
        assert (percent(2_005), points(150), points(-5), points(0)) == ("20.05", "+1.50", "-0.05", "0.00")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_a_name_is_no_formula(self, text: str) -> None:
        assert harmless(text) == f"'{text}"
        assert harmless("茶陵县残联") == "茶陵县残联"
