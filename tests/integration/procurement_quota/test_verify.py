"""Whoever changes, removes, swaps, cuts or rewrites what the ledger holds is seen, and the first bad entry is named."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.procurement_quota.domain.chain import content, digest
from services.procurement_quota.domain.handed_in import verify_file
from services.procurement_quota.domain.verifying import Finding
from services.procurement_quota.store.tables import entry
from services.procurement_quota.usecases.checkpoint_ledger import (
    earlier_checkpoints,
    last_checkpoint,
    recompute,
    verify_chains,
    verify_database,
    write_checkpoint,
    write_daily_checkpoint,
)
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.read_checkpoints import CheckpointUnknown, get_checkpoint, list_checkpoints
from shared.db.unit_of_work import ReadTx
from shared.files import S3ObjectStore
from tests.build.quota import Kitchen, a_line, heard, noon

DOCUMENTS = 40


@pytest.fixture
async def forger(quota_env: dict[str, str]) -> AsyncIterator[AsyncConnection]:
    """A superuser who changes what nobody else may, in a transaction that is never committed."""
    name = quota_env["PROCUREMENT_QUOTA_DATABASE_URL"].rsplit("/", 1)[1]
    url = quota_env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}"
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


@pytest.fixture
async def chain(desk: Desk, kitchen: Kitchen) -> Kitchen:
    """A chain of forty entries, thirty of them under a signed checkpoint."""
    events = [kitchen.acceptance(a_line(100 + number), on=date(2025, 6, 10)) for number in range(DOCUMENTS)]
    await count_purchases(desk, heard(*events[:30]))
    assert await write_checkpoint(desk) is not None
    await count_purchases(desk, heard(*events[30:]))
    return kitchen


async def found(desk: Desk, forger: AsyncConnection) -> list[Finding]:
    last = await last_checkpoint(desk.files)
    return list((await recompute(ReadTx(forger), last, desk.signer.public_key)).findings)


class TestVerify:
    async def test_is_clean_for_the_service_and_for_the_operator(
        self, desk: Desk, chain: Kitchen, quota_env: dict[str, str]
    ) -> None:
        verified = await verify_chains(desk)
        assert verified.clean, verified.findings
        assert verified.entries >= DOCUMENTS
        last = await last_checkpoint(desk.files)
        url = quota_env["OPERATOR_PROCUREMENT_QUOTA_DATABASE_URL"]
        assert (await verify_database(url, last, desk.signer.public_key)).clean

    @pytest.mark.parametrize("seq", [1, 17, 40])
    @pytest.mark.parametrize(
        "change",
        [
            "amount_fen = amount_fen + 1",
            "happened_on = happened_on + 1",
            'facts = facts || \'{"origin": "430102"}\'',
            "judgements = jsonb_set(judgements, '{hunan-2020-canteen,counted_fen}', '0')",
            "recorded_at = recorded_at + interval '1 microsecond'",
            "supplier_id = lot_id",
        ],
    )
    async def test_names_an_entry_that_was_changed(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection, seq: int, change: str
    ) -> None:
        await forger.execute(
            sa.text(f"UPDATE entry SET {change} WHERE unit_id = :unit AND seq = :seq"),  # noqa: S608
            {"unit": chain.unit_id, "seq": seq},
        )
        findings = await found(desk, forger)
        assert (findings[0].unit_id, findings[0].seq) == (chain.unit_id, seq)

    async def test_names_an_entry_that_is_missing(self, desk: Desk, chain: Kitchen, forger: AsyncConnection) -> None:
        await forger.execute(sa.delete(entry).where(entry.c.unit_id == chain.unit_id, entry.c.seq == 12))
        findings = await found(desk, forger)
        assert (findings[0].unit_id, findings[0].seq, findings[0].what) == (chain.unit_id, 12, "the entry is missing")

    async def test_names_the_first_of_two_that_were_swapped(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection
    ) -> None:
        for seq, to in ((7, 900), (8, 7), (900, 8)):
            await forger.execute(
                sa.update(entry).where(entry.c.unit_id == chain.unit_id, entry.c.seq == seq).values(seq=to)
            )
        findings = await found(desk, forger)
        assert (findings[0].unit_id, findings[0].seq) == (chain.unit_id, 7)

    async def test_sees_a_tail_cut_above_the_checkpoint_by_the_head_and_the_totals(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection
    ) -> None:
        await forger.execute(sa.delete(entry).where(entry.c.unit_id == chain.unit_id, entry.c.seq > 35))
        findings = await found(desk, forger)
        assert (findings[0].unit_id, findings[0].seq) == (chain.unit_id, 36)
        assert any("not the sum" in finding.what for finding in findings)

    async def test_sees_a_tail_cut_with_its_head_by_the_checkpoint(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection
    ) -> None:
        await forger.execute(sa.delete(entry).where(entry.c.unit_id == chain.unit_id, entry.c.seq > 20))
        await forger.execute(
            sa.text(
                "UPDATE chain_head h SET seq = e.seq, hash = e.hash, recorded_at = e.recorded_at FROM entry e "
                "WHERE h.unit_id = :unit AND e.unit_id = :unit AND e.seq = 20"
            ),
            {"unit": chain.unit_id},
        )
        findings = await found(desk, forger)
        cut = [finding for finding in findings if "the tail was cut" in finding.what]
        assert [(finding.unit_id, finding.seq) for finding in cut] == [(chain.unit_id, 21)]

    async def test_sees_a_chain_rewritten_whole_by_the_checkpoint(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection
    ) -> None:
        rows = (
            (await forger.execute(sa.select(entry).where(entry.c.unit_id == chain.unit_id).order_by(entry.c.seq)))
            .mappings()
            .all()
        )
        previous = bytes(32)
        for row in rows:
            forged: dict[str, Any] = dict(row) | {"amount_fen": row["amount_fen"] * 2, "previous_hash": previous}
            forged["hash"] = previous = digest(previous, content(forged))
            at = (entry.c.unit_id == chain.unit_id) & (entry.c.seq == row["seq"])
            await forger.execute(sa.update(entry).where(at).values(**forged))
        await forger.execute(
            sa.text("UPDATE chain_head SET hash = :hash WHERE unit_id = :unit"),
            {"hash": previous, "unit": chain.unit_id},
        )
        findings = await found(desk, forger)
        rewritten = [finding for finding in findings if "rewritten" in finding.what]
        assert [(one.unit_id, one.seq, one.until) for one in rewritten] == [(chain.unit_id, 1, 30)]

    async def test_tells_behind_which_checkpoint_a_chain_was_rewritten(
        self, desk: Desk, chain: Kitchen, forger: AsyncConnection
    ) -> None:
        assert await write_checkpoint(desk) is not None
        rows = await forger.execute(
            sa.select(entry).where(entry.c.unit_id == chain.unit_id, entry.c.seq >= 35).order_by(entry.c.seq)
        )
        previous: bytes | None = None
        for row in rows.mappings().all():
            forged: dict[str, Any] = dict(row) | {"amount_fen": row["amount_fen"] + 1}
            forged["previous_hash"] = previous or row["previous_hash"]
            forged["hash"] = previous = digest(forged["previous_hash"], content(forged))
            at = (entry.c.unit_id == chain.unit_id) & (entry.c.seq == row["seq"])
            await forger.execute(sa.update(entry).where(at).values(**forged))
        last = await last_checkpoint(desk.files)
        told = await recompute(ReadTx(forger), last, desk.signer.public_key, earlier_checkpoints(desk.files))
        first = told.findings[0]
        assert (first.unit_id, first.seq, first.until) == (chain.unit_id, 31, 40)

    async def test_sees_a_total_that_is_not_the_sum(self, desk: Desk, chain: Kitchen, forger: AsyncConnection) -> None:
        await forger.execute(
            sa.text("UPDATE total SET counted_fen = counted_fen + 1 WHERE canteen_id = :canteen"),
            {"canteen": chain.canteen_id},
        )
        findings = await found(desk, forger)
        assert all("not the sum" in finding.what and str(chain.canteen_id) in finding.what for finding in findings)
        assert len(findings) == 2

    async def test_believes_no_checkpoint_of_another_key_or_with_a_changed_byte(
        self, desk: Desk, chain: Kitchen
    ) -> None:
        last = await last_checkpoint(desk.files)
        assert last is not None
        key, document = last
        changed = (
            document.replace(b'\\"seq', b'\\"sEq')
            if b'\\"seq' in document
            else document.replace(b"heads_root", b"heads_rOot")
        )
        async with desk.uow.read() as tx:
            for forged, public_key in ((document, bytes(32)), (changed, desk.signer.public_key)):
                verified = await recompute(tx, (key, forged), public_key)
                assert "cannot be believed" in verified.findings[0].what


class TestCheckpoint:
    async def test_is_written_once_a_day_under_a_key_that_is_never_reused(
        self, desk: Desk, kitchen: Kitchen, quota_env: dict[str, str]
    ) -> None:
        keys = quota_env["S3_ACCESS_KEY"], quota_env["S3_SECRET_KEY"]
        files = S3ObjectStore(quota_env["S3_URL"], *keys, f"{quota_env['S3_BUCKET']}-checkpoints")
        await files.ensure_bucket()
        apart = replace(desk, files=files)
        kitchen.clock.set(noon(date(2025, 8, 1)))
        await kitchen.accept(a_line(1), on=date(2025, 7, 31))
        assert await write_daily_checkpoint(apart) == "checkpoints/2025-08-01.json"
        assert await write_daily_checkpoint(apart) is None
        assert await write_checkpoint(apart) is None
        await kitchen.accept(a_line(2), on=date(2025, 7, 31))
        assert await write_checkpoint(apart) == "checkpoints/2025-08-01_0002.json"
        last = await last_checkpoint(files)
        assert last is not None
        assert last[0] == "checkpoints/2025-08-01_0002.json"
        assert (await verify_chains(apart)).clean
        kitchen.clock.set(noon(date(2025, 8, 2)))
        assert await write_daily_checkpoint(apart) == "checkpoints/2025-08-02.json", "a quiet day has its own"
        files.close()


class TestPublishedCheckpoints:
    async def test_anybody_lists_and_verifies_each(self, desk: Desk, chain: Kitchen) -> None:
        listed = await list_checkpoints(desk, limit=1, cursor=None)
        rest = await list_checkpoints(desk, limit=100, cursor=listed["next"])
        names = [one["id"] for one in (*listed["items"], *rest["items"])]
        assert names == sorted(set(names), reverse=True)
        assert len(names) == len(await desk.files.keys("checkpoints/"))
        newest = verify_file(await get_checkpoint(desk, names[0]), desk.signer.public_key)
        assert [str(chain.unit_id), 30] in [head[:2] for head in newest["said"]["heads"]]

    @pytest.mark.parametrize("name", ["2019-01-01", "2025-06-20-9999", "..", "2025-06-20.json", "x" * 20])
    async def test_there_is_no_other(self, desk: Desk, name: str) -> None:
        with pytest.raises(CheckpointUnknown):
            await get_checkpoint(desk, name)
