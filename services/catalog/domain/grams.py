"""Chinese is searched by its bigrams, which the application makes: two characters find what they name, at any size.

Decision: `text[]` of single characters and bigrams, and of sounds and Latin words, each under a GIN index, made here
for rows and queries. Why: measured at a million listings, `LIKE` and `pg_trgm` scan (4 a second) where bigrams answer
2,500 a second, and an absent word costs 0.5 ms instead of 4.7 s. Price: a word of three or more characters matches by
its bigrams, so 辣椒酱 also finds what holds 辣椒 and 椒酱 apart.

Decision: a row is written with all that may find it: the fold of its characters, its other names, its sounds; a query
is only folded and cut. Why: the search stays one look into an index, whatever was typed. Price: a better fold reaches
rows only when they are written anew, so each row keeps the FOLDING that made it, and those of an older one are made
again in the background (usecases/fold_again.py).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from services.catalog.domain.amounts import amounts_in, without_amounts
from services.catalog.domain.hanzi import simplified
from services.catalog.domain.sounds import AROUND, sounds_around, sounds_of_alias, sounds_of_name
from services.catalog.domain.synonyms import other_names

FOLDING = 6
"""How rows are made; it grows with every change of what a row comes to.

0 is before sounds, 1 before tags, 2 before words lay beside the row,
3 before standing, 4 before the ends of recognitions, 5 before steps.
"""
STEPS_SINCE = 6
"""The first folding whose rows have steps (domain/steps.py), as have those of none: see migration 0030."""
QUERY_CHARACTERS_MAX = 50
QUERY_SOUNDS_MAX = 8
IN_NAME = "^"
"""Marks the grams of the name alone, by which a page puts what is named so before what merely belongs to it."""
WEIGHS = "#"
"""Marks the net weight of a pack, in grams."""

_RUNS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
_LATIN = re.compile(r"[0-9a-z]+")
_TONES = {
    ord(letter): plain
    for plain, letters in {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "v": "üǖǘǚǜ"}.items()
    for letter in letters
}


@dataclass(frozen=True, slots=True)
class RowWords:
    """What finds a row: its grams, and its sounds and Latin words, both sorted."""

    grams: list[str]
    sounds: list[str]


@dataclass(frozen=True, slots=True)
class QueryWords:
    """What a row must have to be found: all of the grams; all of the Latin words, as sounds or as they stand."""

    grams: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.grams or self.sounds)


NO_WORDS = QueryWords()


def folded(text: str) -> str:
    """Fold width, compatibility forms, case, tones and traditional characters, so that ＡＢＣ and abc are one."""
    return simplified(unicodedata.normalize("NFKC", text).casefold().translate(_TONES))


def row_words(name: str, others: Iterable[str], pack_grams: int | None = None) -> RowWords:
    """Give the words of a listing: of its name and its other names, and of the words that it belongs to.

    Single characters are taken of the name alone: they would make half of every row, and say little elsewhere.
    """
    name, around = folded(name), [folded(other) for other in others]
    aliases = sorted(other_names(name))
    weights = {f"{WEIGHS}{grams}" for grams in (*amounts_in(name), *([pack_grams] if pack_grams else []))}
    named = _grams(name, singly=True).union(weights, *(_grams(alias, singly=False) for alias in aliases))
    belongs = set().union(*(_grams(other, singly=False) for other in around))
    sounds = set(sounds_of_name(name)).union(_latin(name), *(sounds_of_alias(alias) for alias in aliases))
    beside = {AROUND + word for other in around for word in _latin(other)} | set(sounds_around(around))
    return RowWords(
        grams=sorted(named | belongs | {IN_NAME + gram for gram in named}),
        sounds=sorted(sounds | {word for word in beside if word[len(AROUND) :] not in sounds}),
    )


def query_words(text: str) -> QueryWords:
    """Give the words that a row must have; none for a text that has nothing to search for."""
    text = folded(text)
    plain = without_amounts(text)
    if not _RUNS.search(plain):
        if amounts := amounts_in(text):
            return QueryWords(grams=tuple(f"{WEIGHS}{grams}" for grams in amounts))
        plain = text
    sounds = list(dict.fromkeys(_latin(plain)))[:QUERY_SOUNDS_MAX]
    return QueryWords(tuple(sorted(_grams(plain, singly=False))), tuple(sounds))


def _latin(text: str) -> list[str]:
    return _LATIN.findall(text)


def _grams(text: str, *, singly: bool) -> set[str]:
    """Of each run that is not Latin each pair; a character that stands alone, and with `singly` every character."""
    grams: set[str] = set()
    for run in _RUNS.findall(text):
        if _LATIN.fullmatch(run):
            continue
        if len(run) == 1:
            grams.add(run)
            continue
        grams.update(run[place : place + 2] for place in range(len(run) - 1))
        if singly:
            grams.update(run)
    return grams
