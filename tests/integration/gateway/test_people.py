"""An officer and an auditor read who acts for the units and canteens in their area, and nobody else does."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.usecases.keep_organisations import keep_organisations
from shared.contracts.authority import Role
from shared.contracts.words import UnitLevel
from shared.ids import derived_id, new_id
from tests.integration.gateway.conftest import Gateway, heard
from tests.integration.gateway.test_hearing import a_canteen, a_unit

PROVINCE, COUNTY, NEXT, ELSEWHERE = (derived_id("unit", code) for code in ("430000", "430224", "430225", "440000"))
PLACES = (
    (PROVINCE, "430000", UnitLevel.PROVINCE, "/430000/", "省残联"),
    (COUNTY, "430224", UnitLevel.COUNTY, "/430000/430200/430224/", "茶陵县残联"),
    (NEXT, "430225", UnitLevel.COUNTY, "/430000/430200/430225/", "炎陵县残联"),
    (ELSEWHERE, "440000", UnitLevel.PROVINCE, "/440000/", "邻省残联"),
)
CANTEEN = derived_id("canteen", "430224")
OF_THE_COUNTY = [("approver", "茶陵县残联"), ("officer", "茶陵县残联"), ("buyer", "茶陵县残联食堂")]


@pytest.fixture
async def seated(gateway: Gateway) -> Gateway:
    for unit_id, code, level, path, name in PLACES:
        unit = a_unit(unit_id=unit_id, code=code, level=level, path=path, name=name)
        await keep_organisations(gateway.desk, [heard(unit)])
    canteen = a_canteen(canteen_id=CANTEEN, unit_id=COUNTY, name="茶陵县残联食堂")
    await keep_organisations(gateway.desk, [heard(canteen)])
    for account, *seats in (
        ("auditor", (Role.AUDITOR, PROVINCE)),
        ("officer", (Role.OFFICER, COUNTY)),
        ("several", (Role.APPROVER, COUNTY), (Role.APPROVER, NEXT), (Role.SELLER, new_id())),
        ("buyer", (Role.BUYER, CANTEEN)),
        ("elsewhere", (Role.AUDITOR, ELSEWHERE)),
        ("finance", (Role.FINANCE, NEXT)),
    ):
        await gateway.person(account, *seats)
    return gateway


async def asked(gateway: Gateway, account: str, **query: Any) -> httpx.Response:
    async with await gateway.signed_in(account) as client:
        return await client.get("/people", params=query)


async def listed(gateway: Gateway, account: str, **query: Any) -> list[tuple[str, str]]:
    answer = await asked(gateway, account, **query)
    assert answer.status_code == 200, answer.text
    return [(one["role"], one["organisation"]["name"]) for one in answer.json()["items"]]


class TestPeople:
    async def test_are_told_by_unit_and_canteen_in_ones_own_area(self, seated: Gateway) -> None:
        assert sorted(await listed(seated, "officer")) == sorted(OF_THE_COUNTY)
        assert sorted(await listed(seated, "auditor")) == sorted(
            [("auditor", "省残联"), *OF_THE_COUNTY, ("approver", "炎陵县残联"), ("finance", "炎陵县残联")]
        )
        assert await listed(seated, "elsewhere") == [("auditor", "邻省残联")]

    @pytest.mark.parametrize("account", ["buyer", "several", "finance"])
    async def test_are_told_to_nobody_else(self, seated: Gateway, account: str) -> None:
        assert await listed(seated, account) == []

    async def test_are_told_without_what_they_sign_in_with(self, seated: Gateway) -> None:
        answer = await asked(seated, "officer")
        assert all(name not in answer.text for name in ("several", "elsewhere", "password"))
        (buyer,) = [one for one in answer.json()["items"] if one["role"] == "buyer"]
        assert UUID(buyer.pop("account_id"))
        assert buyer.pop("granted_at")
        assert buyer == {
            "name": "李娜",
            "role": "buyer",
            "organisation": {"kind": "canteen", "id": str(CANTEEN), "name": "茶陵县残联食堂"},
            "unit": {"id": str(COUNTY), "name": "茶陵县残联", "path": "/430000/430200/430224/"},
            "disabled": False,
        }

    async def test_are_narrowed_by_role_place_and_name(self, seated: Gateway) -> None:
        assert sorted(await listed(seated, "auditor", role="approver")) == [
            ("approver", "炎陵县残联"),
            ("approver", "茶陵县残联"),
        ]
        assert await listed(seated, "auditor", organisation_id=str(CANTEEN)) == [("buyer", "茶陵县残联食堂")]
        assert len(await listed(seated, "auditor", q="李")) == 6
        assert await listed(seated, "auditor", q="%") == []

    async def test_come_page_by_page_each_once(self, seated: Gateway) -> None:
        found, cursor = [], None
        while True:
            answer = await asked(seated, "auditor", limit=1, **({"cursor": cursor} if cursor else {}))
            page = answer.json()
            found += [(one["role"], one["organisation"]["name"]) for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(found) == len(set(found)) == 6
        assert found == await listed(seated, "auditor")

    async def test_of_an_account_that_was_closed_say_so(self, seated: Gateway) -> None:
        await seated.execute("UPDATE accounts SET disabled_at = now() WHERE account = 'buyer'")
        answer = await asked(seated, "officer", role="buyer")
        assert [one["disabled"] for one in answer.json()["items"]] == [True]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"role": "king"}, "role"),
            ({"organisation_id": "x"}, "organisation_id"),
            ({"q": "x" * 81}, "q"),
            ({"q": "\x00"}, "q"),
            ({"cursor": "x"}, "cursor"),
            ({"limit": 101}, "limit"),
            ({"who": "me"}, "who"),
        ],
    )
    async def test_asked_for_wrongly_are_refused_by_name(
        self, seated: Gateway, query: dict[str, Any], field: str
    ) -> None:
        answer = await asked(seated, "auditor", **query)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [field]
