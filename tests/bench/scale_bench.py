"""Five thousand canteens and ten million entries: what a statement costs now and as of a past day, and how it grows.

The entries lie in last year, each day as many, so that "half a year in" is always the same share of them.
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
import asyncpg
import orjson
import psutil

from deploy.local.memory import megabytes
from shared.clock import SystemClock, today
from shared.ids import derived_id
from tests.bench.seed import Seeded
from tests.whole import Whole

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

CANTEENS = 5_000
SMALL, LARGE = 1_000_000, 10_000_000
ROUNDS, SLOW_ROUNDS = 15, 3
RULE = "national-2021-canteen"

OPEN = """
WITH made AS (
  INSERT INTO canteen (id, version, unit_id, name, kind, active)
  SELECT gen_random_uuid(), 1, u.id, 'bench ' || u.code || ' ' || n, 'own', true
  FROM (SELECT id, code FROM unit WHERE code LIKE 'bench-%' ORDER BY code) AS u, generate_series(1, $1::int) AS n
  RETURNING id
)
INSERT INTO canteen_form (canteen_id, version, valid_from, kind, evidence, recorded_at)
SELECT id, 1, make_date($2, 1, 1), 'own', '', make_date($2, 1, 1) FROM made
"""

BACKDATE = """
UPDATE designation_list SET recorded_at = '2020-01-01';
UPDATE rule SET recorded_at = '2020-01-01'; UPDATE rule_in_force SET recorded_at = '2020-01-01';
UPDATE jurisdiction SET recorded_at = '2020-01-01'; UPDATE reference_head SET version = version + 1;
"""
"""What the seed loaded today was known before the year began."""

ATTEST = """
INSERT INTO attestation (canteen_id, fund, year, month, version, farm_produce_fen, timing_fen, freight_fen,
                         not_food_fen, explanation, attested_by, recorded_at)
SELECT c.id, 'canteen', $1, m, 1, m * 1000000, 0, 0, 0, '', gen_random_uuid(), make_date($1, m, 9) + interval '1 month'
FROM canteen c, generate_series(1, 12) AS m
ON CONFLICT DO NOTHING
"""

FILL = f"""
INSERT INTO entry (unit_id, seq, recorded_at, kind, canteen_id, fund, year, happened_on, posting_month, amount_fen,
                   source_id, source_line, lot_id, lot_line, facts, judgements, previous_hash, hash)
SELECT c.unit_id, (n - 1) * c.beside + c.place, d + time '04:00' + n * interval '1 microsecond', 'purchase', c.id,
       'canteen', $2, d, $2 * 100 + extract(month FROM d)::int, 1000, gen_random_uuid(), gen_random_uuid(),
       gen_random_uuid(), gen_random_uuid(), '{{"origin": "430224", "channel": "zhucai", "category": "vegetables"}}',
       '{{"{RULE}": {{"base_fen": 1000, "counted_fen": 200, "reason": "counted", "list_version": 1}}}}',
       sha256('a'), sha256('b')
FROM (SELECT id, unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY id) AS place,
             count(*) OVER (PARTITION BY unit_id) AS beside FROM canteen) AS c
CROSS JOIN generate_series(1, $1::int) AS n
CROSS JOIN LATERAL (SELECT make_date($2, 1, 1) + ((n - 1) * 365 / $1)::int AS d) AS day
"""  # noqa: S608 - a name of our own

ADD_UP = f"""
INSERT INTO total (canteen_id, fund, rule_code, year, posting_month, amount_fen, base_fen, counted_fen, entries)
SELECT canteen_id, fund, '{RULE}', year, posting_month, sum(amount_fen), 1000 * count(*), 200 * count(*), count(*)
FROM entry GROUP BY canteen_id, fund, year, posting_month
"""  # noqa: S608 - a name of our own

GROUP_BY = """
SELECT canteen_id, fund, year, posting_month, sum(amount_fen), count(*) FROM entry
WHERE year = $1 GROUP BY canteen_id, fund, year, posting_month
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each question at one size."""

    one: float
    table: float
    one_as_of: float
    table_as_of: float
    group_by: float
    loaded_per_s: float

    def told(self) -> dict[str, float]:
        return {
            "one_statement_ms": round(self.one * 1000, 1),
            "table_ms": round(self.table * 1000, 1),
            "one_as_of_ms": round(self.one_as_of * 1000, 1),
            "table_as_of_ms": round(self.table_as_of * 1000, 1),
            "group_by_ms": round(self.group_by * 1000, 1),
            "loaded_per_s": round(self.loaded_per_s),
        }


async def measure(bench: "Bench", running: Whole, seeded: Seeded) -> None:
    """Load the small and the large ledger, and ask both the same."""
    quota = await bench.connect("procurement_quota")
    year = today(SystemClock()).year - 1
    await quota.execute("SET synchronous_commit = off; SET session_replication_role = replica")
    units = await quota.fetchval("SELECT count(*) FROM unit WHERE code LIKE 'bench-%'")
    already = await quota.fetchval("SELECT count(*) FROM canteen")
    await quota.execute(OPEN, -(-(CANTEENS - already) // units), year)
    await quota.execute(ATTEST, year)
    await quota.execute(BACKDATE)
    headers = {"authorization": f"Bearer {seeded.auditor_token}"}
    async with aiohttp.ClientSession(running.base_url, headers=headers) as session:
        small = await _measure_at(SMALL, year, quota, session)
        large = await _measure_at(LARGE, year, quota, session)
    canteens = await quota.fetchval("SELECT count(*) FROM canteen")
    memory = {name: psutil.Process(child.pid).memory_info().rss for name, child in running.children.items()}
    await quota.close()
    bench.found(
        "statement_growth_1m_10m",
        large.one / small.one,
        canteens=canteens,
        at_1m=small.told(),
        at_10m=large.told(),
        memory={"procurement_quota": megabytes(memory["procurement_quota"])},
    )
    bench.found("table_vs_groupby_10m", large.group_by / large.table, table_growth=round(large.table / small.table, 2))


async def _measure_at(entries: int, year: int, quota: "asyncpg.Connection", session: aiohttp.ClientSession) -> Times:
    canteens = await quota.fetchval("SELECT count(*) FROM canteen")
    await quota.execute("TRUNCATE entry, total CASCADE")
    began = time.perf_counter()
    await quota.execute(FILL, entries // canteens, year)
    loaded_per_s = entries / (time.perf_counter() - began)
    await quota.execute(ADD_UP)
    await quota.execute("VACUUM ANALYZE entry, total, attestation, canteen, canteen_form")
    canteen_id: UUID = await quota.fetchval("SELECT id FROM canteen ORDER BY id LIMIT 1 OFFSET 2500")
    province, half = derived_id("unit", "430000"), date(year, 6, 30)

    def asks(subject: UUID, as_of: date | None) -> Callable[[], Awaitable[int]]:
        past = f"&happened_by={as_of}&known_by={as_of}" if as_of else ""
        url = f"/api/v1/statements/{subject}?rule={RULE}&year={year}{past}"

        async def ask() -> int:
            async with session.get(url) as answer:
                body = await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status} {body[:300]!r}")
                return int(orjson.loads(body)["figures"]["ledger_fen"])

        return ask

    async def group_by() -> int:
        return sum(row["sum"] for row in await quota.fetch(GROUP_BY, year))

    held = entries // canteens * 1000
    return Times(
        one=await _median(asks(canteen_id, None), ROUNDS, held),
        table=await _median(asks(province, None), ROUNDS, held * canteens),
        one_as_of=await _median(asks(canteen_id, half), ROUNDS, None),
        table_as_of=await _median(asks(province, half), SLOW_ROUNDS, None),
        group_by=await _median(group_by, SLOW_ROUNDS, held * canteens),
        loaded_per_s=loaded_per_s,
    )


async def _median(ask: Callable[[], Awaitable[int]], rounds: int, wanted: int | None) -> float:
    """Give the median seconds of asking; the first answer, which warms up, is checked and not counted."""
    first = await ask()
    if wanted is not None and first != wanted:
        raise RuntimeError(f"the answer is {first}, the entries hold {wanted}")
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
