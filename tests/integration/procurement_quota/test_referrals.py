"""A case is frozen as its flag was, handed on by a second person, and followed without losing a version."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.operator.invariants.registers import register_checks
from deploy.operator.reading import snapshots
from services.procurement_quota.domain.registers import (
    FLAG_FIELDS,
    REFERRAL,
    VERSIONS_MAX,
    FlagKind,
    FlagUnknown,
    RecordMoved,
    ReferralState,
    ReferralUnknown,
    TooManyVersions,
    drafters,
    frozen_digest,
    wrong_fields,
)
from services.procurement_quota.usecases import register_view
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.keep_heard import keep_supplier_copies
from services.procurement_quota.usecases.put_off_platform_purchase import PutInvoice
from services.procurement_quota.usecases.put_referral import PutReferral, put_referral
from services.procurement_quota.usecases.read_referrals import get_referral, list_referrals
from services.procurement_quota.usecases.restate_year import RestateYear, restate_year
from services.procurement_quota.usecases.step_referral import (
    HandOn,
    StepReferral,
    hand_on_referral,
    step_referral,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.contracts.catalog import SupplierChanged
from shared.contracts.words import RevocationGround, SupplierKind, SupplierState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.quota import FURONG, Kitchen, a_line, an_invoice_number, heard, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_imports import bring
from tests.integration.procurement_quota.test_revocations import hear, revoked

DAY = date(2025, 6, 20)
"""The day at which `desk` sets the clock."""


@pytest.fixture
def auditor(kitchen: Kitchen) -> Identity:
    return someone(Role.AUDITOR, kitchen.unit_id, "/430000/430100/430102/", "审计甲")


@pytest.fixture
def officer(kitchen: Kitchen) -> Identity:
    return someone(Role.OFFICER, kitchen.unit_id, "/430000/430100/", "王处")


def of_attestation(kitchen: Kitchen, month: int = 1) -> dict[str, Any]:
    return {"kind": "attestation", "canteen_id": kitchen.canteen_id, "year": 2025, "month": month, "fund": "canteen"}


def a_case(flag: dict[str, Any], **other: Any) -> PutReferral:
    facts: dict[str, Any] = {
        "body": "discipline_inspection",
        "body_name": "驻省民政厅纪检监察组",
        "flag": flag,
        "reason": "确认金额与账册不符，且拒不说明",
    }
    return PutReferral.model_validate(facts | other)


async def draft(kitchen: Kitchen, who: Identity, flag: dict[str, Any] | None = None) -> UUID:
    referral_id = new_id()
    if flag is None:
        await kitchen.attest(1, 0)
    _, new = await put_referral(kitchen.desk, who, referral_id, a_case(flag or of_attestation(kitchen)))
    assert new
    return referral_id


async def correct(kitchen: Kitchen, who: Identity, referral_id: UUID, version: int, why: str = "补充") -> Any:
    changed = a_case(of_attestation(kitchen), version=version, reason="另有原因", why=why)
    return await put_referral(kitchen.desk, who, referral_id, changed)


async def hand_on(kitchen: Kitchen, who: Identity, referral_id: UUID, version: int = 1, on: date = DAY) -> Any:
    command = HandOn(version=version, happened_on=on, document="湘残联移〔2025〕3号")
    return await hand_on_referral(kitchen.desk, who, referral_id, command)


async def step(kitchen: Kitchen, who: Identity, referral_id: UUID, version: int, verb: str, **other: Any) -> Any:
    told = {
        "version": version,
        "step": verb,
        "happened_on": DAY,
        "document": "收〔2025〕9号",
        "text": "已签收",
        **other,
    }
    return await step_referral(kitchen.desk, who, referral_id, StepReferral.model_validate(told))


class TestStates:
    def test_the_whole_square(self) -> None:
        reached = {(one.value, verb): REFERRAL.check(one, verb).value
                   for verb in REFERRAL.edges for one in ReferralState if REFERRAL.allows(one, verb)}  # fmt: skip
        assert reached == {
            ("drafted", "correct"): "drafted",
            ("drafted", "hand_on"): "handed_on",
            ("drafted", "withdraw"): "withdrawn",
            ("handed_on", "acknowledge"): "acknowledged",
            ("acknowledged", "acknowledge"): "acknowledged",
            ("acknowledged", "conclude"): "concluded",
            ("concluded", "conclude"): "concluded",
            ("handed_on", "return"): "returned",
            ("acknowledged", "return"): "returned",
            ("returned", "return"): "returned",
        }
        assert drafters([("drafted", 1), ("handed_on", 2), ("drafted", 3)]) == {1, 3}

    @pytest.mark.parametrize("kind", FlagKind)
    def test_a_flag_is_named_by_its_own_fields(self, kind: FlagKind) -> None:
        given: dict[str, Any] = dict.fromkeys(FLAG_FIELDS[kind], 1) | {"kind": kind}
        assert wrong_fields(kind, given) == []
        first = FLAG_FIELDS[kind][0]
        assert wrong_fields(kind, {**given, first: None}) == [first]
        assert wrong_fields(kind, {**given, "surplus": 2}) == ["surplus"]


class TestFreeze:
    async def test_an_attestation_as_it_was(self, kitchen: Kitchen, auditor: Identity) -> None:
        referral_id = await draft(kitchen, auditor)
        before = await get_referral(kitchen.desk, auditor, referral_id)
        await kitchen.attest(1, 500_000)
        after = await get_referral(kitchen.desk, auditor, referral_id)
        assert after == before
        assert [one["farm_produce_fen"] for one in after["facts"]["versions"]] == [0]
        assert after["digest"] == frozen_digest(after)
        assert (after["state"], after["unit_id"], after["canteen_id"]) == (
            "drafted",
            str(kitchen.unit_id),
            str(kitchen.canteen_id),
        )

    async def test_an_alert_and_a_restatement(self, kitchen: Kitchen, auditor: Identity) -> None:
        kitchen.clock.set(noon(date(2025, 12, 29)))
        accepted = await kitchen.accept(line := a_line(300_000), on=date(2025, 12, 28))
        await kitchen.buy_elsewhere(700_000, origin_county=None)
        rule = "hunan-2020-canteen"
        alert = {"kind": "alert", "canteen_id": kitchen.canteen_id, "rule": rule, "year": 2025, "alert": "unattested"}
        found = await get_referral(kitchen.desk, auditor, await draft(kitchen, auditor, alert))
        assert (found["facts"]["alert"], found["facts"]["rule"], found["facts"]["value"]) == ("unattested", rule, 11)
        with pytest.raises(FlagUnknown):
            await draft(kitchen, auditor, alert | {"alert": "unpaid"})
        kitchen.clock.set(noon(date(2026, 1, 12)))
        await kitchen.attest_until(12, [0] * 11 + [1_000_000])
        await close_year(kitchen.desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))
        kitchen.clock.set(noon(date(2026, 1, 20)))
        await kitchen.give_back(accepted, line, 300_000, date(2026, 1, 8))
        again = RestateYear(year=2025, reason="年后退货")
        await restate_year(kitchen.desk, kitchen.finance, kitchen.canteen_id, again)
        flag = {"kind": "restatement", "canteen_id": kitchen.canteen_id, "year": 2025, "number": 1}
        found = await get_referral(kitchen.desk, auditor, await draft(kitchen, auditor, flag))
        assert (found["facts"]["reason"], found["facts"]["filed"][rule]["status"]) == ("年后退货", "missed")
        with pytest.raises(FlagUnknown):
            await draft(kitchen, auditor, flag | {"number": 2})

    async def test_a_row_of_an_import_and_a_revocation(self, kitchen: Kitchen, auditor: Identity) -> None:
        number = an_invoice_number()
        await kitchen.buy_elsewhere(1_000, invoice=PutInvoice(number=number))
        file = f"采购日期,销售方,品类,金额,发票号码\n2025-06-03,李记,蔬菜,12.80,{number}\n".encode()
        import_id = await bring(kitchen.desk, kitchen, file)
        flag: dict[str, Any] = {"kind": "import_row", "import_id": import_id, "number": 2}
        found = await get_referral(kitchen.desk, auditor, await draft(kitchen, auditor, flag))
        assert (found["facts"]["state"], len(found["facts"]["errors"])) == ("bad", 1)
        assert [one["sha256"] for one in found["files"]] == [hashlib.sha256(file).hexdigest()]
        supplier = new_id()
        told = SupplierChanged(
            supplier_id=supplier,
            version=4,
            name="虚报产地基地",
            kind=SupplierKind.DISABLED_BASE,
            county_code=FURONG,
            state=SupplierState.REVOKED,
            applicant_account_id=new_id(),
        )
        await keep_supplier_copies(kitchen.desk, heard(told, consumer="procurement_quota-catalog"))
        await hear(kitchen.desk, revoked(supplier, RevocationGround.FALSE_ORIGIN))
        flag = {"kind": "revocation", "supplier_id": supplier, "number": 5}
        found = await get_referral(kitchen.desk, auditor, await draft(kitchen, auditor, flag))
        assert (found["facts"]["name"], found["facts"]["ground"]) == ("虚报产地基地", "false_origin")
        assert (found["unit_path"], found["supplier_id"]) == ("/430000/430100/430102/", str(supplier))

    async def test_what_is_not_there_is_no_flag(
        self, kitchen: Kitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        nothing: list[dict[str, Any]] = [
            of_attestation(kitchen, 2),
            {"kind": "revocation", "supplier_id": new_id(), "number": 1},
            {"kind": "sampled_line", "draw_id": new_id(), "number": 1},
            {"kind": "import_row", "import_id": new_id(), "number": 1},
        ]
        async with unchanged():
            for flag in nothing:
                with pytest.raises(FlagUnknown):
                    await draft(kitchen, auditor, flag)
            for flag in ({"kind": "attestation"}, of_attestation(kitchen) | {"number": 3}):
                with pytest.raises(InvalidFields):
                    await draft(kitchen, auditor, flag)


class TestHandOn:
    async def test_goes_its_way_and_keeps_every_version(
        self, kitchen: Kitchen, auditor: Identity, officer: Identity
    ) -> None:
        referral_id = await draft(kitchen, auditor)
        await hand_on(kitchen, officer, referral_id)
        kitchen.clock.set(noon(DAY + timedelta(days=3)))
        await step(kitchen, auditor, referral_id, 2, "acknowledge", document="收〔2025〕8号")
        await step(kitchen, auditor, referral_id, 3, "acknowledge", why="文号录错")
        kitchen.clock.set(noon(DAY + timedelta(days=60)))
        done = await step(kitchen, officer, referral_id, 4, "conclude", text="已立案，诫勉谈话一人")
        assert (done["state"], done["version"], done["handing_on"]["document"]) == (
            "concluded",
            5,
            "湘残联移〔2025〕3号",
        )
        assert (done["acknowledgement"]["document"], done["outcome"]["text"]) == (
            "收〔2025〕9号",
            "已立案，诫勉谈话一人",
        )
        assert [one["state"] for one in done["history"]] == [
            "drafted",
            "handed_on",
            "acknowledged",
            "acknowledged",
            "concluded",
        ]
        then = await get_referral(kitchen.desk, auditor, referral_id, known_by=DAY)
        assert (then["version"], then["acknowledgement"], len(then["history"])) == (2, None, 2)
        with pytest.raises(ReferralUnknown):
            await get_referral(kitchen.desk, auditor, referral_id, known_by=DAY - timedelta(days=1))

    async def test_is_a_second_persons(
        self, kitchen: Kitchen, auditor: Identity, officer: Identity, unchanged: Unchanged
    ) -> None:
        referral_id = await draft(kitchen, auditor)
        changed = a_case(of_attestation(kitchen), version=1, body="police", body_name="长沙市公安局", why="涉嫌犯罪")
        await put_referral(kitchen.desk, officer, referral_id, changed)
        async with unchanged():
            for who in (auditor, officer):
                with pytest.raises(OwnRequest):
                    await hand_on(kitchen, who, referral_id, 2)
        third = someone(Role.AUDITOR, kitchen.unit_id, "/430000/")
        async with unchanged():
            with pytest.raises(RecordMoved):
                await hand_on(kitchen, third, referral_id, 1)
            for day in (DAY + timedelta(days=1), date(2019, 12, 31)):
                with pytest.raises(InvalidFields):
                    await hand_on(kitchen, third, referral_id, 2, day)
        assert (await hand_on(kitchen, third, referral_id, 2))["body"] == "police"

    async def test_steps_have_their_turn_and_corrections_a_reason(
        self, kitchen: Kitchen, auditor: Identity, officer: Identity, unchanged: Unchanged
    ) -> None:
        referral_id = await draft(kitchen, auditor)
        async with unchanged():
            for verb in ("acknowledge", "conclude", "return"):
                with pytest.raises(WrongState):
                    await step(kitchen, auditor, referral_id, 1, verb)
            with pytest.raises(InvalidFields):
                await correct(kitchen, auditor, referral_id, 1, why="")
            with pytest.raises(RecordMoved):
                await correct(kitchen, auditor, referral_id, 0)
        await hand_on(kitchen, officer, referral_id)
        await step(kitchen, auditor, referral_id, 2, "return", text="不属本机关管辖")
        async with unchanged():
            with pytest.raises(InvalidFields):
                await step(kitchen, auditor, referral_id, 3, "return")
            for verb in ("acknowledge", "conclude", "withdraw"):
                with pytest.raises(WrongState):
                    await step(kitchen, auditor, referral_id, 3, verb)
            with pytest.raises(WrongState):
                await correct(kitchen, auditor, referral_id, 3)
        withdrawn = await draft(kitchen, auditor)
        assert (await step(kitchen, auditor, withdrawn, 1, "withdraw", document=None))["state"] == "withdrawn"

    async def test_again_is_the_same(
        self, kitchen: Kitchen, auditor: Identity, officer: Identity, unchanged: Unchanged
    ) -> None:
        referral_id, once = await draft(kitchen, auditor), Stamp.of_request("hand on", new_id().hex, b"1")
        command = HandOn(version=1, happened_on=DAY, document="移3号")
        handed = await hand_on_referral(kitchen.desk, officer, referral_id, command, once=once)
        async with unchanged():
            assert await hand_on_referral(kitchen.desk, officer, referral_id, command, once=once) == handed
            again = await put_referral(kitchen.desk, auditor, referral_id, a_case(of_attestation(kitchen)))
            assert again == (handed, False)

    async def test_has_a_bound(
        self, kitchen: Kitchen, auditor: Identity, monkeypatch: pytest.MonkeyPatch, unchanged: Unchanged
    ) -> None:
        referral_id = await draft(kitchen, auditor)
        monkeypatch.setattr(register_view, "VERSIONS_MAX", 1)
        async with unchanged():
            with pytest.raises(TooManyVersions):
                await correct(kitchen, auditor, referral_id, 1)
        assert VERSIONS_MAX == 100


class TestWhoMay:
    async def test_is_an_auditor_or_an_officer_above_and_not_the_unit(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        other, referral_id = await kitchen_of(), await draft(kitchen, auditor)
        own = someone(Role.OFFICER, kitchen.unit_id, kitchen.path)
        beside = someone(Role.AUDITOR, other.unit_id, other.path)
        async with unchanged():
            for who in (kitchen.finance, kitchen.above, kitchen.buyer, own, beside):
                with pytest.raises(NotAllowed):
                    await get_referral(kitchen.desk, who, referral_id)
                with pytest.raises(NotAllowed):
                    await put_referral(kitchen.desk, who, new_id(), a_case(of_attestation(kitchen)))
                with pytest.raises(NotAllowed):
                    await hand_on(kitchen, who, referral_id)
                with pytest.raises(NotAllowed):
                    await step(kitchen, who, referral_id, 1, "withdraw")

    async def test_is_listed_to_whom_it_concerns(
        self, kitchen: Kitchen, kitchen_of: MakeKitchen, auditor: Identity, officer: Identity
    ) -> None:
        referral_id, other = await draft(kitchen, auditor), await kitchen_of()

        async def listed(who: Identity, **asked: Any) -> list[str]:
            how: dict[str, Any] = {"state": None, "limit": 100, "cursor": None, **asked}
            return [one["id"] for one in (await list_referrals(kitchen.desk, who, **how))["items"]]

        assert str(referral_id) in await listed(auditor, state=ReferralState.DRAFTED)
        assert str(referral_id) not in await listed(auditor, state=ReferralState.HANDED_ON)
        assert str(referral_id) in await listed(officer)
        assert await listed(someone(Role.OFFICER, kitchen.unit_id, kitchen.path)) == []
        assert await listed(someone(Role.AUDITOR, other.unit_id, other.path)) == []
        for who in (kitchen.finance, kitchen.buyer):
            with pytest.raises(NotAllowed):
                await listed(who)


HARM = [
    (
        "content = jsonb_set(content, '{facts,versions,0,farm_produce_fen}', '1')",
        "content = jsonb_set(content, '{facts,versions,0,farm_produce_fen}', '0')",
    ),
    ("version = 2", "version = 1"),
]


async def test_invariants_see_a_frozen_fact_that_was_changed(
    quota_env: dict[str, str], kitchen: Kitchen, auditor: Identity
) -> None:
    referral_id = await draft(kitchen, auditor)

    async def failing() -> list[str]:
        async with snapshots(quota_env, ["procurement_quota"]) as read:
            return [at for one in await register_checks(read) for at in one.offenders if str(referral_id) in at]

    assert await failing() == []
    name = quota_env["PROCUREMENT_QUOTA_DATABASE_URL"].rsplit("/", 1)[1]
    admin = await asyncpg.connect(quota_env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
    try:
        await admin.execute("SET session_replication_role = replica")
        for harm, mend in HARM:
            await admin.execute(f"UPDATE register_version SET {harm} WHERE id = $1", referral_id)  # noqa: S608
            assert len(await failing()) == 1
            await admin.execute(f"UPDATE register_version SET {mend} WHERE id = $1", referral_id)  # noqa: S608
    finally:
        await admin.close()
    assert await failing() == []
