"""Goods are found by how they are spoken: by pinyin, run together or apart, and by its initials.

Decision: the sounds of every run of up to four characters are written with the row, under a GIN index of their own; a
Latin word of a query is looked up whole. Why: pinyin need then not be cut into syllables, which is ambiguous (xian,
xi'an), and a search for it costs what one for two characters costs. Price: about fifty short words a row.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from services.catalog.domain.hanzi import HAN, readings

AROUND = "~"
"""Marks the sounds of what a row belongs to, apart from those of its name."""
NAME_SOUNDS_MAX = 120
AROUND_SOUNDS_MAX = 80
RUN_CHARACTERS_MAX = 16
AROUND_KEPT = 2_000
_SYLLABLES, _ENDING, _INITIALS, _AROUND = range(1, 5), range(5, 9), range(2, 6), range(2, 4)


def sounds_of_name(name: str) -> list[str]:
    """Give the sounds of a folded name: of one to four characters, of its end, and the initials of two to five."""
    found: dict[str, None] = {}
    for run in _runs(name):
        for syllables in _SYLLABLES:
            found |= dict.fromkeys(_windows(run, syllables))
        found |= dict.fromkeys("".join(word[0] for word in run[-length:]) for length in _ENDING if length <= len(run))
        initials = [tuple(dict.fromkeys(syllable[0] for syllable in word)) for word in run]
        for letters in _INITIALS:
            found |= dict.fromkeys(_windows(initials, letters))
    return list(found)[:NAME_SOUNDS_MAX]


def sounds_of_alias(alias: str) -> list[str]:
    """Give the sounds of another name, whole, and its initials."""
    return [
        sound
        for run in _runs(alias)
        for whole in (run, [tuple(syllable[0] for syllable in word) for word in run])
        for sound in _windows(whole, len(run))
    ]


def sounds_around(others: Iterable[str]) -> list[str]:
    """Give the marked sounds of the words that a row belongs to, of two and three characters."""
    found = dict.fromkeys(sound for other in others for sound in _around(other))
    return list(found)[:AROUND_SOUNDS_MAX]


@lru_cache(AROUND_KEPT)
def _around(other: str) -> tuple[str, ...]:
    return tuple(AROUND + sound for run in _runs(other) for length in _AROUND for sound in _windows(run, length))


def _runs(text: str) -> Iterator[list[tuple[str, ...]]]:
    """Give each run of characters as the readings of each; what nobody can read ends a run."""
    for run in HAN.findall(text):
        read: list[tuple[str, ...]] = []
        for character in run[:RUN_CHARACTERS_MAX]:
            if found := readings(character):
                read.append(found)
            elif read:
                yield read
                read = []
        if read:
            yield read


def _windows(run: list[tuple[str, ...]], length: int) -> Iterator[str]:
    """Join the likeliest readings of each window, and those in which one character is read otherwise."""
    usual = [word[0] for word in run]
    read_otherwise = [(place, otherwise) for place, word in enumerate(run) for otherwise in word[1:]]
    for start in range(len(run) - length + 1):
        end = start + length
        yield "".join(usual[start:end])
        for place, otherwise in read_otherwise:
            if start <= place < end:
                yield "".join([*usual[start:place], otherwise, *usual[place + 1 : end]])
