"""Whoever has a link follows the deliveries of open orders, as long as its maker sits there and did not end it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import icalendar
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.usecases.commands import GrantSeat
from gateway.usecases.disable_account import disable_account
from gateway.usecases.keep_calendars import CALENDARS_MAX
from gateway.usecases.revoke_seat import revoke_seat
from shared.clock import business_date
from shared.contracts.authority import Role
from shared.contracts.words import ON_THE_WAY, OrderState
from shared.ids import new_id
from tests.build.door import refusal
from tests.integration.gateway.conftest import Gateway

CANTEEN, SUPPLIER, UNIT = new_id(), new_id(), new_id()
ASKED = ON_THE_WAY | {OrderState.CANCELLED, OrderState.DECLINED}
NASTY = "生姜；老姜, \\ 第一\r\n行\nATTENDEE:mailto:x@y;" + "很长的名称" * 30


ONCE = (
    *("uid", "dtstamp", "dtstart", "dtend", "created", "last-modified", "sequence"),
    *("summary", "description", "location", "status", "url"),
)
"""What an event tells exactly once (RFC 5545, 3.6.1)."""


class Orders:
    """What order answers: open orders by state, a page at a time."""

    def __init__(self, gateway: Gateway) -> None:
        self.kept: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.status = 200
        gateway.order.says["/orders"] = self._list

    async def _list(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        if self.status != 200:
            return JSONResponse({"status": self.status}, self.status, media_type="application/problem+json")
        found = [one for one in self.kept if one["state"] == asked["state"]]
        first = int(asked.get("cursor", 0))
        last = first + int(asked["limit"])
        return JSONResponse({"items": found[first:last], "next": str(last) if last < len(found) else None})

    def add(self, state: str = "confirmed", **other: Any) -> dict[str, Any]:
        order = {
            "order_id": str(new_id()),
            "state": state,
            "version": 2,
            "canteen": {"id": str(CANTEEN), "name": "示例县残联食堂"},
            "supplier": {"id": str(SUPPLIER), "name": "示例基地"},
            "placed_at": "2026-03-01T02:00:00.123456+00:00",
            "moved_at": "2026-03-02T03:04:05.654321+00:00",
            "wanted_on": "2026-03-05",
            "wanted_from": None,
            "wanted_until": None,
            "line_count": 1,
            "first_name": "生姜",
            **other,
        }
        self.kept.append(order)
        return order


@pytest.fixture
async def orders(gateway: Gateway) -> Orders:
    """Order, and one canteen and one supplier that the gateway heard of."""
    await gateway.execute(
        "INSERT INTO units (id, version, code, name, level, path) "  # noqa: S608
        f"VALUES ('{UNIT}', 1, '430224', '县残联', 'county', '/4/')"
    )
    await gateway.execute(
        "INSERT INTO canteens (id, version, unit_id, name, active) "  # noqa: S608
        f"VALUES ('{CANTEEN}', 1, '{UNIT}', '示例县残联食堂', true)"
    )
    await gateway.execute(
        "INSERT INTO suppliers (id, version, name, state, applicant_account_id) "  # noqa: S608
        f"VALUES ('{SUPPLIER}', 1, '示例基地', 'admitted', '{new_id()}')"
    )
    return Orders(gateway)


async def linked(gateway: Gateway, account: str = "li.na", organisation: UUID = CANTEEN) -> tuple[str, str]:
    """Make a link; gives the calendar's id and the path of its feed."""
    calendar = str(new_id())
    async with await gateway.signed_in(account) as client:
        made = await client.put(f"/calendars/{calendar}", json={"organisation_id": str(organisation)})
    assert made.status_code == 200, made.text
    url = made.json()["url"]
    assert url.startswith("http://zhucai.test/api/v1/calendar-feeds/")
    return calendar, urlsplit(url).path.removeprefix("/api/v1")


async def events(gateway: Gateway, feed: str) -> list[Any]:
    async with gateway.client() as public:
        answer = await public.get(feed)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content.endswith(b"END:VCALENDAR\r\n")
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 and line.decode().isprintable() for line in lines)
    calendar: Any = icalendar.Calendar.from_ical(answer.content)
    assert (calendar["version"], "prodid" in calendar, "method" in calendar) == ("2.0", True, False)
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    found: list[Any] = calendar.walk("VEVENT")
    assert len({event["uid"] for event in found}) == len(found)
    for event in found:
        assert event.errors == []
        assert [name for name in ONCE if isinstance(event.get(name), list) or name not in event] == []
        assert event["dtstart"].dt < event["dtend"].dt
        assert event["dtstamp"].dt.utcoffset() == timedelta(0)
    return found


class TestTheFeed:
    async def test_has_an_event_for_each_open_order_on_its_day(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        later = orders.add(wanted_on="2026-03-07", line_count=3)
        sooner = orders.add("placed", version=1)
        orders.add("accepted")
        first, second = await events(gateway, feed)
        assert [first["uid"], second["uid"]] == [f"{one['order_id']}@zhucai.test" for one in (sooner, later)]
        assert (first["status"], second["status"]) == ("TENTATIVE", "CONFIRMED")
        assert (first["sequence"], second["sequence"]) == (1, 2)
        assert (str(first["summary"]), str(second["summary"])) == (
            "收货：生姜（示例基地）",
            "收货：生姜等3项（示例基地）",
        )
        assert (first["dtstart"].dt.isoformat(), first["dtend"].dt.isoformat()) == ("2026-03-05", "2026-03-06")
        changed = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
        assert (first["last-modified"].dt, first["dtstamp"].dt) == (changed, changed)
        assert str(first["url"]) == f"http://zhucai.test/orders/{sooner['order_id']}"
        assert str(first["description"]) == "待确认"
        assert {one["canteen"] for one in orders.asked} == {str(CANTEEN)}
        assert {one["state"] for one in orders.asked} == {state.value for state in ASKED}

    async def test_strikes_out_what_came_to_nothing_until_its_day_is_over(
        self, gateway: Gateway, orders: Orders
    ) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        today = business_date(gateway.desk.clock.now())
        order = orders.add(wanted_on=today.isoformat(), version=2)
        (before,) = await events(gateway, feed)
        order.update(state="cancelled", version=3, moved_at="2026-03-03T00:00:00+00:00")
        orders.add("declined", wanted_on=(today - timedelta(days=1)).isoformat())
        orders.add("refused", wanted_on=today.isoformat())
        (after,) = await events(gateway, feed)
        assert (before["uid"], before["status"]) == (after["uid"], "CONFIRMED")
        assert (after["status"], after["sequence"]) == ("CANCELLED", before["sequence"] + 1)
        assert after["dtstamp"].dt > before["dtstamp"].dt
        assert str(after["summary"]) == "已取消：收货：生姜（示例基地）"
        assert str(after["description"]) == "已取消，不再送货"
        orders.kept.insert(0, {**order, "state": "packed", "version": 2})
        assert await events(gateway, feed) == [after]

    async def test_tells_the_hours_of_shanghai_in_utc_and_a_supplier_whom_it_sends_to(
        self, gateway: Gateway, orders: Orders
    ) -> None:
        await gateway.person("wang.wu", (Role.PACKER, SUPPLIER))
        _, feed = await linked(gateway, "wang.wu", SUPPLIER)
        orders.add(wanted_from="06:30", wanted_until="08:00")
        (event,) = await events(gateway, feed)
        assert event["dtstart"].dt == datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
        assert event["dtend"].dt == datetime(2026, 3, 5, 0, 0, tzinfo=UTC)
        assert str(event["summary"]) == "送货：生姜（示例县残联食堂）"
        assert {one["supplier"] for one in orders.asked} == {str(SUPPLIER)}

    async def test_holds_whatever_a_name_holds_on_its_own_line(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        orders.add(first_name=NASTY)
        (event,) = await events(gateway, feed)
        assert str(event["summary"]).replace("\r\n", "\n") == f"收货：{NASTY}（示例基地）".replace("\r\n", "\n")
        assert "attendee" not in {name.lower() for name in event}

    async def test_is_read_again_only_where_something_moved(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        order = orders.add()
        async with gateway.client() as public:
            first = await public.get(feed)
            known = {"if-none-match": first.headers["etag"]}
            same = await public.get(feed, headers=known)
            assert (same.status_code, same.content) == (304, b"")
            order.update(version=3, state="packed", moved_at="2026-03-03T00:00:00+00:00")
            moved = await public.get(feed, headers=known)
        assert (moved.status_code, moved.headers["etag"] == first.headers["etag"]) == (200, False)
        assert first.headers["cache-control"] == "private, no-cache"

    async def test_has_a_bound(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        for _ in range(310):
            orders.add()
        assert len(await events(gateway, feed)) == 300

    @pytest.mark.parametrize(("status", "kind"), [(403, "no-such-calendar"), (500, "service-unavailable")])
    async def test_passes_on_no_refusal_of_order(
        self, gateway: Gateway, orders: Orders, status: int, kind: str
    ) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        _, feed = await linked(gateway)
        orders.status = status
        async with gateway.client() as public:
            refusal(await public.get(feed), {403: 404, 500: 503}[status], kind)


class TestALink:
    async def test_is_the_same_for_the_same_request_and_another_for_another(
        self, gateway: Gateway, orders: Orders
    ) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        calendar = new_id()
        body = {"organisation_id": str(CANTEEN)}
        async with await gateway.signed_in("li.na") as client:
            answers = await asyncio.gather(*(client.put(f"/calendars/{calendar}", json=body) for _ in range(5)))
            made = [answer.json() for answer in answers]
            assert made == [made[0]] * 5
            other = (await client.put(f"/calendars/{new_id()}", json=body)).json()
            assert other["url"] != made[0]["url"]
            assert (await client.get("/calendars")).json()["items"] == [made[0], other]
        assert await gateway.rows("calendars") == 2

    async def test_ends_when_it_is_taken_back_and_its_id_makes_no_other(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        await gateway.person("wang.wu", (Role.BUYER, CANTEEN))
        calendar, feed = await linked(gateway)
        assert await events(gateway, feed) == []
        async with await gateway.signed_in("wang.wu") as other:
            refusal(await other.post(f"/calendars/{calendar}/revocation"), 403, "not-allowed")
            taken = await other.put(f"/calendars/{calendar}", json={"organisation_id": str(CANTEEN)})
            refusal(taken, 409, "calendar-ended")
            assert (await other.get("/calendars")).json() == {"items": []}
        assert await events(gateway, feed) == []
        async with await gateway.signed_in("li.na") as client:
            for _ in range(2):
                assert (await client.post(f"/calendars/{calendar}/revocation")).status_code == 204
            assert (await client.get("/calendars")).json() == {"items": []}
            again = await client.put(f"/calendars/{calendar}", json={"organisation_id": str(CANTEEN)})
            refusal(again, 409, "calendar-ended")
            refusal(await client.post(f"/calendars/{new_id()}/revocation"), 404, "no-such-calendar")
        async with gateway.client() as public:
            refusal(await public.get(feed), 404, "no-such-calendar")
        assert len(orders.asked) == 2 * len(ASKED)

    async def test_ends_with_the_seat_or_the_account_of_who_made_it(self, gateway: Gateway, orders: Orders) -> None:
        left = await gateway.person("li.na", (Role.BUYER, CANTEEN), (Role.APPROVER, UNIT))
        gone = await gateway.person("wang.wu", (Role.BUYER, CANTEEN))
        feeds = [(await linked(gateway, account))[1] for account in ("li.na", "wang.wu")]
        seat = GrantSeat(account_id=left, role=Role.BUYER, organisation_id=CANTEEN)
        await revoke_seat(gateway.desk, seat)
        await disable_account(gateway.desk, gone)
        async with gateway.client() as public:
            for feed in feeds:
                refusal(await public.get(feed), 404, "no-such-calendar")
        assert orders.asked == []

    async def test_is_made_of_ones_own_organisation_alone(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN), (Role.APPROVER, UNIT), (Role.SELLER, CANTEEN))
        async with await gateway.signed_in("li.na") as client:
            for organisation in (SUPPLIER, UNIT, new_id()):
                asked = await client.put(f"/calendars/{new_id()}", json={"organisation_id": str(organisation)})
                refusal(asked, 403, "not-allowed")
            refusal(await client.put("/calendars/x", json={"organisation_id": str(CANTEEN)}), 422, "invalid-fields")
        async with gateway.client() as public:
            asked = await public.put(f"/calendars/{new_id()}", json={"organisation_id": str(CANTEEN)})
            refusal(asked, 401, "not-signed-in")
        assert await gateway.rows("calendars") == 0

    async def test_cannot_be_guessed(self, gateway: Gateway, orders: Orders) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        calendar, feed = await linked(gateway)
        token = feed.rpartition("/")[2]
        flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
        bent = (
            flipped,
            token.upper(),
            token[:32],
            token[:32] + "0" * 32,
            calendar,
            "x" * 64,
            token[1:],
            new_id().hex * 2,
        )
        async with gateway.client() as public:
            for one in bent:
                if one != token:
                    refusal(await public.get(f"/calendar-feeds/{one}"), 404, "no-such-calendar")
            assert (await public.get(f"/calendar-feeds/{token}.ics")).status_code == 404
        assert orders.asked == []

    async def test_has_a_bound_for_each_person(self, gateway: Gateway, orders: Orders) -> None:
        account = await gateway.person("li.na", (Role.BUYER, CANTEEN))
        await gateway.execute(
            "INSERT INTO calendars "  # noqa: S608
            "(calendar_id, account_id, organisation_id, organisation_kind, made_at, revoked_at) "
            f"SELECT uuidv7(), '{account}', '{CANTEEN}', 'canteen', now(), now() "
            f"FROM generate_series(1, {CALENDARS_MAX - 1})"
        )
        body = {"organisation_id": str(CANTEEN)}
        async with await gateway.signed_in("li.na") as client:
            answers = await asyncio.gather(*(client.put(f"/calendars/{new_id()}", json=body) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert await gateway.rows("calendars") == CALENDARS_MAX
