"""However many ask what anyone may, it is read once a minute, and nobody is shown what this program has taken away."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.catalog.domain.fairs import FairNotFound
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.recent import KEPT_MAX, Kind, Recent
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.clock import SettableClock
from shared.contracts.words import SupplierKind
from shared.db.unit_of_work import ReadTx
from tests.build.catalog import admitted, decide, on_sale
from tests.integration.catalog.conftest import NOW
from tests.integration.catalog.test_fairs import ORGANISER, a_draft, stepped

Http = httpx.AsyncClient
PART = "/sitemap-parts/listings-1-of-1"
LATER = timedelta(minutes=2)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that reads, from now on."""
    statements: list[str] = []
    rows = ReadTx.rows

    async def watched(
        self: ReadTx, statement: sa.Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[sa.Row[Any]]:
        statements.append(str(statement))
        return await rows(self, statement, parameters)

    monkeypatch.setattr(ReadTx, "rows", watched)
    return statements


async def fifty(http: Http, path: str, **headers: str) -> list[httpx.Response]:
    answers = [await http.get(path, headers=headers)]
    return answers + await asyncio.gather(*(http.get(path, headers=headers) for _ in range(49)))


class TestFiftyAskers:
    async def test_cost_one_reading(self, desk: Desk, http: Http, clock: SettableClock, asked: list[str]) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        clock.set(NOW + LATER)
        tag = (await http.get("/supply-data/listings")).headers["etag"]
        desk.recent.forget()
        for path, statements in (("/supply-data/listings", 1), ("/sitemap-parts", 2), (PART, 1)):
            asked.clear()
            answers = await fifty(http, path, **{"if-none-match": tag})
            assert {answer.status_code for answer in answers} == {304 if path.startswith("/supply") else 200}
            assert {answer.content for answer in answers} == {answers[0].content}
            assert len(asked) == statements, asked
        assert [one["id"] for one in (await http.get(PART)).json()["items"]] == [str(listing_id)]

    async def test_of_results_cost_one_reading_and_a_look_each(self, desk: Desk, http: Http, asked: list[str]) -> None:
        fair_id = await a_draft(desk)
        await stepped(desk, fair_id, "announce")
        asked.clear()
        assert {answer.status_code for answer in await fifty(http, f"/fairs/{fair_id}/results")} == {200}
        assert len(asked) == 50 + 4

    async def test_cost_another_a_minute_later(
        self, desk: Desk, http: Http, clock: SettableClock, asked: list[str]
    ) -> None:
        await on_sale(desk, await admitted(desk))
        for passed, statements in ((0, 1), (59, 0), (60, 1), (30, 1)):
            clock.set(NOW + LATER + timedelta(seconds=passed))
            asked.clear()
            await http.get(PART)
            assert len(asked) == statements, passed


class TestWhatIsTakenAway:
    @pytest.mark.parametrize("kind", [SupplierKind.DISABLED_BASE, SupplierKind.DEMONSTRATION_HOUSEHOLD])
    async def test_is_gone_when_that_is_answered(
        self, desk: Desk, http: Http, clock: SettableClock, kind: SupplierKind
    ) -> None:
        seller = await admitted(desk, kind=kind)
        withdrawn, kept = await on_sale(desk, seller), await on_sale(desk, seller)
        clock.set(NOW + LATER)
        tags = {name: (await http.get(f"/supply-data/{name}")).headers["etag"] for name in ("listings", "suppliers")}
        await http.get(PART)
        await withdraw_listing(desk, seller.person, withdrawn, WithdrawListing())
        assert [one["id"] for one in (await http.get(PART)).json()["items"]] == [str(kept)]
        assert (await http.get("/supply-data/listings", headers={"if-none-match": tags["listings"]})).status_code == 200
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        for name, tag in tags.items():
            answer = await http.get(f"/supply-data/{name}", headers={"if-none-match": tag})
            assert (answer.status_code, answer.json()["items"]) == (200, [])
        assert (await http.get(PART)).json()["items"] == []

    async def test_is_kept_by_no_reading_that_began_before(self, clock: SettableClock) -> None:
        recent, shelf = Recent(clock), ["goods"]
        going = asyncio.Event()

        async def read() -> list[str]:
            found = list(shelf)
            await going.wait()
            return found

        first = asyncio.create_task(_of(recent, read))
        await asyncio.sleep(0)
        shelf.clear()
        recent.forget()
        second = asyncio.create_task(_of(recent, read))
        going.set()
        assert (await first, await second) == (["goods"], [])


async def _of(recent: Recent, read: Any) -> Any:
    return (await recent.of(Kind.SITEMAP, None, read)).found


class TestReadings:
    async def test_of_a_change_that_was_young_stand_for_no_content(
        self, desk: Desk, http: Http, clock: SettableClock
    ) -> None:
        """A change that began before it may have been under way: that it has aged since tells nothing."""
        await on_sale(desk, await admitted(desk))
        for passed in (30, 80):
            clock.set(NOW + timedelta(seconds=passed))
            assert "etag" not in (await http.get("/supply-data/listings")).headers
        clock.set(NOW + timedelta(seconds=100))
        assert "etag" in (await http.get("/supply-data/listings")).headers

    async def test_of_a_draft_are_shown_to_nobody_else(self, desk: Desk) -> None:
        fair_id = await a_draft(desk)
        assert (await get_fair_results(desk, ORGANISER, fair_id))["amount_fen"] == 0
        with pytest.raises(FairNotFound):
            await get_fair_results(desk, None, fair_id)

    async def test_are_so_many_and_no_more(self, clock: SettableClock) -> None:
        recent, most = Recent(clock), KEPT_MAX[Kind.SITEMAP_PART]
        read: list[int] = []

        async def one(name: int) -> None:
            async def noted() -> None:
                read.append(name)

            await recent.of(Kind.SITEMAP_PART, name, noted)

        for name in [*range(most + 1), most, 0]:
            await one(name)
        assert read == [*range(most + 1), 0]
