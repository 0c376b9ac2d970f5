"""What was filed is declared, signed by people with names, countersigned above, and verifies with its file alone."""

# ruff: noqa: S608 - the harm is SQL of our own

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
import sqlalchemy as sa

from deploy.operator.invariants.check import Check
from deploy.operator.invariants.filings import filing_checks
from deploy.operator.reading import snapshots
from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.domain.declaring import DeclarationState
from services.procurement_quota.domain.handed_in import verify_file
from services.procurement_quota.domain.published import FileForged
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.close_year import CloseYear, StillHearing, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.keep_heard import keep_paid
from services.procurement_quota.usecases.put_declaration import (
    DeclarationDiffers,
    DeclarationStands,
    PutDeclaration,
    put_declaration,
)
from services.procurement_quota.usecases.read_declarations import (
    get_declaration,
    get_published_declaration,
    list_declarations_of,
    list_published_declarations,
)
from services.procurement_quota.usecases.restate_year import (
    NothingToRestate,
    RestateYear,
    YearNotClosed,
    list_restatements,
    restate_year,
)
from services.procurement_quota.usecases.sign_declaration import (
    DecideDeclaration,
    Decision,
    DeclarationOutdated,
    DeclarationUnknown,
    SignDeclaration,
    SignedAlready,
    SigningKeyChanged,
    decide_declaration,
    sign_declaration,
)
from services.procurement_quota.usecases.verify_published_file import verify_published_file
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.contracts.order import PaymentRecorded
from shared.contracts.words import Fund, PaymentMethod
from shared.db.plumbing import outbox
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.media import FILE_BYTES_MAX, FileTooLarge
from shared.states import WrongState
from tests.build.quota import Kitchen, a_line, heard, noon, someone
from tests.integration.procurement_quota.conftest import Unchanged

HEAD = SignDeclaration(capacity="单位负责人")
COUNTERSIGN = DecideDeclaration(outcome=Decision.COUNTERSIGN, capacity="省残联计财处")
STRANGER = Path(__file__).parents[2] / "independent" / "verify_declaration.py"


@pytest.fixture
def approver(kitchen: Kitchen) -> Identity:
    return someone(Role.APPROVER, kitchen.unit_id, kitchen.path, "周敏")


@pytest.fixture
async def closed(kitchen: Kitchen, desk: Desk) -> Kitchen:
    """A year of 10,000 yuan, 3,000 of it from 茶陵 on an order of which 1,000 was paid by 31 January; then February."""
    kitchen.clock.set(noon(date(2025, 12, 29)))
    accepted = await kitchen.accept(a_line(300_000), on=date(2025, 12, 28))
    await kitchen.buy_elsewhere(700_000, origin_county=None)
    kitchen.clock.set(noon(date(2026, 1, 12)))
    await kitchen.attest_until(12, [0] * 11 + [1_000_000])
    await pay(kitchen, accepted.purchase.order_id, 100_000, date(2026, 1, 31))
    await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
    kitchen.clock.set(noon(date(2026, 2, 2)))
    await pay(kitchen, accepted.purchase.order_id, 200_000, date(2026, 2, 1))
    return kitchen


async def pay(kitchen: Kitchen, order_id: UUID, amount_fen: int, on: date) -> None:
    event = PaymentRecorded(
        payment_id=new_id(),
        order_id=order_id,
        canteen_id=kitchen.canteen_id,
        unit_id=kitchen.unit_id,
        fund=Fund.CANTEEN,
        method=PaymentMethod.BANK_TRANSFER,
        amount_fen=amount_fen,
        paid_on=on,
    )
    await keep_paid(kitchen.desk, heard(event))


async def prepare(kitchen: Kitchen) -> Any:
    command = PutDeclaration(canteen_id=kitchen.canteen_id, year=2025)
    written, new = await put_declaration(kitchen.desk, kitchen.finance, new_id(), command)
    assert new
    return written


async def publish(kitchen: Kitchen, approver: Identity) -> Any:
    one = UUID((await prepare(kitchen))["id"])
    await sign_declaration(kitchen.desk, approver, one, HEAD)
    return await decide_declaration(kitchen.desk, kitchen.above, one, COUNTERSIGN)


def rule(written: Any, code: str = HUNAN_CANTEEN) -> Any:
    [found] = [one for one in written["rules"] if one["rule"] == code]
    return found


class TestPrepare:
    async def test_declares_what_was_filed_less_what_was_unpaid_on_31_january(self, closed: Kitchen) -> None:
        written = await prepare(closed)
        filed = next(one for one in written["said"]["rules"] if one["rule"] == HUNAN_CANTEEN)
        assert (filed["status"], filed["figures"]["base_fen"], filed["figures"]["counted_fen"]) == (
            "met",
            1_000_000,
            300_000,
        )
        [unpaid] = written["said"]["unpaid"]
        assert (unpaid["accepted_fen"], unpaid["paid_fen"], unpaid["unpaid_fen"]) == (300_000, 100_000, 200_000)
        declared = rule(written)
        assert (declared["counted_fen"], declared["left_out_fen"], declared["share_bp"]) == (100_000, 200_000, 1_000)
        assert (declared["required_fen"], declared["shortfall_fen"], declared["status"]) == (200_000, 100_000, "missed")
        assert (written["state"], written["open_steps"], written["restatement"]) == ("prepared", ["sign"], 0)
        assert written["said"]["extract"]["entries"] == 2
        assert written["said"]["prepared"]["name"] == "王芳"

    async def test_is_one_however_often_it_is_put(self, desk: Desk, closed: Kitchen, unchanged: Unchanged) -> None:
        command, one = PutDeclaration(canteen_id=closed.canteen_id, year=2025), new_id()
        first, new = await put_declaration(desk, closed.finance, one, command)
        assert new
        async with unchanged():
            assert await put_declaration(desk, closed.finance, one, command) == (first, False)
            with pytest.raises(DeclarationStands):
                await put_declaration(desk, closed.finance, new_id(), command)
            with pytest.raises(DeclarationDiffers):
                await put_declaration(desk, closed.finance, one, command.model_copy(update={"year": 2024}))

    async def test_wants_a_closed_year_february_and_nothing_on_its_way(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged
    ) -> None:
        async def put(who: Identity, at: Desk = desk) -> None:
            await put_declaration(at, who, new_id(), PutDeclaration(canteen_id=kitchen.canteen_id, year=2025))

        async def one_waits() -> int:
            return 1

        kitchen.clock.set(noon(date(2026, 1, 31)))
        async with unchanged():
            with pytest.raises(YearNotClosed):
                await put(kitchen.finance)
        await close_year(desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        async with unchanged():
            with pytest.raises(InvalidFields):
                await put(kitchen.finance)
            kitchen.clock.set(noon(date(2026, 2, 1)))
            with pytest.raises(StillHearing):
                await put(kitchen.finance, replace(desk, lag=one_waits))
            for who in (kitchen.buyer, kitchen.above, kitchen.auditor):
                with pytest.raises(NotAllowed):
                    await put(who)
        await put(kitchen.finance)


class TestSign:
    async def test_names_people_and_never_the_one_who_prepared_it(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        one = UUID((await prepare(closed))["id"])
        unit = Seat(Role.APPROVER, closed.unit_id, closed.path)
        above = Seat(Role.FINANCE, new_id(), "/430000/")
        preparer = replace(closed.finance, seats=(*closed.finance.seats, unit, above))
        async with unchanged():
            with pytest.raises(OwnRequest):
                await sign_declaration(desk, preparer, one, HEAD)
            with pytest.raises(WrongState):
                await decide_declaration(desk, closed.above, one, COUNTERSIGN)
            for who in (closed.finance, closed.buyer, closed.above):
                with pytest.raises(NotAllowed):
                    await sign_declaration(desk, who, one, HEAD)
        once = Stamp.of_request("sign", new_id().hex, b"1")
        signed = await sign_declaration(desk, approver, one, HEAD, once=once)
        assert await sign_declaration(desk, approver, one, HEAD, once=once) == signed
        [step] = signed["steps"]
        assert (step["name"], step["account_id"], step["capacity"]) == ("周敏", str(approver.account_id), "单位负责人")
        assert signed["state"] == "signed"
        both = replace(approver, seats=(*approver.seats, above))
        async with unchanged():
            with pytest.raises(SignedAlready):
                await sign_declaration(desk, approver, one, HEAD)
            with pytest.raises(OwnRequest):
                await decide_declaration(desk, both, one, COUNTERSIGN)
            with pytest.raises(OwnRequest):
                await decide_declaration(desk, preparer, one, COUNTERSIGN)
        officer = someone(Role.OFFICER, closed.unit_id, closed.path, "何军")
        assert len((await sign_declaration(desk, officer, one, HEAD))["steps"]) == 2

    async def test_is_returned_with_a_reason_and_another_is_prepared(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        one = UUID((await prepare(closed))["id"])
        await sign_declaration(desk, approver, one, HEAD)
        back = DecideDeclaration(outcome=Decision.RETURN, capacity="省残联计财处")
        rekeyed = replace(desk, signer=Signer(b"k" * 32))
        async with unchanged():
            with pytest.raises(InvalidFields):
                await decide_declaration(desk, closed.above, one, back)
            with pytest.raises(SigningKeyChanged):
                await decide_declaration(rekeyed, closed.above, one, COUNTERSIGN)
        told = await decide_declaration(rekeyed, closed.above, one, back.model_copy(update={"reason": "未附付款凭证"}))
        assert (told["state"], told["open_steps"], told["steps"][-1]["reason"]) == ("returned", [], "未附付款凭证")
        async with unchanged():
            with pytest.raises(WrongState):
                await decide_declaration(desk, closed.above, one, COUNTERSIGN)
            with pytest.raises(DeclarationUnknown):
                await get_published_declaration(desk, one)
        again = await prepare(closed)
        assert (again["number"], again["restates"]) == (2, None)


class TestPublish:
    async def test_anybody_reads_and_verifies_it(
        self, desk: Desk, closed: Kitchen, approver: Identity, tmp_path: Path
    ) -> None:
        told = await publish(closed, approver)
        assert (told["state"], told["published_at"][:10]) == ("published", "2026-02-02")
        file = await get_published_declaration(desk, UUID(told["id"]))
        assert await get_published_declaration(desk, UUID(told["id"])) == file
        found = verify_file(file, desk.signer.public_key)
        assert found["said"] == told["said"]
        assert [(one["step"], one["name"]) for one in found["steps"]] == [("sign", "周敏"), ("countersign", "赵敏")]
        path = tmp_path / "d.json"
        path.write_bytes(file)
        assert self.stranger(path).stdout.startswith("ok  ")
        path.write_bytes(file.replace(b'\\"counted_fen\\":100000', b'\\"counted_fen\\":100001', 1))
        done = self.stranger(path)
        assert (done.returncode, "payload" in done.stderr) == (1, True)

    @staticmethod
    def stranger(path: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, str(STRANGER), str(path)], capture_output=True, text=True, check=False)

    async def test_one_changed_byte_is_caught_wherever_it_is(
        self, desk: Desk, closed: Kitchen, approver: Identity
    ) -> None:
        file = await get_published_declaration(desk, UUID((await publish(closed, approver))["id"]))
        unseen = []
        for at in range(len(file)):
            try:
                verify_file(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :])
            except FileForged:
                continue
            unseen.append(at)
        assert unseen == []

    async def test_is_verified_for_whoever_hands_it_in(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        told = await publish(closed, approver)
        file = await get_published_declaration(desk, UUID(told["id"]))
        async with unchanged():
            verdict = await verify_published_file(desk, file)
            assert (verdict["as_signed"], verdict["by_platform"], verdict["reason"]) == (True, True, "")
            declared = verdict["declaration"]
            assert (declared["code"], declared["year"], declared["root"]) == (told["code"], told["year"], told["root"])
            assert declared["rules"][0]["counted_fen"] == told["rules"][0]["counted_fen"]
            assert [one["name"] for one in declared["signers"]] == ["周敏", "赵敏"]
            changed = await verify_published_file(desk, file.replace(b"100000", b"100001", 1))
            assert (changed["as_signed"], changed["by_platform"], changed["declaration"]) == (False, False, None)
            assert "" not in (changed["reason"], changed["reason_en"])

    async def test_of_somebody_elses_key_is_told_apart_and_not_repeated(self, desk: Desk) -> None:
        stranger = Signer(bytes(range(1, 33)))
        document = stranger.document(day=date(2026, 2, 2), at=desk.clock.now(), heads=[], totals={}, previous=None)
        verdict = await verify_published_file(desk, document)
        assert (verdict["as_signed"], verdict["by_platform"], verdict["checkpoint"]) == (True, False, None)
        assert verdict["public_key"] != verdict["platform_public_key"]
        assert "密钥" in verdict["reason"]

    async def test_too_large_is_refused_unread(self, desk: Desk) -> None:
        with pytest.raises(FileTooLarge):
            await verify_published_file(desk, b" " * (FILE_BYTES_MAX + 1))

    async def test_a_forged_step_order_extract_or_sum_is_caught(
        self, desk: Desk, closed: Kitchen, approver: Identity
    ) -> None:
        file = json.loads(await get_published_declaration(desk, UUID((await publish(closed, approver))["id"])))

        def forged(**changed: Any) -> bytes:
            return orjson.dumps({**file, **changed}, option=orjson.OPT_SORT_KEYS)

        said = json.loads(file["payload"])
        said["rules"][0]["figures"]["counted_fen"] += 1
        wrong: list[dict[str, Any]] = [
            {"steps": file["steps"][::-1]},
            {"steps": file["steps"][:1]},
            {"steps": file["steps"][1:]},
            {"steps": []},
            {"extract": file["extract"].splitlines()[0]},
            {"payload": orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()},
            {"public_key": base64.b64encode(bytes(32)).decode()},
            {"format": "zhucai-declaration-2"},
        ]
        for what in wrong:
            with pytest.raises(FileForged):
                verify_file(forged(**what))
        assert verify_file(forged())["kind"] == "declaration"

    async def test_is_said_once_and_listed_for_anybody(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        told = await publish(closed, approver)
        async with desk.uow.glance() as tx:
            said = await tx.rows(
                sa.select(outbox).where(outbox.c.type == "declaration.published", outbox.c.key == told["id"])
            )
        [event] = [json.loads(one.body)["data"] for one in said]
        assert (event["code"], event["payload_sha256"]) == (told["code"], told["payload_sha256"])
        asked: dict[str, Any] = {"unit_id": None, "canteen_id": None, "year": None, "code": None}
        for one in (
            {"code": told["code"]},
            {"canteen_id": closed.canteen_id, "year": 2025},
            {"unit_id": closed.unit_id},
        ):
            page = await list_published_declarations(desk, **{**asked, **one}, limit=10, cursor=None)
            assert [found["id"] for found in page["items"]] == [told["id"]]
        for one in ({"code": "AAAA-AAAA-AAAA-AAAA"}, {"canteen_id": closed.canteen_id, "year": 2024}):
            page = await list_published_declarations(desk, **{**asked, **one}, limit=10, cursor=None)
            assert page == {"items": [], "next": None}

    async def test_a_unit_sees_its_queue_page_by_page(self, desk: Desk, closed: Kitchen, approver: Identity) -> None:
        one = await prepare(closed)

        async def listed(state: DeclarationState | None, who: Identity = approver) -> list[str]:
            page = await list_declarations_of(desk, who, closed.unit_id, year=2025, state=state, limit=5, cursor=None)
            return [found["id"] for found in page["items"]]

        assert await listed(None) == await listed(DeclarationState.PREPARED) == [one["id"]]
        assert await listed(DeclarationState.SIGNED) == []
        await sign_declaration(desk, approver, UUID(one["id"]), HEAD)
        assert await listed(DeclarationState.SIGNED) == [one["id"]]
        assert (await get_declaration(desk, closed.auditor, UUID(one["id"])))["state"] == "signed"
        stranger = someone(Role.FINANCE, new_id(), "/430000/430200/")
        with pytest.raises(NotAllowed):
            await listed(None, stranger)
        with pytest.raises(NotAllowed):
            await get_declaration(desk, stranger, UUID(one["id"]))


class TestInvariants:
    """`zhucai check-invariants`: what was filed never changes, and whoever changes it is seen."""

    HARM = {
        "UPDATE declaration SET payload = replace(payload, '\"left_out_fen\":200000', '\"left_out_fen\":100000')": 6,
        "UPDATE declaration SET extract = replace(extract, '300000', '300001')": 6,
        "UPDATE declaration_step SET statement = replace(statement, '周敏', '周明')": 6,
        "DELETE FROM declaration_step WHERE step = 'sign'": 6,
        "UPDATE closing SET filed = jsonb_set(filed, '{hunan-2020-canteen,figures,counted_fen}', '1')": 6,
        "UPDATE entry SET hash = previous_hash WHERE seq = 1": 3,
    }

    async def checks(self, env: dict[str, str]) -> list[Check]:
        async with snapshots(env, ("procurement_quota",)) as read:
            return await filing_checks(read)

    async def test_hold_and_name_each_harm(
        self, closed: Kitchen, approver: Identity, quota_env: dict[str, str]
    ) -> None:
        await publish(closed, approver)
        assert [check.line() for check in await self.checks(quota_env) if not check.holds] == []
        name = quota_env["PROCUREMENT_QUOTA_DATABASE_URL"].rsplit("/", 1)[1]
        admin = await asyncpg.connect(quota_env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
        tables = ("declaration", "declaration_step", "closing", "entry")
        try:
            await admin.execute("SET session_replication_role = replica")
            for table in tables:
                await admin.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
            for harm, number in self.HARM.items():
                await admin.execute(harm)
                broken = {check.number for check in await self.checks(quota_env) if not check.holds}
                for table in tables:
                    await admin.execute(f"DELETE FROM {table}")
                    await admin.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
                assert number in broken, harm
        finally:
            for table in tables:
                await admin.execute(f"DROP TABLE IF EXISTS kept_{table}")
            await admin.close()
        assert all(check.holds for check in await self.checks(quota_env))


class TestRestate:
    async def give_back_all(self, closed: Kitchen) -> None:
        """What was accepted on 28 December comes back on 20 February."""
        closed.clock.set(noon(date(2026, 2, 20)))
        line = a_line(300_000)
        accepted = await closed.accept(line, on=date(2025, 12, 30))
        closed.clock.set(noon(date(2026, 2, 21)))
        await closed.give_back(accepted, line, 300_000, date(2026, 2, 21))
        await closed.buy_elsewhere(900_000, origin_county=None)

    async def test_a_flip_is_due_in_thirty_days_and_then_overdue(self, desk: Desk, closed: Kitchen) -> None:
        await self.give_back_all(closed)
        told = await closed.statement()
        assert (told["as_filed"]["status"], told["status"], told["restatement_due"]) == ("met", "unproven", True)
        due = told["restatement"]
        assert (due["was"], due["now"], due["due_on"], due["overdue"]) == ("met", "unproven", "2026-03-22", False)
        closed.clock.set(noon(date(2026, 3, 23)))
        listed = await list_restatements(desk, closed.finance, closed.unit_id, 2025, limit=5, cursor=None)
        [one] = listed["items"]
        assert (one["canteen_id"], one["due_on"], one["overdue"]) == (str(closed.canteen_id), "2026-03-22", True)
        assert one["filed"] == []

    async def test_is_numbered_and_what_was_filed_before_stays(
        self, desk: Desk, closed: Kitchen, unchanged: Unchanged
    ) -> None:
        first = (await closed.statement())["as_filed"]
        again = RestateYear(year=2025, reason="次年退货")
        async with unchanged():
            with pytest.raises(NothingToRestate):
                await restate_year(desk, closed.finance, closed.canteen_id, again)
            with pytest.raises(YearNotClosed):
                await restate_year(desk, closed.finance, closed.canteen_id, RestateYear(year=2024, reason="x"))
            with pytest.raises(NotAllowed):
                await restate_year(desk, closed.above, closed.canteen_id, again)
        await self.give_back_all(closed)
        once = Stamp.of_request("restate", new_id().hex, b"1")
        one = await restate_year(desk, closed.finance, closed.canteen_id, again, once=once)
        assert await restate_year(desk, closed.finance, closed.canteen_id, again, once=once) == one
        assert one["number"] == 1
        told = await closed.statement()
        assert (told["as_filed"], told["restatement_due"], told["restatement"]) == (first, False, None)
        assert [(r["number"], r["reason"], r["status"]) for r in told["restatements"]] == [(1, "次年退货", "unproven")]
        await closed.attest(12, 2_300_000)
        second = await restate_year(desk, closed.finance, closed.canteen_id, RestateYear(year=2025, reason="补充说明"))
        told = await closed.statement()
        assert (second["number"], [r["status"] for r in told["restatements"]]) == (2, ["unproven", "missed"])
        last = (await closed.lines())[-1]
        assert (last["kind"], last["reason"], last["facts"]["restatement"]) == ("close", "year_restated", 2)

    async def test_a_restated_declaration_points_back(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        first = await publish(closed, approver)
        file = await get_published_declaration(desk, UUID(first["id"]))
        await self.give_back_all(closed)
        await restate_year(desk, closed.finance, closed.canteen_id, RestateYear(year=2025, reason="次年退货"))
        second = await publish(closed, approver)
        assert (second["restatement"], second["restates"], second["number"]) == (1, first["id"], 2)
        assert second["said"]["restates"]["payload_sha256"] == first["payload_sha256"]
        assert await get_published_declaration(desk, UUID(first["id"])) == file
        assert verify_file(await get_published_declaration(desk, UUID(second["id"])))["said"]["restatement"] == 1

    async def test_what_was_prepared_before_is_not_countersigned(
        self, desk: Desk, closed: Kitchen, approver: Identity, unchanged: Unchanged
    ) -> None:
        one = UUID((await prepare(closed))["id"])
        await sign_declaration(desk, approver, one, HEAD)
        await self.give_back_all(closed)
        await restate_year(desk, closed.finance, closed.canteen_id, RestateYear(year=2025, reason="次年退货"))
        async with unchanged():
            with pytest.raises(DeclarationOutdated):
                await decide_declaration(desk, closed.above, one, COUNTERSIGN)
