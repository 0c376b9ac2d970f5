"""What is said again is acted on no more, and what was put aside goes on once its cause is gone."""

# ruff: noqa: S608 - the SQL is our own

import pytest

from deploy.operator.demo.load import everything_heard
from deploy.operator.programs import opened
from deploy.operator.replay import CannotReplay, replay_outbox, replay_parked
from tests.build.everything import Everything, changes
from tests.integration.operator.conftest import Demo, Scratch

# One supplier's copy in the order service is put back by a version, as if its last event had been parked.
_SUPPLIER = "(SELECT supplier_id FROM suppliers ORDER BY supplier_id LIMIT 1)"


class TestReplay:
    async def test_everything_said_twice_is_done_once(self, demo: Demo) -> None:
        look = Everything(demo.settings)
        await look.open(with_messages=False)
        before = await look.digest()
        async with opened(demo.settings, run="consume") as programs:
            for program in programs.values():
                for consumer in program.consumers:
                    await consumer.hears.wait()
            for service in ("procurement_quota", "catalog", "order"):
                said = await look.value(service, "SELECT count(*) FROM outbox")
                assert await replay_outbox(demo.settings, service) == said
            await everything_heard(programs)
        assert changes(before, await look.digest()) == {}
        await look.close()

    async def test_can_be_of_one_type_only(self, demo: Demo) -> None:
        look = Everything(demo.settings)
        await look.open(with_messages=False)
        said = await look.value("order", "SELECT count(*) FROM outbox WHERE type = 'credit.recorded'")
        async with opened(demo.settings, run="consume") as programs:
            for program in programs.values():
                for consumer in program.consumers:
                    await consumer.hears.wait()
            assert await replay_outbox(demo.settings, "order", kind="credit.recorded") == said
            await everything_heard(programs)
        await look.close()

    async def test_of_a_service_that_says_nothing_is_told(self, demo: Demo) -> None:
        with pytest.raises(CannotReplay, match="Way out: one of catalog, order, procurement_quota"):
            await replay_outbox(demo.settings, "gateway")

    async def test_of_a_consumer_that_is_not_there_is_told(self, demo: Demo) -> None:
        with pytest.raises(CannotReplay, match=r"There is no consumer order-order\. Way out: one of .*order-catalog"):
            await replay_parked(demo.settings, "order-order")


class TestParked:
    async def test_goes_on_in_order_and_once(self, scratch: Scratch) -> None:
        supplier = await scratch.value("order", f"SELECT {_SUPPLIER}")
        version = await scratch.value("order", f"SELECT version FROM suppliers WHERE supplier_id = '{supplier}'")
        body = str(
            await scratch.value("catalog", f"SELECT body FROM outbox WHERE key = '{supplier}' ORDER BY id DESC LIMIT 1")
        )
        event = await scratch.value(
            "catalog", f"SELECT event_id FROM outbox WHERE key = '{supplier}' ORDER BY id DESC LIMIT 1"
        )
        harm = (
            f"UPDATE suppliers SET version = version - 1 WHERE supplier_id = '{supplier}';"
            f" DELETE FROM inbox WHERE door = 'order-catalog' AND key = '{event}';"
            " INSERT INTO parked (consumer, key, event_id, body, why) VALUES"
            f" ('order-catalog', '{supplier}', '{event}', $json${body}$json$, 'planted')"
        )
        async with scratch.tampered("order", harm, "DELETE FROM parked WHERE why = 'planted'"):
            first = await replay_parked(scratch.settings, "order-catalog")
            assert (first.handled, list(first.stuck)) == (1, [])
            again = await replay_parked(scratch.settings, "order-catalog")
            assert again.handled == 0
        assert await scratch.value("order", "SELECT count(*) FROM parked") == 0
        after = await scratch.value("order", f"SELECT version FROM suppliers WHERE supplier_id = '{supplier}'")
        assert after == version

    async def test_stays_with_its_reason_while_its_cause_does(self, scratch: Scratch) -> None:
        body = str(
            await scratch.value(
                "order", "SELECT body FROM outbox WHERE type = 'acceptance.recorded' ORDER BY id LIMIT 1"
            )
        )
        canteen = str(
            await scratch.value(
                "order",
                "SELECT body::jsonb #>> '{data,purchase,canteen_id}' FROM outbox"
                " WHERE type = 'acceptance.recorded' ORDER BY id LIMIT 1",
            )
        )
        unknown, event = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
        strange = body.replace(canteen, unknown).replace(body[7:43], event)
        harm = (
            "INSERT INTO parked (consumer, key, event_id, body, why) VALUES"
            f" ('procurement_quota-order', 'k', '{event}', $json${strange}$json$, 'planted')"
        )
        entries = await scratch.value("procurement_quota", "SELECT count(*) FROM entry")
        async with scratch.tampered("procurement_quota", harm, "DELETE FROM parked WHERE why = 'planted'"):
            went_on = await replay_parked(scratch.settings, "procurement_quota-order")
            assert went_on.handled == 0
            assert "CanteenUnknown" in went_on.stuck[0]
            assert await scratch.value("procurement_quota", "SELECT count(*) FROM parked") == 1
        assert await scratch.value("procurement_quota", "SELECT count(*) FROM entry") == entries
