"""A unit's table that is put together from kept rows never differs from the one computed without them."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.procurement_quota.domain.reservations import ReviewOutcome
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION, NATIONAL_CANTEEN
from services.procurement_quota.domain.statements import unit_statement
from services.procurement_quota.main import opened
from services.procurement_quota.settings import Settings
from services.procurement_quota.store.kept import CANTEENS_MAX, Bounded, KeptRows, KeptTables, OfYear
from services.procurement_quota.usecases.add_up_changes import add_up_changes
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import gather
from services.procurement_quota.usecases.get_statement import AskStatement, canteens_of, open_statement
from services.procurement_quota.usecases.keep_heard import keep_paid
from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.move_unit import MoveKind, PutMove, put_unit_move
from services.procurement_quota.usecases.put_canteen import PutCanteen, PutHolder, PutShares, put_canteen
from services.procurement_quota.usecases.put_designation import PutCounty, PutDesignation, put_designation
from services.procurement_quota.usecases.put_reservation import PutReservation, PutReserved, put_reservation
from services.procurement_quota.usecases.put_rule import ContinueRule, continue_rule
from services.procurement_quota.usecases.put_units import PutUnit, put_unit, unit_id
from services.procurement_quota.usecases.review_reservation import ReviewReservation, review_reservation
from shared.clock import SettableClock, today
from shared.contracts.authority import Role
from shared.contracts.order import AcceptanceRecorded, KeptLine, PaymentRecorded
from shared.contracts.words import CanteenKind, PaymentMethod, UnitLevel
from shared.errors import Refusal
from shared.ids import new_id
from tests.build.own_set import own_set
from tests.build.quota import CHALING, FURONG, PROVINCE_PATH, QIDONG, Kitchen, a_kitchen, a_line, heard, noon, someone
from tests.build.quota import stated as told

ASKED = ((HUNAN_CANTEEN, 2025), (HUNAN_CANTEEN, 2026), (NATIONAL_CANTEEN, 2025))
OFFICER = someone(Role.OFFICER, unit_id("430000"), PROVINCE_PATH)
AUDITOR = someone(Role.AUDITOR, new_id(), PROVINCE_PATH)


@dataclass
class Town:
    """Canteens of three units, one that two of these and a party outside share, and one of a county's federation."""

    desk: Desk
    clock: SettableClock
    kitchens: list[Kitchen]
    chance: random.Random
    accepted: list[tuple[Kitchen, AcceptanceRecorded, KeptLine]] = field(default_factory=list)
    reserved: dict[UUID, tuple[Kitchen, int]] = field(default_factory=dict)
    renamed: int = 0
    furong_listed: bool = False

    @property
    def day(self) -> date:
        return today(self.clock)

    @property
    def subjects(self) -> list[UUID]:
        return [unit_id("430000"), unit_id("430100"), unit_id(CHALING), *(one.unit_id for one in self.kitchens)]

    def anyone(self) -> Kitchen:
        return self.chance.choice(self.kitchens)

    async def accept(self) -> None:
        kitchen, line = self.anyone(), a_line(self.chance.randrange(1, 90_000), origin_county_code=self.origin())
        on = self.day - timedelta(days=self.chance.randrange(60))
        self.accepted.append((kitchen, await kitchen.accept(line, on=on), line))

    def origin(self) -> str:
        return self.chance.choice([CHALING, FURONG, QIDONG])

    async def give_back(self) -> None:
        if self.accepted:
            kitchen, accepted, line = self.accepted.pop()
            await kitchen.give_back(accepted, line, line.amount_fen, on=self.day)

    async def pay(self) -> None:
        if not self.accepted:
            return
        kitchen, accepted, line = self.chance.choice(self.accepted)
        bought = accepted.purchase
        event = PaymentRecorded(
            payment_id=new_id(),
            order_id=bought.order_id,
            canteen_id=kitchen.canteen_id,
            unit_id=kitchen.unit_id,
            fund=bought.fund,
            method=PaymentMethod.BANK_TRANSFER,
            amount_fen=line.amount_fen // 2,
            paid_on=self.day,
        )
        await keep_paid(self.desk, heard(event))

    async def buy_elsewhere(self) -> None:
        await self.anyone().buy_elsewhere(self.chance.randrange(1, 50_000), bought_on=self.day - timedelta(days=3))

    async def attest(self) -> None:
        month, year = self.chance.randrange(1, 13), self.chance.choice([2025, 2026])
        await self.anyone().attest(month, self.chance.randrange(200_000), year=year, explanation="已核对")

    async def close(self) -> None:
        kitchen = self.anyone()
        await kitchen.attest_until(12, 300_000)
        await close_year(self.desk, kitchen.finance, kitchen.canteen_id, CloseYear(year=2025))

    async def reserve(self) -> None:
        kitchen, one = self.anyone(), new_id()
        command = PutReservation(
            canteen_id=kitchen.canteen_id,
            year=2026,
            expected_base_fen=100_000,
            reserved=[PutReserved(rule=HUNAN_CANTEEN, amount_fen=60_000 + self.chance.randrange(9_000))],
        )
        await put_reservation(self.desk, kitchen.finance, one, command)
        self.reserved[one] = (kitchen, 1)

    async def return_reservation(self) -> None:
        if self.reserved:
            one, (kitchen, version) = self.reserved.popitem()
            command = ReviewReservation(version=version, outcome=ReviewOutcome.RETURN, reason="请核对")
            await review_reservation(self.desk, kitchen.above, one, command)

    async def refile(self) -> None:
        kitchen = self.chance.choice(self.kitchens[:3])
        kind = self.chance.choice([CanteenKind.OWN, CanteenKind.NONE])
        command = PutCanteen(
            unit_id=kitchen.unit_id,
            name=f"食堂{self.chance.randrange(9)}",
            kind=kind,
            valid_from=self.day + timedelta(days=self.chance.randrange(-20, 40)),
            evidence="用餐说明",
            approved_by="湖南省残联",
            approved_on=self.day,
        )
        await put_canteen(self.desk, kitchen.canteen_id, command)

    async def open_another(self) -> None:
        if len(self.kitchens) < 7:
            self.kitchens.append(await a_kitchen(self.desk, self.clock, self.chance.choice([FURONG, CHALING])))

    async def move(self) -> None:
        kitchen, to = self.chance.choice(self.kitchens[:3]), self.chance.choice(["430102", "430224", "430426"])
        command = PutMove(kind=MoveKind.MOVE, to_unit_id=unit_id(to), valid_from=self.day, document="区划调整")
        await put_unit_move(self.desk, OFFICER, kitchen.unit_id, new_id(), command)

    async def rename(self) -> None:
        self.renamed += 1
        await put_unit(
            self.desk,
            PutUnit(
                code="430102",
                name=f"芙蓉区残疾人联合会{self.renamed}",
                level=UnitLevel.COUNTY,
                parent_code="430100",
                division_code="430102",
            ),
        )

    async def list_anew(self) -> None:
        self.furong_listed = not self.furong_listed
        counties = [CHALING, QIDONG, *([FURONG] if self.furong_listed else [])]
        command = PutDesignation(
            list_code="hunan-51",
            name="湖南省51个重点县市区",
            source=f"演示第{self.chance.randrange(99)}号",
            counties=[PutCounty(county_code=one, valid_from=date(2020, 1, 1)) for one in sorted(counties)],
        )
        await put_designation(self.desk, command)

    async def bind_anew(self) -> None:
        since = date(2027 + self.chance.randrange(40), 1, 1)
        until = since.replace(year=since.year + 1)
        document = "演示延续文件（demo）"
        await continue_rule(
            self.desk, ContinueRule(rule_code=HUNAN_CANTEEN, valid_from=since, valid_to=until, document=document)
        )

    async def pass_days(self) -> None:
        self.clock.set(noon(self.day + timedelta(days=self.chance.choice([1, 2, 9, 31]))))

    async def add_up(self) -> None:
        await add_up_changes(self.desk)

    async def forget(self) -> None:
        self.desk.kept.forget()

    async def each_in_turn(self) -> AsyncIterator[str]:
        """Do everything once, in any order, with purchases between; what is refused is as good a step as any."""
        verbs: list[Callable[[], Awaitable[None]]] = [
            self.give_back, self.pay, self.buy_elsewhere, self.attest, self.attest, self.close, self.reserve,
            self.reserve, self.return_reservation, self.refile, self.open_another, self.move, self.rename,
            self.list_anew, self.bind_anew, self.pass_days, self.add_up, self.forget, *[self.accept] * 4,
        ]  # fmt: skip
        self.chance.shuffle(verbs)
        for verb in verbs:
            try:
                await verb()
            except Refusal as refused:
                yield f"{verb.__name__}: {type(refused).__name__} {refused.facts}"
            else:
                yield verb.__name__


class Counted(Bounded[OfYear, dict[UUID, KeptRows]]):
    """Counts how often rows are computed and kept."""

    times = 0

    def put(self, key: OfYear, value: dict[UUID, KeptRows], weight: int) -> None:
        self.times += 1
        super().put(key, value, weight)


@pytest.fixture(scope="module")
async def town(env: dict[str, str]) -> AsyncIterator[Town]:
    """A program of its own: lists, rules and the tree change here under everybody's feet."""
    own: dict[str, Any] = {name.lower(): value for name, value in (await own_set(env, "kept")).items()}
    clock = SettableClock(noon(date(2025, 12, 20)))
    async with opened(Settings(_env_file=None, **{**own, "run": "serve"}), clock=clock) as program:
        await load_reference(program.desk)
        for code in (HUNAN_CANTEEN, HUNAN_UNION):
            command = ContinueRule(
                rule_code=code, valid_from=date(2025, 1, 1), valid_to=date(2027, 1, 1), document="演示延续文件（demo）"
            )
            await continue_rule(program.desk, command)
        yield await a_town(program.desk, clock)


async def a_town(desk: Desk, clock: SettableClock) -> Town:
    kitchens = [await a_kitchen(desk, clock, county) for county in (FURONG, CHALING, QIDONG)]
    host, other = kitchens[0], kitchens[1]
    shared = replace(host, canteen_id=new_id())
    holders = [
        PutHolder(unit_id=host.unit_id, weight_bp=3_334),
        PutHolder(unit_id=other.unit_id, weight_bp=3_333),
        PutHolder(name="隔壁单位", weight_bp=3_333),
    ]
    shares = PutShares(
        year=2026,
        holders=holders,
        evidence="2025年就餐人次统计",
        approved_by="湖南省残联",
        approved_on=date(2025, 12, 10),
    )
    command = PutCanteen(
        unit_id=host.unit_id, name="大院食堂", kind=CanteenKind.SHARED, valid_from=date(2025, 1, 1), shares=shares
    )
    await put_canteen(desk, shared.canteen_id, command)
    federation = Kitchen(desk, clock, unit_id(FURONG), f"/430000/430100/{FURONG}/")
    command = PutCanteen(
        unit_id=federation.unit_id, name="区残联食堂", kind=CanteenKind.OWN, valid_from=date(2025, 1, 1)
    )
    await put_canteen(desk, federation.canteen_id, command)
    clock.set(noon(date(2026, 1, 12)))
    return Town(desk, clock, [*kitchens, shared, federation], random.Random())


async def computed(desk: Desk, subject: UUID, ask: AskStatement) -> dict[str, Any]:
    """Compute what a unit's statement says beside its heading, from all facts and nothing kept."""
    async with desk.uow.read() as tx:
        one = await open_statement(desk, tx, AUDITOR, "get_statement", subject, ask)
        canteens = await canteens_of(tx, one.subject)
        found = await gather(tx, one.reference, one.rule, canteens, one.asked, below=one.subject.below)
        body = unit_statement(one.subject.path, found.bases, found.rate, one.when)
    told: dict[str, Any] = orjson.loads(orjson.dumps(body))
    return told


async def kept(desk: Desk, subject: UUID, ask: AskStatement) -> dict[str, Any]:
    body = await told(desk, AUDITOR, subject, ask)
    names = ("figures", "coverage", "status", "if_proven", "counts", "shortfalls", "canteens", "units")
    return {name: body[name] for name in names}


class TestKeptTable:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    async def test_is_what_is_computed_without_it_after_whatever_happens(self, town: Town, seed: int) -> None:
        town.chance.seed(seed)
        desk, done = town.desk, []
        async for step in town.each_in_turn():
            done.append(step)
            aside = town.chance.choice(town.subjects)
            for subject, rule, year in [(aside, *ASKED[0]), *((unit_id("430000"), *one) for one in ASKED)]:
                ask = AskStatement(rule, year)
                shown = await kept(desk, subject, ask)
                assert shown == await computed(desk, subject, ask), (seed, done)
                assert sum(shown["counts"].values()) == len(shown["canteens"])
        town.clock.set(town.clock.now() + timedelta(seconds=2))
        for year in (2025, 2026):
            then = AskStatement(HUNAN_CANTEEN, year, known_by=town.clock.now() - timedelta(seconds=1))
            now = AskStatement(HUNAN_CANTEEN, year)
            assert await kept(desk, unit_id("430000"), now) == await kept(desk, unit_id("430000"), then), (seed, done)

    async def test_of_readers_and_writers_at_once_ends_true(self, town: Town) -> None:
        ask = AskStatement(HUNAN_CANTEEN, 2025)
        kitchens = [await a_kitchen(town.desk, town.clock) for _ in range(3)]

        async def write(kitchen: Kitchen) -> None:
            for _ in range(4):
                await kitchen.accept(a_line(1_000), on=date(2025, 12, 1))

        async def read() -> None:
            for _ in range(4):
                await kept(town.desk, unit_id("430000"), ask)
                await add_up_changes(town.desk)

        await asyncio.gather(*(write(kitchen) for kitchen in kitchens), read(), read(), read())
        shown = await kept(town.desk, unit_id("430000"), ask)
        assert shown == await computed(town.desk, unit_id("430000"), ask)
        rows = {row["id"]: row for row in shown["canteens"]}
        assert {rows[str(one.canteen_id)]["ledger_fen"] for one in kitchens} == {4_000}

    async def test_is_computed_again_only_where_something_changed(self, town: Town) -> None:
        town.desk.kept.forget()
        ask, key = AskStatement(HUNAN_CANTEEN, 2025), (HUNAN_CANTEEN, 2025)
        await kept(town.desk, unit_id("430000"), ask)
        before = dict(town.desk.kept.rows.get(key) or {})
        one = town.kitchens[0]
        await one.accept(a_line(1_000), on=date(2025, 12, 1))
        await one.accept(a_line(1_000), on=date(2025, 12, 2))
        await kept(town.desk, unit_id("430000"), ask)
        after = town.desk.kept.rows.get(key) or {}
        assert {canteen for canteen in after if after[canteen] is not before.get(canteen)} == {one.canteen_id}

    async def test_is_computed_by_one_of_many_who_ask_first(self, town: Town) -> None:
        counted = Counted(CANTEENS_MAX)
        desk = replace(town.desk, kept=KeptTables(rows=counted))
        ask = AskStatement(HUNAN_CANTEEN, 2025)
        shown = await asyncio.gather(*(kept(desk, unit_id("430000"), ask) for _ in range(5)))
        assert (counted.times, all(one == shown[0] for one in shown)) == (1, True)

    async def test_is_forgotten_with_the_connections_it_was_read_through(self, town: Town) -> None:
        ask = AskStatement(HUNAN_CANTEEN, 2025)
        await kept(town.desk, unit_id("430000"), ask)
        assert len(town.desk.kept.tables) > 0
        await town.desk.uow.engine.dispose()
        async with town.desk.uow.glance() as tx:
            await tx.value(sa.text("SELECT 1"))
        assert (len(town.desk.kept.tables), len(town.desk.kept.rows), len(town.desk.kept.listed)) == (0, 0, 0)

    async def test_stays_within_its_bound(self, town: Town) -> None:
        small = KeptTables()
        small.tables._max = small.rows._max = small.listed._max = 3
        desk = replace(town.desk, kept=small)
        for year in (2025, 2026):
            for subject in (unit_id("430000"), unit_id("430100")):
                ask = AskStatement(HUNAN_CANTEEN, year)
                assert await kept(desk, subject, ask) == await computed(desk, subject, ask)
        assert (len(small.tables), len(small.rows), len(small.listed)) == (1, 1, 1)
