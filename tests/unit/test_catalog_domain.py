"""The rules of catalog, without any part: registration codes, states, prices, words, photos and counting."""

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.catalog.domain.counting import CountingRule, InForce, counting_spans
from services.catalog.domain.listings import LISTING, ListingState, price_fen_per_kg, price_rank, terms_problems
from services.catalog.domain.suppliers import SUPPLIER, SupplierOutcome, credit_code_holds, reviewing_path
from shared.contracts.words import Measure, SupplierState
from shared.photos import PhotoTooManyPixels, PhotoUnreadable, develop
from shared.states import WrongState
from tests.build.catalog import a_credit_code, a_photo

BEGIN, END = date(2026, 1, 1), date(2027, 1, 1)


class TestCreditCode:
    @pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "914403001922038216"])
    def test_takes_codes_of_the_standard_and_of_real_companies(self, code: str) -> None:
        assert credit_code_holds(code)

    @pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y431", "91350100I000100Y43"])
    def test_refuses_other_lengths_and_letters(self, code: str) -> None:
        assert not credit_code_holds(code)

    @given(st.integers(0, 9_999_999), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    def test_finds_any_single_wrong_letter(self, number: int, place: int, letter: str) -> None:
        code = a_credit_code(number=number)
        assert credit_code_holds(code)
        wrong = code[:place] + letter + code[place + 1 :]
        assert credit_code_holds(wrong) == (wrong == code)


class TestFromAbove:
    @pytest.mark.parametrize(
        ("paths", "unit_path", "recommends", "admits"),
        [
            (["/4/42/422/"], "/4/42/422/", "/4/42/422/", None),
            (["/4/42/"], "/4/42/422/", "/4/42/", "/4/42/"),
            (["/4/"], "/4/42/422/", "/4/", "/4/"),
            (["/4/", "/4/42/422/", "/4/42/"], "/4/42/422/", "/4/42/422/", "/4/42/"),
            (["/4/41/", "/4/42/423/", "/5/"], "/4/42/422/", None, None),
            (["/4/"], "/4/", "/4/", "/4/"),
            (["/4/42/"], "/4/", None, None),
            (["/4/42/"], "/4/421/", None, None),
            (["", "/4/"], "", None, None),
            ([], "/4/", None, None),
        ],
    )
    def test_decides_the_nearest_unit_that_may(
        self, paths: list[str], unit_path: str, recommends: str | None, admits: str | None
    ) -> None:
        for outcome in SupplierOutcome:
            from_above = outcome in (SupplierOutcome.ADMIT, SupplierOutcome.REVOKE)
            assert reviewing_path(outcome, paths, unit_path) == (admits if from_above else recommends)


class TestStates:
    def test_every_pair_of_a_supplier_is_open_or_refused(self) -> None:
        a, r, t, m, s = (
            SupplierState.APPLIED,
            SupplierState.RECOMMENDED,
            SupplierState.RETURNED,
            SupplierState.ADMITTED,
            SupplierState.SUSPENDED,
        )
        steps = {
            "amend": {a: a, r: a, t: a},
            "recommend": {a: r},
            "admit": {r: m, s: m},
            "return": {a: t, r: t},
            "suspend": {m: s},
            "revoke": {m: SupplierState.REVOKED, s: SupplierState.REVOKED},
            "reinstate": {SupplierState.REVOKED: m},
        }
        _assert_square(SUPPLIER, SupplierState, steps)

    def test_every_pair_of_a_listing_is_open_or_refused(self) -> None:
        d, s, r, p, u, w, x = ListingState
        steps = {
            "write": dict.fromkeys((d, s, r, p, u, w), d),
            "submit": dict.fromkeys((d, r, p, u, w), s),
            "publish": {s: p},
            "return": {s: r},
            "suspend": dict.fromkeys((d, s, r, p), u),
            "withdraw": dict.fromkeys((d, s, r, p), w),
            "reject": {s: x},
            "reopen": {x: r},
            "reprice": dict.fromkeys((s, r, p), p),
            "propose_price": dict.fromkeys((s, r, p), s),
        }
        _assert_square(LISTING, ListingState, steps)


def _assert_square(machine: Any, states: Any, steps: dict[str, dict[Any, Any]]) -> None:
    assert set(machine.edges) == set(steps)
    for verb, ways in steps.items():
        for state in states:
            if state in ways:
                assert machine.check(state, verb) is ways[state]
            else:
                with pytest.raises(WrongState):
                    machine.check(state, verb)


class TestPrices:
    @pytest.mark.parametrize(
        ("measure", "unit", "piece", "price", "per_kg"),
        [
            (Measure.WEIGHT, 500, None, 650, 1300),
            (Measure.WEIGHT, 3000, None, 1000, 333),
            (Measure.WEIGHT, 3000, None, 1001, 334),
            (Measure.WEIGHT, 16, None, 1, 63),
            (Measure.PIECE, 1, 250, 1200, 4800),
            (Measure.PIECE, 1, None, 1200, None),
        ],
    )
    def test_of_a_kilogram_rounds_half_a_fen_up(
        self, measure: Measure, unit: int, piece: int | None, price: int, per_kg: int | None
    ) -> None:
        assert price_fen_per_kg(measure, unit, piece, price) == per_kg

    def test_what_cannot_be_compared_stands_last(self) -> None:
        assert price_rank(100_000_000_000, 1) < price_rank(None, 1) < price_rank(None, 2)

    def test_names_every_field_that_does_not_fit(self) -> None:
        problems = terms_problems(
            category="gold",
            measure=Measure.PIECE,
            unit_quantity=2,
            piece_grams=None,
            minimum_quantity=7,
            step_quantity=2,
            harvest_months=[1, 1],
        )
        assert [one["field"] for one in problems] == ["category", "unit_quantity", "minimum_quantity", "harvest_months"]
        weighed = terms_problems(
            category="eggs",
            measure=Measure.WEIGHT,
            unit_quantity=500,
            piece_grams=60,
            minimum_quantity=500,
            step_quantity=500,
            harvest_months=None,
        )
        assert [one["field"] for one in weighed] == ["piece_grams"]


class TestPhotos:
    def test_are_made_small_and_bare(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by 90 degrees
        exif[0x010E] = "where I live"
        made = develop(a_photo(3200, 2000, exif=exif))
        assert (made.width, made.height) == (1000, 1600)
        for body, size in ((made.full, (1000, 1600)), (made.thumb, (250, 400))):
            with Image.open(io.BytesIO(body)) as image:
                assert (image.format, image.size, dict(image.getexif()), "exif" in image.info) == (
                    "JPEG",
                    size,
                    {},
                    False,
                )

    def test_what_shows_through_is_white(self) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
        with Image.open(io.BytesIO(develop(out.getvalue()).full)) as image:
            assert image.getpixel((5, 5)) == (255, 255, 255)

    def test_a_bomb_is_refused_by_its_header(self) -> None:
        out = io.BytesIO()
        Image.new("1", (8000, 5001)).save(out, "PNG")
        assert len(out.getvalue()) < 20_000
        with pytest.raises(PhotoTooManyPixels) as refused:
            develop(out.getvalue())
        assert refused.value.facts == {"pixels": 40_008_000, "pixels_max": 40_000_000}
        huge = bytearray(out.getvalue())
        huge[16:24] = (60_000).to_bytes(4, "big") * 2
        with pytest.raises((PhotoTooManyPixels, PhotoUnreadable)):
            develop(bytes(huge))

    @pytest.mark.parametrize("body", [b"\xff\xd8\xff\xe0", a_photo()[:200], b"%PDF-1.4", b"GIF89a" + b"\x00" * 50])
    def test_what_cannot_be_read_is_refused(self, body: bytes) -> None:
        with pytest.raises(PhotoUnreadable):
            develop(body)


class TestCounting:
    @staticmethod
    def rule(**other: Any) -> CountingRule:
        return CountingRule("hunan", "湖南", "canteen", (TestCounting.stretch(**other),))

    @staticmethod
    def stretch(**other: Any) -> InForce:
        said: dict[str, Any] = {"days": (BEGIN, END), "rate_bp": 2000, "list_codes": ("51",), "channels": ()}
        return InForce(**said | other)

    @pytest.mark.parametrize(
        ("listed", "spans"),
        [
            ([(date(2020, 1, 1), None)], [(BEGIN, END)]),
            ([(date(2026, 6, 1), date(2026, 7, 1))], [(date(2026, 6, 1), date(2026, 7, 1))]),
            ([(date(2020, 1, 1), BEGIN)], []),
            (
                [(date(2020, 1, 1), date(2026, 3, 1)), (date(2026, 3, 1), None)],
                [(BEGIN, END)],
            ),
            (
                [(date(2020, 1, 1), date(2026, 3, 1)), (date(2026, 4, 1), None)],
                [(BEGIN, date(2026, 3, 1)), (date(2026, 4, 1), END)],
            ),
        ],
    )
    def test_meets_rule_and_list(self, listed: list[Any], spans: list[Any]) -> None:
        found = counting_spans([self.rule()], {"51": [("430224", span) for span in listed]})
        assert [(one.valid_from, one.valid_to) for one in found] == spans

    @pytest.mark.parametrize("other", [{"rate_bp": None}, {"channels": ("platform_832",)}, {"list_codes": ("832",)}])
    def test_leaves_out_what_this_platform_cannot_serve(self, other: dict[str, Any]) -> None:
        assert counting_spans([self.rule(**other)], {"51": [("430224", (BEGIN, None))]}) == []

    def test_a_version_counts_in_its_own_days_alone(self) -> None:
        turn, later = date(2026, 9, 1), date(2026, 11, 1)
        stretches = (
            self.stretch(days=(BEGIN, turn)),
            self.stretch(days=(turn, later), list_codes=("832",)),
            self.stretch(days=(later, END), channels=("platform_832",)),
        )
        lists = {"51": [("430224", (BEGIN, None))], "832": [("522325", (BEGIN, None))]}
        found = counting_spans([CountingRule("hunan", "湖南", "canteen", stretches)], lists)
        spans = [(one.county_code, one.valid_from, one.valid_to) for one in found]
        assert spans == [("430224", BEGIN, turn), ("522325", turn, later)]

    def test_two_lists_never_count_twice(self) -> None:
        lists = {"51": [("430224", (BEGIN, None))], "832": [("430224", (BEGIN, None))]}
        found = counting_spans([self.rule(list_codes=("51", "832"), channels=("zhucai",))], lists)
        assert [(one.county_code, one.valid_from, one.valid_to) for one in found] == [("430224", BEGIN, END)]
