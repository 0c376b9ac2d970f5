"""Anybody reads what these pages are held to, criterion by criterion, and which test says so (无障碍)."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.conformance import CRITERIA, STANDARD_DATE, Criterion, Held
from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page

HELD: dict[str, tuple[str, str]] = {
    Held.TESTED: (N_("Tested"), "good"),
    Held.PARTLY: (N_("Tested in part"), "calm"),
    Held.NOT_TESTED: (N_("Not tested"), "warn"),
    Held.ABSENT: (N_("Nothing of the kind here"), "calm"),
}


@dataclass(frozen=True, slots=True)
class CriterionRow:
    name: str
    level: str
    held: Mark
    says: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConformingView:
    counts: tuple[tuple[str, str], ...]
    rows: tuple[CriterionRow, ...]
    of: str


async def show_conforming(page: Page) -> Response:
    """Show each criterion with its state, its tests and what they cannot tell."""
    speech = page.speech
    counts = tuple((str(sum(one.held is held for one in CRITERIA)), speech(text)) for held, (text, _) in HELD.items())
    view = ConformingView(counts, tuple(_row(page, one) for one in CRITERIA), write.day(STANDARD_DATE, page.language))
    return page.show("anyone/conforming.html", view, known_as="/accessibility")


def _row(page: Page, one: Criterion) -> CriterionRow:
    text, tone = HELD[one.held]
    is_chinese = page.language == "zh"
    return CriterionRow(
        f"{one.number} {one.name_zh if is_chinese else one.name}",
        one.level,
        Mark(page.speech(text), tone),
        one.says_zh if is_chinese else one.says,
        tuple(f"tests/browser/test_{name}.py" for name in one.tests),
    )
