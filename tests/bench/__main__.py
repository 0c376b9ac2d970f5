"""`make bench`: every figure beside its bound, measured in the same run on the same machine, on the real parts.

Prints a table and writes `tests/bench/results.json`. Ratios are what counts; absolute figures are of this machine.
`python -m tests.bench order page search ledger statement scale planted` chooses; `scale` alone takes most of the
time, and `planted` needs no parts.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local import Running, parts
from deploy.local.postgres import binaries_for, installed_package, unprivileged_user
from deploy.operator.migrate import migrate_all
from tests.bench import (
    ledger_bench,
    order_bench,
    page_bench,
    pgbench,
    planted_bench,
    scale_bench,
    search_bench,
    seed,
    statement_bench,
)
from tests.whole import Whole, whole

RESULTS = Path(__file__).parent / "results.json"
GOALS = {
    "order_vs_pgbench": (0.30, "at least"),
    "service_vs_fastapi_bytes": (0.5, "at least"),
    "page_hop_kept": (0.5, "at least"),
    "search_p99_ms_1m": (30, "at most"),
    "ledger_drain_per_s": (2000, "at least"),
    "ledger_lag_p99_ms": (300, "at most"),
    "statement_vs_groupby": (1.0, "at least"),
    "statement_growth_1m_10m": (1.3, "at most"),
    "table_vs_groupby_10m": (40, "at least"),
    "table_as_of_vs_groupby_10m": (1.0, "at least"),
    "planted_frontings_precision": (0.9, "at least"),
    "planted_frontings_recall": (0.9, "at least"),
    "planted_prices_precision": (0.9, "at least"),
    "planted_prices_recall": (0.9, "at least"),
}
MEASURES = ("page", "order", "search", "ledger", "statement", "scale", "planted")


@dataclass
class Bench:
    """One run: its parts, its databases, and what was found."""

    folder: Path
    running: Running
    env: dict[str, str]
    figures: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    async def connect(self, service: str) -> "asyncpg.Connection":
        """Connect to a service's database as the server's superuser."""
        name = self.env[f"{service.upper()}_DATABASE_URL"].rpartition("/")[2]
        return await asyncpg.connect(f"{self.running.admin_url.rpartition('/')[0]}/{name}", command_timeout=600)

    def found(self, name: str, value: float, **told: Any) -> None:
        self.figures[name] = round(value, 3)
        self.told[name] = told
        tell(name, value, told)


def tell(name: str, value: float, told: dict[str, Any]) -> None:
    """Print a figure beside its goal."""
    goal, way = GOALS[name]
    met = value >= goal if way == "at least" else value <= goal
    say(f"{name:<26}{value:>12.3f}   goal {way} {goal:g}: {'met' if met else 'NOT MET'}")
    for key, detail in told.items():
        say(f"    {key}: {detail}")


def say(text: str) -> None:
    print(text, flush=True)


async def measure_pages(bench: Bench, running: Whole, seeded: seed.Seeded) -> None:
    """Compare the page with its bounds, in turn, three times."""
    page = await page_bench.page_bytes(running)
    own, bound, hop = [], [], []
    for _ in range(3):
        own.append((await page_bench.from_service(running)).per_second)
        bound.append((await page_bench.from_bound(bench.folder, page, bench.running.ports["gateway"] + 0)).per_second)
        hop.append((await page_bench.through_gateway(running, seeded)).per_second)
    bench.found(
        "service_vs_fastapi_bytes",
        statistics.median(a / b for a, b in zip(own, bound, strict=True)),
        page_bytes=len(page),
        service_per_s=[round(x) for x in own],
        fastapi_per_s=[round(x) for x in bound],
    )
    bench.found(
        "page_hop_kept",
        statistics.median(a / b for a, b in zip(hop, own, strict=True)),
        gateway_per_s=[round(x) for x in hop],
    )


async def measure_orders(bench: Bench, running: Whole, seeded: seed.Seeded) -> None:
    """Place orders between two runs of the bound, with relays and consumers running."""
    program = binaries_for(unprivileged_user(), installed_package()) / "pgbench"
    url = await pgbench.prepare(bench.running.admin_url)
    before = await pgbench.orders_per_second(program, url, seconds=8)
    outcome, cpu = await order_bench.place_orders(running, seeded)
    left = await order_bench.backlog_left(bench.env["ORDER_OWNER_DATABASE_URL"])
    after = await pgbench.orders_per_second(program, url, seconds=8)
    if set(outcome.statuses) - {200, 201}:
        raise RuntimeError(f"orders were refused: {outcome.statuses} {outcome.first_failure!r}")
    total = sum(cpu.values()) or 1.0
    bench.found(
        "order_vs_pgbench",
        outcome.per_second / ((before + after) / 2),
        requisitions_per_s=round(outcome.per_second),
        pgbench_per_s=[round(before), round(after)],
        p50_ms=round(outcome.percentile_ms(50), 1),
        p99_ms=round(outcome.percentile_ms(99), 1),
        backlog_left=left,
        cpu_share={name: f"{seconds / total:.0%}" for name, seconds in sorted(cpu.items(), key=lambda one: -one[1])},
        cpu_ms_each={name: round(1000 * s / max(outcome.answered, 1), 3) for name, s in cpu.items()},
    )


async def run(chosen: list[str]) -> Bench:
    """Bring up the parts and the programs, seed, and measure what was chosen."""
    with tempfile.TemporaryDirectory(prefix="zhucai-bench-") as name:
        folder = Path(name)
        async with parts(folder / "var") as running:
            env = await running.create_databases()
            await asyncio.to_thread(migrate_all, env | {"POSTGRES_URL": running.admin_url})
            bench = Bench(folder, running, env)
            seeded = seed.plan()
            await _seed(bench, seeded)
            async with whole(folder / "programs", env | {"LOG_LEVEL": "warning"}) as programs:
                if "page" in chosen:
                    await measure_pages(bench, programs, seeded)
                if "order" in chosen:
                    await measure_orders(bench, programs, seeded)
                if "search" in chosen:
                    await search_bench.measure(bench, programs)
                if "ledger" in chosen:
                    await ledger_bench.measure(bench, programs, seeded)
                if "statement" in chosen:
                    await statement_bench.measure(bench, programs, seeded)
                if "scale" in chosen:
                    await scale_bench.measure(bench, programs, seeded)
            return bench


async def _seed(bench: Bench, seeded: seed.Seeded) -> None:
    gateway, order, catalog = [await bench.connect(name) for name in ("gateway", "order", "catalog")]
    await seed.seed_gateway(gateway, seeded)
    await seed.seed_auditor(gateway, seeded)
    await seed.seed_order(order, seeded, baskets_each=150)
    await seed.seed_catalog(catalog)
    await seed.seed_quota(bench.env, seeded)
    for connection in (gateway, order, catalog):
        await connection.close()


def main() -> None:
    chosen = sys.argv[1:] or list(MEASURES)
    unknown = set(chosen) - set(MEASURES)
    if unknown:
        sys.exit(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(MEASURES)}")
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"figures": {}, "told": {}}
    if "planted" in chosen:
        for name, value, told in planted_bench.measured():
            tell(name, value, told)
            kept["figures"][name], kept["told"][name] = round(value, 3), told
    if on_the_parts := [measure for measure in chosen if measure != "planted"]:
        bench = asyncio.run(run(on_the_parts))
        kept["figures"] |= bench.figures
        kept["told"] |= bench.told
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"written to {RESULTS.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
