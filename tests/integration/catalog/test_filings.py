"""What a supplier files on paper counts once another person confirmed it, and is never edited after."""

import asyncio
from typing import Any

import pytest

from services.catalog.domain.filings import (
    FilingFixed,
    FilingNotFound,
    FilingState,
    FilingSubject,
    NothingToReplace,
)
from services.catalog.domain.recognition import FigureStands, RecognitionOverlaps
from services.catalog.domain.suppliers import (
    ChangedMeanwhile,
    DocumentKind,
    RevokedSupplier,
    SupplierNotFound,
    SupplierOutcome,
)
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.filing_commands import ReviewFiling
from services.catalog.usecases.get_filing import get_filing
from services.catalog.usecases.list_filings import ListFilings, list_filings
from services.catalog.usecases.put_filing import put_filing
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.review_filing import review_filing
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import derived_id, new_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    Seller,
    a_person,
    a_supplier,
    admitted,
    an_officer,
    applied,
    decide,
    seated,
)
from tests.build.filings import a_command, a_paper, confirmed, decided, filed
from tests.integration.catalog.conftest import Kept

RECOGNITION, CERTIFICATE, FIGURE = FilingSubject
SPAN = [{"valid_from": "2024-06-01", "valid_to": "2027-05-31"}]
YES = {"revision": 1, "outcome": "confirm", "reason": "与原件核对"}


async def told(kept: Kept) -> list[Any]:
    """Give the days that were told of, each time a supplier was."""
    return [event.data["recognised"] for event in await kept.said() if event.type == "supplier.changed"]


def fields_of(refused: pytest.ExceptionInfo[InvalidFields]) -> list[str]:
    return [error["field"] for error in refused.value.facts["errors"]]


def asked(**said: Any) -> ReviewFiling:
    return ReviewFiling.model_validate({**YES, **said})


class TestFile:
    @pytest.mark.parametrize("subject", FilingSubject)
    async def test_filed_confirmed_and_fixed(self, desk: Desk, kept: Kept, subject: FilingSubject) -> None:
        seller, filing_id = await admitted(desk), new_id()
        command = await a_command(desk, seller, subject)
        first = await put_filing(desk, seller.person, seller.id, filing_id, command)
        assert (first["state"], first["revision"], first["open_steps"]) == ("filed", 1, ["amend", "confirm", "return"])
        async with kept.unchanged():
            assert await put_filing(desk, seller.person, seller.id, filing_id, command) == first
        view = await decided(desk, seller, subject, filing_id)
        assert (view["state"], view["revision"], view["open_steps"]) == ("confirmed", 1, ["end", "replace"])
        assert [(one["outcome"], one["reviewer_path"]) for one in view["reviews"]] == [("confirm", COUNTY)]
        other = a_command_like(command, document_ids=(new_id(),))
        async with kept.unchanged():
            assert (await put_filing(desk, seller.person, seller.id, filing_id, command))["state"] == "confirmed"
            with pytest.raises(FilingFixed):
                await put_filing(desk, seller.person, seller.id, filing_id, other)
            with pytest.raises(WrongState):
                await decided(desk, seller, subject, filing_id)

    async def test_returned_mended_and_confirmed_with_what_each_looked_at(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await filed(desk, seller, RECOGNITION)
        await decided(desk, seller, RECOGNITION, filing_id, "return")
        mended = await a_command(desk, seller, RECOGNITION, title="株洲市残疾人就业帮扶基地")
        view = await put_filing(desk, seller.person, seller.id, filing_id, mended)
        assert (view["state"], view["revision"]) == ("filed", 2)
        await decided(desk, seller, RECOGNITION, filing_id, revision=2)
        titles = "SELECT string_agg(looked_at ->> 'title', '、' ORDER BY review_id) FROM filing_reviews"
        assert await kept.value(titles) == "市级残疾人就业帮扶基地、株洲市残疾人就业帮扶基地"

    async def test_refuses_the_documents_of_another_by_name(self, desk: Desk, kept: Kept) -> None:
        seller, other = await admitted(desk), await admitted(desk)
        foreign = await a_paper(desk, other, DocumentKind.RECOGNITION)
        command = await a_command(desk, seller, RECOGNITION)
        stolen = a_command_like(command, document_ids=(foreign,))
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_filing(desk, seller.person, seller.id, new_id(), stolen)
        assert fields_of(refused) == ["document_ids"]
        assert refused.value.facts["errors"][0]["documents"] == [str(foreign)]

    async def test_an_id_that_another_supplier_chose_too_is_its_own_here(self, desk: Desk) -> None:
        sellers, filing_id = [await admitted(desk), await admitted(desk)], new_id()
        for number, seller in enumerate(sellers):
            command = await a_command(desk, seller, CERTIFICATE, number=str(number))
            await put_filing(desk, seller.person, seller.id, filing_id, command)
        await decided(desk, sellers[0], CERTIFICATE, filing_id)
        found = [await get_filing(desk, one.person, CERTIFICATE, one.id, filing_id) for one in sellers]
        assert [(one["number"], one["state"]) for one in found] == [("0", "confirmed"), ("1", "filed")]

    async def test_names_every_field_that_does_not_fit(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        licence = await a_paper(desk, seller, DocumentKind.LICENCE)
        command = await a_command(desk, seller, RECOGNITION)
        twice = {"valid_to": "2024-05-31", "modes": ["land_shares", "land_shares"], "replaces": str(new_id())}
        wrong = a_command_like(command, document_ids=(licence,), **twice)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_filing(desk, seller.person, seller.id, new_id(), wrong)
        assert fields_of(refused) == ["document_ids", "valid_to", "modes", "replaces"]

    async def test_an_applicant_files_too_and_strangers_do_not(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        command = await a_command(desk, seller, CERTIFICATE)
        applicant = Identity(seller.person.account_id, seller.person.session_id, "陈小红")
        filing_id = new_id()
        await put_filing(desk, applicant, seller.id, filing_id, command)
        async with kept.unchanged():
            for identity in (a_person(), an_officer(PROVINCE), seated(a_person(), new_id())):
                with pytest.raises(NotAllowed):
                    await put_filing(desk, identity, seller.id, new_id(), command)
            for identity in (a_person(), an_officer(ELSEWHERE)):
                with pytest.raises(NotAllowed):
                    await get_filing(desk, identity, CERTIFICATE, seller.id, filing_id)
            with pytest.raises(SupplierNotFound):
                await put_filing(desk, applicant, new_id(), new_id(), command)
            with pytest.raises(FilingNotFound):
                await get_filing(desk, applicant, RECOGNITION, seller.id, filing_id)

    async def test_a_revoked_supplier_files_nothing(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        command = await a_command(desk, seller, FIGURE)
        waiting = await filed(desk, seller, FIGURE)
        await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lapse")
        async with kept.unchanged():
            with pytest.raises(RevokedSupplier):
                await put_filing(desk, seller.person, seller.id, new_id(), command)
            with pytest.raises(RevokedSupplier):
                await decided(desk, seller, FIGURE, waiting)


def a_command_like(command: Any, **other: Any) -> Any:
    """Write the same with something else in it."""
    return type(command).model_validate(command.model_dump(mode="json") | other)


class TestReview:
    async def test_nobody_confirms_what_they_filed(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        county = Seat(Role.OFFICER, derived_id("unit", "430224"), COUNTY)
        once = seller.person
        both = Identity(once.account_id, once.session_id, once.name, (*once.seats, county))
        helper = seated(an_officer(COUNTY), seller.id)
        filing_id = await filed(desk, Seller(seller.id, helper), FIGURE)
        unseated = Identity(helper.account_id, helper.session_id, helper.name, (county,))
        async with kept.unchanged():
            for identity in (both, helper, unseated):
                with pytest.raises(OwnRequest):
                    await review_filing(desk, identity, FIGURE, seller.id, filing_id, asked())
            with pytest.raises(NotAllowed):
                await review_filing(desk, an_officer(ELSEWHERE), FIGURE, seller.id, filing_id, asked())
            with pytest.raises(FilingNotFound):
                await review_filing(desk, an_officer(COUNTY), FIGURE, seller.id, new_id(), asked())
        await decided(desk, seller, FIGURE, filing_id)

    async def test_of_two_who_decide_at_once_one_wins(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await filed(desk, seller, RECOGNITION)
        answers = await asyncio.gather(
            *(decided(desk, seller, RECOGNITION, filing_id, outcome) for outcome in ("confirm", "return", "confirm")),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, WrongState) for answer in answers) == 2
        assert await kept.value("SELECT count(*) FROM filing_reviews") == 1

    async def test_what_was_mended_meanwhile_is_looked_at_again(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await filed(desk, seller, CERTIFICATE)
        mended = await a_command(desk, seller, CERTIFICATE, number="LB-15-24061200002A")
        await put_filing(desk, seller.person, seller.id, filing_id, mended)
        async with kept.unchanged():
            with pytest.raises(ChangedMeanwhile):
                await decided(desk, seller, CERTIFICATE, filing_id)

    async def test_a_repeat_is_answered_as_the_first_time(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await filed(desk, seller, FIGURE)
        once, officer = Stamp.of_request("review_figure:x", "k", b"{}"), an_officer(COUNTY)
        first = await review_filing(desk, officer, FIGURE, seller.id, filing_id, asked(), once=once)
        async with kept.unchanged():
            assert await review_filing(desk, officer, FIGURE, seller.id, filing_id, asked(), once=once) == first

    async def test_returning_and_ending_give_a_reason(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id, command = await filed(desk, seller, FIGURE), asked(outcome="return", reason="")
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await review_filing(desk, an_officer(COUNTY), FIGURE, seller.id, filing_id, command)
        assert fields_of(refused) == ["reason"]


class TestRecognisedDays:
    async def test_are_told_once_a_recognition_is_confirmed(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await filed(desk, seller, RECOGNITION)
        assert await told(kept) == [None, None, None]
        await decided(desk, seller, RECOGNITION, filing_id)
        assert (await told(kept))[3:] == [SPAN]
        said = a_supplier(
            contact_phone="0731-25230001", credit_code=await kept.value("SELECT credit_code FROM suppliers")
        )
        await put_supplier(desk, seller.person, seller.id, said)
        assert (await told(kept))[4:] == [SPAN]

    async def test_a_certificate_or_a_figure_tells_nothing(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller, CERTIFICATE)
        await confirmed(desk, seller, FIGURE)
        assert await told(kept) == [None, None, None]

    async def test_a_renewal_cuts_the_one_before_where_it_begins(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first = await confirmed(desk, seller, RECOGNITION)
        renewal = {"valid_from": "2027-01-01", "valid_to": None, "replaces": str(first)}
        await confirmed(desk, seller, RECOGNITION, **renewal)
        assert (await told(kept))[3:] == [SPAN, [{"valid_from": "2024-06-01", "valid_to": None}]]
        old = await get_filing(desk, seller.person, RECOGNITION, seller.id, first)
        assert (old["state"], old["cut_on"], old["open_steps"]) == ("replaced", "2027-01-01", [])
        late, third = await a_command(desk, seller, RECOGNITION, replaces=str(first)), new_id()
        async with kept.unchanged():
            with pytest.raises(NothingToReplace):
                await put_filing(desk, seller.person, seller.id, new_id(), late)
            with pytest.raises(InvalidFields):
                await put_filing(desk, seller.person, seller.id, third, a_command_like(late, replaces=str(third)))

    async def test_of_two_that_replace_the_same_one_wins(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first = await confirmed(desk, seller, RECOGNITION)
        rivals = [await filed(desk, seller, RECOGNITION, replaces=str(first), number=str(n)) for n in range(2)]
        answers = await asyncio.gather(
            *(decided(desk, seller, RECOGNITION, one) for one in rivals), return_exceptions=True
        )
        assert sum(isinstance(answer, NothingToReplace) for answer in answers) == 1
        assert await kept.value("SELECT count(*) FROM recognitions WHERE state = 'confirmed'") == 1

    async def test_two_of_one_level_never_hold_on_a_day(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first = await confirmed(desk, seller, RECOGNITION)
        await confirmed(desk, seller, RECOGNITION, level="provincial", valid_to="2025-01-01")
        overlapping = await filed(desk, seller, RECOGNITION, valid_from="2027-05-31", valid_to=None)
        async with kept.unchanged():
            with pytest.raises(RecognitionOverlaps) as refused:
                await decided(desk, seller, RECOGNITION, overlapping)
        assert refused.value.facts == {"recognition_id": first}
        await confirmed(desk, seller, RECOGNITION, valid_from="2027-06-01", valid_to=None)

    async def test_an_officer_ends_one_from_that_day_on(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        filing_id = await confirmed(desk, seller, RECOGNITION)
        view = await decided(desk, seller, RECOGNITION, filing_id, "end")
        assert (view["state"], view["cut_on"]) == ("ended", "2026-03-02")
        assert (await told(kept))[-1] == [{"valid_from": "2024-06-01", "valid_to": "2026-03-01"}]


class TestFigures:
    async def test_one_stands_for_a_day_until_another_replaces_it(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first = await confirmed(desk, seller, FIGURE)
        rival = await filed(desk, seller, FIGURE, count=24)
        async with kept.unchanged():
            with pytest.raises(FigureStands) as refused:
                await decided(desk, seller, FIGURE, rival)
        assert refused.value.facts == {"figure_id": first}
        await confirmed(desk, seller, FIGURE, count=24, replaces=str(first))
        query = "SELECT string_agg(count || state, ' ' ORDER BY count, state) FROM effect_figures"
        assert await kept.value(query) == "23replaced 24confirmed 24filed"

    async def test_a_leap_is_explained_and_another_kind_replaces_nothing(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        first = await confirmed(desk, seller, FIGURE)
        leap = await a_command(desk, seller, FIGURE, as_of="2026-02-28", count=231)
        other = await a_command(desk, seller, FIGURE, kind="households", replaces=str(first))
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_filing(desk, seller.person, seller.id, new_id(), leap)
            assert fields_of(refused) == ["explanation"]
            with pytest.raises(InvalidFields) as refused:
                await put_filing(desk, seller.person, seller.id, new_id(), other)
            assert fields_of(refused) == ["replaces"]
        explained = a_command_like(leap, explanation="并入三家基地")
        await put_filing(desk, seller.person, seller.id, new_id(), explained)


class TestList:
    async def test_an_officer_finds_what_waits_in_reach_and_nobody_else_does(self, desk: Desk) -> None:
        seller, other = await admitted(desk), await admitted(desk, county_code="430102")
        mine = [await filed(desk, seller, subject) for subject in FilingSubject]
        theirs = await filed(desk, other, RECOGNITION)
        confirmed_one = await confirmed(desk, seller, FIGURE, kind="households")

        async def found(who: Identity, **query: Any) -> list[str]:
            page = await list_filings(desk, who, ListFilings.model_validate(query))
            return [one["subject_id"] for one in page["items"]]

        assert await found(an_officer(COUNTY)) == [str(one) for one in mine]
        assert await found(an_officer(PREFECTURE), subject="figure") == [str(mine[2])]
        assert await found(an_officer(PROVINCE)) == [str(one) for one in (*mine, theirs)]
        assert await found(an_officer(PROVINCE), supplier=str(other.id)) == [str(theirs)]
        assert await found(seller.person, state=FilingState.CONFIRMED) == [str(confirmed_one)]
        assert await found(a_person()) == []

    async def test_goes_on_behind_its_cursor(self, desk: Desk) -> None:
        seller = await admitted(desk)
        ids = [str(await filed(desk, seller, subject)) for subject in (*FilingSubject, *FilingSubject)]
        seen, cursor = [], None
        for _ in range(3):
            page = await list_filings(desk, seller.person, ListFilings(limit=2, cursor=cursor))
            seen += [one["subject_id"] for one in page["items"]]
            cursor = page["next"]
        assert (seen, cursor) == (ids, None)
