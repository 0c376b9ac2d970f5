"""What a base was given is a ledger, and its effect is what somebody confirmed, for anyone to read."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.recognition import SupportFixed, SupportReversed
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_effect import GetEffect, get_effect
from services.catalog.usecases.put_support import PutSupport, put_support
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import COUNTY, ELSEWHERE, Seller, a_person, admitted, an_officer, applied, seated
from tests.build.filings import confirmed, decided, filed, support_body
from tests.build.sold import a_line, accepted, back, hear, returned
from tests.integration.catalog.conftest import Kept

RECOGNITION, CERTIFICATE, FIGURE = FilingSubject


async def given(desk: Desk, seller: Seller, support_id: UUID | None = None, **said: Any) -> dict[str, Any]:
    command = PutSupport.model_validate(support_body(**said))
    return await put_support(desk, an_officer(COUNTY), seller.id, support_id or new_id(), command)


async def effect(desk: Desk, seller: Seller, who: Any = None, year: int | None = None) -> dict[str, Any]:
    return await get_effect(desk, who, seller.id, GetEffect(year=year))


class TestSupports:
    async def test_the_same_again_is_one_entry_and_never_another(self, desk: Desk, kept: Kept) -> None:
        seller, support_id = await admitted(desk), new_id()
        first = await given(desk, seller, support_id)
        async with kept.unchanged():
            assert await given(desk, seller, support_id) == first
            with pytest.raises(SupportFixed):
                await given(desk, seller, support_id, amount_fen=1)

    async def test_a_mistake_is_reversed_once_whoever_comes_at_once(self, desk: Desk, kept: Kept) -> None:
        seller, support_id = await admitted(desk), new_id()
        await given(desk, seller, support_id)
        back: dict[str, Any] = {"amount_fen": -20_000_000, "reverses": str(support_id)}
        answers = await asyncio.gather(*(given(desk, seller, **back) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(answer, SupportReversed) for answer in answers) == 3
        reversal = next(answer for answer in answers if isinstance(answer, dict))
        async with kept.unchanged():
            wrongs: list[tuple[dict[str, Any], str]] = [
                ({"amount_fen": -1}, "amount_fen"),
                ({"amount_fen": -1, "reverses": str(new_id())}, "reverses"),
                ({"amount_fen": 20_000_000, "reverses": reversal["support_id"]}, "reverses"),
                ({"given_on": "2026-03-03"}, "given_on"),
            ]
            for wrong, field in wrongs:
                with pytest.raises(InvalidFields) as refused:
                    await given(desk, seller, **wrong)
                assert [error["field"] for error in refused.value.facts["errors"]] == [field]
        shown = (await effect(desk, seller))["supports"]
        assert (shown["in_year"], shown["entries_in_year"]) == ([{"kind": "award", "amount_fen": 0}], 2)

    async def test_only_an_officer_of_its_own_and_never_one_who_sells_for_it(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        command = PutSupport.model_validate(support_body())
        async with kept.unchanged():
            for identity in (seller.person, an_officer(ELSEWHERE), a_person()):
                with pytest.raises(NotAllowed):
                    await put_support(desk, identity, seller.id, new_id(), command)
            with pytest.raises(OwnRequest):
                await put_support(desk, seated(an_officer(COUNTY), seller.id), seller.id, new_id(), command)
            with pytest.raises(SupplierNotFound):
                await put_support(desk, an_officer(COUNTY), new_id(), new_id(), command)


class TestEffect:
    async def test_shows_what_is_confirmed_beside_each_other(self, desk: Desk) -> None:
        seller = await admitted(desk)
        recognition = await confirmed(desk, seller, RECOGNITION)
        old = await confirmed(desk, seller, FIGURE, as_of="2024-12-31", count=20)
        new = await confirmed(desk, seller, FIGURE)
        households = await confirmed(desk, seller, FIGURE, kind="households", count=41, as_of="2026-03-01")
        await filed(desk, seller, FIGURE, as_of="2026-03-02", count=30)
        await given(desk, seller)
        await given(desk, seller, kind="training", amount_fen=0, given_on="2025-05-01")
        shown = await effect(desk, seller)
        assert [one["recognition_id"] for one in shown["recognitions"]] == [str(recognition)]
        assert shown["recognitions"][0]["modes"] == ["absorbs_employment"]
        assert (shown["year"], shown["as_of"]) == (2026, "2026-03-02")
        assert (shown["employed"]["count"], shown["employed"]["figure_id"]) == (23, str(new))
        assert (shown["households"]["count"], shown["households"]["figure_id"]) == (41, str(households))
        assert shown["supports"]["in_year"] == [{"kind": "award", "amount_fen": 20_000_000}]
        assert [one["kind"] for one in shown["supports"]["ever"]] == ["award", "training"]
        assert "waiting" not in shown
        before = await effect(desk, seller, year=2024)
        assert (before["employed"]["figure_id"], before["households"]) == (str(old), None)
        assert before["as_of"] == "2024-12-31"
        assert (await effect(desk, seller, year=2023))["recognitions"] == []

    async def test_what_was_sold_is_net_of_what_came_back_in_the_year_it_was_accepted(self, desk: Desk) -> None:
        seller, line = await admitted(desk), a_line(new_id(), 10_000)
        last_year, this_year = accepted(seller.id, line, on=date(2025, 12, 28)), accepted(seller.id, line)
        await hear(desk, last_year, this_year, returned(last_year, back(line, 2_000), on=date(2026, 1, 8)))
        assert (await effect(desk, seller))["sales"] == {"lines": 1, "net_fen": 13_000}
        assert (await effect(desk, seller, year=2025))["sales"] == {"lines": 1, "net_fen": 10_400}
        assert (await effect(desk, seller, year=2024))["sales"] == {"lines": 0, "net_fen": 0}

    async def test_what_nobody_confirmed_is_for_those_who_see_all(self, desk: Desk) -> None:
        seller = await admitted(desk)
        waiting = await filed(desk, seller, FIGURE)
        for who in (seller.person, an_officer(COUNTY)):
            assert [one["figure_id"] for one in (await effect(desk, seller, who))["waiting"]] == [str(waiting)]
        for stranger in (None, a_person(), an_officer(ELSEWHERE)):
            shown = await effect(desk, seller, stranger)
            assert (shown["employed"], shown["recognitions"], "waiting" in shown) == (None, [], False)

    async def test_what_was_ended_shows_until_the_day_it_was(self, desk: Desk) -> None:
        seller = await admitted(desk)
        recognition = await confirmed(desk, seller, RECOGNITION)
        await decided(desk, seller, RECOGNITION, recognition, "end")
        assert (await effect(desk, seller))["recognitions"] == []
        assert len((await effect(desk, seller, year=2025))["recognitions"]) == 1

    async def test_of_nobody_who_is_not_admitted_and_no_year_to_come(self, desk: Desk) -> None:
        waiting, seller = await applied(desk), await admitted(desk)
        with pytest.raises(SupplierNotFound):
            await effect(desk, waiting)
        assert (await effect(desk, waiting, waiting.person))["employed"] is None
        with pytest.raises(InvalidFields):
            await effect(desk, seller, year=2027)
