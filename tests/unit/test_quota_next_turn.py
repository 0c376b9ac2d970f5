"""What is kept of a canteen reads the same on every day before the one on which it may turn."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.figures import Attested, MonthSums
from services.procurement_quota.domain.standing import Form
from services.procurement_quota.domain.statements import Basis, Holder, When, next_turn, rows_of
from shared.contracts.words import CanteenKind

YEAR, UNIT = 2025, UUID(int=7)
DAYS = st.dates(date(2024, 11, 1), date(2026, 3, 15))
FORMS = st.lists(st.builds(Form, DAYS, st.sampled_from(CanteenKind), st.booleans()), max_size=3)
MONTHS = st.dictionaries(
    st.sampled_from([YEAR * 100 + month for month in range(1, 13)] + [202601]),
    st.builds(MonthSums, st.integers(-50, 900), st.integers(0, 300), st.integers(0, 900)),
    max_size=6,
)
ATTESTED = st.lists(
    st.builds(Attested, st.integers(1, 12), st.integers(0, 3_000), st.booleans(), DAYS),
    max_size=8,
    unique_by=lambda one: one.month,
)
EMPTY = Basis(
    canteen_id=UUID(int=1),
    name="机关食堂",
    kind=CanteenKind.OWN,
    unit_id=UNIT,
    unit_name="茶陵县残联",
    unit_path="/430000/430224/",
    forms=(),
    months={},
    attested=(),
    closed=False,
    reserved_fen=None,
    unpaid_fen=0,
    holders=(Holder(UNIT, "茶陵县残联", "/430000/430224/", 10_000),),
)


def read_on(basis: Basis, day: date) -> list[dict[str, object]]:
    return rows_of("/", basis, lambda _: 2_000, When(YEAR, day, day))


class TestNextTurn:
    @settings(max_examples=60)
    @given(FORMS, MONTHS, ATTESTED, st.booleans(), DAYS)
    def test_nothing_reads_otherwise_before_it(
        self, forms: list[Form], months: dict[int, MonthSums], attested: list[Attested], closed: bool, day: date
    ) -> None:
        basis = replace(
            EMPTY,
            forms=sorted(forms, key=lambda form: form.valid_from),
            months=months,
            attested=sorted(attested, key=lambda one: one.month),
            closed=closed,
        )
        until = next_turn(basis, When(YEAR, day, day))
        assert until > day
        first, days = read_on(basis, day), (min(until, day + timedelta(days=430)) - day).days
        looked_at = {*range(0, days, max(1, days // 30)), days - 1}
        assert all(read_on(basis, day + timedelta(days=n)) == first for n in looked_at)

    def test_is_the_day_after_a_month_fell_due_and_the_end_of_a_month(self) -> None:
        basis = replace(EMPTY, forms=(Form(date(2025, 1, 1), CanteenKind.OWN, approved=False),))
        turns, day = [], date(2025, 5, 31)
        for _ in range(3):
            day = next_turn(basis, When(YEAR, day, day))
            turns.append((day, read_on(basis, day)[0]["missing_months"]))
        assert turns == [
            (date(2025, 6, 11), [1, 2, 3, 4, 5]),
            (date(2025, 6, 30), [1, 2, 3, 4, 5]),
            (date(2025, 7, 11), [1, 2, 3, 4, 5, 6]),
        ]

    def test_never_comes_once_the_year_and_its_last_month_are_over(self) -> None:
        assert next_turn(EMPTY, When(YEAR, date(2026, 1, 10), date(2026, 1, 10))) == date(2026, 1, 11)
        assert next_turn(EMPTY, When(YEAR, date(2026, 1, 11), date(2026, 1, 11))) == date.max
