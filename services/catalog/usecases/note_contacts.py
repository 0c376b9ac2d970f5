"""By what a supplier is reached and paid is kept, that of before too, so that whoever shares it is found."""

from uuid import UUID

from services.catalog.domain.contacts import contacts_of
from services.catalog.store import contacts, suppliers
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from shared.db.unit_of_work import Tx

BATCH_SUPPLIERS_MAX = 200


async def note_contacts(tx: Tx, supplier: Supplier) -> None:
    """Note what a supplier gives now, where it is other than what stood."""
    told = contacts_of(
        bank_account_number=supplier.bank_account_number,
        contact_phone=supplier.contact_phone,
        address=supplier.address,
    )
    before = await contacts.standing(tx, supplier.supplier_id)
    over = [kind for kind, value in before.items() if told.get(kind) != value]
    new = {kind: value for kind, value in told.items() if before.get(kind) != value}
    await contacts.replace(tx, supplier.supplier_id, over, new, tx.now)


async def note_of_before(desk: Desk) -> int:
    """Note what suppliers gave before it was kept, batch after batch; gives how many."""
    total, last = 0, None
    while found := await _batch(desk, last):
        total, last = total + len(found), found[-1]
    return total


async def _batch(desk: Desk, after: UUID | None) -> list[UUID]:
    async with desk.uow.begin() as tx:
        found = await contacts.unnoted(tx, after, BATCH_SUPPLIERS_MAX)
        for supplier_id in found:
            supplier = await suppliers.hold(tx, supplier_id)
            assert supplier is not None
            await note_contacts(tx, supplier)
    return found
