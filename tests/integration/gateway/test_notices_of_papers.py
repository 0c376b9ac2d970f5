"""That a paper of a supplier's ends is told to whoever can file a new one, once a notice, with the page for it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.domain.notice_words import lines_of, page_of
from gateway.usecases.notice_papers import NEWS_FOR, notice_papers
from shared.contracts.authority import Role
from shared.contracts.catalog import SupplierExpiring
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway, heard

SUPPLIER, PAPER = new_id(), new_id()


def ends(days_left: int = 30, **change: Any) -> Any:
    facts: dict[str, Any] = {
        "supplier_id": SUPPLIER,
        "subject_id": PAPER,
        "what": "certificate",
        "name": "绿色食品证书",
        "valid_to": date(2027, 3, 31),
        "days_left": days_left,
    }
    return heard(SupplierExpiring(**{**facts, **change}))


async def told(gateway: Gateway) -> list[Any]:
    async with gateway.engine.connect() as connection:
        rows = await connection.execute(sa.text("SELECT * FROM notices ORDER BY account_id, at"))
        return list(rows)


async def test_it_is_told_to_whoever_files_papers_and_to_nobody_else(gateway: Gateway) -> None:
    filing = [
        await gateway.person(name, (role, SUPPLIER))
        for name, role in (("li.na", Role.SUPPLIER), ("sun.qi", Role.HELPER))
    ]
    await gateway.person("wang.wu", (Role.PACKER, SUPPLIER))
    await gateway.person("qian.ba", (Role.SUPPLIER, new_id()))
    news = ends()
    for _ in range(3):
        await notice_papers(gateway.desk, [news])
    rows = await told(gateway)
    assert [row.account_id for row in rows] == sorted(filing)
    assert {(row.kind, row.subject_id) for row in rows} == {("paper_expires", PAPER)}
    facts = rows[0].facts
    assert page_of(NoticeKind.PAPER_EXPIRES, PAPER, facts) == f"/supplier/{SUPPLIER}/papers"
    said = lines_of(NoticeKind.PAPER_EXPIRES, facts, "zh")
    assert said[1:] == ["名称：绿色食品证书", "有效期至：2027-03-31"]
    assert rows[0].due_at.isoformat() == "2027-03-31T16:00:00+00:00"


async def test_each_of_its_notices_is_told(gateway: Gateway) -> None:
    await gateway.person("li.na", (Role.SUPPLIER, SUPPLIER))
    await notice_papers(gateway.desk, [ends(30), ends(7), ends(0)])
    assert len(await told(gateway)) == 3


async def test_one_that_is_heard_of_long_after_is_no_news(gateway: Gateway) -> None:
    await gateway.person("li.na", (Role.SUPPLIER, SUPPLIER))
    news = ends()
    before = gateway.clock.now() - NEWS_FOR - timedelta(minutes=1)
    await notice_papers(gateway.desk, [replace(news, envelope=news.envelope.model_copy(update={"at": before}))])
    assert await told(gateway) == []
