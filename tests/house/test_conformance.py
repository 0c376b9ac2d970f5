"""What the page on accessibility says is proven names tests that there are, and leaves no criterion out."""

from gateway.domain.conformance import CRITERIA, Held
from shared.settings import project_root

BROWSER = project_root() / "tests/browser"
OF_A_AND_AA = {"1.1": 1, "1.2": 5, "1.3": 5, "1.4": 9, "2.1": 3, "2.2": 2, "2.3": 1, "2.4": 8, "2.5": 6} | {
    "3.1": 2,
    "3.2": 5,
    "3.3": 6,
    "4.1": 2,
}
"""How many criteria of levels A and AA each guideline of WCAG 2.2 has (4.1.1 was taken out of it)."""


def test_every_criterion_stands_once_in_its_order() -> None:
    numbers = [tuple(map(int, one.number.split("."))) for one in CRITERIA]
    assert numbers == sorted(set(numbers))
    found = [one.number.rpartition(".")[0] for one in CRITERIA]
    assert {guideline: found.count(guideline) for guideline in found} == OF_A_AND_AA
    assert {one.level for one in CRITERIA} == {"A", "AA"}


def test_what_is_said_to_be_tested_names_its_test() -> None:
    for one in CRITERIA:
        assert all((BROWSER / f"test_{name}.py").is_file() for name in one.tests), one
        assert bool(one.tests) == (one.held in (Held.TESTED, Held.PARTLY)), one


def test_what_is_said_is_said_in_both_languages() -> None:
    for one in CRITERIA:
        assert one.name, one
        assert one.name_zh, one
        assert bool(one.says) == bool(one.says_zh), one
        assert one.says or one.held is not Held.ABSENT, one
