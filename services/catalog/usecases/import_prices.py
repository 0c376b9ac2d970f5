"""A file of reference prices is checked row by row, and binds nobody before a second officer takes it or refuses it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.bands import PER_KG_FEN_MAX, PriceImportState, reference_problems
from services.catalog.domain.price_table import per_kg_fen, price_table
from services.catalog.store import bands
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import Conflict, NotFound
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.imports.rows import say
from shared.imports.store import States
from shared.imports.taking import Brought, NothingToAccept, is_known, take_in
from shared.imports.worker import Batch, Import, ImportWorker, Rows
from shared.media import check_size
from shared.tables.cells import RowReading, Wrong
from shared.tables.opening import Table, open_table
from shared.texts import LINE

Line = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=LINE, strip_whitespace=True)]


class PriceImportUnknown(NotFound):
    """There is no such import of prices.

    zh: 没有这次参考价导入。
    """


class NothingToRefuse(Conflict):
    """This import is not checked yet, or was accepted or refused before.

    zh: 该导入尚未核对完成，或已接受、已被拒绝。
    """


class ListPriceImports(BaseModel):
    """Which imports, and which page of them."""

    model_config = COMMAND

    state: PriceImportState | None = Field(default=None, description="those that wait for an officer are checked")
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


class RefusePriceImport(BaseModel):
    """Why the prices of a file are not wanted."""

    model_config = COMMAND | {"json_schema_extra": {"examples": [{"reason": "上传了错误周次的文件"}]}}

    reason: Reason = Field(min_length=1)


class PutPriceImport(BaseModel):
    """Where prices are from, and what the file is called."""

    model_config = COMMAND

    source: Line = Field(description="who publishes these prices, e.g. 湖南省农业农村厅 批发价格周报")
    name: Line = "prices"
    demo: bool = Field(default=False, description="prices of a demo are shown, and never ask anything of anybody")


async def put_price_import(
    desk: Desk, identity: Identity, import_id: UUID, command: PutPriceImport, body: bytes
) -> tuple[dict[str, Any], bool]:
    """Take a file in; gives the import as it stands, and whether it is new.

    Raises FileTooLarge and ImportUnreadable for a file of which not even the header can be read; then nothing is kept.
    """
    async with desk.uow.glance() as tx:
        path = await _reach(tx, identity, "put_price_import")
        check_size(body)
        whose = {"unit_path": path, "source": command.source, "demo": command.demo}
        brought = Brought(import_id, command.name, body, identity.account_id, whose)
        if await is_known(tx, bands.STORE, brought):
            return await _answer(tx, import_id), False
    table = await asyncio.to_thread(open_table, body, command.name, price_table())
    return await take_in(desk.uow, desk.files, bands.STORE, brought, table, bands.alone_with_imports, _answer)


async def list_price_imports(desk: Desk, identity: Identity, query: ListPriceImports) -> dict[str, Any]:
    """List the imports of the province, the newest first."""
    after = _after(query.cursor)
    async with desk.uow.read() as tx:
        path = await _reach(tx, identity, "list_price_imports")
        found = await bands.newest_imports(tx, path, state=query.state, after=after, limit=query.limit + 1)
        page = found[: query.limit]
        counts = await bands.STORE.counts_of(tx, [one["id"] for one in page])
    following = None
    if len(found) > query.limit:
        following = encode_cursor(["brought", number_of(page[-1]["put_at"]), str(page[-1]["id"])])
    return {"items": [_line(one, counts[one["id"]]) for one in page], "next": following}


async def get_price_import(
    desk: Desk, identity: Identity, import_id: UUID, *, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give an import with a page of the rows that have an error or a note. Raises PriceImportUnknown."""
    async with desk.uow.read() as tx:
        await _reach(tx, identity, "get_price_import")
        one = await _found(tx, import_id)
        rows, more = await bands.STORE.page(tx, import_id, state=None, limit=limit, cursor=cursor)
        return await _written(tx, one, rows, more)


async def accept_price_import(
    desk: Desk, identity: Identity, import_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Have the good rows become reference prices, in the background; never by who brought the file.

    Raises PriceImportUnknown, NothingToAccept, OwnRequest.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        one = await bands.STORE.lock(tx, import_id)
        await _reach(tx, identity, "accept_price_import", asked_by=None if one is None else one["put_by"])
        if one is None:
            raise PriceImportUnknown(import_id=str(import_id))
        counts = await bands.STORE.counts(tx, import_id)
        if one["state"] != "checked" or not counts.get("good"):
            raise NothingToAccept(state=one["state"], good=counts.get("good", 0))
        moved = {"state": "accepting", "accepted_by": identity.account_id, "accepted_at": tx.now}
        await bands.STORE.move(tx, import_id, **moved)
        view = await _answer(tx, import_id)
        await tx.answer(view)
        return view


async def refuse_price_import(
    desk: Desk, identity: Identity, import_id: UUID, command: RefusePriceImport, *, once: Stamp | None = None
) -> dict[str, Any]:
    """End an import that waits for its acceptance; whoever brought it may take it back so.

    Raises PriceImportUnknown, NothingToRefuse.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        await _reach(tx, identity, "refuse_price_import")
        one = await bands.STORE.lock(tx, import_id)
        if one is None:
            raise PriceImportUnknown(import_id=str(import_id))
        if one["state"] != "checked":
            raise NothingToRefuse(state=one["state"])
        by = {"refused_by": identity.account_id, "refused_name": identity.name}
        why = {"refused_at": tx.now, "refused_because": command.reason}
        await bands.STORE.move(tx, import_id, state="refused", **by, **why)
        view = await _answer(tx, import_id)
        await tx.answer(view)
        return view


def price_import_worker(desk: Desk) -> ImportWorker:
    """Give the one who works on imports of prices."""
    batches = {"accepting": Batch("good", "accepted", _accept)}
    return ImportWorker(desk.uow, desk.files, bands.STORE, opened=_opened, judged=_judged, batches=batches)


def _opened(body: bytes, one: Import) -> Table:
    return open_table(body, one["name"], price_table())


async def _judged(tx: Tx, now: Import, table: Table, readings: Sequence[RowReading]) -> Rows:
    """Judge rows: prices in order, of no day to come, and each item, day and region once a file."""
    keys = {reading.number: _key(reading) for reading in readings if not reading.errors}
    seen = await bands.known_keys(tx, now["id"], sorted(set(keys.values())))
    rows = []
    for reading in readings:
        key, given = keys.get(reading.number, ""), None
        if not reading.errors:
            given = _given(reading)
            _say_wrong(reading, table, given, business_date(tx.now), key in seen)
            seen.add(key)
        good = not reading.errors
        rows.append(
            {
                "row": reading.number,
                "state": "good" if good else "bad",
                "given": given if good else None,
                "errors": reading.errors,
                "notes": reading.notes,
                "key": key if good else "",
            }
        )
    return rows


def _key(reading: RowReading) -> str:
    values = reading.values
    return f"{values['item']} {values['priced_on']} {values.get('region', '')}"


def _given(reading: RowReading) -> dict[str, Any]:
    values = reading.values
    prices = {name: per_kg_fen(values[name], values["unit"]) for name in ("low", "median", "high")}
    told = {"item_code": values["item"], "priced_on": values["priced_on"].isoformat()}
    return {**told, **prices, "region": values.get("region", "")}


def _say_wrong(reading: RowReading, table: Table, given: dict[str, Any], today: date, again: bool) -> None:
    if reading.values["priced_on"] > today:
        say(reading, table, "priced_on", Wrong("to_come", "日期在今天之后", "is a day to come", "核对日期", "check it"))
    if reference_problems(given["low"], given["median"], given["high"]):
        says = ("应在最低价与最高价之间", "does not lie between the lowest and the highest")
        say(reading, table, "median", Wrong("order", *says, "核对三个价格", "check the three prices"))
    if given["high"] > PER_KG_FEN_MAX:
        says = ("每公斤超过十万元", "is more than 100,000 yuan a kilogram")
        say(reading, table, "high", Wrong("too_large", *says, "核对价格和计价单位", "check it and its unit"))
    if again:
        says = ("前面已有同一品种、日期和地区的价格", "stands with this day and region in a row before")
        say(reading, table, "item", Wrong("twice", *says, "删除重复的行", "delete one of them"))


async def _accept(tx: Tx, now: Import, rows: Rows) -> States:
    references = [
        {
            **row["given"],
            "priced_on": date.fromisoformat(row["given"]["priced_on"]),
            "import_id": now["id"],
            "row": row["row"],
            "source": now["source"],
            "demo": now["demo"],
            "accepted_at": now["accepted_at"],
        }
        for row in rows
    ]
    await bands.insert_references(tx, references)
    return {row["row"]: ("done", []) for row in rows}


async def _reach(tx: ReadTx, identity: Identity, operation: str, asked_by: UUID | None = None) -> str:
    """Give the path of the province, whose officers alone bring prices that are for all."""
    path = await bands.province_path(tx)
    require(identity, operation, Owned(unit_path=path, asked_by=asked_by))
    return path or ""


async def _found(tx: ReadTx, import_id: UUID) -> Import:
    one = await bands.STORE.find(tx, import_id)
    if one is None:
        raise PriceImportUnknown(import_id=str(import_id))
    return one


async def _answer(tx: ReadTx, import_id: UUID) -> dict[str, Any]:
    return await _written(tx, await _found(tx, import_id), [], None)


async def _written(tx: ReadTx, one: Import, rows: Rows, more: str | None) -> dict[str, Any]:
    return {
        **_line(one, await bands.STORE.counts(tx, one["id"])),
        "rows": [{"row": row["row"], "errors": row["errors"], "notes": row["notes"]} for row in rows],
        "next": more,
    }


def _line(one: Import, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "import_id": str(one["id"]),
        "source": one["source"],
        "demo": one["demo"],
        "name": one["name"],
        "state": one["state"],
        "sha256": one["sha256"],
        "rows_read": one["read"],
        "good": counts.get("good", 0) + counts.get("done", 0),
        "bad": counts.get("bad", 0),
        "problems": one["problems"],
        "notes": one["notes"],
        "put_by": str(one["put_by"]),
        "put_at": one["put_at"].isoformat(),
        "accepted_at": one["accepted_at"].isoformat() if one["accepted_at"] else None,
        "refused_by": str(one["refused_by"]) if one["refused_by"] else None,
        "refused_name": one["refused_name"],
        "refused_at": one["refused_at"].isoformat() if one["refused_at"] else None,
        "refused_because": one["refused_because"],
    }


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    keys = decode_cursor(cursor, str, int, UUID)
    if keys is None:
        return None
    tagged(keys[0], "brought")
    return moment_of(keys[1]), keys[2]
