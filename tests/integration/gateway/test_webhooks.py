"""A program of an organisation is told each notice, signed, until it takes it; one that never does is told no more."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from gateway.clients.hooks import Hooks
from gateway.store.hooks import KEPT_FOR, LEASE, WAITING_MAX
from gateway.usecases.keep_endpoints import ENDPOINTS_MAX
from gateway.usecases.keep_notices import keep_notices
from gateway.usecases.send_hooks import AGAIN_AFTER, FAILS_FOR, forget_old_hooks, send_due_hooks
from shared.contracts.authority import Role
from shared.contracts.order import Audience, NoticeFact, NoticeRaised
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.build.door import refusal
from tests.integration.gateway.conftest import Gateway, heard
from tests.integration.gateway.program import Program, a_program

CANTEEN, SUPPLIER, UNIT = new_id(), new_id(), new_id()
SOON = timedelta(seconds=1)


@pytest.fixture
async def program(gateway: Gateway) -> AsyncIterator[Program]:
    """A program on loopback, and the gateway allowed to reach it; a buyer of a canteen that it heard of."""
    await gateway.execute(
        "INSERT INTO units (id, version, code, name, level, path) "  # noqa: S608
        f"VALUES ('{UNIT}', 1, '430224', '县残联', 'county', '/4/')"
    )
    await gateway.execute(
        "INSERT INTO canteens (id, version, unit_id, name, active) "  # noqa: S608
        f"VALUES ('{CANTEEN}', 1, '{UNIT}', '食堂', true)"
    )
    await gateway.execute(
        "INSERT INTO suppliers (id, version, name, state, applicant_account_id) "  # noqa: S608
        f"VALUES ('{SUPPLIER}', 1, '基地', 'admitted', '{new_id()}')"
    )
    await gateway.person("li.na", (Role.BUYER, CANTEEN))
    hooks = Hooks(any_url=True, allow_local=True)
    usual = gateway.desk
    gateway.app.state.desk = replace(usual, hooks=hooks)
    async with a_program() as program:
        yield program
    gateway.app.state.desk = usual
    await hooks.close()


def body_of(url: str, organisation: UUID = CANTEEN, *kinds: str) -> dict[str, Any]:
    return {"organisation_id": str(organisation), "url": url, "kinds": list(kinds or ("order_shipped",))}


async def named(gateway: Gateway, url: str, *kinds: str) -> dict[str, Any]:
    """Name an address for the canteen."""
    async with await gateway.signed_in("li.na") as client:
        answer = await client.put(f"/webhook-endpoints/{new_id()}", json=body_of(url, CANTEEN, *kinds))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def tell(
    gateway: Gateway, kind: NoticeKind = NoticeKind.ORDER_SHIPPED, *organisations: UUID, times: int = 1
) -> UUID:
    """Let the gateway hear a notice to organisations; gives what it is about."""
    subject = new_id()
    places = organisations or (CANTEEN,)
    said = NoticeRaised(
        kind=kind,
        subject_id=subject,
        audience=tuple(Audience(organisation_id=one, roles=(Role.BUYER,)) for one in places),
        account_ids=(),
        by_account_id=None,
        facts=(NoticeFact(name="carrier", value="顺丰"),),
        at=gateway.desk.clock.now(),
        due_at=None,
    )
    delivery = heard(said)
    for _ in range(times):
        await keep_notices(gateway.desk, [delivery])
    return subject


async def states(gateway: Gateway) -> list[str]:
    async with gateway.engine.connect() as connection:
        found = await connection.scalars(sa.text("SELECT state FROM webhook_deliveries ORDER BY delivery_id"))
        return list(found.all())


async def listed(gateway: Gateway) -> list[dict[str, Any]]:
    async with await gateway.signed_in("li.na") as client:
        items: list[dict[str, Any]] = (await client.get("/webhook-endpoints")).json()["items"]
        return items


def check(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check a signature as a stranger would who read the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{digest}"


class TestAMessage:
    async def test_is_signed_and_sent_once_however_often_it_is_heard_and_whoever_sends(
        self, gateway: Gateway, program: Program
    ) -> None:
        endpoint = await named(gateway, program.url)
        subject = await tell(gateway, times=3)
        await asyncio.gather(*(send_due_hooks(gateway.desk) for _ in range(4)))
        ((headers, body),) = program.heard
        assert check(endpoint["secret"], headers, body)
        told = orjson.loads(body)
        assert (told["type"], headers["content-type"]) == ("order_shipped", "application/json")
        assert told["data"] == {
            "organisation_id": str(CANTEEN),
            "subject_id": str(subject),
            "facts": {"carrier": "顺丰"},
            "due_at": None,
        }
        async with await gateway.signed_in("li.na") as client:
            path = f"/webhook-endpoints/{endpoint['endpoint_id']}/deliveries"
            (sent,) = (await client.get(path)).json()["items"]
        assert (sent["delivery_id"], sent["state"], sent["status"]) == (headers["webhook-id"], "delivered", 204)

    async def test_goes_to_those_alone_who_want_its_kind_and_whom_it_concerns(
        self, gateway: Gateway, program: Program
    ) -> None:
        await named(gateway, f"{program.url}/a", "order_shipped", "order_lapsed")
        await named(gateway, f"{program.url}/b", "order_lapsed")
        await tell(gateway)
        await tell(gateway, NoticeKind.ORDER_SHIPPED, SUPPLIER)
        await tell(gateway, NoticeKind.RETURN_ASKED)
        await send_due_hooks(gateway.desk)
        assert len(program.heard) == 1

    @pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
    async def test_that_is_not_taken_comes_again_with_its_id_after_a_pause(
        self, gateway: Gateway, program: Program, status: int
    ) -> None:
        endpoint = await named(gateway, program.url)
        await tell(gateway)
        program.answers = [status, 200]
        assert await send_due_hooks(gateway.desk) == 1
        assert await send_due_hooks(gateway.desk) == 0
        (failing,) = await listed(gateway)
        assert failing["failing_since"] is not None
        gateway.clock.shift = AGAIN_AFTER[0] + SOON
        assert await send_due_hooks(gateway.desk) == 1
        (first, _), (second, body) = program.heard
        assert first["webhook-id"] == second["webhook-id"]
        assert int(first["webhook-timestamp"]) < int(second["webhook-timestamp"])
        assert check(endpoint["secret"], second, body)
        assert await states(gateway) == ["delivered"]
        assert (await listed(gateway))[0]["failing_since"] is None

    async def test_that_is_never_taken_is_given_up(self, gateway: Gateway, program: Program) -> None:
        await named(gateway, program.url)
        program.usual = 500
        await tell(gateway)
        for pause in (*AGAIN_AFTER, timedelta()):
            assert await send_due_hooks(gateway.desk) == 1
            await gateway.execute("UPDATE webhook_endpoints SET failing_since = NULL")
            gateway.clock.shift += pause + SOON
        assert (await send_due_hooks(gateway.desk), await states(gateway)) == (0, ["given_up"])
        assert len({headers["webhook-id"] for headers, _ in program.heard}) == 1
        assert len(program.heard) == len(AGAIN_AFTER) + 1

    async def test_whose_sender_ended_comes_again(self, gateway: Gateway, program: Program) -> None:
        await named(gateway, program.url)
        await tell(gateway)
        program.holds = asyncio.Event()
        sending = asyncio.create_task(send_due_hooks(gateway.desk))
        await asyncio.wait_for(program.reading.wait(), 10)
        sending.cancel()
        await asyncio.wait([sending])
        program.holds.set()
        assert (await send_due_hooks(gateway.desk), await states(gateway)) == (0, ["claimed"])
        gateway.clock.shift = LEASE + SOON
        assert (await send_due_hooks(gateway.desk), await states(gateway)) == (1, ["delivered"])
        assert len({headers["webhook-id"] for headers, _ in program.heard}) == 1

    async def test_is_forgotten_long_after_it_ended_alone(self, gateway: Gateway, program: Program) -> None:
        await named(gateway, program.url)
        await tell(gateway)
        await send_due_hooks(gateway.desk)
        await tell(gateway)
        gateway.clock.shift = KEPT_FOR + timedelta(minutes=1)
        assert (await forget_old_hooks(gateway.desk), await states(gateway)) == (1, ["waiting"])

    async def test_beside_a_thousand_that_wait_is_not_kept(self, gateway: Gateway, program: Program) -> None:
        endpoint = await named(gateway, program.url)
        await gateway.execute(
            "INSERT INTO webhook_deliveries "  # noqa: S608
            "(delivery_id, endpoint_id, event_id, body, state, tries, made_at, next_at) "
            f"SELECT uuidv7(), '{endpoint['endpoint_id']}', uuidv7(), '{{}}', 'waiting', 0, now(), now() "
            f"FROM generate_series(1, {WAITING_MAX - 1})"
        )
        for _ in range(3):
            await tell(gateway)
        assert await gateway.rows("webhook_deliveries") == WAITING_MAX


class TestAnAddress:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "[::ffff:7f00:1]"])
    async def test_inside_our_own_network_is_never_reached(self, gateway: Gateway, program: Program, host: str) -> None:
        """A name that passes for one at the door is looked at again where it leads."""
        endpoint = await named(gateway, program.url)
        port = program.url.rpartition(":")[2]
        for scheme in ("http", "https"):
            await gateway.execute(
                f"UPDATE webhook_endpoints SET url = '{scheme}\\://{host.replace(':', chr(92) + ':')}\\:{port}/' "  # noqa: S608
                f"WHERE endpoint_id = '{endpoint['endpoint_id']}'"
            )
            await tell(gateway)
            strict = Hooks(any_url=True)
            await send_due_hooks(replace(gateway.desk, hooks=strict))
            await strict.close()
        assert (program.heard, set(await states(gateway))) == ([], {"waiting"})

    async def test_that_takes_nothing_for_days_is_disabled_once_and_its_people_told(
        self, gateway: Gateway, program: Program
    ) -> None:
        await named(gateway, program.url)
        program.usual = 500
        for _ in range(6):
            await tell(gateway)
        await send_due_hooks(gateway.desk)
        gateway.clock.shift = FAILS_FOR - timedelta(minutes=1)
        await send_due_hooks(gateway.desk)
        assert (await listed(gateway))[0]["state"] == "active"
        gateway.clock.shift = FAILS_FOR + timedelta(days=2)
        await asyncio.gather(*(send_due_hooks(gateway.desk) for _ in range(3)))
        async with await gateway.signed_in("li.na") as client:
            (endpoint,) = (await client.get("/webhook-endpoints")).json()["items"]
            told = (await client.get("/notices")).json()["items"]
        assert (endpoint["state"], set(await states(gateway))) == ("disabled", {"given_up"})
        disabled = [one for one in told if one["kind"] == "webhook_disabled"]
        assert [one["facts"] for one in disabled] == [{"url": program.url}]
        await tell(gateway)
        assert await send_due_hooks(gateway.desk) == 0
        async with await gateway.signed_in("li.na") as client:
            path = f"/webhook-endpoints/{endpoint['endpoint_id']}"
            again = (await client.put(path, json=body_of(program.url))).json()
        assert (again["state"], again["failing_since"], again["secret"]) == ("active", None, endpoint["secret"])
        program.usual = 200
        await tell(gateway)
        assert await send_due_hooks(gateway.desk) == 1

    async def test_that_says_it_is_gone_is_disabled_at_once(self, gateway: Gateway, program: Program) -> None:
        await named(gateway, program.url)
        program.usual = 410
        for _ in range(2):
            await tell(gateway)
        await send_due_hooks(gateway.desk)
        assert ((await listed(gateway))[0]["state"], await send_due_hooks(gateway.desk)) == ("disabled", 0)

    async def test_has_a_new_secret_once_however_often_it_is_asked_for(
        self, gateway: Gateway, program: Program
    ) -> None:
        endpoint = await named(gateway, program.url)
        path = f"/webhook-endpoints/{endpoint['endpoint_id']}/secrets"
        async with await gateway.signed_in("li.na") as client:
            answers = await asyncio.gather(*(client.post(path, json={"version": 1}) for _ in range(4)))
        renewed = [answer.json() for answer in answers]
        assert renewed == [renewed[0]] * 4
        assert (renewed[0]["secret_version"], renewed[0]["secret"] == endpoint["secret"]) == (2, False)
        await tell(gateway)
        await send_due_hooks(gateway.desk)
        assert check(renewed[0]["secret"], *program.heard[0])
        assert not check(endpoint["secret"], *program.heard[0])

    async def test_that_is_removed_is_told_nothing_and_its_id_is_gone(self, gateway: Gateway, program: Program) -> None:
        endpoint = await named(gateway, program.url)
        await tell(gateway)
        path = f"/webhook-endpoints/{endpoint['endpoint_id']}"
        async with await gateway.signed_in("li.na") as client:
            for _ in range(2):
                assert (await client.post(f"{path}/removal")).status_code == 204
            refusal(await client.put(path, json=body_of(program.url)), 409, "wrong-state")
        await tell(gateway)
        assert (await send_due_hooks(gateway.desk), program.heard, await listed(gateway)) == (0, [], [])

    async def test_is_named_and_seen_by_its_own_house_alone(self, gateway: Gateway, program: Program) -> None:
        endpoint = await named(gateway, program.url)
        own = f"/webhook-endpoints/{endpoint['endpoint_id']}"
        others = {
            "wang.wu": (Role.BUYER, new_id()),
            "seller": (Role.SELLER, SUPPLIER),
            "approver": (Role.APPROVER, UNIT),
            "officer": (Role.OFFICER, UNIT),
        }
        for account, seat in others.items():
            await gateway.person(account, seat)
            async with await gateway.signed_in(account) as client:
                refusal(await client.put(own, json=body_of(program.url)), 403, "not-allowed")
                refusal(await client.post(f"{own}/removal"), 403, "not-allowed")
                refusal(await client.post(f"{own}/secrets", json={"version": 1}), 403, "not-allowed")
                refusal(await client.get(f"{own}/deliveries"), 403, "not-allowed")
                assert (await client.get("/webhook-endpoints")).json() == {"items": []}
        async with await gateway.signed_in("officer") as client:
            taken = await client.put(own, json=body_of(program.url, UNIT))
            refusal(taken, 409, "endpoint-taken")
            mine = await client.put(f"/webhook-endpoints/{new_id()}", json=body_of(program.url, UNIT))
            assert mine.json()["organisation"] == {"kind": "unit", "id": str(UNIT)}
            refusal(await client.post(f"/webhook-endpoints/{new_id()}/removal"), 404, "no-such-endpoint")
        (kept,) = await listed(gateway)
        assert kept == endpoint

    async def test_has_a_bound_for_each_house(self, gateway: Gateway, program: Program) -> None:
        endpoint = await named(gateway, program.url)
        await gateway.execute(
            "INSERT INTO webhook_endpoints (endpoint_id, organisation_id, organisation_kind, url, kinds, state, "  # noqa: S608
            "secret_version, made_by, made_at) SELECT uuidv7(), organisation_id, organisation_kind, url, kinds, "
            f"'removed', 1, made_by, made_at FROM webhook_endpoints, generate_series(1, {ENDPOINTS_MAX - 2})"
        )
        async with await gateway.signed_in("li.na") as client:
            asked = (client.put(f"/webhook-endpoints/{new_id()}", json=body_of(program.url)) for _ in range(4))
            answers = await asyncio.gather(*asked)
            assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
            same = await client.put(f"/webhook-endpoints/{endpoint['endpoint_id']}", json=body_of(program.url))
            assert same.status_code == 200

    @pytest.mark.parametrize(
        "bent",
        [
            {"url": "ftp://hooks.example.org/"},
            {"url": "https://u:p@hooks.example.org/"},
            {"url": "https://hooks.example.org/ \n"},
            {"url": ""},
            {"url": f"https://hooks.example.org/{'a' * 500}"},
            {"kinds": []},
            {"kinds": ["full_moon"]},
            {"kinds": ["order_shipped"] * 200},
            {"organisation_id": "x"},
            {"more": 1},
        ],
    )
    async def test_that_is_bent_is_refused(self, gateway: Gateway, program: Program, bent: dict[str, Any]) -> None:
        async with await gateway.signed_in("li.na") as client:
            asked = await client.put(f"/webhook-endpoints/{new_id()}", json=body_of(program.url) | bent)
        refusal(asked, 422, "invalid-fields")
        assert await gateway.rows("webhook_endpoints") == 0
