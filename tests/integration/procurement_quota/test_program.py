"""The program hears from JetStream and answers over HTTP, and each door refuses in its own words."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_units import unit_id
from shared.app import Program
from shared.clock import SettableClock
from shared.contracts.envelope import Event, seal
from shared.contracts.words import CanteenKind
from shared.events import Broker
from shared.http.paging import encode_cursor
from shared.ids import derived_id, new_id
from tests.build.quota import CHALING, NOW, Kitchen, a_line
from tests.integration.procurement_quota.conftest import Door

NOBODYS = derived_id("nobody", "knows")


class TestHttp:
    async def test_lists_are_public(self, door: Door, program: Program) -> None:
        for path in ("/units", "/canteens", "/rules", "/designations?list=hunan-51&county=430224"):
            answer = await door.ask("GET", path)
            assert answer.status_code == 200, answer.text
            assert set(answer.json()) == {"items", "next"}

    async def test_a_purchase_is_entered_read_and_verified(self, door: Door, kitchen: Kitchen) -> None:
        purchase, body = f"/off-platform-purchases/{new_id()}", kitchen.elsewhere(500).model_dump(mode="json")
        first = await door.ask("PUT", purchase, kitchen.buyer, json=body)
        again = await door.ask("PUT", purchase, kitchen.buyer, json=body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json() == (await door.ask("GET", purchase, kitchen.finance)).json()
        decision, key = {"outcome": "accept", "reason": "属实"}, {"idempotency-key": new_id().hex}
        one = await door.ask("POST", f"{purchase}/verification", kitchen.above, json=decision, headers=key)
        two = await door.ask("POST", f"{purchase}/verification", kitchen.above, json=decision, headers=key)
        assert (one.status_code, one.json()) == (two.status_code, two.json())
        assert one.json()["state"] == "accepted"

    async def test_a_statement_is_read_with_its_lines(self, door: Door, kitchen: Kitchen) -> None:
        await kitchen.accept(a_line(500))
        asked = {"rule": HUNAN_CANTEEN, "year": 2025, "happened_by": "2025-06-20", "known_by": "2025-06-20T03:00:00Z"}
        answer = await door.ask("GET", f"/statements/{kitchen.canteen_id}", kitchen.auditor, params=asked)
        assert (answer.status_code, answer.json()["figures"]["counted_fen"]) == (200, 500)
        lines = await door.ask("GET", f"/statements/{kitchen.canteen_id}/lines?year=2025", kitchen.auditor)
        assert lines.json()["items"][0]["reason"] == "origin_listed"

    async def test_a_preview_is_told(self, door: Door, kitchen: Kitchen) -> None:
        line = {"category": "tea", "origin_county_code": CHALING, "amount_fen": 9}
        body = {"canteen_id": str(kitchen.canteen_id), "fund": "canteen", "lines": [line]}
        answer = await door.ask("POST", "/internal/quota-previews", kitchen.buyer, json=body)
        rules = {one["rule"]: one for one in answer.json()["rules"]}
        assert rules[HUNAN_CANTEEN]["after"]["counted_fen"] == 9
        assert rules[HUNAN_CANTEEN]["counts"][0]["counts"] is True

    @pytest.mark.parametrize(
        ("method", "path", "body", "status"),
        [
            ("GET", "/statements/nobody", None, 422),
            ("GET", f"/statements/{NOBODYS}", None, 404),
            ("GET", "/units?cursor=%21", None, 422),
            ("GET", "/units?limit=101", None, 422),
            ("PUT", f"/attestations/{NOBODYS}/2025/13", {"farm_produce_fen": 1}, 422),
            ("PUT", f"/attestations/{NOBODYS}/2025/5", {"farm_produce_fen": 1}, 404),
            ("PUT", f"/attestations/{NOBODYS}/2025/5", {"farm_produce_fen": 1.5}, 422),
            ("POST", f"/canteens/{NOBODYS}/closings", {"year": 2024}, 404),
            ("PUT", f"/off-platform-purchases/{NOBODYS}", {}, 422),
        ],
    )
    async def test_bad_input_is_a_problem_that_says_what(
        self, door: Door, kitchen: Kitchen, method: str, path: str, body: Any, status: int
    ) -> None:
        answer = await door.ask(method, path, kitchen.finance, json=body, headers={"accept-language": "en"})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status

    @pytest.mark.parametrize(
        "asked",
        [
            "known_by=9999-12-31",
            "known_by=9999-12-31T23:59:59-12:00",
            "happened_by=0001-01-01",
            "happened_by=9999-12-31&known_by=2025-06-20",
            "year=2100&rule=national-2021-canteen",
        ],
    )
    async def test_any_two_dates_have_a_statement(self, door: Door, kitchen: Kitchen, asked: str) -> None:
        answer = await door.ask("GET", f"/statements/{kitchen.canteen_id}?{asked}", kitchen.finance)
        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize("known_by", ["0001-01-01", "0001-01-01T00:00:00%2B08:00", "2025-06-01"])
    @pytest.mark.parametrize("what", ["", "/lines", "/pace"])
    async def test_by_when_no_rule_was_known_there_is_no_statement(
        self, door: Door, kitchen: Kitchen, known_by: str, what: str
    ) -> None:
        path = f"/statements/{kitchen.canteen_id}{what}?rule={HUNAN_CANTEEN}&known_by={known_by}"
        answer = await door.ask("GET", path, kitchen.finance, headers={"accept-language": "en"})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/rule-not-known-yet"), answer.text

    @pytest.mark.parametrize(
        ("path", "keys"),
        [
            ("/units", ["430\x00"]),
            ("/designations", ["a", "b", "c"]),
            ("/canteens", ["x"]),
            ("/statements/{}/lines", ["0001-01-01T00:00:00+08:00", str(new_id()), 1]),
            ("/statements/{}/lines", ["2025-06-01T00:00:00", str(new_id()), 1]),
            ("/statements/{}/lines", ["2025-06-01T00:00:00Z", str(new_id()), 2**63]),
            ("/off-platform-purchases", ["x"]),
        ],
    )
    async def test_a_forged_cursor_is_refused(self, door: Door, kitchen: Kitchen, path: str, keys: list[Any]) -> None:
        asked = {"cursor": encode_cursor(keys)}
        answer = await door.ask("GET", path.format(kitchen.canteen_id), kitchen.finance, params=asked)
        assert answer.status_code == 422, answer.text

    @pytest.mark.parametrize("text", ["a\x00b", "\u202e", "x" * 121, ""])
    async def test_a_text_that_no_screen_shows_is_refused(self, door: Door, kitchen: Kitchen, text: str) -> None:
        body = kitchen.elsewhere(5).model_dump(mode="json") | {"seller": text}
        answer = await door.ask("PUT", f"/off-platform-purchases/{new_id()}", kitchen.buyer, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "seller")

    async def test_nobody_is_asked_to_sign_in(self, door: Door, kitchen: Kitchen) -> None:
        for method, path in (
            ("GET", f"/statements/{kitchen.canteen_id}"),
            ("GET", "/off-platform-purchases"),
            ("GET", f"/attestations/{kitchen.canteen_id}/2025/5"),
        ):
            assert (await door.ask(method, path)).status_code == 401


class TestHearing:
    async def test_waits_for_a_canteen_that_is_not_known_yet_and_then_counts_once(
        self, program: Program, settings: Settings, clock: SettableClock, kitchen: Kitchen, quota_env: dict[str, str]
    ) -> None:
        prefix = quota_env["STREAM_PREFIX"]
        late = Kitchen(program.desk, clock, unit_id(CHALING), "/430000/430200/430224/")
        broker = Broker(quota_env["NATS_URL"], program="order-of-the-test", prefix=prefix)
        await broker.connect()

        async def publish(*events: Event) -> None:
            sealed = [(event.subject(), *seal(event, source="order", at=NOW, request_id="")) for event in events]
            sent = [(subject, str(new_id()), body.encode()) for subject, _, body in sealed for _ in range(2)]
            assert all(await broker.publish(sent))

        await publish(kitchen.acceptance(a_line(7)), late.acceptance(a_line(11)))
        listening = settings.model_copy(update={"run": "serve,consume"})
        async with opened(listening, clock=clock, stream_prefix=prefix) as listener:
            async with asyncio.timeout(20):
                while (await kitchen.statement())["figures"]["base_fen"] != 7:
                    await asyncio.sleep(0.05)
                assert await listener.desk.lag() > 0
                command = PutCanteen(
                    unit_id=late.unit_id, name="新食堂", kind=CanteenKind.OWN, valid_from=date(2025, 1, 1)
                )
                await put_canteen(program.desk, late.canteen_id, command)
                while await listener.desk.lag() > 0:
                    await asyncio.sleep(0.05)
        await broker.close()
        assert [line["amount_fen"] for line in await kitchen.lines()] == [7]
        assert [line["amount_fen"] for line in await late.lines()] == [11]
