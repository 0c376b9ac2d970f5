"""An owner lets people in by a code that works once, ends them at once, and each thing they do is written down."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from services.catalog.domain.members import (
    INVITATIONS_OPEN_MAX,
    MEMBERS_MAX,
    WRONG_CODES_AN_HOUR_MAX,
    ActedAs,
    HelpEnded,
    HelperMayNot,
    HelpersOnly,
    InvitationDead,
    InvitationFixed,
    LastOwner,
    MemberNotFound,
    MemberRole,
    TooManyCodes,
    TooManyInvitations,
    TooManyMembers,
)
from services.catalog.domain.suppliers import RevokedSupplier, SupplierOutcome
from services.catalog.store import suppliers
from services.catalog.usecases.accept_invitation import AcceptInvitation, accept_invitation
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.end_member import end_member, end_past_members
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.list_members import list_members
from services.catalog.usecases.list_supplier_acts import ListActs, list_supplier_acts
from services.catalog.usecases.put_invitation import PutInvitation, put_invitation
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_invitation import withdraw_invitation
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    Seller,
    a_credit_code,
    a_listing,
    a_person,
    a_supplier,
    admitted,
    an_officer,
    applied,
    decide,
    seated,
)
from tests.build.rivals import overtaken
from tests.build.supply_people import invited, let_in, seated_as
from tests.integration.catalog.conftest import NOW, Kept

TODAY = date(2026, 3, 2)
SOON = TODAY + timedelta(days=30)


async def accepting(desk: Desk, code: str, who: Identity | None = None) -> dict[str, Any]:
    return await accept_invitation(desk, who or a_person(name="王五"), AcceptInvitation(code=code))


async def acts_of(desk: Desk, seller: Seller, **query: Any) -> list[tuple[str, str]]:
    found = await list_supplier_acts(desk, seller.person, seller.id, ListActs(**query))
    return [(one["acted_as"], one["operation"]) for one in found["items"]]


class TestACode:
    async def test_lets_one_person_in_and_says_so(self, desk: Desk, kept: Kept) -> None:
        seller, who = await admitted(desk), a_person(name="王五")
        code = await invited(desk, seller, "packer")
        member = await accepting(desk, f"{code[:5]}-{code[5:]}".lower(), who)
        assert (member["account_id"], member["role"], member["name"]) == (str(who.account_id), "packer", "王五")
        said = (await kept.said())[-1]
        assert said.type == "supplier.member_changed"
        assert (said.data["role"], said.data["version"], said.data["until"]) == ("packer", 1, None)
        listed = await list_members(desk, seller.person, seller.id)
        assert [(one["role"], one["ended_at"]) for one in listed["items"]] == [("owner", None), ("packer", None)]
        assert listed["invitations"] == []

    async def test_sent_again_by_who_it_let_in_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, who = await admitted(desk), a_person()
        code = await invited(desk, seller, "seller")
        first = await accepting(desk, code, who)
        async with kept.unchanged():
            assert await accepting(desk, code, who) == first

    async def test_sent_by_two_at_once_lets_one_in(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        code = await invited(desk, seller, "packer")
        answers = await asyncio.gather(*(accepting(desk, code) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(one, dict) for one in answers) == 1
        assert sum(isinstance(one, InvitationDead) for one in answers) == 3
        assert await kept.value("SELECT count(*) FROM supplier_members") == 2
        assert (await kept.types_said()).count("supplier.member_changed") == 1

    async def test_unknown_used_over_or_withdrawn_is_answered_alike(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        used, over, taken = [await invited(desk, seller, "packer") for _ in range(3)]
        await accepting(desk, used)
        invitation = new_id()
        made = await put_invitation(desk, seller.person, seller.id, invitation, PutInvitation(role=MemberRole.PACKER))
        await withdraw_invitation(desk, seller.person, seller.id, invitation)
        await accepting(desk, taken)
        clock.set(NOW + timedelta(days=7, seconds=1))
        members = await kept.value("SELECT count(*) FROM supplier_members")
        for code in ("0000000000", used, over, made["code"], "x", "邀请码"):
            with pytest.raises(InvitationDead) as told:
                await accepting(desk, code)
            assert told.value.facts == {}
        assert await kept.value("SELECT count(*) FROM supplier_members") == members

    async def test_of_a_helper_opens_nothing_after_the_last_day(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        code = await invited(desk, seller, "helper", TODAY)
        (shown,) = (await list_members(desk, seller.person, seller.id))["invitations"]
        assert shown["expires_at"] == "2026-03-02T16:00:00+00:00"  # midnight in Shanghai
        clock.set(NOW + timedelta(hours=15))
        assert (await list_members(desk, seller.person, seller.id))["invitations"] == []
        with pytest.raises(InvitationDead):
            await accepting(desk, code)

    async def test_is_not_guessed(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        seller, guesser = await admitted(desk), a_person()
        code = await invited(desk, seller, "owner")
        for number in range(WRONG_CODES_AN_HOUR_MAX):
            with pytest.raises(InvitationDead):
                await accepting(desk, f"{number:010d}", guesser)
        async with kept.unchanged():
            with pytest.raises(TooManyCodes):
                await accepting(desk, code, guesser)
        await accepting(desk, code)
        clock.set(NOW + timedelta(hours=1))
        with pytest.raises(InvitationDead):
            await accepting(desk, code, guesser)
        assert await kept.value("SELECT count(*) FROM wrong_codes") == 3
        clock.set(NOW + timedelta(days=2))
        await end_past_members(desk)
        assert await kept.value("SELECT count(*) FROM wrong_codes") == 0

    async def test_guessed_many_times_at_once_is_not_tried_more_often(self, desk: Desk, kept: Kept) -> None:
        await admitted(desk)
        guesser = a_person()
        tries = (accepting(desk, f"{number:010d}", guesser) for number in range(2 * WRONG_CODES_AN_HOUR_MAX))
        answers = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, InvitationDead) for one in answers) == WRONG_CODES_AN_HOUR_MAX
        assert await kept.value("SELECT tries FROM wrong_codes") == WRONG_CODES_AN_HOUR_MAX


class TestACodeOfAnOwner:
    """It goes with who handed it out: an owner that was ended cannot let themself back in."""

    async def test_who_was_ended_opens_nothing(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        gone = Seller(seller.id, await let_in(desk, seller, "owner"))
        theirs = [await invited(desk, gone, role) for role in ("owner", "packer")]
        left = await invited(desk, seller, "packer")
        await end_member(desk, seller.person, seller.id, gone.person.account_id)
        listed = await list_members(desk, seller.person, seller.id)
        assert [one["invited_by_name"] for one in listed["invitations"]] == ["陈小红"]
        members = await kept.value("SELECT count(*) FROM supplier_members WHERE ended_at IS NULL")
        for code in theirs:
            with pytest.raises(InvitationDead):
                await accepting(desk, code, gone.person)
        assert await kept.value("SELECT count(*) FROM supplier_members WHERE ended_at IS NULL") == members
        await accepting(desk, left)

    async def test_who_takes_another_role_opens_nothing(self, desk: Desk) -> None:
        seller = await admitted(desk)
        other = Seller(seller.id, await let_in(desk, seller, "owner"))
        theirs = await invited(desk, other, "owner")
        await accepting(desk, await invited(desk, seller, "packer"), other.person)
        with pytest.raises(InvitationDead):
            await accepting(desk, theirs, other.person)

    async def test_is_told_to_no_other_owner(self, desk: Desk, kept: Kept) -> None:
        seller, invitation = await admitted(desk), new_id()
        other = await let_in(desk, seller, "owner")
        command = PutInvitation(role=MemberRole.OWNER)
        made = await put_invitation(desk, seller.person, seller.id, invitation, command)
        async with kept.unchanged():
            again = await put_invitation(desk, other, seller.id, invitation, command)
        assert again == made | {"code": None}

    async def test_is_not_made_by_who_is_ended_meanwhile(
        self, desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seller = await admitted(desk)
        second = await let_in(desk, seller, "owner")
        gone = Seller(seller.id, replace(seller.person, seats=()))

        async def ending() -> None:
            await end_member(desk, second, seller.id, gone.person.account_id)

        overtaken(monkeypatch, suppliers, "lock", ending)
        with pytest.raises(NotAllowed):
            await invited(desk, gone, "owner")
        assert await kept.value("SELECT count(*) FROM supplier_invitations WHERE used_at IS NULL") == 0


class TestAnInvitation:
    async def test_made_again_shows_the_same_code_and_another_under_its_id_is_refused(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller, other, invitation = await admitted(desk), await admitted(desk), new_id()
        command = PutInvitation(role=MemberRole.PACKER)
        first = await put_invitation(desk, seller.person, seller.id, invitation, command)
        async with kept.unchanged():
            assert await put_invitation(desk, seller.person, seller.id, invitation, command) == first
            with pytest.raises(InvitationFixed):
                await put_invitation(desk, seller.person, seller.id, invitation, PutInvitation(role=MemberRole.OWNER))
            with pytest.raises(InvitationFixed):
                await put_invitation(desk, other.person, other.id, invitation, command)
            with pytest.raises(InvitationDead):
                await withdraw_invitation(desk, other.person, other.id, invitation)
        listed = await list_members(desk, seller.person, seller.id)
        assert "code" not in listed["invitations"][0]

    async def test_is_made_by_owners_alone(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        others = [await let_in(desk, seller, role) for role in ("seller", "packer")]
        others += [await let_in(desk, seller, "helper", SOON), an_officer(PROVINCE), a_person()]
        async with kept.unchanged():
            for who in others:
                with pytest.raises(NotAllowed):
                    await put_invitation(desk, who, seller.id, new_id(), PutInvitation(role=MemberRole.OWNER))

    async def test_is_made_before_any_seat_is_given(self, desk: Desk) -> None:
        seller = await applied(desk)
        bare = replace(seller.person, seats=())
        made = await put_invitation(desk, bare, seller.id, new_id(), PutInvitation(role=MemberRole.HELPER, until=SOON))
        assert (await accepting(desk, made["code"]))["until"] == SOON.isoformat()

    async def test_has_its_bounds(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        with pytest.raises(InvalidFields):
            await invited(desk, seller, "helper", date(2030, 1, 1))
        codes = [await invited(desk, seller, "packer") for _ in range(INVITATIONS_OPEN_MAX)]
        with pytest.raises(TooManyInvitations):
            await invited(desk, seller, "packer")
        for code in codes[: MEMBERS_MAX - 1]:
            await accepting(desk, code)
        async with kept.unchanged():
            with pytest.raises(TooManyMembers):
                await accepting(desk, codes[-1])

    async def test_is_not_made_or_used_for_who_is_revoked(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        code = await invited(desk, seller, "packer")
        await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lapse", effective_from="2026-03-02")
        async with kept.unchanged():
            with pytest.raises(RevokedSupplier):
                await accepting(desk, code)
            with pytest.raises(RevokedSupplier):
                await invited(desk, seller, "packer")


class TestAnEnding:
    async def test_is_said_once_and_what_has_ended_does_nothing_more(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        shelf = await let_in(desk, seller, "seller")
        await put_listing(desk, shelf, new_id(), a_listing(seller.id))
        ended = await end_member(desk, seller.person, seller.id, shelf.account_id)
        assert (ended["version"], ended["ended_by"]) == (2, str(seller.person.account_id))
        said = (await kept.said())[-1]
        assert (said.type, said.data["role"], said.data["version"]) == ("supplier.member_changed", None, 2)
        async with kept.unchanged():
            assert await end_member(desk, seller.person, seller.id, shelf.account_id) == ended
            with pytest.raises(HelpEnded):
                await put_listing(desk, shelf, new_id(), a_listing(seller.id))

    async def test_of_the_last_owner_is_refused_however_many_leave_at_once(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(LastOwner):
                await end_member(desk, seller.person, seller.id, seller.person.account_id)
        code = await invited(desk, seller, "packer")
        async with kept.unchanged():
            with pytest.raises(LastOwner):
                await accepting(desk, code, seller.person)
        second = await let_in(desk, seller, "owner")
        leaving = (end_member(desk, one, seller.id, one.account_id) for one in (seller.person, second))
        answers = await asyncio.gather(*leaving, return_exceptions=True)
        assert sum(isinstance(one, dict) for one in answers) == 1
        assert sum(isinstance(one, LastOwner) for one in answers) == 1
        living = "SELECT count(*) FROM supplier_members WHERE role = 'owner' AND ended_at IS NULL"
        assert await kept.value(living) == 1

    async def test_takes_from_who_applied_what_the_application_gave(self, desk: Desk) -> None:
        seller = await admitted(desk)
        second = await let_in(desk, seller, "owner")
        await end_member(desk, second, seller.id, seller.person.account_id)
        bare = replace(seller.person, seats=())
        with pytest.raises(NotAllowed):
            await list_members(desk, bare, seller.id)
        assert "bank_account" not in await get_supplier(desk, bare, seller.id)

    async def test_is_each_members_own_and_an_officers_for_helpers_alone(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        packer, helper = await let_in(desk, seller, "packer"), await let_in(desk, seller, "helper", SOON)
        async with kept.unchanged():
            for who, whom in ((packer, helper), (helper, packer), (an_officer("/430000/430100/"), helper)):
                with pytest.raises(NotAllowed):
                    await end_member(desk, who, seller.id, whom.account_id)
            with pytest.raises(HelpersOnly):
                await end_member(desk, an_officer(COUNTY), seller.id, packer.account_id)
            with pytest.raises(MemberNotFound):
                await end_member(desk, seller.person, seller.id, new_id())
        await end_member(desk, an_officer(PREFECTURE), seller.id, helper.account_id)
        await end_member(desk, packer, seller.id, packer.account_id)
        assert await acts_of(desk, seller, limit=2) == [("own", "end_member"), ("officer", "end_member")]

    async def test_of_a_helper_comes_by_itself_after_the_last_day(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        helper, longer = [await let_in(desk, seller, "helper", TODAY + timedelta(days=days)) for days in (1, 2)]
        clock.set(NOW + timedelta(days=1))
        assert await end_past_members(desk) == 0
        await put_listing(desk, helper, new_id(), a_listing(seller.id))
        clock.set(NOW + timedelta(days=2))
        with pytest.raises(HelpEnded):
            await put_listing(desk, helper, new_id(), a_listing(seller.id))
        assert sorted(await asyncio.gather(end_past_members(desk), end_past_members(desk))) == [0, 1]
        said = [one.data for one in await kept.said() if one.type == "supplier.member_changed"]
        assert [one["role"] for one in said] == ["helper", "helper", None]
        await put_listing(desk, longer, new_id(), a_listing(seller.id))
        ended = (await list_members(desk, seller.person, seller.id))["items"][-1]
        assert (ended["account_id"], ended["ended_by"]) == (str(helper.account_id), None)


class TestWhatIsDone:
    async def test_is_written_down_by_whom_and_in_whose_place(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        helper = await let_in(desk, seller, "helper", SOON)
        listing = new_id()
        await put_listing(desk, helper, listing, a_listing(seller.id))
        async with kept.unchanged():
            await put_listing(desk, helper, listing, a_listing(seller.id))
        await put_listing(desk, seller.person, listing, a_listing(seller.id, price_fen=700))
        assert await acts_of(desk, seller) == [
            ("own", "put_listing"),
            ("helper", "put_listing"),
            ("helper", "accept_invitation"),
            ("own", "put_invitation"),
            ("own", "put_supplier_document"),
            ("own", "put_supplier"),
        ]
        assert await acts_of(desk, seller, acted_as=ActedAs.HELPER, limit=1) == [("helper", "put_listing")]
        first = await list_supplier_acts(desk, seller.person, seller.id, ListActs(limit=4))
        rest = await list_supplier_acts(desk, an_officer(COUNTY), seller.id, ListActs(limit=4, cursor=first["next"]))
        assert len({one["at"] for one in first["items"] + rest["items"]}) == 6
        assert rest["next"] is None
        assert first["items"][0] | {"at": ""} == {
            "at": "",
            "account_id": str(seller.person.account_id),
            "account_name": "陈小红",
            "acted_as": "own",
            "operation": "put_listing",
            "subject_id": str(listing),
            "version": 2,
        }

    async def test_is_never_taken_back(self, env: dict[str, str], desk: Desk, kept: Kept, owner: Any) -> None:
        await admitted(desk)
        connection = await asyncpg.connect(env["CATALOG_DATABASE_URL"])
        async with kept.unchanged():
            for statement in ("UPDATE supplier_acts SET account_name = 'x'", "DELETE FROM supplier_acts"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
                with pytest.raises(asyncpg.RestrictViolationError):
                    await owner.execute(statement)
        await connection.close()

    async def test_that_is_refused_is_not_written_down(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing = new_id()
        await put_listing(desk, seller.person, listing, a_listing(seller.id))
        async with kept.unchanged():
            with pytest.raises(Exception, match="photo"):
                await submit_listing(desk, seller.person, listing)


class TestAHelper:
    async def test_changes_what_is_said_of_a_supplier_but_not_where_it_is_paid(self, desk: Desk, kept: Kept) -> None:
        code = a_credit_code()
        seller = await applied(desk, credit_code=code)
        helper = await let_in(desk, seller, "helper", SOON)
        said = a_supplier(credit_code=code, contact_phone="0731-25239999")
        changed = await put_supplier(desk, helper, seller.id, said)
        assert changed["contact_phone"] == "0731-25239999"
        async with kept.unchanged():
            for bank in (None, {"bank_name": "别行", "account_name": "帮办人", "account_number": "62280000000"}):
                with pytest.raises(HelperMayNot) as told:
                    await put_supplier(desk, helper, seller.id, a_supplier(**_again(said), bank_account=bank))
                assert told.value.facts == {"fields": ["bank_account"]}
            for role in ("seller", "packer"):
                other = seated_as(a_person(), role, seller.id)
                with pytest.raises(NotAllowed):
                    await put_supplier(desk, other, seller.id, said)

    async def test_who_left_and_became_an_officer_reviews_nothing_of_the_supplier(self, desk: Desk, kept: Kept) -> None:
        seller, officer = await applied(desk), an_officer(COUNTY)
        helper = await let_in(desk, seller, "helper", SOON, who=a_person(name="李科长"))
        await end_member(desk, seller.person, seller.id, helper.account_id)
        once = replace(officer, account_id=helper.account_id)
        async with kept.unchanged():
            with pytest.raises(OwnRequest):
                await review_supplier(desk, once, seller.id, ReviewSupplier(outcome=SupplierOutcome.RECOMMEND))
        steps = (await get_supplier(desk, once, seller.id))["review_steps"]
        assert {step["withheld"] for step in steps} == {"own-request"}

    async def test_seated_by_hand_and_since_gone_left_what_they_did(self, desk: Desk) -> None:
        seller, officer = await applied(desk), an_officer(COUNTY)
        by_hand = seated_as(replace(officer, seats=()), "helper", seller.id)
        await put_listing(desk, by_hand, new_id(), a_listing(seller.id))
        with pytest.raises(OwnRequest):
            await review_supplier(desk, officer, seller.id, ReviewSupplier(outcome=SupplierOutcome.RECOMMEND))

    async def test_who_has_a_seat_of_their_own_acts_in_their_own_place(self, desk: Desk) -> None:
        seller = await admitted(desk)
        both = seated_as(seated(a_person(), seller.id), "helper", seller.id)
        assert {seat.role for seat in both.seats} == {Role.SUPPLIER, Role.HELPER}
        await put_listing(desk, both, new_id(), a_listing(seller.id))
        assert (await acts_of(desk, seller, limit=1)) == [("own", "put_listing")]


def _again(said: Any) -> dict[str, Any]:
    return {"credit_code": said.credit_code, "contact_phone": said.contact_phone}
