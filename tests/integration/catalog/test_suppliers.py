"""A supplier applies, is decided about with reasons, and stops selling the moment it must."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.catalog.domain.listings import ListingNotFound
from services.catalog.domain.suppliers import (
    AlreadyAdmitted,
    ChangedMeanwhile,
    DocumentFixed,
    DocumentKind,
    DocumentNotFound,
    DocumentWanted,
    IdentityFixed,
    RevokedSupplier,
    SupplierNotFound,
    SupplierOutcome,
    TooManyDocuments,
)
from services.catalog.store.tables import supplier_documents
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.get_supplier_document import get_supplier_document
from services.catalog.usecases.list_suppliers import ListSuppliers, list_suppliers
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.db.unit_of_work import KeyReused, Stamp
from shared.errors import InvalidFields
from shared.http.paging import encode_cursor
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    a_credit_code,
    a_person,
    a_photo,
    a_supplier,
    admitted,
    an_officer,
    applied,
    decide,
    on_sale,
    recommended,
    submitted,
)
from tests.build.papers import PDF
from tests.integration.catalog.conftest import NOW, Kept

PRIVATE = {"contact_name", "contact_phone", "address", "bank_account", "credit_code", "documents", "reviews"}
TODAY = date(2026, 3, 2)
OF_ANOTHER_LIST = encode_cursor(["raised", 0, "019a0000-0000-7000-8000-00000000000b"])


def fields_of(error: pytest.ExceptionInfo[InvalidFields]) -> list[str]:
    return [problem["field"] for problem in error.value.facts["errors"]]


class TestPutSupplier:
    async def test_reads_a_code_in_full_width_and_refuses_look_alikes(self, desk: Desk, kept: Kept) -> None:
        code = a_credit_code()
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.lower())
        view = await put_supplier(desk, a_person(), new_id(), a_supplier(credit_code=f" {wide} "))
        assert view["credit_code"] == code
        cyrillic = a_credit_code().replace("M", "\u041c").replace("A", "\u0410")
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as told:
                await put_supplier(desk, a_person(), new_id(), a_supplier(credit_code=cyrillic))
        assert [one["field"] for one in told.value.facts["errors"]] == ["credit_code"]

    async def test_applies_and_says_so(self, desk: Desk, kept: Kept) -> None:
        person, supplier_id = a_person(), new_id()
        command = a_supplier()
        view = await put_supplier(desk, person, supplier_id, command)
        assert view["state"] == "applied"
        assert view["version"] == 1
        assert view["county_name"] == "湖南省株洲市茶陵县"
        assert view["unit_path"] == COUNTY
        assert view["bank_account"]["account_number"] == "6230901800000000001"
        assert view["applicant_account_id"] == str(person.account_id)
        [event] = await kept.said()
        assert event.type == "supplier.changed"
        assert event.data == {
            "supplier_id": str(supplier_id),
            "version": 1,
            "name": "云阳残疾人帮扶基地",
            "kind": "disabled_base",
            "county_code": "430224",
            "state": "applied",
            "applicant_account_id": str(person.account_id),
            "recognised": None,
        }

    async def test_the_same_again_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        person, supplier_id, command = a_person(), new_id(), a_supplier()
        first = await put_supplier(desk, person, supplier_id, command)
        async with kept.unchanged():
            assert await put_supplier(desk, person, supplier_id, command) == first

    async def test_a_double_click_is_one_application(self, desk: Desk, kept: Kept) -> None:
        person, supplier_id, command = a_person(), new_id(), a_supplier()
        views = await asyncio.gather(*(put_supplier(desk, person, supplier_id, command) for _ in range(4)))
        assert all(view == views[0] for view in views)
        assert await kept.types_said() == ["supplier.changed"]

    async def test_a_changed_application_is_recommended_anew(self, desk: Desk) -> None:
        seller = await applied(desk)
        await decide(desk, seller.id, SupplierOutcome.RECOMMEND)
        view = await put_supplier(desk, seller.person, seller.id, a_supplier(name="云阳帮扶基地"))
        assert (view["state"], view["version"], view["name"]) == ("applied", 3, "云阳帮扶基地")

    async def test_a_returned_application_is_put_again_even_unchanged(self, desk: Desk) -> None:
        person, supplier_id, command = a_person(), new_id(), a_supplier()
        await put_supplier(desk, person, supplier_id, command)
        await decide(desk, supplier_id, SupplierOutcome.RETURN)
        view = await put_supplier(desk, person, supplier_id, command)
        assert (view["state"], view["version"]) == ("applied", 3)

    async def test_refuses_another_account(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        async with kept.unchanged():
            with pytest.raises(NotAllowed):
                await put_supplier(desk, a_person(), seller.id, a_supplier())

    async def test_after_admission_contact_and_bank_may_change(self, desk: Desk, kept: Kept) -> None:
        command = a_supplier()
        seller = await admitted(desk, **command.model_dump(mode="json"))
        other = command.model_copy(update={"contact_phone": "13800138000", "bank_account": None})
        view = await put_supplier(desk, seller.person, seller.id, other)
        assert (view["state"], view["contact_phone"], view["bank_account"]) == ("admitted", "13800138000", None)
        assert view["version"] == 4
        assert await kept.types_said() == ["supplier.changed"] * 4

    @pytest.mark.parametrize(
        "other",
        [{"name": "别的基地"}, {"kind": "company"}, {"county_code": "430225"}, {"credit_code": a_credit_code()}],
    )
    async def test_after_admission_identity_is_fixed(self, desk: Desk, kept: Kept, other: dict[str, Any]) -> None:
        said = a_supplier().model_dump(mode="json")
        seller = await admitted(desk, **said)
        async with kept.unchanged():
            with pytest.raises(IdentityFixed) as refused:
                await put_supplier(desk, seller.person, seller.id, a_supplier(**said | other))
        assert refused.value.facts == {"fields": list(other)}

    async def test_a_revoked_one_cannot_change(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lost_recognition", effective_from="2026-01-01")
        async with kept.unchanged():
            with pytest.raises(RevokedSupplier):
                await put_supplier(desk, seller.person, seller.id, a_supplier())

    @pytest.mark.parametrize(
        ("said", "fields"),
        [
            ({"credit_code": "91430224MA0000001X"}, ["credit_code"]),
            ({"credit_code": None}, ["credit_code"]),
            ({"registration_number": "430224600123456"}, ["registration_number"]),
            (
                {"kind": "demonstration_household", "credit_code": None},
                ["registration_number"],
            ),
            ({"county_code": "430200", "credit_code": a_credit_code()}, ["county_code"]),
            ({"county_code": "999999", "credit_code": "123"}, ["credit_code", "county_code"]),
        ],
    )
    async def test_names_the_fields_that_need_mending(
        self, desk: Desk, kept: Kept, said: dict[str, Any], fields: list[str]
    ) -> None:
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_supplier(desk, a_person(), new_id(), a_supplier(**said))
        assert fields_of(refused) == fields
        assert all(problem["says_zh"] for problem in refused.value.facts["errors"])

    async def test_a_household_may_give_a_registration_number(self, desk: Desk) -> None:
        said = {"kind": "demonstration_household", "credit_code": None, "registration_number": "430224600123456"}
        view = await put_supplier(desk, a_person(), new_id(), a_supplier(**said))
        assert view["registration_number"] == "430224600123456"

    @pytest.mark.parametrize(
        "said",
        [{"name": ""}, {"name": "茶\x00陵"}, {"name": "a\u202eb"}, {"contact_phone": "call me"}, {"other": 1}],
    )
    def test_bounds_every_text(self, said: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            a_supplier(**said)

    async def test_out_of_the_province_a_province_reviews(self, desk: Desk) -> None:
        view = await put_supplier(desk, a_person(), new_id(), a_supplier(county_code="522325"))
        assert view["unit_path"] == PROVINCE

    async def test_a_county_without_a_unit_is_reviewed_by_its_prefecture(self, desk: Desk) -> None:
        view = await put_supplier(desk, a_person(), new_id(), a_supplier(county_code="430225"))
        assert view["unit_path"] == PREFECTURE


class TestReviewSupplier:
    async def test_a_recommendation_wants_a_document(self, desk: Desk, kept: Kept) -> None:
        supplier_id = new_id()
        await put_supplier(desk, a_person(), supplier_id, a_supplier())
        async with kept.unchanged():
            with pytest.raises(DocumentWanted):
                await decide(desk, supplier_id, SupplierOutcome.RECOMMEND)

    @pytest.mark.parametrize(
        "identity",
        [an_officer(ELSEWHERE), an_officer(PROVINCE, Role.AUDITOR), an_officer(PROVINCE, Role.FINANCE), a_person()],
    )
    async def test_refuses_whoever_does_not_reach(self, desk: Desk, kept: Kept, identity: Identity) -> None:
        seller = await applied(desk)
        async with kept.unchanged():
            with pytest.raises(NotAllowed):
                await review_supplier(desk, identity, seller.id, ReviewSupplier(outcome=SupplierOutcome.ADMIT))

    async def test_nobody_reviews_what_they_filed(self, desk: Desk, kept: Kept) -> None:
        officer, supplier_id = an_officer(PROVINCE), new_id()
        await put_supplier(desk, officer, supplier_id, a_supplier())
        seller = await applied(desk)
        also_seated = Identity(new_id(), new_id(), "两职", (*officer.seats, Seat(Role.SUPPLIER, seller.id)))
        async with kept.unchanged():
            for identity, one in ((officer, supplier_id), (also_seated, seller.id)):
                with pytest.raises(OwnRequest):
                    await review_supplier(desk, identity, one, ReviewSupplier(outcome=SupplierOutcome.RECOMMEND))

    async def test_of_two_who_decide_at_once_one_wins(self, desk: Desk, kept: Kept) -> None:
        seller = await recommended(desk)
        answers = await asyncio.gather(
            decide(desk, seller.id, SupplierOutcome.ADMIT),
            decide(desk, seller.id, SupplierOutcome.RETURN),
            decide(desk, seller.id, SupplierOutcome.ADMIT),
            return_exceptions=True,
        )
        won = [answer for answer in answers if isinstance(answer, dict)]
        lost = [answer for answer in answers if not isinstance(answer, dict)]
        assert len(won) == 1
        assert all(isinstance(error, ChangedMeanwhile | WrongState) for error in lost)
        assert len(won[0]["reviews"]) == 2
        assert await kept.types_said() == ["supplier.changed"] * 3
        assert await kept.value("SELECT count(*) FROM supplier_reviews") == 2

    async def test_a_registration_is_admitted_once(self, desk: Desk, kept: Kept) -> None:
        code = a_credit_code()
        await admitted(desk, credit_code=code)
        other = await recommended(desk, credit_code=code, name="另一家")
        async with kept.unchanged():
            with pytest.raises(AlreadyAdmitted):
                await decide(desk, other.id, SupplierOutcome.ADMIT)

    @pytest.mark.parametrize("outcome", [SupplierOutcome.RETURN, SupplierOutcome.SUSPEND, SupplierOutcome.REVOKE])
    async def test_wants_a_reason(self, desk: Desk, kept: Kept, outcome: SupplierOutcome) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await decide(
                    desk,
                    seller.id,
                    outcome,
                    reason=" ",
                    **({"ground": "lapse"} if outcome is SupplierOutcome.REVOKE else {}),
                )
        assert fields_of(refused) == ["reason"]

    @pytest.mark.parametrize(
        ("given", "fields"),
        [
            ({}, ["ground", "effective_from"]),
            ({"ground": "false_origin"}, ["effective_from"]),
            ({"ground": "lapse", "effective_from": TODAY - timedelta(days=1)}, ["effective_from"]),
            ({"ground": "lost_recognition", "effective_from": "2019-12-31"}, ["effective_from"]),
            ({"ground": "lapse", "listing_ids": [new_id()]}, ["listing_ids", "listing_ids"]),
        ],
    )
    async def test_a_revocation_states_its_ground_and_date(
        self, desk: Desk, kept: Kept, given: dict[str, Any], fields: list[str]
    ) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await decide(desk, seller.id, SupplierOutcome.REVOKE, **given)
        assert fields_of(refused) == fields

    async def test_a_ground_belongs_to_a_revocation_only(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await decide(desk, seller.id, SupplierOutcome.ADMIT, ground="lapse", effective_from=TODAY)
        assert fields_of(refused) == ["ground", "effective_from"]

    async def test_revoking_withdraws_what_is_on_sale(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        sold, waiting = await on_sale(desk, seller), await submitted(desk, seller, name="茶油")
        before = len(await kept.said())
        view = await decide(
            desk,
            seller.id,
            SupplierOutcome.REVOKE,
            reason="抽查发现货源并非本县",
            ground="false_origin",
            effective_from="2026-02-01",
            listing_ids=[sold],
        )
        assert view["state"] == "revoked"
        changed, revoked, withdrawn = (await kept.said())[before:]
        assert (changed.type, changed.data["state"], changed.data["version"]) == ("supplier.changed", "revoked", 4)
        assert revoked.type == "supplier.revoked"
        assert revoked.data == {
            "supplier_id": str(seller.id),
            "version": 4,
            "ground": "false_origin",
            "reason": "抽查发现货源并非本县",
            "effective_from": "2026-02-01",
            "listing_ids": [str(sold)],
        }
        assert (withdrawn.type, withdrawn.data["listing_id"]) == ("listing.withdrawn", str(sold))
        assert (withdrawn.data["listing_version"], withdrawn.data["reason"]) == (1, "抽查发现货源并非本县")
        assert await kept.value("SELECT count(*) FROM on_sale") == 0
        for listing_id in (sold, waiting):
            assert (await get_listing(desk, seller.person, listing_id))["state"] == "withdrawn"
        with pytest.raises(ListingNotFound):
            await get_listing(desk, None, sold)

    async def test_a_lapse_without_a_date_is_from_today(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        view = await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lapse")
        assert view["reviews"][-1]["effective_from"] == "2026-03-02"

    async def test_a_suspended_one_is_admitted_again_and_its_listings_stay_off_sale(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        view = await decide(desk, seller.id, SupplierOutcome.ADMIT)
        assert view["state"] == "admitted"
        assert (await get_listing(desk, seller.person, listing_id))["state"] == "withdrawn"

    async def test_a_repeat_answers_the_same_and_does_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, officer = await recommended(desk), an_officer(PROVINCE)
        command, once = ReviewSupplier(outcome=SupplierOutcome.ADMIT), Stamp("review_supplier:x", "k1", "a")
        first = await review_supplier(desk, officer, seller.id, command, once=once)
        async with kept.unchanged():
            assert await review_supplier(desk, officer, seller.id, command, once=once) == first
            with pytest.raises(KeyReused):
                await review_supplier(
                    desk, officer, seller.id, command, once=Stamp("review_supplier:x", "k1", "another body")
                )

    async def test_a_refused_one_leaves_its_key_free(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        once = Stamp("review_supplier:x", "k1", "a")
        async with kept.unchanged():
            with pytest.raises(WrongState) as refused:
                await review_supplier(
                    desk,
                    an_officer(PROVINCE),
                    seller.id,
                    ReviewSupplier(outcome=SupplierOutcome.SUSPEND, reason="x"),
                    once=once,
                )
        assert refused.value.facts == {
            "state": "applied",
            "step": "suspend",
            "open_steps": ["amend", "recommend", "return"],
        }


class TestSeeSuppliers:
    async def test_the_public_sees_no_person_and_no_number(self, desk: Desk) -> None:
        seller = await admitted(desk)
        view = await get_supplier(desk, None, seller.id)
        assert view == {
            "supplier_id": str(seller.id),
            "version": 3,
            "state": "admitted",
            "name": "云阳残疾人帮扶基地",
            "kind": "disabled_base",
            "county_code": "430224",
            "county_name": "湖南省株洲市茶陵县",
            "applied_at": view["applied_at"],
            "admitted_at": view["admitted_at"],
        }

    @pytest.mark.parametrize("who", ["owner", "officer", "auditor"])
    async def test_its_own_people_officers_and_auditors_see_all(self, desk: Desk, who: str) -> None:
        seller = await applied(desk)
        identity = {
            "owner": seller.person,
            "officer": an_officer(COUNTY),
            "auditor": an_officer(PROVINCE, Role.AUDITOR),
        }[who]
        view = await get_supplier(desk, identity, seller.id)
        assert set(view) >= PRIVATE
        assert view["contact_phone"] == "0731-25230000"
        assert [document["name"] for document in view["documents"]] == ["认定书.pdf"]

    async def test_one_that_is_not_admitted_does_not_exist_for_strangers(self, desk: Desk) -> None:
        seller = await applied(desk)
        for identity in (None, a_person(), an_officer(ELSEWHERE), an_officer(PROVINCE, Role.FINANCE)):
            with pytest.raises(SupplierNotFound):
                await get_supplier(desk, identity, seller.id)

    async def test_lists_what_each_may_see_page_by_page(self, desk: Desk) -> None:
        first, second = await admitted(desk), await admitted(desk, county_code="430102", name="长沙基地")
        mine = await applied(desk, name="待审基地")
        far = await applied(desk, county_code="430102", name="长沙待审")

        async def ids(identity: Identity | None, **query: Any) -> list[str]:
            page = await list_suppliers(desk, identity, ListSuppliers(**query))
            return [item["supplier_id"] for item in page["items"]]

        admitted_ids = [str(first.id), str(second.id)]
        assert await ids(None) == admitted_ids
        assert await ids(None, state="applied") == []
        assert await ids(mine.person) == [*admitted_ids, str(mine.id)]
        assert await ids(an_officer(PREFECTURE), state="applied") == [str(mine.id)]
        assert await ids(an_officer(PROVINCE), state="applied") == [str(mine.id), str(far.id)]
        assert await ids(None, county="430102") == [str(second.id)]
        assert await ids(None, kind="company") == []
        page = await list_suppliers(desk, None, ListSuppliers(limit=1))
        assert [item["supplier_id"] for item in page["items"]] == admitted_ids[:1]
        rest = await list_suppliers(desk, None, ListSuppliers(limit=1, cursor=page["next"]))
        assert ([item["supplier_id"] for item in rest["items"]], rest["next"]) == (admitted_ids[1:], None)
        assert PRIVATE.isdisjoint(page["items"][0])

    @pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyJhcHBsaWVkIiwxLCJ4Il0", OF_ANOTHER_LIST])
    async def test_refuses_a_cursor_that_is_none(self, desk: Desk, cursor: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            await list_suppliers(desk, None, ListSuppliers(cursor=cursor))
        assert fields_of(refused) == ["cursor"]


class TestSupplierDocuments:
    async def test_is_filed_once_and_read_by_those_who_may(self, desk: Desk, kept: Kept) -> None:
        seller, document_id = await applied(desk), new_id()
        command, body = PutDocument(kind=DocumentKind.LICENCE, name="营业执照.png"), a_photo(form="PNG")
        view = await put_supplier_document(desk, seller.person, seller.id, document_id, command, body, "image/png")
        assert (view["media_type"], view["size_bytes"]) == ("image/png", len(body))
        key = f"suppliers/{seller.id}/documents/{document_id}/{view['sha256']}"
        assert key in await kept.files.keys(f"suppliers/{seller.id}/")
        document, found = await get_supplier_document(desk, an_officer(COUNTY), seller.id, document_id)
        assert (document.name, found.body) == ("营业执照.png", body)
        async with kept.unchanged():
            again = await put_supplier_document(desk, seller.person, seller.id, document_id, command, body)
            assert again == view

    async def test_other_bytes_under_its_id_are_refused(self, desk: Desk, kept: Kept) -> None:
        seller, document_id = await applied(desk), new_id()
        command = PutDocument(kind=DocumentKind.OTHER, name="a.pdf")
        await put_supplier_document(desk, seller.person, seller.id, document_id, command, PDF)
        async with kept.unchanged():
            with pytest.raises(DocumentFixed):
                await put_supplier_document(desk, seller.person, seller.id, document_id, command, PDF + b"\n")

    async def test_refuses_strangers_before_a_byte_is_stored(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        command = PutDocument(kind=DocumentKind.OTHER, name="a.pdf")
        async with kept.unchanged():
            for identity in (a_person(), an_officer(PROVINCE)):
                with pytest.raises(NotAllowed):
                    await put_supplier_document(desk, identity, seller.id, new_id(), command, PDF)
            with pytest.raises(NotAllowed):
                await get_supplier_document(desk, an_officer(ELSEWHERE), seller.id, new_id())
            with pytest.raises(SupplierNotFound):
                await put_supplier_document(desk, seller.person, new_id(), new_id(), command, PDF)
            with pytest.raises(DocumentNotFound):
                await get_supplier_document(desk, seller.person, seller.id, new_id())

    async def test_keeps_two_hundred_whoever_comes_at_once(self, desk: Desk, kept: Kept, owner: Any) -> None:
        seller = await applied(desk)
        others = ", ".join(column.name for column in supplier_documents.columns if column.name != "document_id")
        await owner.execute(
            f"INSERT INTO supplier_documents (document_id, {others}) SELECT gen_random_uuid(), {others}"  # noqa: S608
            " FROM supplier_documents, generate_series(1, 195)"
        )
        command = PutDocument(kind=DocumentKind.OTHER, name="a.pdf")
        answers = await asyncio.gather(
            *(
                put_supplier_document(desk, seller.person, seller.id, new_id(), command, PDF + bytes([n]))
                for n in range(9)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, TooManyDocuments) for answer in answers) == 5
        assert await kept.value("SELECT count(*) FROM supplier_documents") == 200


def test_the_day_of_these_tests_is_one_in_shanghai() -> None:
    assert NOW.date() == TODAY
