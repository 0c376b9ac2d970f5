"""A supplier files a paper, and mends it until an officer has confirmed it; the same again changes nothing."""

from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.certificates import certificate_problems
from services.catalog.domain.filings import (
    FILING,
    FILINGS_MAX,
    FilingFixed,
    FilingState,
    NothingToReplace,
    TooManyFilings,
    paper_problems,
    span_problems,
)
from services.catalog.domain.recognition import figure_problems
from services.catalog.domain.suppliers import RevokedSupplier, SupplierNotFound
from services.catalog.store import documents, filings, suppliers
from services.catalog.store.filings import Filing
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.filing_commands import PutCertificate, PutFigure, PutFiling, PutRecognition
from services.catalog.usecases.filing_shapes import filing_view
from services.catalog.usecases.reach import owned_supplier
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem


async def put_filing(
    desk: Desk, identity: Identity, supplier_id: UUID, filing_id: UUID, command: PutFiling
) -> dict[str, Any]:
    """File a paper or mend it; a confirmed one is replaced by another that names it.

    Raises SupplierNotFound, NotAllowed, RevokedSupplier, FilingFixed, TooManyFilings, NothingToReplace, InvalidFields.
    """
    async with desk.uow.begin() as tx:
        supplier = await suppliers.find(tx, supplier_id)
        if supplier is None:
            raise SupplierNotFound(supplier_id=supplier_id)
        operation = f"put_{command.subject.value}"
        require(identity, operation, await owned_supplier(tx, identity, supplier))
        supplier = await suppliers.lock_and_find(tx, supplier_id)
        tx.look_at_the_clock()
        known = await filings.find(tx, command.subject, supplier_id, filing_id)
        if known is not None and _says(known, command) and known.state is not FilingState.RETURNED:
            return await filing_view(tx, known)
        if supplier.state is SupplierState.REVOKED:
            raise RevokedSupplier(supplier_id=supplier_id)
        if known is not None and not FILING.allows(known.state, "amend"):
            raise FilingFixed(filing_id=filing_id, state=known.state.value)
        if problems := await _problems(tx, supplier_id, filing_id, command, business_date(tx.now)):
            raise InvalidFields(*problems)
        await (
            _file(tx, identity, supplier_id, filing_id, command)
            if known is None
            else _amend(tx, identity, known, command)
        )
        filed = await filings.find(tx, command.subject, supplier_id, filing_id)
        assert filed is not None
        await log_act(tx, identity, supplier_id, operation, filing_id, filed.revision)
        return await filing_view(tx, filed)


async def _file(tx: Tx, identity: Identity, supplier_id: UUID, filing_id: UUID, command: PutFiling) -> None:
    if await filings.count(tx, command.subject, supplier_id) >= FILINGS_MAX:
        raise TooManyFilings(filings_max=FILINGS_MAX)
    values = {
        **command.columns(),
        "supplier_id": supplier_id,
        "filing_id": filing_id,
        "revision": 1,
        "state": FilingState.FILED.value,
        "written_by": [identity.account_id],
        "filed_at": tx.now,
        "changed_at": tx.now,
    }
    await filings.insert(tx, command.subject, values)


async def _amend(tx: Tx, identity: Identity, known: Filing, command: PutFiling) -> None:
    values = {
        **command.columns(),
        "revision": known.revision + 1,
        "state": FILING.check(known.state, "amend").value,
        "written_by": sorted({*known.written_by, identity.account_id}, key=str),
        "filed_at": tx.now,
        "changed_at": tx.now,
    }
    await filings.change(tx, known, values)


def _says(known: Filing, command: PutFiling) -> bool:
    """Tell whether this very content is filed."""
    said = {**known.says, "document_ids": known.document_ids, "replaces": known.replaces}
    return all(said[name] == value for name, value in command.columns().items())


async def _problems(
    tx: Tx, supplier_id: UUID, filing_id: UUID, command: PutFiling, today: date
) -> list[dict[str, Any]]:
    """List what is wrong with what is filed; raises NothingToReplace."""
    kinds = {document.document_id: document.kind for document in await documents.of_supplier(tx, supplier_id)}
    problems = paper_problems(command.document_ids, kinds, command.papers())
    if isinstance(command, PutFigure):
        last = await filings.last_count(tx, supplier_id, command.kind.value, command.as_of)
        problems += figure_problems(
            as_of=command.as_of, count=command.count, explanation=command.explanation, last_count=last, today=today
        )
    if isinstance(command, (PutRecognition, PutCertificate)):
        problems += span_problems(command.valid_from, command.valid_to)
    if isinstance(command, PutRecognition) and len(set(command.modes)) < len(command.modes):
        problems.append(field_problem("modes", "names a mode twice", "带动模式重复"))
    if isinstance(command, PutCertificate):
        problems += certificate_problems(command.kind, command.item_codes, command.valid_to)
    if command.replaces is not None:
        problems += await _replaced_problems(tx, supplier_id, filing_id, command, command.replaces)
    return problems


async def _replaced_problems(
    tx: Tx, supplier_id: UUID, filing_id: UUID, command: PutFiling, replaces: UUID
) -> list[dict[str, Any]]:
    other = await filings.find(tx, command.subject, supplier_id, replaces)
    if other is None or other.filing_id == filing_id:
        return [field_problem("replaces", "names no other paper of this supplier", "没有这份可替换的备案")]
    kind = getattr(command, "kind", None)
    if kind is not None and other.says["kind"] != kind.value:
        return [field_problem("replaces", "names one of another kind", "与要替换的备案类型不同")]
    if other.state is not FilingState.CONFIRMED:
        raise NothingToReplace(replaces=replaces, state=other.state.value)
    return []
