"""Goods on sale for measuring the search: as many as asked, made by SQL from the words of real goods and places.

Goods are drawn as markets sell them (a few everywhere, many rarely) and suppliers as counties have them, four in ten in
the 51 key counties; prices follow the goods, so that what is dear is dear together.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

import asyncpg

from deploy.operator.demo.goods import Good, goods
from deploy.operator.demo.load import counties_51
from deploy.operator.demo.producers import BRANDS, CALLED, KINDS
from services.catalog.domain.grams import FOLDING, row_words
from services.catalog.domain.listings import price_fen_per_kg
from services.catalog.domain.steps import NEWEST_STEP_BITS, PRICE_STEPS_KNOWN, STEPS_OF_A_STAIR, price_floor
from services.catalog.domain.tags import row_tags
from shared.contracts.words import SupplierKind
from shared.ids import derived_id
from shared.reference import category_name, county_name, divisions

SEED = 20_261_122
SUPPLIERS = 8_000
MANNERS = ("", "", "高山", "有机", "农家", "生态", "散装", "精选", "原生态", "富硒")
CERTIFICATES = ("commitment", "commitment", "commitment", "green", "organic", "gi")
IN_KEY_COUNTIES_BP = 4_000
RECOGNISED_PART = 0.6
FLOORS = [price_floor(step) for step in range(1, PRICE_STEPS_KNOWN)]
SEASONAL = {"vegetables", "fruit", "aquatic", "tea"}

_TABLES = """
CREATE TEMP TABLE bench_word (n int PRIMARY KEY, name text, category text, category_name text, item text, measure text,
  unit_name text, unit_quantity bigint, piece_grams bigint, price_fen bigint, minimum bigint, step bigint,
  grams text[], sounds text[], months smallint[]);
CREATE TEMP TABLE bench_supplier (n int PRIMARY KEY, supplier_id uuid, name text, kind text, county text,
  county_name text, grams text[], sounds text[], tags text[], recognised_to date);
"""
_FILL = """
WITH drawn AS (
  SELECT n, 1 + width_bucket(random(), $2::float8[]) AS word, 1 + width_bucket(random(), $3::float8[]) AS supplier,
         0.9 + random() * 0.2 AS dearer, random() AS stocked, uuidv7() AS listing_id
    FROM generate_series($1::int + 1, $1::int + $4::int) AS n
), drawn_with AS (
  SELECT d.*, w.*, s.supplier_id, s.name AS supplier_name, s.kind, s.county, s.county_name, s.grams AS their_grams,
         s.sounds AS their_sounds, s.tags AS their_tags, s.recognised_to,
         greatest(1, (w.price_fen * d.dearer)::bigint) AS fen
    FROM drawn d JOIN bench_word w ON w.n = d.word JOIN bench_supplier s ON s.n = d.supplier
), priced AS (
  SELECT *, fen * 1000 / CASE WHEN measure = 'weight' THEN unit_quantity ELSE piece_grams END AS per_kg,
         1700000000000000 + $1::bigint * 60000000 + (random() * $4 * 60000000)::bigint AS published_us
    FROM drawn_with
)
INSERT INTO on_sale (listing_id, supplier_id, supplier_kind, version, category, origin_county_code, price_rank,
                     published_us, available, grams, sounds, tags, folding, recognised_to, item)
SELECT listing_id, supplier_id, kind, 1, category, county,
       per_kg, published_us, stocked < 0.95,
       p.grams || their_grams, p.sounds || their_sounds,
       their_tags || ARRAY['g:' || category, 'i:' || p.item]
         || (SELECT coalesce(array_agg('h:' || month), '{}') FROM unnest(months) AS month)
         || ARRAY['p:' || width_bucket(per_kg, $6::bigint[]), 'n:' || (published_us >> $7)], $5, recognised_to,
       json_build_object('listing_id', listing_id, 'listing_version', 1, 'name', p.name, 'category', category,
         'category_name', category_name, 'supplier_id', supplier_id, 'supplier_name', supplier_name,
         'supplier_kind', kind, 'measure', measure, 'unit_name', unit_name, 'unit_quantity', unit_quantity,
         'piece_grams', piece_grams, 'price_fen', fen,
         'price_fen_per_kg', per_kg,
         'minimum_quantity', minimum, 'step_quantity', step, 'origin_county_code', county,
         'origin_county_name', county_name, 'photo_id', uuidv7(), 'published_at', '2026-03-02T01:02:03Z')::text
  FROM priced p
"""

_NOTE = """
WITH stood AS MATERIALIZED (
  SELECT supplier_id, (SELECT substr(tag, 3) FROM unnest(tags) AS tag WHERE tag LIKE 'i:%') AS item,
         set_bit(0::bit(1024), width_bucket(price_rank, $1::bigint[]) / $2, 1) AS stair
    FROM on_sale
), by_word AS (SELECT item, bit_or(stair) AS stairs FROM stood GROUP BY 1
), by_supplier AS (SELECT supplier_id, bit_or(stair) AS stairs FROM stood GROUP BY 1
), found AS (
  SELECT 'g', unnest(grams), stairs FROM by_word JOIN bench_word USING (item)
  UNION ALL SELECT 's', unnest(sounds), stairs FROM by_word JOIN bench_word USING (item)
  UNION ALL SELECT 'tg:', category, stairs FROM by_word JOIN bench_word USING (item)
  UNION ALL SELECT 'ti:', item, stairs FROM by_word
  UNION ALL SELECT 'th:', unnest(months)::text, stairs FROM by_word JOIN bench_word USING (item)
  UNION ALL SELECT 'g', unnest(grams), stairs FROM by_supplier JOIN bench_supplier USING (supplier_id)
  UNION ALL SELECT 's', unnest(sounds), stairs FROM by_supplier JOIN bench_supplier USING (supplier_id)
  UNION ALL SELECT 't', unnest(tags), stairs FROM by_supplier JOIN bench_supplier USING (supplier_id)
)
INSERT INTO word_stairs (word, stairs)
SELECT mark || word, bit_or(stairs) FROM found AS one (mark, word, stairs) GROUP BY 1
ON CONFLICT (word) DO UPDATE SET stairs = excluded.stairs
"""
"""What publication notes row by row; a row has the words of its good and of its supplier."""


@dataclass(frozen=True, slots=True)
class Word:
    """A good in the manner in which it is offered."""

    good: Good
    manner: str
    item: str
    months: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.manner + self.good.name


@dataclass(frozen=True, slots=True)
class Shop:
    """A supplier of the bench."""

    supplier_id: UUID
    name: str
    kind: SupplierKind
    county: str
    tags: tuple[str, ...]
    recognised_to: date | None


class SearchRows:
    """The goods and suppliers that rows are made of, the same in every run."""

    def __init__(self) -> None:
        self._dice = random.Random(SEED)
        self.words = [self._word(place, good, manner) for place, good in enumerate(goods()) for manner in MANNERS]
        keys = sorted(counties_51())
        self._dice.shuffle(keys)
        elsewhere = [one.code for one in divisions().values() if one.level == "county" and one.code not in set(keys)]
        self._dice.shuffle(elsewhere)
        self._keys, self._elsewhere = keys, elsewhere
        self.shops = [self._shop(number) for number in range(SUPPLIERS)]

    @property
    def key_counties(self) -> list[str]:
        return list(self._keys)

    async def prepare(self, connection: "asyncpg.Connection") -> None:
        """Write the words of each good and each supplier once, as their rows would have them."""
        await connection.execute("SET session_replication_role = replica")  # rows for search alone, no listings
        await connection.execute(f"SELECT setseed(0.5); {_TABLES}")
        await connection.copy_records_to_table(
            "bench_word", records=[self._of_word(n, word) for n, word in enumerate(self.words, 1)]
        )
        await connection.copy_records_to_table(
            "bench_supplier", records=[_of_shop(n, shop) for n, shop in enumerate(self.shops, 1)]
        )

    async def fill(self, connection: "asyncpg.Connection", before: int, rows: int) -> None:
        """Put as many more on sale as bring them to `rows`."""
        words = _steps(0.6, len(self.words) // len(MANNERS), len(MANNERS))
        shops = _steps(0.3, len(self.shops), 1)
        while before < rows:
            more = min(50_000, rows - before)
            await connection.execute(_FILL, before, words, shops, more, FOLDING, FLOORS, NEWEST_STEP_BITS)
            before += more

    async def note(self, connection: "asyncpg.Connection") -> None:
        """Note on which stairs of prices the words of all rows stand, as their publication would have."""
        await connection.execute(_NOTE, FLOORS, STEPS_OF_A_STAIR)

    def _word(self, place: int, good: Good, manner: str) -> Word:
        dice = random.Random(place)
        begins, length = dice.randrange(12), dice.randrange(2, 6)
        months = tuple(sorted((begins + step) % 12 + 1 for step in range(length)))
        return Word(good, manner, f"item{place}", months if good.category in SEASONAL else ())

    def _shop(self, number: int) -> Shop:
        dice = self._dice
        of_keys = dice.random() * 10_000 < IN_KEY_COUNTIES_BP
        county = dice.choice(self._keys) if of_keys else self._elsewhere[int(len(self._elsewhere) * dice.random() ** 2)]
        kind = dice.choice(KINDS)
        areas = dice.choice(((), (), (county[:2] + "0000",), (county[:4] + "00",), (county,)))
        recognised_to = _recognised(number)
        tags = row_tags(
            category="",
            kind=kind.value,
            origin=county,
            delivery_areas=areas,
            certificates=(dice.choice(CERTIFICATES),) if dice.random() < 0.3 else (),
            recognised_to=recognised_to,
        )
        name = f"{divisions()[(county, 'county')].name}{dice.choice(BRANDS.split())}{CALLED[kind]}"
        return Shop(
            derived_id("bench", "shop", number),
            name,
            kind,
            county,
            tuple(tag for tag in tags if tag != "g:"),
            recognised_to,
        )

    def _of_word(self, number: int, word: Word) -> tuple[object, ...]:
        good = word.good
        found = row_words(word.name, (category_name(good.category),), good.piece_grams)
        return (
            number, word.name, good.category, category_name(good.category), word.item, good.measure.value,
            good.unit_name, good.unit_quantity, good.piece_grams, good.price_fen, good.minimum_quantity,
            good.step_quantity, found.grams, found.sounds, list(word.months),
        )  # fmt: skip


def _of_shop(number: int, shop: Shop) -> tuple[object, ...]:
    found = row_words("", (shop.name, county_name(shop.county)))
    return (
        number, shop.supplier_id, shop.name, shop.kind.value, shop.county, county_name(shop.county), found.grams,
        found.sounds, list(shop.tags), shop.recognised_to,
    )  # fmt: skip


def _recognised(number: int) -> date | None:
    """Tell until when a supplier is recognised: six in ten are, for five years at most, each to a quarter's end."""
    dice = random.Random(number)
    if dice.random() >= RECOGNISED_PART:
        return None
    quarter = dice.randrange(1, 21)
    return date(2026 + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)


def _steps(power: float, ranks: int, each: int) -> list[float]:
    """Give the bounds between which a draw falls on each rank, by Zipf's law with this power, equal within a rank."""
    weights = [1 / (rank + 1) ** power for rank in range(ranks) for _ in range(each)]
    total = sum(weights)
    return [bound / total for bound in accumulate(weights)][:-1]


def per_kg(word: Word) -> int:
    """Tell the middle price of a kilogram in fen."""
    good = word.good
    return price_fen_per_kg(good.measure, good.unit_quantity, good.piece_grams, good.price_fen) or 0
