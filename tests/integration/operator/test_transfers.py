"""What was transferred is where it belongs, for whoever looks at all databases and for a stranger with the year."""

import importlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.operator.open_data import export_open_data
from services.procurement_quota.domain.words import TransferOutcome
from services.procurement_quota.usecases.decide_transfer import DecideTransfer, decide_transfer
from services.procurement_quota.usecases.put_transfer import PutTransfer, put_transfer
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.quota import someone
from tests.integration.operator.conftest import Demo, Scratch, copy_of
from tests.integration.operator.test_open_data import recompute

APPROVE = DecideTransfer(outcome=TransferOutcome.APPROVE, reason="已核对送货单与付款凭证")
WHERE = "the ledger is what was accepted, returned, credited and recorded, where it belongs"
BOTH = "what a transfer takes from one canteen it gives to the other, and only once approved"

_PICKED = sa.text("""
SELECT DISTINCT ON (e.kind, e.year) e.order_id, e.lot_id, e.kind, e.canteen_id
FROM entry e LEFT JOIN order_balance b ON b.order_id = e.order_id
WHERE e.kind IN ('off_platform', 'purchase', 'return', 'credit') AND e.fund = 'canteen'
  AND b.accepted_fen IS DISTINCT FROM 0
ORDER BY e.kind, e.year, e.seq DESC
""")
"""Orders, one that was returned or credited in part among them, and purchases made elsewhere, of each year."""
_CANTEENS = sa.text("SELECT c.id, u.path FROM canteen c JOIN unit u ON u.id = c.unit_id ORDER BY c.id")


@pytest.fixture(scope="module")
async def moved(demo: Demo) -> Scratch:
    """A copy of the demo in which some purchases were transferred, the first of them there and back and there again."""
    settings = await copy_of(demo.settings, "operatormoved")
    quota = importlib.import_module("services.procurement_quota.settings").Settings(
        _env_file=None, **{name.lower(): value for name, value in settings.items()} | {"run": ""}
    )
    async with importlib.import_module("services.procurement_quota.main").opened(quota) as program:
        async with program.uow.glance() as tx:
            picked, canteens = await tx.rows(_PICKED), list(await tx.rows(_CANTEENS))
        paths = {one.id: one.path for one in canteens}
        assert {row.kind for row in picked} >= {"off_platform", "purchase"}
        things = {row.order_id or row.lot_id: row for row in picked}
        for at, row in enumerate(things.values()):
            other = next(one.id for one in canteens[at:] + canteens[:at] if one.id != row.canteen_id)
            what = {"order_id": row.order_id} if row.order_id else {"purchase_id": row.lot_id}
            for to in (other, row.canteen_id, other) if at == 0 else (other,):
                await _move(program.desk, to, paths[to], **what)
    return Scratch(settings)


async def _move(desk: Any, to: UUID, path: str, **what: UUID) -> None:
    asked = PutTransfer(
        **what, to_canteen_id=to, payer="某单位", receiver="某食堂", delivery_address="某地", reason="误记"
    )
    transfer_id = new_id()
    await put_transfer(desk, someone(Role.FINANCE, new_id(), path), transfer_id, asked)
    await decide_transfer(desk, someone(Role.FINANCE, new_id(), "/"), transfer_id, APPROVE)


class TestTransferred:
    async def test_all_that_must_always_hold_holds(self, moved: Scratch) -> None:
        assert [(check.says, check.offenders) for check in await moved.checks() if not check.holds] == []

    async def test_a_stranger_computes_every_figure_of_both_years(
        self, demo: Demo, moved: Scratch, tmp_path: Path
    ) -> None:
        for year in (demo.plan.calendar.closed_year, demo.plan.calendar.running_year):
            await export_open_data(moved.settings, year, tmp_path / str(year))
            assert "transfer" in (tmp_path / str(year) / "entries.csv").read_text(encoding="utf-8-sig")
            done = recompute(tmp_path / str(year))
            assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("harm", "mend", "expected"),
        [
            (
                "UPDATE transfer_decision SET outcome = 'refuse'"
                " WHERE transfer_id = (SELECT max(transfer_id::text)::uuid"
                " FROM transfer_decision)",
                "UPDATE transfer_decision SET outcome = 'approve'",
                {WHERE, BOTH},
            ),
            (
                "UPDATE transfer SET to_canteen_id = (SELECT c.id FROM canteen c WHERE c.id NOT IN (from_canteen_id,"
                " to_canteen_id) ORDER BY 1 LIMIT 1) WHERE id = (SELECT max(id::text)::uuid FROM transfer)",
                "UPDATE transfer t SET to_canteen_id = e.canteen_id FROM entry e"
                " WHERE e.source_id = t.id AND e.facts #>> '{transfer,side}' = 'in'",
                {WHERE, BOTH},
            ),
            (
                "CREATE TABLE askers AS SELECT id, asked_by FROM transfer;"
                " UPDATE transfer t SET asked_by = d.decided_by FROM transfer_decision d WHERE d.transfer_id = t.id",
                "UPDATE transfer t SET asked_by = a.asked_by FROM askers a WHERE a.id = t.id; DROP TABLE askers",
                {"nobody decided on their own request"},
            ),
        ],
        ids=["refused after all", "to another canteen", "by who asked"],
    )
    async def test_sees_what_was_booked_otherwise_than_decided(
        self, moved: Scratch, harm: str, mend: str, expected: set[str]
    ) -> None:
        async with moved.tampered("procurement_quota", harm, mend):
            checks = await moved.checks()
        assert {check.says for check in checks if not check.holds} == expected
        assert all(check.holds for check in await moved.checks())
