"""A statement shows what was bought, what counts, and why, as of two dates; each figure leads to its lines."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.finance.board_asked import moved_url
from gateway.pages.kit import read, write
from gateway.pages.kit.chart import CALM, LEAF, Chart, Series, bars
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.gauge import Gauge, draw, share_of
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Language, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import ENTRY_KINDS, REASONS, STATUSES, say, tone
from shared.contracts.authority import Role

ROWS_MAX = 200
PAGES_MAX = 10
ALL = {"limit": 100}
NOTHING_LISTED: dict[str, Any] = {"items": [], "next": None}
READING = (Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)
YEARS = (2020, 2100)


@dataclass(frozen=True, slots=True)
class SubjectRow:
    url: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class SubjectsView:
    q: str
    rows: tuple[SubjectRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month: the way to its lines, where it has any, and the way that attests it, for who does."""

    name: str
    text: str
    amount: str
    lines_url: str
    attest_url: str


@dataclass(frozen=True, slots=True)
class CanteenRow:
    url: str
    name: str
    unit: str
    status: Mark
    share: str
    rate: str
    base: str
    counted: str
    short: str


@dataclass(frozen=True, slots=True)
class BelowRow:
    url: str
    name: str
    canteens: str
    counts: str
    short: str


@dataclass(frozen=True, slots=True)
class StatementView:
    url: str
    lines_url: str
    moved_url: str
    filings_url: str
    chart: Chart | None
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
    proven: str
    figures: tuple[tuple[str, str, str], ...]
    months: tuple[MonthCell, ...]
    counts: tuple[tuple[str, str], ...]
    below: tuple[BelowRow, ...]
    canteens: tuple[CanteenRow, ...]
    parts: tuple[CanteenRow, ...]
    filed: str
    proof: str
    reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    what: str
    url: str
    kind: str
    position: str
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
    whole_url: str


async def show_subjects(page: Page) -> Response:
    """List the canteens and units whose statements the reader may open, their own first, the rest by name."""
    q = page.asked("q")
    rows = [] if q else _own(page)
    more = False
    for seat in page.seats(*READING):
        if seat.path:
            units = await page.ask_or(NOTHING_LISTED, "list_units", query={"parent": str(seat.organisation_id), **ALL})
            rows += [_row_of(page, unit, N_("unit")) for unit in units["items"] if q in unit["name"]]
            canteens, cut = await _canteens_below(page, str(seat.organisation_id))
            rows += [_row_of(page, one, N_("canteen")) for one in canteens if q in one["name"] + one["unit_name"]]
            more = more or cut
    unique = tuple({row.url: row for row in rows}.values())
    return page.show("finance/statements.html", SubjectsView(q, unique[:ROWS_MAX], more or len(unique) > ROWS_MAX))


async def _canteens_below(page: Page, unit_id: str) -> tuple[list[dict[str, Any]], bool]:
    """List the canteens of a unit and of all below it, and whether there are more than are looked through."""
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(PAGES_MAX):
        part = await page.ask("list_canteens", query={"below": unit_id, **ALL, "cursor": cursor})
        found += part["items"]
        cursor = part["next"]
        if cursor is None:
            return found, False
    return found, True


def _row_of(page: Page, one: dict[str, Any], what: str) -> SubjectRow:
    return SubjectRow(f"/statements/{one['id']}", one["name"], page.speech(what))


def _own(page: Page) -> list[SubjectRow]:
    rows = []
    for seat in page.seats(Role.BUYER, *READING):
        what = N_("your canteen") if seat.role is Role.BUYER else N_("your unit")
        rows.append(SubjectRow(f"/statements/{seat.organisation_id}", seat.organisation_name, page.speech(what)))
    return rows


async def show_statement(page: Page) -> Response:
    """Show a statement."""
    query = _asked_for(page)
    found = await page.ask("get_statement", query=query, subject_id=page.part("subject_id"))
    query["rule"] = found["rule"]["code"]
    units = NOTHING_LISTED
    if found.get("units"):
        units = await page.ask_or(NOTHING_LISTED, "list_units", query={"parent": found["subject"]["id"], **ALL})
    by_path = {unit["path"]: unit for unit in units["items"]}
    chart = await _month_chart(page, found) if found["subject"]["kind"] == "canteen" else None
    return page.show("finance/statement.html", _view(page, found, by_path, query, chart))


async def _month_chart(page: Page, found: dict[str, Any]) -> Chart | None:
    """Draw what entered the ledger in each month, and what of it counts."""
    months = [one for one in found.get("months", []) if one["ledger_fen"] or one["counted_fen"]]
    if not months:
        return None
    names = [write.month_alone(one["month"], page.language) for one in months]
    series = [
        Series(
            page.speech(text), tuple(one[key] for one in months), tuple(write.money(one[key]) for one in months), tint
        )
        for key, text, tint in (("ledger_fen", N_("In the ledger"), CALM), ("counted_fen", N_("Counted"), LEAF))
    ]
    caption = page.speech(N_("Month by month, in yuan"))
    return await bars(page, caption, page.speech(N_("Month")), names, series, scale=100)


def _asked_for(page: Page) -> dict[str, str]:
    """Read which statement is asked for; what cannot be read is noted, and a default is taken."""
    now, form = today(page), page.form
    form.values.update({name: page.asked(name) for name in ("year", "happened_by", "known_by")})
    year = form.value("year") or str(now.year)
    if not (year.isdigit() and YEARS[0] <= int(year) <= YEARS[1]):
        form.wrong("year", page.speech(N_("Write a year, for example 2026.")))
        year = str(now.year)
    query = {"year": year}
    if rule := page.asked("rule"):
        query["rule"] = rule
    for name in ("happened_by", "known_by"):
        if form.value(name):
            try:
                query[name] = read.day(form.value(name)).isoformat()
            except read.CannotRead as error:
                form.wrong(name, page.speech(str(error)))
    return query


def _view(
    page: Page,
    found: dict[str, Any],
    units: dict[str, dict[str, Any]],
    query: dict[str, str],
    chart: Chart | None,
) -> StatementView:
    speech, subject, rule, figures = page.speech, found["subject"], found["rule"], found["figures"]
    rate_bp, url = rule.get("rate_bp"), f"/statements/{subject['id']}"
    is_canteen = subject["kind"] == "canteen"
    gauge = draw(speech, share_of(figures), rate_bp) if is_canteen else None
    status = found.get("status")
    return StatementView(
        url=url,
        lines_url=f"{url}/lines?{urlencode(query)}",
        moved_url=moved_url(page, subject["id"], found["year"], rule["code"], None),
        filings_url=f"/filings/{subject['id']}/{found['year']}" if is_canteen and page.seats(*READING) else "",
        chart=chart,
        subject=subject["name"],
        year=str(found["year"]),
        year_text=speech(N_("year %(year)s"), year=found["year"]),
        rules=[(one["code"], spoken(one, "name", speech.language)) for one in found["rules"]],
        rule_code=rule["code"],
        rule_name=spoken(rule, "name", speech.language),
        happened_by=query.get("happened_by", ""),
        known_by=query.get("known_by", ""),
        status=Mark(say(STATUSES, status, speech), tone(status)) if status else Mark(speech(N_("By canteen"))),
        position=_position(speech, found),
        share=write.share(share_of(figures)),
        target=speech(N_("of at least %(rate)s"), rate=write.rate(rate_bp)) if rate_bp else "",
        gauge=gauge,
        says=_says(speech, figures, rate_bp) if is_canteen else speech(UNIT_SAYS),
        proven=_proven(speech, found.get("if_proven")),
        figures=_figures(speech, figures),
        months=_months(page, found, f"{url}/lines?{urlencode(query)}") if is_canteen else (),
        counts=_counts(speech, found),
        below=tuple(
            _below(speech, units[one["path"]], one, query) for one in found.get("units", []) if one["path"] in units
        ),
        canteens=tuple(_canteen(speech, one, query) for one in found.get("canteens", [])),
        parts=tuple(_part(speech, one) for one in found.get("parts", [])),
        filed=_filed(speech, found),
        proof=_proof(speech, found["position"]),
        reading=_reading(speech, rule),
    )


UNIT_SAYS = N_("A unit has no status of its own: each canteen has one, and what is short is summed, never netted.")


def spoken(said: dict[str, Any], name: str, language: Language) -> str:
    """Give a text that a service says in Chinese and, as `…_en`, in English."""
    return str((said.get(f"{name}_en") if language == "en" else "") or said.get(name) or "")


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


def _proven(speech: Speech, proven: dict[str, Any] | None) -> str:
    """Say where a canteen, or those of a unit, would stand, were all that is held proven."""
    if not proven:
        return ""
    counts = proven.get("counts")
    says = told(speech, counts) if counts else say(STATUSES, proven["status"], speech)
    return speech(
        N_("Were all that is held proven: counted %(counted)s, share %(share)s, short by %(short)s; %(told)s."),
        counted=write.money(proven["counted_fen"]),
        share=write.share(share_of(proven)),
        short=write.money(proven["shortfall_fen"] or 0),
        told=says,
    )


def told(speech: Speech, counts: dict[str, int]) -> str:
    """Say how many canteens stand how."""
    return speech(N_(", ")).join(f"{speech(text)} {counts[word]}" for word, text in STATUSES.items() if counts[word])


def _figures(speech: Speech, figures: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    rows = (
        ("ledger_fen", N_("In the ledger"), N_("farm produce accepted here and recorded from elsewhere")),
        ("attested_fen", N_("Attested"), N_("farm produce that finance attested, year to date")),
        ("base_fen", N_("Base"), N_("the ledger, and what was attested beyond it")),
        ("counted_fen", N_("Counted"), N_("goods that the rule counts")),
        ("held_fen", N_("Held"), N_("in the base; waits for a flag on the supplier's goods to be decided")),
        ("required_fen", N_("Required"), N_("the rate of the base")),
        ("surplus_fen", N_("Beyond it"), N_("what counts beyond the rate; it fills no other canteen's gap")),
        ("shortfall_fen", N_("Short by"), N_("what is missing to the rate; nothing is netted")),
        ("reserved_fen", N_("Reserved"), N_("filed at the start of the year")),
        ("unpaid_fen", N_("Unpaid"), N_("accepted, and not yet paid")),
    )
    return tuple(
        (speech(label), write.money(figures[name]), speech(what))
        for name, label, what in rows
        if figures.get(name) is not None and (figures[name] or name != "held_fen")
    )


def _months(page: Page, found: dict[str, Any], lines_url: str) -> tuple[MonthCell, ...]:
    speech, year, subject = page.speech, int(found["year"]), found["subject"]["id"]
    attests = page.is_seated(found["subject"]["unit_id"], Role.FINANCE)
    fund = found["rule"].get("fund", "canteen")
    cells = []
    for month in found.get("months", []):
        number = int(month["month"])
        if month["attested"]:
            text = speech(N_("attested"))
        elif month.get("due_on"):
            text = speech(N_("due on %(day)s"), day=write.short_day(month["due_on"], speech.language))
        else:
            text = speech(N_("not attested"))
        amount = write.money(month["ledger_fen"]) if month["ledger_fen"] else ""
        url = f"/attestations/{subject}/{year}/{number}?fund={fund}" if attests else ""
        lines = f"{lines_url}&month={number}" if amount else ""
        cells.append(MonthCell(write.month(year, number, speech.language), text, amount, lines, url))
    return tuple(cells)


def _counts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    counts = found.get("counts") or {}
    return tuple((str(counts[word]), speech(sentence)) for word, sentence in STATUSES.items() if counts.get(word))


def _below(speech: Speech, unit: dict[str, Any], one: dict[str, Any], query: dict[str, str]) -> BelowRow:
    return BelowRow(
        url=f"/statements/{unit['id']}?{urlencode(query)}",
        name=unit["name"],
        canteens=str(one["canteens"]),
        counts=told(speech, one["counts"]),
        short=write.money(one["shortfall_fen"]),
    )


def _canteen(speech: Speech, one: dict[str, Any], query: dict[str, str]) -> CanteenRow:
    return CanteenRow(
        url=f"/statements/{one['id']}?{urlencode(query)}",
        name=one["name"],
        unit=one["unit_name"],
        status=Mark(say(STATUSES, one["status"], speech), tone(one["status"])),
        share=write.share(share_of(one)),
        rate=write.rate(one["rate_bp"]),
        base=write.money(one["base_fen"]),
        counted=write.money(one["counted_fen"]),
        short=write.money(one["shortfall_fen"]),
    )


def _part(speech: Speech, one: dict[str, Any]) -> CanteenRow:
    """Show one holder's part of a shared canteen."""
    status = one["status"]
    return CanteenRow(
        url="",
        name=one["holder"],
        unit=write.share(one["weight_bp"]),
        status=Mark(say(STATUSES, status, speech), tone(status)),
        share=write.NOTHING,
        rate=write.rate(one["rate_bp"]),
        base=write.money(one["base_fen"]),
        counted=write.money(one["counted_fen"]),
        short=write.money(one["shortfall_fen"]),
    )


def _filed(speech: Speech, found: dict[str, Any]) -> str:
    """Say what was filed when the year was closed, and whether it still stands."""
    filed = found.get("as_filed")
    if not filed:
        return ""
    said = speech(
        N_("As filed on %(day)s: %(status)s, share %(share)s."),
        day=write.day(filed["closed_at"], speech.language),
        status=say(STATUSES, filed["status"], speech),
        share=write.share(share_of(filed.get("figures") or filed)),
    )
    if found.get("restatement_due"):
        said += " " + speech(N_("What is known now says otherwise: a numbered restatement is due."))
    return said


def _proof(speech: Speech, position: dict[str, Any]) -> str:
    """Say from which place in the chain a statement was computed."""
    if position.get("seq") is None:
        return speech(
            N_("Computed from %(chains)s chains, root %(root)s."),
            chains=position["chains"],
            root=str(position["root"])[:16],
        )
    return speech(
        N_("Computed up to entry %(seq)s of the unit's chain, hash %(hash)s."),
        seq=position["seq"],
        hash=str(position["hash"])[:16],
    )


def _reading(speech: Speech, rule: dict[str, Any]) -> tuple[str, ...]:
    said = spoken(rule, "reading", speech.language).splitlines()
    for default in rule.get("defaults", []):
        question = spoken(default, "question", speech.language)
        said.append(f"{question} {spoken(default, 'answer', speech.language)}")
    said.append(str(rule.get("source") or ""))
    said += [str(one["document"]) for one in rule.get("documents", [])]
    return tuple(part for part in said if part)


async def show_lines(page: Page) -> Response:
    """Show every line of a statement with its reason."""
    query = _asked_for(page)
    subject_id, month = page.part("subject_id"), page.asked("month")
    # What is no month of a year is no filter: the whole year is shown, and its heading says so.
    number = int(month) if month.isascii() and month.isdecimal() and len(month) < 3 and 1 <= int(month) <= 12 else 0
    asked = {**query, "limit": "50", "month": str(number or ""), "cursor": page.asked("cursor")}
    heading = await page.ask("get_statement", query=query, subject_id=subject_id)
    found = await page.ask("get_statement_lines", query=asked, subject_id=subject_id)
    view = LinesView(
        subject=heading["subject"]["name"],
        rule_name=spoken(heading["rule"], "name", page.language),
        year_text=write.month(int(query["year"]), number, page.language)
        if number
        else page.speech(N_("year %(year)s"), year=query["year"]),
        whole_url=f"/statements/{subject_id}/lines?{urlencode(query)}" if number else "",
        rows=tuple(line_row(page.speech, item) for item in found["items"]),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
        back=f"/statements/{subject_id}?{urlencode(query)}",
    )
    return page.show("finance/statement_lines.html", view)


def line_row(speech: Speech, item: dict[str, Any]) -> LineRow:
    """Show one entry with its reason and its place in the chain."""
    facts = item["facts"]
    origin = facts.get("origin")
    reason = item["reason_zh"] if speech.language == "zh" else item["reason_en"]
    if item["order_id"]:
        url = f"/orders/{item['order_id']}"
    elif item["kind"] == "off_platform":
        url = f"/off-platform/{item['source_id']}"
    else:
        url = ""
    return LineRow(
        what=facts.get("name") or facts.get("seller") or say(ENTRY_KINDS, item["kind"], speech),
        url=url,
        kind=f"{say(ENTRY_KINDS, item['kind'], speech)} · {facts.get('supplier', '')}".rstrip(" ·"),
        position=f"#{item['seq']} {item['hash'][:10]}",
        date=write.day(item.get("happened_on"), speech.language),
        origin=short_county(origin) if origin else write.NOTHING,
        amount=write.money(item["amount_fen"]),
        counted=write.money(item["counted_fen"]),
        reason=reason or say(REASONS, item["reason"], speech),
    )
