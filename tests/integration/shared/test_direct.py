"""A statement that runs directly gives and raises what SQLAlchemy's own way would."""

from contextlib import AsyncExitStack
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.db import direct
from shared.db.plumbing import inbox, outbox
from shared.db.unit_of_work import DatabaseUnavailable, Tx, UnitOfWork

ONE = {
    "event_id": UUID("019a0000-0000-7000-8000-000000000001"),
    "type": "order.placed",
    "key": "1",
    "body": "{}",
}
STATEMENTS = [
    sa.select(outbox),
    sa.select(outbox.c.event_id, outbox.c.type.label("what")).where(outbox.c.type.in_(["order.placed", "x"])),
    sa.select(outbox).where(outbox.c.type == sa.bindparam("given", "order.placed")).limit(1),
    sa.select(inbox.c.answer, sa.func.count().over()).where(inbox.c.key == "k"),
    sa.select(outbox.c.key, inbox.c.key).join(inbox, sa.true()),
    sa.text("SELECT key, body FROM outbox ORDER BY id"),
    sa.text("SELECT answer FROM inbox").columns(answer=inbox.c.answer.type),
    sa.select(outbox.c.id).where(sa.false()),
    sa.union_all(sa.select(outbox.c.key), sa.select(inbox.c.key)),
    sa.update(outbox).values(key="2").returning(outbox.c.id, outbox.c.key),
    insert(inbox).values(door="d", key="k").on_conflict_do_nothing().returning(inbox.c.key),
    sa.delete(outbox).where(outbox.c.key == "nothing").returning(outbox.c.id),
]


async def _put(tx: Tx) -> None:
    await tx.execute(sa.insert(outbox).values(**ONE))
    await tx.execute(sa.insert(inbox).values(door="d", key="k", answer={"state": "placed", "lines": [1]}))


class TestDirect:
    @pytest.mark.parametrize("statement", STATEMENTS, ids=range(len(STATEMENTS)))
    async def test_rows_are_the_same_by_either_way(self, uow: UnitOfWork, statement: sa.Executable) -> None:
        async with uow.begin() as tx:
            await _put(tx)
            ours = await tx.rows(statement)
            theirs = (await tx.connection.execute(statement)).all()
        assert [dict(row._mapping) for row in ours] == [dict(row._mapping) for row in theirs]
        assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]

    async def test_both_ways_are_one_transaction(self, uow: UnitOfWork) -> None:
        async def write_both_and_fail() -> None:
            async with uow.begin() as tx:
                await tx.execute(sa.insert(outbox).values(**ONE))
                await tx.connection.execute(sa.insert(inbox), [{"door": "d", "key": "1"}, {"door": "d", "key": "2"}])
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await write_both_and_fail()
        async with uow.begin() as tx:
            await tx.execute(sa.insert(inbox), [{"door": "d", "key": "1"}, {"door": "d", "key": "2"}])
            await tx.execute(sa.insert(outbox).values(**ONE))
        async with uow.glance() as look:
            assert await look.value(sa.select(sa.func.count()).select_from(outbox)) == 1
            assert await look.value(sa.select(sa.func.count()).select_from(inbox)) == 2

    async def test_many_sets_of_parameters_go_the_usual_way(self, uow: UnitOfWork) -> None:
        async with uow.begin() as tx:
            assert not await direct.run(tx.connection, sa.insert(inbox), [{"door": "d", "key": "1"}])

    async def test_a_breach_is_told_as_ever_and_the_next_transaction_stands(self, uow: UnitOfWork) -> None:
        async def write_twice() -> None:
            async with uow.begin() as tx:
                await _put(tx)
                await _put(tx)

        with pytest.raises(IntegrityError):
            await write_twice()
        async with uow.begin() as tx:
            await _put(tx)

    async def test_a_connection_that_was_ended_is_given_up(self, uow: UnitOfWork) -> None:
        async def go_on_when_ended() -> None:
            async with uow.begin() as tx:
                pid = await tx.value(sa.text("SELECT pg_backend_pid()"))
                async with uow.begin() as other:
                    await other.value(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
                await tx.value(sa.text("SELECT 1"))

        with pytest.raises(DatabaseUnavailable):
            await go_on_when_ended()
        async with uow.begin() as tx:
            assert await tx.value(sa.text("SELECT 1")) == 1

    async def test_one_refusal_tells_that_the_server_went_away(self, uow: UnitOfWork) -> None:
        """Whatever lay in the pool beside the one that was found dead is made anew."""
        own = sa.text("SELECT pg_backend_pid()")
        async with AsyncExitStack() as held:
            pids = [await (await held.enter_async_context(uow.begin())).value(own) for _ in range(4)]
        async with uow.begin() as tx:
            pids.remove(await tx.value(own))
            await tx.rows(
                sa.text("SELECT pg_terminate_backend(pid) FROM unnest(CAST(:pids AS int[])) pid"), {"pids": pids}
            )
        refused = 0
        for _ in range(8):
            try:
                async with uow.begin() as tx:
                    await tx.value(own)
            except DatabaseUnavailable:
                refused += 1
        assert refused == 1

    async def test_nothing_is_written_in_a_snapshot(self, uow: UnitOfWork) -> None:
        with pytest.raises(DBAPIError, match="read-only"):
            async with uow.read() as tx:
                await tx.rows(sa.insert(outbox).values(**ONE).returning(outbox.c.id))
