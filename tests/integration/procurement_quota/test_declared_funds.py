"""A declaration of a canteen that bought from two funds verifies, each figure by the entries of its own fund."""

import asyncio
import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from services.procurement_quota.domain.seeded_rules import HUNAN_UNION
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.read_declarations import get_published_declaration
from services.procurement_quota.usecases.verify_published_file import verify_published_file
from shared.contracts.authority import Identity
from shared.contracts.words import Fund
from tests.build.quota import Kitchen, a_line, noon
from tests.integration.procurement_quota.test_declarations import STRANGER, approver, publish, rule

__all__ = ["approver"]


async def test_what_the_union_bought_stands_beside_and_is_summed_apart(
    desk: Desk,
    kitchen: Kitchen,
    approver: Identity,
    tmp_path: Path,
) -> None:
    kitchen.clock.set(noon(date(2025, 12, 29)))
    await kitchen.accept(a_line(300_000), on=date(2025, 12, 28))
    await kitchen.accept(a_line(70_000), on=date(2025, 12, 28), fund=Fund.UNION)
    kitchen.clock.set(noon(date(2026, 2, 12)))
    await kitchen.attest_until(12, [0] * 11 + [1_000_000])
    await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
    published = await publish(kitchen, approver)
    declared = rule(published["said"])["declared"]
    assert (declared["counted_fen"], declared["left_out_fen"]) == (0, 300_000)
    [union] = [one for one in published["said"]["unpaid"] if one["accepted_fen"] == 70_000]
    assert list(union["left_out_fen"]) == [HUNAN_UNION]
    body = await get_published_declaration(desk, UUID(published["id"]))
    assert (await verify_published_file(desk, body))["as_signed"] is True
    file = tmp_path / "declaration.json"
    file.write_bytes(body)
    verified = await asyncio.to_thread(
        subprocess.run, [sys.executable, str(STRANGER), str(file)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout[:2]) == (0, "ok")
