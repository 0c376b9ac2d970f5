"""What a search costs at 20 and 200 thousand and a million goods on sale, beside plain indexed SQL in the same run.

Each group asks for other things each time: words that are common, rare, absent, or pinyin; two words; filters in any
mix, among them such as never meet; in each order that a page has. Facets are told apart: they are bounded, not quick.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import asyncpg

from services.catalog.domain.hanzi import readings
from services.catalog.store.frequencies import KEPT_FOR
from shared.contracts.words import SupplierKind
from shared.ids import derived_id
from shared.reference import divisions
from tests.bench.load import Outcome, one_after_another, request_bytes, run_load
from tests.bench.search_rows import SearchRows, Word, per_kg
from tests.whole import Whole

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

SIZES = (20_000, 200_000, 1_000_000)
ASKED, ASKED_FACETS, WARM = 600, 60, 150
SORTS = ("relevance", "newest", "price")
GROUPS = ("one_word", "two_words", "filters", "words_and_filters", "recognised")
CANTEEN = derived_id("bench", "search canteen")
PLAIN = """SELECT item FROM on_sale WHERE available AND category = $1 ORDER BY price_rank, listing_id LIMIT 25"""
LIKE = (
    "SELECT item FROM on_sale WHERE available AND item LIKE '%' || $1 || '%' ORDER BY price_rank, listing_id LIMIT 25"
)
"""What a search without the words' index would be."""
INDEX = "CREATE INDEX on_sale_words_idx ON on_sale USING gin (tags, grams, sounds) WITH (fastupdate = off)"

UNTIL = ("2026-12-31", "2027-06-30", "2030-12-31", "2040-01-01", "9999-12-31")

Params = dict[str, Any]


class Asked:
    """What a buyer might ask for, drawn anew each time."""

    def __init__(self, rows: SearchRows, seed: int) -> None:
        self._rows, self._dice = rows, random.Random(seed)
        self._counties = sorted({shop.county for shop in rows.shops})

    def of(self, group: str) -> Params:
        """Draw a search of a group."""
        make: dict[str, Callable[[], Params]] = {
            "one_word": lambda: {"q": self._word()},
            "two_words": lambda: {"q": f"{self._word()} {self._second()}"},
            "filters": self._filters,
            "words_and_filters": lambda: {"q": self._word()} | self._filters(),
            "recognised": self._recognised,
        }
        return make[group]() | {"sort": self._dice.choice(SORTS)}

    def _some(self) -> Word:
        """Draw a good as buyers do: mostly what is sold most."""
        return self._rows.words[int(len(self._rows.words) * self._dice.random() ** 2)]

    def _word(self) -> str:
        good, kind = self._some().good.name, self._dice.random()
        name = "".join(letter for letter in good if "\u4e00" <= letter <= "\u9fff")
        if kind < 0.55:
            return name
        if kind < 0.7:
            return "".join(readings(letter)[0] for letter in name[-2:] if readings(letter))
        if kind < 0.8:
            return self._second()
        return self._dice.choice(("蔬菜", "合作社", "湖南", "有机", "不存在的东西", "tebie"))

    def _second(self) -> str:
        if self._dice.random() < 0.5:
            return divisions()[(self._dice.choice(self._counties), "county")].name
        return self._dice.choice(("高山", "有机", "农家", "生态", "散装", "富硒", "基地", "家庭农场"))

    def _recognised(self) -> Params:
        """Draw a last day, among them such as nobody is recognised to, alone or of a category."""
        until = {"recognised_to": self._dice.choice(UNTIL)}
        return until | ({"category": self._some().good.category} if self._dice.random() < 0.5 else {})

    def _filters(self) -> Params:
        some, dice = self._some(), self._dice
        middle = per_kg(some) or 1_000
        known: dict[str, Params] = {
            "category": {"category": some.good.category},
            "county": {"county": dice.choice(self._counties)},
            "key county": {"county": dice.choice(self._rows.key_counties)},
            "prefecture": {"county": dice.choice(self._counties)[:4] + "00"},
            "base": {"base_run": "true"},
            "kind": {"supplier_kind": dice.choice([kind.value for kind in SupplierKind])},
            "season": {"harvest_now": "true"},
            "delivery": {"delivers_to": dice.choice(self._counties)},
            "price": {"price_from_fen_per_kg": middle * 9 // 10, "price_to_fen_per_kg": middle * 11 // 10},
            "counts": {"counts_for": str(CANTEEN)},
            "supplier": {"supplier": str(dice.choice(self._rows.shops).supplier_id)},
            "recognised": {"recognised_to": dice.choice(UNTIL)},
        }
        chosen = dice.sample(sorted(known), dice.choice((1, 2, 2, 3)))
        return {name: value for one in chosen for name, value in known[one].items()}


async def measure(bench: "Bench", programs: Whole) -> None:
    """Fill the shelf to each size and ask; the greatest size's slowest hundredth is the figure."""
    connection = await bench.connect("catalog")
    rows = SearchRows()
    await connection.execute("TRUNCATE on_sale, word_stairs")
    await rows.prepare(connection)
    await let_count(connection, rows.key_counties)
    told: dict[str, Any] = {}
    before, worst = 0, 0.0
    for size in SIZES:
        # The index of words is made when the rows are there, as it is many times faster; the programs keep it up.
        await connection.execute("DROP INDEX IF EXISTS on_sale_words_idx")
        await rows.fill(connection, before, size)
        await rows.note(connection)
        started = time.perf_counter()
        await connection.execute("SET maintenance_work_mem = '512MB'")
        await connection.execute(INDEX)
        indexed = time.perf_counter() - started
        await connection.execute("VACUUM (ANALYZE) on_sale, word_stairs")
        await asyncio.sleep(KEPT_FOR.total_seconds())  # what the program knows is of the shelf that it is asked about
        told[f"at_{size}"], worst = await _at(programs, connection, rows)
        told[f"at_{size}"]["indexed_s"] = round(indexed)
        before = size
    told["load_average"] = [round(one, 1) for one in os.getloadavg()]
    told["on_disk"] = await connection.fetchval("SELECT pg_size_pretty(pg_total_relation_size('on_sale'))")
    await connection.close()
    bench.found("search_p99_ms_1m", worst, **told)


async def _at(programs: Whole, connection: "asyncpg.Connection", rows: SearchRows) -> tuple[dict[str, Any], float]:
    told: dict[str, Any] = {}
    latencies: list[float] = []
    for group in GROUPS:
        await _ask(programs, rows, "/listings", group, WARM, seed=1)
        outcome = await _ask(programs, rows, "/listings", group, ASKED, seed=2)
        told[group] = _told(outcome)
        latencies += outcome.latencies_ms
    facets = await _ask(programs, rows, "/listing-facets", "words_and_filters", ASKED_FACETS, seed=3)
    told["facets"] = _told(facets)
    told["plain_indexed_sql"] = await _plain(connection, PLAIN, [word.good.category for word in rows.words[:200]])
    told["like"] = await _plain(connection, LIKE, ["龙牙百合", "不存在的东西"])
    whole = Outcome(latencies_ms=latencies)
    told["all"] = _told(whole)
    return told, whole.percentile_ms(99)


async def _ask(programs: Whole, rows: SearchRows, path: str, group: str, times: int, *, seed: int) -> Outcome:
    host, _, port = programs.env["CATALOG_LISTEN"].rpartition(":")
    asked = Asked(rows, seed)

    def requests() -> Iterator[bytes]:
        for _ in range(times):
            params = asked.of(group)
            if path != "/listings":
                params.pop("sort")
            yield request_bytes("GET", f"{path}?{urlencode(params)}")

    outcome = await run_load(host, int(port), one_after_another(requests()), connections=1, seconds=600)
    if set(outcome.statuses) - {200}:
        raise RuntimeError(f"searches were refused: {outcome.statuses} {outcome.first_failure!r}")
    return outcome


async def _plain(connection: "asyncpg.Connection", statement: str, values: list[str]) -> dict[str, float]:
    taken = []
    for value in values:
        started = time.perf_counter()
        await connection.fetch(statement, value)
        taken.append((time.perf_counter() - started) * 1000)
    return _told(Outcome(latencies_ms=taken))


def _told(outcome: Outcome) -> dict[str, float]:
    return {
        "p50_ms": round(outcome.percentile_ms(50), 2),
        "p99_ms": round(outcome.percentile_ms(99), 2),
        "mean_ms": round(statistics.fmean(outcome.latencies_ms), 2),
    }


async def let_count(connection: "asyncpg.Connection", counties: list[str]) -> None:
    """Let the goods of the 51 counties count for a canteen, as the catalogue would have heard."""
    await connection.execute(
        "INSERT INTO canteens (canteen_id, version, unit_id, name, kind, active) VALUES ($1, 1, $1, 'x', 'own', true)"
        " ON CONFLICT DO NOTHING",
        CANTEEN,
    )
    await connection.execute(
        "INSERT INTO counting_counties (county_code, rule_code, valid_from, rule_name, fund)"
        " SELECT code, 'bench', '2020-01-01', 'bench', 'canteen' FROM unnest($1::text[]) AS code",
        counties,
    )
