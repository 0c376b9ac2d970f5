"""How those below a unit stand beside each other is looked at as a draft, saved as a file, and issued in its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.finance.board_asked import Asked, asked_of
from gateway.pages.finance.statements import spoken, told
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import options
from shared.contracts.authority import Role
from shared.ids import new_id

ROWS_MAX = 200
"""What is beyond stands in the files."""
LEVELS: Mapping[str, str] = {
    "prefecture": N_("Prefectures"),
    "county": N_("Counties"),
    "unit": N_("Units"),
    "canteen": N_("Canteens"),
}
CRITERIA: Mapping[str, str] = {
    "fulfilled": N_("How much of the requirement is fulfilled"),
    "on_track": N_("How many canteens are on pace or met"),
    "shortfall": N_("The smallest gap"),
    "share": N_("The share, where one rate binds"),
}
FORMATS = (("xlsx", N_("Save as Excel")), ("pdf", N_("Save as PDF")), ("csv", N_("Save as CSV")))
MENDABLE = ("rule-unknown", "rule-not-in-force", "rule-not-known-yet", "report-too-long", "invalid-fields")


@dataclass(frozen=True, slots=True)
class Ranked:
    rank: str
    name: str
    url: str
    canteens: str
    fulfilled: str
    share: str
    short: str
    counts: str


@dataclass(slots=True)
class ReportView:
    """A report; with `fields` alone it is the form of one that could not be made."""

    url: str
    fields: dict[str, Any]
    subject: str = ""
    rule: str = ""
    as_of_text: str = ""
    ranked: tuple[Ranked, ...] = ()
    unproven: tuple[Ranked, ...] = ()
    rest: tuple[Ranked, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()
    more: bool = False
    files: tuple[tuple[str, str], ...] = ()
    issue_url: str = ""
    once: str = ""
    kept: tuple[tuple[str, str], ...] = ()


async def show_report(page: Page) -> Response:
    """Show a report as a draft, with the ways to save it and to issue it."""
    return await _show(page, asked_of(page, page.part("unit_id")), page.asked)


async def _show(page: Page, asked: Asked, word: Any) -> Response:
    level = word("level") if word("level") in LEVELS else ""
    order = word("rank_by") if word("rank_by") in CRITERIA else "fulfilled"
    query = {name: text for name, text in asked.query.items() if text} | {"order": order}
    if level:
        query["level"] = level
    view = ReportView(f"/reports/{asked.unit}", _fields(page, asked, level, order))
    if not page.form.errors or page.request.method == "POST":
        try:
            found = await page.ask("get_report", query=query, unit_id=asked.unit)
        except Refused as refused:
            if refused.slug not in MENDABLE:
                raise
            page.form.wrong("level" if refused.slug == "report-too-long" else "year", refused.sentence(page.speech))
        else:
            _fill(page, view, asked, found, query)
    return page.show("finance/report.html", view)


def _fields(page: Page, asked: Asked, level: str, order: str) -> dict[str, Any]:
    return {
        "rule": asked.rule,
        "year": str(asked.year),
        "as_of": asked.as_of.isoformat() if asked.as_of else "",
        "levels": options(LEVELS, page.speech),
        "level": level,
        "orders": options(CRITERIA, page.speech),
        "order": order,
    }


def _fill(page: Page, view: ReportView, asked: Asked, found: dict[str, Any], query: dict[str, Any]) -> None:
    speech, subject = page.speech, found["subject"]
    view.subject, view.rule = subject["name"], spoken(found["rule"], "name", speech.language)
    view.fields["level"] = found["level"]
    view.as_of_text = write.day(found["happened_by"], speech.language)
    parts = (found["ranked"], found["unproven"], found["not_ranked"])
    of_canteens = found["level"] == "canteen"
    view.ranked, view.unproven, view.rest = (
        tuple(_row(speech, asked, row, of_canteens=of_canteens) for row in part[:ROWS_MAX]) for part in parts
    )
    view.more = any(len(part) > ROWS_MAX for part in parts)
    figures = found["totals"]["figures"]
    view.totals = (
        (speech(N_("Canteens")), str(found["totals"]["canteens"])),
        (speech(N_("Canteens by status")), told(speech, found["totals"]["counts"]) or write.NOTHING),
        (speech(N_("Base")), write.money(figures["base_fen"])),
        (speech(N_("Counted")), write.money(figures["counted_fen"])),
        (speech(N_("Short by")), write.money(figures["shortfall_fen"])),
    )
    view.files = tuple(
        (
            f"/api/v1/units/{subject['id']}/report?{urlencode({**query, 'format': kind, 'lang': speech.language})}",
            speech(text),
        )
        for kind, text in FORMATS
    )
    if page.is_seated(subject["id"], Role.FINANCE, Role.OFFICER):
        view.issue_url = f"/reports/{subject['id']}/issues"
        view.once = page.form.value("once") or str(new_id())
        view.kept = tuple(
            (name, text)
            for name, text in (
                ("rule", asked.rule),
                ("year", str(asked.year)),
                ("as_of", view.fields["as_of"]),
                ("level", found["level"]),
                ("rank_by", view.fields["order"]),
            )
            if text
        )


def _row(speech: Speech, asked: Asked, row: dict[str, Any], *, of_canteens: bool) -> Ranked:
    url = f"/statements/{row['id']}?{asked.statement_query()}" if of_canteens else asked.url(unit=row["id"], page=1)
    return Ranked(
        rank=str(row["rank"] or write.NOTHING),
        name=row["name"],
        url=url,
        canteens=str(row["canteens"]),
        fulfilled=write.share(row["fulfilled_bp"]),
        share=write.share(row["share_bp"]),
        short=write.money(row["shortfall_fen"]),
        counts=told(speech, row["counts"]),
    )


async def issue_report(page: Page) -> Response:
    """Issue a report in the unit's name, and lead to its code."""
    form, asked = page.form, asked_of(page, page.part("unit_id"))
    content: dict[str, Any] = {name: text for name, text in asked.query.items() if text}
    content["order"] = form.choice("rank_by", CRITERIA)
    if form.value("level"):
        content["level"] = form.choice("level", LEVELS)
    if form.ok:
        try:
            issued = await page.ask("issue_report", json=content, once=form.value("once"), unit_id=asked.unit)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/verify?code={issued['code']}", "issued")
    return await _show(page, asked, form.value)
