"""What a base was given is recorded by an officer, entry by entry; a mistake is reversed by another entry."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.recognition import (
    AMOUNT_FEN_MAX,
    SUPPORTS_MAX,
    SupportFixed,
    SupportKind,
    SupportReversed,
    TooManySupports,
    support_problems,
)
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.store import suppliers, supports
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.recent import Kind
from services.catalog.usecases.texts import COMMAND, Line, Name, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem


class PutSupport(BaseModel):
    """One entry of what a base was given; one that `reverses` another takes back exactly what that one gave."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "award",
                    "amount_fen": 20000000,
                    "given_on": "2026-03-18",
                    "giver": "株洲市残疾人联合会",
                    "document": "株残联发〔2026〕7号",
                    "note": "市级帮扶基地年度奖补",
                }
            ]
        }
    }

    kind: SupportKind
    amount_fen: int = Field(ge=-AMOUNT_FEN_MAX, le=AMOUNT_FEN_MAX, description="0 for help in kind, as a training")
    given_on: date
    giver: Name
    document: Line = Field(description="the notice or voucher by which it was given")
    note: Reason = ""
    reverses: UUID | None = Field(default=None, description="an entry of this supplier that this one takes back")


async def put_support(
    desk: Desk, identity: Identity, supplier_id: UUID, support_id: UUID, command: PutSupport
) -> dict[str, Any]:
    """Record an entry once; the same again changes nothing, and what is recorded never changes.

    Raises SupplierNotFound, NotAllowed, OwnRequest, SupportFixed, SupportReversed, TooManySupports, InvalidFields.
    """
    async with desk.recent.changing(Kind.MARK), desk.uow.begin() as tx:
        supplier = await suppliers.find(tx, supplier_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=supplier_id)
        require(identity, "put_support", await under_review_by(tx, identity, supplier, None))
        await suppliers.lock(tx, supplier_id)
        tx.look_at_the_clock()
        said = command.model_dump(mode="python")
        if known := await supports.find(tx, supplier_id, support_id):
            if any(known._mapping[name] != value for name, value in said.items()):
                raise SupportFixed(support_id=support_id)
            return support_view(known)
        if problems := await _problems(tx, supplier_id, support_id, command):
            raise InvalidFields(*problems)
        if await supports.count(tx, supplier_id) >= SUPPORTS_MAX:
            raise TooManySupports(supports_max=SUPPORTS_MAX)
        await supports.insert(
            tx,
            {
                **said,
                "supplier_id": supplier_id,
                "support_id": support_id,
                "recorded_by": identity.account_id,
                "recorder_name": identity.name,
                "recorded_at": tx.now,
            },
        )
        recorded = await supports.find(tx, supplier_id, support_id)
        assert recorded is not None
        return support_view(recorded)


async def _problems(tx: Tx, supplier_id: UUID, support_id: UUID, command: PutSupport) -> list[dict[str, Any]]:
    other = None
    if command.reverses is not None:
        other = await supports.find(tx, supplier_id, command.reverses)
        if other is not None and (by := await supports.reversal_of(tx, supplier_id, command.reverses)):
            raise SupportReversed(support_id=command.reverses, by=by)
    problems = support_problems(
        kind=command.kind,
        amount_fen=command.amount_fen,
        given_on=command.given_on,
        reverses=command.reverses is not None,
        reversed_fen=None if other is None else other.amount_fen,
        today=business_date(tx.now),
    )
    if other is not None and other.reverses is not None:
        problems.append(field_problem("reverses", "names a reversal", "不能冲销一笔冲销"))
    if other is not None and other.kind != command.kind.value:
        problems.append(field_problem("kind", f"is not {other.kind}, as of what it reverses", "与被冲销的类型不同"))
    return problems


def support_view(row: Any) -> dict[str, Any]:
    """Show an entry whole."""
    return {
        "supplier_id": str(row.supplier_id),
        "support_id": str(row.support_id),
        "kind": row.kind,
        "amount_fen": row.amount_fen,
        "given_on": row.given_on.isoformat(),
        "giver": row.giver,
        "document": row.document,
        "note": row.note,
        "reverses": str(row.reverses) if row.reverses else None,
        "recorded_by": str(row.recorded_by),
        "recorder_name": row.recorder_name,
        "recorded_at": row.recorded_at.isoformat(),
    }
