"""A supplier enters an invoice, once, and what differs waits for finance to say what becomes of it."""

import hashlib
from typing import Any
from uuid import UUID

from services.order.domain.invoice_refusals import (
    InvoiceDiffers,
    InvoiceExceeded,
    InvoiceTwice,
    NoFile,
    NoSuchDifference,
    NoSuchInvoice,
    ResolutionDiffers,
)
from services.order.domain.invoices import InvoiceKind, differences, tax_problem
from services.order.domain.refusals import NoSuchOrder
from services.order.store.invoices import (
    add_invoice,
    add_resolution,
    find_invoice,
    find_resolution,
    invoice_views,
    invoices_page,
    keep_file,
    matched_lines,
    resolved,
    reversed_fen,
)
from services.order.store.orders import Order, find_lines, find_order
from services.order.usecases.desk import Desk
from services.order.usecases.invoice_commands import PutInvoice, ResolveDifference
from services.order.usecases.notices import raise_notice
from services.order.usecases.put_voucher import voucher_type
from services.order.usecases.reach import after_of, cursor_of, reach_of
from services.order.usecases.steps import hold_order
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import InvalidFields, field_problem
from shared.files import Found
from shared.http.paging import decode_cursor, encode_cursor
from shared.invoices import E_INVOICE_DIGITS, numbers_problem

LOOKED_AT_MAX = 1_000
ORDERS_MAX = 50


async def put_invoice(desk: Desk, identity: Identity, invoice_id: UUID, command: PutInvoice) -> dict[str, Any]:
    """Enter an invoice; the same again answers the same. Its orders are one supplier's and one canteen's.

    Raises InvalidFields, NoSuchOrder, InvoiceDiffers, InvoiceTwice, InvoiceExceeded.
    """
    async with desk.uow.begin() as tx:
        orders = await _orders(tx, identity, command)
        first = orders[0]
        before = await find_invoice(tx, invoice_id)
        if before is not None:
            (view,) = await invoice_views(tx, [invoice_id])
            if _said(view) != _said(command.model_dump(mode="json")):
                raise InvoiceDiffers(invoice_id=str(invoice_id))
            return view
        await _check(tx, command, orders)
        values = command.model_dump(exclude={"lines"}) | {
            "invoice_id": invoice_id,
            "paper": command.number if len(command.number) == E_INVOICE_DIGITS else f"{command.code}-{command.number}",
            "kind": command.kind.value,
            "supplier_id": first.supplier_id,
            "supplier_name": first.supplier_name,
            "canteen_id": first.canteen_id,
            "put_by": identity.account_id,
            "put_by_name": identity.name,
            "put_at": tx.now,
        }
        lines = [(line.order_id, line.line_id, line.gross_fen) for line in command.lines]
        if not await add_invoice(tx, values, lines):
            raise InvoiceTwice(number=command.number)
        await _tell(tx, identity, invoice_id, command, orders)
        (view,) = await invoice_views(tx, [invoice_id])
        return view


def _said(content: dict[str, Any]) -> dict[str, Any]:
    """Reduce an invoice, as entered or as read, to what was said of it."""
    told = {name: content[name] for name in PutInvoice.model_fields if name != "lines"}
    lines = sorted((line["order_id"], line["line_id"], line["gross_fen"]) for line in content["lines"])
    return {**told, "lines": lines}


async def _orders(tx: Tx, identity: Identity, command: PutInvoice) -> list[Order]:
    """Lock the orders of an invoice by their ids, for who sells on each of them."""
    asked = sorted({line.order_id for line in command.lines})
    if len(asked) > ORDERS_MAX:
        raise InvalidFields(
            field_problem("lines", f"should be of at most {ORDERS_MAX} orders", f"最多 {ORDERS_MAX} 张订单")
        )
    found = [(await hold_order(tx, identity, "put_invoice", order_id))[0] for order_id in asked]
    if len({(one.supplier_id, one.canteen_id) for one in found}) > 1:
        raise InvalidFields(
            field_problem("lines", "should be of one supplier and one canteen", "应属于同一供应方和同一食堂")
        )
    return found


async def _check(tx: Tx, command: PutInvoice, orders: list[Order]) -> None:
    problems = []
    if wrong := numbers_problem(command.number, command.code):
        problems.append(field_problem(*wrong))
    red = command.kind is InvoiceKind.RED
    amounts = [command.gross_fen, *(line.gross_fen for line in command.lines)]
    signed = [command.net_fen, command.tax_fen]
    if any(one >= 0 if red else one <= 0 for one in amounts) or any(one > 0 if red else one < 0 for one in signed):
        problems.append(
            field_problem("gross_fen", "is negative on a red-letter invoice alone", "仅红字发票金额为负，且各项均为负")
        )
    if command.net_fen + command.tax_fen != command.gross_fen:
        problems.append(field_problem("gross_fen", "should be net and tax together", "价税合计应等于金额与税额之和"))
    if sum(line.gross_fen for line in command.lines) != command.gross_fen:
        problems.append(field_problem("lines", "should sum to gross_fen", "各行金额之和应等于价税合计"))
    if tax_problem(command.net_fen, command.tax_fen, command.tax_rate_bp):
        problems.append(field_problem("tax_fen", "is not what the rate gives", "税额与税率不符"))
    if command.issued_on > business_date(tx.now):
        problems.append(field_problem("issued_on", "should not be after today", "开票日期不能晚于今天"))
    if red != (command.reverses_id is not None):
        problems.append(
            field_problem("reverses_id", "is what a red-letter invoice takes back", "红字发票须填写所冲销的发票")
        )
    named = [(line.order_id, line.line_id) for line in command.lines]
    known = {(order.order_id, line.line_id) for order in orders for line in await find_lines(tx, order.order_id)}
    problems += [
        field_problem(f"lines.{place}.line_id", "is no line of its order, or named twice", "不是该订单的行，或重复")
        for place, one in enumerate(named)
        if one not in known or one in named[:place]
    ]
    if problems:
        raise InvalidFields(*problems)
    if command.reverses_id is not None:
        reversed_one = await find_invoice(tx, command.reverses_id, lock=True)
        if reversed_one is None or reversed_one.supplier_id != orders[0].supplier_id or reversed_one.gross_fen < 0:
            raise NoSuchInvoice(invoice_id=str(command.reverses_id))
        left_fen = reversed_one.gross_fen + await reversed_fen(tx, command.reverses_id)
        if -command.gross_fen > left_fen:
            raise InvoiceExceeded(left_fen=left_fen, asked_fen=-command.gross_fen)


async def _tell(tx: Tx, identity: Identity, invoice_id: UUID, command: PutInvoice, orders: list[Order]) -> None:
    """Tell finance where what is now invoiced of these orders differs from what is kept of them."""
    found = await matched_lines(tx, of_orders=[one.order_id for one in orders], limit=LOOKED_AT_MAX)
    touched = {(line.order_id, line.line_id) for line in command.lines}
    differing = [one for one in differences([line for line, _ in found]) if (one.order_id, one.line_id) in touched]
    if differing:
        await raise_notice(
            tx,
            NoticeKind.INVOICE_DIFFERS,
            invoice_id,
            [
                Audience(organisation_id=orders[0].unit_id, roles=(Role.FINANCE,)),
                Audience(organisation_id=orders[0].supplier_id, roles=(Role.SUPPLIER,)),
            ],
            {
                "order_id": differing[0].order_id,
                "number": command.number,
                "supplier": orders[0].supplier_name,
                "amount_fen": sum(one.fen for one in differing),
            },
            by=identity.account_id,
        )


async def get_invoice(desk: Desk, identity: Identity, invoice_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        await _seen(tx, identity, "get_invoice", invoice_id)
        (view,) = await invoice_views(tx, [invoice_id])
        return view


async def list_invoices(
    desk: Desk, identity: Identity, *, canteen: UUID | None, supplier: UUID | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """Give one page, the newest first."""
    after = after_of(cursor)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_invoices", canteen=canteen, supplier=supplier)
        found = await invoices_page(tx, reach, canteen_id=canteen, supplier_id=supplier, after=after, limit=limit + 1)
        page = found[:limit]
        views = await invoice_views(tx, [row.invoice_id for row in page])
    more = len(found) > limit
    return {"items": views, "next": cursor_of(page[-1].put_at, page[-1].invoice_id) if more else None}


async def put_invoice_file(desk: Desk, identity: Identity, invoice_id: UUID, body: bytes) -> dict[str, Any]:
    """Store the invoice as a file under its own digest; a better one may replace it."""
    async with desk.uow.read() as tx:
        await _seen(tx, identity, "put_invoice_file", invoice_id)
    media_type, sha256 = voucher_type(body), hashlib.sha256(body).hexdigest()
    await desk.files.put(_key(invoice_id, sha256), body, media_type)
    async with desk.uow.begin() as tx:
        await _seen(tx, identity, "put_invoice_file", invoice_id)
        await keep_file(tx, invoice_id, sha256, media_type, len(body))
        (view,) = await invoice_views(tx, [invoice_id])
        return view


async def get_invoice_file(desk: Desk, identity: Identity, invoice_id: UUID) -> Found:
    async with desk.uow.read() as tx:
        found = await _seen(tx, identity, "get_invoice_file", invoice_id)
    if found.file_sha256 is None:
        raise NoFile(invoice_id=str(invoice_id))
    kept = await desk.files.get(_key(invoice_id, found.file_sha256))
    return Found(kept.body, found.file_media_type)


async def list_invoice_differences(
    desk: Desk, identity: Identity, *, canteen: UUID | None, supplier: UUID | None, cursor: str | None
) -> dict[str, Any]:
    """Give what of the next invoiced lines differs and is not resolved; a page may be empty and still have a next."""
    keys = decode_cursor(cursor, UUID, UUID)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_invoice_differences", canteen=canteen, supplier=supplier)
        found = await matched_lines(
            tx,
            reach=reach,
            canteen_id=canteen,
            supplier_id=supplier,
            after=None if keys is None else (keys[0], keys[1]),
            limit=LOOKED_AT_MAX,
        )
        by_line = {(line.order_id, line.line_id): row for line, row in found}
        differing = differences([line for line, _ in found])
        done = await resolved(tx, sorted({one.order_id for one in differing}))
    last = found[-1][0] if len(found) == LOOKED_AT_MAX else None
    return {
        "items": [
            _difference(one, by_line[one.order_id, one.line_id])
            for one in differing
            if (one.order_id, one.line_id, one.kind.value, one.fen) not in done
        ],
        "next": None if last is None else encode_cursor([str(last.order_id), str(last.line_id)]),
    }


def _difference(one: Any, row: Any) -> dict[str, Any]:
    return {
        "order_id": str(one.order_id),
        "line_id": str(one.line_id),
        "name": row.name,
        "kind": one.kind.value,
        "fen": one.fen,
        "ordered_fen": row.ordered_fen,
        "kept_fen": row.kept_fen,
        "invoiced_fen": row.invoiced_fen,
        "unit_id": str(row.unit_id),
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "supplier": {"id": str(row.supplier_id), "name": row.supplier_name},
    }


async def resolve_invoice_difference(
    desk: Desk, identity: Identity, order_id: UUID, command: ResolveDifference, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Write what becomes of a difference as it now stands. Raises NoSuchDifference where it stands no more."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        order = await find_order(tx, order_id, lock=True)
        if order is None:
            raise NoSuchOrder(order_id=str(order_id))
        require(identity, "resolve_invoice_difference", order.owned)
        said = (order_id, command.line_id, command.kind.value, command.fen, command.note)
        before = await find_resolution(tx, command.resolution_id)
        if before is None:
            found = await matched_lines(tx, of_orders=[order_id], limit=LOOKED_AT_MAX)
            standing = {
                (one.order_id, one.line_id, one.kind.value, one.fen) for one in differences([f[0] for f in found])
            }
            if said[:4] not in standing:
                raise NoSuchDifference(line_id=str(command.line_id))
            written = await add_resolution(
                tx,
                {
                    "resolution_id": command.resolution_id,
                    "order_id": order_id,
                    "line_id": command.line_id,
                    "kind": command.kind.value,
                    "fen": command.fen,
                    "note": command.note,
                    "resolved_by": identity.account_id,
                    "resolved_by_name": identity.name,
                    "resolved_at": tx.now,
                },
            )
            if not written:
                raise ResolutionDiffers(resolution_id=str(command.resolution_id))
        elif (before.order_id, before.line_id, before.kind, before.fen, before.note) != said:
            raise ResolutionDiffers(resolution_id=str(command.resolution_id))
        view = {"resolution_id": str(command.resolution_id), "order_id": str(order_id), "note": command.note}
        await tx.answer(view)
        return view


async def _seen(tx: ReadTx, identity: Identity, operation: str, invoice_id: UUID) -> Any:
    found = await find_invoice(tx, invoice_id)
    if found is None:
        raise NoSuchInvoice(invoice_id=str(invoice_id))
    owned = Owned(supplier_id=found.supplier_id, canteen_id=found.canteen_id, unit_path=found.unit_path)
    require(identity, operation, owned)
    return found


def _key(invoice_id: UUID, sha256: str) -> str:
    return f"invoices/{invoice_id}/{sha256}"
