"""Whoever shares a bank account, a telephone, an address or an applicant is shown, however it is written."""

import asyncio
from typing import Any

import pytest

from services.catalog.domain.contacts import ContactKind, contacts_of, written_alike
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.list_ties import ListTies, list_ties
from services.catalog.usecases.match_contacts import MatchContacts, match_contacts
from services.catalog.usecases.note_contacts import note_of_before
from services.catalog.usecases.put_supplier import put_supplier
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from shared.contracts.authority import Identity, NotAllowed, Role
from shared.ids import new_id
from shared.texts import normal_phone
from tests.build.catalog import COUNTY, ELSEWHERE, PROVINCE, Seller, a_person, a_supplier, an_officer, applied
from tests.integration.catalog.conftest import Kept

AUDITOR = an_officer(PROVINCE, Role.AUDITOR)
BANK: dict[str, Any] = {"bank_name": "茶陵农商银行", "account_name": "某基地"}


def own(number: int, **other: Any) -> dict[str, Any]:
    """Say what nobody else says, unless told."""
    return {
        "contact_phone": f"1380000{number:04}",
        "address": f"云阳街道{number}号",
        "bank_account": {**BANK, "account_number": f"62309018{number:04}"},
        **other,
    }


async def ties(desk: Desk, who: Identity = AUDITOR, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await list_ties(desk, who, ListTies.model_validate(query)))["items"]
    return found


class TestNormal:
    @pytest.mark.parametrize(
        "written", ["13812345678", "138 1234 5678", "+86 138-1234-5678", "008613812345678", "１３８１２３４５６７８"]
    )
    def test_a_telephone_is_its_digits_without_the_country(self, written: str) -> None:
        assert normal_phone(written) == "13812345678"

    def test_another_telephone_stays_another(self) -> None:
        assert normal_phone("86123456") == "86123456"
        assert normal_phone("0731-25230000") == "073125230000"

    def test_an_address_is_its_letters(self) -> None:
        assert written_alike("茶陵县 云阳街道 １号（东）Ａ座") == written_alike("茶陵县云阳街道1号(东)a座")

    def test_what_is_not_told_is_no_tie(self) -> None:
        assert contacts_of(bank_account_number=None, contact_phone="123456", address="——") == {
            ContactKind.PHONE: "123456"
        }


class TestTies:
    async def test_each_is_found_however_it_is_written(self, desk: Desk) -> None:
        first = await applied(desk, **own(1))
        second = await applied(desk, **own(2, contact_phone="+86 138-0000-0001"))
        third = await applied(desk, **own(3, address="云阳街道 １号"))
        fourth = await applied(desk, **own(4, bank_account={**BANK, "account_number": "6230 9018 0002"}))
        found = {one["kind"]: [two["supplier_id"] for two in one["suppliers"]] for one in await ties(desk)}
        assert found == {
            "phone": [str(first.id), str(second.id)],
            "address": [str(first.id), str(third.id)],
            "bank_account": [str(second.id), str(fourth.id)],
        }
        assert [one["kind"] for one in await ties(desk, kind="phone")] == ["phone"]

    async def test_those_of_before_stay_with_their_end(self, desk: Desk, kept: Kept) -> None:
        first, second = await applied(desk, **own(1)), await applied(desk, **own(2))
        code = await kept.value("SELECT credit_code FROM suppliers WHERE supplier_id = :one", one=first.id)
        said = a_supplier(credit_code=code, **own(2))
        await put_supplier(desk, first.person, first.id, said)
        async with kept.unchanged():
            await put_supplier(desk, first.person, first.id, said)
        await put_supplier(desk, first.person, first.id, a_supplier(credit_code=code, **own(3)))
        [phone] = await ties(desk, kind="phone")
        ended = {one["supplier_id"]: one["until"] is not None for one in phone["suppliers"]}
        assert ended == {str(first.id): True, str(second.id): False}
        assert phone["supplier_count"] == 2

    async def test_one_person_of_two_and_one_who_decides_too(self, desk: Desk) -> None:
        seller = await applied(desk, **own(1))
        await put_supplier(desk, seller.person, new_id(), a_supplier(**own(2)))
        [tie] = await ties(desk, kind="person")
        assert (tie["value"], tie["supplier_count"], tie["decisions"]) == (str(seller.person.account_id), 2, 0)
        officer = an_officer(COUNTY)
        await put_supplier(desk, officer, new_id(), a_supplier(**own(3)))
        assert len(await ties(desk, kind="person")) == 1
        await recommended_by(desk, officer, seller)
        both = {one["value"]: (one["supplier_count"], one["decisions"]) for one in await ties(desk, kind="person")}
        assert both == {str(seller.person.account_id): (2, 0), str(officer.account_id): (1, 1)}

    async def test_beyond_reach_are_counted_and_not_named(self, desk: Desk) -> None:
        here = await applied(desk, **own(1))
        await applied(desk, county_code="430102", **own(1))
        local = an_officer(COUNTY, Role.AUDITOR)
        for one in await ties(desk, local):
            assert (one["supplier_count"], [two["supplier_id"] for two in one["suppliers"]]) == (2, [str(here.id)])
        assert len(await ties(desk, local)) == 3
        assert len(await ties(desk, an_officer(ELSEWHERE, Role.AUDITOR))) == 3
        for stranger in (here.person, an_officer(PROVINCE), a_person(), an_officer("/440000/", Role.AUDITOR)):
            assert await ties(desk, stranger) == []

    async def test_go_on_behind_their_cursor(self, desk: Desk) -> None:
        for _ in range(2):
            await applied(desk, **own(1))
        seen, cursor = [], None
        for _ in range(3):
            page = await list_ties(desk, AUDITOR, ListTies(limit=1, cursor=cursor))
            seen += [one["kind"] for one in page["items"]]
            cursor = page["next"]
        assert (sorted(seen), cursor) == (["address", "bank_account", "phone"], None)

    async def test_those_from_before_are_noted_once_whoever_comes_at_once(
        self, desk: Desk, kept: Kept, owner: Any
    ) -> None:
        for number in (1, 1, 2):
            await applied(desk, **own(number))
        noted = await kept.value("SELECT count(*) FROM supplier_contacts")
        await owner.execute("DELETE FROM supplier_contacts")
        await asyncio.gather(*(note_of_before(desk) for _ in range(3)))
        assert await kept.value("SELECT count(*) FROM supplier_contacts") == noted == 9
        async with kept.unchanged():
            assert await note_of_before(desk) == 0


async def recommended_by(desk: Desk, officer: Identity, seller: Seller) -> None:
    """Have this officer recommend a supplier."""
    await review_supplier(desk, officer, seller.id, ReviewSupplier.model_validate({"outcome": "recommend"}))


class TestMatchContacts:
    async def test_tells_who_gives_a_telephone_and_names_who_is_in_reach(self, desk: Desk) -> None:
        first, second = await applied(desk, **own(1, contact_phone="138 0000 7777")), await applied(desk, **own(2))
        phones = (normal_phone("138 0000 7777"), "13899999999")
        asked = MatchContacts(phones=phones, supplier_ids=(second.id,))
        told = await match_contacts(desk, AUDITOR, asked)
        (shared,) = told["phones"]
        assert (shared["phone"], shared["supplier_count"]) == ("13800007777", 1)
        assert [one["supplier_id"] for one in shared["suppliers"]] == [str(first.id)]
        assert [one["supplier"]["state"] for one in told["suppliers"]] == ["applied"]
        far = await match_contacts(desk, an_officer(ELSEWHERE, Role.AUDITOR), asked)
        assert [one["supplier"] for one in (*far["phones"][0]["suppliers"], *far["suppliers"])] == [None, None]

    async def test_is_for_auditors_alone(self, desk: Desk) -> None:
        for who in (an_officer(PROVINCE), (await applied(desk, **own(1))).person):
            with pytest.raises(NotAllowed):
                await match_contacts(desk, who, MatchContacts(phones=("13800000001",)))
