"""A statement shows what was bought, what counts, and why, as of two dates; each figure leads to its lines."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages import read, write
from gateway.pages.frame import Mark
from gateway.pages.gauge import Gauge, draw, share_of
from gateway.pages.geography import short_county
from gateway.pages.language import N_, Language, Speech
from gateway.pages.lists import rest_of
from gateway.pages.page import Page
from gateway.pages.words import ENTRY_KINDS, REASONS, STATUSES, say, tone
from shared.clock import business_date
from shared.contracts.authority import Role

ROWS_MAX = 100
YEARS = (2020, 2100)
RULE_DEFAULT = "hunan-2020-canteen"


@dataclass(frozen=True, slots=True)
class SubjectRow:
    url: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class SubjectsView:
    q: str
    rows: tuple[SubjectRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class MonthCell:
    name: str
    text: str
    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class CanteenRow:
    url: str
    name: str
    status: Mark
    share: str
    rate: str
    base: str
    counted: str
    short: str


@dataclass(frozen=True, slots=True)
class StatementView:
    url: str
    lines_url: str
    subject: str
    year: str
    year_text: str
    rules: list[tuple[str, str]]
    rule_code: str
    rule_name: str
    happened_by: str
    known_by: str
    status: Mark
    position: str
    share: str
    target: str
    gauge: Gauge | None
    says: str
    figures: tuple[tuple[str, str, str], ...]
    months: tuple[MonthCell, ...]
    counts: tuple[tuple[str, str], ...]
    canteens: tuple[CanteenRow, ...]
    reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    what: str
    url: str
    kind: str
    canteen: str
    date: str
    origin: str
    amount: str
    counted: str
    reason: str


@dataclass(frozen=True, slots=True)
class LinesView:
    subject: str
    rule_name: str
    year_text: str
    rows: tuple[LineRow, ...]
    next_url: str
    first_url: str
    back: str


def today(page: Page) -> date:
    """Tell the present business date."""
    return business_date(page.request.app.state.desk.clock.now())


async def show_subjects(page: Page) -> Response:
    """List the canteens and units whose statements the reader may open, their own first."""
    q = page.asked("q")
    rows: list[SubjectRow] = []
    if not q and not page.asked("cursor"):
        rows += _own(page)
    units = await page.ask_or({"items": []}, "list_units", query={"q": q, "limit": ROWS_MAX})
    found = await page.ask("list_canteens", query={"q": q, "limit": ROWS_MAX, "cursor": page.asked("cursor")})
    paths = [seat.path for seat in page.seats() if seat.path and seat.role is not Role.BUYER]
    buying = {str(seat.organisation_id) for seat in page.seats(Role.BUYER)}
    for unit in units["items"]:
        if _matches(q, unit["name"]) and any(unit["path"].startswith(path) for path in paths):
            rows.append(SubjectRow(f"/statements/{unit['id']}", unit["name"], page.speech(N_("unit"))))
    unit_paths = {unit["id"]: unit["path"] for unit in units["items"]}
    for canteen in found["items"]:
        path = canteen.get("unit_path") or unit_paths.get(canteen.get("unit_id"), "")
        reached = canteen["id"] in buying or any(path.startswith(own) for own in paths if path)
        if reached and _matches(q, canteen["name"]):
            rows.append(SubjectRow(f"/statements/{canteen['id']}", canteen["name"], page.speech(N_("canteen"))))
    unique = tuple({row.url: row for row in rows}.values())
    return page.show("statements.html", SubjectsView(q, unique, *rest_of(page, found)))


def _own(page: Page) -> list[SubjectRow]:
    rows = []
    for seat in page.seats(Role.BUYER):
        row = SubjectRow(f"/statements/{seat.organisation_id}", seat.organisation_name, page.speech(N_("your canteen")))
        rows.append(row)
    for seat in page.seats(Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR):
        row = SubjectRow(f"/statements/{seat.organisation_id}", seat.organisation_name, page.speech(N_("your unit")))
        rows.append(row)
    return rows


def _matches(q: str, name: str) -> bool:
    return not q or q in name


async def show_statement(page: Page) -> Response:
    """Show a statement."""
    query = _asked_for(page)
    subject_id = page.part("subject_id")
    rules = (await page.ask("list_rules"))["items"]
    found = await page.ask("get_statement", query=query, subject_id=subject_id)
    return page.show("statement.html", _view(page, found, rules, query))


def _asked_for(page: Page) -> dict[str, str]:
    """Read which statement is asked for; what cannot be read is noted, and a default is taken."""
    now, form = today(page), page.form
    form.values.update({name: page.asked(name) for name in ("year", "happened_by", "known_by")})
    year = form.value("year") or str(now.year)
    if not (year.isdigit() and YEARS[0] <= int(year) <= YEARS[1]):
        form.wrong("year", page.speech(N_("Write a year, for example 2026.")))
        year = str(now.year)
    query = {"rule": page.asked("rule", RULE_DEFAULT), "year": year}
    for name in ("happened_by", "known_by"):
        if form.value(name):
            try:
                query[name] = read.day(form.value(name)).isoformat()
            except read.CannotRead as error:
                form.wrong(name, page.speech(str(error)))
    return query


def _view(page: Page, found: dict[str, Any], rules: list[dict[str, Any]], query: dict[str, str]) -> StatementView:
    speech, subject, rule, figures = page.speech, found["subject"], found["rule"], found["figures"]
    rate_bp, url = rule.get("rate_bp"), f"/statements/{subject['id']}"
    is_canteen = subject["kind"] == "canteen"
    gauge = draw(speech, share_of(figures), rate_bp) if is_canteen else None
    status = found.get("status")
    return StatementView(
        url=url,
        lines_url=f"{url}/lines?{urlencode(query)}",
        subject=subject["name"],
        year=str(found["year"]),
        year_text=speech(N_("year %(year)s"), year=found["year"]),
        rules=[(one["code"], spoken(one["name"], speech.language)) for one in rules],
        rule_code=rule["code"],
        rule_name=spoken(rule["name"], speech.language),
        happened_by=query.get("happened_by", ""),
        known_by=query.get("known_by", ""),
        status=Mark(say(STATUSES, status, speech), tone(status)) if status else Mark(speech(N_("By canteen"))),
        position=_position(speech, found),
        share=write.share(share_of(figures)),
        target=speech(N_("of at least %(rate)s"), rate=write.rate(rate_bp)) if rate_bp else "",
        gauge=gauge,
        says=_says(speech, figures, rate_bp) if is_canteen else speech(UNIT_SAYS),
        figures=_figures(speech, figures),
        months=_months(page, found) if is_canteen else (),
        counts=_counts(speech, found),
        canteens=tuple(_canteen(speech, one, query) for one in found.get("canteens", [])),
        reading=_reading(speech, rule),
    )


UNIT_SAYS = N_("A unit has no status of its own: each canteen has one, and what is short is summed, never netted.")


def spoken(text: Any, language: Language) -> str:
    """Give a text that a service says in both languages, or in one."""
    if isinstance(text, dict):
        return str(text.get(language) or text.get("zh") or "")
    return str(text or "")


def _position(speech: Speech, found: dict[str, Any]) -> str:
    parts = []
    for name, sentence in (("happened_by", N_("Happened by %(day)s")), ("known_by", N_("known by %(day)s"))):
        if found.get(name):
            parts.append(speech(sentence, day=write.day(found[name], speech.language)))
    return speech(N_(", ")).join(parts)


def _says(speech: Speech, figures: dict[str, Any], rate_bp: int | None) -> str:
    if rate_bp is None:
        return speech(N_("No percentage is asked; the order of preference applies."))
    if share_of(figures) is None:
        return speech(N_("Nothing is in the base yet, so there is no share."))
    if figures.get("shortfall_fen"):
        return speech(N_("%(short)s more must count to reach the rate."), short=write.money(figures["shortfall_fen"]))
    return speech(N_("The rate is reached with what counts so far."))


def _figures(speech: Speech, figures: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    rows = (
        ("ledger_fen", N_("In the ledger"), N_("farm produce accepted here and recorded from elsewhere")),
        ("attested_fen", N_("Attested"), N_("farm produce that finance attested, year to date")),
        ("base_fen", N_("Base"), N_("the ledger, and what was attested beyond it")),
        ("counted_fen", N_("Counted"), N_("goods that the rule counts")),
        ("required_fen", N_("Required"), N_("the rate of the base")),
        ("shortfall_fen", N_("Short by"), N_("what is missing to the rate; nothing is netted")),
        ("reserved_fen", N_("Reserved"), N_("filed at the start of the year")),
        ("unpaid_fen", N_("Unpaid"), N_("accepted, and not yet paid")),
    )
    return tuple(
        (speech(label), write.money(figures[name]), speech(what)) for name, label, what in rows if name in figures
    )


def _months(page: Page, found: dict[str, Any]) -> tuple[MonthCell, ...]:
    speech, year, subject = page.speech, int(found["year"]), found["subject"]["id"]
    attests = bool(page.seats(Role.FINANCE))
    fund = found["rule"].get("fund", "canteen")
    cells = []
    for month in found.get("months", []):
        number = int(month["month"])
        if month["attested"]:
            text = speech(N_("attested"))
        elif month.get("due_on"):
            text = speech(N_("due on %(day)s"), day=write.day(month["due_on"], speech.language))
        else:
            text = speech(N_("not attested"))
        url = f"/attestations/{subject}/{year}/{number}?fund={fund}" if attests else ""
        cells.append(
            MonthCell(write.month(year, number, speech.language), text, write.money(month.get("ledger_fen")), url)
        )
    return tuple(cells)


def _counts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    counts = found.get("counts") or {}
    return tuple((str(counts[word]), speech(sentence)) for word, sentence in STATUSES.items() if counts.get(word))


def _canteen(speech: Speech, one: dict[str, Any], query: dict[str, str]) -> CanteenRow:
    figures = one["figures"]
    return CanteenRow(
        url=f"/statements/{one['id']}?{urlencode(query)}",
        name=one["name"],
        status=Mark(say(STATUSES, one["status"], speech), tone(one["status"])),
        share=write.share(share_of(figures)),
        rate=write.rate(one.get("rate_bp")),
        base=write.money(figures["base_fen"]),
        counted=write.money(figures["counted_fen"]),
        short=write.money(figures.get("shortfall_fen")),
    )


def _reading(speech: Speech, rule: dict[str, Any]) -> tuple[str, ...]:
    reading = spoken(rule.get("reading"), speech.language)
    return tuple(part for part in (*reading.splitlines(), rule.get("source") or "") if part)


async def show_lines(page: Page) -> Response:
    """Show every line of a statement with its reason."""
    query = _asked_for(page)
    subject_id = page.part("subject_id")
    asked = {**query, "limit": "50", "cursor": page.asked("cursor")}
    found = await page.ask("get_statement_lines", query=asked, subject_id=subject_id)
    view = LinesView(
        subject=spoken(found["subject"]["name"], page.language) if "subject" in found else "",
        rule_name=spoken(found["rule"]["name"], page.language) if "rule" in found else query["rule"],
        year_text=page.speech(N_("year %(year)s"), year=query["year"]),
        rows=tuple(_row(page.speech, item) for item in found["items"]),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
        back=f"/statements/{subject_id}?{urlencode(query)}",
    )
    return page.show("statement_lines.html", view)


def _row(speech: Speech, item: dict[str, Any]) -> LineRow:
    origin = item.get("origin_county_code")
    reason = item.get("reason")
    said = spoken(reason, speech.language) if isinstance(reason, dict) else say(REASONS, reason, speech)
    return LineRow(
        what=item.get("name") or say(ENTRY_KINDS, item["kind"], speech),
        url=f"/orders/{item['order_id']}" if item.get("order_id") else "",
        kind=say(ENTRY_KINDS, item["kind"], speech),
        canteen=item.get("canteen_name", ""),
        date=write.day(item.get("happened_on"), speech.language),
        origin=short_county(origin) if origin else write.NOTHING,
        amount=write.money(item["amount_fen"]),
        counted=write.money(item.get("counted_fen")),
        reason=said,
    )
