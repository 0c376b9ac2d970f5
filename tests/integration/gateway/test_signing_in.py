"""Who signs in, how it ends, and how a stranger is kept from guessing."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from gateway.usecases.commands import GrantSeat
from gateway.usecases.disable_account import disable_account
from gateway.usecases.grant_seat import grant_seat
from gateway.usecases.refusals import NoSuchAccount, NoSuchOrganisation, NoSuchSeat
from gateway.usecases.revoke_seat import revoke_seat
from gateway.usecases.revoke_sessions import revoke_sessions
from gateway.usecases.sign_in import PER_ACCOUNT_MAX
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.integration.gateway.conftest import PASSWORD, Gateway


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def until(is_so: Callable[[], bool], within_seconds: float = 8) -> None:
    """Wait until something is so."""
    for _ in range(int(within_seconds * 50)):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about")


class TestSignUp:
    async def test_opens_an_account_that_can_sign_in(self, gateway: Gateway) -> None:
        async with gateway.client() as client:
            wanted = {"account": "Ｌi.Na", "name": " 李  娜 ", "password": PASSWORD}
            made = await client.post("/accounts", json=wanted)
            assert made.status_code == 201
            assert {**made.json(), "account_id": ""} == {
                "account_id": "",
                "account": "li.na",
                "name": "李 娜",
                "language": "zh",
            }
            opened = await client.post("/sessions", json={"account": "LI.NA", "password": PASSWORD})
            assert opened.status_code == 201
            assert opened.headers["cache-control"] == "no-store"
            assert "set-cookie" not in opened.headers

    async def test_refuses_a_name_that_is_taken_in_another_case(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with gateway.client() as client:
            again = await client.post("/accounts", json={"account": "LI.na", "name": "x", "password": PASSWORD})
            assert problem(again) == (409, "account-taken")
        assert await gateway.rows("accounts") == 1

    async def test_answers_a_repeat_with_the_same_account(self, gateway: Gateway) -> None:
        wanted = {"account": "li.na", "name": "x", "password": PASSWORD}
        async with gateway.client(headers={"idempotency-key": "k1"}) as client:
            first = await client.post("/accounts", json=wanted)
            again = await client.post("/accounts", json=wanted)
            assert (again.status_code, again.json()) == (201, first.json())
            other = await client.post("/accounts", json={**wanted, "password": "another password"})
            assert problem(other) == (409, "key-reused")
        assert await gateway.rows("accounts") == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"password": "short"}, "password"),
            ({"password": "aaaaaaaaaaaa"}, "password"),
            ({"account": "a b c"}, "account"),
            ({"name": "\x00"}, "name"),
            ({"admin": True}, "admin"),
        ],
    )
    async def test_names_the_field_that_needs_mending(
        self, gateway: Gateway, change: dict[str, object], field: str
    ) -> None:
        async with gateway.client(headers={"accept-language": "en"}) as client:
            wanted = {"account": "li.na", "name": "x", "password": PASSWORD, **change}
            refused = await client.post("/accounts", json=wanted)
            assert problem(refused) == (422, "invalid-fields")
            assert [error["field"] for error in refused.json()["errors"]] == [field]
            assert PASSWORD not in refused.text
        assert await gateway.rows("accounts") == 0

    async def test_is_bounded_by_address(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.usecases.create_account.PER_ADDRESS_MAX", 2)
        async with gateway.client() as client:
            answers = [
                await client.post("/accounts", json={"account": f"li{n}.na", "name": "x", "password": PASSWORD})
                for n in range(3)
            ]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert problem(answers[2]) == (429, "too-many-sign-ups")
        assert answers[2].json()["retry_after_seconds"] > 3000
        assert await gateway.rows("accounts") == 2


class TestSignIn:
    async def test_gives_a_token_that_says_who_one_is(self, gateway: Gateway) -> None:
        canteen = new_id()
        account_id = await gateway.person("li.na", (Role.BUYER, canteen))
        async with await gateway.signed_in("li.na") as client:
            me = (await client.get("/me")).json()
        assert (me["account_id"], me["account"], me["name"]) == (str(account_id), "li.na", "李娜")
        assert me["seats"] == [
            {"role": "buyer", "organisation": {"kind": "canteen", "id": str(canteen), "name": ""}, "unit": None}
        ]

    async def test_refuses_a_wrong_password_and_an_unknown_account_alike(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with gateway.client() as client:
            wrong = await client.post("/sessions", json={"account": "li.na", "password": "not the password"})
            unknown = await client.post("/sessions", json={"account": "wang.wu", "password": "not the password"})
        assert problem(wrong) == problem(unknown) == (401, "sign-in-refused")
        assert {**wrong.json(), "instance": ""} == {**unknown.json(), "instance": ""}
        assert sorted(set(wrong.headers) - {"x-request-id"}) == sorted(set(unknown.headers) - {"x-request-id"})
        assert await gateway.rows("sessions") == 0

    async def test_takes_as_long_for_an_unknown_account(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        took: dict[str, list[float]] = {"li.na": [], "wang.wu": []}
        async with gateway.client() as client:
            for _ in range(5):
                for account, seconds in took.items():
                    began = time.perf_counter()
                    await client.post("/sessions", json={"account": account, "password": "not the password"})
                    seconds.append(time.perf_counter() - began)
        known, unknown = (statistics.median(seconds) for seconds in took.values())
        assert 0.5 < known / unknown < 2

    async def test_refuses_further_attempts_on_an_account(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with gateway.client() as client:
            tries = [
                await client.post("/sessions", json={"account": "li.na", "password": "not the password"})
                for _ in range(PER_ACCOUNT_MAX)
            ]
            assert {answer.status_code for answer in tries} == {401}
            right = await client.post("/sessions", json={"account": "li.na", "password": PASSWORD})
            assert problem(right) == (429, "too-many-sign-ins")
            assert 0 < right.json()["retry_after_seconds"] <= 601
            assert right.headers["retry-after"] == str(right.json()["retry_after_seconds"])
            assert await gateway.rows("sessions") == 0
            gateway.clock.shift = timedelta(minutes=11)
            later = await client.post("/sessions", json={"account": "li.na", "password": PASSWORD})
            assert later.status_code == 201

    async def test_counts_attempts_that_come_all_at_once(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        wrong = {"account": "li.na", "password": "not the password"}
        async with gateway.client() as client:
            answers = await asyncio.gather(*(client.post("/sessions", json=wrong) for _ in range(30)))
        statuses = [answer.status_code for answer in answers]
        assert (statuses.count(401), statuses.count(429)) == (PER_ACCOUNT_MAX, 30 - PER_ACCOUNT_MAX)

    async def test_is_bounded_by_address_over_many_accounts(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.usecases.sign_in.PER_ADDRESS_MAX", 3)
        await gateway.person("li.na")
        async with gateway.client() as client:
            for number in range(3):
                await client.post("/sessions", json={"account": f"guess{number}", "password": "not the password"})
            refused = await client.post("/sessions", json={"account": "li.na", "password": PASSWORD})
        assert problem(refused) == (429, "too-many-sign-ins")

    async def test_does_not_count_right_passwords_against_their_address(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.usecases.sign_in.PER_ADDRESS_MAX", 3)
        await gateway.person("li.na")
        for _ in range(6):
            await (await gateway.signed_in("li.na")).aclose()
        assert await gateway.rows("sessions") == 6


class TestAnEndedSession:
    async def test_is_refused_at_once_after_signing_out(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me")).status_code == 200
            assert (await client.delete("/sessions/current")).status_code == 204
            assert problem(await client.get("/me")) == (401, "session-ended")
            assert problem(await client.get("/listings")) == (401, "session-ended")
        assert gateway.catalog.asked == []

    async def test_is_refused_when_another_process_ended_it(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me")).status_code == 200
            assert len(gateway.sessions._kept) == 1
            await gateway.execute(
                "WITH ended AS (UPDATE sessions SET revoked_at = now() RETURNING account_id) "
                "SELECT pg_notify('zhucai_sessions', account_id::text) FROM ended"
            )
            await gateway.noticed()
            assert problem(await client.get("/me")) == (401, "session-ended")

    async def test_is_refused_even_while_no_notice_is_heard(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me")).status_code == 200
            async with gateway.admin.connect() as admin:
                ended = await admin.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
                        "'zhucai-gateway' AND datname = :name AND query LIKE ANY (ARRAY['LISTEN%', 'SELECT 1'])"
                    ),
                    {"name": gateway.engine.url.database},
                )
                assert ended.rowcount == 1
            await until(lambda: not gateway.sessions._hears)
            assert gateway.sessions._kept == {}
            assert (await client.get("/me")).status_code == 200
            assert gateway.sessions._kept == {}
            await gateway.execute("UPDATE sessions SET revoked_at = now()")
            assert problem(await client.get("/me")) == (401, "session-ended")
        await until(lambda: gateway.sessions._hears)

    async def test_is_every_one_of_an_account_that_is_disabled(self, gateway: Gateway) -> None:
        account_id = await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as one, await gateway.signed_in("li.na") as two:
            assert [(await client.get("/me")).status_code for client in (one, two)] == [200, 200]
            await disable_account(gateway.desk, account_id)
            await gateway.noticed()
            assert problem(await one.get("/me")) == problem(await two.get("/me")) == (401, "session-ended")
            refused = await gateway.client().post("/sessions", json={"account": "li.na", "password": PASSWORD})
            assert problem(refused) == (401, "sign-in-refused")

    async def test_is_every_one_that_was_open(self, gateway: Gateway) -> None:
        account_id = await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as one, await gateway.signed_in("li.na") as two:
            assert [(await client.get("/me")).status_code for client in (one, two)] == [200, 200]
            assert await revoke_sessions(gateway.desk, account_id) == 2
            assert await revoke_sessions(gateway.desk, account_id) == 0
            await gateway.noticed()
            assert [(await client.get("/me")).status_code for client in (one, two)] == [401, 401]

    @pytest.mark.parametrize("after", [timedelta(hours=12, minutes=1), timedelta(days=8)])
    async def test_is_one_that_nobody_used_or_that_is_old(self, gateway: Gateway, after: timedelta) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            gateway.clock.shift = after
            gateway.sessions.forget(None)
            assert problem(await client.get("/me")) == (401, "session-ended")

    async def test_is_not_one_that_is_used(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            for hours in (8, 16, 24):
                gateway.clock.shift = timedelta(hours=hours)
                gateway.sessions.forget(None)
                assert (await client.get("/me")).status_code == 200


class TestSeats:
    async def test_reach_open_sessions_at_once(self, gateway: Gateway) -> None:
        account_id = await gateway.person("li.na")
        unit = GrantSeat(account_id=account_id, role=Role.FINANCE, organisation_id=new_id())
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me")).json()["seats"] == []
            assert await grant_seat(gateway.desk, unit, must_be_known=False)
            await gateway.noticed()
            assert [seat["role"] for seat in (await client.get("/me")).json()["seats"]] == ["finance"]
            await revoke_seat(gateway.desk, unit)
            await gateway.noticed()
            assert (await client.get("/me")).json()["seats"] == []
            with pytest.raises(NoSuchSeat):
                await revoke_seat(gateway.desk, unit)

    async def test_are_in_organisations_and_of_accounts_that_exist(self, gateway: Gateway) -> None:
        account_id = await gateway.person("li.na")
        with pytest.raises(NoSuchOrganisation):
            await grant_seat(gateway.desk, GrantSeat(account_id=account_id, role=Role.BUYER, organisation_id=new_id()))
        with pytest.raises(NoSuchAccount):
            await grant_seat(gateway.desk, GrantSeat(account_id=new_id(), role=Role.BUYER, organisation_id=new_id()))
        assert await gateway.rows("seats") == 0
