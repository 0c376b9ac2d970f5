"""A file of reference prices that nobody wants is ended by an officer, and a second officer finds what waits."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.bands import PriceImportState
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.import_prices import (
    ListPriceImports,
    NothingToRefuse,
    PriceImportUnknown,
    PutPriceImport,
    RefusePriceImport,
    accept_price_import,
    get_price_import,
    list_price_imports,
    put_price_import,
    refuse_price_import,
)
from services.catalog.usecases.price_band import see_price_bands
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.imports.taking import OPEN_MAX, NothingToAccept, TooManyImports
from tests.build.catalog import COUNTY, PROVINCE, an_officer
from tests.integration.catalog.conftest import NOW, Kept
from tests.integration.catalog.test_bands import GINGER, a_file, brought, worked

WRONG_WEEK = RefusePriceImport(reason="上传了错误周次的文件")


async def listed(desk: Desk, who: Identity | None = None, **query: Any) -> list[UUID]:
    page = await list_price_imports(desk, who or an_officer(PROVINCE), ListPriceImports.model_validate(query))
    return [UUID(one["import_id"]) for one in page["items"]]


class TestRefusal:
    async def test_ends_what_waits_and_is_shown(self, desk: Desk, kept: Kept) -> None:
        import_id, _ = await brought(desk, GINGER)
        other = an_officer(PROVINCE)
        told = await refuse_price_import(desk, other, import_id, WRONG_WEEK)
        assert told == await get_price_import(desk, other, import_id, limit=24, cursor=None)
        assert (told["state"], told["refused_because"]) == ("refused", "上传了错误周次的文件")
        assert (told["refused_by"], told["refused_name"]) == (str(other.account_id), other.name)
        assert told["refused_at"] > told["put_at"]
        async with kept.unchanged():
            with pytest.raises(NothingToAccept):
                await accept_price_import(desk, an_officer(PROVINCE), import_id)
            with pytest.raises(NothingToRefuse):
                await refuse_price_import(desk, an_officer(PROVINCE), import_id, WRONG_WEEK)
            await worked(desk)
        assert (await see_price_bands(desk, "ginger"))["bands"] == []

    async def test_is_for_officers_of_the_province_who_brought_it_too(self, desk: Desk, kept: Kept) -> None:
        import_id, officer = await brought(desk, GINGER)
        async with kept.unchanged():
            with pytest.raises(NotAllowed):
                await refuse_price_import(desk, an_officer(COUNTY), import_id, WRONG_WEEK)
            with pytest.raises(PriceImportUnknown):
                await refuse_price_import(desk, officer, new_id(), WRONG_WEEK)
        assert (await refuse_price_import(desk, officer, import_id, WRONG_WEEK))["state"] == "refused"

    async def test_waits_until_the_file_is_checked(self, desk: Desk, kept: Kept) -> None:
        import_id, officer = new_id(), an_officer(PROVINCE)
        await put_price_import(desk, officer, import_id, PutPriceImport(source="周报", name="a.csv"), a_file(GINGER))
        async with kept.unchanged():
            with pytest.raises(NothingToRefuse):
                await refuse_price_import(desk, officer, import_id, WRONG_WEEK)

    async def test_repeated_under_its_key_is_one(self, desk: Desk, kept: Kept) -> None:
        import_id, officer = await brought(desk, GINGER)
        stamp = Stamp.of_request("refuse_price_import", "once", b"{}")
        first = await refuse_price_import(desk, officer, import_id, WRONG_WEEK, once=stamp)
        async with kept.unchanged():
            assert await refuse_price_import(desk, officer, import_id, WRONG_WEEK, once=stamp) == first

    async def test_against_an_acceptance_at_once_one_wins(self, desk: Desk) -> None:
        won = []
        for _ in range(4):
            import_id, officer = await brought(desk, GINGER)
            both = (
                accept_price_import(desk, an_officer(PROVINCE), import_id),
                refuse_price_import(desk, officer, import_id, WRONG_WEEK),
            )
            answers = await asyncio.gather(*both, return_exceptions=True)
            (told,) = [answer for answer in answers if isinstance(answer, dict)]
            (lost,) = [answer for answer in answers if not isinstance(answer, dict)]
            refused = told["state"] == "refused"
            assert isinstance(lost, NothingToAccept if refused else NothingToRefuse)
            await worked(desk)
            state = (await get_price_import(desk, officer, import_id, limit=1, cursor=None))["state"]
            assert state == ("refused" if refused else "accepted")
            won.append(refused)
        assert bool((await see_price_bands(desk, "ginger"))["bands"]) is not all(won)

    async def test_makes_room_for_another(self, desk: Desk, kept: Kept) -> None:
        for _ in range(OPEN_MAX):
            import_id, officer = await brought(desk, GINGER)
        command = PutPriceImport(source="批发价格周报", name="prices.csv")
        async with kept.unchanged():
            with pytest.raises(TooManyImports):
                await put_price_import(desk, officer, new_id(), command, a_file(GINGER))
        await refuse_price_import(desk, officer, import_id, WRONG_WEEK)
        _, new = await put_price_import(desk, officer, new_id(), command, a_file(GINGER))
        assert new


class TestList:
    async def test_gives_the_newest_first_page_by_page_and_by_state(self, desk: Desk, owner: Any) -> None:
        made = [(await brought(desk, GINGER))[0] for _ in range(5)]
        moments = [(one, NOW + timedelta(seconds=place // 2)) for place, one in enumerate(made)]
        await owner.executemany("UPDATE price_imports SET put_at = $2 WHERE id = $1", moments)
        newest = [made[4], *sorted(made[2:4], reverse=True), *sorted(made[:2], reverse=True)]
        assert await listed(desk) == newest
        seen, cursor = [], None
        while True:
            page = await list_price_imports(desk, an_officer(PROVINCE), ListPriceImports(limit=2, cursor=cursor))
            seen += [UUID(one["import_id"]) for one in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert seen == newest
        await refuse_price_import(desk, an_officer(PROVINCE), made[2], WRONG_WEEK)
        assert await listed(desk, state=PriceImportState.REFUSED) == [made[2]]
        assert await listed(desk, state=PriceImportState.CHECKED) == [one for one in newest if one != made[2]]

    async def test_shows_each_as_it_is_shown_alone_but_for_its_rows(self, desk: Desk) -> None:
        import_id, officer = await brought(desk, GINGER, "独角兽,2026-03-01,斤,1,2,3,")
        alone = await get_price_import(desk, officer, import_id, limit=24, cursor=None)
        (line,) = (await list_price_imports(desk, officer, ListPriceImports()))["items"]
        assert (line["good"], line["bad"], line["put_by"]) == (1, 1, str(officer.account_id))
        assert line == {name: value for name, value in alone.items() if name not in ("rows", "next")}

    async def test_is_for_officers_and_auditors_of_the_province(self, desk: Desk) -> None:
        import_id, officer = await brought(desk, GINGER)
        assert await listed(desk, an_officer(PROVINCE, Role.AUDITOR)) == await listed(desk, officer) == [import_id]
        with pytest.raises(NotAllowed):
            await listed(desk, an_officer(COUNTY))

    async def test_knows_its_own_cursors_alone(self, desk: Desk) -> None:
        for cursor in ("x", "WyJvdGhlciIsMSwiMSJd"):
            with pytest.raises(InvalidFields):
                await listed(desk, cursor=cursor)
