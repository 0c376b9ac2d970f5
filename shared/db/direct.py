"""A statement written with SQLAlchemy runs on asyncpg's own connection, without what lies between the two.

Decision: SQLAlchemy writes the SQL (from its cache of compiled statements), orders the parameters and names the rows;
what lies between it and asyncpg (a greenlet, an execution context, a cursor and a result for each statement) is left
out. What this does not know (many parameter sets at once, defaults made in Python, textual column lists) goes the usual
way, on the same connection and in the same transaction.
Why: nothing of that is used here, and each of a dozen statements of a transaction would pay for it.
Price: it reads seven names of SQLAlchemy 2.1 that are not public; tests/integration/shared tries each kind of
statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass(slots=True)
class _Way:
    """How the rows of one compiled statement become rows of ours."""

    direct: bool
    processors: list[Any] | None = None
    named: SimpleResultMetaData | None = None
    """The names of the columns, once a row was seen."""


_WAYS: "WeakKeyDictionary[Any, _Way]" = WeakKeyDictionary()


async def fetch(
    connection: AsyncConnection, statement: sa.Executable, parameters: Parameters
) -> Sequence[sa.Row[Any]] | None:
    """Run a statement and give its rows; None, and nothing run, where it has to go the usual way."""
    found = _prepared(connection, statement, parameters)
    if found is None:
        return None
    way, sql, values = found
    records = await _run(connection, sql, values)
    if not records:
        return ()
    if way.named is None:
        way.named = SimpleResultMetaData(list(records[0].keys()))
    named, processors = way.named, way.processors
    index = named._key_to_index
    return [sa.Row(named, processors, index, record) for record in records]


async def run(connection: AsyncConnection, statement: sa.Executable, parameters: Parameters) -> bool:
    """Run a statement whose rows nobody wants; False, and nothing run, where it has to go the usual way."""
    found = _prepared(connection, statement, parameters)
    if found is None:
        return False
    await _run(connection, found[1], found[2])
    return True


async def commit(connection: AsyncConnection) -> None:
    """Commit what ran on this connection, whichever way it went."""
    if connection.in_transaction():
        await connection.commit()
        return
    held = _held(connection)
    if held._transaction is None:
        return
    try:
        await held._call_and_discard(held._transaction.commit)
    except Exception as error:  # noqa: BLE001 - told as SQLAlchemy tells it
        await _raise(connection, "COMMIT", (), error)
    except BaseException:
        await connection.invalidate()
        raise


def _prepared(
    connection: AsyncConnection, statement: sa.Executable, parameters: Parameters
) -> tuple[_Way, str, list[Any]] | None:
    if parameters is not None and not isinstance(parameters, Mapping):
        return None
    dialect = connection.dialect
    written: Any = statement
    compiled, extracted, collected, _ = written._compile_w_cache(
        dialect, compiled_cache=connection.engine.sync_engine._compiled_cache, column_keys=sorted(parameters or ())
    )
    way = _WAYS.get(compiled)
    if way is None:
        way = _WAYS[compiled] = _way_of(compiled, dialect)
    if not way.direct:
        return None
    given = compiled.construct_params(
        parameters, extracted_parameters=extracted, escape_names=False, _collected_params=collected
    )
    sql, order, processors = compiled.string, compiled.positiontup, compiled._bind_processors
    if compiled.post_compile_params or compiled.literal_execute_params:
        expanded = compiled._process_parameters_for_postcompile(given)
        sql, order, processors = expanded.statement, expanded.positiontup, processors | expanded.processors
    return way, sql, [processors[name](given[name]) if name in processors else given[name] for name in order]


def _way_of(compiled: Any, dialect: Any) -> _Way:
    """Judge a compiled statement once."""
    if not isinstance(compiled, SQLCompiler) or compiled.insert_prefetch or compiled.update_prefetch:
        return _Way(False)
    if compiled.isplaintext:
        return _Way(not compiled._result_columns)
    if compiled._textual_ordered_columns or compiled._ad_hoc_textual or compiled._loose_column_name_matching:
        return _Way(False)
    try:
        made = [column.type._cached_result_processor(dialect, None) for column in compiled._result_columns]
    except sa.exc.InvalidRequestError:  # A type that wants to know how the server sends it.
        return _Way(False)
    return _Way(True, made if any(made) else None)


def _held(connection: AsyncConnection) -> Any:
    """Give SQLAlchemy's wrapping of asyncpg's connection, which knows whether a transaction has begun."""
    assert connection.sync_connection is not None
    return connection.sync_connection.connection.dbapi_connection


async def _run(connection: AsyncConnection, sql: str, values: Sequence[Any]) -> list[Any]:
    held = _held(connection)
    try:
        async with held._execute_mutex:
            if held._transaction is None:
                await held._start_transaction()
            records: list[Any] = await held._connection.fetch(sql, *values)
            return records
    except Exception as error:  # noqa: BLE001 - told as SQLAlchemy tells it
        await _raise(connection, sql, values, error)
    except BaseException:
        # Whoever waited has gone: what the connection is at is not known.
        await connection.invalidate()
        raise


async def _raise(connection: AsyncConnection, sql: str, values: Sequence[Any], error: Exception) -> NoReturn:
    """Raise what SQLAlchemy would have raised, and give up a connection that is lost."""
    dialect: Any = connection.dialect
    held = _held(connection)
    try:
        held._handle_exception(error)
    except dialect.loaded_dbapi.Error as known:
        lost = dialect.is_disconnect(known, held, None)
        if lost:  # As SQLAlchemy does: whatever connection is older than this is made anew when it is asked for.
            pooled: Any = connection.sync_connection
            pooled.engine.pool._invalidate(pooled.connection, known, _checkin=False)
            await connection.invalidate(known)
        raise DBAPIError.instance(
            sql,
            tuple(values),
            known,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
    raise error
