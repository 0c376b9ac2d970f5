"""A report on paper says on every page as of when and under which code, and takes no name for anything but a name."""

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases import print_report
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.issue_report import IssueReport, issue_report
from services.procurement_quota.usecases.put_units import unit_id
from tests.build.paper_text import pages_of
from tests.build.region import HOSTILE, YIYANG, Region
from tests.integration.procurement_quota.conftest import Door

REVIEW = IssueReport(rule=HUNAN_CANTEEN, year=2025, preset="review-september")
URL = f"/units/{unit_id(YIYANG)}/report?rule={HUNAN_CANTEEN}&year=2025&preset=review-september&format=pdf"


def bare(text: str) -> str:
    return "".join(text.split())


class TestPaper:
    async def test_says_on_every_page_the_rule_both_moments_and_the_code(
        self, door: Door, desk: Desk, region: Region
    ) -> None:
        issued, _ = await issue_report(desk, region.officer, unit_id(YIYANG), REVIEW)
        answer = await door.ask("GET", f"/issued-reports/{issued.sealed.code}?format=pdf")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
        pages = pages_of(answer.content)
        assert len(pages) >= 3
        for number, page in enumerate(pages, start=1):
            assert f"第{number}页共{len(pages)}页" in page
            assert f"规则{HUNAN_CANTEEN}第1版" in page
            assert "截至2025-09-30发生" in page
            assert "2025-09-3023:59:59（北京时间）前知悉" in page
            assert f"核验码{issued.sealed.code}" in page
        first, annex = pages[0], "".join(pages[2:])
        assert first.startswith("益阳市")
        assert "执行情况的通报" in first
        assert "共有食堂5个" in first
        assert all(amount in annex for amount in ("10,000.00", "2,500.05", "25.00%", "99.50%", "+50.01"))
        assert "未确认月份：1、2、3、4、5、6、7、8" in annex

    async def test_takes_no_name_for_markup(self, door: Door, region: Region) -> None:
        answer = await door.ask("GET", f"{URL}&level=canteen&lang=en", region.auditor)
        text = "".join(pages_of(answer.content))
        assert "root:" not in text
        for piece in ('#read("/etc/passwd', "*粗*", "_斜_", "$x$", "<a>", "@b", "`c`", '#panic("x'):
            assert bare(piece) in text, piece

    async def test_of_what_was_not_issued_says_so_on_every_page(self, door: Door, region: Region) -> None:
        answer = await door.ask("GET", URL, region.auditor)
        assert all("工作稿，未签发" in page for page in pages_of(answer.content))
        assert "核验码" not in pages_of(answer.content)[0]

    async def test_of_nothing_is_a_paper_too(self, door: Door, region: Region) -> None:
        url = f"/units/{unit_id('430922')}/report?rule={HUNAN_CANTEEN}&year=2025&format=pdf"
        answer = await door.ask("GET", url, region.auditor)
        assert "本单位及所属没有食堂" in "".join(pages_of(answer.content))

    async def test_has_a_bound(self, door: Door, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(print_report, "PAPER_ROWS_MAX", 7)
        answer = await door.ask("GET", URL, region.auditor)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/report-too-long")
        assert (answer.json()["rows"], answer.json()["rows_max"], answer.json()["format"]) == (8, 7, "pdf")


def test_hostile_is_what_it_is_called() -> None:
    assert HOSTILE.startswith("#read")
