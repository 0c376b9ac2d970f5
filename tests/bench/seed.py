"""Rows for measuring, written straight into the tables: what is measured is the reading and the writing, not the seed.

Two hundred canteens with a buyer signed in each, two hundred suppliers of a hundred listings, baskets of five lines.
"""

import hashlib
import random
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import orjson

from services.catalog.domain.grams import FOLDING
from services.catalog.domain.tags import row_tags
from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_units import PutUnit, put_units
from shared.contracts.words import CanteenKind, UnitLevel
from shared.ids import derived_id, new_id

CANTEENS = 200
SUPPLIERS = 200
LISTINGS_EACH = 100
STOCK = 10**12
COUNTY = "433130"
PRELOAD = (
    """INSERT INTO requisitions (requisition_id, basket_id, canteen_id, unit_id, fund, state, wanted_on, amount_fen,
         requested_by, requested_by_name, requested_at)
       SELECT uuidv7(), uuidv7(), c.canteen_id, c.unit_id, 'canteen', 'placed', current_date, 3000, uuidv7(), 'bench',
         now() - interval '1 day'
       FROM generate_series(1, 500) g, canteens c""",
    """INSERT INTO orders (order_id, requisition_id, canteen_id, unit_id, supplier_id, supplier_name, supplier_kind,
         fund, state, version, wanted_on, placed_at, placed_by, placed_by_name, ordered_fen)
       SELECT uuidv7(), requisition_id, canteen_id, unit_id, (SELECT supplier_id FROM suppliers LIMIT 1), 'bench',
         'disabled_base', fund, 'placed', 1, wanted_on, requested_at, requested_by, requested_by_name, amount_fen
       FROM requisitions""",
    """INSERT INTO order_lines (order_id, line_id, position, listing_id, listing_version, name, category, measure,
         unit_name, unit_quantity, price_fen, origin_county_code, quantity, promised_quantity)
       SELECT o.order_id, uuidv7(), l.position, l.listing_id, 1, l.name, l.category, l.measure, l.unit_name,
         l.unit_quantity, l.price_fen, l.origin_county_code, 500, 0
       FROM orders o, (SELECT row_number() OVER () AS position, * FROM listings LIMIT 5) l""",
    """INSERT INTO outbox (event_id, type, key, body, written_at, sent_at)
       SELECT uuidv7(), 'order.placed', order_id::text, '{}', placed_at, placed_at FROM orders""",
)
"""As many old orders as the bound preloads, for the same reason: the plans of foreign keys' checks, made while a table
is empty, read all of it."""
ROOT = "/430000/"


@dataclass
class Seeded:
    """What the load needs to know of the seed."""

    tokens: list[str]
    canteens: list[UUID]
    units: list[UUID]
    accounts: list[UUID]
    auditor_token: str
    baskets: list[list[UUID]] = field(default_factory=list)


def unit(number: int) -> UUID:
    return derived_id("unit", f"bench-{number}")


def supplier(number: int) -> UUID:
    return derived_id("bench", "supplier", number)


def listing(owner: int, number: int) -> UUID:
    return derived_id("bench", "listing", owner, number)


def _token(number: int) -> str:
    return urlsafe_b64encode(hashlib.sha256(f"bench {number}".encode()).digest()).decode()[:43]


def plan() -> Seeded:
    """Name the canteens, units, accounts and tokens."""
    return Seeded(
        tokens=[
            urlsafe_b64encode(hashlib.sha256(f"bench {n}".encode()).digest()).decode()[:43] for n in range(CANTEENS)
        ],
        canteens=[derived_id("bench", "canteen", n) for n in range(CANTEENS)],
        units=[unit(n) for n in range(CANTEENS)],
        accounts=[derived_id("bench", "account", n) for n in range(CANTEENS)],
        auditor_token=_token(CANTEENS),
    )


async def seed_gateway(connection: "asyncpg.Connection", seeded: Seeded) -> None:
    """Sign two hundred buyers in."""
    now = datetime.now(UTC)
    numbers = range(CANTEENS)
    await connection.executemany(
        "INSERT INTO units (id, version, code, name, level, path) VALUES ($1, 1, $2, $2, 'county', $3)",
        [(seeded.units[n], f"bench-{n}", f"{ROOT}bench-{n}/") for n in numbers],
    )
    await connection.executemany(
        "INSERT INTO canteens (id, version, unit_id, name, active) VALUES ($1, 1, $2, $3, true)",
        [(seeded.canteens[n], seeded.units[n], f"bench {n}") for n in numbers],
    )
    await connection.executemany(
        "INSERT INTO accounts (id, account, name, password_hash, language, created_at)"
        " VALUES ($1, $2, $2, 'x', 'zh', $3)",
        [(seeded.accounts[n], f"bench-{n}", now) for n in numbers],
    )
    await connection.executemany(
        "INSERT INTO seats (account_id, role, organisation_id, organisation_kind, granted_at)"
        " VALUES ($1, 'buyer', $2, 'canteen', $3)",
        [(seeded.accounts[n], seeded.canteens[n], now) for n in numbers],
    )
    await connection.executemany(
        "INSERT INTO sessions (id, token_sha256, account_id, created_at, seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $4, $5)",
        [
            (
                new_id(),
                hashlib.sha256(seeded.tokens[n].encode()).digest(),
                seeded.accounts[n],
                now,
                now + timedelta(days=1),
            )
            for n in numbers
        ],
    )


async def seed_auditor(connection: "asyncpg.Connection", seeded: Seeded) -> None:
    """Sign the province's auditor in; the unit itself is heard of from procurement_quota."""
    now, account, province = datetime.now(UTC), derived_id("bench", "auditor"), derived_id("unit", "430000")
    await connection.execute(
        "INSERT INTO accounts (id, account, name, password_hash, language, created_at)"
        " VALUES ($1, 'bench-auditor', 'bench-auditor', 'x', 'zh', $2)",
        account,
        now,
    )
    await connection.execute(
        "INSERT INTO seats (account_id, role, organisation_id, organisation_kind, granted_at)"
        " VALUES ($1, 'auditor', $2, 'unit', $3)",
        account,
        province,
        now,
    )
    await connection.execute(
        "INSERT INTO sessions (id, token_sha256, account_id, created_at, seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $4, $5)",
        new_id(),
        hashlib.sha256(seeded.auditor_token.encode()).digest(),
        account,
        now,
        now + timedelta(days=1),
    )


async def seed_order(connection: "asyncpg.Connection", seeded: Seeded, *, baskets_each: int) -> None:
    """Write units, canteens, suppliers, listings, stock and the baskets to be placed."""
    await connection.executemany(
        "INSERT INTO units (unit_id, version, code, name, path, approval_limit_fen) VALUES ($1, 1, $2, $2, $3, $4)",
        [(seeded.units[n], f"bench-{n}", f"{ROOT}bench-{n}/", 10**12) for n in range(CANTEENS)],
    )
    await connection.executemany(
        "INSERT INTO canteens (canteen_id, version, unit_id, name, kind, active) VALUES ($1, 1, $2, $3, 'own', true)",
        [(seeded.canteens[n], seeded.units[n], f"bench {n}") for n in range(CANTEENS)],
    )
    await connection.executemany(
        "INSERT INTO suppliers (supplier_id, version, name, kind, county_code, state)"
        " VALUES ($1, 1, $2, 'disabled_base', $3, 'admitted')",
        [(supplier(s), f"bench {s}", COUNTY) for s in range(SUPPLIERS)],
    )
    await connection.copy_records_to_table(
        "listings",
        columns=[
            "listing_id", "version", "on_sale", "supplier_id", "supplier_name", "supplier_kind", "name", "category",
            "measure", "unit_name", "unit_quantity", "price_fen", "minimum_quantity", "step_quantity",
            "origin_county_code",
        ],
        records=[
            (
                listing(s, n), 1, True, supplier(s), f"bench {s}", "disabled_base", f"大米 {n}", "grain_oil",
                "weight", "斤", 500, 300 + n, 500, 500, COUNTY,
            )
            for s in range(SUPPLIERS)
            for n in range(LISTINGS_EACH)
        ],
    )  # fmt: skip
    await connection.copy_records_to_table(
        "stock",
        columns=["listing_id", "supplier_id", "on_hand"],
        records=[(listing(s, n), supplier(s), STOCK) for s in range(SUPPLIERS) for n in range(LISTINGS_EACH)],
    )
    await _seed_baskets(connection, seeded, baskets_each)
    for statement in PRELOAD:
        await connection.execute(statement, timeout=300)
    await connection.execute("VACUUM ANALYZE", timeout=300)


async def _seed_baskets(connection: "asyncpg.Connection", seeded: Seeded, each: int) -> None:
    chosen, now = random.Random(7), datetime.now(UTC)
    records = []
    for n in range(CANTEENS):
        mine = [new_id() for _ in range(each)]
        seeded.baskets.append(mine)
        for basket in mine:
            owner = chosen.randrange(SUPPLIERS)
            lines = [listing(owner, line) for line in chosen.sample(range(LISTINGS_EACH), 5)]
            records.append((basket, seeded.canteens[n], "canteen", seeded.accounts[n], now, lines, [1] * 5, [1000] * 5))
    await connection.copy_records_to_table(
        "baskets",
        columns=[
            "basket_id", "canteen_id", "fund", "account_id", "filled_at", "listing_ids", "listing_versions",
            "quantities",
        ],
        records=records,
    )  # fmt: skip


async def seed_quota(env: Mapping[str, str], seeded: Seeded) -> None:
    """Load the reference data, and the two hundred units with a canteen each, through the use cases."""
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in env.items()} | {"run": "none"})  # type: ignore[arg-type]
    async with opened(settings) as program:
        await load_reference(program.desk)
        await put_units(
            program.desk,
            [
                PutUnit(
                    code=f"bench-{number}",
                    name=f"bench {number}",
                    level=UnitLevel.COUNTY,
                    parent_code="430000",
                    division_code="430102",
                    approval_limit_fen=10**12,
                )
                for number in range(CANTEENS)
            ],
        )
        for number in range(CANTEENS):
            await put_canteen(
                program.desk,
                seeded.canteens[number],
                PutCanteen(unit_id=seeded.units[number], name=f"bench {number}", kind=CanteenKind.OWN),
            )


async def seed_catalog(connection: "asyncpg.Connection", *, listings: int = 20_000) -> None:
    """Put twenty thousand listings on sale, each with the JSON that a page shows (about 430 bytes)."""
    await connection.execute("SET session_replication_role = replica")  # rows for search alone, without their history
    await connection.copy_records_to_table(
        "on_sale",
        columns=[
            "listing_id", "supplier_id", "supplier_kind", "version", "category", "origin_county_code", "price_rank",
            "published_us", "available", "grams", "item", "folding", "tags",
        ],
        records=[_on_sale(number) for number in range(listings)],
    )  # fmt: skip
    await connection.execute("ANALYZE on_sale")


def _on_sale(number: int) -> tuple[object, ...]:
    one, owner = derived_id("bench", "on sale", number), supplier(number % SUPPLIERS)
    item = {
        "listing_id": str(one),
        "version": 1,
        "name": f"湘西高山大米 {number}",
        "category": "grain_oil",
        "supplier": {
            "supplier_id": str(owner),
            "name": f"花垣县阳光种养基地 {number % SUPPLIERS}",
            "kind": "disabled_base",
        },
        "measure": "weight",
        "unit_name": "斤",
        "unit_quantity": 500,
        "price_fen": 300 + number % 700,
        "origin_county_code": "433124",
        "origin_county_name": "湖南省湘西土家族苗族自治州花垣县",
        "photo_id": str(one),
        "published_at": "2026-03-02T01:02:03Z",
    }
    price_rank, published_us = 600 + number % 700, 1_700_000_000_000_000 + number
    words = ["大米", "高山", "湘西", *(f"词{number % size}" for size in (7, 97, 997))]
    text = orjson.dumps(item).decode()
    return (
        one,
        owner,
        "disabled_base",
        1,
        "grain_oil",
        "433124",
        price_rank,
        published_us,
        True,
        words,
        text,
        FOLDING,
        row_tags(
            category="grain_oil",
            kind="disabled_base",
            origin="433124",
            price_rank=price_rank,
            published_us=published_us,
        ),
    )
