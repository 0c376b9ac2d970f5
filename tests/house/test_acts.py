"""Whatever a supplier's people change is written down with who did it: a use case that forgets fails the build."""

import re

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.members import HelpEnded
from shared.contracts.authority import POLICY, SUPPLIER_ROLES
from shared.contracts.grants import CATALOG
from shared.http.problems import MEDIA_TYPE
from shared.settings import project_root
from shared.states import WrongState
from tests.house.test_policy import app_of

USE_CASES = project_root() / "services/catalog/usecases"
_CALL = re.compile(r"(?:log_act|write_act)\(((?:[^()]|\([^()]*\))*)\)")
CHANGES_NOTHING = {"link_supplier_document", "link_listing_paper", "link_readiness_package"}
BY_WORD = {
    **{f"put_{subject.value}": "put_filing.py" for subject in FilingSubject},
    "put_flag_answer": "answer_flag.py",
    "appeal_flag": "answer_flag.py",
}
"""Operations of which one use case serves several, and names the one asked for by a variable."""


def acts_of_the_policy() -> set[str]:
    """List the operations by which a supplier's people change something in catalog."""
    return {
        name
        for name, row in POLICY.items()
        if row.program == CATALOG and row.method != "GET" and {one.role for one in row.grants} & set(SUPPLIER_ROLES)
    }


def written_down() -> dict[str, set[str]]:
    """List by file what its use cases write down."""
    found = {}
    for path in USE_CASES.glob("*.py"):
        said = " ".join(_CALL.findall(path.read_text()))
        if said and path.name != "acts.py":
            found[path.name] = set(re.findall(r'"(\w+)"', said))
    return found


def test_every_change_by_a_suppliers_people_is_written_down() -> None:
    by_file = written_down()
    literally = set().union(*by_file.values())
    by_word = {name for name, file in BY_WORD.items() if file in by_file}
    assert acts_of_the_policy() - CHANGES_NOTHING - literally - by_word == set()


def test_nothing_is_written_down_that_the_policy_does_not_know() -> None:
    assert set().union(*written_down().values()) <= POLICY.keys()


def refused_as(operation: str) -> set[str]:
    """List the problems that catalog's document names of an operation."""
    row = POLICY[operation]
    answers = app_of(CATALOG).openapi()["paths"][row.path][row.method.lower()]["responses"]
    kinds = (answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}) for answer in answers.values())
    return {slug for examples in kinds for slug in examples}


def test_whoever_acts_for_a_supplier_reads_that_they_may_act_no_more() -> None:
    by_hand = {"accept_invitation", "end_member"}  # They ask who is a member themselves.
    asking = acts_of_the_policy() - CHANGES_NOTHING - by_hand
    assert {name for name in asking if HelpEnded.slug() not in refused_as(name)} == set()


def test_whoever_writes_a_listing_reads_that_it_may_be_closed() -> None:
    assert {WrongState.slug(), HelpEnded.slug()} <= refused_as("put_listing")
