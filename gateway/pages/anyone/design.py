"""The design system shows itself: every colour, letter and piece that the pages are made of, in the reader's theme."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.pages.kit import chart, write
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.gauge import Gauge, draw
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page

COLOURS: dict[str, str] = {
    "paper": N_("Paper: behind everything"),
    "surface": N_("Surface: what lies on it"),
    "ink": N_("Ink: what is read"),
    "muted": N_("Muted: what is said beside it"),
    "line": N_("Line: parts what belongs together"),
    "edge": N_("Edge: where one types"),
    "leaf": N_("Leaf: what one can do"),
    "leaf-soft": N_("Leaf, soft: what went well"),
    "seal": N_("Seal: the house, a price, a fault"),
    "seal-soft": N_("Seal, soft: behind a fault"),
    "amber": N_("Amber: what wants care"),
    "amber-soft": N_("Amber, soft: behind a care"),
    "calm": N_("Calm: what only is"),
    "calm-soft": N_("Calm, soft: behind what only is"),
    "focus": N_("Focus: where the keyboard stands"),
}
MONTHS = 6


@dataclass(frozen=True, slots=True)
class Task:
    text: str
    url: str
    hint: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Event:
    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class DesignView:
    colours: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    tasks: tuple[Task, ...]
    step_names: tuple[str, ...]
    events: tuple[Event, ...]
    gauge: Gauge | None
    short_gauge: Gauge | None
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]
    chart: chart.Chart
    wrong: Form
    choices: list[tuple[str, str]]


async def show_design(page: Page) -> Response:
    """Show every piece, with figures that are nobody's."""
    speech = page.speech
    wrong = Form(speech, {"amount_shown": "12,5"})
    wrong.wrong("amount_shown", speech(N_("Write an amount in yuan, for example 12.50.")))
    view = DesignView(
        colours=tuple((name, speech(says)) for name, says in COLOURS.items()),
        marks=(
            Mark(speech(N_("Accepted")), "good"),
            Mark(speech(N_("Waits for approval")), "warn"),
            Mark(speech(N_("Refused")), "bad"),
            Mark(speech(N_("Draft"))),
        ),
        tasks=(
            Task(speech(N_("Say who you are")), "#tasks", "", Mark(speech(N_("Done")), "good")),
            Task(speech(N_("Upload a document")), "#tasks", speech(N_("A photo will do.")), Mark(speech(N_("To do")))),
            Task(speech(N_("Sell")), "", speech(N_("After your admission.")), Mark(speech(N_("Not yet")))),
        ),
        step_names=tuple(speech(name) for name in (N_("Ordered"), N_("Packed"), N_("On the way"), N_("Accepted"))),
        events=(
            Event(speech(N_("Placed")), "2026-03-02 09:12", ""),
            Event(speech(N_("Declined")), "2026-03-02 10:40", speech(N_("The frost took the cabbages."))),
        ),
        gauge=draw(speech, 2345, 2000, 1810),
        short_gauge=draw(speech, 1499, 2000),
        facts=((speech(N_("Amount")), write.money(123456)), (speech(N_("Net weight")), write.weight(12_500, speech))),
        counts=(("12", speech(N_("canteens"))), ("34", speech(N_("admitted suppliers")))),
        head=(
            (speech(N_("Goods")), ""),
            (speech(N_("Net weight")), "figure end"),
            (speech(N_("Amount")), "figure end"),
        ),
        rows=(
            (speech(N_("Cabbage")), write.weight(25_000, speech), write.money(7500)),
            (speech(N_("Eggs")), write.weight(5_000, speech), write.money(6250)),
        ),
        chart=await _chart(page),
        wrong=wrong,
        choices=[("jin", speech(N_("jin (500 g)"))), ("kg", speech(N_("Kilograms")))],
    )
    return page.show("anyone/design.html", view)


async def _chart(page: Page) -> chart.Chart:
    speech = page.speech
    names = [speech(N_("Month %(month)s"), month=month) for month in range(1, MONTHS + 1)]
    base = tuple(100_000 * (month + 2) for month in range(MONTHS))
    counted = tuple(23_000 * (month + 2) for month in range(MONTHS))
    return await chart.bars(
        page,
        speech(N_("What was bought, and what of it counts")),
        speech(N_("Month")),
        names,
        [
            chart.Series(speech(N_("Base")), base, tuple(map(write.money, base)), chart.CALM),
            chart.Series(speech(N_("Counted")), counted, tuple(map(write.money, counted)), chart.LEAF),
        ],
        scale=100,
    )
