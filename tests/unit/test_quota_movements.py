"""What moved a figure sums to the difference of the two statements, whatever happened between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement_quota.domain.figures import Attested, MonthSums, due_on, figures_of, parts_of
from services.procurement_quota.domain.movements import (
    TOLD_BY,
    Amounts,
    Moved,
    Movement,
    Posted,
    Side,
    amounts_of,
    movement_of,
    summed,
    walk,
    whole_way,
)

YEAR = 2025
JUNE, DECEMBER = date(2025, 6, 30), date(2025, 12, 31)


def side(
    months: dict[int, tuple[int, int]], *attested: Attested, by: date = DECEMBER, rate_bp: int | None = 2_000
) -> Side:
    return Side(YEAR, {month: MonthSums(*pair) for month, pair in months.items()}, attested, by, rate_bp)


def attested(month: int, fen: int) -> Attested:
    return Attested(month, fen, explained=False, attested_on=due_on(YEAR, month))


def told(moved: Sequence[Moved]) -> dict[str, Amounts]:
    return {one.movement.value: one.amounts for one in moved}


class TestWalk:
    """Worked by hand: base, counted and what 20 % asks for, in fen."""

    def test_a_return_lowers_all_three(self) -> None:
        before, after = (
            side({202505: (10_000, 10_000)}, by=JUNE),
            side({202505: (10_000, 10_000), 202507: (-400, -400)}),
        )
        moved = walk(before, after, [Posted(Movement.RETURNED, 1, -400, -400)])
        assert told(moved) == {"returned": (-400, -400, -80)}

    def test_a_purchase_found_in_an_attested_month_leaves_the_base_where_it_was(self) -> None:
        before = side({202505: (30_000, 0)}, attested(5, 100_000), by=JUNE)
        after = side({202505: (80_000, 50_000)}, attested(5, 100_000), by=JUNE)
        moved = walk(before, after, [Posted(Movement.LATE_FACT, 1, 50_000, 50_000)])
        assert told(moved) == {
            "late_fact": (50_000, 50_000, 10_000),
            "found_in_attested": (-50_000, 0, -10_000),
        }
        assert whole_way(moved) == Amounts(0, 50_000, 0)

    def test_what_was_found_beyond_the_attested_amount_stays(self) -> None:
        before = side({202505: (30_000, 0)}, attested(5, 60_000), by=JUNE)
        after = side({202505: (80_000, 0)}, attested(5, 60_000), by=JUNE)
        moved = walk(before, after, [Posted(Movement.LATE_FACT, 1, 50_000, 0)])
        assert told(moved)["found_in_attested"] == (-30_000, 0, -6_000)
        assert whole_way(moved) == Amounts(20_000, 0, 4_000)

    def test_an_attestation_moves_the_base_alone(self) -> None:
        before, after = side({202505: (30_000, 9_000)}), side({202505: (30_000, 9_000)}, attested(5, 45_001))
        assert told(walk(before, after, [])) == {"attested": (15_001, 0, 3_001)}

    def test_a_verified_origin_moves_the_counted_alone(self) -> None:
        before, after = side({202505: (30_000, 0)}), side({202505: (30_000, 0), 202506: (0, 30_000)})
        moved = walk(before, after, [Posted(Movement.VERIFIED, 1, 0, 30_000)])
        assert told(moved) == {"verified": (0, 30_000, 0)}

    def test_a_county_that_joins_the_list_raises_what_is_asked(self) -> None:
        before = side({202505: (30_000, 9_000)})
        moved = walk(before, replace(before, rate_bp=5_000), [], (5_000, 5_000))
        assert told(moved) == {"list_changed": (0, 0, 9_000)}

    def test_list_rule_and_jurisdiction_are_told_apart(self) -> None:
        before = side({202505: (10_000, 0)}, rate_bp=2_000)
        moved = walk(before, replace(before, rate_bp=1_000), [], (5_000, 3_000))
        assert told(moved) == {
            "list_changed": (0, 0, 3_000),
            "rule_changed": (0, 0, -2_000),
            "rebound": (0, 0, -2_000),
        }

    def test_who_is_freed_of_the_duty_has_nothing_to_reach(self) -> None:
        before = side({202505: (10_000, 0)})
        assert told(walk(before, replace(before, bound=False), [])) == {"duty_changed": (0, 0, -2_000)}

    def test_a_holder_of_a_third_moves_by_its_part_and_new_weights_by_the_rest(self) -> None:
        before = replace(side({202505: (1_000, 1_000)}), weights=[3_334, 3_333, 3_333], place=1)
        after = replace(side({202505: (1_001, 1_001)}), weights=[5_000, 5_000], place=1)
        moved = walk(before, after, [Posted(Movement.ACCEPTED, 1, 1, 1)])
        assert told(moved) == {"accepted": (1, 1, 0), "shares_changed": (166, 166, 33)}
        assert amounts_of(before) == (333, 333, 67)
        assert amounts_of(after) == (500, 500, 100)

    def test_who_joins_a_shared_canteen_has_everything_from_that(self) -> None:
        before = replace(side({202505: (1_000, 500)}), place=None)
        moved = walk(before, replace(before, place=0), [])
        assert told(moved) == {"shares_changed": (1_000, 500, 200)}

    def test_nothing_moved_is_nothing_told(self) -> None:
        before = side({202505: (1_000, 500)}, attested(5, 2_000))
        assert walk(before, before, []) == []


@pytest.mark.parametrize(
    ("kind", "late", "found", "movement"),
    [
        ("purchase", False, "", Movement.ACCEPTED),
        ("purchase", True, "", Movement.LATE_FACT),
        ("off_platform", False, "", Movement.BOUGHT_ELSEWHERE),
        ("off_platform", True, "", Movement.LATE_FACT),
        ("return", True, "", Movement.RETURNED),
        ("credit", False, "", Movement.CREDITED),
        ("reversal", True, "", Movement.REVERSED),
        ("correction", False, "verified", Movement.VERIFIED),
        ("correction", False, "revoked", Movement.REVOKED),
        ("correction", False, "flagged", Movement.FLAGGED),
        ("correction", False, "", Movement.CORRECTED),
        ("transfer", False, "", Movement.TRANSFERRED),
        ("of a later version", False, "", Movement.OTHER_ENTRY),
    ],
)
def test_every_entry_has_its_movement(kind: str, late: bool, found: str, movement: Movement) -> None:
    told = {name: name == found for name in TOLD_BY}
    assert movement_of(kind, late=late, **told) is movement


@dataclass(frozen=True)
class Fact:
    """An entry: what it is, when it happened, when it was recorded, and what it adds."""

    kind: str
    happened_on: date
    recorded_on: date
    base_fen: int
    counted_fen: int

    def known(self, day: date) -> bool:
        return self.happened_on <= day and self.recorded_on <= day


DAYS = st.dates(date(2025, 1, 1), date(2026, 2, 28))
FEN = st.integers(-(10**9), 10**9)
RATES = st.one_of(st.none(), st.integers(1, 10_000))


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    happened = draw(DAYS)
    recorded = happened + timedelta(days=draw(st.integers(0, 90)))
    kind = draw(st.sampled_from(["purchase", "off_platform", "return", "credit", "correction", "transfer"]))
    return Fact(kind, happened, recorded, draw(FEN), draw(FEN))


@st.composite
def weights(draw: st.DrawFn) -> list[int]:
    cuts = sorted(draw(st.lists(st.integers(1, 9_999), unique=True, max_size=4)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]


@st.composite
def sides(draw: st.DrawFn, ledger: Sequence[Fact], filed: Sequence[Attested], day: date) -> Side:
    """One statement of a ledger, as of a day: nothing but what a statement is made from."""
    months: dict[int, MonthSums] = {}
    for fact in ledger:
        if fact.known(day):
            month = fact.happened_on.year * 100 + fact.happened_on.month
            held = months.get(month, MonthSums(0, 0))
            months[month] = MonthSums(held.base_fen + fact.base_fen, held.counted_fen + fact.counted_fen)
    held_by = draw(weights())
    return Side(
        YEAR,
        months,
        [one for one in filed if one.attested_on <= day],
        day,
        draw(RATES),
        bound=draw(st.booleans()),
        weights=held_by,
        place=draw(st.one_of(st.none(), st.integers(0, len(held_by) - 1))),
    )


def shown(side: Side) -> Amounts:
    """Give what a statement shows, by the statement's own arithmetic."""
    if side.place is None:
        return Amounts(0, 0, 0)
    figures = figures_of(side.year, side.months, side.attested, side.rate_bp, side.happened_by)
    part = parts_of(figures, side.weights)[side.place]
    return Amounts(part.base_fen, part.counted_fen, part.required_fen or 0 if side.bound else 0)


@given(st.data(), st.lists(facts(), max_size=25), DAYS, DAYS)
def test_movements_always_sum_to_the_difference(data: st.DataObject, ledger: list[Fact], one: date, two: date) -> None:
    earlier, later = min(one, two), max(one, two)
    filed = [
        Attested(month, data.draw(st.integers(0, 10**10)), False, data.draw(DAYS))
        for month in data.draw(st.lists(st.integers(1, 12), unique=True, max_size=6))
    ]
    before = data.draw(sides(ledger, filed, earlier))
    after = data.draw(sides(ledger, filed, later))
    kinds: dict[Movement, Posted] = {}
    for fact in ledger:
        if fact.known(later) and not fact.known(earlier):
            late = fact.happened_on <= earlier
            kind = movement_of(fact.kind, late=late)
            held = kinds.get(kind, Posted(kind, 0, 0, 0))
            kinds[kind] = Posted(
                kind, held.entries + 1, held.base_fen + fact.base_fen, held.counted_fen + fact.counted_fen
            )
    moved = walk(before, after, kinds.values(), (data.draw(RATES), data.draw(RATES)))
    assert whole_way(moved) == shown(after).less(shown(before))
    assert (amounts_of(before), amounts_of(after)) == (shown(before), shown(after))
    twice = summed([moved, moved])
    assert whole_way(twice) == whole_way(moved).plus(whole_way(moved))
    assert [kind.movement for kind in twice] == sorted({m.movement for m in moved}, key=list(Movement).index)
