"""A supplier sells only after two people: one recommends, another of a level above admits."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.catalog.domain.suppliers import (
    AdmittedFromAbove,
    ChangedMeanwhile,
    RecommendedByYou,
    SupplierOutcome,
)
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.list_suppliers import ListSuppliers, list_suppliers
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from shared.contracts.authority import Identity, Role, Seat
from shared.ids import derived_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    Seller,
    a_supplier,
    admitted,
    an_officer,
    applied,
    decide,
    recommended,
    seated,
)
from tests.integration.catalog.conftest import Kept

ADMIT, RECOMMEND, REVOKE = SupplierOutcome.ADMIT, SupplierOutcome.RECOMMEND, SupplierOutcome.REVOKE
BEYOND = "522325"
"""A county of another province: its suppliers are reviewed by this province's own unit, which has nobody above."""


async def review(desk: Desk, officer: Identity, seller: Seller, outcome: SupplierOutcome) -> dict[str, Any]:
    more = {"ground": "lapse"} if outcome is REVOKE else {}
    command = ReviewSupplier.model_validate({"outcome": outcome, "reason": "现场核验", **more})
    return await review_supplier(desk, officer, seller.id, command)


def also_at(officer: Identity, path: str) -> Identity:
    """Give an officer a second seat."""
    seat = Seat(Role.OFFICER, derived_id("unit", path.strip("/").split("/")[-1]), path)
    return Identity(officer.account_id, officer.session_id, officer.name, (*officer.seats, seat))


def steps_of(view: dict[str, Any]) -> dict[str, str | None]:
    return {step["outcome"]: step["withheld"] for step in view["review_steps"]}


class TestAdmitFromAbove:
    async def test_recommend_then_admit(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        county = await review_supplier(desk, an_officer(COUNTY), seller.id, ReviewSupplier(outcome=RECOMMEND))
        assert county["state"] == "recommended"
        view = await review_supplier(
            desk, an_officer(PREFECTURE), seller.id, ReviewSupplier(outcome=ADMIT, reason="属实")
        )
        assert (view["state"], view["version"]) == ("admitted", 3)
        assert view["admitted_at"].startswith("2026-03-02T01:00:00")
        assert [(r["outcome"], r["reason"], r["supplier_version"], r["reviewer_path"]) for r in view["reviews"]] == [
            ("recommend", "", 1, COUNTY),
            ("admit", "属实", 2, PREFECTURE),
        ]
        states = [event.data["state"] for event in await kept.said()]
        assert states == ["applied", "recommended", "admitted"]

    async def test_nobody_is_admitted_unless_recommended(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        async with kept.unchanged():
            with pytest.raises(WrongState) as refused:
                await review(desk, an_officer(PREFECTURE), seller, ADMIT)
        assert refused.value.facts["open_steps"] == ["amend", "recommend", "return"]

    @pytest.mark.parametrize("outcome", [ADMIT, REVOKE])
    async def test_not_by_the_level_that_recommends(self, desk: Desk, kept: Kept, outcome: SupplierOutcome) -> None:
        seller = await (recommended(desk) if outcome is ADMIT else admitted(desk))
        async with kept.unchanged():
            with pytest.raises(AdmittedFromAbove) as refused:
                await review(desk, an_officer(COUNTY), seller, outcome)
        assert refused.value.facts == {"outcome": outcome.value, "unit_path": COUNTY}
        assert "上级" in AdmittedFromAbove.title("zh")

    async def test_never_by_who_recommended_whatever_seats_they_hold(self, desk: Desk, kept: Kept) -> None:
        seller, officer = await applied(desk), also_at(an_officer(COUNTY), PREFECTURE)
        await review(desk, officer, seller, RECOMMEND)
        async with kept.unchanged():
            with pytest.raises(RecommendedByYou):
                await review(desk, officer, seller, ADMIT)
        await review(desk, an_officer(PREFECTURE), seller, ADMIT)
        async with kept.unchanged():
            with pytest.raises(RecommendedByYou):
                await review(desk, officer, seller, REVOKE)
        await review(desk, officer, seller, SupplierOutcome.SUSPEND)  # Whoever sees it first stops it.
        async with kept.unchanged():
            with pytest.raises(RecommendedByYou):
                await review(desk, officer, seller, ADMIT)
            with pytest.raises(AdmittedFromAbove):
                await review(desk, an_officer(COUNTY), seller, ADMIT)
        lifted = await review(desk, an_officer(PREFECTURE), seller, ADMIT)
        assert lifted["state"] == "admitted"
        assert (await review(desk, an_officer(PROVINCE), seller, REVOKE))["state"] == "revoked"

    async def test_whoever_recommended_an_earlier_version_may_admit_what_another_recommends(self, desk: Desk) -> None:
        seller, first = await applied(desk), an_officer(PREFECTURE)
        await review(desk, first, seller, RECOMMEND)
        await put_supplier(desk, seller.person, seller.id, a_supplier(name="另名基地"))
        await review(desk, an_officer(COUNTY), seller, RECOMMEND)
        assert (await review(desk, first, seller, ADMIT))["state"] == "admitted"

    async def test_at_the_topmost_unit_a_second_person_admits(self, desk: Desk, kept: Kept) -> None:
        seller, first, second = await applied(desk, county_code=BEYOND), an_officer(PROVINCE), an_officer(PROVINCE)
        await review(desk, first, seller, RECOMMEND)
        async with kept.unchanged():
            with pytest.raises(RecommendedByYou):
                await review(desk, first, seller, ADMIT)
        assert (await review(desk, second, seller, ADMIT))["reviews"][-1]["reviewer_path"] == PROVINCE

    async def test_whoever_was_admitted_before_stays_admitted_and_may_be_stopped(
        self, desk: Desk, kept: Kept, owner: Any
    ) -> None:
        seller = await admitted(desk)
        await owner.execute("UPDATE supplier_reviews SET reviewer_path = NULL, unit_path = NULL")
        await owner.execute("DELETE FROM supplier_reviews WHERE outcome = 'recommend'")
        view = await get_supplier(desk, an_officer(PREFECTURE), seller.id)
        assert (view["state"], [r["reviewer_path"] for r in view["reviews"]]) == ("admitted", [None])
        assert (await review(desk, an_officer(PREFECTURE), seller, REVOKE))["state"] == "revoked"

    async def test_the_database_itself_refuses_an_admission_from_its_own_level(self, desk: Desk, owner: Any) -> None:
        await admitted(desk)
        for path in (COUNTY, "/430000/430100/"):
            with pytest.raises(asyncpg.CheckViolationError):
                await owner.execute("UPDATE supplier_reviews SET reviewer_path = $1 WHERE outcome = 'admit'", path)


class TestRaces:
    async def test_of_recommending_and_returning_at_once_one_wins_or_the_return_comes_after(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await applied(desk)
        answers = await asyncio.gather(
            review(desk, an_officer(COUNTY), seller, RECOMMEND),
            review(desk, an_officer(PREFECTURE), seller, SupplierOutcome.RETURN),
            return_exceptions=True,
        )
        done = [answer for answer in answers if isinstance(answer, dict)]
        assert all(isinstance(answer, dict | ChangedMeanwhile | WrongState) for answer in answers)
        assert 1 <= len(done) <= 2
        state = (await get_supplier(desk, seller.person, seller.id))["state"]
        assert state == "returned" if len(done) == 2 else state in ("recommended", "returned")
        assert await kept.value("SELECT count(*) FROM supplier_reviews") == len(done)
        assert await kept.types_said() == ["supplier.changed"] * (1 + len(done))

    async def test_what_is_changed_while_it_is_admitted_is_recommended_anew_or_admitted_as_it_was(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await recommended(desk)
        answers = await asyncio.gather(
            review(desk, an_officer(PREFECTURE), seller, ADMIT),
            put_supplier(desk, seller.person, seller.id, a_supplier(name="另名基地")),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, dict) for answer in answers) == 1
        view = await get_supplier(desk, seller.person, seller.id)
        assert (view["state"], view["name"]) in [("admitted", "云阳残疾人帮扶基地"), ("applied", "另名基地")]


class TestReviewSteps:
    """An officer is told what is open now, and of what is for another why."""

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            (COUNTY, {"admit": "admitted-from-above", "return": None}),
            (PREFECTURE, {"admit": None, "return": None}),
        ],
    )
    async def test_of_one_and_in_the_list(self, desk: Desk, path: str, told: dict[str, str | None]) -> None:
        seller = await recommended(desk)
        assert steps_of(await get_supplier(desk, an_officer(path), seller.id)) == told
        page = await list_suppliers(desk, an_officer(path), ListSuppliers(state="recommended"))
        assert [steps_of(item) for item in page["items"]] == [told]

    async def test_of_who_recommended_and_of_who_filed(self, desk: Desk) -> None:
        seller, officer = await applied(desk), an_officer(PROVINCE)
        view = await review(desk, officer, seller, RECOMMEND)
        assert steps_of(view) == {"admit": "recommended-by-you", "return": None}
        both = Identity(officer.account_id, officer.session_id, "两职", (*officer.seats, *seller.person.seats))
        assert steps_of(await get_supplier(desk, both, seller.id)) == {"admit": "own-request", "return": "own-request"}

    async def test_that_are_open_are_those_of_the_reader(self, desk: Desk) -> None:
        seller = await applied(desk)

        async def told(identity: Identity) -> list[str]:
            view = await get_supplier(desk, identity, seller.id)
            found: list[str] = view["open_steps"]
            return found

        officer = an_officer(PROVINCE)
        assert await told(seller.person) == ["amend"]
        assert await told(officer) == ["recommend", "return"]
        assert await told(an_officer(PROVINCE, Role.AUDITOR)) == []
        await review(desk, officer, seller, RECOMMEND)
        assert (await told(officer), await told(an_officer(PREFECTURE))) == (["return"], ["admit", "return"])

    async def test_is_told_to_nobody_else(self, desk: Desk) -> None:
        seller = await recommended(desk)
        for identity in (seller.person, an_officer(PROVINCE, Role.AUDITOR)):
            assert (await get_supplier(desk, identity, seller.id))["review_steps"] is None
            page = await list_suppliers(desk, identity, ListSuppliers(state="recommended"))
            assert ["review_steps" in item for item in page["items"]] == [False]
        stranger = seated(an_officer("/430000/430100/"), seller.id)
        assert (await get_supplier(desk, stranger, seller.id))["review_steps"] is None

    async def test_of_what_is_suspended(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        told = {"admit": "admitted-from-above", "revoke": "admitted-from-above"}
        assert steps_of(await get_supplier(desk, an_officer(COUNTY), seller.id)) == told
