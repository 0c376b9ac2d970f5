"""What revocations took is given back once each that took it is set aside, in whatever order, and nothing else is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from services.procurement_quota.domain.chain import GENESIS, Head, extend
from services.procurement_quota.domain.counting import Books, Place
from services.procurement_quota.domain.judging import Bought
from services.procurement_quota.domain.lots import Revocation, Standing, evidence_of, found_now, standings
from services.procurement_quota.domain.rules import Reference, Stretch
from services.procurement_quota.domain.seeded_rules import HUNAN_UNION
from shared.contracts.order import AcceptanceRecorded, PurchaseFacts
from shared.contracts.words import Fund, RevocationGround
from shared.ids import derived_id
from tests.unit.test_quota_judging import KNOWN, PATH
from tests.unit.test_quota_judging import REFERENCE as BEFORE
from tests.unit.test_quota_ledger import CANTEEN, SUPPLIER, UNIT, line, purchase

GOES_ON = Stretch(HUNAN_UNION, 1, date(2025, 1, 1), date(2026, 1, 1), "延续", KNOWN)
REFERENCE = Reference(BEFORE.rules, (*BEFORE.stretches, GOES_ON), BEFORE.lists)
ORDERED = date(2025, 5, 1)
PAID_BY_UNION = purchase(1).model_copy(update={"fund": Fund.UNION})


def lost(since: date) -> Revocation:
    return Revocation(SUPPLIER, RevocationGround.LOST_RECOGNITION, "x", since, frozenset(), date(2025, 6, 1))


EARLY, LATE, SAME_DAY = lost(date(2025, 3, 1)), lost(date(2025, 4, 1)), lost(ORDERED)


def bought(facts: PurchaseFacts, heard: Sequence[Revocation] = (), *, as_once: bool = False) -> Standing:
    """Book a purchase of what stands on no list, and that only a label lets count; `as_once` without what it held."""
    place = Place(CANTEEN, UNIT, PATH)
    books = Books({CANTEEN: place}, REFERENCE, booked=set(), lots={}, revocations={SUPPLIER: heard})
    books.count(
        AcceptanceRecorded(
            acceptance_id=derived_id("acceptance"),
            purchase=facts,
            accepted_on=date(2025, 5, 9),
            lines=(line(1, 100, "430102"),),
        )
    )
    (draft,) = books.drafts
    written = {name: fact for name, fact in draft.facts.items() if not (as_once and name == "recognised")}
    rows, _ = extend({UNIT: Head(UNIT, 0, GENESIS, KNOWN)}, [replace(draft, facts=written)], KNOWN)
    (standing,) = standings(rows).values()
    return standing


def move(standing: Standing, facts: dict[str, object] | None) -> None:
    """Book a correction where it changes a judgement, as the use cases do; its facts are the lot's from then on."""
    if facts is None:
        return
    if judgements := standing.judged_anew(Bought.of_facts({**standing.facts, **facts}), REFERENCE):
        standing.facts |= facts
        standing.book(0, judgements)


def counted(standing: Standing) -> int:
    return standing.counted_fen[HUNAN_UNION]


class TestALabel:
    @pytest.mark.parametrize("heard", list(permutations((EARLY, LATE, SAME_DAY), 2)))
    @pytest.mark.parametrize("first", [0, 1])
    def test_comes_back_with_the_last_of_two_that_took_it(self, heard: tuple[Revocation, ...], first: int) -> None:
        standing = bought(PAID_BY_UNION)
        assert counted(standing) == 100
        for at in (1, 2):
            move(standing, found_now(standing, heard[:at]))
            assert counted(standing) == 0
        known = list(heard)
        for at, counts in ((first, 0), (1 - first, 100)):
            known[at] = replace(known[at], set_aside=True)
            move(standing, found_now(standing, known))
            assert counted(standing) == counts

    @pytest.mark.parametrize("revoked", [EARLY, SAME_DAY])
    def test_that_had_lapsed_when_it_was_ordered_never_comes(self, revoked: Revocation) -> None:
        standing = bought(PAID_BY_UNION.model_copy(update={"recognised": False}))
        assert counted(standing) == 0
        for known in ([revoked], [replace(revoked, set_aside=True)]):
            assert found_now(standing, known) is None
        assert counted(standing) == 0

    @pytest.mark.parametrize("revoked", [EARLY, LATE, SAME_DAY])
    def test_that_had_lapsed_never_comes_where_an_entry_of_once_does_not_say_so(self, revoked: Revocation) -> None:
        """Before it was written that a label was not held, an entry told only since when it was lost."""
        standing = bought(PAID_BY_UNION.model_copy(update={"recognised": False}), as_once=True)
        assert "recognised" not in standing.facts
        assert not standing.labelled
        for known in ([revoked], [replace(revoked, set_aside=True)]):
            assert found_now(standing, known) is None

    def test_that_was_never_taken_is_not_given(self) -> None:
        assert found_now(bought(PAID_BY_UNION), [replace(EARLY, set_aside=True)]) is None
        assert evidence_of([EARLY], None, ORDERED)[1] == EARLY.effective_from

    @pytest.mark.parametrize("revoked", [EARLY, LATE, SAME_DAY])
    def test_that_was_taken_before_it_was_booked_comes_back(self, revoked: Revocation) -> None:
        standing = bought(PAID_BY_UNION, [revoked])
        assert counted(standing) == 0
        assert standing.facts.get("recognised") is (True if revoked is SAME_DAY else None)
        move(standing, found_now(standing, [replace(revoked, set_aside=True)]))
        assert counted(standing) == 100
