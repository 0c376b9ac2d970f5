"""Anybody brings up what is wrong and gets a receipt whose code follows it; it goes to a unit that is no party to it.

Decision: what concerns an order or a canteen goes to the unit above the canteen's; what concerns a supplier, or nothing
that we know, to the unit that was named, else to the federation of the supplier's county, else to the topmost. Why:
nobody judges a complaint about themselves (《信访工作条例》). Price: at the topmost unit, its own officers do.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from services.order.domain.actors import Actor
from services.order.domain.cases import CaseSubject, case_code, code_digest
from services.order.domain.refusals import CaseDiffers, NoSuchCanteen, NoSuchOrder, NoSuchSupplier, NoSuchUnit
from services.order.domain.states import CaseState
from services.order.store.cases import add_case, add_case_step, find_case, topmost_unit, unit_of_supplier, unit_path_of
from services.order.store.copies import canteen_path, supplier_is_known
from services.order.store.orders import find_order
from services.order.store.requisitions import unit_above
from services.order.usecases.case_commands import PutCase
from services.order.usecases.case_view import receipt_of
from services.order.usecases.desk import Desk
from services.order.usecases.tell_of_cases import tell_unit
from shared.contracts.authority import Identity, allows
from shared.db.unit_of_work import Tx


@dataclass(frozen=True)
class _Concerned:
    """Which unit shall have a case, and whom it concerns."""

    unit_id: UUID
    canteen_id: UUID | None = None
    supplier_id: UUID | None = None


async def put_case(
    desk: Desk, identity: Identity | None, case_id: UUID, command: PutCase
) -> tuple[dict[str, Any], bool]:
    """Raise a case; gives its receipt with the code, and whether it is new. The same again answers the same.

    Raises CaseDiffers, NoSuchOrder (also for one that the asker may not read), NoSuchCanteen, NoSuchSupplier,
    NoSuchUnit.
    """
    raised_by = None if identity is None else identity.account_id
    content = orjson.dumps([command.model_dump(mode="json"), raised_by])
    code, digest = case_code(desk.links.key, case_id), hashlib.sha256(content).hexdigest()
    async with desk.uow.begin() as tx:
        new = False
        if await find_case(tx, case_id) is None:
            concerned = await _concerned(tx, identity, command)
            due_at = tx.now + timedelta(days=desk.case_reply_days)
            values = {
                "case_id": case_id,
                "kind": command.kind.value,
                "subject": command.subject.value,
                "subject_id": command.subject_id,
                "party_canteen_id": concerned.canteen_id,
                "party_supplier_id": concerned.supplier_id,
                "unit_id": concerned.unit_id,
                "state": CaseState.RECEIVED.value,
                "text": command.text,
                "contact": command.contact,
                "raised_by": raised_by,
                "raised_at": tx.now,
                "reply_due_at": due_at,
                "content_sha256": digest,
                "code_sha256": code_digest(code),
            }
            new = await add_case(tx, values)
            if new:
                by = None if identity is None else Actor.of(identity, None)
                await add_case_step(tx, case_id, "receive", CaseState.RECEIVED, concerned.unit_id, by=by)
                await tell_unit(tx, case_id, concerned.unit_id, command.kind.value, due_at, by=raised_by)
        case = await find_case(tx, case_id)
        assert case is not None
        if case.content_sha256 != digest:
            raise CaseDiffers(case_id=str(case_id))
        return await receipt_of(tx, case) | {"code": code}, new


async def _concerned(tx: Tx, identity: Identity | None, command: PutCase) -> _Concerned:
    subject_id = command.subject_id
    if command.subject is CaseSubject.ORDER:
        assert subject_id is not None
        order = await find_order(tx, subject_id)
        if order is None or not allows(identity, "get_order", order.owned):
            raise NoSuchOrder(order_id=str(subject_id))
        above = await unit_above(tx, order.unit_path)
        unit_id = order.unit_id if above is None else above[0]
        return _Concerned(unit_id, order.canteen_id, order.supplier_id)
    if command.subject is CaseSubject.CANTEEN:
        assert subject_id is not None
        path = await canteen_path(tx, subject_id)
        if path is None:
            raise NoSuchCanteen(canteen_id=str(subject_id))
        above = await unit_above(tx, path)
        return _Concerned(await _topmost(tx) if above is None else above[0], subject_id)
    if command.subject is CaseSubject.SUPPLIER:
        assert subject_id is not None
        if not await supplier_is_known(tx, subject_id):
            raise NoSuchSupplier(supplier_id=str(subject_id))
        if command.unit_id is None and (unit_id_ := await unit_of_supplier(tx, subject_id)) is not None:
            return _Concerned(unit_id_, None, subject_id)
    if command.unit_id is not None:
        if await unit_path_of(tx, command.unit_id) is None:
            raise NoSuchUnit(unit_id=str(command.unit_id))
        return _Concerned(command.unit_id, None, subject_id)
    return _Concerned(await _topmost(tx), None, subject_id)


async def _topmost(tx: Tx) -> UUID:
    unit_id = await topmost_unit(tx)
    if unit_id is None:
        raise NoSuchUnit()
    return unit_id
