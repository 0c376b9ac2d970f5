"""What a person types is read exactly and written back as they would write it; nothing is rounded on the way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages.kit import read, write
from gateway.pages.kit.language import Speech

ZH, EN, KG = Speech("zh"), Speech("en"), Speech("zh", "kg")


class TestMoneyRead:
    @pytest.mark.parametrize(
        ("text", "fen"),
        [
            ("12.5", 1250),
            ("¥1,234.56", 123_456),
            ("￥12", 1200),
            ("１２．５０元", 1250),
            ("0.01", 1),
            (".5", 50),
            ("12.", 1200),
            (" 1234567.89 ", 123_456_789),
            ("12.50 yuan", 1250),
        ],
    )
    def test_takes_what_people_write(self, text: str, fen: int) -> None:
        assert read.fen(text) == fen

    @pytest.mark.parametrize(
        "text", ["12.345", "0.001", "", "abc", "1,23.4", "12..3", "1e3", "-1", "１２千", "∞", "nan"]
    )
    def test_refuses_what_is_finer_than_a_fen_or_no_amount(self, text: str) -> None:
        with pytest.raises(read.CannotRead):
            read.fen(text)

    def test_refuses_more_than_the_databases_hold(self) -> None:
        with pytest.raises(read.CannotRead, match="too large"):
            read.fen("99999999999999")

    def test_takes_a_minus_only_where_it_is_offered(self) -> None:
        assert read.signed_fen("-12.30") == -1230
        assert read.signed_fen("−12.30") == -1230
        assert read.signed_fen("12.30") == 1230

    @given(st.integers(min_value=0, max_value=10**14))
    def test_reads_what_is_written(self, fen: int) -> None:
        assert read.fen(write.money(fen)) == fen
        assert read.fen(write.plain_money(fen)) == fen


class TestWeightRead:
    @pytest.mark.parametrize(
        ("text", "unit", "grams"),
        [
            ("12.5", "jin", 6250),
            ("12.5 斤", "jin", 6250),
            ("12.5斤", "kg", 6250),
            ("6.25", "kg", 6250),
            ("6.25公斤", "jin", 6250),
            ("6.25 kg", "jin", 6250),
            ("500克", "jin", 500),
            ("3两", "jin", 150),
            ("１０斤", "jin", 5000),
            ("0.002", "jin", 1),
            ("2 吨", "jin", 2_000_000),
        ],
    )
    def test_takes_what_people_write(self, text: str, unit: str, grams: int) -> None:
        assert read.grams(text, "kg" if unit == "kg" else "jin") == grams

    @pytest.mark.parametrize("text", ["0.001", "0.5 g", "12 磅", "斤", "", "-3", "1.2.3斤", "12 jin 3"])
    def test_refuses_what_is_finer_than_a_gram_or_no_weight(self, text: str) -> None:
        with pytest.raises(read.CannotRead):
            read.grams(text, "jin")

    @given(st.integers(min_value=0, max_value=10**11), st.sampled_from([ZH, EN, KG]))
    def test_reads_what_is_written(self, grams: int, speech: Speech) -> None:
        assert read.grams(write.plain_weight(grams, speech), speech.weight_unit) == grams
        assert read.grams(write.weight(grams, speech), "jin") == grams


class TestPieces:
    def test_takes_whole_numbers(self) -> None:
        assert [read.pieces(text) for text in ("30", "1,200", "３０箱", "4.0")] == [30, 1200, 30, 4]

    @pytest.mark.parametrize("text", ["2.5", "-1", "many", ""])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(read.CannotRead):
            read.pieces(text)


class TestDays:
    @pytest.mark.parametrize("text", ["2026-03-05", "2026/3/5", "2026年3月5日", "２０２６．３．５"])
    def test_takes_what_people_write(self, text: str) -> None:
        assert read.day(text) == date(2026, 3, 5)

    @pytest.mark.parametrize("text", ["2026-02-30", "05.03.2026", "tomorrow", "26-3-5"])
    def test_refuses_what_is_no_day(self, text: str) -> None:
        with pytest.raises(read.CannotRead):
            read.day(text)


class TestWritten:
    def test_money_has_two_decimals_and_groups(self) -> None:
        assert [write.money(fen) for fen in (0, 5, 123_456, -100, None)] == [
            "¥0.00",
            "¥0.05",
            "¥1,234.56",
            "−¥1.00",
            "—",
        ]

    def test_weights_are_in_the_readers_unit(self) -> None:
        assert write.weight(6250, ZH) == "12.5 斤"
        assert write.weight(6250, KG) == "6.25 公斤"
        assert write.weight(6250, EN) == "12.5 jin"
        assert write.weight(1, ZH) == "0.002 斤"

    def test_shares_are_never_rounded_up(self) -> None:
        assert [write.share(bp) for bp in (1999, 2000, 0, 10_000, None)] == [
            "19.99%",
            "20.00%",
            "0.00%",
            "100.00%",
            "—",
        ]
        assert [write.rate(bp) for bp in (2000, 1250, None)] == ["20%", "12.5%", "—"]

    def test_dates_are_in_the_readers_form(self) -> None:
        assert write.day("2026-03-05", "zh") == "2026年3月5日"
        assert write.day("2026-03-05", "en") == "5 March 2026"
        assert write.day("2026-03-05T18:30:00+00:00", "zh") == "2026年3月6日"
        assert write.moment("2026-03-05T18:30:00Z", "zh") == "2026年3月6日 02:30"
        assert write.month(2026, 3, "zh") == "2026年3月"
