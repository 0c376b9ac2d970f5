"""What a canteen bought in its year before it joined is filed, and enters the ledger as opening balances.

The base is of the calendar year, so what was bought before belongs to it: it enters at once, by lines, each an entry
of its own kind. A claimed origin counts only once a level above has approved it by its papers; what it returns is
taken back whole by entries that point at the first. An invoice of those days is refused from then on: it is in already.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import Draft, moment_text
from services.procurement_quota.domain.forms import FilingState
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.rules import Reference
from services.procurement_quota.domain.words import EntryKind, Evidence
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteen_filings import canteen_filing_by_id, papers_of_filing
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.figures import closings
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.openings import (
    booked_until,
    joined_on,
    list_opening_balances,
    opening_by_id,
    standing_openings,
    write_opening,
)
from services.procurement_quota.usecases.close_year import YearClosed
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.filing_view import filings_page, papers_written, ruling_written
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.texts import Said
from shared.contracts.authority import Identity, NotAllowed, Owned, Reach, require, seats_that_reach
from shared.contracts.words import Channel, Fund
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem
from shared.http.paging import decode_id
from shared.ids import derived_id
from shared.money import AMOUNT_FEN_MAX
from shared.reference import CATEGORIES, county

LINES_MAX = 100


class OpeningDiffers(Conflict):
    """Something else stands under this id already; what was filed does not change.

    zh: 该编号下已有其他内容，已提交的不能更改。
    """


class OpeningThere(Conflict):
    """This canteen has an opening balance of the year and fund; a level above returns it before there is another.

    zh: 该食堂本年度该资金渠道已有期初余额，须由上级退回后方可重新填报。
    """


class OpeningOverlaps(Conflict):
    """The ledger has purchases of these days already; they would count twice.

    zh: 账簿中已有该期间的采购，将重复计入。
    """


class OpeningUnknown(NotFound):
    """There is no such opening balance.

    zh: 没有这份期初余额。
    """


class PutOpeningLine(BaseModel):
    """What was bought of one category and origin, however many papers it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str = Field(min_length=1, max_length=40)
    amount_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX // LINES_MAX)
    origin_county: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    channel: Channel = Channel.OTHER
    order_number: str | None = Field(default=None, pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{3,39}$")
    """Of a purchase through the 832 platform; the national rule wants one for each order."""


class PutOpeningBalance(BaseModel):
    """What a canteen bought from 1 January until a day before it joined (期初余额)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "canteen_id": "019a0000-0000-7000-8000-0000000000c1",
                    "fund": "canteen",
                    "bought_until": "2025-03-31",
                    "evidence": "2025年一季度食堂采购明细账，附发票汇总",
                    "lines": [
                        {"category": "vegetables", "amount_fen": 1_280_000, "origin_county": "430224"},
                        {"category": "meat_poultry", "amount_fen": 2_150_000},
                    ],
                }
            ]
        },
    )

    canteen_id: UUID
    fund: Fund
    bought_until: date
    evidence: Said
    lines: Annotated[list[PutOpeningLine], Field(min_length=1, max_length=LINES_MAX)]


async def put_opening_balance(
    desk: Desk, identity: Identity, opening_id: UUID, command: PutOpeningBalance
) -> tuple[dict[str, Any], bool]:
    """File an opening balance and post it; gives it, and whether it is new.

    Raises CanteenUnknown, OpeningDiffers, OpeningThere, OpeningOverlaps, YearClosed, InvalidFields.
    """
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
    require(identity, "put_opening_balance", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    _check_lines(command)
    given: dict[str, Any] = {
        "canteen_id": command.canteen_id,
        "unit_id": canteen.unit_id,
        "fund": command.fund.value,
        "bought_until": command.bought_until,
        "amount_fen": sum(line.amount_fen for line in command.lines),
        "lines": [line.model_dump(mode="json") for line in command.lines],
        "evidence": command.evidence,
    }
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"canteen {canteen.id}")
        heads = await ledger.lock_heads(tx, [canteen.unit_id])
        known = await opening_by_id(tx, opening_id)
        if known is not None:
            if any(known[name] != value for name, value in given.items()):
                raise OpeningDiffers(opening_id=str(opening_id))
            return await answer_opening(tx, known), False
        await lock_name(tx, f"filing {opening_id}")
        if await ledger.entries_of_lots(tx, [opening_id]) or await canteen_filing_by_id(tx, opening_id):
            raise OpeningDiffers(opening_id=str(opening_id))
        await _check(tx, canteen, command)
        await write_opening(tx, {"id": opening_id, **given, "filed_by": identity.account_id, "recorded_at": tx.now})
        await ledger.post(tx, heads, _drafts(await desk.reference.current(tx), canteen, opening_id, command))
        written = await opening_by_id(tx, opening_id)
        assert written is not None
        return await answer_opening(tx, written), True


async def get_opening_balance(desk: Desk, identity: Identity, opening_id: UUID) -> dict[str, Any]:
    """Give one. Raises OpeningUnknown."""
    async with desk.uow.glance() as tx:
        return await answer_opening(tx, await reach_opening(tx, identity, "get_opening_balance", opening_id))


async def read_opening_balances(
    desk: Desk, identity: Identity, *, canteen: UUID | None, state: FilingState | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """List, newest first, what the asker's seats reach; raises NotAllowed for someone without such a seat."""
    seats = seats_that_reach(identity, "list_opening_balances")
    own = [seat.organisation_id for reach, seat in seats if reach is Reach.OWN_CANTEEN]
    paths = [seat.path for reach, seat in seats if reach is Reach.SUBTREE and seat.path]
    if not own and not paths:
        raise NotAllowed(operation="list_opening_balances")
    after = decode_id(cursor)
    async with desk.uow.glance() as tx:
        rows = await list_opening_balances(
            tx,
            canteen_ids=own,
            paths=paths,
            canteen_id=canteen,
            state=state,
            after=after,
            limit=limit + 1,
        )
        return await filings_page(tx, rows, limit, opening_written)


async def reach_opening(tx: ReadTx, identity: Identity, operation: str, opening_id: UUID) -> dict[str, Any]:
    """Give an opening balance to someone who may do this with it. Raises OpeningUnknown, NotAllowed, OwnRequest."""
    opening = await opening_by_id(tx, opening_id)
    if opening is None:
        raise OpeningUnknown(opening_id=str(opening_id))
    owned = Owned(canteen_id=opening["canteen_id"], unit_path=opening["unit_path"], asked_by=opening["filed_by"])
    require(identity, operation, owned)
    return opening


def _check_lines(command: PutOpeningBalance) -> None:
    problems = []
    for at, line in enumerate(command.lines):
        if line.category not in CATEGORIES:
            problems.append(field_problem(f"lines.{at}.category", "is not a known category", "不是已知的品类"))
        if line.origin_county is not None and county(line.origin_county) is None:
            problems.append(
                field_problem(f"lines.{at}.origin_county", "is not the code of a county", "不是县级行政区划代码")
            )
        if line.channel is Channel.ZHUCAI:
            problems.append(
                field_problem(f"lines.{at}.channel", "orders placed here count by themselves", "本平台订单自动入账")
            )
    if problems:
        raise InvalidFields(*problems)


async def _check(tx: Tx, canteen: Canteen, command: PutOpeningBalance) -> None:
    joined = await joined_on(tx, canteen.id)
    until = command.bought_until
    if joined is None or not date(joined.year, 1, 1) <= until < joined:
        raise InvalidFields(
            field_problem(
                "bought_until",
                f"is a day before the canteen joined ({joined}), in that year",
                f"应为该食堂加入平台（{joined}）当年、加入之前的日期",
            )
        )
    if (canteen.id, command.fund.value, until.year) in await standing_openings(tx, [canteen.id]):
        raise OpeningThere(canteen_id=str(canteen.id), year=until.year)
    if await closings(tx, [canteen.id], until.year, None):
        raise YearClosed(canteen_id=str(canteen.id), year=until.year)
    await check_beside(tx, canteen.id, command.fund, until)


async def check_beside(tx: ReadTx, canteen_id: UUID, fund: Fund, until: date) -> None:
    """Refuse a balance of days of which the ledger has purchases itself. Raises OpeningOverlaps."""
    first = await booked_until(tx, canteen_id, fund, until)
    if first is not None:
        raise OpeningOverlaps(first_on=first.isoformat())


def _drafts(reference: Reference, canteen: Canteen, opening_id: UUID, command: PutOpeningBalance) -> list[Draft]:
    """Draft one entry a line, on the last of its days; the lists are asked as of that day."""
    rules = reference.judging(command.fund, canteen.unit_path, command.bought_until)
    drafts = []
    for at, line in enumerate(command.lines):
        bought = Bought(
            category=line.category,
            origin=line.origin_county,
            evidence=Evidence.CLAIMED,
            eligible_on=command.bought_until,
            channel=line.channel,
            order_number=line.order_number,
        )
        place = line_id(opening_id, at)
        drafts.append(
            Draft(
                unit_id=canteen.unit_id,
                kind=EntryKind.OPENING,
                canteen_id=canteen.id,
                fund=command.fund,
                year=command.bought_until.year,
                happened_on=command.bought_until,
                amount_fen=line.amount_fen,
                source_id=opening_id,
                source_line=place,
                lot_id=opening_id,
                lot_line=place,
                order_id=None,
                supplier_id=None,
                listing_id=None,
                facts={**bought.facts(), "line": at + 1},
                judgements=tuple(judge(rule, bought, line.amount_fen, reference) for rule in rules),
            )
        )
    return drafts


def line_id(opening_id: UUID, at: int) -> UUID:
    """Name a line of an opening balance."""
    return derived_id("opening line", opening_id, at)


async def answer_opening(tx: ReadTx, opening: dict[str, Any]) -> dict[str, Any]:
    """Write an opening balance with its papers."""
    return opening_written(opening, await papers_of_filing(tx, opening["id"]))


def opening_written(opening: dict[str, Any], papers: list[dict[str, Any]]) -> dict[str, Any]:
    """Write an opening balance as readers get it."""
    return {
        "id": str(opening["id"]),
        "canteen_id": str(opening["canteen_id"]),
        "unit_id": str(opening["unit_id"]),
        "unit_name": opening["unit_name"],
        "fund": opening["fund"],
        "bought_until": opening["bought_until"].isoformat(),
        "amount_fen": opening["amount_fen"],
        "lines": opening["lines"],
        "evidence": opening["evidence"],
        "state": opening["state"],
        "filed_by": str(opening["filed_by"]),
        "filed_at": moment_text(opening["recorded_at"]),
        "ruling": ruling_written(opening),
        "papers": papers_written(papers),
    }
