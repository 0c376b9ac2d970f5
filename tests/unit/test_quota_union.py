"""A union purchase has the first label of the precedence that fits, once; amounts a head are rounded down."""

import itertools

import pytest

from services.procurement_quota.domain.judging import judge
from services.procurement_quota.domain.seeded_rules import HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.union import LABEL_OF, Label, labelled, per_head_fen, summed
from services.procurement_quota.domain.words import Evidence, Reason
from shared.contracts.words import Channel, SupplierKind
from tests.unit.test_quota_judging import REFERENCE, bought

UNION, NATIONAL = REFERENCE.rules[HUNAN_UNION, 1], REFERENCE.rules[NATIONAL_CANTEEN, 1]


class TestPrecedence:
    @pytest.mark.parametrize(("kind", "listed"), list(itertools.product(SupplierKind, [True, False])), ids=str)
    def test_gives_each_purchase_one_label(self, kind: SupplierKind, listed: bool) -> None:
        judged = judge(UNION, bought(supplier_kind=kind, origin="430224" if listed else "110101"), 100, REFERENCE)
        first = {
            SupplierKind.DISABLED_BASE: Label.DISABLED_BASE,
            SupplierKind.DEMONSTRATION_HOUSEHOLD: Label.DEMONSTRATION_HOUSEHOLD,
        }
        expected = first.get(kind, Label.LISTED_COUNTY if listed else Label.NONE)
        assert LABEL_OF.get(judged.reason, Label.NONE) is expected
        assert judged.counted_fen == (0 if expected is Label.NONE else 100)

    def test_takes_the_51_and_the_832(self) -> None:
        for origin in ("430224", "430426", "520425"):
            judged = judge(UNION, bought(origin=origin), 100, REFERENCE)
            assert judged.reason is Reason.PREFERENCE_LISTED_COUNTY

    def test_the_national_measure_looks_at_the_832_platform_alone(self) -> None:
        here = bought(supplier_kind=SupplierKind.DISABLED_BASE)
        there = bought(channel=Channel.PLATFORM_832, order_number="832-7", evidence=Evidence.VERIFIED)
        assert [judge(NATIONAL, one, 100, REFERENCE).counted_fen for one in (here, there)] == [0, 100]


class TestSums:
    def test_every_lot_is_in_one_of_them(self) -> None:
        one = labelled([(Reason.PREFERENCE_DISABLED_BASE, 300), (Reason.NO_PREFERENCE, 50)])
        other = labelled(
            [(Reason.RECOGNITION_LOST, 100), (Reason.ORIGIN_FALSE, 50), (Reason.PREFERENCE_LISTED_COUNTY, 1)]
        )
        both = summed([one, other])
        assert [both.by_label[label] for label in Label] == [300, 0, 1, 200]
        assert (both.amount_fen, both.preferred_fen, both.preferred_bp) == (501, 301, 6_007)
        assert (labelled([]).amount_fen, labelled([]).preferred_bp) == (0, None)

    @pytest.mark.parametrize(
        ("amount_fen", "heads", "each"), [(1_000, 3, 333), (0, 3, 0), (-1, 2, -1), (5, None, None), (5, 0, None)]
    )
    def test_a_head_has_its_part_rounded_down(self, amount_fen: int, heads: int | None, each: int | None) -> None:
        assert per_head_fen(amount_fen, heads) == each
