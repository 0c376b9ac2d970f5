"""What is kept anywhere — rows, what was said, files, payment intents — has one digest, so that nothing is nothing.

Sessions and counts of sign-in attempts and of wrong codes stand apart: they change because somebody asked, not because
of what was asked. So does the count of changes, whose rows are added up once a minute, whatever is asked.
"""

import asyncio
import base64
import hashlib
import importlib
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from services.procurement_quota.domain.checkpoints import PREFIX, Signer
from shared.clock import SystemClock, business_date
from shared.events.broker import Broker
from shared.events.consumer import hearings
from shared.files import S3ObjectStore

DATABASES = ("catalog", "order", "procurement_quota", "gateway")
SPEAKERS = ("catalog", "order", "procurement_quota")
PACKAGES = {
    "catalog": "services.catalog",
    "order": "services.order",
    "procurement_quota": "services.procurement_quota",
    "gateway": "gateway",
}
FOLDED = {"figure_day", "figure_month", "order_day", "chain_day", "chain_folded", "payment_unfolded"}
"""Written now and then from what stands in the ledger, whenever their time has come."""
MADE_AGAIN = {"word_stairs"}
"""Notes for the search alone, written whenever a row on sale is made again in the background."""
APART = {"sessions", "sign_in_attempts", "wrong_codes", "alembic_version", "figure_change", *FOLDED, *MADE_AGAIN}
ASKED_AGAIN = "(to_jsonb(t) - 'touched_at' - 'asked_until' - 'looks')"
SAID_AT_ONCE = {
    "on_sale": "(t.listing_id, t.supplier_id, t.version, t.category, t.price_rank, t.published_us, t.available)",
    "payments": ASKED_AGAIN,
    "refunds": ASKED_AGAIN,
}
"""What an act itself writes of a row, where the rest of it is made again in the background, within a minute, or tells
when the card vendor was asked of it last, who is asked until it answers."""
SETTLE_SECONDS_MAX = 30.0
LISTED_MAX = 100
NEWS_SECONDS = 4

_IMPORTING = {
    "order": "SELECT id FROM stock_imports WHERE state IN ('checking', 'accepting')",
    "procurement_quota": "SELECT id FROM purchase_import WHERE state IN ('checking', 'accepting', 'undoing')",
    "catalog": "SELECT id FROM price_imports WHERE state IN ('checking', 'accepting')"
    " UNION ALL SELECT id FROM listing_imports WHERE state IN ('checking', 'accepting')"
    " UNION ALL SELECT package_id FROM readiness_packages WHERE state = 'building'",
}

Digest = dict[str, str]


class Everything:
    """Looks at all four databases as the operator, at the bucket, and at the card vendor's payment intents."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self._files = S3ObjectStore(env["S3_URL"], env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"], env["S3_BUCKET"])
        self._broker = Broker(env["NATS_URL"], program="tests", prefix=env.get("STREAM_PREFIX", ""))
        self._databases: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        self._queries: dict[str, str] = {}
        self._consumers: list[tuple[str, str]] = []
        self._opened_on = business_date(SystemClock().now())
        self.of_the_past: dict[str, Any] = {}
        """What is once on the land, however many towns stand there: a year that was closed, a budget."""

    async def open(self, *, with_messages: bool = True) -> None:
        """Connect to all of it; without messages, to the rest."""
        for name in DATABASES:
            connection = await asyncpg.connect(self.env[f"OPERATOR_{name.upper()}_DATABASE_URL"], timeout=10)
            self._databases[name] = connection
            self._queries[name] = await _digest_query(connection)
        if not with_messages:
            return
        await self._broker.connect()
        self._consumers = [
            (stream, hearing.durable)
            for program, package in PACKAGES.items()
            for stream, heard in importlib.import_module(f"{package}.consumers").SUBSCRIPTIONS.items()
            for hearing in hearings(f"{program}-{stream}", heard)
        ]

    async def close(self) -> None:
        for connection in self._databases.values():
            await connection.close()
        await self._broker.close()
        self._files.close()

    async def sign_a_checkpoint(self, day: date) -> str:
        """Publish a checkpoint of a ledger that held nothing yet, as this installation signs; gives its name."""
        signer = Signer(base64.b64decode(self.env["CHECKPOINT_PRIVATE_KEY"]))
        document = signer.document(
            day=day, at=datetime(day.year, day.month, day.day, tzinfo=UTC), heads=[], totals={}, previous=None
        )
        await self._files.put(f"{PREFIX}{day.isoformat()}.json", document, "application/json")
        return day.isoformat()

    async def let_nothing_more_be_drafted(self) -> None:
        """End the standing orders of whoever was here before, which may be due on any weekday, at any minute."""
        connection = await asyncpg.connect(self.env["ORDER_DATABASE_URL"], timeout=10)
        await connection.execute("UPDATE standing_orders SET active = false, draft_on = NULL")
        await connection.close()
        await self.settled()

    async def rows(self, database: str, sql: str, *parameters: object) -> list["asyncpg.Record"]:
        """Read rows of one database."""
        return list(await self._databases[database].fetch(sql, *parameters))

    async def value(self, database: str, sql: str, *parameters: object) -> object:
        return await self._databases[database].fetchval(sql, *parameters)

    async def settled(self) -> None:
        """Wait until all that was said has been heard and acted on; raises TimeoutError."""
        until = time.monotonic() + SETTLE_SECONDS_MAX
        while True:
            said = await self._said()
            backlog = await asyncio.gather(*(self._broker.backlog(*consumer) for consumer in self._consumers))
            news = await self._card_news_on_its_way()
            importing = [row for name, query in _IMPORTING.items() for row in await self.rows(name, query)]
            if said[1] == 0 and not any(backlog) and not news and not importing and said == await self._said():
                return
            if time.monotonic() > until:
                waiting = {d: b for (_, d), b in zip(self._consumers, backlog, strict=True) if b}
                raise TimeoutError(
                    f"unsent: {said[1]}; not yet acted on: {waiting}; card news: {news}; importing: {importing}"
                )
            await asyncio.sleep(0.02)

    async def digest(self) -> Digest:
        """Give the count and content of every table, the files' keys, and the payment intents.

        Of what is signed the content too. The daily checkpoint of a day that passed since these eyes opened is left
        out: an installation writes it by itself, whenever it first looks that day.
        """
        found: Digest = {}
        read = await asyncio.gather(*(self._databases[name].fetch(query) for name, query in self._queries.items()))
        for name, rows in zip(self._queries, read, strict=True):
            found |= {f"{name}.{table}": f"{count} rows {content}" for table, count, content in rows}
        keys = [key for key in await self._files.keys("") if key not in self._daily_checkpoints()]
        signed = [(await self._files.get(key)).body.hex() for key in keys if key.startswith(PREFIX)]
        found["files"] = f"{len(keys)} {_hash(keys + signed)}"
        intents = sorted(json.dumps(intent, sort_keys=True) for intent in await self.intents())
        found["payment intents"] = f"{len(intents)} {_hash(intents)}"
        return found

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Assert that nothing whatever changes while the block lasts, nor of what it set going."""
        await self.settled()
        before = await self.digest()
        yield
        await self.settled()
        happened = changes(before, await self.digest())
        assert not happened, f"this should have changed nothing: {happened}"

    def _daily_checkpoints(self) -> set[str]:
        """Name those that may rightly come while anybody looks: of the day on which it was opened, until today."""
        days = (business_date(SystemClock().now()) - self._opened_on).days
        return {f"{PREFIX}{self._opened_on + timedelta(days=passed)}.json" for passed in range(days + 1)}

    async def _said(self) -> tuple[list[int], int]:
        last, unsent = [], 0
        for name in SPEAKERS:
            row = await self._databases[name].fetchrow(
                "SELECT coalesce(max(id), 0), count(*) FILTER (WHERE sent_at IS NULL) FROM outbox"
            )
            assert row is not None
            last.append(row[0])
            unsent += row[1]
        return last, unsent

    async def intents(self) -> list[dict[str, Any]]:
        """Read the card vendor's newest payment intents."""
        return await asyncio.to_thread(self._vendor, f"payment_intents?limit={LISTED_MAX}")

    async def _card_news_on_its_way(self) -> list[str]:
        """List what the vendor has told lately and nobody has heard yet; it tells once, a second after the fact."""
        since = int(time.time()) - NEWS_SECONDS
        lately = await asyncio.to_thread(self._vendor, f"events?limit={LISTED_MAX}&created[gte]={since}")
        told = [event["id"] for event in lately]
        heard = await self.rows("order", "SELECT key FROM inbox WHERE door = 'stripe' AND key = ANY($1)", told)
        return sorted({*told} - {row["key"] for row in heard})

    def _vendor(self, listing: str) -> list[dict[str, Any]]:
        request = urllib.request.Request(f"{self.env['STRIPE_API_BASE']}/v1/{listing}")  # noqa: S310
        request.add_header("Authorization", f"Bearer {self.env['STRIPE_API_KEY']}")
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own loopback address
            return list(json.loads(answer.read())["data"])


def charged_fen(intent: dict[str, Any]) -> int:
    """Tell what an intent took: a capture of less than was held shows at the stand-in as a refund of the rest."""
    charges = intent["charges"]["data"]
    return sum(one["amount"] - one["amount_refunded"] for one in charges if one["captured"])


def changes(before: Digest, after: Digest) -> dict[str, tuple[str, str]]:
    """Name what differs between two digests."""
    names = sorted(before.keys() | after.keys())
    pairs = {name: (before.get(name, "none"), after.get(name, "none")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def _digest_query(connection: "asyncpg.Connection[asyncpg.Record]") -> str:
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(md5(string_agg({row}::text, E'\\n' ORDER BY {row}::text)), '')"  # noqa: S608
        f' FROM "{name}" AS t'
        for (name,) in tables
        if name not in APART
        for row in (SAID_AT_ONCE.get(name, "t"),)
    )


def _hash(texts: list[str]) -> str:
    return hashlib.md5("\n".join(texts).encode(), usedforsecurity=False).hexdigest()
