"""A sample is proportional to value, to the fen; the same for everybody, in whatever order the frame comes."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement_quota.domain.sample_draws import DRAW, DrawState, fits_form, state_of
from services.procurement_quota.domain.sample_file import fault_of, sample_file
from services.procurement_quota.domain.sampling import (
    CloseEntry,
    Line,
    closed_root,
    draw,
    met,
    number_below,
    seed_of,
    sha256,
)

STRANGER = Path(__file__).parents[1] / "independent" / "draw_sample.py"
SEED = sha256("a seed")
AMOUNTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=40)
ANNOUNCED = {
    "id": "019a0000-0000-7000-8000-0000000000a1",
    "unit_id": "019a0000-0000-7000-8000-0000000000d1",
    "year": 2025,
    "size": 3,
    "draw": "双色球第2026030期",
    "held_on": "2026-03-18",
    "result_source": "www.cwl.gov.cn",
    "value_form": "00 00 00 00 00 00+00",
    "announced_at": "2026-01-05T02:00:00.000000Z",
}
RESULT = {
    "value": "03 09 14 21 27 33+08",
    "version": 1,
    "entered_at": "2026-03-19T02:00:00.000000Z",
    "drawn_at": "2026-03-19T03:00:00.000000Z",
}
CLOSED = [CloseEntry("canteen a", "unit a", 90, "aa"), CloseEntry("canteen b", "unit b", 90, "bb")]


def frame(*amounts: int) -> list[Line]:
    return [Line(place % 2, place // 2 + 1, sha256(f"line {place}"), fen) for place, fen in enumerate(amounts)]


def a_file(*amounts: int, **announced: Any) -> str:
    canteens = [
        {
            "canteen_id": one.canteen_id,
            "unit_id": one.unit_id,
            "name": "食堂",
            "unit_name": "单位",
            "seq": one.seq,
            "hash": one.hash,
            "closed_at": "2026-02-01T02:00:00.000000Z",
        }
        for one in CLOSED
    ]
    return sample_file(ANNOUNCED | announced, RESULT, canteens, frame(*amounts), [])[0]


class TestDraw:
    def test_what_reaches_the_interval_is_certain(self) -> None:
        found = draw(frame(100, 100, 100, 900), 2, SEED)
        assert [(one.line.amount_fen, one.certain) for one in found] == [(900, True), (100, False)]
        found = draw(frame(1_000, 600, 500, 1), 3, SEED)  # 600 × 2 reaches 1,101 only once the 1,000 are out.
        assert [one.line.amount_fen for one in found if one.certain] == [1_000, 600]
        assert len(draw(frame(300, 300, 300), 2, SEED)) == 2
        assert not any(one.certain for one in draw(frame(300, 300, 300), 2, SEED))

    def test_takes_all_where_there_are_no_more(self) -> None:
        for size in (3, 4, 1_000):
            assert {one.line.amount_fen for one in draw(frame(5, 7, 9), size, SEED)} == {5, 7, 9}
        assert draw([], 5, SEED) == []

    @given(AMOUNTS, st.integers(1, 45))
    @settings(deadline=None, max_examples=120)
    def test_has_exactly_so_many_lines_each_once(self, amounts: list[int], size: int) -> None:
        found = draw(frame(*amounts), size, SEED)
        assert len({one.line.hash for one in found}) == len(found) == min(size, len(amounts))
        assert [one.certain for one in found] == sorted((one.certain for one in found), reverse=True)

    @given(AMOUNTS, st.integers(1, 8), st.randoms())
    @settings(deadline=None, max_examples=80)
    def test_does_not_depend_on_the_order_of_the_frame(self, amounts: list[int], size: int, random: Any) -> None:
        lines = frame(*amounts)
        shuffled = list(lines)
        random.shuffle(shuffled)
        assert draw(shuffled, size, SEED) == draw(lines, size, SEED)
        assert closed_root(reversed(CLOSED)) == closed_root(CLOSED)

    @given(st.lists(st.integers(1, 12), min_size=2, max_size=8), st.integers(1, 4))
    @settings(deadline=None, max_examples=80)
    def test_each_line_is_met_by_its_value_times_wanted_of_all_starts(self, amounts: list[int], wanted: int) -> None:
        """The exact argument: of the S starts, v × m meet a line of v fen, so its chance is v × m / S."""
        lines, whole = frame(*amounts), sum(amounts)
        if max(amounts) * wanted >= whole:
            return
        times = dict.fromkeys((line.hash for line in lines), 0)
        for start in range(whole):
            found = met(lines, wanted, SEED, start)
            assert len(found) == wanted
            for one in found:
                times[one.line.hash] += 1
        assert times == {line.hash: line.amount_fen * wanted for line in lines}

    def test_refuses_what_is_no_frame(self) -> None:
        twice = [frame(5)[0], frame(5)[0]]
        for wrong in (frame(5, 0), frame(5, -1), twice):
            with pytest.raises(ValueError, match="positive"):
                draw(wrong, 1, SEED)


class TestSeed:
    def test_follows_the_text_that_is_published(self) -> None:
        root = "zhucai-sample-1 root\ncanteen a:unit a:90:aa\ncanteen b:unit b:90:bb\n"
        assert closed_root(CLOSED) == hashlib.sha256(root.encode()).hexdigest()
        assert seed_of("ab", "01+02") == hashlib.sha256(b"zhucai-sample-1 seed\nab\n01+02\n").hexdigest()

    def test_one_byte_of_the_draw_or_one_close_entry_makes_another(self) -> None:
        root = closed_root(CLOSED)
        other = closed_root([CLOSED[0], replace(CLOSED[1], hash="bc")])
        seeds = {seed_of(root, "03 09+08"), seed_of(root, "03 09+09"), seed_of(other, "03 09+08"), seed_of(root, "")}
        assert len(seeds) == 4

    @given(st.integers(1, 10**18), st.integers(0, 99))
    @settings(deadline=None, max_examples=60)
    def test_numbers_are_below_their_bound(self, bound: int, seed: int) -> None:
        assert 0 <= number_below(sha256(str(seed)), bound) < bound

    def test_a_number_beyond_the_last_whole_multiple_is_rejected(self) -> None:
        bound, found = 2**255 + 1, []
        for at in range(40):
            seed = sha256(str(at))
            first = int(sha256(f"zhucai-sample-1 number\n{seed}\n0\n"), 16)
            found.append((first < bound, number_below(seed, bound) == first))
        assert all(kept is same for kept, same in found)
        assert {kept for kept, _ in found} == {True, False}


class TestStates:
    def test_go_one_way(self) -> None:
        square = {(state, verb) for verb in DRAW.edges for state in DrawState if DRAW.allows(state, verb)}
        entered = {(DrawState.ENTERED, verb) for verb in ("enter", "confirm", "void")}
        assert square == {(DrawState.ANNOUNCED, "enter"), *entered}
        told = [state_of(entered=entered, confirmed=confirmed) for entered, confirmed in
                ((False, None), (True, None), (True, "drawn"), (True, "void"))]  # fmt: skip
        assert told == list(DrawState)

    def test_a_value_is_written_as_announced(self) -> None:
        form = "00 00 00+00"
        assert fits_form("01 22 33+04", form)
        for other in ("1 22 33+04", "01 22 33 04", "01 22 33+04 ", "01 22 33+4", "０１ 22 33+04", "01 22 33+04\n", ""):
            assert not fits_form(other, form)
        assert fits_form("A-123456", "A-000000")
        assert not fits_form("AB123456", "A.000000")


class TestFile:
    AMOUNTS = (700, 20, 30, 40, 50, 60)

    def test_follows_from_itself(self) -> None:
        written = a_file(*self.AMOUNTS)
        assert fault_of(written) is None
        assert json.loads(written)["sample"][0][3:] == [700, True]

    def test_is_drawn_again_by_a_stranger_who_sees_what_was_changed(self, tmp_path: Path) -> None:
        written, path = a_file(*self.AMOUNTS), tmp_path / "sample.json"
        said = json.loads(written)
        changes: list[tuple[dict[str, Any], str]] = [
            ({"result": {**RESULT, "value": "03 09 14 21 27 33+09"}}, "the seed"),
            ({"result": {**RESULT, "value": "3 09 14 21 27 33+08"}}, "written as it was announced"),
            ({"result": {**RESULT, "entered_at": "2026-03-18T15:59:59.000000Z"}}, "entered before the draw"),
            ({"draw": {**ANNOUNCED, "announced_at": "2026-03-17T16:00:00.000000Z"}}, "not announced before"),
            ({"canteens": [said["canteens"][0], {**said["canteens"][1], "hash": "bc"}]}, "the root"),
            ({"canteens": [{**one, "closed_at": "2026-03-18T00:00:00.000000Z"} for one in said["canteens"]]}, "closed"),
            ({"frame": said["frame"].replace(",60]", ",61]")}, "digest"),
            ({"frame": said["frame"].replace(",60]", ",0]")}, "not one of a closed year"),
            ({"sample": [*said["sample"][:1], [*said["sample"][1][:3], 1, False], said["sample"][2]]}, "line 2"),
            ({"sample": said["sample"][:2]}, "line 3"),
            ({"sample": [*said["sample"], said["sample"][0]]}, "more lines"),
        ]
        written_otherwise = [json.dumps(said | change, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                             for change, _ in changes]  # fmt: skip
        assert all(fault_of(one) for one in written_otherwise[:1] + written_otherwise[8:])
        for text, why in [(written, "ok"), *zip(written_otherwise, (why for _, why in changes), strict=True)]:
            path.write_text(text, encoding="utf-8")
            ran = subprocess.run(
                [sys.executable, "-I", str(STRANGER), str(path)], capture_output=True, text=True, check=False
            )
            assert (ran.returncode, why in ran.stdout + ran.stderr) == (int(why != "ok"), True), ran.stderr

    def test_a_stranger_gives_the_value_as_they_read_it(self, tmp_path: Path) -> None:
        path = tmp_path / "sample.json"
        path.write_text(a_file(*self.AMOUNTS), encoding="utf-8")
        for value, code in ((RESULT["value"], 0), ("03 09 14 21 27 33+07", 1)):
            ran = subprocess.run([sys.executable, "-I", str(STRANGER), str(path), str(value)], capture_output=True)
            assert ran.returncode == code
