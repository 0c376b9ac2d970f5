"""A row of counted stock is held against what lies there, when it is read and again when it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.order.domain.actors import Actor
from services.order.domain.refusals import StockBelowPromised, SupplierIsRevoked
from services.order.domain.stock_table import (
    NEEDED,
    PIECE,
    REASON_DEFAULT,
    UNITS,
    OnSheet,
    quantity,
    stock_table,
    with_unit,
)
from services.order.store.members import may_no_longer
from services.order.store.stock import Stock, lock_stocks, set_on_hand
from services.order.store.stock_imports import SHEETS, shelf, state_of_supplier
from services.order.usecases.commands import STOCK_MAX
from services.order.usecases.desk import Desk
from shared.clock import business_date
from shared.contracts.authority import POLICY, Role
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.imports.naming import Shelf, listing_of
from shared.imports.rows import Mends, outcome, row_of, say, texts_of, wrong_of
from shared.imports.store import States
from shared.imports.worker import Import, ImportWorker, Rows
from shared.tables.cells import RowReading, Wrong
from shared.tables.opening import Table

_COUNTED = stock_table().by_name["counted"]
_MAY_COUNT = [grant.role for grant in POLICY["accept_stock_import"].grants if grant.role is not None]
_MENDS: Mends = {SupplierIsRevoked: ("如有异议请申诉", "appeal if that is wrong")}
_ANEW = ("重新下载盘点表并清点", "download the sheet anew and count again")
_ANEW_UNLESS_DONE = (
    "本表已导入过的，不必再导；否则重新下载盘点表并清点",
    "if this sheet was imported already, leave it; otherwise download it anew and count again",
)
_HELP_ENDED = Wrong(
    "help-ended",
    "您已不再代表该供应方办理业务",
    "is by somebody who no longer acts for this supplier",
    "请负责人重新授权，或由本人导入",
    "ask the owner to let you in again, or to import it",
)


def stock_import_worker(desk: Desk) -> ImportWorker:
    """Give the one who works on sheets of counted stock."""
    return SHEETS.worker(desk, _judged, _apply)


# ── a row is read ──


async def _judged(tx: Tx, now: Import, table: Table, readings: Sequence[RowReading]) -> Rows:
    seen = await SHEETS.listings_seen(tx, now["id"])
    judging = _Judging(table, Shelf(await shelf(tx, now["supplier_id"])), seen)
    return [judging.row(reading) for reading in readings]


@dataclass
class _Judging:
    """What a batch of rows is held against: the supplier's shelf, and the listings that rows before named."""

    table: Table
    shelf: Shelf[OnSheet]
    seen: dict[UUID, int]

    def row(self, reading: RowReading) -> dict[str, Any]:
        values, texts = reading.values, texts_of(reading, self.table)
        line = listing_of(reading, self.table, self.shelf, self.seen)
        unit = values.get("unit") or (line.unit if line else "")
        given: dict[str, Any] = {
            "texts": texts,
            "name": line.name if line else texts.get("name", ""),
            "unit": unit,
            "on_hand": None,
            "counted": None,
            "reason": values.get("reason", "") or REASON_DEFAULT,
        }
        state = "unchanged"
        if line is not None:
            self._compare(reading, line, unit)
            for name in NEEDED:
                given[name] = self._whole(reading, name, unit)
            if given["counted"] is not None:
                wrong = _wrong_count(line.on_hand, line.promised, given)
                if wrong is not None and not reading.errors:
                    at = "on_hand" if wrong.rule in ("count_changed", "missing") else "counted"
                    say(reading, self.table, at, wrong)
                state = "unchanged" if given["counted"] == line.on_hand else "good"
        return row_of(reading, state, given, line.listing_id if line else None)

    def _compare(self, reading: RowReading, line: OnSheet, unit: str) -> None:
        if (name := reading.values.get("name")) and not line.is_called(name):
            zh, en = f"现为“{line.name}”，与表中不符", f"is “{line.name}” now"
            say(reading, self.table, "name", Wrong("differs", zh, en, "核对是否错行", "look whether a row slipped"))
        if not line.counts_in(unit):
            own_zh, own_en = UNITS[line.unit]
            zh, en = "不是该商品的计量单位", "does not measure this"
            say(reading, self.table, "unit", Wrong("wrong_unit", zh, en, f"改为{own_zh}", f"write {own_en}"))

    def _whole(self, reading: RowReading, name: str, unit: str) -> int | None:
        """Read a figure as whole grams or pieces, or say why it is none."""
        number: Decimal | None = reading.values.get(name)
        if number is None:
            return None
        whole = quantity(number, unit)
        if whole is None:
            zh, en = ("应为整数", "is no whole number") if unit == PIECE else ("不足一克", "is finer than a gram")
            say(reading, self.table, name, Wrong("not_whole", zh, en, "四舍五入后填写", "round it"))
        elif whole > STOCK_MAX:
            say(reading, self.table, name, Wrong("too_large", "数量过大", "is too much", "检查数量和单位", "check it"))
        return whole


def _wrong_count(on_hand: int, promised: int, given: dict[str, Any]) -> Wrong | None:
    """Say why a count cannot stand: what lay there has moved since, or more is promised."""
    unit, counted = given["unit"], given["counted"]
    now_zh, now_en = with_unit(on_hand, unit)
    if given["on_hand"] is None:
        return Wrong("missing", "必填", "is needed", f"现有{now_zh}", f"{now_en} lie there")
    if given["on_hand"] != on_hand:
        before_zh, before_en = with_unit(given["on_hand"], unit)
        zh = f"下载后数量已变：表中{before_zh}，现为{now_zh}"
        en = f"has changed: {before_en} on the sheet, {now_en} now"
        if counted != on_hand:
            return Wrong("count_changed", zh, en, *_ANEW)
        # It was done already, or as much was shipped as is missing; only who counted can tell.
        return Wrong("count_changed", f"{zh}，与盘点数量相同", f"{en}, as was counted", *_ANEW_UNLESS_DONE)
    if counted < promised:
        promised_zh, promised_en = with_unit(promised, unit)
        zh, en = f"低于已订未发的{promised_zh}", f"is below the {promised_en} that are promised"
        mend = ("先处理相关订单，再改库存", "settle those orders first")
        return Wrong(StockBelowPromised.slug(), zh, en, *mend)
    return None


# ── a row is done ──


async def _apply(tx: Tx, now: Import, rows: Rows) -> States:
    """Set the counts of good rows under the locks of their stock, taken in id order."""
    by = Actor(now["accepted_by"], now["accepted_name"], Role(now["accepted_as"]))
    stopped = await _stopped(tx, now, by)
    stocks = {} if stopped else await lock_stocks(tx, [row["listing_id"] for row in rows])
    states = {}
    for row in rows:
        done = stopped or await _count(tx, stocks[row["listing_id"]], row, by)
        states[row["row"]] = outcome(row, _COUNTED, done)
    return states


async def _stopped(tx: Tx, now: Import, by: Actor) -> Wrong | None:
    """Say why nothing of a sheet may be done any more."""
    if await state_of_supplier(tx, now["supplier_id"]) is SupplierState.REVOKED:
        return wrong_of(SupplierIsRevoked(), _MENDS)
    if await may_no_longer(tx, by.account_id, now["supplier_id"], business_date(tx.now), _MAY_COUNT):
        return _HELP_ENDED
    return None


async def _count(tx: Tx, stock: Stock, row: dict[str, Any], by: Actor) -> str | Wrong:
    """Set one count; tells what became of it, or why it stayed."""
    given, of_row = row["given"], (row["import_id"], row["row"])
    if (wrong := _wrong_count(stock.on_hand, stock.promised, given)) is not None:
        return wrong
    await set_on_hand(tx, stock, given["counted"], by=by, reason=given["reason"], at=tx.now, of_row=of_row)
    return "done"
