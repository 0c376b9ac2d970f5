"""A file is taken in once: the same again is known, another under its id is refused, and no refused one is kept."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from shared.db.unit_of_work import ReadTx, Tx, UnitOfWork
from shared.errors import Conflict, Refusal
from shared.files import ObjectStore
from shared.ids import new_id
from shared.imports.store import ImportStore
from shared.tables.opening import Table

OPEN_MAX = 20
Answer = TypeVar("Answer")


class ImportDiffers(Conflict):
    """Another file stands under this id; choose a new one.

    zh: 该编号下已有另一个文件，请使用新的编号。
    """


class TooManyImports(Conflict):
    """Too many imports are unfinished; wait until they are done, and end those of them that wait for somebody.

    zh: 未完成的导入过多；请等待正在处理的导入完成，其中等待人工处理的，请先处理。
    """


class NothingToAccept(Conflict):
    """This import is not checked yet, is accepted or refused already, gave way to a newer one, or has no good row.

    zh: 该导入尚未核对完成、已接受、已被拒绝、已被更新的导入取代，或没有可用的行。
    """


@dataclass(frozen=True)
class Brought:
    """A file as somebody brought it: `whose` are the columns that say for whom, the first of them bounds how many."""

    import_id: UUID
    name: str
    body: bytes
    by: UUID
    whose: Mapping[str, Any]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


async def is_known(tx: ReadTx, store: ImportStore, brought: Brought) -> bool:
    """Tell whether this very file was brought before, for the same. Raises ImportDiffers, TooManyImports."""
    known = await store.find(tx, brought.import_id)
    if known is None:
        owner, value = next(iter(brought.whose.items()))
        if await store.count_open(tx, owner, value) >= OPEN_MAX:
            raise TooManyImports(imports_max=OPEN_MAX)
        return False
    if known["sha256"] != brought.sha256 or any(known[name] != value for name, value in brought.whose.items()):
        raise ImportDiffers(import_id=str(brought.import_id))
    return True


async def take_in(
    uow: UnitOfWork,
    files: ObjectStore,
    store: ImportStore,
    brought: Brought,
    table: Table,
    alone: Callable[[Tx], Awaitable[None]],
    answer: Callable[[Tx, UUID], Awaitable[Answer]],
    kept: Callable[[Tx], Awaitable[None]] | None = None,
) -> tuple[Answer, bool]:
    """Keep an opened file to be checked; gives the answer, and whether it is new.

    `alone` waits for one's rivals; `kept` does what else is done where the file is new. Raises ImportDiffers,
    TooManyImports, FilesUnavailable, and what `kept` raises; then no file is kept.
    """
    key = f"imports/{brought.import_id}/{brought.sha256}/{new_id()}"  # Of this attempt alone, so it may be removed.
    await files.put(key, brought.body, table.media_type)
    try:
        async with uow.begin() as tx:
            await alone(tx)
            new = not await is_known(tx, store, brought)
            if new and not await store.write(tx, _values(brought, table) | {"object_key": key, "put_at": tx.now}):
                new = not await is_known(tx, store, brought)
            elif new and kept is not None:
                await kept(tx)
            answered = await answer(tx, brought.import_id)
    except Refusal:
        await files.remove(key)
        raise
    if not new:
        await files.remove(key)
    return answered, new


def _values(brought: Brought, table: Table) -> dict[str, Any]:
    return {
        "id": brought.import_id,
        **brought.whose,
        "name": brought.name,
        "media_type": table.media_type,
        "encoding": table.encoding,
        "separator": table.separator,
        "sheet": table.sheet[:60],
        "sha256": brought.sha256,
        "size_bytes": len(brought.body),
        "state": "checking",
        "rows": table.rows_guessed,
        "read": 0,
        "problems": [],
        "notes": table.notes,
        "put_by": brought.by,
    }
