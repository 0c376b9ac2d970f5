"""How goods stand holds from a first day to a last, and the day on which it changes is told."""

from datetime import date

import pytest

from services.catalog.domain.certificates import CertificateKind
from services.catalog.domain.standing import BandStanding, Certified, Standing, band_standing, standing_on

GREEN = Certified(CertificateKind.GREEN, date(2025, 1, 1), date(2026, 3, 1))
GI = Certified(CertificateKind.GI, date(2026, 4, 1), None)
SPAN = (date(2024, 6, 1), date(2027, 5, 31))


class TestStanding:
    @pytest.mark.parametrize(
        ("day", "kinds", "anew_on"),
        [
            (date(2024, 12, 31), (), date(2025, 1, 1)),
            (date(2026, 3, 1), ("green",), date(2026, 3, 2)),
            (date(2026, 3, 2), (), date(2026, 4, 1)),
            (date(2026, 4, 1), ("gi",), None),
        ],
    )
    def test_has_the_certificates_of_its_day(self, day: date, kinds: tuple[str, ...], anew_on: date | None) -> None:
        stands = standing_on(day, [GREEN, GI], None, None, None)
        assert (stands.certificates, stands.anew_on) == (kinds, anew_on)

    @pytest.mark.parametrize(
        ("day", "labelled", "until", "anew_on"),
        [
            (date(2024, 5, 31), False, None, date(2024, 6, 1)),
            (date(2024, 6, 1), True, date(2027, 5, 31), date(2027, 6, 1)),
            (date(2027, 5, 31), True, date(2027, 5, 31), date(2027, 6, 1)),
            (date(2027, 6, 1), False, None, None),
        ],
    )
    def test_is_recognised_on_the_days_of_a_span(
        self, day: date, labelled: bool, until: date | None, anew_on: date | None
    ) -> None:
        assert standing_on(day, [], [SPAN], None, None) == Standing((), BandStanding.NONE, labelled, until, anew_on)

    def test_of_no_recognition_ever_told_it_is_what_it_says_and_of_one_without_end_it_stays(self) -> None:
        assert standing_on(date(2026, 1, 1), [], None, None, None).labelled
        assert not standing_on(date(2026, 1, 1), [], [], None, None).labelled
        stands = standing_on(date(2026, 1, 1), [], [(date(2024, 1, 1), None)], None, None)
        assert (stands.labelled, stands.recognised_to, stands.anew_on) == (True, date(9999, 12, 31), None)


class TestBand:
    @pytest.mark.parametrize(
        ("per_kg", "stands"), [(799, "outside"), (800, "within"), (1_200, "within"), (1_201, "outside"), (None, "none")]
    )
    def test_has_both_its_ends_in_it(self, per_kg: int | None, stands: str) -> None:
        assert band_standing((800, 1_200), per_kg) == stands
        assert band_standing(None, per_kg) == "none"
