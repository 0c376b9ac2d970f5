"""A service can reach its own database and no other, and runs as a role that owns nothing.

For each of four services there is a database, `<service>_owner` that owns and migrates it, and `<service>_app` that
runs; `zhucai_operator` reads all four. Everything here may be repeated at any time, by several processes at once.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

SERVICES = ("catalog", "order", "procurement_quota", "gateway")
OPERATOR = "zhucai_operator"
ROLES = (*(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app")), OPERATOR)
LOCK = 0x7A68_7563_6169
"""The advisory lock under which roles and databases change: CREATE DATABASE cannot run in a transaction."""


@dataclass(frozen=True)
class Database:
    """One service's database, as three roles reach it."""

    service: str
    owner_url: str
    app_url: str
    operator_url: str

    @property
    def name(self) -> str:
        return urlsplit(self.owner_url).path.lstrip("/")

    def settings(self) -> dict[str, str]:
        """Name its URLs as the programs' settings do."""
        service = self.service.upper()
        return {
            f"{service}_DATABASE_URL": self.app_url,
            f"{service}_OWNER_DATABASE_URL": self.owner_url,
            f"OPERATOR_{service}_DATABASE_URL": self.operator_url,
        }


def databases(server_url: str, passwords: Mapping[str, str], suffix: str = "") -> list[Database]:
    """Name the four databases on a server; `suffix` names a set of its own, for a test worker."""

    def url(role: str, service: str) -> str:
        host = urlsplit(server_url).netloc.rpartition("@")[2]
        query = urlsplit(server_url).query
        netloc = f"{role}:{quote(passwords[role], safe='')}@{host}"
        return urlunsplit(("postgresql", netloc, f"/zhucai_{service}{suffix}", query, ""))

    return [Database(s, url(f"{s}_owner", s), url(f"{s}_app", s), url(OPERATOR, s)) for s in SERVICES]


def databases_named_by(settings: Mapping[str, str]) -> list[Database]:
    """Read the four databases from the settings of NAME_DATABASE_URL, NAME_OWNER_… and OPERATOR_NAME_…"""
    return [
        Database(
            service,
            settings[f"{service.upper()}_OWNER_DATABASE_URL"],
            settings[f"{service.upper()}_DATABASE_URL"],
            settings[f"OPERATOR_{service.upper()}_DATABASE_URL"],
        )
        for service in SERVICES
    ]


async def prepare(admin_url: str, wanted: Iterable[Database], copy_of: str | None = None) -> None:
    """Create the roles and databases that are missing, set the passwords, and close each database to all others.

    `copy_of` is the suffix of a set to copy, tables and all; nobody may be connected to that set meanwhile.
    """
    wanted = list(wanted)
    admin = await asyncpg.connect(admin_url, timeout=20)
    try:
        await admin.execute("SELECT pg_advisory_lock($1)", LOCK)
        for url in {url for d in wanted for url in (d.owner_url, d.app_url, d.operator_url)}:
            await _set_role(admin, url)
        known = {row[0] for row in await admin.fetch("SELECT datname FROM pg_database")}
        for database in wanted:
            if database.name not in known:
                await _create(admin, database, copy_of)
            await _close_to_others(admin, database)
    finally:
        await admin.close()
    await asyncio.gather(*(_let_operator_read(database) for database in wanted))


async def drop(admin_url: str, unwanted: Iterable[Database]) -> None:
    """Drop the databases, whoever is connected to them; the roles stay."""
    admin = await asyncpg.connect(admin_url, timeout=20)
    try:
        for database in unwanted:
            await admin.execute(f"DROP DATABASE IF EXISTS {_name(database.name)} WITH (FORCE)")
    finally:
        await admin.close()


async def _set_role(admin: "asyncpg.Connection[asyncpg.Record]", url: str) -> None:
    parts = urlsplit(url)
    role, password = unquote(parts.username or ""), unquote(parts.password or "")
    exists = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    await admin.execute(f"{verb} ROLE {_name(role)} LOGIN PASSWORD {_text(password)}")
    if role == OPERATOR:
        await admin.execute(f"ALTER ROLE {_name(role)} SET default_transaction_read_only = on")


async def _create(admin: "asyncpg.Connection[asyncpg.Record]", database: Database, copy_of: str | None) -> None:
    owner = _name(urlsplit(database.owner_url).username or "")
    is_superuser = await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not is_superuser:
        await admin.execute(f"GRANT {owner} TO CURRENT_USER")
    template = "template0" if copy_of is None else _name(f"zhucai_{database.service}{copy_of}")
    like = " ENCODING UTF8 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'" if copy_of is None else ""
    await admin.execute(f"CREATE DATABASE {_name(database.name)} OWNER {owner} TEMPLATE {template}{like}")


async def _close_to_others(admin: "asyncpg.Connection[asyncpg.Record]", database: Database) -> None:
    name, app = _name(database.name), _name(urlsplit(database.app_url).username or "")
    await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {app}, {_name(OPERATOR)}")


async def _let_operator_read(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_url, timeout=20)
    try:
        await owner.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {_name(OPERATOR)}")
        await owner.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {_name(OPERATOR)}")
    finally:
        await owner.close()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
