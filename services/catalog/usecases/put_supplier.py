"""Anyone who is signed in may apply as a supplier, and mend the application; after admission its identity is fixed."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.members import HelperMayNot, MemberRole
from services.catalog.domain.suppliers import (
    APPLICATIONS_OPEN_MAX,
    SUPPLIER,
    ChangedMeanwhile,
    IdentityFixed,
    RevokedSupplier,
    TooManyApplications,
    changed_identity,
    county_problems,
    registration_problems,
)
from services.catalog.store import copies, members, suppliers
from services.catalog.store.members import Member
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.note_contacts import note_contacts
from services.catalog.usecases.reach import owned_supplier
from services.catalog.usecases.shapes import full_supplier, supplier_changed
from services.catalog.usecases.texts import (
    COMMAND,
    AccountNumber,
    CodeOfSix,
    CreditCode,
    Line,
    Name,
    Phone,
    RegistrationNumber,
)
from shared.contracts.authority import Identity, Owned, Role, acting_as, require
from shared.contracts.words import SupplierKind, SupplierState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields


class BankAccount(BaseModel):
    """Where the supplier is paid by bank transfer (对公账户)."""

    model_config = COMMAND

    bank_name: Line
    account_name: Line
    account_number: AccountNumber


class PutSupplier(BaseModel):
    """What a supplier says of itself."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "茶陵县阳光残疾人帮扶基地",
                    "kind": "disabled_base",
                    "county_code": "430224",
                    "credit_code": "91430224MA4L0B8A0L",
                    "contact_name": "陈小红",
                    "contact_phone": "0731-25230000",
                    "address": "茶陵县云阳街道1号",
                    "bank_account": {
                        "bank_name": "茶陵农商银行",
                        "account_name": "茶陵县阳光残疾人帮扶基地",
                        "account_number": "6230901800000000001",
                    },
                }
            ]
        }
    }

    name: Name
    kind: SupplierKind
    county_code: CodeOfSix
    credit_code: CreditCode | None = Field(
        default=None, description="统一社会信用代码 (GB 32100), required but for a demonstration household"
    )
    registration_number: RegistrationNumber | None = Field(
        default=None, description="what a demonstration household may give instead"
    )
    contact_name: Name
    contact_phone: Phone
    address: Line | None = None
    bank_account: BankAccount | None = None

    def columns(self) -> dict[str, Any]:
        """Give the content as columns of the table."""
        bank = self.bank_account
        return {
            "name": self.name,
            "kind": self.kind.value,
            "county_code": self.county_code,
            "credit_code": self.credit_code,
            "registration_number": self.registration_number,
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
            "address": self.address,
            "bank_name": bank.bank_name if bank else None,
            "bank_account_name": bank.account_name if bank else None,
            "bank_account_number": bank.account_number if bank else None,
        }


async def put_supplier(desk: Desk, identity: Identity, supplier_id: UUID, command: PutSupplier) -> dict[str, Any]:
    """Apply, or change what was said; the same content again changes nothing."""
    async with desk.uow.begin() as tx:
        known = await suppliers.find(tx, supplier_id)
        owned = Owned(account_id=identity.account_id)
        if known is not None:
            owned = await owned_supplier(tx, identity, known)
        require(identity, "put_supplier", owned)
        problems = [
            *registration_problems(command.kind, command.credit_code, command.registration_number),
            *county_problems("county_code", command.county_code),
        ]
        if problems:
            raise InvalidFields(*problems)
        supplier = await (
            _apply(tx, identity, supplier_id, command) if known is None else _change(tx, identity, known, command)
        )
        await note_contacts(tx, supplier)
        return await full_supplier(tx, supplier, identity)


async def _apply(tx: Tx, identity: Identity, supplier_id: UUID, command: PutSupplier) -> Supplier:
    if await suppliers.count_open_applications(tx, identity.account_id) >= APPLICATIONS_OPEN_MAX:
        raise TooManyApplications(applications_max=APPLICATIONS_OPEN_MAX)
    await copies.hold_units(tx)
    supplier = await suppliers.insert(
        tx,
        {
            **command.columns(),
            "supplier_id": supplier_id,
            "version": 1,
            "state": SupplierState.APPLIED.value,
            "applicant_account_id": identity.account_id,
            "unit_path": await copies.reviewing_path(tx, command.county_code),
            "applied_at": tx.now,
            "changed_at": tx.now,
        },
    )
    if supplier is None:
        return await _applied_beside_us(tx, identity, supplier_id, command)
    await members.put(tx, _applicant(tx, identity, supplier_id))
    await log_act(tx, identity, supplier_id, "put_supplier", supplier_id, supplier.version)
    await tx.publish(supplier_changed(supplier))
    return supplier


def _applicant(tx: Tx, identity: Identity, supplier_id: UUID) -> Member:
    """Let who applies be the first owner; the gateway seats them when it hears of the supplier."""
    return Member(
        supplier_id=supplier_id,
        account_id=identity.account_id,
        version=1,
        role=MemberRole.OWNER,
        account_name=identity.name,
        until=None,
        invited_by=None,
        accepted_at=tx.now,
        ended_at=None,
        ended_by=None,
    )


async def _applied_beside_us(tx: Tx, identity: Identity, supplier_id: UUID, command: PutSupplier) -> Supplier:
    """A double click is one application; anyone else's under the same id is refused."""
    first = await suppliers.find(tx, supplier_id)
    assert first is not None
    require(identity, "put_supplier", await owned_supplier(tx, identity, first))
    return await _change(tx, identity, first, command)


async def _change(tx: Tx, identity: Identity, known: Supplier, command: PutSupplier) -> Supplier:
    content = command.columns()
    before = {column: getattr(known, column) for column in content}
    if before == content and known.state is not SupplierState.RETURNED:
        return known
    if known.state is SupplierState.REVOKED:
        raise RevokedSupplier(supplier_id=known.supplier_id)
    bank = [column for column in content if column.startswith("bank_") and content[column] != before[column]]
    if bank and acting_as(identity, known.supplier_id) is Role.HELPER:
        raise HelperMayNot(fields=["bank_account"])
    state: SupplierState = known.state
    if known.state in (SupplierState.ADMITTED, SupplierState.SUSPENDED):
        if fields := changed_identity(before, content):
            raise IdentityFixed(fields=fields)
    else:
        state = SUPPLIER.check(known.state, "amend")
    await copies.hold_units(tx)
    supplier = await suppliers.change(
        tx,
        known,
        {
            **content,
            "state": state.value,
            "unit_path": await copies.reviewing_path(tx, command.county_code),
            "changed_at": tx.now,
        },
    )
    if supplier is None:
        raise ChangedMeanwhile(supplier_id=known.supplier_id)
    await log_act(tx, identity, known.supplier_id, "put_supplier", known.supplier_id, supplier.version)
    await tx.publish(supplier_changed(supplier))
    return supplier
