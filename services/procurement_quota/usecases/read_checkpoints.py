"""Anybody may read every signed checkpoint, and so hold today's ledger against what was signed on any day."""

import re
from typing import Any

from services.procurement_quota.domain.checkpoints import PREFIX
from services.procurement_quota.usecases.desk import Desk
from shared.errors import NotFound
from shared.files.object_store import NoSuchFile
from shared.http.paging import decode_cursor, encode_cursor

_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{4})?")


class CheckpointUnknown(NotFound):
    """There is no such checkpoint.

    zh: 没有这个检查点。
    """


async def list_checkpoints(desk: Desk, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """List the checkpoints by name, newest first. Raises FilesUnavailable, InvalidFields."""
    after = decode_cursor(cursor, str)
    names = sorted((_name_of(key) for key in await desk.files.keys(PREFIX)), reverse=True)
    if after is not None:
        names = [name for name in names if name < after[0]]
    page = names[:limit]
    return {
        "items": [{"id": name, "day": name[:10]} for name in page],
        "next": encode_cursor([page[-1]]) if len(names) > limit else None,
    }


async def get_checkpoint(desk: Desk, name: str) -> bytes:
    """Give a checkpoint's document as it was signed. Raises CheckpointUnknown, FilesUnavailable."""
    if not _NAME.fullmatch(name):
        raise CheckpointUnknown(checkpoint=name)
    try:
        return (await desk.files.get(_key_of(name))).body
    except NoSuchFile as error:
        raise CheckpointUnknown(checkpoint=name) from error


def _name_of(key: str) -> str:
    """Name a checkpoint by its day, and by its number where a day has several: an address takes no underscore."""
    return key.removeprefix(PREFIX).removesuffix(".json").replace("_", "-")


def _key_of(name: str) -> str:
    day, number = name[:10], name[11:]
    return f"{PREFIX}{day}_{number}.json" if number else f"{PREFIX}{day}.json"
