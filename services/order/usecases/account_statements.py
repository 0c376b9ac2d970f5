"""Either side reads a monthly statement, confirms it, or holds something against it until that is settled."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.order.domain.refusals import NoSuchObjection, NoSuchStatement, NotYourObjection, ObjectionDiffers
from services.order.domain.states import ACCOUNT, AccountState
from services.order.store.account_view import statement_view
from services.order.store.accounts import Statement, find_statement, list_statements, move_statement
from services.order.store.objections import add_objection, close, count_objections, find_objection, lines_known
from services.order.usecases.account_commands import CloseObjection, ObjectToStatement
from services.order.usecases.desk import Desk
from services.order.usecases.reach import reach_of
from shared.contracts.authority import SUPPLIER_ROLES, Identity, require
from shared.db.unit_of_work import ReadTx, Stamp, Tx
from shared.errors import InvalidFields, field_problem
from shared.http.paging import decode_cursor, encode_cursor
from shared.states import WrongState

Side = Literal["canteen", "supplier"]
OBJECTIONS_MAX = 200


async def get_account_statement(desk: Desk, identity: Identity, statement_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        await _looked_at(tx, identity, "get_account_statement", statement_id)
        return await statement_view(tx, statement_id)


async def list_account_statements(
    desk: Desk,
    identity: Identity,
    *,
    canteen: UUID | None,
    supplier: UUID | None,
    state: AccountState | None,
    month: date | None,
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Give one page, newest month first."""
    keys = decode_cursor(cursor, date, UUID)
    async with desk.uow.glance() as tx:
        reach = await reach_of(tx, identity, "list_account_statements", canteen=canteen, supplier=supplier)
        found = await list_statements(
            tx,
            reach,
            canteen_id=canteen,
            supplier_id=supplier,
            state=state,
            month=month,
            after=None if keys is None else (keys[0], keys[1]),
            limit=limit + 1,
        )
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [_summary(row) for row in page],
        "next": encode_cursor([page[-1].month.isoformat(), str(page[-1].statement_id)]) if more else None,
    }


def _summary(row: Any) -> dict[str, Any]:
    return {
        "statement_id": str(row.statement_id),
        "number": row.number,
        "state": row.state,
        "month": f"{row.month:%Y-%m}",
        "fund": row.fund,
        "issued_at": row.issued_at,
        "due_on": row.due_on,
        "canteen": {"id": str(row.canteen_id), "name": row.canteen_name},
        "unit": {"id": str(row.unit_id), "name": row.unit_name},
        "supplier": {"id": str(row.supplier_id), "name": row.supplier_name},
        "opening_fen": row.opening_fen,
        "late_fen": row.late_fen,
        "closing_fen": row.closing_fen,
    }


async def confirm_account_statement(
    desk: Desk, identity: Identity, statement_id: UUID, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Confirm a statement for the side that asks; with both it is confirmed, and what is confirmed stays."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement, side = await _held(tx, identity, "confirm_account_statement", statement_id)
        mine = statement.supplier_confirmed_at if side == "supplier" else statement.canteen_confirmed_at
        if mine is None:
            ACCOUNT.check(statement.state, "confirm")
            theirs = statement.canteen_confirmed_at if side == "supplier" else statement.supplier_confirmed_at
            columns = {f"{side}_confirmed_at": tx.now, f"{side}_confirmed_by": identity.account_id}
            await move_statement(tx, statement, None if theirs is None else "confirm", **columns)
        return await _answer(tx, statement_id)


async def object_to_account_statement(
    desk: Desk, identity: Identity, statement_id: UUID, command: ObjectToStatement, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Hold something against a statement, or one order on it; it is confirmed by nobody until that is settled."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement, side = await _held(tx, identity, "object_to_account_statement", statement_id)
        before = await find_objection(tx, command.objection_id)
        if before is not None:
            said = (before.statement_id, before.order_id, before.side, before.reason)
            if said != (statement_id, command.order_id, side, command.reason):
                raise ObjectionDiffers(objection_id=str(command.objection_id))
            return await _answer(tx, statement_id)
        ACCOUNT.check(statement.state, "object")
        if command.order_id is not None and not await lines_known(tx, statement_id, [command.order_id]):
            raise InvalidFields(field_problem("order_id", "is not on this statement", "不在这张对账单上"))
        if await count_objections(tx, statement_id, open_only=False) >= OBJECTIONS_MAX:
            raise WrongState(state=statement.state.value, step="object", most=OBJECTIONS_MAX)
        written = await add_objection(
            tx,
            {
                "objection_id": command.objection_id,
                "statement_id": statement_id,
                "order_id": command.order_id,
                "side": side,
                "reason": command.reason,
                "raised_by": identity.account_id,
                "raised_by_name": identity.name,
                "raised_at": tx.now,
            },
        )
        if not written:
            raise ObjectionDiffers(objection_id=str(command.objection_id))
        nobody = dict.fromkeys(f"{one}_confirmed_{what}" for one in ("canteen", "supplier") for what in ("at", "by"))
        await move_statement(tx, statement, "object", **nobody)
        return await _answer(tx, statement_id)


async def close_account_objection(
    desk: Desk,
    identity: Identity,
    statement_id: UUID,
    objection_id: UUID,
    command: CloseObjection,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Say that an objection is settled, for the side that raised it; with the last one the statement is open again."""
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        statement, side = await _held(tx, identity, "close_account_objection", statement_id)
        objection = await find_objection(tx, objection_id)
        if objection is None or objection.statement_id != statement_id:
            raise NoSuchObjection(objection_id=str(objection_id))
        if objection.side != side:
            raise NotYourObjection(side=objection.side)
        if objection.closed_at is None:
            await close(tx, objection_id, by=identity.account_id, note=command.note)
            if not await count_objections(tx, statement_id, open_only=True):
                await move_statement(tx, statement, "settle_objection")
        return await _answer(tx, statement_id)


async def _looked_at(tx: ReadTx, identity: Identity, operation: str, statement_id: UUID) -> Statement:
    statement = await find_statement(tx, statement_id)
    if statement is None:
        raise NoSuchStatement(statement_id=str(statement_id))
    require(identity, operation, statement.owned)
    return statement


async def _held(tx: Tx, identity: Identity, operation: str, statement_id: UUID) -> tuple[Statement, Side]:
    """Lock a statement for who may do this, and tell for which side they do."""
    statement = await find_statement(tx, statement_id, lock=True)
    if statement is None:
        raise NoSuchStatement(statement_id=str(statement_id))
    role = require(identity, operation, statement.owned)
    return statement, "supplier" if role in SUPPLIER_ROLES else "canteen"


async def _answer(tx: Tx, statement_id: UUID) -> dict[str, Any]:
    view = await statement_view(tx, statement_id)
    await tx.answer(view)
    return view
