"""A report is the statement laid out by level: the same figures, ranked, with the unproven and the missing apart."""

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.procurement_quota.domain.method import method, method_text
from services.procurement_quota.domain.open_data import data_package
from services.procurement_quota.domain.reporting import Criterion, Level
from services.procurement_quota.domain.rules import RuleNotInForce, RuleNotKnownYet
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION
from services.procurement_quota.usecases import shape_report
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_report import get_report
from services.procurement_quota.usecases.get_statement import AskStatement
from services.procurement_quota.usecases.put_canteen import UnitUnknown
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.shape_report import AskReport, ReportTooLong
from shared.contracts.authority import NotAllowed, Role
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import noon, someone, stated
from tests.build.region import (
    HESHAN,
    HOSTILE,
    NANXIAN,
    TAOJIANG,
    YIYANG,
    YIYANG_PATH,
    YUANJIANG,
    ZIYANG,
    Region,
)
from tests.integration.procurement_quota.conftest import Door

SEPTEMBER = AskReport(HUNAN_CANTEEN, 2025, preset="review-september")
Report = dict[str, Any]


@pytest.fixture
async def september(desk: Desk, region: Region) -> Report:
    return await report_of(desk, region, SEPTEMBER)


async def report_of(desk: Desk, region: Region, ask: AskReport, code: str = YIYANG) -> Report:
    return await get_report(desk, region.auditor, unit_id(code), ask)


def rows(report: Report) -> dict[str, Report]:
    """Give all rows by the code that their path ends in, those of a unit's own with an asterisk."""
    everyone = [*report["ranked"], *report["unproven"], *report["not_ranked"]]
    return {one["path"].rstrip("/").rpartition("/")[2] + "*" * one["own"]: one for one in everyone}


class TestRows:
    async def test_of_every_county_are_there_and_each_canteen_in_one(self, september: Report) -> None:
        found = rows(september)
        counties = {ZIYANG, HESHAN, NANXIAN, YUANJIANG, TAOJIANG, "430923"}
        assert (set(found), september["level"]) == (counties | {YIYANG + "*"}, "county")
        assert sum(row["canteens"] for row in found.values()) == september["totals"]["canteens"] == 5

    async def test_are_ranked_by_what_is_fulfilled_and_the_rest_stands_apart_with_why(self, september: Report) -> None:
        ranked = [(row["rank"], row["path"], row["fulfilled_bp"], row["band"]) for row in september["ranked"]]
        assert ranked == [
            (1, f"{YIYANG_PATH}{ZIYANG}/", 10_000, "full"),
            (1, f"{YIYANG_PATH}{HESHAN}/", 10_000, "full"),
            (3, YIYANG_PATH, 9_950, "near"),
        ]
        assert [(row["apart"], row["share_bp"]) for row in september["unproven"]] == [("unproven", None)]
        assert {code: row["apart"] for code, row in rows(september).items() if not row["rank"]} == {
            NANXIAN: "unproven",
            YUANJIANG: "no_purchases",
            TAOJIANG: "no_canteens",
            "430923": "no_canteens",
        }

    async def test_name_the_canteens_that_lack_proof_and_what_they_lack(
        self, september: Report, region: Region
    ) -> None:
        [one] = september["unproven_canteens"]
        assert (one["id"], one["missing_months"]) == (str(region.kitchens[NANXIAN].canteen_id), list(range(1, 9)))
        assert (one["base_fen"], one["counted_fen"], one["above_attested"]) == (90_000, 90_000, False)

    async def test_move_since_the_date_before_and_are_missing_where_nothing_is_known(self, september: Report) -> None:
        previous, last_year = september["trends"]
        assert (previous["happened_by"], previous["preset"]["code"]) == ("2025-06-30", "review-june")
        assert (last_year["happened_by"], last_year["missing"]) == ("2024-09-30", "rule_not_known")
        trend = {code: row["trend"] for code, row in rows(september).items()}
        assert trend[HESHAN]["previous"] == {
            "fulfilled_bp": 4_999,
            "change_bp": 5_001,
            "shortfall_fen": 100_001,
            "shortfall_change_fen": -100_001,
        }
        assert trend[ZIYANG]["previous"]["change_bp"] == 0
        assert trend[NANXIAN] == trend[TAOJIANG] == {"previous": None, "last_year": None}

    async def test_count_bands(self, september: Report) -> None:
        bands = {one["code"]: (one["rows"], one["canteens"]) for one in september["bands"]}
        assert bands == {"full": (2, 2), "near": (1, 1), "half": (0, 0), "low": (0, 0)}

    @pytest.mark.parametrize("level", [Level.COUNTY, Level.UNIT, Level.CANTEEN])
    @pytest.mark.parametrize(
        "dates", [{"preset": "review-june"}, {"preset": "review-september"}, {}], ids=["june", "then", "now"]
    )
    async def test_have_the_figures_of_the_statement_to_the_fen(
        self, desk: Desk, region: Region, level: Level, dates: dict[str, Any]
    ) -> None:
        report = await report_of(desk, region, AskReport(HUNAN_CANTEEN, 2025, level=level, **dates))
        ask = AskStatement(HUNAN_CANTEEN, 2025, date.fromisoformat(report["happened_by"]), _moment(report, dates))
        shown = await stated(desk, region.auditor, unit_id(YIYANG), ask)
        shown["figures"].pop("share_bp")
        assert report["totals"] == {
            "canteens": len(shown["canteens"]),
            "counts": shown["counts"],
            "figures": shown["figures"],
            "if_proven": None,
        }
        assert report["position"]["root"] == shown["position"]["root"]
        everyone = [*report["ranked"], *report["unproven"], *report["not_ranked"]]
        for name in ("base_fen", "counted_fen", "required_fen", "shortfall_fen"):
            assert sum(row[name] for row in everyone) == shown["figures"][name]
        by_path = {row["path"]: row for row in everyone if not row["own"]}
        for below in shown["units"] if level is Level.COUNTY else []:
            row = by_path[below["path"]]
            names = ("canteens", "counts", "base_fen", "counted_fen", "shortfall_fen")
            assert {name: row[name] for name in names} == {name: below[name] for name in names}

    async def test_of_a_province_are_its_prefectures(self, desk: Desk, region: Region) -> None:
        report = await report_of(desk, region, SEPTEMBER, "430000")
        assert report["level"] == "prefecture"
        assert {code for code in rows(report) if code.endswith("00") and code != "430000"} >= {YIYANG, "430100"}
        assert rows(report)[YIYANG]["canteens"] == 5

    async def test_by_another_criterion_say_so(self, desk: Desk, region: Region) -> None:
        ask = AskReport(HUNAN_CANTEEN, 2025, preset="review-september", criterion=Criterion.SHARE)
        report = await report_of(desk, region, ask)
        assert report["criterion"]["code"] == "share"
        assert [row["share_bp"] for row in report["ranked"]] == [3_571, 2_500, 1_990]

    async def test_under_a_rule_without_a_percentage_none_is_ranked(self, desk: Desk, region: Region) -> None:
        report = await report_of(desk, region, AskReport(HUNAN_UNION, 2025))
        assert (report["ranked"], report["unproven"]) == ([], [])
        assert {row["apart"] for row in report["not_ranked"]} == {"no_percentage", "no_canteens"}

    async def test_of_where_there_is_nothing_are_empty(self, desk: Desk, region: Region) -> None:
        report = await report_of(desk, region, AskReport(HUNAN_CANTEEN, 2025), TAOJIANG)
        assert (report["level"], report["ranked"], report["not_ranked"]) == ("canteen", [], [])
        assert report["totals"]["counts"]["unproven"] == 0


def _moment(report: Report, dates: dict[str, Any]) -> Any:
    return date.fromisoformat(report["happened_by"]) if dates else None


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "ask"),
        [
            ("preset", {"preset": "spring"}),
            ("preset", {"preset": "review-june", "year": 2019}),
            ("happened_by", {"preset": "review-june", "happened_by": date(2025, 6, 1)}),
            ("happened_by", {"happened_by": date(2025, 10, 3)}),
            ("happened_by", {"happened_by": date(2024, 12, 31)}),
            ("known_by", {"known_by": date(2025, 10, 3)}),
            ("known_by", {"known_by": noon(date(2025, 10, 3))}),
            ("known_by", {"known_by": noon(date(2025, 9, 1)).replace(tzinfo=None)}),
            ("year", {"year": 2026}),
            ("level", {"level": Level.PREFECTURE}),
        ],
    )
    async def test_name_the_field(self, desk: Desk, region: Region, field: str, ask: dict[str, Any]) -> None:
        with pytest.raises(InvalidFields) as refused:
            await report_of(desk, region, replace(AskReport(HUNAN_CANTEEN, 2025), **ask))
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_of_a_date_that_has_not_come(self, desk: Desk, region: Region) -> None:
        region.clock.set(noon(date(2025, 9, 29)))
        with pytest.raises(InvalidFields) as refused:
            await report_of(desk, region, SEPTEMBER)
        assert [(one["field"], one["day"]) for one in refused.value.facts["errors"]] == [("preset", "2025-09-30")]

    async def test_of_what_there_is_not(self, desk: Desk, region: Region) -> None:
        with pytest.raises(RuleNotInForce):
            await report_of(desk, region, AskReport(HUNAN_CANTEEN, 2022))
        with pytest.raises(RuleNotKnownYet):
            await report_of(desk, region, AskReport(HUNAN_CANTEEN, 2025, preset="prefectures-june"))
        with pytest.raises(UnitUnknown):
            await get_report(desk, region.auditor, new_id(), SEPTEMBER)

    async def test_of_who_does_not_reach_it(self, desk: Desk, region: Region) -> None:
        for reader in (
            someone(Role.BUYER, region.kitchens[ZIYANG].canteen_id, YIYANG_PATH),
            someone(Role.FINANCE, unit_id(ZIYANG), f"{YIYANG_PATH}{ZIYANG}/"),
            someone(Role.OFFICER, unit_id("430100"), "/430000/430100/"),
        ):
            with pytest.raises(NotAllowed):
                await get_report(desk, reader, unit_id(YIYANG), SEPTEMBER)

    async def test_of_more_than_fits(self, desk: Desk, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shape_report, "CANTEENS_MAX", 4)
        with pytest.raises(ReportTooLong) as refused:
            await report_of(desk, region, SEPTEMBER)
        assert refused.value.facts == {"rows": 5, "rows_max": 4}


class TestOverHttp:
    URL = f"/units/{unit_id(YIYANG)}/report?rule={HUNAN_CANTEEN}&year=2025"

    async def test_presets_are_public(self, door: Door, region: Region) -> None:
        listed = (await door.ask("GET", "/report-presets")).json()["items"]
        assert next((one["code"], one["day"]) for one in listed) == ("prefectures-june", "2025-06-19")
        assert (await door.ask("GET", "/report-presets?year=2020")).json()["items"][2]["day"] == "2020-09-18"

    async def test_csv_is_what_a_spreadsheet_opens(self, door: Door, region: Region) -> None:
        answer = await door.ask("GET", f"{self.URL}&preset=review-september&format=csv", region.auditor)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "430900-2025-2025-09-30.csv" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        first = {
            name: table[0][name] for name in ("部分", "名次", "基数（元）", "计入（元）", "占比", "核验码", "知悉至")
        }
        assert list(first.values()) == [
            "排名",
            "1",
            "10000.00",
            "2500.05",
            "25.00",
            "未签发",
            "2025-09-30T15:59:59.999999Z",
        ]
        assert len(table) == 7

    async def test_files_are_in_the_language_asked_for(self, door: Door, region: Region) -> None:
        for asked, headers in (("&lang=en", {}), ("", {"accept-language": "en"})):
            answer = await door.ask("GET", f"{self.URL}&format=csv{asked}", region.auditor, headers=headers)
            assert answer.content.decode("utf-8-sig").startswith("Part,Rank,Unit,")

    async def test_a_canteen_called_like_a_formula_is_none(self, door: Door, region: Region) -> None:
        answer = await door.ask("GET", f"{self.URL}&format=csv&level=canteen", region.auditor)
        names = [row["单位"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
        assert HOSTILE in names

    async def test_schema_and_method_are_public_in_both_languages(self, door: Door) -> None:
        assert (await door.ask("GET", "/open-data/schema")).json() == data_package()
        assert (await door.ask("GET", "/open-data/method")).json() == method()
        for asked, headers, language in (("&lang=en", {}, "en"), ("", {"accept-language": "en"}, "en"), ("", {}, "zh")):
            answer = await door.ask("GET", f"/open-data/method?format=md{asked}", headers=headers)
            assert (answer.text, answer.headers["content-type"]) == (
                method_text(language),
                "text/markdown; charset=utf-8",
            )
        for wrong in ("format=odt", "lang=tlh"):
            assert (await door.ask("GET", f"/open-data/method?{wrong}")).status_code == 422

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ("format=docx", "format"),
            ("lang=tlh", "lang"),
            ("level=galaxy", "level"),
            ("order=luck", "order"),
            ("preset=spring", "preset"),
            ("happened_by=2999-01-01", "happened_by"),
        ],
    )
    async def test_bad_input_names_the_field(self, door: Door, region: Region, asked: str, field: str) -> None:
        answer = await door.ask("GET", f"{self.URL}&{asked}", region.auditor, headers={"accept-language": "en"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
