"""Where in the order of prices a word stands is known before it is looked for there.

Decision: of each word, sound and tag the stairs of prices on which it was ever on sale are kept as bits of one row, and
written in the transaction that puts goods on sale. Why: goods of one word stand together by price; without this the
cheapest of them are found by reading all of them, or all that is cheaper.
Price: some two hundred look-ups when goods come on sale, hardly ever a write. What is no longer on sale leaves its
bits, and costs a look in vain.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import and_, or_
from typing import Protocol

import sqlalchemy as sa

from services.catalog.domain.steps import NEWEST_STEP, PRICE_STEP, STAIRS_MAX, stair_of
from services.catalog.store.conditions import Wanted
from shared.db.unit_of_work import Tx, UnitOfWork

_LETTER = {"grams": "g", "sounds": "s", "tags": "t"}
_NOTE = sa.text(
    "INSERT INTO word_stairs AS known (word, stairs) "  # noqa: S608 - a number of our own
    f"SELECT one.word, bit_or(set_bit(CAST(0 AS bit({STAIRS_MAX})), one.stair, 1)) "
    "FROM unnest(CAST(:words AS text[]), CAST(:stairs AS int[])) AS one (word, stair) "
    "LEFT JOIN word_stairs k ON k.word = one.word WHERE k.word IS NULL OR get_bit(k.stairs, one.stair) = 0 "
    "GROUP BY one.word ORDER BY one.word "
    "ON CONFLICT (word) DO UPDATE SET stairs = known.stairs | excluded.stairs"
)
_STAND = "SELECT word, stairs FROM word_stairs WHERE word = ANY ($1::text[])"


class Worded(Protocol):
    """What has words, and a place among prices."""

    @property
    def price_rank(self) -> int: ...
    @property
    def grams(self) -> Sequence[str]: ...
    @property
    def sounds(self) -> Sequence[str]: ...
    @property
    def tags(self) -> Sequence[str]: ...


def note(tx: Tx, rows: Iterable[Worded]) -> None:
    """Note where the words of these rows stand, as the transaction ends: others wait for the words that it locks."""
    tx.put_off(_write, {(word, stair_of(row.price_rank)) for row in rows for word in _words_of(row)})


async def _write(tx: Tx, noted: Iterable[tuple[str, int]]) -> None:
    """Write on which stairs words stand; all of a transaction at once, so that words are locked in their order."""
    found = sorted(set(noted))
    if found:
        await tx.execute(_NOTE, {"words": [word for word, _ in found], "stairs": [stair for _, stair in found]})


async def price_stairs(uow: UnitOfWork, wanted: Iterable[Wanted]) -> list[int]:
    """Give the stairs, cheap first, off which no row has all that is wanted."""
    asked = [(one.any_of, [_LETTER[one.column] + value for value in one.values]) for one in wanted]
    every = sorted({word for _, words in asked for word in words})
    known = {row["word"]: int.from_bytes(row["stairs"].bytes) for row in await uow.statement(_STAND, every)}
    bits = (reduce(or_ if any_of else and_, (known.get(word, 0) for word in words)) for any_of, words in asked if words)
    return _stairs_of(reduce(and_, bits))


def _words_of(row: Worded) -> Iterator[str]:
    yield from (_LETTER["grams"] + gram for gram in row.grams)
    yield from (_LETTER["sounds"] + sound for sound in row.sounds)
    yield from (_LETTER["tags"] + tag for tag in row.tags if not tag.startswith((PRICE_STEP, NEWEST_STEP)))


def _stairs_of(bits: int) -> list[int]:
    """Give the places of the bits; the first of a bit string is the highest of the number."""
    return [place for place, bit in enumerate(f"{bits:0{STAIRS_MAX}b}") if bit == "1"]
