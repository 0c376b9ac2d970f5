"""The bound of an order: the same work as one prepared statement, by pgbench, on the same server in the same run."""

import asyncio
import re
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

HERE = Path(__file__).parent


async def prepare(admin_url: str, name: str = "zhucai_bench") -> str:
    """Make the bound's database, preloaded; gives its URL."""
    admin = await asyncpg.connect(admin_url)
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    url = make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    connection = await asyncpg.connect(url, command_timeout=120)
    statements = (HERE / "order_schema.sql").read_text(encoding="utf-8")
    for piece in re.split(r"^(vacuum [a-z ]*;)$", statements, flags=re.MULTILINE):
        if piece.strip():
            await connection.execute(piece)  # VACUUM stands in no transaction with others
    await connection.close()
    return url


async def orders_per_second(pgbench: Path, url: str, *, seconds: int, clients: int = 8) -> float:
    """Run the bound unchanged and tell its transactions a second."""
    parts = make_url(url)
    process = await asyncio.create_subprocess_exec(
        str(pgbench),
        *("-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)),
        *("-f", str(HERE / "order.sql"), "-h", str(parts.host), "-p", str(parts.port), "-U", str(parts.username)),
        str(parts.database),
        env={"PGPASSWORD": str(parts.password), "LD_LIBRARY_PATH": str(pgbench.parent.parent / "lib")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    found = re.search(r"tps = ([0-9.]+)", said.decode())
    if found is None:
        raise RuntimeError(f"pgbench: {said.decode()[-2000:]}")
    return float(found[1])
