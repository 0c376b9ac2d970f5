"""The province's statement at a million entries, beside PostgreSQL summing the entries itself."""

import statistics
import time
from typing import TYPE_CHECKING

import aiohttp
import orjson

from shared.clock import SystemClock, today
from shared.ids import derived_id
from tests.bench.seed import Seeded
from tests.whole import Whole

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

ENTRIES = 1_000_000
ROUNDS = 7

FILL = """
INSERT INTO entry (unit_id, seq, recorded_at, kind, canteen_id, fund, year, happened_on, posting_month, amount_fen,
                   source_id, source_line, lot_id, lot_line, facts, judgements, previous_hash, hash)
SELECT c.unit_id, coalesce(h.seq, 0) + n, now() + n * interval '1 microsecond', 'purchase', c.id, 'canteen',
       extract(year FROM d)::int, d, (extract(year FROM d) * 100 + extract(month FROM d))::int,
       1000, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{}',
       '{"national-2021-canteen": {"base_fen": 1000, "counted_fen": 200}}', sha256('a'), sha256('b')
FROM (SELECT id, unit_id, row_number() OVER (ORDER BY id) AS place FROM canteen) AS c
CROSS JOIN generate_series(1, $1::int) AS n
CROSS JOIN LATERAL (SELECT $2::date - n % extract(doy FROM $2::date)::int AS d) AS day
LEFT JOIN chain_head h ON h.unit_id = c.unit_id
"""

ADD_UP = """
INSERT INTO total (canteen_id, fund, rule_code, year, posting_month, amount_fen, base_fen, counted_fen, entries)
SELECT canteen_id, fund, 'national-2021-canteen', year, posting_month, sum(amount_fen), 1000 * count(*),
       200 * count(*), count(*)
FROM entry WHERE hash = sha256('b') GROUP BY canteen_id, fund, year, posting_month
ON CONFLICT (canteen_id, fund, rule_code, year, posting_month) DO UPDATE SET
       amount_fen = total.amount_fen + excluded.amount_fen, base_fen = total.base_fen + excluded.base_fen,
       counted_fen = total.counted_fen + excluded.counted_fen, entries = total.entries + excluded.entries
"""

JUDGED = """
SELECT sum((judgements -> 'national-2021-canteen' ->> 'base_fen')::bigint)::bigint FROM entry
WHERE year = $1 AND fund = 'canteen'
"""

GROUP_BY = """
SELECT canteen_id, fund, year, posting_month, sum(amount_fen), count(*) FROM entry
WHERE year = $1 GROUP BY canteen_id, fund, year, posting_month
"""


async def measure(bench: "Bench", running: Whole, seeded: Seeded) -> None:
    """Ask for the statement and for the sum in turn; the ratio is the sum's time over the statement's."""
    quota = await bench.connect("procurement_quota")
    day = today(SystemClock())
    canteens = await quota.fetchval("SELECT count(*) FROM canteen")
    await quota.execute("SET synchronous_commit = off")
    await quota.execute(FILL, -(-ENTRIES // canteens), day)
    await quota.execute(ADD_UP)
    await quota.execute("VACUUM ANALYZE entry, total")
    judged_fen = await quota.fetchval(JUDGED, day.year)
    entries = await quota.fetchval("SELECT count(*) FROM entry")
    province = derived_id("unit", "430000")
    url = f"{running.base_url}/api/v1/statements/{province}?rule=national-2021-canteen&year={day.year}"
    headers = {"authorization": f"Bearer {seeded.auditor_token}"}
    own, bound, size = [], [], 0
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            async with session.get(url) as answer:
                body = await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{answer.status} {body[:300]!r}")
                if (stated := orjson.loads(body)["figures"]["ledger_fen"]) != judged_fen:
                    raise RuntimeError(f"the statement says {stated}, its entries {judged_fen}")
            own.append(time.perf_counter() - began)
            size = len(body)
            began = time.perf_counter()
            await quota.fetch(GROUP_BY, day.year)
            bound.append(time.perf_counter() - began)
    await quota.close()
    bench.found(
        "statement_vs_groupby",
        statistics.median(b / a for a, b in zip(own, bound, strict=True)),
        entries=entries,
        canteens=canteens,
        statement_ms=round(statistics.median(own) * 1000, 1),
        group_by_ms=round(statistics.median(bound) * 1000, 1),
        statement_bytes=size,
    )
