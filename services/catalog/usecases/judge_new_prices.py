"""A row of new prices is held against the listing as it stands, when it is read and again when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalog.domain.listing_table import SHOWN, OnSheet, listing_table
from services.catalog.domain.listings import NotOnSale, SupplierNotAdmitted
from services.catalog.domain.members import ActedAs, HelpEnded
from services.catalog.domain.origin import OriginUnproven
from services.catalog.domain.prices import NewerTermsWaiting
from services.catalog.domain.sheet_tiers import TIERS, tiers_written
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import listing_imports, listings, suppliers
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import has_ended
from services.catalog.usecases.change_price import ChangePrice, apply_price, foresee_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.read_tiers import (
    PRICE_FEN_MAX,
    TOO_LARGE,
    TiersAsked,
    moved_tiers,
    read_tiers,
    say_tiers,
)
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, Refusal
from shared.ids import derived_id
from shared.imports.naming import Shelf, listing_of
from shared.imports.rows import outcome, row_of, say, texts_of, wrong_of
from shared.imports.store import States
from shared.imports.worker import Import, ImportWorker, Rows
from shared.money import yuan
from shared.tables.cells import RowReading, Wrong
from shared.tables.opening import Table

_COLUMNS = listing_table().by_name
_ANEW = ("重新下载调价表后填写", "download the sheet anew and fill it in")
_MENDS: Mapping[type[Refusal], tuple[str, str]] = {
    NotOnSale: ("先将商品上架，再修改价格", "put it on sale first"),
    NewerTermsWaiting: ("在正在编辑或审核的新版本中修改价格", "change the price in the newer terms"),
    ChangedMeanwhile: _ANEW,
    OriginUnproven: ("先在商品中上传产地证明", "file a paper of its origin with the listing first"),
    SupplierNotAdmitted: ("恢复入驻后再导入", "import it again once the supplier is admitted"),
    HelpEnded: ("请负责人重新授权，或由本人导入", "ask the owner to let you in again, or to import it"),
    InvalidFields: (
        "阶梯价须逐档低于新价；请在各档价中一并修改",
        "tiers cost less than the price before them; change both on the sheet",
    ),
}


def listing_import_worker(desk: Desk) -> ImportWorker:
    """Give the one who works on sheets of new prices."""
    return listing_imports.SHEETS.worker(desk, _judged, _apply)


# ── a row is read ──


async def _judged(tx: Tx, now: Import, table: Table, readings: Sequence[RowReading]) -> Rows:
    supplier = await suppliers.find(tx, now["supplier_id"])
    assert supplier is not None
    judging = _Judging(
        tx,
        supplier,
        table,
        Shelf(await listing_imports.shelf(tx, supplier.supplier_id)),
        await listing_imports.SHEETS.listings_seen(tx, now["id"]),
    )
    return [await judging.row(now["id"], reading) for reading in readings]


@dataclass
class _Judging:
    """What a batch of rows is held against: the supplier, its listings, and those that rows before named."""

    tx: Tx
    supplier: Supplier
    table: Table
    shelf: Shelf[OnSheet]
    seen: dict[UUID, int]

    async def row(self, import_id: UUID, reading: RowReading) -> dict[str, Any]:
        texts = texts_of(reading, self.table)
        line = listing_of(reading, self.table, self.shelf, self.seen)
        values, asked, foreseen = reading.values, TiersAsked(), ""
        if line is not None:
            self._compare(reading, line, texts)
            asked = read_tiers(reading, self.table, line)
        given = {
            "texts": texts,
            "name": line.name if line else texts.get("name", ""),
            "unit_name": line.unit_name if line else texts.get("unit", ""),
            "price_fen": values.get("price"),
            "waiting_fen": values.get("waiting"),
            "new_price_fen": values.get("new_price"),
            "price_tiers": tiers_written(line.tiers) if line else None,
            **asked.given(),
            "stood": {name: line.cells("zh")[name] for name in SHOWN} if line else {},
        }
        if line is not None and (given["new_price_fen"], asked.tiers) != (None, None):
            foreseen = await self._foreseen(reading, line, given, asked)
        given["foreseen"] = foreseen
        state = "good" if foreseen in ("published", "submitted") else "unchanged"
        change_id = derived_id("listing-import", import_id, reading.number)
        return row_of(reading, state, given, line.listing_id if line else None) | {"change_id": change_id}

    def _compare(self, reading: RowReading, line: OnSheet, texts: Mapping[str, str]) -> None:
        """Refuse cells that say of a listing what is not so, and prices that have moved since the sheet was filled."""
        cells = line.cells("zh")
        for name in line.differing(texts):
            zh, en = f"现为“{cells[name]}”，与表中不符", f"is “{line.cells('en')[name]}” now"
            mend = (
                "核对是否错行；本表只修改价格，其他内容请在商品中修改",
                "look whether a row slipped; only prices change here",
            )
            if name == "unit" and (converted := self._converted(reading, line, texts["unit"])) is not None:
                mend = (
                    f"改为每{line.unit_name}{yuan(converted)}元",
                    f"write {yuan(converted)} yuan for 1 {line.unit_name}",
                )
            say(reading, self.table, name, Wrong("differs", zh, en, *mend))

    @staticmethod
    def _converted(reading: RowReading, line: OnSheet, unit: str) -> int | None:
        new_fen = reading.values.get("new_price")
        return None if new_fen is None else line.converted_fen(unit, new_fen)

    async def _foreseen(self, reading: RowReading, line: OnSheet, given: Mapping[str, Any], asked: TiersAsked) -> str:
        """Tell what a new price would become, or say what is wrong with it."""
        if (given["new_price_fen"] or 0) > PRICE_FEN_MAX:
            say(reading, self.table, "new_price", TOO_LARGE)
            return ""
        if line.on_sale and _stands(line, given):
            return "unchanged"
        if line.on_sale and (moved := _moved(line, given)) is not None:
            say(reading, self.table, *moved)
            return ""
        known = await listings.find(self.tx, line.listing_id)
        assert known is not None
        try:
            _, outcome = await foresee_price(
                self.tx, known, self.supplier, None, 0, _command(known.version, line, given)
            )
        except InvalidFields as invalid:
            say_tiers(reading, self.table, line, asked, invalid.facts["errors"])
            return ""
        except Refusal as refusal:
            say(reading, self.table, _asked_at(given), wrong_of(refusal, _MENDS))
            return ""
        return outcome.value


def _stands(line: OnSheet, given: Mapping[str, Any]) -> bool:
    """Tell whether all that a row asks for is so already."""
    new_fen, new_tiers = given["new_price_fen"], given.get("new_price_tiers")
    return new_fen in (None, line.newest_fen) and new_tiers in (None, tiers_written(line.newest_tiers))


def _command(seen_version: int, line: OnSheet, given: Mapping[str, Any]) -> ChangePrice:
    """Write what a row asks for as a change; a price or tiers that it leaves are those on sale or in review.

    A version that an officer returned is neither: what it asked for is on no sheet.
    """
    new_fen, new_tiers = given["new_price_fen"], given.get("new_price_tiers")
    asked = {
        "price_fen": line.newest_fen if new_fen is None else new_fen,
        "price_tiers": tiers_written(line.newest_tiers) if new_tiers is None else new_tiers,
        "seen_version": seen_version,
    }
    return ChangePrice.model_validate(asked)


def _asked_at(given: Mapping[str, Any]) -> str:
    """Name the column that a row asks for something in."""
    return TIERS if given["new_price_fen"] is None else "new_price"


def _moved(line: OnSheet, given: Mapping[str, Any]) -> tuple[str, Wrong] | None:
    """Say what is no longer as the sheet was filled from, and in which column; what was reached already is known."""
    if given["new_price_fen"] != line.newest_fen:
        stale = _stale(line, given["price_fen"], given["waiting_fen"])
        if stale is not None:
            return "price", stale
    tiers = moved_tiers(line, given)
    return None if tiers is None else (TIERS, tiers)


def _stale(line: OnSheet, price_fen: int | None, waiting_fen: int | None) -> Wrong | None:
    """Say that a price is no longer what the sheet was filled from, with the old one and the new one."""
    if (price_fen, waiting_fen) == (line.price_fen, line.waiting_fen):
        return None
    if price_fen is None:
        return Wrong("missing", "必填", "is needed", f"现价为{yuan(line.price_fen)}", f"it is {yuan(line.price_fen)}")
    (before_zh, before_en), (now_zh, now_en) = _both(price_fen, waiting_fen), _both(line.price_fen, line.waiting_fen)
    zh, en = f"下载后价格已变：表中{before_zh}，现为{now_zh}", f"has changed: {before_en} on the sheet, {now_en} now"
    return Wrong("price_changed", zh, en, *_ANEW)


def _other_goods(line: OnSheet, stood: Mapping[str, str]) -> Wrong | None:
    """Say that a price was judged of other goods or another unit than are on sale now; a sheet may leave both out.

    `stood` are its cells as they stood when the row was judged.
    """
    if not (names := line.differing(stood)):
        return None
    now_zh, now_en = line.cells("zh"), line.cells("en")
    moved_zh = (f"{_COLUMNS[name].zh}“{stood[name]}”现为“{now_zh[name]}”" for name in names)
    moved_en = (f"{_COLUMNS[name].en} “{stood[name]}” is “{now_en[name]}” now" for name in names)
    zh, en = (
        f"检查后商品已变：{'，'.join(moved_zh)}",
        f"was looked at before its listing changed: {', '.join(moved_en)}",
    )
    return Wrong("listing_changed", zh, en, *_ANEW)


def _both(price_fen: int, waiting_fen: int | None) -> tuple[str, str]:
    """Write a price in both languages, and the one that waits for an officer beside it."""
    price = yuan(price_fen)
    if waiting_fen is None:
        return price, price
    return f"{price}（待审{yuan(waiting_fen)}）", f"{price} ({yuan(waiting_fen)} in review)"


# ── a row is done ──


async def _apply(tx: Tx, now: Import, rows: Rows) -> States:
    """Change the prices of good rows, in the order of their listings, each as if it had been asked for alone."""
    ended = await has_ended(tx, now["supplier_id"], now["accepted_by"])
    person = Identity(now["accepted_by"], now["id"], now["accepted_name"])  # No session: it may be over by now.
    states = {}
    for row in sorted(rows, key=lambda one: str(one["listing_id"])):
        try:
            if ended:
                raise HelpEnded(supplier_id=now["supplier_id"])
            done = await _changed(tx, person, ActedAs(now["accepted_as"]), row)
        except Refusal as refusal:
            done = wrong_of(refusal, _MENDS)
        states[row["row"]] = outcome(row, _COLUMNS[_asked_at(row["given"])], done)
    return states


async def _changed(tx: Tx, person: Identity, acted_as: ActedAs, row: dict[str, Any]) -> str | Wrong:
    """Change one price under the listing's lock; tells its outcome, or why it stayed."""
    given, listing_id = row["given"], row["listing_id"]
    known = await listings.find(tx, listing_id)
    assert known is not None
    await suppliers.hold(tx, known.supplier_id)
    known = await listings.lock(tx, listing_id)
    line = await listing_imports.on_sheet(tx, listing_id)
    assert known is not None
    assert line is not None
    if line.on_sale and (other := _other_goods(line, given.get("stood", given["texts"]))) is not None:
        return other
    if line.on_sale and _stands(line, given):
        return "unchanged"
    if line.on_sale and (moved := _moved(line, given)) is not None:
        return moved[1]
    command = _command(known.version, line, given)
    made_ms = int(tx.now.timestamp() * 1000)
    change = await apply_price(tx, person, listing_id, row["change_id"], made_ms, command, acted_as=acted_as)
    return str(change["outcome"])
