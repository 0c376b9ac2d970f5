"""What was issued is found by its code as it was printed, and a changed figure shows."""

import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import asyncpg
import openpyxl
import pytest
from sqlalchemy.exc import DBAPIError

from services.procurement_quota.clients.workbook_out import report_workbook
from services.procurement_quota.domain.reporting import Level
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_issued_report import ReportUnknown, get_issued_report
from services.procurement_quota.usecases.issue_report import IssueReport, issue_report, issued_written
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.verify_published_file import verify_published_file
from shared.app import Program
from shared.contracts.authority import NotAllowed, Role
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.quota import a_line, someone
from tests.build.region import AUTUMN, HOSTILE, YIYANG, YIYANG_PATH, ZIYANG, Region
from tests.build.sums import computed
from tests.integration.procurement_quota.conftest import Door, Unchanged

REVIEW = IssueReport(rule=HUNAN_CANTEEN, year=2025, preset="review-september")
NOW = IssueReport(rule=HUNAN_CANTEEN, year=2025)


async def issued_by(
    region: Region, desk: Desk, command: IssueReport = REVIEW, **how: Any
) -> tuple[dict[str, Any], bool]:
    issued, new = await issue_report(desk, region.officer, unit_id(YIYANG), command, **how)
    return issued_written(issued), new


class TestIssue:
    async def test_the_same_figures_as_of_the_same_dates_have_one_code(self, desk: Desk, region: Region) -> None:
        of_units = REVIEW.model_copy(update={"level": Level.UNIT})
        first, new = await issued_by(region, desk, of_units)
        region.clock.set(AUTUMN + timedelta(days=3))
        again, newly = await issued_by(region, desk, of_units)
        assert (new, newly, again) == (True, False, first)
        other, newly = await issued_by(region, desk, of_units.model_copy(update={"preset": "review-june"}))
        assert newly
        assert other["code"] != first["code"]

    async def test_of_now_says_its_moment_and_asked_again_as_of_it_is_the_same(
        self, desk: Desk, region: Region
    ) -> None:
        first, _ = await issued_by(region, desk, NOW)
        assert first["report"]["known_by"].startswith("2025-10-02T03:59:55.")
        region.clock.set(AUTUMN + timedelta(days=9))
        await region.kitchens[ZIYANG].accept(a_line(7), on=date(2025, 10, 1))
        known = {"happened_by": date(2025, 10, 2), "known_by": first["report"]["known_by"]}
        again, new = await issued_by(region, desk, IssueReport(rule=HUNAN_CANTEEN, year=2025, **known))
        assert (again["code"], new) == (first["code"], False)
        region.clock.set(AUTUMN + timedelta(days=9, seconds=9))
        later, new = await issued_by(region, desk, NOW)
        assert new
        assert later["report"]["totals"]["figures"]["base_fen"] == first["report"]["totals"]["figures"]["base_fen"] + 7

    async def test_with_the_same_key_is_issued_once(self, desk: Desk, region: Region) -> None:
        region.clock.set(AUTUMN + timedelta(days=1))
        once = Stamp("issue_report:someone", new_id().hex, "body")
        first, new = await issued_by(region, desk, NOW, once=once)
        region.clock.set(AUTUMN + timedelta(days=1, hours=1))
        again, newly = await issued_by(region, desk, NOW, once=once)
        assert (new, newly, again) == (True, False, first)

    async def test_is_for_a_unit_s_own_officers_and_finance(
        self, desk: Desk, region: Region, unchanged: Unchanged
    ) -> None:
        for other in (
            region.auditor,
            someone(Role.AUDITOR, unit_id(YIYANG), YIYANG_PATH),
            someone(Role.OFFICER, unit_id("430000"), "/430000/"),
            someone(Role.FINANCE, unit_id(ZIYANG), f"{YIYANG_PATH}{ZIYANG}/"),
        ):
            async with unchanged():
                with pytest.raises(NotAllowed):
                    await issue_report(desk, other, unit_id(YIYANG), REVIEW)
        async with unchanged():
            with pytest.raises(InvalidFields):
                await issued_by(region, desk, IssueReport(year=2025, happened_by=date(2025, 12, 1)))


class TestCode:
    async def test_finds_what_was_issued_by_whoever_holds_it(self, door: Door, desk: Desk, region: Region) -> None:
        first, _ = await issued_by(region, desk)
        answer = await door.ask("GET", f"/issued-reports/{first['code'].lower()}")
        assert (answer.status_code, answer.json()) == (200, first)
        assert first["intact"] is True
        assert [row["rank"] for row in first["report"]["ranked"]] == [1, 1, 3]

    async def test_s_digest_is_of_the_figures_as_anybody_can_compute_it(self, desk: Desk, region: Region) -> None:
        first, _ = await issued_by(region, desk)
        text = json.dumps(first["report"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == first["digest"]

    async def test_is_verified_from_its_file_by_whoever_hands_it_in(
        self, door: Door, desk: Desk, region: Region
    ) -> None:
        first, _ = await issued_by(region, desk)
        file = (await door.ask("GET", f"/issued-reports/{first['code']}")).content
        found = await verify_published_file(desk, file)
        assert (found["as_signed"], found["by_platform"], found["report"]["code"]) == (True, True, first["code"])
        assert (found["report"]["rows"], found["report"]["happened_by"]) == (7, first["report"]["happened_by"])
        forged = await verify_published_file(desk, file.replace(b'"rank":3', b'"rank":2'))
        assert (forged["as_signed"], forged["report"]) == (False, None)

    async def test_that_nobody_issued_is_unknown(self, door: Door, desk: Desk, region: Region) -> None:
        for code in ("AAAA-AAAA-AAAA-AAAA", "x", "0" * 40):
            assert (await door.ask("GET", f"/issued-reports/{code}")).status_code == 404
        with pytest.raises(ReportUnknown):
            await get_issued_report(desk, "\x00")

    async def test_shows_what_was_changed_behind_the_program_s_back(
        self, door: Door, desk: Desk, region: Region, owner: asyncpg.Connection
    ) -> None:
        region.clock.set(AUTUMN + timedelta(days=5))
        first, _ = await issued_by(region, desk, NOW)
        changed = "UPDATE issued_report SET document = replace(document, '\"rank\":3', '\"rank\":2') WHERE code = $1"
        await owner.execute("ALTER TABLE issued_report DISABLE TRIGGER issued_report_only_grows")
        await owner.execute(changed, first["code"])
        await owner.execute("ALTER TABLE issued_report ENABLE TRIGGER issued_report_only_grows")
        found = (await door.ask("GET", f"/issued-reports/{first['code']}")).json()
        assert (found["intact"], found["digest"]) == (False, first["digest"])

    async def test_s_row_only_grows(self, program: Program, desk: Desk, region: Region) -> None:
        await issued_by(region, desk)
        for change in ("UPDATE issued_report SET year = 2024", "DELETE FROM issued_report"):
            with pytest.raises(DBAPIError):
                async with program.uow.begin() as tx:
                    await tx.connection.exec_driver_sql(change)


@pytest.fixture
async def owner(quota_env: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(quota_env["PROCUREMENT_QUOTA_OWNER_DATABASE_URL"])
    yield connection
    await connection.close()


class TestWorkbook:
    @pytest.fixture
    async def sent(self, door: Door, desk: Desk, region: Region) -> tuple[dict[str, Any], bytes]:
        first, _ = await issued_by(region, desk)
        answer = await door.ask("GET", f"/issued-reports/{first['code']}?format=xlsx")
        assert answer.status_code == 200, answer.text
        return first, answer.content

    async def test_has_formulas_that_give_what_we_computed(self, sent: tuple[dict[str, Any], bytes]) -> None:
        formulas = openpyxl.load_workbook(io.BytesIO(sent[1]))
        values = openpyxl.load_workbook(io.BytesIO(sent[1]), data_only=True)
        seen = 0
        for sheet in formulas:
            for cell in (cell for row in sheet for cell in row if cell.data_type == "f"):
                kept = values[sheet.title][cell.coordinate].value
                assert kept is not None, cell.coordinate
                assert computed(values, values[sheet.title], cell.value) == _exact(kept), (cell.coordinate, cell.value)
                seen += 1
        assert seen > 20

    async def test_has_the_report_s_figures_as_numbers(self, sent: tuple[dict[str, Any], bytes]) -> None:
        first, body = sent
        sheet = openpyxl.load_workbook(io.BytesIO(body), data_only=True)["通报"]
        titles = [cell.value for cell in sheet[7]]
        table = [dict(zip(titles, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=8)]
        *rows, total = table
        report = first["report"]
        for written, row in zip(rows, [*report["ranked"], *report["unproven"], *report["not_ranked"]], strict=True):
            assert _exact(written["基数（元）"]) * 100 == row["base_fen"]
            assert _exact(written["缺口（元）"]) * 100 == row["shortfall_fen"]
            share = "—" if row["share_bp"] is None else _exact(written["占比"]) * 10_000
            assert share == ("—" if row["share_bp"] is None else row["share_bp"])
        assert _exact(total["计入（元）"]) * 100 == report["totals"]["figures"]["counted_fen"]
        assert total["食堂数"] == report["totals"]["canteens"]

    async def test_is_ready_to_be_printed(self, sent: tuple[dict[str, Any], bytes]) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(sent[1]))["通报"]
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("D8", "$7:$7")
        footer = sheet.oddFooter
        assert (footer.right.text.strip(), footer.right.size) == (sent[0]["code"], 8)
        assert f"{HUNAN_CANTEEN} v1" in footer.left.text

    async def test_prints_a_code_that_begins_with_a_digit(self, desk: Desk, region: Region) -> None:
        first, _ = await issued_by(region, desk)
        body = report_workbook(first["report"], "2345-ABCD-EFGH-IJKL", "zh")
        footer = openpyxl.load_workbook(io.BytesIO(body))["通报"].oddFooter
        assert (footer.right.text.strip(), footer.right.size) == ("2345-ABCD-EFGH-IJKL", 8)

    async def test_takes_no_name_for_a_formula(self, door: Door, region: Region) -> None:
        url = f"/units/{unit_id(YIYANG)}/report?rule={HUNAN_CANTEEN}&year=2025&level=canteen&format=xlsx"
        answer = await door.ask("GET", url, region.auditor)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["通报"]
        assert HOSTILE in [cell.value for cell in sheet["C"]]

    async def test_of_nothing_opens_too(self, door: Door, region: Region) -> None:
        url = f"/units/{unit_id('430922')}/report?rule={HUNAN_CANTEEN}&year=2025&format=xlsx&lang=en"
        answer = await door.ask("GET", url, region.auditor)
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["Report", "Unproven canteens", "About"]


def _exact(value: Any) -> Fraction:
    """Give a number of a workbook as the decimal that it was written as."""
    return Fraction(Decimal(str(value)))
