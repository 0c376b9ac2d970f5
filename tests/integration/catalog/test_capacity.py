"""A parcel has one declarant, a capacity is confirmed by another, and what was sold over all channels stands beside."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.catalog.domain.capacity import (
    CapacityNotFound,
    CapacityOfAnother,
    CapacityOutcome,
    OutsideSaleFixed,
    OutsideSaleNotFound,
    OutsideSaleReversed,
    PlotDeclared,
    PlotFixed,
    PlotNotFound,
    PlotsOverused,
    PlotsUndeclared,
)
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier, SupplierOutcome
from services.catalog.store import suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_capacity import ListCapacities, get_capacity, get_plot, list_capacities
from services.catalog.usecases.put_capacity import put_capacity
from services.catalog.usecases.put_outside_sale import PutOutsideSale, put_outside_sale
from services.catalog.usecases.put_plot import put_plot
from services.catalog.usecases.review_capacity import ReviewCapacity, review_capacity
from services.catalog.usecases.see_capacity import see_capacity
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.http.paging import encode_cursor
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import COUNTY, ELSEWHERE, a_person, admitted, an_officer, decide, seated
from tests.build.rivals import overtaken
from tests.build.sold import MU_M2, a_capacity, a_plot, confirmed, filed, plotted
from tests.integration.catalog.conftest import Kept

CONFIRM = ReviewCapacity(outcome=CapacityOutcome.CONFIRM, version=1)


def a_sale(**other: Any) -> PutOutsideSale:
    """Enter 500 kg of ginger sold on the 832 platform."""
    said = {
        "item_code": "ginger",
        "channel": "platform_832",
        "order_number": "832202603010001",
        "grams": 500_000,
        "sold_from": "2026-03-01",
        "sold_to": "2026-03-01",
    }
    return PutOutsideSale.model_validate({**said, **other})


def fields(refused: pytest.ExceptionInfo[InvalidFields]) -> list[str]:
    return [problem["field"] for problem in refused.value.facts["errors"]]


class TestPlots:
    async def test_are_declared_once_and_only_end(self, desk: Desk, kept: Kept) -> None:
        seller, plot_id, plot = await admitted(desk), new_id(), a_plot(certificate_number="湘 2021-茶陵 第Ａ1号")
        first = await put_plot(desk, seller.person, seller.id, plot_id, plot)
        async with kept.unchanged():
            assert await put_plot(desk, seller.person, seller.id, plot_id, plot) == first
            with pytest.raises(PlotFixed):
                await put_plot(desk, seller.person, seller.id, plot_id, plot.model_copy(update={"area_m2": 1}))
        ended = plot.model_copy(update={"declared_to": date(2026, 3, 1)})
        assert (await put_plot(desk, seller.person, seller.id, plot_id, ended))["declared_to"] == "2026-03-01"
        async with kept.unchanged():
            with pytest.raises(PlotFixed):
                await put_plot(desk, seller.person, seller.id, plot_id, plot)

    async def test_have_one_declarant_who_is_not_named(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        await plotted(desk, seller, certificate_number="湘（2021）茶陵 第A1号", declared_to=None)
        async with kept.unchanged():
            with pytest.raises(PlotDeclared) as refused:
                await plotted(desk, rival, certificate_number="湘(2021)茶陵第Ａ１号", county_code="430121")
        assert refused.value.facts == {}

    async def test_pass_on_once_they_ended_and_not_for_days_before(self, desk: Desk) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        await plotted(desk, seller, certificate_number="某村001", declared_to="2026-06-01")
        with pytest.raises(PlotDeclared):
            await plotted(desk, rival, certificate_number="某村001", declared_from="2026-05-31")
        await plotted(desk, rival, certificate_number="某村001", declared_from="2026-06-01")

    async def test_are_declared_by_one_of_two_who_come_at_once(self, desk: Desk) -> None:
        sellers = [await admitted(desk), await admitted(desk)]
        plot = a_plot(certificate_number="同一块地007")
        come = [put_plot(desk, one.person, one.id, new_id(), plot) for one in sellers]
        answers = await asyncio.gather(*come, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["PlotDeclared", "dict"]

    async def test_that_ended_on_their_first_day_were_never_declared(self, desk: Desk) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        never = {"certificate_number": "某村002", "declared_from": "2026-06-01", "declared_to": "2026-06-01"}
        plot = await plotted(desk, seller, **never)
        with pytest.raises(InvalidFields) as refused:
            await put_capacity(desk, seller.person, seller.id, new_id(), a_capacity(plot))
        assert fields(refused) == ["uses"]
        await plotted(desk, rival, certificate_number="某村002")

    async def test_are_not_declared_for_who_is_revoked_meanwhile(
        self, desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seller = await admitted(desk)
        plot = await plotted(desk, seller)

        async def revoking() -> None:
            await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lapse", effective_from="2026-03-02")

        overtaken(monkeypatch, suppliers, "lock", revoking)
        with pytest.raises(RevokedSupplier):
            await plotted(desk, seller)
        assert await kept.value("SELECT count(*) FROM plots") == 1
        again = await admitted(desk)
        plot = await plotted(desk, again)

        async def revoking_again() -> None:
            await decide(desk, again.id, SupplierOutcome.REVOKE, ground="lapse", effective_from="2026-03-02")

        overtaken(monkeypatch, suppliers, "lock", revoking_again)
        with pytest.raises(RevokedSupplier):
            await put_capacity(desk, again.person, again.id, new_id(), a_capacity(plot))
        assert await kept.value("SELECT count(*) FROM capacities") == 0

    async def test_tell_which_field_is_wrong(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        wrong = a_plot(county_code="999999", certificate_number="----", declared_to="2025-01-01")
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_plot(desk, seller.person, seller.id, new_id(), wrong)
        assert fields(refused) == ["county_code", "certificate_number", "declared_to"]

    async def test_are_of_their_supplier_alone(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        plot_id = await plotted(desk, seller)
        async with kept.unchanged():
            with pytest.raises(PlotNotFound):
                await put_plot(desk, rival.person, rival.id, plot_id, a_plot())
            with pytest.raises(PlotNotFound):
                await get_plot(desk, rival.person, rival.id, plot_id)
            with pytest.raises(NotAllowed):
                await get_plot(desk, rival.person, seller.id, plot_id)
            with pytest.raises(NotAllowed):
                await put_plot(desk, an_officer(), seller.id, new_id(), a_plot())


class TestDeclareCapacity:
    async def test_says_what_follows_by_month(self, desk: Desk) -> None:
        seller = await admitted(desk)
        capacity = await get_capacity(desk, seller.person, seller.id, await filed(desk, seller))
        assert (capacity["state"], capacity["version"]) == ("filed", 1)
        assert capacity["yearly_grams"] == 10 * MU_M2 * 3_000
        assert capacity["monthly_grams"][4:10] == [0, 0, 0, 0, 6_670_000, 13_340_000]

    async def test_is_amended_until_confirmed(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        plot, capacity_id = await plotted(desk, seller), new_id()
        first = a_capacity(plot)
        for command in (first, first, a_capacity(plot, yield_grams=2_000)):
            told = await put_capacity(desk, seller.person, seller.id, capacity_id, command)
        assert (told["version"], told["yield_grams"]) == (2, 2_000)
        decision = ReviewCapacity(outcome=CapacityOutcome.CONFIRM, version=2)
        await review_capacity(desk, an_officer(), seller.id, capacity_id, decision)
        async with kept.unchanged():
            with pytest.raises(WrongState):
                await put_capacity(desk, seller.person, seller.id, capacity_id, first)

    async def test_names_own_plots_own_papers_and_an_item_that_there_is(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        foreign = await plotted(desk, rival)
        command = a_capacity(foreign, item_code="unicorn", document_ids=[str(new_id())], yield_grams=10**9)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_capacity(desk, seller.person, seller.id, new_id(), command)
        assert fields(refused) == ["item_code", "yield_grams", "uses", "document_ids"]

    async def test_has_room_on_its_plots(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        plot = await plotted(desk, seller)
        await put_capacity(desk, seller.person, seller.id, new_id(), a_capacity(plot))
        spring = a_capacity(plot, item_code="potato", harvest_months=[5, 6])
        await put_capacity(desk, seller.person, seller.id, new_id(), spring)
        autumn = a_capacity(plot, item_code="taro", harvest_months=[11], uses=[{"plot_id": str(plot), "extent": 1}])
        async with kept.unchanged():
            with pytest.raises(PlotsOverused) as refused:
                await put_capacity(desk, seller.person, seller.id, new_id(), autumn)
        assert refused.value.facts == {"plot_ids": [str(plot)]}

    async def test_stays_with_its_supplier_item_and_year(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        capacity_id = await filed(desk, seller)
        own, other = await plotted(desk, seller), await plotted(desk, rival)
        async with kept.unchanged():
            for who, plot, said in ((seller, own, {"year": 2027}), (rival, other, {})):
                with pytest.raises(CapacityOfAnother):
                    await put_capacity(desk, who.person, who.id, capacity_id, a_capacity(plot, **said))


class TestConfirmCapacity:
    async def test_is_by_an_officer_in_reach_who_has_no_seat_there(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        capacity_id = await filed(desk, seller)
        async with kept.unchanged():
            for who in (seller.person, an_officer(ELSEWHERE), a_person()):
                with pytest.raises(NotAllowed):
                    await review_capacity(desk, who, seller.id, capacity_id, CONFIRM)
            with pytest.raises(OwnRequest):
                await review_capacity(desk, seated(an_officer(), seller.id), seller.id, capacity_id, CONFIRM)
            with pytest.raises(CapacityNotFound):
                await review_capacity(desk, an_officer(), seller.id, new_id(), CONFIRM)
        told = await review_capacity(desk, an_officer(COUNTY), seller.id, capacity_id, CONFIRM)
        assert (told["state"], told["version"], told["reviewer_name"]) == ("confirmed", 2, "李科长")

    async def test_is_one_change_however_often_asked_and_one_of_two_officers(self, desk: Desk) -> None:
        seller = await admitted(desk)
        capacity_id, officer, once = await filed(desk, seller), an_officer(), Stamp("review", "k1", "same")
        first = await review_capacity(desk, officer, seller.id, capacity_id, CONFIRM, once=once)
        assert await review_capacity(desk, officer, seller.id, capacity_id, CONFIRM, once=once) == first
        other = await filed(desk, seller, year=2027)
        back = ReviewCapacity(outcome=CapacityOutcome.RETURN, version=1, reason="面积不符")
        come = [review_capacity(desk, an_officer(), seller.id, other, one) for one in (CONFIRM, back)]
        answers = await asyncio.gather(*come, return_exceptions=True)
        assert sorted(isinstance(one, ChangedMeanwhile | WrongState) for one in answers) == [False, True]

    async def test_takes_the_place_of_the_one_before(self, desk: Desk) -> None:
        seller = await admitted(desk)
        first, second = await confirmed(desk, seller), await confirmed(desk, seller, yield_grams=2_500)
        assert (await get_capacity(desk, seller.person, seller.id, first))["state"] == "replaced"
        told = await get_capacity(desk, seller.person, seller.id, second)
        assert (told["state"], told["replaces"]) == ("confirmed", str(first))

    async def test_is_not_given_once_a_parcel_of_it_is_declared_for_the_year_no_more(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await admitted(desk)
        declared, plot, capacity_id = a_plot(), new_id(), new_id()
        await put_plot(desk, seller.person, seller.id, plot, declared)
        command = a_capacity(plot, year=2027)
        await put_capacity(desk, seller.person, seller.id, capacity_id, command)
        ended = declared.model_copy(update={"declared_to": date(2027, 1, 1)})
        await put_plot(desk, seller.person, seller.id, plot, ended)
        async with kept.unchanged():
            with pytest.raises(PlotsUndeclared) as refused:
                await review_capacity(desk, an_officer(), seller.id, capacity_id, CONFIRM)
        assert refused.value.facts == {"plot_ids": [str(plot)]}

    async def test_counts_for_less_from_the_month_after_a_parcel_of_it_ended(self, desk: Desk, kept: Kept) -> None:
        seller, capacity_id = await admitted(desk), new_id()
        declared, plots = a_plot(), [new_id(), await plotted(desk, seller)]
        await put_plot(desk, seller.person, seller.id, plots[0], declared)
        await put_capacity(desk, seller.person, seller.id, capacity_id, a_capacity(*plots))
        await review_capacity(desk, an_officer(), seller.id, capacity_id, CONFIRM)
        await put_outside_sale(desk, seller.person, seller.id, new_id(), a_sale(grams=40_000_000))
        before = (await see_capacity(desk, seller.person, seller.id, 2026))["items"][0]
        ended = declared.model_copy(update={"declared_to": date(2026, 10, 1)})
        await put_plot(desk, seller.person, seller.id, plots[0], ended)
        seen = (await see_capacity(desk, seller.person, seller.id, 2026))["items"][0]
        assert (before["yearly_grams"], seen["yearly_grams"]) == (40_020_000, 26_680_000)
        assert (before["capacity_id"], seen["capacity_id"]) == (str(capacity_id),) * 2
        told = await get_capacity(desk, seller.person, seller.id, capacity_id)
        assert (told["state"], told["version"], told["yearly_grams"]) == ("confirmed", 2, 40_020_000)

    async def test_is_held_against_what_was_sold_when_a_parcel_of_it_ends(self, desk: Desk, kept: Kept) -> None:
        seller, capacity_id, plot, declared = await admitted(desk), new_id(), new_id(), a_plot()
        await put_plot(desk, seller.person, seller.id, plot, declared)
        await put_capacity(desk, seller.person, seller.id, capacity_id, a_capacity(plot, harvest_months=[1, 2]))
        await review_capacity(desk, an_officer(), seller.id, capacity_id, CONFIRM)
        sold = a_sale(grams=15_000_000, sold_from="2026-02-28", sold_to="2026-02-28")
        await put_outside_sale(desk, seller.person, seller.id, new_id(), sold)
        assert await kept.value("SELECT count(*) FROM flags") == 0
        ended = declared.model_copy(update={"declared_to": date(2026, 2, 1)})
        await put_plot(desk, seller.person, seller.id, plot, ended)
        assert await kept.value("SELECT evidence ->> 'expected_grams' FROM flags") == "10005000"

    async def test_a_return_says_why(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        capacity_id = await filed(desk, seller)
        command = ReviewCapacity(outcome=CapacityOutcome.RETURN, version=1)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await review_capacity(desk, an_officer(), seller.id, capacity_id, command)
        assert fields(refused) == ["reason"]

    async def test_stands_in_the_queue_of_those_in_reach(self, desk: Desk) -> None:
        seller = await admitted(desk)
        waiting = [str(await filed(desk, seller, year=year)) for year in (2026, 2027, 2028)]
        page = await list_capacities(desk, an_officer(), ListCapacities(limit=2))
        assert [one["capacity_id"] for one in page["items"]] == waiting[:2]
        rest = await list_capacities(desk, an_officer(), ListCapacities(limit=2, cursor=page["next"]))
        assert ([one["capacity_id"] for one in rest["items"]], rest["next"]) == (waiting[2:], None)
        others = encode_cursor(["applied", 0, str(new_id())])
        with pytest.raises(InvalidFields) as refused:
            await list_capacities(desk, an_officer(), ListCapacities(cursor=others))
        assert fields(refused) == ["cursor"]
        for nobody in (an_officer(ELSEWHERE), seller.person):
            assert (await list_capacities(desk, nobody, ListCapacities()))["items"] == []


class TestOutsideSales:
    async def test_stand_beside_the_capacity_and_can_be_taken_back(self, desk: Desk, kept: Kept) -> None:
        seller, sale_id = await admitted(desk), new_id()
        capacity_id = await confirmed(desk, seller)
        first = await put_outside_sale(desk, seller.person, seller.id, sale_id, a_sale())
        async with kept.unchanged():
            assert await put_outside_sale(desk, seller.person, seller.id, sale_id, a_sale()) == first
            with pytest.raises(OutsideSaleFixed):
                await put_outside_sale(desk, seller.person, seller.id, sale_id, a_sale(grams=1))
        seen = (await see_capacity(desk, seller.person, seller.id, 2026))["items"][0]
        assert (seen["status"], seen["capacity_id"]) == ("within", str(capacity_id))
        assert seen["sold_elsewhere_grams"][2] == 500_000
        assert seen["left_grams"] == 20_010_000 - 500_000
        back = a_sale(reverses=str(sale_id), reason="买方退单")
        await put_outside_sale(desk, an_officer(), seller.id, new_id(), back)
        assert (await see_capacity(desk, seller.person, seller.id, 2026))["items"][0]["sold_grams"] == 0
        never = a_sale(reverses=str(new_id()), reason="无此单")
        async with kept.unchanged():
            with pytest.raises(OutsideSaleReversed):
                await put_outside_sale(desk, seller.person, seller.id, new_id(), back)
            with pytest.raises(OutsideSaleNotFound):
                await put_outside_sale(desk, seller.person, seller.id, new_id(), never)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"order_number": ""}, "order_number"),
            ({"channel": "fair"}, "document_ids"),
            ({"sold_to": "2026-04-01"}, "sold_to"),
            ({"sold_from": "2026-03-03", "sold_to": "2026-03-03"}, "sold_to"),
            ({"item_code": "unicorn"}, "item_code"),
            ({"document_ids": [str(new_id())]}, "document_ids"),
            ({"reverses": str(new_id())}, "reason"),
        ],
    )
    async def test_are_proven_and_of_one_month(self, desk: Desk, kept: Kept, said: dict[str, Any], field: str) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_outside_sale(desk, seller.person, seller.id, new_id(), a_sale(**said))
        assert fields(refused) == [field]

    async def test_beyond_the_capacity_are_told(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller)
        await put_outside_sale(desk, seller.person, seller.id, new_id(), a_sale(grams=23_000_000))
        seen = (await see_capacity(desk, seller.person, seller.id, None))["items"][0]
        assert seen["status"] == "beyond"
        of_november = 6_670_000  # What is older does not keep until March.
        excess = {"from_month": 3, "to_month": 8, "expected_grams": of_november, "found_grams": 23_000_000}
        assert seen["excess"] == excess
