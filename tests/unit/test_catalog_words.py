"""A row learns all that may find it; a query is only folded and cut, and whatever stands in a name finds it."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.grams import FOLDING, QUERY_SOUNDS_MAX, folded, query_words, row_words
from services.catalog.domain.sounds import (
    AROUND,
    AROUND_SOUNDS_MAX,
    NAME_SOUNDS_MAX,
    RUN_CHARACTERS_MAX,
    sounds_around,
    sounds_of_name,
)
from services.catalog.domain.synonyms import KINDS, SAME, other_names

WORDS = st.text(max_size=30) | st.text(st.sampled_from("生薑土豆10公斤.五十半 kgａ装lǜ鸡蛋"), max_size=30)


def finds(query: str, name: str, *others: str) -> bool:
    """Tell whether a query finds a row, as the search asks it."""
    asked, row = query_words(query), row_words(name, others)
    heard = all({sound, AROUND + sound} & set(row.sounds) for sound in asked.sounds)
    return bool(asked) and set(asked.grams) <= set(row.grams) and heard


class TestGrams:
    def test_a_row_is_found_by_its_name_and_by_what_it_belongs_to(self) -> None:
        row = row_words("有机 Ginger 生姜", ["蔬菜", "Base 7"])
        assert {"^生姜", "生姜", "生", "姜", "蔬菜"} <= set(row.grams)
        assert {"^蔬菜", "菜", "机生", "ginger"}.isdisjoint(row.grams)
        assert {"ginger", "shengjiang", "sj", "~shucai", "~base", "~7"} <= set(row.sounds)
        assert {"~ginger", "shucai", "base"}.isdisjoint(row.sounds)

    @pytest.mark.parametrize(
        ("query", "grams", "sounds"),
        [
            ("生姜", ("生姜",), ()),
            ("姜", ("姜",), ()),
            ("辣椒酱", ("椒酱", "辣椒"), ()),
            ("茶陵 生姜", ("生姜", "茶陵"), ()),
            ("ＡＢＣ１２", (), ("abc12",)),
            ("A4纸", ("纸",), ("a4",)),
            ("！、 ", (), ()),
            ("\x00生\x00姜", ("姜", "生"), ()),
            ("馬鈴薯 雞蛋", ("铃薯", "马铃", "鸡蛋"), ()),
            ("Shēng Jiāng", (), ("sheng", "jiang")),
            ("lǜ lu:", (), ("lv", "lu")),
            (" ".join("abcdefhijklm"), (), tuple("abcdefhi")),
        ],
    )
    def test_a_query_wants_pairs_words_and_lone_characters(
        self, query: str, grams: tuple[str, ...], sounds: tuple[str, ...]
    ) -> None:
        asked = query_words(query)
        assert (asked.grams, asked.sounds) == (grams, sounds)
        assert len(asked.sounds) <= QUERY_SOUNDS_MAX

    @given(WORDS, st.text(max_size=10), st.text(max_size=10))
    def test_whatever_stands_in_a_name_finds_it(self, word: str, before: str, after: str) -> None:
        assert finds(word, f"{before} {word} {after}") == bool(query_words(word))

    @given(WORDS)
    def test_to_fold_twice_is_to_fold_once(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)

    @pytest.mark.parametrize("mark", ["^生姜", "~shucai", "#5000"])
    def test_a_stranger_cannot_write_the_marks(self, mark: str) -> None:
        asked = query_words(mark)
        assert not any(word.startswith(mark[0]) for word in (*asked.grams, *asked.sounds))


class TestAmounts:
    @pytest.mark.parametrize(
        "query",
        [
            "土豆10斤",
            "10斤土豆",
            "土豆 5公斤",
            "5kg土豆",
            "土豆 2.5 千克",
            "半斤土豆",
            "二十五斤土豆",
            "土豆 斤",
            "土豆10斤装",
        ],
    )
    def test_say_how_much_and_not_what(self, query: str) -> None:
        assert query_words(query) == query_words("土豆")

    @pytest.mark.parametrize(
        ("query", "grams"),
        [
            ("5公斤", 5000),
            ("10斤", 5000),
            ("十斤", 5000),
            ("5KG", 5000),
            ("500克", 500),
            ("一斤", 500),
            ("2.5千克", 2500),
        ],
    )
    def test_alone_find_packs_of_that_weight(self, query: str, grams: int) -> None:
        assert query_words(query).grams == (f"#{grams}",)
        assert f"#{grams}" in row_words("高山大米", [], grams).grams

    @pytest.mark.parametrize("query", ["斤", "公斤", "0斤", "999999999公斤", "五花肉", "A4", "3.斤"])
    def test_what_is_none_stays_a_word(self, query: str) -> None:
        assert query_words(query)
        assert not any(gram.startswith("#") for gram in query_words(query).grams)


class TestSounds:
    @pytest.mark.parametrize(
        "query",
        [
            "chaling",
            "shengjiang",
            "chalingshengjiang",
            "sheng jiang",
            "clsj",
            "sj",
            "jiang",
            "chaling 生姜",
            "SJ",
            "shucai",
        ],
    )
    def test_pinyin_together_or_apart_and_initials(self, query: str) -> None:
        assert finds(query, "茶陵生姜（演示）", "蔬菜")

    @pytest.mark.parametrize("query", ["shenjiang", "js", "lings", "shengjian", "姜sheng cai"])
    def test_what_is_spelled_otherwise_finds_nothing(self, query: str) -> None:
        assert not finds(query, "茶陵生姜（演示）", "蔬菜")

    @pytest.mark.parametrize(
        ("name", "query"),
        [
            ("长沙绿豆", "changsha"),
            ("长沙绿豆", "cs"),
            ("长沙绿豆", "lvdou"),
            ("长沙绿豆", "ludou"),
            ("重庆小面", "chongqing"),
            ("本地茄子", "qiezi"),
            ("荸荠", "biqi"),
            ("桑葚", "sangshen"),
            ("人参", "renshen"),
            ("人參", "renshen"),
        ],
    )
    def test_a_character_of_several_readings(self, name: str, query: str) -> None:
        assert finds(query, name)

    def test_are_bounded(self) -> None:
        assert len(sounds_of_name("长重" * 40 + " " + "乐长" * 40 + " 土豆鸡蛋大白菜" * 9)) <= NAME_SOUNDS_MAX
        around = [
            "土豆鸡蛋大白菜猪肉牛肉",
            "水产茶叶手工艺品长重",
            "鹌鹑绿豆糙米黄花菜木耳",
            "黑山羊五花肉杨梅板栗草鱼",
        ]
        assert len(sounds_around(around)) == AROUND_SOUNDS_MAX
        assert len(sounds_around(["土豆" * 60])) <= 2 * RUN_CHARACTERS_MAX
        assert sounds_of_name("㑇䶮Ж ") == sounds_of_name("㑇䶮")

    def test_a_search_does_without_the_book_of_readings(self) -> None:
        code = (
            "import sys; from services.catalog.domain.grams import query_words as q; "
            "assert q('馬鈴薯 shengjiang'); assert 'pypinyin' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


def other_lines(word: str) -> list[str]:
    """Give the words of a word's line that do not hold it already."""
    [line] = [line.split() for line in SAME.splitlines() if word in line.split()]
    return [other for other in line if word not in other]


class TestOtherNames:
    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("马铃薯", "茶陵县土豆"),
            ("洋芋", "茶陵县土豆"),
            ("馬鈴薯", "土豆（演示）"),
            ("malingshu", "土豆"),
            ("mls", "土豆"),
            ("土豆", "高山洋芋"),
            ("生姜", "茶陵县姜（演示）"),
            ("生姜", "老姜"),
            ("鸡肉", "散养土鸡（演示）"),
            ("猪肉", "土猪五花肉"),
            ("辣椒", "青椒"),
            ("橘子", "蜜桔"),
        ],
    )
    def test_find_what_is_called_otherwise(self, query: str, name: str) -> None:
        assert finds(query, name)

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("马铃薯", "农家土豆腐"),
            ("鸡肉", "土鸡蛋"),
            ("生姜", "姜家湾大米"),
            ("五花肉", "土猪后腿肉"),
            ("西红柿", "茄子"),
        ],
    )
    def test_find_nothing_else(self, query: str, name: str) -> None:
        assert not finds(query, name)

    def test_each_word_stands_in_one_line_and_folded(self) -> None:
        words = [word for line in SAME.splitlines() for word in line.split()]
        assert len(words) == len(set(words))
        assert all(word == folded(word) for word in (*words, *KINDS.split()))
        assert all(word in other_names(other) for word in words for other in other_lines(word))

    def test_the_folding_is_told(self) -> None:
        assert FOLDING >= 1
