"""A person reads their own notices, newest first, and chooses of which kinds they are told."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.store.notices import KEPT_FOR, KEPT_MAX
from gateway.usecases.keep_notices import keep_notices
from gateway.usecases.read_notices import forget_old_notices
from shared.contracts.order import NoticeFact, NoticeRaised
from shared.contracts.words import NoticeKind
from shared.ids import new_id
from tests.build.door import refusal
from tests.integration.gateway.conftest import Gateway, heard

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


async def tell(gateway: Gateway, account: UUID, kind: NoticeKind = NoticeKind.ORDER_PLACED, minute: int = 0) -> UUID:
    """Let the gateway hear a notice for one person; gives what it is about."""
    subject = new_id()
    said = NoticeRaised(
        kind=kind,
        subject_id=subject,
        audience=(),
        account_ids=(account,),
        by_account_id=None,
        facts=(NoticeFact(name="amount_fen", value="13000"),),
        at=AT + timedelta(minutes=minute),
        due_at=None,
    )
    await keep_notices(gateway.desk, [heard(said)])
    return subject


async def subjects(client: Any, **asked: Any) -> list[str]:
    return [item["subject_id"] for item in (await client.get("/notices", params=asked)).json()["items"]]


class TestInbox:
    async def test_lists_the_newest_first_page_by_page_and_nobody_elses(self, gateway: Gateway) -> None:
        mine, other = await gateway.person("li.na"), await gateway.person("wang.wu")
        told = [await tell(gateway, mine, minute=minute // 2) for minute in range(5)]
        await tell(gateway, other)
        async with await gateway.signed_in("li.na", headers={"accept-language": "zh"}) as client:
            seen, cursor = [], None
            while True:
                page = (
                    await client.get("/notices", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
                ).json()
                seen += page["items"]
                if (cursor := page["next"]) is None:
                    break
            assert sorted(item["subject_id"] for item in seen) == sorted(map(str, told))
            assert [item["at"] for item in seen] == sorted((item["at"] for item in seen), reverse=True)
            newest = seen[0]
            assert newest["page"] == f"/orders/{told[-1]}"
            assert (newest["title"], newest["lines"]) == ("收到新订单", ["请确认能否供货。", "金额：130.00 元"])
            assert (newest["facts"], newest["read_at"]) == ({"amount_fen": "13000"}, None)
            assert (await client.get("/me")).json()["unread_count"] == 5

    async def test_keeps_when_a_notice_was_read_first(self, gateway: Gateway) -> None:
        mine = await gateway.person("li.na")
        read, unread = [str(await tell(gateway, mine, minute=minute)) for minute in range(2)]
        async with await gateway.signed_in("li.na") as client:
            notice = (await client.get("/notices")).json()["items"][1]["notice_id"]
            first = (await client.post(f"/notices/{notice}/reading")).json()
            assert first["read_at"] is not None
            assert (await client.post(f"/notices/{notice}/reading")).json() == first
            assert await subjects(client, unread="true") == [unread]
            assert await subjects(client, unread="false") == [read]
            assert (await client.get("/me")).json()["unread_count"] == 1

    async def test_reads_all_up_to_what_was_seen(self, gateway: Gateway) -> None:
        mine, other = await gateway.person("li.na"), await gateway.person("wang.wu")
        for minute in range(3):
            await tell(gateway, mine, minute=minute)
            await tell(gateway, other, minute=minute)
        async with await gateway.signed_in("li.na") as client:
            seen = {"up_to": (AT + timedelta(minutes=1)).isoformat()}
            counted = await asyncio.gather(*(client.post("/notice-readings", json=seen) for _ in range(4)))
            assert sorted(one.json()["read_count"] for one in counted) == [0, 0, 0, 2]
            assert (await client.get("/me")).json()["unread_count"] == 1
        async with await gateway.signed_in("wang.wu") as client:
            assert (await client.get("/me")).json()["unread_count"] == 3

    async def test_lets_nobody_read_anothers(self, gateway: Gateway) -> None:
        mine = await gateway.person("li.na")
        await gateway.person("wang.wu")
        await tell(gateway, mine)
        async with await gateway.signed_in("li.na") as client:
            notice = (await client.get("/notices")).json()["items"][0]["notice_id"]
        async with await gateway.signed_in("wang.wu") as client:
            refusal(await client.post(f"/notices/{notice}/reading"), 403, "not-allowed")
            refusal(await client.post(f"/notices/{new_id()}/reading"), 404, "no-such-notice")
            refusal(await client.post("/notices/x/reading"), 422, "invalid-fields")
        async with gateway.client() as public:
            refusal(await public.get("/notices"), 401, "not-signed-in")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/me")).json()["unread_count"] == 1

    @pytest.mark.parametrize(
        "asked", [{"unread": "maybe"}, {"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"cursor": "WyJhIl0"}, {"x": "1"}]
    )
    async def test_tells_which_field_is_bent(self, gateway: Gateway, asked: dict[str, Any]) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            problem = refusal(await client.get("/notices", params=asked), 422, "invalid-fields")
            assert problem["errors"][0]["field"].endswith(next(iter(asked)))

    @pytest.mark.parametrize("moment", ["2026-03-02", "2026-03-02T01:00:00", "0001-01-01T00:00:00+23:59", "x", None, 7])
    async def test_reads_all_up_to_a_moment_with_its_zone_alone(self, gateway: Gateway, moment: Any) -> None:
        mine = await gateway.person("li.na")
        await tell(gateway, mine)
        async with await gateway.signed_in("li.na") as client:
            refusal(await client.post("/notice-readings", json={"up_to": moment}), 422, "invalid-fields")
            assert (await client.get("/me")).json()["unread_count"] == 1


class TestSettings:
    async def test_hold_from_the_next_notice_and_are_replaced_whole(self, gateway: Gateway) -> None:
        mine = await gateway.person("li.na")
        before = str(await tell(gateway, mine, minute=0))
        async with await gateway.signed_in("li.na") as client:
            off = {"settings": [{"kind": "order_placed", "inbox": False, "mail": False}]}
            for _ in range(2):
                chosen = (await client.put("/me/notice-settings", json=off)).json()["settings"]
            assert {one["kind"]: one["inbox"] for one in chosen} == {
                kind.value: kind is not NoticeKind.ORDER_PLACED for kind in NoticeKind
            }
            await tell(gateway, mine, minute=1)
            shipped = str(await tell(gateway, mine, NoticeKind.ORDER_SHIPPED, minute=2))
            assert await subjects(client) == [shipped, before]
            await client.put("/me/notice-settings", json={"settings": []})
            again = str(await tell(gateway, mine, minute=3))
            assert await subjects(client) == [again, shipped, before]
            chosen = (await client.get("/me/notice-settings")).json()["settings"]
            assert all(one["inbox"] for one in chosen)

    @pytest.mark.parametrize(
        "settings",
        [
            [{"kind": "order_placed", "inbox": True}] * 2,
            [{"kind": "full_moon", "inbox": True}],
            [{"kind": "order_placed", "inbox": "yes"}],
            [{"kind": "order_placed", "inbox": True, "mail": "yes"}],
            [{"kind": "order_placed"}],
            [{"kind": "order_placed", "inbox": True, "more": 1}],
            [{"kind": kind.value, "inbox": True} for kind in NoticeKind] * 2,
            None,
        ],
    )
    async def test_that_are_bent_change_nothing(self, gateway: Gateway, settings: Any) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            refusal(await client.put("/me/notice-settings", json={"settings": settings}), 422, "invalid-fields")
        assert await gateway.rows("notice_settings") == 0


class TestKeeping:
    async def test_ends_with_age_and_beyond_the_newest(self, gateway: Gateway) -> None:
        mine, other = await gateway.person("li.na"), await gateway.person("wang.wu")
        kept = [str(await tell(gateway, mine, minute=minute)) for minute in (0, 1)]
        gateway.clock.shift = AT + KEPT_FOR - datetime.now(UTC) + timedelta(seconds=30)
        assert await forget_old_notices(gateway.desk) == 1
        async with gateway.engine.connect() as connection:
            left = (await connection.scalars(sa.text("SELECT subject_id FROM notices"))).all()
        assert list(map(str, left)) == kept[1:]
        many = (
            "INSERT INTO notices (notice_id, event_id, account_id, kind, subject_id, facts, at) "  # noqa: S608
            f"SELECT uuidv7(), uuidv7(), '{other}', 'order_placed', uuidv7(), '{{}}', now() + n * interval '1 s' "
            f"FROM generate_series(1, {KEPT_MAX + 7}) n"
        )
        gateway.clock.shift = timedelta()
        await gateway.execute("DELETE FROM notices")
        await gateway.execute(many)
        oldest = "SELECT min(at) FROM (SELECT at FROM notices ORDER BY at DESC LIMIT 1000) newest"
        async with gateway.engine.connect() as connection:
            bound = await connection.scalar(sa.text(oldest))
        done = await asyncio.gather(*(forget_old_notices(gateway.desk) for _ in range(3)))
        assert sum(done) == 7
        async with gateway.engine.connect() as connection:
            assert await connection.scalar(sa.text("SELECT min(at) FROM notices")) == bound
        assert await gateway.rows("notices") == KEPT_MAX
        assert await forget_old_notices(gateway.desk) == 0
