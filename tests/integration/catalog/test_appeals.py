"""Who was returned, suspended or revoked appeals once, and another from above decides; what is won is set back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.appeals import (
    AlreadyAppealed,
    AppealFixed,
    AppealLate,
    AppealNotFound,
    AppealOutcome,
    DecidedByYou,
    NothingToAppeal,
)
from services.catalog.domain.suppliers import (
    AlreadyAdmitted,
    ChangedMeanwhile,
    DocumentKind,
    RecommendedByYou,
    RevokedSupplier,
    SupplierOutcome,
)
from services.catalog.usecases.decide_appeal import DecideAppeal, decide_appeal
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.end_member import end_member
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.put_appeal import PutAppeal, put_appeal
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from services.catalog.usecases.see_appeals import ListAppeals, get_appeal, list_appeals
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_appeal import withdraw_appeal
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    Seller,
    a_credit_code,
    a_person,
    admitted,
    an_officer,
    applied,
    decide,
    on_sale,
    recommended,
)
from tests.build.papers import PDF
from tests.build.supply_people import let_in
from tests.integration.catalog.conftest import NOW, Kept

REVOKED = {"outcome": "revoke", "ground": "false_origin", "effective_from": "2026-02-01"}


async def reviewed(desk: Desk, seller: Seller, officer: Identity, **said: Any) -> int:
    """Have an officer decide against a supplier; gives the version that the review looked at."""
    command = ReviewSupplier.model_validate({"reason": "抽查不符", **said})
    view = await review_supplier(desk, officer, seller.id, command)
    return int(view["reviews"][-1]["supplier_version"])


async def suspended(desk: Desk) -> tuple[Seller, int]:
    seller = await admitted(desk)
    return seller, await reviewed(desk, seller, an_officer(COUNTY), outcome="suspend")


async def appealed(desk: Desk, seller: Seller, review_version: int, **other: Any) -> UUID:
    appeal_id = new_id()
    command = PutAppeal(review_version=review_version, grounds="采收记录可证", **other)
    await put_appeal(desk, seller.person, seller.id, appeal_id, command)
    return appeal_id


async def decided(desk: Desk, appeal_id: UUID, outcome: str = "uphold", who: Identity | None = None) -> dict[str, Any]:
    command = DecideAppeal(outcome=AppealOutcome(outcome), reason="复核属实")
    return await decide_appeal(desk, who or an_officer(PROVINCE), appeal_id, command)


class TestAnAppeal:
    async def test_is_filed_once_and_stands_beside_the_review(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        appeal_id = await appealed(desk, seller, version)
        command = PutAppeal(review_version=version, grounds="采收记录可证")
        async with kept.unchanged():
            again = await put_appeal(desk, seller.person, seller.id, appeal_id, command)
            other = PutAppeal(review_version=version, grounds="另有理由")
            with pytest.raises(AppealFixed):
                await put_appeal(desk, seller.person, seller.id, appeal_id, other)
            with pytest.raises(AlreadyAppealed):
                await appealed(desk, seller, version)
        assert (again["state"], again["outcome"], again["reviewer_path"]) == ("filed", "suspend", COUNTY)
        view = await get_supplier(desk, an_officer(PREFECTURE), seller.id)
        assert view["appeals"] == [again]
        assert await get_appeal(desk, an_officer(PREFECTURE), seller.id, appeal_id) == again

    async def test_by_two_clicks_at_once_is_one(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        answers = await asyncio.gather(*(appealed(desk, seller, version) for _ in range(3)), return_exceptions=True)
        assert sum(isinstance(one, AlreadyAppealed) for one in answers) == 2
        assert await kept.value("SELECT count(*) FROM supplier_appeals") == 1

    async def test_is_against_the_newest_review_that_still_stands(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        async with kept.unchanged():
            for wrong in (version - 1, version + 1):
                with pytest.raises(NothingToAppeal):
                    await appealed(desk, seller, wrong)
        await decide(desk, seller.id, SupplierOutcome.ADMIT)
        async with kept.unchanged():
            for wrong in (version, version + 1):
                with pytest.raises(NothingToAppeal):
                    await appealed(desk, seller, wrong)

    async def test_comes_within_sixty_days(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        seller, version = await suspended(desk)
        clock.set(NOW + timedelta(days=61))
        async with kept.unchanged():
            with pytest.raises(AppealLate):
                await appealed(desk, seller, version)

    async def test_is_an_owners_alone_and_names_own_documents(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        other = await admitted(desk)
        theirs = (await get_supplier(desk, other.person, other.id))["documents"][0]["document_id"]
        helper = await let_in(desk, seller, "helper", NOW.date())
        command = PutAppeal(review_version=version, grounds="采收记录可证")
        async with kept.unchanged():
            for who in (helper, other.person, an_officer(PROVINCE), a_person()):
                with pytest.raises(NotAllowed):
                    await put_appeal(desk, who, seller.id, new_id(), command)
            with pytest.raises(InvalidFields):
                await appealed(desk, seller, version, document_ids=(UUID(theirs),))

    async def test_of_who_is_revoked_is_filed_by_the_book_with_papers_for_it(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        version = await reviewed(desk, seller, an_officer(PREFECTURE), **REVOKED)
        bare = Seller(seller.id, replace(seller.person, seats=()))
        paper = new_id()
        async with kept.unchanged():
            filed = PutDocument(kind=DocumentKind.OTHER, name="a.pdf")
            with pytest.raises(RevokedSupplier):
                await put_supplier_document(desk, bare.person, bare.id, paper, filed, PDF, "application/pdf")
        filed = PutDocument(kind=DocumentKind.APPEAL, name="采收记录.pdf")
        await put_supplier_document(desk, bare.person, bare.id, paper, filed, PDF, "application/pdf")
        appeal_id = await appealed(desk, bare, version, document_ids=(paper,))
        assert (await get_appeal(desk, bare.person, bare.id, appeal_id))["document_ids"] == [str(paper)]

    async def test_is_withdrawn_once_and_may_then_be_filed_anew(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        appeal_id = await appealed(desk, seller, version)
        taken = await withdraw_appeal(desk, seller.person, seller.id, appeal_id)
        async with kept.unchanged():
            assert await withdraw_appeal(desk, seller.person, seller.id, appeal_id) == taken
            with pytest.raises(WrongState):
                await decided(desk, appeal_id)
        again = await appealed(desk, seller, version)
        await decided(desk, again, "dismiss")
        async with kept.unchanged():
            with pytest.raises(AlreadyAppealed):
                await appealed(desk, seller, version)
            with pytest.raises(WrongState):
                await withdraw_appeal(desk, seller.person, seller.id, again)


class TestADecision:
    async def test_upheld_after_a_suspension_admits_again_and_sells_nothing_by_itself(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        version = await reviewed(desk, seller, an_officer(COUNTY), outcome="suspend")
        view = await decided(desk, await appealed(desk, seller, version))
        assert (view["state"], view["decider_path"], view["reason"]) == ("upheld", PROVINCE, "复核属实")
        assert (await get_supplier(desk, None, seller.id))["state"] == "admitted"
        assert (await kept.types_said())[-1] == "supplier.changed"
        assert (await get_listing(desk, seller.person, listing, None))["on_sale"] is False
        await submit_listing(desk, seller.person, listing)

    async def test_upheld_after_a_revocation_says_what_is_given_back(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        version = await reviewed(desk, seller, an_officer(PREFECTURE), **REVOKED)
        revoked = (await kept.said())[-1]
        appeal_id = await appealed(desk, seller, version)
        await decided(desk, appeal_id)
        changed, reinstated = (await kept.said())[-2:]
        assert (changed.type, changed.data["state"]) == ("supplier.changed", "admitted")
        assert reinstated.type == "supplier.reinstated"
        assert reinstated.data == {
            "supplier_id": str(seller.id),
            "version": changed.data["version"],
            "revoked_version": revoked.data["version"],
            "reason": "复核属实",
            "reinstated_on": "2026-03-02",
        }
        assert revoked.type == "supplier.revoked"

    async def test_upheld_after_a_return_waits_to_be_recommended(self, desk: Desk) -> None:
        seller = await applied(desk)
        version = await reviewed(desk, seller, an_officer(COUNTY), outcome="return")
        await decided(desk, await appealed(desk, seller, version), who=an_officer(PREFECTURE))
        assert (await get_supplier(desk, seller.person, seller.id))["state"] == "applied"

    async def test_dismissed_leaves_the_supplier_as_it_is(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        said = len(await kept.said())
        view = await decided(desk, await appealed(desk, seller, version), "dismiss")
        assert (view["state"], view["open_steps"]) == ("dismissed", [])
        assert (await get_supplier(desk, seller.person, seller.id))["state"] == "suspended"
        assert len(await kept.said()) == said

    async def test_is_for_another_from_above_who_decided_nothing_of_it(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        recommender, reviewer = an_officer(PREFECTURE), an_officer(PREFECTURE)
        await review_supplier(desk, recommender, seller.id, ReviewSupplier(outcome=SupplierOutcome.RECOMMEND))
        await decide(desk, seller.id, SupplierOutcome.ADMIT)
        version = await reviewed(desk, seller, reviewer, outcome="suspend")
        appeal_id = await appealed(desk, seller, version)
        promoted = an_officer(PROVINCE).seats
        belonged = await let_in(desk, seller, "packer")
        await end_member(desk, seller.person, seller.id, belonged.account_id)
        refused: list[tuple[Identity, type[Exception]]] = [
            (an_officer(COUNTY), NotAllowed),
            (an_officer(PREFECTURE), NotAllowed),
            (an_officer(ELSEWHERE), NotAllowed),
            (a_person(), NotAllowed),
            (seller.person, NotAllowed),
            (replace(reviewer, seats=(*reviewer.seats, *promoted)), DecidedByYou),
            (replace(recommender, seats=(*recommender.seats, *promoted)), RecommendedByYou),
            (replace(seller.person, seats=promoted), OwnRequest),
            (replace(belonged, seats=promoted), OwnRequest),
        ]
        async with kept.unchanged():
            for who, refusal in refused:
                with pytest.raises(refusal):
                    await decided(desk, appeal_id, who=who)
            with pytest.raises(AppealNotFound):
                await decided(desk, new_id())
        await decided(desk, appeal_id)

    async def test_at_the_topmost_is_for_another_of_the_same(self, desk: Desk, kept: Kept) -> None:
        seller, reviewer = await admitted(desk), an_officer(PROVINCE)
        appeal_id = await appealed(desk, seller, await reviewed(desk, seller, reviewer, outcome="suspend"))
        async with kept.unchanged():
            with pytest.raises(DecidedByYou):
                await decided(desk, appeal_id, "dismiss", reviewer)
        await decided(desk, appeal_id)

    async def test_by_two_at_once_is_one(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        version = await reviewed(desk, seller, an_officer(PREFECTURE), **REVOKED)
        appeal_id = await appealed(desk, seller, version)
        both = [decided(desk, appeal_id, outcome) for outcome in ("uphold", "dismiss", "uphold")]
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert sum(isinstance(one, dict) for one in answers) == 1
        assert all(isinstance(one, dict | WrongState | ChangedMeanwhile) for one in answers)
        assert (await kept.types_said()).count("supplier.reinstated") <= 1

    async def test_that_no_longer_fits_the_supplier_can_only_be_dismissed(self, desk: Desk, kept: Kept) -> None:
        seller, version = await suspended(desk)
        appeal_id = await appealed(desk, seller, version)
        await decide(desk, seller.id, SupplierOutcome.ADMIT)
        async with kept.unchanged():
            with pytest.raises(NothingToAppeal):
                await decided(desk, appeal_id)
        assert (await decided(desk, appeal_id, "dismiss"))["state"] == "dismissed"

    async def test_does_not_admit_one_registration_twice(self, desk: Desk, kept: Kept) -> None:
        code = a_credit_code()
        seller = await admitted(desk, credit_code=code)
        version = await reviewed(desk, seller, an_officer(PREFECTURE), **REVOKED)
        appeal_id = await appealed(desk, seller, version)
        await admitted(desk, credit_code=code)
        async with kept.unchanged():
            with pytest.raises(AlreadyAdmitted):
                await decided(desk, appeal_id)


class TestTheQueue:
    async def test_is_of_ones_own_suppliers_oldest_first(self, desk: Desk) -> None:
        made = []
        for _ in range(3):
            seller, version = await suspended(desk)
            made.append(await appealed(desk, seller, version))
        await recommended(desk)
        for path in (COUNTY, PROVINCE):
            found = await list_appeals(desk, an_officer(path), ListAppeals(limit=2))
            rest = await list_appeals(desk, an_officer(path), ListAppeals(limit=2, cursor=found["next"]))
            assert [UUID(one["appeal_id"]) for one in found["items"] + rest["items"]] == made
            assert rest["next"] is None
        assert found["items"][0]["supplier_name"] == "云阳残疾人帮扶基地"
        for who in (an_officer(ELSEWHERE), a_person()):
            assert await list_appeals(desk, who, ListAppeals()) == {"items": [], "next": None}
