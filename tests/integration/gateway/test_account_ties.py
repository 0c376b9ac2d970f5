"""An auditor is shown who buys or decides and sells too, and who shares a telephone with another house."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.usecases import list_account_ties
from gateway.usecases.keep_organisations import keep_organisations
from gateway.usecases.seat_applicants import seat_applicants
from gateway.usecases.seat_members import seat_members
from shared.contracts.authority import Role
from shared.contracts.words import UnitLevel
from shared.ids import derived_id, new_id
from tests.integration.gateway.conftest import Gateway, heard
from tests.integration.gateway.test_hearing import SUPPLIER, a_supplier, a_unit
from tests.integration.gateway.test_members import said

PROVINCE, COUNTY, ELSEWHERE = (derived_id("unit", code) for code in ("430000", "430224", "440000"))
AT = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
TOLD = {
    "name": "泸溪椪柑基地",
    "kind": "disabled_base",
    "county_code": "433122",
    "county_name": "泸溪县",
    "state": "admitted",
}


class Catalog:
    """What catalog would say: which suppliers are in reach, and which give a telephone."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.in_reach: set[UUID] = {SUPPLIER}
        self.phones: dict[str, list[UUID]] = {}
        self.asked: list[dict[str, Any]] = []
        gateway.catalog.says["/internal/contact-matches"] = self._answer

    def _one(self, supplier_id: UUID) -> dict[str, Any]:
        return {"supplier_id": str(supplier_id), "supplier": TOLD if supplier_id in self.in_reach else None}

    async def _answer(self, request: Request) -> Response:
        asked = orjson.loads(self.gateway.catalog.last.body)
        self.asked.append(asked)
        phones = [
            {
                "phone": phone,
                "supplier_count": len(self.phones[phone]),
                "suppliers": [{**self._one(one), "since": AT, "until": None} for one in self.phones[phone]],
            }
            for phone in asked["phones"]
            if phone in self.phones
        ]
        return JSONResponse({"phones": phones, "suppliers": [self._one(UUID(one)) for one in asked["supplier_ids"]]})


@pytest.fixture
async def catalog(gateway: Gateway) -> Catalog:
    for code, level, path in (
        ("430000", UnitLevel.PROVINCE, "/430000/"),
        ("430224", UnitLevel.COUNTY, "/430000/430200/430224/"),
        ("440000", UnitLevel.PROVINCE, "/440000/"),
    ):
        unit = a_unit(unit_id=derived_id("unit", code), code=code, level=level, path=path)
        await keep_organisations(gateway.desk, [heard(unit)])
    await gateway.person("auditor", (Role.AUDITOR, PROVINCE))
    return Catalog(gateway)


async def give(gateway: Gateway, account: str, phone: str | None) -> None:
    async with await gateway.signed_in(account) as client:
        answer = await client.put("/me/contact", json={"phone": phone})
        assert answer.status_code == 200, answer.text


async def listed(gateway: Gateway, account: str = "auditor", **query: Any) -> httpx.Response:
    async with await gateway.signed_in(account) as client:
        return await client.get("/ties", params={"between": "accounts", **query})


async def ties(gateway: Gateway, account: str = "auditor") -> list[dict[str, Any]]:
    answer = await listed(gateway, account)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


class TestContact:
    async def test_is_kept_as_it_is_compared_and_taken_away(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me/contact")).json() == {"phone": None}
            for written in ("138 0000 0001", "+86 138-0000-0001"):
                assert (await client.put("/me/contact", json={"phone": written})).json() == {"phone": "13800000001"}
            assert await gateway.rows("account_phones") == 1
            await client.put("/me/contact", json={"phone": "073155550001"})
            assert (await client.get("/me/contact")).json() == {"phone": "073155550001"}
            assert (await client.put("/me/contact", json={"phone": None})).json() == {"phone": None}
            assert await gateway.rows("account_phones") == 2

    async def test_is_taken_away_by_who_began_before_it_was_noted(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            gateway.clock.shift = timedelta(seconds=30)
            await client.put("/me/contact", json={"phone": "13800000001"})
            gateway.clock.shift = timedelta()
            answer = await client.put("/me/contact", json={"phone": None})
            assert (answer.status_code, answer.json()) == (200, {"phone": None})
        assert await gateway.rows("account_phones") == 1

    async def test_of_a_year_are_ten_and_none_is_washed_away(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            for number in range(10):
                assert (await client.put("/me/contact", json={"phone": f"1380000{number:04}"})).status_code == 200
            answer = await client.put("/me/contact", json={"phone": "13800000010"})
            assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, ["phone"])
            assert (await client.get("/me/contact")).json() == {"phone": "13800000009"}
            assert (await client.put("/me/contact", json={"phone": "13800000009"})).status_code == 200
            assert (await client.put("/me/contact", json={"phone": None})).status_code == 200
            await gateway.execute(
                "UPDATE account_phones SET since = since - interval '365 days' WHERE phone_id IN ("
                "SELECT min(phone_id) FROM account_phones)"
            )
            assert (await client.put("/me/contact", json={"phone": "13800000010"})).status_code == 200
        assert await gateway.rows("account_phones") == 11

    @pytest.mark.parametrize("statement", ["DELETE FROM account_phones", "UPDATE account_phones SET value = '12345'"])
    async def test_is_forgotten_by_no_program(self, gateway: Gateway, env: dict[str, str], statement: str) -> None:
        connection = await asyncpg.connect(env["GATEWAY_DATABASE_URL"])
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
        await connection.close()

    @pytest.mark.parametrize("phone", ["1234", "1" * 21, "电话", "", 13800000000])
    async def test_that_is_none_is_refused_by_name(self, gateway: Gateway, phone: Any) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            answer = await client.put("/me/contact", json={"phone": phone})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "phone")
        assert await gateway.rows("account_phones") == 0


class TestPeople:
    async def test_who_decides_and_sells_is_shown_with_both_and_after_leaving_too(
        self, gateway: Gateway, catalog: Catalog
    ) -> None:
        owner = await gateway.person("li.na", (Role.OFFICER, COUNTY))
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        (tie,) = await ties(gateway)
        assert (tie["kind"], tie["value"], tie["supplier_count"]) == ("person", str(owner), 1)
        (account,) = tie["accounts"]
        assert sorted((seat["role"], seat["kind"]) for seat in account["seats"]) == [
            ("officer", "unit"),
            ("supplier", "supplier"),
        ]
        assert [one["name"] for one in tie["suppliers"]] == ["泸溪椪柑基地"]
        packer = await gateway.person("wang.wu", (Role.BUYER, new_id()))
        await seat_members(gateway.desk, [heard(said(packer, 1, Role.PACKER)), heard(said(packer, 2, None))])
        found = {tie["value"]: tie for tie in await ties(gateway)}
        account = found[str(packer)]["accounts"][0]
        assert ([seat["role"] for seat in account["seats"]], account["seat_count"]) == ([None], 2)

    async def test_who_does_one_of_both_is_not_shown(self, gateway: Gateway, catalog: Catalog) -> None:
        owner = await gateway.person("li.na")
        await gateway.person("wang.wu", (Role.BUYER, new_id()))
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        assert await ties(gateway) == []


class TestTelephones:
    async def test_that_an_officer_shares_with_a_supplier_are_shown(self, gateway: Gateway, catalog: Catalog) -> None:
        officer = await gateway.person("li.na", (Role.OFFICER, COUNTY))
        await give(gateway, "li.na", "138 0000 0001")
        assert await ties(gateway) == []
        catalog.phones = {"13800000001": [SUPPLIER]}
        (tie,) = await ties(gateway)
        assert (tie["kind"], tie["value"], tie["account_count"], tie["supplier_count"]) == (
            "phone",
            "13800000001",
            1,
            1,
        )
        assert [one["account_id"] for one in tie["accounts"]] == [str(officer)]
        assert [(one["supplier_id"], one["since"]) for one in tie["suppliers"]] == [(str(SUPPLIER), AT)]
        await give(gateway, "li.na", None)
        (tie,) = await ties(gateway)
        assert tie["accounts"][0]["until"] is not None
        assert gateway.catalog.last.identity is not None
        assert gateway.catalog.last.identity.seats_as(Role.AUDITOR)

    async def test_of_ones_own_base_and_of_colleagues_are_none(self, gateway: Gateway, catalog: Catalog) -> None:
        owner = await gateway.person("li.na")
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        catalog.phones = {"13800000001": [SUPPLIER]}
        await give(gateway, "li.na", "13800000001")
        for account, role in (("wang.wu", Role.FINANCE), ("zhao.liu", Role.OFFICER)):
            await gateway.person(account, (role, COUNTY))
            await give(gateway, account, "0731-55550001")
        await gateway.person("nobody")
        await give(gateway, "nobody", "13800000001")
        assert await ties(gateway) == []

    async def test_of_two_houses_are_shown_once(self, gateway: Gateway, catalog: Catalog) -> None:
        first = await gateway.person("li.na", (Role.OFFICER, COUNTY))
        second = await gateway.person("wang.wu", (Role.FINANCE, PROVINCE))
        for account in ("li.na", "wang.wu"):
            await give(gateway, account, "13800000001")
        (tie,) = await ties(gateway)
        assert {one["account_id"] for one in tie["accounts"]} == {str(first), str(second)}
        assert (tie["supplier_count"], tie["suppliers"]) == (0, [])

    async def test_are_hidden_by_no_crowd(self, gateway: Gateway, catalog: Catalog) -> None:
        """Neither by accounts of nobody nor by sellers, however many came before."""
        officer, seller = await gateway.person("li.na", (Role.OFFICER, COUNTY)), UUID(int=61)
        await gateway.execute(
            "INSERT INTO accounts (id, account, name, password_hash, language, created_at)"
            " SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), 'crowd' || n, '某人', 'x', 'zh', now()"
            " FROM generate_series(1, 120) AS n"
        )
        await gateway.execute(
            "INSERT INTO account_phones (account_id, value, since) SELECT id, '13800000001', now() FROM accounts"
            " WHERE account LIKE 'crowd%'"
        )
        await give(gateway, "li.na", "13800000001")
        catalog.phones = {"13800000001": [SUPPLIER]}
        (tie,) = [tie for tie in await ties(gateway) if tie["kind"] == "phone"]
        assert (tie["account_count"], [one["account_id"] for one in tie["accounts"]]) == (1, [str(officer)])
        house = new_id()
        await gateway.execute(
            f"""INSERT INTO seats (account_id, role, organisation_id, organisation_kind, granted_at)
            SELECT id, 'supplier', '{house}', 'supplier', now() FROM accounts
             WHERE id >= '{seller}' AND account LIKE 'crowd%'"""  # noqa: S608 - our own text
        )
        (tie,) = [tie for tie in await ties(gateway) if tie["kind"] == "phone"]
        assert (tie["account_count"], [one["account_id"] for one in tie["accounts"]]) == (61, [str(officer)])


class TestReach:
    async def test_whoever_is_beyond_is_counted_and_not_named(self, gateway: Gateway, catalog: Catalog) -> None:
        await gateway.person("li.na", (Role.OFFICER, COUNTY))
        await gateway.person("far.away", (Role.OFFICER, ELSEWHERE))
        for account in ("li.na", "far.away"):
            await give(gateway, account, "13800000001")
        catalog.phones = {"13800000001": [SUPPLIER]}
        catalog.in_reach = set()
        (tie,) = await ties(gateway)
        assert (tie["account_count"], len(tie["accounts"]), tie["supplier_count"], tie["suppliers"]) == (2, 1, 1, [])

    async def test_a_seat_beyond_is_counted_and_not_named(self, gateway: Gateway, catalog: Catalog) -> None:
        owner = await gateway.person("li.na", (Role.OFFICER, COUNTY), (Role.OFFICER, ELSEWHERE))
        await seat_applicants(gateway.desk, [heard(a_supplier(owner))])
        for in_reach, kinds in (({SUPPLIER}, ["supplier", "unit"]), (set[UUID](), ["unit"])):
            catalog.in_reach = in_reach
            (tie,) = await ties(gateway)
            (account,) = tie["accounts"]
            assert (account["seat_count"], sorted(seat["kind"] for seat in account["seats"])) == (3, kinds)
            assert str(ELSEWHERE) not in orjson.dumps(tie).decode()

    async def test_nothing_is_shown_to_who_is_no_auditor_nor_of_elsewhere(
        self, gateway: Gateway, catalog: Catalog
    ) -> None:
        await gateway.person("li.na", (Role.OFFICER, COUNTY))
        await give(gateway, "li.na", "13800000001")
        catalog.phones, catalog.in_reach = {"13800000001": [SUPPLIER]}, set()
        await gateway.person("auditor.far", (Role.AUDITOR, ELSEWHERE))
        assert len(await ties(gateway)) == 1
        asked = len(catalog.asked)
        assert await ties(gateway, "li.na") == []
        assert len(catalog.asked) == asked
        assert await ties(gateway, "auditor.far") == []

    async def test_comes_in_pages(self, gateway: Gateway, catalog: Catalog) -> None:
        for number in range(5):
            await gateway.person(f"officer.{number}", (Role.OFFICER, COUNTY))
            await give(gateway, f"officer.{number}", f"1380000000{number}")
            catalog.phones[f"1380000000{number}"] = [SUPPLIER]
        told, cursor = [], None
        for _ in range(3):
            page = (await listed(gateway, limit=2, cursor=cursor or "")).json()
            told += [one["value"] for one in page["items"]]
            cursor = page["next"]
        assert (sorted(told), cursor) == (sorted(catalog.phones), None)
        for query in ({"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"page": 1}):
            assert (await listed(gateway, **query)).status_code == 422

    async def test_of_many_years_catalog_is_asked_bit_by_bit(
        self, gateway: Gateway, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(list_account_ties, "ASKED_MAX", 2)
        await gateway.person("li.na", (Role.OFFICER, COUNTY))
        for number in range(5):
            await give(gateway, "li.na", f"1380000000{number}")
        catalog.phones = {"13800000004": [SUPPLIER]}
        assert [tie["value"] for tie in await ties(gateway)] == ["13800000004"]
        assert [len(asked["phones"]) for asked in catalog.asked] == [2, 2, 1]

    async def test_a_refusal_of_catalog_passes_unchanged(self, gateway: Gateway, catalog: Catalog) -> None:
        async def refuses(request: Request) -> Response:
            told = {"type": "/problems/not-allowed", "status": 403}
            return JSONResponse(told, 403, media_type="application/problem+json")

        gateway.catalog.says["/internal/contact-matches"] = refuses
        answer = await listed(gateway)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
