"""A person has the deliveries in the calendar of their own phone: by a secret link, which they make and end."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.deliveries.calendar import chosen_of, organisations
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.usecases.commands import PutCalendar
from gateway.usecases.keep_calendars import list_calendars, put_calendar, revoke_calendar
from shared.errors import Refusal
from shared.http.problems import document, status_of
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class LinkRow:
    organisation: str
    url: str
    open_url: str
    """The same for a calendar program, which follows it by itself."""
    made: str
    end_url: str
    field: str


@dataclass(frozen=True, slots=True)
class LinksView:
    organisation: str
    of: str
    rows: tuple[LinkRow, ...]
    id: str


async def show_links(page: Page) -> Response:
    """Show the reader's links to calendars."""
    of, name, _ = chosen_of(page)
    assert page.session is not None
    names = {one[0]: one[1] for one in organisations(page)}
    found = await list_calendars(page.request.app.state.desk, page.session.account_id)
    rows = tuple(
        LinkRow(
            organisation=names[one["organisation"]["id"]],
            url=one["url"],
            open_url="webcal:" + one["url"].partition(":")[2],
            made=write.day(one["made_at"].isoformat(), page.language),
            end_url=f"/deliveries/links/{one['calendar_id']}/end",
            field=f"link-{one['calendar_id'][-6:]}",
        )
        for one in found["items"]
        if one["organisation"]["id"] in names
    )
    crumbs = ((f"/deliveries?{urlencode({'of': of})}", page.speech(N_("Delivery calendar"))),)
    view = LinksView(name, of, rows, page.form.value("id") or str(new_id()))
    return page.show("deliveries/links.html", view, crumbs=crumbs)


async def make_link(page: Page) -> Response:
    """Make a link; the same form sent twice makes one."""
    of, _, _ = chosen_of(page)
    calendar_id = page.form.id("id")
    if page.form.ok:
        assert page.identity is not None
        assert calendar_id is not None
        desk = page.request.app.state.desk
        try:
            await put_calendar(desk, page.identity, calendar_id, PutCalendar.model_validate({"organisation_id": of}))
        except Refusal as refusal:
            refused = Refused.of(status_of(refusal), document(refusal, language=page.language))
            if not refused.mendable:
                raise
            page.form.wrong("", refused.sentence(page.speech))
        else:
            return page.go(f"/deliveries/links?{urlencode({'of': of})}", "link")
    return await show_links(page)


async def end_link(page: Page) -> Response:
    """End a link at once: whoever has it sees nothing more."""
    assert page.identity is not None
    await revoke_calendar(page.request.app.state.desk, page.identity, page.request.path_params["calendar_id"])
    return page.go("/deliveries/links", "link_ended")
