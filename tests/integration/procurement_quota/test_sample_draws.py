"""A sample is announced before a public draw, of what was closed before it, and drawn by its value alone."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deploy.operator.invariants.samples import sample_checks
from deploy.operator.reading import snapshots
from services.procurement_quota.domain.sample_draws import (
    DrawDiffers,
    DrawUnknown,
    DrawWaits,
    FrameTooLarge,
    NotHeldYet,
    NothingClosed,
    ResultMoved,
    ValueDiffers,
)
from services.procurement_quota.usecases import confirm_draw_result as confirming
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.confirm_draw_result import ConfirmResult, confirm_draw_result
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.enter_draw_result import EnterResult, enter_draw_result
from services.procurement_quota.usecases.move_unit import MoveKind, PutMove, put_unit_move
from services.procurement_quota.usecases.put_sample_draw import put_sample_draw
from services.procurement_quota.usecases.put_units import unit_id
from services.procurement_quota.usecases.read_sample_draws import (
    get_sample_draw,
    get_sample_file,
    get_sample_lines,
    list_sample_draws,
)
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.draws import VALUE, an_announcement, drawn_again
from tests.build.quota import Kitchen, a_line, noon, someone
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

HELD = date(2026, 3, 18)


@pytest.fixture
def auditor(kitchen: Kitchen) -> Identity:
    return someone(Role.AUDITOR, kitchen.unit_id, kitchen.path, "审计甲")


@pytest.fixture
def second(kitchen: Kitchen) -> Identity:
    return someone(Role.AUDITOR, kitchen.unit_id, kitchen.path, "审计乙")


@pytest.fixture
async def bought(kitchen: Kitchen) -> Kitchen:
    """A year: 5,000 yuan elsewhere, and 10, 20, 30, 40 of which 15 went back, and 7 of which all did."""
    kitchen.clock.set(noon(date(2025, 12, 29)))
    lines = [a_line(fen) for fen in (1_000, 2_000, 3_000, 4_000, 700)]
    accepted = await kitchen.accept(*lines, on=date(2025, 12, 1))
    await kitchen.buy_elsewhere(500_000, origin_county=None)
    await kitchen.give_back(accepted, lines[3], 1_500, date(2025, 12, 20))
    await kitchen.give_back(accepted, lines[4], 700, date(2025, 12, 20))
    kitchen.clock.set(noon(date(2026, 1, 5)))
    return kitchen


async def announce(who: Identity, kitchen: Kitchen, draw_id: UUID | None = None, **other: Any) -> UUID:
    draw_id = draw_id or new_id()
    asked = {"unit_id": kitchen.unit_id, "year": 2025, "held_on": HELD, "size": 3, **other}
    await put_sample_draw(kitchen.desk, who, draw_id, an_announcement(**asked))
    return draw_id


async def close(kitchen: Kitchen, on: date = date(2026, 2, 1)) -> None:
    kitchen.clock.set(noon(on))
    await close_year(kitchen.desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))


async def enter(who: Identity, kitchen: Kitchen, draw_id: UUID, value: str | None = VALUE, **other: Any) -> Any:
    command = EnterResult(**{"version": 0, "value": value, **other})
    return await enter_draw_result(kitchen.desk, who, draw_id, command)


async def confirm(who: Identity, kitchen: Kitchen, draw_id: UUID, value: str | None = VALUE, version: int = 1) -> Any:
    return await confirm_draw_result(kitchen.desk, who, draw_id, ConfirmResult(version=version, value=value))


@pytest.fixture
async def drawn(bought: Kitchen, auditor: Identity, second: Identity) -> UUID:
    """Three of the five purchases that were kept, drawn the day after."""
    draw_id = await announce(auditor, bought)
    await close(bought)
    bought.clock.set(noon(HELD + timedelta(days=1)))
    await enter(auditor, bought, draw_id)
    await confirm(second, bought, draw_id)
    return draw_id


async def file_of(kitchen: Kitchen, draw_id: UUID) -> Any:
    return json.loads(await get_sample_file(kitchen.desk, draw_id))


class TestDraw:
    async def test_is_of_what_was_kept_as_filed(self, bought: Kitchen, drawn: UUID, auditor: Identity) -> None:
        answer = await get_sample_draw(bought.desk, auditor, drawn)
        assert (answer["state"], answer["sample"]["frame_lines"], answer["sample"]["frame_fen"]) == (
            "drawn",
            5,
            508_500,
        )
        file = await file_of(bought, drawn)
        kept = sorted(json.loads(line)[3] for line in file["frame"].splitlines())
        assert kept == [1_000, 2_000, 2_500, 3_000, 500_000]
        page = await get_sample_lines(bought.desk, auditor, drawn, limit=2, cursor=None)
        rest = await get_sample_lines(bought.desk, auditor, drawn, limit=2, cursor=page["next"])
        items = page["items"] + rest["items"]
        assert [one["place"] for one in items] == [1, 2, 3]
        assert (items[0]["filed_fen"], items[0]["certain"], items[0]["kind"]) == (500_000, True, "off_platform")
        assert [[one["seq"], one["hash"], one["filed_fen"], one["certain"]] for one in items] == [
            one[1:] for one in file["sample"]
        ]
        assert {one["rule"] for one in items[1]["judgements"]} >= {"hunan-2020-canteen"}

    async def test_is_drawn_again_by_a_stranger(self, bought: Kitchen, drawn: UUID, tmp_path: Path) -> None:
        path = tmp_path / "sample.json"
        written = await get_sample_file(bought.desk, drawn)
        for text, code in ((written, 0), (written.replace(b",500000,true]", b",500000,false]"), 1)):
            path.write_bytes(text)
            assert drawn_again(path).returncode == code
        assert not {b"seller", b"supplier", b"account", b"entered_by"} & set(written.split(b'"'))

    async def test_late_facts_do_not_alter_it(self, kitchen: Kitchen, auditor: Identity, second: Identity) -> None:
        kitchen.clock.set(noon(date(2026, 1, 5)))
        line = a_line(9_000)
        accepted = await kitchen.accept(line, on=date(2025, 12, 30))
        draw_id = await announce(auditor, kitchen)
        await close(kitchen)
        await kitchen.give_back(accepted, line, 4_000, date(2026, 2, 2))
        kitchen.clock.set(noon(HELD + timedelta(days=1)))
        await enter(auditor, kitchen, draw_id)
        await confirm(second, kitchen, draw_id)
        before = await get_sample_file(kitchen.desk, draw_id)
        await kitchen.accept(a_line(7_000), on=date(2025, 12, 31))
        await kitchen.give_back(accepted, line, 500, date(2026, 3, 19))
        [drawn] = (await get_sample_lines(kitchen.desk, auditor, draw_id, limit=9, cursor=None))["items"]
        assert (drawn["filed_fen"], drawn["now_fen"]) == (9_000, 4_500)
        assert await get_sample_file(kitchen.desk, draw_id) == before

    async def test_lists_who_was_not_closed_in_time(
        self, bought: Kitchen, kitchen_of: MakeKitchen, auditor: Identity
    ) -> None:
        others = [await kitchen_of() for _ in range(3)]
        above = someone(Role.AUDITOR, new_id(), "/430000/430100/430102/")
        also = someone(Role.AUDITOR, new_id(), "/430000/430100/430102/")
        for other in others[:2]:
            await other.buy_elsewhere(8_000, origin_county=None)
        draw_id = await announce(above, bought, unit_id=unit_id("430102"), size=4)
        await close(bought)
        await close(others[2])
        await close(others[0], HELD)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        await enter(above, bought, draw_id)
        answer = await confirm(also, bought, draw_id)
        mine = {str(one.canteen_id): one for one in others}
        told = {one["canteen_id"]: one for one in answer["outside"] if one["canteen_id"] in mine}
        assert {canteen: (one["reason"], one["lines"], one["amount_fen"]) for canteen, one in told.items()} == {
            str(others[0].canteen_id): ("closed_late", 1, 8_000),
            str(others[1].canteen_id): ("not_closed", 1, 8_000),
        }
        inside = {one["canteen_id"] for one in (await file_of(bought, draw_id))["canteens"]}
        assert {str(bought.canteen_id), str(others[2].canteen_id)} <= inside
        assert not inside & told.keys()

    async def test_what_moves_after_the_draw_stays_in_the_frame(
        self, bought: Kitchen, kitchen_of: MakeKitchen, auditor: Identity, second: Identity
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD))
        officer = someone(Role.OFFICER, unit_id("430000"), "/430000/")
        move = PutMove(kind=MoveKind.MOVE, to_unit_id=unit_id("430103"), valid_from=HELD, document="划转文件")
        await put_unit_move(bought.desk, officer, bought.unit_id, new_id(), move)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        there = bought.path.replace("/430102/", "/430103/")
        first, other = (someone(Role.AUDITOR, bought.unit_id, there) for _ in range(2))
        await enter(first, bought, draw_id)
        assert (await confirm(other, bought, draw_id))["sample"]["frame_lines"] == 5

    async def test_invariants_see_a_line_that_was_changed(
        self, quota_env: dict[str, str], bought: Kitchen, drawn: UUID
    ) -> None:
        async def failing() -> set[str]:
            async with snapshots(quota_env, ["procurement_quota"]) as read:
                return {one.says for one in await sample_checks(read) if any(str(drawn) in at for at in one.offenders)}

        assert await failing() == set()
        name = quota_env["PROCUREMENT_QUOTA_DATABASE_URL"].rsplit("/", 1)[1]
        admin = await asyncpg.connect(quota_env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
        try:
            await admin.execute("SET session_replication_role = replica")
            for harm, mend, says in HARM:
                await admin.execute(harm.format(id=drawn, canteen=bought.canteen_id))
                broken = await failing()
                await admin.execute(mend.format(id=drawn, canteen=bought.canteen_id))
                assert any(says in one for one in broken), harm
        finally:
            await admin.close()
        assert await failing() == set()


HARM = [
    (
        "UPDATE sample_line SET amount_fen = amount_fen + 1 WHERE draw_id = '{id}' AND place = 1",
        "UPDATE sample_line SET amount_fen = amount_fen - 1 WHERE draw_id = '{id}' AND place = 1",
        "drawn again",
    ),
    (
        "UPDATE sample SET file = replace(file, ',500000]', ',500001]') WHERE draw_id = '{id}'",
        "UPDATE sample SET file = replace(file, ',500001]', ',500000]') WHERE draw_id = '{id}'",
        "drawn again",
    ),
    (
        "UPDATE entry SET amount_fen = amount_fen + 1 WHERE canteen_id = '{canteen}' AND amount_fen = 500000",
        "UPDATE entry SET amount_fen = amount_fen - 1 WHERE canteen_id = '{canteen}' AND amount_fen = 500001",
        "what the ledger held",
    ),
    (
        "UPDATE sample_draw SET held_on = held_on - 200 WHERE id = '{id}'",
        "UPDATE sample_draw SET held_on = held_on + 200 WHERE id = '{id}'",
        "drawn again",
    ),
]


class TestRefuses:
    async def test_what_is_not_announced_beforehand(
        self, desk: Desk, kitchen: Kitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        kitchen.clock.set(noon(HELD))
        wrong: list[dict[str, Any]] = [
            {"held_on": HELD},
            {"held_on": HELD - timedelta(days=1)},
            {"held_on": HELD + timedelta(days=401)},
            {"held_on": HELD + timedelta(days=1), "year": 2026},
            {"held_on": HELD + timedelta(days=1), "value_form": "00 00"},
        ]
        async with unchanged():
            for other in wrong:
                with pytest.raises(InvalidFields):
                    await announce(auditor, kitchen, **other)

    async def test_a_value_before_the_day_is_over_or_written_otherwise(
        self, bought: Kitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD))
        async with unchanged():
            with pytest.raises(NotHeldYet):
                await enter(auditor, bought, draw_id)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        async with unchanged():
            for value in ("3 9 14 21 27 33+8", "03 09 14 21 27 33 08", "03,09,14,21,27,33+08"):
                with pytest.raises(InvalidFields):
                    await enter(auditor, bought, draw_id, value)
            for both in ({"value": None}, {"value": VALUE, "not_held": "停售"}):
                with pytest.raises(InvalidFields):
                    await enter(auditor, bought, draw_id, **both)
            with pytest.raises(WrongState):
                await confirm(auditor, bought, draw_id)
            with pytest.raises(DrawUnknown):
                await get_sample_file(bought.desk, draw_id)

    async def test_a_year_that_was_not_closed_before_the_day(
        self, bought: Kitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought, HELD)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        async with unchanged():
            with pytest.raises(NothingClosed):
                await enter(auditor, bought, draw_id)
        assert await announce(auditor, bought, held_on=HELD + timedelta(days=9))

    async def test_a_second_draw_while_one_waits(
        self, bought: Kitchen, auditor: Identity, second: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        async with unchanged():
            with pytest.raises(DrawWaits):
                await announce(auditor, bought, held_on=HELD + timedelta(days=3))
        await close(bought)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        await enter(auditor, bought, draw_id)
        async with unchanged():
            with pytest.raises(DrawWaits):
                await announce(second, bought, held_on=HELD + timedelta(days=3))
        await confirm(second, bought, draw_id)
        await announce(second, bought, held_on=HELD + timedelta(days=3))

    async def test_an_announcement_that_changes(
        self, desk: Desk, kitchen: Kitchen, auditor: Identity, unchanged: Unchanged
    ) -> None:
        kitchen.clock.set(noon(date(2026, 1, 5)))
        draw_id = await announce(auditor, kitchen)
        kitchen.clock.set(noon(date(2026, 4, 1)))
        async with unchanged():
            await announce(auditor, kitchen, draw_id)
            for other in ({"size": 4}, {"held_on": HELD + timedelta(days=30)}, {"draw": "七星彩"}, {"year": 2024}):
                with pytest.raises(DrawDiffers):
                    await announce(auditor, kitchen, draw_id, **other)

    async def test_ones_own_value_or_another_than_was_entered(
        self, bought: Kitchen, auditor: Identity, second: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        await enter(auditor, bought, draw_id, "03 09 14 21 27 33+07")
        async with unchanged():
            with pytest.raises(OwnRequest):
                await confirm(auditor, bought, draw_id, "03 09 14 21 27 33+07")
            for value in (VALUE, None):
                with pytest.raises(ValueDiffers):
                    await confirm(second, bought, draw_id, value)
            with pytest.raises(ResultMoved):
                await enter(second, bought, draw_id)
        corrected = await enter(second, bought, draw_id, version=1)
        assert [one["value"] for one in corrected["results"]] == ["03 09 14 21 27 33+07", VALUE]
        async with unchanged():
            with pytest.raises(OwnRequest):
                await confirm(second, bought, draw_id, version=2)
            with pytest.raises(ResultMoved):
                await confirm(auditor, bought, draw_id, "03 09 14 21 27 33+07")
        assert (await confirm(auditor, bought, draw_id, version=2))["state"] == "drawn"
        async with unchanged():
            with pytest.raises(WrongState):
                await confirm(auditor, bought, draw_id, version=2)
            with pytest.raises(WrongState):
                await enter(auditor, bought, draw_id, version=2)

    async def test_more_than_one_draw_takes(
        self,
        bought: Kitchen,
        auditor: Identity,
        second: Identity,
        monkeypatch: pytest.MonkeyPatch,
        unchanged: Unchanged,
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        await enter(auditor, bought, draw_id)
        monkeypatch.setattr(confirming, "FRAME_LINES_MAX", 4)
        async with unchanged():
            with pytest.raises(FrameTooLarge):
                await confirm(second, bought, draw_id)


class TestNotHeld:
    async def test_is_said_by_two_and_stays_to_be_seen(
        self, bought: Kitchen, auditor: Identity, second: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        await enter(auditor, bought, draw_id, None, not_held="该期因停售取消，见发行中心公告")
        answer = await confirm(second, bought, draw_id, None)
        assert (answer["state"], answer["sample"]) == ("void", None)
        assert (await get_sample_lines(bought.desk, auditor, draw_id, limit=9, cursor=None))["items"] == []
        async with unchanged():
            with pytest.raises(DrawUnknown):
                await get_sample_file(bought.desk, draw_id)
            with pytest.raises(WrongState):
                await enter(auditor, bought, draw_id, version=1)
        await announce(auditor, bought, held_on=HELD + timedelta(days=9))


class TestWhoMay:
    async def test_is_an_auditor_of_the_unit_or_above(
        self, bought: Kitchen, kitchen_of: MakeKitchen, auditor: Identity, drawn: UUID, unchanged: Unchanged
    ) -> None:
        other = await kitchen_of()
        beside = someone(Role.AUDITOR, other.unit_id, other.path)
        officer = someone(Role.OFFICER, bought.unit_id, bought.path)
        async with unchanged():
            for who in (bought.finance, bought.buyer, bought.above, officer, beside):
                with pytest.raises(NotAllowed):
                    await announce(who, bought)
                with pytest.raises(NotAllowed):
                    await enter(who, bought, drawn, version=1)
                with pytest.raises(NotAllowed):
                    await get_sample_lines(bought.desk, who, drawn, limit=9, cursor=None)
                with pytest.raises(NotAllowed):
                    await confirm(who, bought, drawn)

    async def test_reads_in_public_without_persons(self, bought: Kitchen, drawn: UUID, auditor: Identity) -> None:
        shown = await get_sample_draw(bought.desk, None, drawn)
        assert shown["people"] is None
        told = await get_sample_draw(bought.desk, auditor, drawn)
        assert told == shown | {"people": told["people"]}
        assert told["people"]["entered_by"] == str(auditor.account_id)
        listed = await list_sample_draws(bought.desk, unit_id=bought.unit_id, year=2025, limit=9, cursor=None)
        assert [one["id"] for one in listed["items"]] == [str(drawn)]
        first = await list_sample_draws(bought.desk, unit_id=None, year=None, limit=1, cursor=None)
        assert len(first["items"]) == 1
        for unit, year in ((bought.unit_id, 2024), (new_id(), None)):
            page = await list_sample_draws(bought.desk, unit_id=unit, year=year, limit=9, cursor=None)
            assert page == {"items": [], "next": None}

    async def test_the_same_key_again_is_answered_as_the_first_time(
        self, bought: Kitchen, auditor: Identity, second: Identity, unchanged: Unchanged
    ) -> None:
        draw_id = await announce(auditor, bought)
        await close(bought)
        bought.clock.set(noon(HELD + timedelta(days=1)))
        entering, confirmed = (Stamp.of_request(f"draw {step}", new_id().hex, b"1") for step in "12")
        command, confirmation = EnterResult(version=0, value=VALUE), ConfirmResult(version=1, value=VALUE)
        entered = await enter_draw_result(bought.desk, auditor, draw_id, command, once=entering)
        told = await confirm_draw_result(bought.desk, second, draw_id, confirmation, once=confirmed)
        async with unchanged():
            assert await enter_draw_result(bought.desk, auditor, draw_id, command, once=entering) == entered
            assert await confirm_draw_result(bought.desk, second, draw_id, confirmation, once=confirmed) == told
