"""A person reads what they were told, newest first, and says what they have read; nobody reads another's."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.domain.notice_words import lines_of, page_of, title_of
from gateway.store import notice_settings, notices
from gateway.store.notice_settings import Ways
from gateway.usecases.commands import PutNoticeSettings, ReadNotices
from gateway.usecases.desk import Desk
from gateway.usecases.refusals import NoSuchNotice
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import NoticeKind
from shared.http.paging import decode_cursor, encode_cursor
from shared.rounds import BATCH_MAX


async def list_notices(
    desk: Desk, account_id: UUID, *, unread: bool | None, limit: int, cursor: str | None, language: str
) -> dict[str, Any]:
    """List one's own notices page by page. Raises InvalidFields for a cursor of another list."""
    keys = decode_cursor(cursor, datetime, UUID)
    after = (keys[0], keys[1]) if keys else None
    async with desk.uow.glance() as tx:
        found = await notices.list_page(tx, account_id, unread=unread, after=after, limit=limit + 1)
    page = found[:limit]
    following = encode_cursor([page[-1].at, str(page[-1].notice_id)]) if len(found) > limit else None
    return {"items": [_view(row, language) for row in page], "next": following}


async def read_notice(desk: Desk, identity: Identity, notice_id: UUID, language: str) -> dict[str, Any]:
    """Note that a notice was read; the first time counts. Raises NoSuchNotice, NotAllowed."""
    async with desk.uow.begin() as tx:
        found = await notices.find(tx, notice_id)
        if found is None:
            raise NoSuchNotice(notice_id=str(notice_id))
        require(identity, "read_notice", Owned(account_id=found.account_id))
        await notices.mark_read(tx, found.account_id, notice_id=notice_id)
        found = await notices.find(tx, notice_id)
        assert found is not None
    return _view(found, language)


async def read_notices(desk: Desk, account_id: UUID, command: ReadNotices) -> dict[str, Any]:
    """Note that all up to a moment was read; gives how many were not, before."""
    async with desk.uow.begin() as tx:
        return {"read_count": await notices.mark_read(tx, account_id, up_to=command.up_to)}


async def unread_of(desk: Desk, account_id: UUID) -> int:
    """Count what a person has not read."""
    async with desk.uow.glance() as tx:
        return await notices.count_unread(tx, account_id)


async def put_notice_settings(
    desk: Desk, account_id: UUID, command: PutNoticeSettings, language: str
) -> dict[str, Any]:
    """Choose how each kind reaches one, from now on; what was told before stays."""
    async with desk.uow.begin() as tx:
        await notice_settings.choose(tx, account_id, {one.kind: Ways(one.inbox, one.mail) for one in command.settings})
        return _settings(await notice_settings.chosen(tx, account_id), language)


async def get_notice_settings(desk: Desk, account_id: UUID, language: str) -> dict[str, Any]:
    """Tell how each kind reaches one."""
    async with desk.uow.glance() as tx:
        return _settings(await notice_settings.chosen(tx, account_id), language)


async def forget_old_notices(desk: Desk) -> int:
    """Remove what was kept long enough, or is beyond what is kept of a person's newest."""
    async with desk.uow.begin() as tx:
        return await notices.forget_old(tx, BATCH_MAX)


def _settings(chosen: Mapping[NoticeKind, Ways], language: str) -> dict[str, Any]:
    return {
        "settings": [
            {"kind": kind.value, "title": title_of(kind, language), **asdict(chosen.get(kind, Ways()))}
            for kind in NoticeKind
        ]
    }


def _view(row: Any, language: str) -> dict[str, Any]:
    kind = NoticeKind(row.kind)
    return {
        "notice_id": str(row.notice_id),
        "kind": kind.value,
        "title": title_of(kind, language),
        "lines": lines_of(kind, row.facts, language),
        "page": page_of(kind, row.subject_id, row.facts),
        "subject_id": str(row.subject_id),
        "facts": row.facts,
        "at": row.at,
        "due_at": row.due_at,
        "read_at": row.read_at,
        "mail": {"state": row.mail_state, "ended_at": row.mail_ended_at} if row.mail_state else None,
    }
