"""What a preview tells of a basket is what the ledger holds once the basket is accepted, for ten thousand baskets."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.procurement_quota.domain.chain import Draft
from services.procurement_quota.domain.counting import Books, Place
from services.procurement_quota.domain.figures import Attested, Months, MonthSums, figures_of
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.previewing import (
    Expected,
    Now,
    gains,
    judged_when_accepted,
    may_be_replaced,
    with_accepted,
)
from services.procurement_quota.domain.rules import Reference, Stretch
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN, SEEDED
from services.procurement_quota.domain.totals import Sums, add_up
from services.procurement_quota.domain.words import Evidence
from shared.contracts.order import AcceptanceRecorded, KeptLine, PurchaseFacts
from shared.contracts.words import Channel, Fund, Measure, SupplierKind
from shared.ids import derived_id
from tests.unit.test_quota_judging import LISTS, PATH, REFERENCE, bought

BASKETS = 10_000
KNOWN = datetime(2020, 1, 1, tzinfo=UTC)
ORDERED_ON = date(2025, 6, 20)
UNIT, CANTEEN, SUPPLIER = derived_id("unit"), derived_id("canteen"), derived_id("supplier")
ACCEPTANCE, ORDER, REQUISITION = derived_id("acceptance"), derived_id("order"), derived_id("requisition")
BOUND = Reference(
    {(one.rule.code, 1): one.rule for one in SEEDED},
    tuple(Stretch(one.rule.code, 1, date(2025, 1, 1), None, "延续", KNOWN) for one in SEEDED),
    LISTS,
)
RATES = {HUNAN_CANTEEN: (2_000, 5_000), NATIONAL_CANTEEN: (1_000,), HUNAN_UNION: (None,)}


class Basket:
    """A canteen somewhere in its year, and a basket that it fills; all dealt by the dice."""

    def __init__(self, dice: random.Random) -> None:
        self.fund = dice.choice((Fund.CANTEEN, Fund.CANTEEN, Fund.UNION))
        self.kind = dice.choice(list(SupplierKind))
        self.accepted_on = dice.choice((ORDERED_ON, date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31)))
        self.months: Months = {202500 + month: _sums(dice) for month in dice.sample(range(1, 7), dice.randrange(0, 6))}
        self.attested = [
            Attested(month, dice.randrange(0, 200_000), dice.random() < 0.5, date(2025, 6, 10))
            for month in dice.sample(range(1, 7), dice.randrange(0, 4))
        ]
        self.lines = [
            (
                dice.choice(("vegetables", "tea", "handicraft")),
                dice.choice(("430224", "430426", "430102", "520425", "350803")),
                dice.randrange(0, 50_000),
            )
            for _ in range(dice.randrange(1, 4))
        ]
        self.rate_of = {code: dice.choice(rates) for code, rates in RATES.items()}

    def now(self, rule_code: str) -> Now:
        return Now(2025, self.months, self.attested, self.rate_of[rule_code])

    def bought(self, category: str, origin: str) -> Bought:
        return Bought(category, origin, Evidence.LISTING, ORDERED_ON, Channel.ZHUCAI, supplier_kind=self.kind)

    def drafts(self) -> list[Draft]:
        """Let the ledger's own books count the basket, accepted in full."""
        books = Books({CANTEEN: Place(CANTEEN, UNIT, PATH)}, BOUND, set(), {}, {})
        books.count(
            AcceptanceRecorded(
                acceptance_id=ACCEPTANCE,
                purchase=PurchaseFacts(
                    order_id=ORDER,
                    requisition_id=REQUISITION,
                    canteen_id=CANTEEN,
                    unit_id=UNIT,
                    fund=self.fund,
                    supplier_id=SUPPLIER,
                    supplier_name="基地",
                    supplier_kind=self.kind,
                    ordered_on=ORDERED_ON,
                ),
                accepted_on=self.accepted_on,
                lines=tuple(_kept(place, *line) for place, line in enumerate(self.lines)),
            )
        )
        return books.drafts


def _sums(dice: random.Random) -> MonthSums:
    base = dice.randrange(-2_000, 90_000)
    return MonthSums(base, dice.randrange(0, base + 1) if base > 0 else base, base)


LINE_IDS = [derived_id("line", place) for place in range(5)]
LISTING = derived_id("listing")


def _kept(place: int, category: str, origin: str, amount_fen: int) -> KeptLine:
    return KeptLine(
        line_id=LINE_IDS[place],
        listing_id=LISTING,
        listing_version=1,
        name="姜",
        category=category,
        measure=Measure.WEIGHT,
        quantity=1,
        grams=1,
        amount_fen=amount_fen,
        price_fen=1,
        unit_quantity=500,
        origin_county_code=origin,
    )


def _totals(drafts: list[Draft]) -> dict[str, dict[int, Sums]]:
    """Add up entries as the ledger's totals do; by rule and posting month."""
    rows: list[dict[str, Any]] = [
        {
            "canteen_id": one.canteen_id,
            "fund": one.fund.value,
            "year": one.year,
            "posting_month": one.posting_month,
            "amount_fen": one.amount_fen,
            "judgements": {judgement.rule_code: judgement.written() for judgement in one.judgements},
        }
        for one in drafts
    ]
    found: dict[str, dict[int, Sums]] = {}
    for key, sums in add_up(rows).items():
        found.setdefault(key.rule_code, {})[key.posting_month] = sums
    return found


def _posted(months: Months, totals: dict[int, Sums]) -> dict[int, MonthSums]:
    """Give what the totals hold once they are added to what was there."""
    found = dict(months)
    for month, sums in totals.items():
        before = found.get(month, MonthSums(0, 0))
        found[month] = MonthSums(before.base_fen + sums.base_fen, before.counted_fen + sums.counted_fen)
    return found


class TestPreview:
    def test_equals_the_ledger_after_acceptance_in_full(self) -> None:
        dice, held, moved = random.Random(20_260_101), 0, 0
        for _ in range(BASKETS):
            basket = Basket(dice)
            totals = _totals(basket.drafts())
            rules = BOUND.binding(basket.fund, PATH, basket.accepted_on)
            assert rules
            for rule in rules:
                now = basket.now(rule.code)
                judged = [judge(rule, basket.bought(*line[:2]), line[2], BOUND) for line in basket.lines]
                seen = with_accepted(now, [(basket.accepted_on, one) for one in judged]).figures(basket.accepted_on)
                posted = _posted(basket.months, totals[rule.code])
                ledger = figures_of(2025, posted, basket.attested, now.rate_bp, basket.accepted_on)
                assert seen == ledger
                held += 1
                moved += seen != now.figures(basket.accepted_on)
        assert held > BASKETS
        assert moved > BASKETS // 2

    def test_of_goods_expected_in_another_year_leaves_this_one_alone(self) -> None:
        now = Now(2025, {202505: MonthSums(1_000, 100)}, [], 2_000)
        line = judge(REFERENCE.rules[HUNAN_CANTEEN, 1], bought(), 500, REFERENCE)
        assert with_accepted(now, [(date(2026, 1, 2), line)]).figures(ORDERED_ON) == now.figures(ORDERED_ON)
        seen = with_accepted(now, [(date(2025, 12, 31), line)]).figures(date(2025, 12, 31))
        assert (seen.base_fen, seen.counted_fen) == (1_500, 600)

    def test_goes_by_the_rule_of_the_day_on_which_goods_are_expected(self) -> None:
        this_year = Expected(bought(), 500, date(2025, 12, 31))
        next_year = Expected(bought(), 500, date(2026, 1, 1))
        judged = judged_when_accepted(HUNAN_CANTEEN, Fund.CANTEEN, PATH, this_year, REFERENCE)
        assert judged is not None
        assert judged.counted_fen == 500
        assert judged_when_accepted(HUNAN_CANTEEN, Fund.CANTEEN, PATH, next_year, REFERENCE) is None
        assert judged_when_accepted(HUNAN_CANTEEN, Fund.UNION, PATH, this_year, REFERENCE) is None


class TestSubstitutes:
    @pytest.mark.parametrize(
        ("rule", "facts", "replaceable"),
        [
            (HUNAN_CANTEEN, {}, False),
            (HUNAN_CANTEEN, {"origin": "430102"}, True),
            (HUNAN_CANTEEN, {"origin": None}, True),
            (HUNAN_CANTEEN, {"category": "handicraft"}, False),
            (NATIONAL_CANTEEN, {}, False),
            (HUNAN_UNION, {"origin": "430102"}, True),
            (HUNAN_UNION, {"origin": "430102", "category": "handicraft"}, True),
            (HUNAN_UNION, {"supplier_kind": SupplierKind.DISABLED_BASE}, False),
        ],
    )
    def test_are_for_lines_that_other_goods_here_could_better(
        self, rule: str, facts: dict[str, Any], replaceable: bool
    ) -> None:
        one = BOUND.rules[rule, 1]
        assert may_be_replaced(one, judge(one, bought(**facts), 100, BOUND)) is replaceable

    def test_gain_only_where_they_count_and_the_line_does_not(self) -> None:
        rule = BOUND.rules[HUNAN_CANTEEN, 1]
        counts, other = (judge(rule, bought(origin=origin), 100, BOUND) for origin in ("430224", "430102"))
        assert [gains(*pair) for pair in ((counts, other), (counts, counts), (other, counts), (other, other))] == [
            True,
            False,
            False,
            False,
        ]
