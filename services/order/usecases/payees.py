"""A supplier's owner says to which account the card vendor passes its money on, and all its people are told.

Decision: a new account is paid three days later; going back to the one that is paid, or to none, counts at once. Why:
to change where money goes is the classic fraud, and whoever is told needs time to undo it. Price: an honest change
waits too, and what is authorised meanwhile goes where it went before.

A payment's account is fixed when the vendor is first asked for it: what supplements or renews it goes there as well.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.order.clients.cards import Cards
from services.order.domain.payee_refusals import PayeeDiffers, PayeeNotReady, PayeeTooOften, PayeeUnknown
from services.order.domain.refusals import CardsNotOffered, NoSuchSupplier
from services.order.store.copies import supplier_is_known
from services.order.store.payees import (
    Payee,
    add_payee,
    find_payee,
    newest_payee,
    paid_account,
    put_since,
)
from services.order.usecases.commands import PutPayeeAccount
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.contracts.authority import SUPPLIER_ROLES, Identity, Owned, require
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.db.unit_of_work import ReadTx

WAITS = timedelta(days=3)
A_DAY_MAX = 10


async def put_payee_account(
    desk: Desk, identity: Identity, supplier_id: UUID, payee_id: UUID, command: PutPayeeAccount
) -> dict[str, Any]:
    """Put an account, or none; the same again answers the same.

    Raises NoSuchSupplier, PayeeUnknown, PayeeNotReady, PayeeDiffers, PayeeTooOften, CardsNotOffered, CardsUnavailable.
    """
    async with desk.uow.glance() as tx:
        before = await _checked(tx, identity, supplier_id, payee_id, command)
    if before is None and command.stripe_account is not None:
        await check_payable(desk.cards, command.stripe_account)
    async with desk.uow.begin() as tx:
        before = await _checked(tx, identity, supplier_id, payee_id, command)
        if before is None:
            if await put_since(tx, supplier_id, tx.now - timedelta(days=1)) >= A_DAY_MAX:
                raise PayeeTooOften(a_day_max=A_DAY_MAX)
            as_before = command.stripe_account in (None, await paid_account(tx, supplier_id, tx.now))
            effective_at = tx.now if as_before else tx.now + WAITS
            values = {
                "payee_id": payee_id,
                "supplier_id": supplier_id,
                "stripe_account": command.stripe_account,
                "put_by": identity.account_id,
                "put_by_name": identity.name,
                "put_at": tx.now,
                "effective_at": effective_at,
            }
            if not await add_payee(tx, values):
                raise PayeeDiffers(payee_id=str(payee_id))
            people = [Audience(organisation_id=supplier_id, roles=SUPPLIER_ROLES)]
            facts = {"by": identity.name, "number": command.stripe_account or "—"}
            await raise_notice(tx, NoticeKind.PAYEE_CHANGED, supplier_id, people, facts, effective_at)
        return await _view(tx, supplier_id, tx.now)


async def get_payee_account(desk: Desk, identity: Identity, supplier_id: UUID) -> dict[str, Any]:
    """Read which account is paid, and which is to be. Raises NoSuchSupplier."""
    async with desk.uow.glance() as tx:
        if not await supplier_is_known(tx, supplier_id):
            raise NoSuchSupplier(supplier_id=str(supplier_id))
        require(identity, "get_payee_account", Owned(supplier_id=supplier_id))
        return await _view(tx, supplier_id, desk.clock.now())


async def _checked(
    tx: ReadTx, identity: Identity, supplier_id: UUID, payee_id: UUID, command: PutPayeeAccount
) -> Payee | None:
    """Give what was put by this id before, of this supplier and with this content."""
    if not await supplier_is_known(tx, supplier_id):
        raise NoSuchSupplier(supplier_id=str(supplier_id))
    require(identity, "put_payee_account", Owned(supplier_id=supplier_id))
    before = await find_payee(tx, payee_id)
    if before is not None and (before.supplier_id, before.stripe_account) != (supplier_id, command.stripe_account):
        raise PayeeDiffers(payee_id=str(payee_id))
    return before


async def check_payable(cards: Cards | None, stripe_account: str) -> None:
    """Ask the vendor whether an account can be paid now. Raises CardsNotOffered, PayeeUnknown, PayeeNotReady."""
    if cards is None:
        raise CardsNotOffered()
    enabled = await cards.can_be_paid(stripe_account)
    if enabled is None:
        raise PayeeUnknown(stripe_account=stripe_account)
    if not enabled:
        raise PayeeNotReady(stripe_account=stripe_account)


async def _view(tx: ReadTx, supplier_id: UUID, now: datetime) -> dict[str, Any]:
    newest = await newest_payee(tx, supplier_id)
    waits = None
    if newest is not None and newest.effective_at > now:
        waits = {
            "stripe_account": newest.stripe_account,
            "put_by_name": newest.put_by_name,
            "put_at": newest.put_at,
            "effective_at": newest.effective_at,
        }
    return {
        "supplier_id": str(supplier_id),
        "stripe_account": await paid_account(tx, supplier_id, now),
        "waits": waits,
    }
