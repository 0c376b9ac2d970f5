"""Five thousand canteens and ten million entries: what a statement costs now and as of a past day, and how it grows.

The entries lie in last year, each day as many, so that "half a year in" is always the same share of them.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiohttp
import asyncpg
import orjson
import psutil

from deploy.local.memory import megabytes
from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.store.fold_tables import DERIVED
from services.procurement_quota.usecases.fold_ledger import fold_whole_ledger
from shared.clock import SystemClock, today
from shared.ids import derived_id, new_id
from tests.bench import ledger_bench
from tests.bench.seed import Seeded
from tests.build.sheets import a_csv, a_row
from tests.whole import Whole

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

CANTEENS = 5_000
SMALL, LARGE = 1_000_000, 10_000_000
ROUNDS, SLOW_ROUNDS = 15, 3
LINES = 5
"""Of an order."""
PAIRS = 100
AT_ONCE = 1_000_000
IMPORTED = 10_000
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
UPDATE canteen_form SET recorded_at = '2020-01-01';
"""
"""What the seed loaded today was known before the year began."""

ATTEST = """
INSERT INTO attestation (canteen_id, fund, year, month, version, farm_produce_fen, timing_fen, freight_fen,
                         not_food_fen, explanation, attested_by, recorded_at)
SELECT c.id, 'canteen', $1, m, 1, m * 1000000, 0, 0, 0, '', gen_random_uuid(), make_date($1, m, 9) + interval '1 month'
FROM canteen c, generate_series(1, 12) AS m
ON CONFLICT DO NOTHING
"""

EMPTIED = ("entry", "total", "payment", "order_balance", "ordered", *DERIVED)

FILL = f"""
INSERT INTO entry (unit_id, seq, recorded_at, kind, canteen_id, fund, year, happened_on, posting_month, amount_fen,
                   source_id, source_line, lot_id, lot_line, order_id, facts, judgements, previous_hash, hash)
SELECT c.unit_id, (n - 1) * c.beside + c.place, d + time '04:00' + n * interval '1 microsecond', 'purchase', c.id,
       'canteen', $2, d, $2 * 100 + extract(month FROM d)::int, 1000, gen_random_uuid(), gen_random_uuid(),
       gen_random_uuid(), gen_random_uuid(), md5(c.id::text || (n - 1) / {LINES})::uuid,
       '{{"origin": "430224", "channel": "zhucai", "category": "vegetables"}}',
       '{{"{RULE}": {{"base_fen": 1000, "counted_fen": 200, "reason": "counted", "list_version": 1}}}}',
       sha256('a'), sha256('b')
FROM (SELECT id, unit_id, row_number() OVER (PARTITION BY unit_id ORDER BY id) AS place,
             count(*) OVER (PARTITION BY unit_id) AS beside FROM canteen) AS c
CROSS JOIN generate_series($3::int, $4::int) AS n
CROSS JOIN LATERAL (SELECT make_date($2, 1, 1) + ((n - 1) / {LINES} * {LINES} * 365 / $1)::int AS d) AS day
"""  # noqa: S608 - names of our own

ORDERS = f"""
CREATE TEMPORARY TABLE bought ON COMMIT DROP AS
SELECT md5(c.id::text || g)::uuid AS order_id, c.id AS canteen_id, d,
       least({LINES}, $1 - g * {LINES}) * 1000 AS fen, g % 50 <> 0 AS paid
FROM canteen c CROSS JOIN generate_series(0, ($1::int - 1) / {LINES}) AS g
CROSS JOIN LATERAL (SELECT make_date($2::int, 1, 1) + (g * {LINES} * 365 / $1)::int AS d) AS day
"""  # noqa: S608 - names of our own

OF_ORDERS = (
    """INSERT INTO payment (event_id, payment_id, order_id, canteen_id, fund, method, amount_fen, paid_on, recorded_at)
       SELECT gen_random_uuid(), gen_random_uuid(), order_id, canteen_id, 'canteen', 'bank_transfer', fen, d + 25,
              d + 25 + time '04:00' FROM bought WHERE paid ORDER BY d""",
    """INSERT INTO order_balance (order_id, canteen_id, fund, year, accepted_fen, paid_fen)
       SELECT order_id, canteen_id, 'canteen', extract(year FROM d), fen, CASE WHEN paid THEN fen ELSE 0 END
       FROM bought ORDER BY d""",
    """INSERT INTO ordered (order_id, canteen_id, fund, year, amount_fen, placed_at, recorded_at, accepted_on,
                            accepted_recorded_at)
       SELECT order_id, canteen_id, 'canteen', extract(year FROM d), fen, d - 3 + time '04:00', d - 3 + time '04:00',
              d, d + time '04:00' FROM bought ORDER BY d""",
)
"""Each order was placed three days before it was accepted, and paid 25 days after; one of fifty never."""

MOVE_HEADS = """
UPDATE chain_head h SET seq = e.seq, hash = sha256('b'), recorded_at = e.recorded_at
FROM (SELECT unit_id, max(seq) AS seq, max(recorded_at) AS recorded_at FROM entry GROUP BY unit_id) AS e
WHERE e.unit_id = h.unit_id
"""

ADD_UP = f"""
INSERT INTO total (canteen_id, fund, rule_code, year, posting_month, amount_fen, base_fen, counted_fen, entries)
SELECT canteen_id, fund, '{RULE}', year, posting_month, sum(amount_fen), 1000 * count(*), 200 * count(*), count(*)
FROM entry GROUP BY canteen_id, fund, year, posting_month
"""  # noqa: S608 - a name of our own

GROUP_BY = """
SELECT sum(fen)::bigint, sum(n)::bigint FROM (
  SELECT canteen_id, fund, year, posting_month, sum(amount_fen) AS fen, count(*) AS n FROM entry
  WHERE year = $1 GROUP BY canteen_id, fund, year, posting_month) AS months
"""
"""Its answer is summed where it is, so that nobody waits for sixty thousand rows to be sent."""

CHANGE = """
UPDATE total SET entries = entries WHERE posting_month = $1 * 100 + 3
AND canteen_id IN (SELECT id FROM canteen ORDER BY random() LIMIT 100)
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each question at one size."""

    one: float
    empty: float
    """Of the same canteen's statement about the year before, in which it bought nothing."""
    beside_empty: float
    """How many times as long the one takes as the other, asked in turn: the machine's load is in both."""
    table: float
    table_first: float
    table_changed: float
    one_as_of: float
    table_as_of: float
    """As of half a year before the entries end, the end of a month; it is computed anew each time."""
    table_as_of_day: float
    """As of a day within a month."""
    group_by: float
    loaded_per_s: float
    folded_per_s: float
    drained_per_s: float
    imported_per_s: float

    def told(self) -> dict[str, float]:
        return {
            "one_statement_ms": _ms(self.one),
            "empty_statement_ms": _ms(self.empty),
            "one_beside_empty": round(self.beside_empty, 3),
            "table_ms": _ms(self.table),
            "table_first_ms": _ms(self.table_first),
            "table_after_100_changes_ms": _ms(self.table_changed),
            "one_as_of_ms": _ms(self.one_as_of),
            "table_as_of_ms": _ms(self.table_as_of),
            "table_as_of_within_a_month_ms": _ms(self.table_as_of_day),
            "group_by_ms": _ms(self.group_by),
            "loaded_by_sql_per_s": round(self.loaded_per_s),
            "folded_per_s": round(self.folded_per_s),
            "ledger_drain_per_s": round(self.drained_per_s),
            "import_rows_per_s": round(self.imported_per_s),
        }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


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
    bench_of = _Sizes(bench, running, seeded, quota, year)
    small = await bench_of.at(SMALL)
    large = await bench_of.at(LARGE)
    canteens = await quota.fetchval("SELECT count(*) FROM canteen")
    size = await quota.fetchval("SELECT pg_size_pretty(pg_total_relation_size('entry'))")
    memory = {name: megabytes(psutil.Process(one.pid).memory_info().rss) for name, one in running.children.items()}
    await quota.close()
    bench.found(
        "statement_growth_1m_10m",
        large.beside_empty / small.beside_empty,
        canteens=canteens,
        one_statement_growth=round(large.one / small.one, 2),
        at_1m=small.told(),
        at_10m=large.told(),
        memory=memory,
        entries_on_disk=size,
        load_average=[round(one, 1) for one in psutil.getloadavg()],
    )
    bench.found(
        "table_vs_groupby_10m",
        large.group_by / large.table,
        after_100_changes=round(large.group_by / large.table_changed, 1),
        computed_whole=round(large.group_by / large.table_first, 2),
        table_growth=round(large.table / small.table, 2),
    )
    bench.found(
        "table_as_of_vs_groupby_10m",
        large.group_by / large.table_as_of,
        within_a_month=round(large.group_by / large.table_as_of_day, 2),
        table_as_of_growth=round(large.table_as_of / small.table_as_of, 2),
    )


@dataclass
class _Sizes:
    """Fills the ledger to a size and asks it."""

    bench: "Bench"
    running: Whole
    seeded: Seeded
    quota: "asyncpg.Connection"
    year: int

    async def at(self, entries: int) -> Times:
        """Measure with so many entries in last year; what is booked and imported while measuring comes last."""
        quota, year = self.quota, self.year
        canteens = await quota.fetchval("SELECT count(*) FROM canteen")
        each = entries // canteens
        loaded_per_s = await self._load(each, canteens)
        folded_per_s = each * canteens / await self._fold()
        canteen_id: UUID = await quota.fetchval("SELECT id FROM canteen ORDER BY id LIMIT 1 OFFSET 2500")
        province, half, within = derived_id("unit", "430000"), date(year, 6, 30), date(year, 6, 17)
        held = each * 1000
        headers = {"authorization": f"Bearer {self.seeded.auditor_token}"}
        async with aiohttp.ClientSession(self.running.base_url, headers=headers) as session:
            ask = _Asking(session, year)
            table_first = await ask.once(province, None, held * canteens)
            times = {
                **await self._beside_empty(session, canteen_id, held),
                "table": await ask.median(province, None, ROUNDS, held * canteens),
                "table_changed": await self._after_changes(ask, province, held * canteens),
                "one_as_of": await ask.median(canteen_id, half, ROUNDS, None),
                "table_as_of": await ask.median(province, half, SLOW_ROUNDS, await self._held_by(half)),
                "table_as_of_day": await ask.median(province, within, SLOW_ROUNDS, await self._held_by(within)),
            }
        group_by = await self._group_by(held * canteens)
        drained = await ledger_bench.drained_per_s(self.bench, self.running, self.seeded, quota)
        imported = await self._imported_per_s()
        return Times(
            **times,
            table_first=table_first,
            group_by=group_by,
            loaded_per_s=loaded_per_s,
            folded_per_s=folded_per_s,
            drained_per_s=drained,
            imported_per_s=imported,
        )

    async def _beside_empty(self, session: aiohttp.ClientSession, canteen_id: UUID, held: int) -> dict[str, float]:
        """Ask in turn for a canteen's statement and for one that rests on no entry."""
        ask, nothing = _Asking(session, self.year), _Asking(session, self.year - 1)
        pairs = [
            (await ask.once(canteen_id, None, held), await nothing.once(canteen_id, None, 0)) for _ in range(PAIRS)
        ]
        one, empty = zip(*pairs, strict=True)
        return {
            "one": statistics.median(one),
            "empty": statistics.median(empty),
            "beside_empty": statistics.median(a / b for a, b in pairs),
        }

    async def _load(self, each: int, canteens: int) -> float:
        """Write entries by SQL, a million at a time, and build the indexes over them afterwards."""
        quota = self.quota
        await quota.execute(f"TRUNCATE {', '.join(EMPTIED)} CASCADE")
        indexes = await quota.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'entry' AND indexname <> 'entry_pkey'"
        )
        began = time.perf_counter()
        for index in indexes:
            await quota.execute(f'DROP INDEX "{index["indexname"]}"')
        at_once = max(1, AT_ONCE // canteens)
        for first in range(1, each + 1, at_once):
            await quota.execute(FILL, each, self.year, first, min(each, first + at_once - 1))
        for index in indexes:
            await quota.execute(index["indexdef"])
        loaded_per_s = each * canteens / (time.perf_counter() - began)
        await quota.execute(ADD_UP)
        await quota.execute(MOVE_HEADS)
        async with quota.transaction():
            await quota.execute(ORDERS, each, self.year)
            for statement in OF_ORDERS:
                await quota.execute(statement)
        return loaded_per_s

    async def _fold(self) -> float:
        """Fold what was loaded, as the program does in the background; gives the seconds that it took."""
        read: dict[str, Any] = {name.lower(): value for name, value in self.bench.env.items()}
        began = time.perf_counter()
        async with opened(Settings(_env_file=None, **{**read, "run": "serve"})) as program:
            await fold_whole_ledger(program.desk)
        seconds = time.perf_counter() - began
        await self.quota.execute("VACUUM ANALYZE")
        await self.quota.execute("CHECKPOINT")
        return seconds

    async def _after_changes(self, ask: "_Asking", province: UUID, wanted: int) -> float:
        """Ask each time after a hundred canteens' totals were written anew."""
        seconds = []
        for _ in range(ROUNDS):
            await self.quota.execute(CHANGE, self.year)
            seconds.append(await ask.once(province, None, wanted))
        return statistics.median(seconds)

    async def _held_by(self, day: date) -> int:
        """Sum the entries up to a day, each recorded on its own."""
        held: int = await self.quota.fetchval(
            "SELECT sum(amount_fen)::bigint FROM entry WHERE year = $1 AND happened_on <= $2", self.year, day
        )
        return held

    async def _group_by(self, wanted: int) -> float:
        seconds = []
        for _ in range(SLOW_ROUNDS + 1):
            began = time.perf_counter()
            found = await self.quota.fetchval(GROUP_BY, self.year)
            seconds.append(time.perf_counter() - began)
            if found != wanted:
                raise RuntimeError(f"the entries hold {found}, not {wanted}")
        return statistics.median(seconds[1:])

    async def _imported_per_s(self) -> float:
        """Import a file at the door as a canteen's buyer: from the upload until its last row is in the ledger."""
        body, import_id = a_csv(*(a_row(day=f"{self.year}-06-03") for _ in range(IMPORTED))), new_id()
        path = f"/api/v1/imports/{import_id}"
        headers = {"authorization": f"Bearer {self.seeded.tokens[0]}", "content-type": "text/csv"}
        async with aiohttp.ClientSession(self.running.base_url, headers=headers) as session:
            began = time.perf_counter()
            await _answered(session.put(f"{path}?canteen={self.seeded.canteens[0]}", data=body))
            for state in ("checked", "accepted"):
                async with asyncio.timeout(300):
                    while (await _answered(session.get(f"{path}?limit=1")))["state"] != state:
                        await asyncio.sleep(0.1)
                if state == "checked":
                    await _answered(session.post(f"{path}/acceptance", headers={"idempotency-key": str(import_id)}))
            told = await _answered(session.get(f"{path}?limit=1"))
            if told["progress"]["posted"] != IMPORTED:
                raise RuntimeError(f"not every row was posted: {told['progress']}")
            return IMPORTED / (time.perf_counter() - began)


class NotAnswered(Exception):
    """The service refused, as a whole answer would have taken too long."""


class _Asking:
    """Asks for statements at the door, and looks at each answer once its time is taken."""

    def __init__(self, session: aiohttp.ClientSession, year: int) -> None:
        self._session, self._year = session, year

    async def once(self, subject: UUID, as_of: date | None, wanted: int | None) -> float:
        past = f"&happened_by={as_of}&known_by={as_of}" if as_of else ""
        began = time.perf_counter()
        async with self._session.get(f"/api/v1/statements/{subject}?rule={RULE}&year={self._year}{past}") as answer:
            body = await answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise NotAnswered(f"{answer.status} {body[:300]!r}")
        found = int(orjson.loads(body)["figures"]["ledger_fen"])
        if wanted is not None and found != wanted:
            raise RuntimeError(f"the answer is {found}, the entries hold {wanted}")
        return seconds

    async def median(self, subject: UUID, as_of: date | None, rounds: int, wanted: int | None) -> float:
        """Give the median seconds of asking; the first answer, which warms up, is not counted."""
        await self.once(subject, as_of, wanted)
        return statistics.median([await self.once(subject, as_of, wanted) for _ in range(rounds)])


async def _answered(asked: "aiohttp.client._RequestContextManager") -> dict[str, Any]:
    async with asked as answer:
        body = await answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{answer.status} {body[:300]!r}")
        told: dict[str, Any] = orjson.loads(body)
        return told
