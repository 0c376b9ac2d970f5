"""What the board says of a unit and of each canteen, in sentences beside the figures."""

from dataclasses import dataclass
from typing import Any

from gateway.pages.finance.board_asked import Asked
from gateway.pages.finance.statements import told
from gateway.pages.kit import write
from gateway.pages.kit.chart import AMBER, LEAF, Chart, Series, ranks
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.gauge import Gauge, draw, share_of
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import STATUSES, say, tone
from shared.contracts.authority import Role

FEN_OF_YUAN = 100
CHARTED_MAX = 12


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One canteen of the board; `months` are those that are due and unattested, `attest_url` leads to the first."""

    url: str
    name: str
    unit: str
    mark: Mark
    gauge: Gauge | None
    share: str
    rate: str
    base: str
    counted: str
    gap: str
    pace: str
    covered: str
    coverage: str
    months: str
    attest_url: str
    attest: str


@dataclass(frozen=True, slots=True)
class BelowRow:
    url: str
    name: str
    canteens: str
    counts: str
    short: str


@dataclass(slots=True)
class BoardView:
    """A board; with `fields` alone it is the form of one that could not be shown."""

    fields: dict[str, Any]
    subject: str = ""
    as_of_text: str = ""
    counts: tuple[tuple[str, str, str], ...] = ()
    says: tuple[str, ...] = ()
    warns: bool = False
    chart: Chart | None = None
    rows: tuple[BoardRow, ...] = ()
    empty: str = ""
    all_url: str = ""
    below: tuple[BelowRow, ...] = ()
    csv_url: str = ""
    moved_url: str = ""
    report_url: str = ""
    statement_url: str = ""
    pages: str = ""
    next_url: str = ""
    first_url: str = ""


def headline(speech: Speech, found: dict[str, Any], projected: dict[str, Any] | None) -> tuple[str, ...]:
    """Say what the whole lacks, what is unproven, and where the year is going."""
    figures, rows = found["figures"], found["canteens"]
    said = []
    if figures.get("shortfall_fen"):
        short = sum(1 for row in rows if row["shortfall_fen"])
        sentence = N_("Summed over %(num)s canteen, %(short)s is missing to the rate. Nothing is netted.")
        if short != 1:
            sentence = N_("Summed over %(num)s canteens, %(short)s is missing to the rate. Nothing is netted.")
        said.append(speech(sentence, num=short, short=write.money(figures["shortfall_fen"])))
    elif rows:
        said.append(speech(N_("No canteen lacks anything to the rate of what is proven and recorded so far.")))
    if months := sum(len(row["missing_months"]) for row in rows):
        sentence = N_("%(num)s month is due and not attested.") if months == 1 else MONTHS_DUE
        said.append(speech(sentence, num=months))
    if projected and (projected["meets"] or projected["short"]):
        said.append(
            speech(
                N_("As the year goes, %(meets)s would meet the rate and %(short)s would not; %(needed)s is needed."),
                meets=projected["meets"],
                short=projected["short"],
                needed=write.money(projected["needed_fen"]),
            )
        )
    return tuple(said)


MONTHS_DUE = N_("%(num)s months are due and not attested.")


def board_row(page: Page, asked: Asked, row: dict[str, Any], pace: str) -> BoardRow:
    """Show one canteen, or a unit's part of a shared one."""
    speech, year = page.speech, asked.year
    attests = page.is_seated(row["unit_id"], Role.FINANCE)
    coverage = row["coverage"]
    due, attested = coverage["due_months"], coverage["due_months_attested"]
    missing = row["missing_months"]
    first = write.month_alone(missing[0], page.language) if missing else ""
    return BoardRow(
        url=f"/statements/{row['id']}?{asked.statement_query()}",
        name=row["name"],
        unit=row["unit_name"],
        mark=Mark(say(STATUSES, row["status"], speech), tone(row["status"])),
        gauge=draw(speech, share_of(row), row["rate_bp"]),
        share=write.share(share_of(row)),
        rate=write.rate(row["rate_bp"]),
        base=write.money(row["base_fen"]),
        counted=write.money(row["counted_fen"]),
        gap=write.money(row["shortfall_fen"]) if row["shortfall_fen"] else speech(N_("none")),
        pace=pace,
        covered=speech(N_("%(done)s of %(due)s months"), done=attested, due=due),
        coverage=speech(N_("%(share)s of the base"), share=write.share(coverage["attested_bp"]))
        if coverage["attested_bp"] is not None
        else "",
        months=_stretches(page, missing),
        attest_url=f"/attestations/{row['id']}/{year}/{missing[0]}" if missing and attests else "",
        attest=speech(N_("Attest %(month)s"), month=first) if missing else "",
    )


def _stretches(page: Page, months: list[int]) -> str:
    """Write months as stretches: those from January to March, and May."""
    stretches: list[tuple[int, int]] = []
    for month in months:
        if stretches and stretches[-1][1] == month - 1:
            stretches[-1] = (stretches[-1][0], month)
        else:
            stretches.append((month, month))
    names = [[write.month_alone(end, page.language) for end in stretch] for stretch in stretches]
    return page.speech(N_(", ")).join(a if a == b else f"{a}–{b}" for a, b in names)


def paced_text(speech: Speech, row: dict[str, Any], paced: dict[str, Any] | None) -> str:
    """Say what must be bought a month to meet the rate by December, by last year's season where there is one."""
    seen = (paced["seasonal"] or paced["linear"]) if paced else None
    if seen is None or row["status"] in ("no_duty", "preference", "met", "missed"):
        return write.NOTHING
    if not seen["needed_fen"]:
        return speech(N_("reaches the year's rate already"))
    if seen["monthly_fen"] is None:
        return speech(N_("%(short)s, and no month is left"), short=write.money(seen["needed_fen"]))
    sentence = N_("%(month)s a month; as it goes, it gets there") if seen["meets"] else N_("%(month)s a month")
    return speech(sentence, month=write.money(seen["monthly_fen"]))


def below_row(speech: Speech, asked: Asked, one: dict[str, Any], unit: dict[str, Any]) -> BelowRow:
    """Show a unit directly below with its canteens by status."""
    return BelowRow(
        url=asked.url(unit=unit["id"], page=1, status=""),
        name=unit["name"],
        canteens=str(one["canteens"]),
        counts=told(speech, one["counts"]),
        short=write.money(one["shortfall_fen"]),
    )


async def gap_chart(page: Page, rows: list[dict[str, Any]]) -> Chart | None:
    """Draw what counts beside what the rate asks for, for the first canteens of the page that a rate binds."""
    shown = [row for row in rows if row["required_fen"]][:CHARTED_MAX]
    if not shown:
        return None
    speech = page.speech
    names = [row["name"] for row in shown]
    unique = [
        name if names.count(name) == 1 else f"{name} · {row['unit_name']}"
        for name, row in zip(names, shown, strict=True)
    ]
    series = [
        Series(speech(text), tuple(row[key] for row in shown), tuple(write.money(row[key]) for row in shown), colour)
        for key, text, colour in (
            ("required_fen", N_("Required"), AMBER),
            ("counted_fen", N_("Counted"), LEAF),
        )
    ]
    caption = speech(N_("What counts beside what the rate asks for, in yuan"))
    return await ranks(page, caption, speech(N_("Canteen")), unique, series, scale=FEN_OF_YUAN)
