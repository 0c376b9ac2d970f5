"""A canteen puts the bank's voucher (付款凭证) of a transfer, as evidence for the supplier and the auditor."""

import hashlib
from typing import Any
from uuid import UUID

from services.order.domain.refusals import NotAVoucher, VoucherTooLarge
from services.order.domain.states import PAYMENT
from services.order.store.order_view import payment_view
from services.order.store.payments import move_payment
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from services.order.usecases.steps import hold_order, look_at_order
from services.order.usecases.transfers import refuse_together, transfer_of
from shared.contracts.authority import Identity
from shared.contracts.grants import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.documents import check_whole
from shared.media import FILE_BYTES_MAX, JPEG, PDF, PNG, media_type_of

TAKEN = (PDF, JPEG, PNG)


async def put_voucher(desk: Desk, identity: Identity, order_id: UUID, payment_id: UUID, body: bytes) -> dict[str, Any]:
    """Store the voucher under its own digest, and tell the supplier; a better one may replace it until the answer."""
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "put_voucher", order_id)
        payment = await transfer_of(tx, order_id, payment_id)
        await refuse_together(tx, payment_id)
        sha256 = hashlib.sha256(body).hexdigest()
        if payment.voucher_sha256 == sha256:
            return await payment_view(tx, payment_id)
    PAYMENT.check(payment.state, "submit")
    media_type = voucher_type(body)
    await desk.files.put(voucher_key(order_id, payment_id, sha256), body, media_type)
    async with desk.uow.begin() as tx:
        order, by = await hold_order(tx, identity, "put_voucher", order_id)
        payment = await transfer_of(tx, order_id, payment_id, lock=True)
        PAYMENT.check(payment.state, "submit")
        await move_payment(
            tx,
            payment,
            "submit",
            voucher_sha256=sha256,
            voucher_media_type=media_type,
            voucher_bytes=len(body),
            voucher_at=tx.now,
        )
        sellers = [Audience(organisation_id=order.supplier_id, roles=(Role.SUPPLIER,))]
        facts = {"order_id": order_id, "amount_fen": payment.amount_fen, "by": by.name}
        await raise_notice(tx, NoticeKind.PAYMENT_SUBMITTED, payment_id, sellers, facts, by=by.account_id)
        return await payment_view(tx, payment_id)


def voucher_key(order_id: UUID, payment_id: UUID, sha256: str) -> str:
    """Name the object: never the same for another file."""
    return f"orders/{order_id}/payments/{payment_id}/{sha256}"


def voucher_type(body: bytes) -> str:
    """Tell what the file is by how it begins. Raises VoucherTooLarge, NotAVoucher, and what `check_whole` raises."""
    if len(body) > FILE_BYTES_MAX:
        raise VoucherTooLarge(bytes_max=FILE_BYTES_MAX, bytes=len(body))
    found = media_type_of(body)
    if found is None or found not in TAKEN:
        raise NotAVoucher(accepted=list(TAKEN))
    check_whole(body, found)
    return found
