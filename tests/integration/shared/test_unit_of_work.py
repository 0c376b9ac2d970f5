"""A transaction says what it said if and only if it committed, and does once what is asked twice."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
import sqlalchemy as sa

from shared.contracts.order import StockChanged
from shared.db.plumbing import inbox, outbox
from shared.db.unit_of_work import Busy, KeyReused, Stamp, Tx, UnitOfWork

LISTING = UUID("019a0000-0000-7000-8000-000000000001")
SOLD_OUT = StockChanged(listing_id=LISTING, version=1, available=False)


async def count(uow: UnitOfWork, table: sa.Table) -> int:
    async with uow.glance() as tx:
        return int(await tx.value(sa.select(sa.func.count()).select_from(table)))


class TestPublish:
    async def test_is_said_when_the_transaction_commits(self, uow: UnitOfWork) -> None:
        woken: list[bool] = []
        uow.on_publish(lambda: woken.append(True))
        async with uow.begin() as tx:
            await tx.publish(SOLD_OUT)
        async with uow.glance() as tx:
            row = await tx.first(sa.select(outbox))
        assert row is not None
        assert (row.type, row.key, row.sent_at) == ("stock.changed", str(LISTING), None)
        assert woken == [True]

    async def test_is_not_said_when_it_does_not(self, uow: UnitOfWork) -> None:
        async def say_and_fail() -> None:
            async with uow.begin() as tx:
                await tx.publish(SOLD_OUT)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await say_and_fail()
        assert await count(uow, outbox) == 0


class TestPutOff:
    async def test_is_done_once_with_all_that_was_given_and_said_with_the_rest(self, uow: UnitOfWork) -> None:
        done: list[list[int]] = []

        async def do(tx: Tx, given: list[int]) -> None:
            done.append(given)
            await tx.publish(SOLD_OUT)

        async with uow.begin() as tx:
            tx.put_off(do, [2, 1])
            tx.put_off(do, [3])
            assert done == []
        assert done == [[2, 1, 3]]
        assert await count(uow, outbox) == 1


class TestOnce:
    async def test_a_repeat_gets_the_first_answer_and_does_nothing(self, uow: UnitOfWork) -> None:
        stamp = Stamp.of_request("decide:a", "key-1", b"{}")
        async with uow.begin(once=stamp) as tx:
            assert tx.fresh == [stamp]
            await tx.answer({"state": "approved"})
        async with uow.begin(once=stamp) as tx:
            assert tx.fresh == []
            assert tx.answered == {"state": "approved"}
        assert await count(uow, inbox) == 1

    async def test_refuses_a_key_that_comes_with_another_request(self, uow: UnitOfWork) -> None:
        async with uow.begin(once=Stamp.of_request("decide:a", "key-1", b"{}")) as tx:
            await tx.answer({})
        other = uow.begin(once=Stamp.of_request("decide:a", "key-1", b'{"other": 1}'))
        with pytest.raises(KeyReused):
            await other.__aenter__()

    async def test_three_at_once_do_it_once(self, uow: UnitOfWork) -> None:
        done: list[int] = []

        async def act(number: int) -> None:
            async with uow.begin(once=Stamp("consumer", "event-1")) as tx:
                if tx.fresh:
                    await asyncio.sleep(0.05)
                    done.append(number)

        await asyncio.gather(*(act(number) for number in range(3)))
        assert len(done) == 1

    async def test_a_batch_keeps_what_is_fresh_in_the_order_given(self, uow: UnitOfWork) -> None:
        async with uow.begin(once=[Stamp("c", "2")]):
            pass
        stamps = [Stamp("c", "3"), Stamp("c", "2"), Stamp("c", "1"), Stamp("c", "3")]
        async with uow.begin(once=stamps) as tx:
            assert [stamp.key for stamp in tx.fresh] == ["3", "1"]

    async def test_what_failed_may_be_done_again(self, uow: UnitOfWork) -> None:
        failing = uow.begin(once=Stamp("c", "1"))
        await failing.__aenter__()
        assert not await failing.__aexit__(RuntimeError, RuntimeError(), None)
        async with uow.begin(once=Stamp("c", "1")) as tx:
            assert len(tx.fresh) == 1


class TestRead:
    async def test_cannot_write(self, uow: UnitOfWork) -> None:
        async with uow.read() as tx:
            with pytest.raises(sa.exc.DBAPIError, match="read-only"):
                await tx.execute(sa.insert(inbox).values(door="d", key="k"))


class TestStatement:
    async def test_is_a_transaction_by_itself(self, uow: UnitOfWork) -> None:
        rows = await uow.statement("INSERT INTO inbox (door, key) VALUES ($1, $2) RETURNING key", "hot", "1")
        assert [row["key"] for row in rows] == ["1"]
        assert await count(uow, inbox) == 1


class TestBusy:
    @pytest.mark.parametrize("state", ["55P03", "40P01", "40001", "57014"])
    async def test_is_told_alike_by_a_block_and_by_a_single_statement(self, uow: UnitOfWork, state: str) -> None:
        refuse = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"
        with pytest.raises(Busy) as alone:
            await uow.statement(refuse)
        with pytest.raises(Busy) as inside:
            async with uow.begin() as tx:
                await tx.execute(sa.text(refuse))
        assert alone.value.facts == inside.value.facts == {"reason": state}

    async def test_is_not_what_the_statement_itself_got_wrong(self, uow: UnitOfWork) -> None:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await uow.statement("SELECT 1 / 0")
