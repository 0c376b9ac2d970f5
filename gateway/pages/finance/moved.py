"""What moved a figure between two days is told kind by kind and down to its lines; the parts sum to the whole."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.finance.board_asked import BACK_DAYS, keep_typed, read_day, read_year
from gateway.pages.finance.statements import LineRow, line_row
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today

MENDABLE = ("rule-unknown", "rule-not-in-force", "rule-not-known-yet")
AMOUNTS = (
    ("base_fen", N_("Base")),
    ("counted_fen", N_("Counted")),
    ("required_fen", N_("Required")),
)


@dataclass(frozen=True, slots=True)
class Ends:
    """One figure at both ends, and its difference."""

    name: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of movement did."""

    name: str
    entries: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedCanteen:
    url: str
    name: str
    unit: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One movement of a canteen; `line` is None for what has no entry, such as an attestation."""

    kind: str
    base: str
    counted: str
    line: LineRow | None


@dataclass(slots=True)
class MovedView:
    """What moved; with the first fields alone it is the form of what could not be shown."""

    url: str
    year: str
    since: str
    until: str
    rule: str
    subject: str = ""
    between: str = ""
    ends: tuple[Ends, ...] = ()
    kinds: tuple[Kind, ...] = ()
    whole: tuple[str, ...] = ()
    says: str = ""
    is_unit: bool = False
    canteens: tuple[MovedCanteen, ...] = ()
    rows: tuple[MovedLine, ...] = ()
    statement_url: str = ""
    next_url: str = ""
    first_url: str = ""


async def show_moved(page: Page) -> Response:
    """Show what moved a canteen's or a unit's figures between two days."""
    form, subject_id = page.form, page.part("subject_id")
    keep_typed(page, "year", "since", "until")
    year, since, until = read_year(page), read_day(page, "since"), read_day(page, "until")
    if since is None and not form.error("since"):
        since = (until or today(page)) - timedelta(days=BACK_DAYS)
    if since and until and until < since:
        form.wrong("until", page.speech(N_("This day is before the earlier one.")))
    view = MovedView(
        url=f"/statements/{subject_id}/moved",
        year=str(year),
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        rule=page.asked("rule")[:40],
    )
    if form.ok:
        query: dict[str, str | int | None] = {
            "since": view.since,
            "until": view.until,
            "rule": view.rule,
            "year": year,
            "limit": 50,
        }
        try:
            found = await page.ask(
                "get_movements", query={**query, "cursor": page.asked("cursor")}, subject_id=subject_id
            )
        except Refused as refused:
            if refused.slug not in MENDABLE:
                raise
            form.wrong("until" if view.until else "year", refused.title)
        else:
            _fill(page, view, found)
    return page.show("finance/moved.html", view)


def _fill(page: Page, view: MovedView, found: dict[str, Any]) -> None:
    speech, before, after = page.speech, found["since"], found["until"]
    view.subject, view.rule = found["subject"]["name"], found["rule"]
    view.is_unit = found["subject"]["kind"] == "unit"
    days = [write.day(end["happened_by"], page.language) for end in (before, after)]
    view.between = speech(N_("from %(before)s to %(after)s"), before=days[0], after=days[1])
    view.ends = _ends(speech, found)
    view.kinds = tuple(
        Kind(_text(speech, one), str(one["entries"] or write.NOTHING), _amounts(one)) for one in found["sums"]
    )
    view.whole = _amounts(found["difference"])
    if view.is_unit:
        view.says = speech(
            N_("%(moved)s of %(canteens)s canteens moved."), moved=found["moved"], canteens=found["canteens"]
        )
        view.canteens = tuple(_canteen(view, one) for one in found["items"])
    else:
        view.rows = tuple(_line(speech, one) for one in found["items"])
    kept = {"rule": view.rule, "year": view.year, "happened_by": view.until, "known_by": view.until}
    kept = {name: text for name, text in kept.items() if text}
    view.statement_url = f"/statements/{found['subject']['id']}?{urlencode(kept)}"
    view.next_url, view.first_url = rest_of(page, found)


def _ends(speech: Speech, found: dict[str, Any]) -> tuple[Ends, ...]:
    before, after = found["since"], found["until"]
    rows = [
        Ends(speech(text), write.money(before[name]), write.money(after[name]), signed(after[name] - before[name]))
        for name, text in (*AMOUNTS, ("shortfall_fen", N_("Short by")))
    ]
    if before["share_bp"] is not None or after["share_bp"] is not None:
        shares = (before["share_bp"], after["share_bp"])
        moved = (
            write.NOTHING if None in shares else _sign(shares[1] - shares[0]) + write.share(abs(shares[1] - shares[0]))
        )
        rows.append(Ends(speech(N_("Share")), write.share(shares[0]), write.share(shares[1]), moved))
    return tuple(rows)


def signed(fen: int) -> str:
    """Write a difference of money with its sign, so that colour is not what tells it."""
    return _sign(fen) + write.money(abs(fen))


def _sign(value: int) -> str:
    return "+" if value > 0 else write.MINUS if value < 0 else ""


def _amounts(one: dict[str, Any]) -> tuple[str, ...]:
    return tuple(signed(one[name] or 0) for name, _ in AMOUNTS)


def _text(speech: Speech, one: dict[str, Any]) -> str:
    return str(one["text_zh"] if speech.language == "zh" else one["text_en"])


def _canteen(view: MovedView, one: dict[str, Any]) -> MovedCanteen:
    known = {"since": view.since, "until": view.until, "rule": view.rule, "year": view.year}
    query = urlencode({name: text for name, text in known.items() if text})
    return MovedCanteen(
        url=f"/statements/{one['canteen_id']}/moved?{query}",
        name=one["name"],
        unit=one["unit_name"],
        amounts=_amounts(one),
    )


def _line(speech: Speech, one: dict[str, Any]) -> MovedLine:
    return MovedLine(
        kind=_text(speech, one),
        base=signed(one["base_fen"]),
        counted=signed(one["counted_fen"]),
        line=line_row(speech, one["line"]) if one["line"] else None,
    )
