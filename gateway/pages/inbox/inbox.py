"""A reader sees what waits for them, newest first, and goes from each to the page where it is dealt with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.usecases import read_notices as notices
from gateway.usecases.commands import ReadNotices

PAGE_NOTICES = 20


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: str
    title: str
    lines: tuple[str, ...]
    when: str
    due: str
    unread: bool
    goes_on: bool
    """Whether there is a page on which it is dealt with."""
    url: str


@dataclass(frozen=True, slots=True)
class InboxView:
    says: str
    only_unread: bool
    other_url: str
    rows: tuple[NoticeRow, ...]
    up_to: str
    next_url: str
    first_url: str


async def show_inbox(page: Page) -> Response:
    """List what the reader was told."""
    assert page.session is not None
    only_unread = page.asked("unread") == "1"
    found = await notices.list_notices(
        page.request.app.state.desk,
        page.session.account_id,
        unread=True if only_unread else None,
        limit=PAGE_NOTICES,
        cursor=page.asked("cursor") or None,
        language=page.language,
    )
    next_url, first_url = rest_of(page, found)
    view = InboxView(
        says=page.speech(N_("%(unread)s unread"), unread=page.unread),
        only_unread=only_unread,
        other_url="/inbox" if only_unread else "/inbox?unread=1",
        rows=tuple(_row(page, item) for item in found["items"]),
        up_to=found["items"][0]["at"].isoformat()
        if page.unread and found["items"] and not page.asked("cursor")
        else "",
        next_url=next_url,
        first_url=first_url,
    )
    return page.show("inbox/inbox.html", view)


def _row(page: Page, item: dict[str, Any]) -> NoticeRow:
    due = item["due_at"]
    return NoticeRow(
        id=item["notice_id"],
        title=item["title"],
        lines=tuple(item["lines"]),
        when=write.moment(item["at"].isoformat(), page.language),
        due=page.speech(N_("Until %(day)s"), day=write.moment(due.isoformat(), page.language)) if due else "",
        unread=item["read_at"] is None,
        goes_on=item["page"] is not None,
        url=f"/inbox/{item['notice_id']}",
    )


async def open_notice(page: Page) -> Response:
    """Note that a notice was read, and go to the page where it is dealt with."""
    assert page.session is not None
    found = await notices.read_notice(
        page.request.app.state.desk, page.session.identity, UUID(page.part("notice_id")), page.language
    )
    return page.go(found["page"] or "/inbox")


async def read_all(page: Page) -> Response:
    """Note that all that the reader saw was read; what came after it was not seen."""
    assert page.session is not None
    try:
        up_to = datetime.fromisoformat(page.form.value("up_to"))
        command = ReadNotices(up_to=up_to)
    except ValueError:
        return page.go("/inbox")
    await notices.read_notices(page.request.app.state.desk, page.session.account_id, command)
    return page.go("/inbox", "read")
