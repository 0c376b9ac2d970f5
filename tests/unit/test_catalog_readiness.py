"""Each line of what the 832 platform asks stands as its papers do, on their days, for the goods that they name."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.filings import FilingState
from services.catalog.domain.packages import PACKAGE_BYTES_MAX, entry_name, too_large
from services.catalog.domain.readiness import (
    READINESS,
    Base,
    Finding,
    Offered,
    Paper,
    Status,
    asked_on,
    by_papers,
    is_ready,
    readiness,
    worst,
)
from shared.ids import new_id

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
LIST = asked_on(TODAY)


def a_paper(kind: str, state: str = "confirmed", **other: Any) -> Paper:
    return replace(Paper(new_id(), kind, FilingState(state), date(2025, 6, 1), date(2027, 6, 1)), **other)


def an_offer(**other: Any) -> Offered:
    return replace(Offered(new_id(), "ginger", "vegetables", False, True, True), **other)


def a_base(**other: Any) -> Base:
    """Make a base that has everything."""
    whole = Base(
        credit_code="91430224MA4L0B8A0Q",
        name="云阳基地",
        bank_account_name="云阳基地",
        admitted=True,
        county_listed=True,
        certificates=(a_paper("business_licence", ends=None), a_paper("commitment"), a_paper("green")),
        recognitions=(a_paper("municipal"),),
        capacities=(a_paper("capacity"),),
        offered=(an_offer(),),
    )
    return replace(whole, **other)


def found(base: Base, code: str) -> Finding:
    return next(finding for requirement, finding in readiness(base, LIST, TODAY) if requirement.code == code)


def test_a_base_that_has_everything_is_ready() -> None:
    lines = readiness(a_base(), LIST, TODAY)
    assert is_ready(lines)
    assert {requirement.code for requirement, finding in lines if finding.status is Status.NOT_ASKED} == {
        "food_licence"
    }


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"county_listed": False}, "listed_county"),
        ({"credit_code": None}, "registered_subject"),
        ({"admitted": False}, "admitted"),
        ({"capacities": ()}, "producer"),
        ({"certificates": (a_paper("commitment"), a_paper("green"))}, "business_licence"),
        ({"bank_account_name": "陈小红"}, "bank_account"),
        ({"bank_account_name": None}, "bank_account"),
        ({"offered": ()}, "goods_offered"),
        ({"offered": (an_offer(origin_listed=False),)}, "listed_origin"),
        ({"offered": (an_offer(processed=True),)}, "food_licence"),
        ({"certificates": (a_paper("business_licence"), a_paper("green"))}, "commitment"),
        ({"certificates": (a_paper("business_licence"), a_paper("commitment"))}, "standard"),
        ({"offered": (an_offer(price_proven=False),)}, "price_proof"),
    ],
)
def test_each_line_that_is_needed_can_be_missing_alone(lacking: dict[str, Any], code: str) -> None:
    lines = readiness(a_base(**lacking), LIST, TODAY)
    assert [requirement.code for requirement, finding in lines if finding.status is Status.MISSING] == [code]
    assert not is_ready(lines)


def test_what_is_of_advantage_alone_may_be_missing() -> None:
    lines = readiness(a_base(recognitions=()), LIST, TODAY)
    assert [requirement.code for requirement, finding in lines if finding.status is Status.MISSING] == ["recognition"]
    assert is_ready(lines)


class TestPapers:
    @pytest.mark.parametrize(
        ("papers", "status"),
        [
            ([], Status.MISSING),
            ([a_paper("green")], Status.OK),
            ([a_paper("green", "filed")], Status.UNCONFIRMED),
            ([a_paper("green", "returned")], Status.UNCONFIRMED),
            ([a_paper("green", "replaced")], Status.MISSING),
            ([a_paper("green", ends=TODAY)], Status.EXPIRED),
            ([a_paper("green", ends=TODAY + DAY)], Status.OK),
            ([a_paper("green", ends=TODAY), a_paper("green", "filed")], Status.UNCONFIRMED),
            ([a_paper("green", ends=TODAY), a_paper("green")], Status.OK),
        ],
    )
    def test_the_best_decides(self, papers: list[Paper], status: Status) -> None:
        assert by_papers(papers, TODAY).status is status

    def test_a_commitment_is_of_the_last_365_days(self) -> None:
        old = a_paper("commitment", valid_from=TODAY - 366 * DAY, ends=None)
        young = replace(old, valid_from=TODAY - 365 * DAY)
        green, licence = a_paper("green"), a_paper("business_licence")
        assert found(a_base(certificates=(green, licence, old)), "commitment").status is Status.EXPIRED
        assert found(a_base(certificates=(green, licence, young)), "commitment").status is Status.OK

    def test_a_certificate_covers_the_goods_that_it_names(self) -> None:
        rice, ginger = an_offer(item_code="rice"), an_offer()
        base = a_base(offered=(rice, ginger), certificates=(a_paper("green", item_codes=("ginger",)),))
        lacking = found(base, "standard")
        assert (lacking.status, lacking.listing_ids) == (Status.MISSING, (rice.listing_id,))

    def test_handicraft_is_no_food(self) -> None:
        base = a_base(offered=(an_offer(category="handicraft", item_code="", processed=True),))
        for code in ("food_licence", "commitment", "standard"):
            assert found(base, code).status is Status.NOT_ASKED

    def test_goods_stand_as_their_worst(self) -> None:
        one, other = new_id(), UUID(int=1)
        joined = worst([(one, Finding(Status.OK)), (other, Finding(Status.EXPIRED))])
        assert (joined.status, joined.listing_ids) == (Status.EXPIRED, (other,))
        assert worst([]).status is Status.NOT_ASKED


class TestList:
    def test_the_newest_that_is_in_force_is_asked(self) -> None:
        assert asked_on(date(2020, 1, 1)) is READINESS[0]
        assert asked_on(date(2021, 4, 24)).code == "platform-832-2021"

    def test_every_line_is_named_once_in_both_languages_with_its_sources(self) -> None:
        for asked in READINESS:
            codes = [one.code for one in asked.requirements]
            assert len(set(codes)) == len(codes)
            assert all(one.zh and one.en for one in asked.requirements)
            assert asked.sources


class TestPackage:
    def test_names_inside_are_ours(self) -> None:
        assert entry_name(1, "licence", "application/pdf") == "documents/001-licence.pdf"
        assert entry_name(12, "recognition", "image/jpeg") == "documents/012-recognition.jpg"

    def test_what_does_not_fit_is_named(self) -> None:
        assert too_large([("a.pdf", PACKAGE_BYTES_MAX)]) is None
        said = too_large([("a.pdf", PACKAGE_BYTES_MAX), ("营业执照.pdf", 1)])
        assert said is not None
        assert "a.pdf、营业执照.pdf" in said
