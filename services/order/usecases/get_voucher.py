"""The voucher of a transfer is read by who pays, who is paid, and who is above."""

from uuid import UUID

from services.order.domain.refusals import NoVoucher
from services.order.usecases.desk import Desk
from services.order.usecases.put_voucher import voucher_key
from services.order.usecases.steps import look_at_order
from services.order.usecases.transfers import transfer_of
from shared.contracts.authority import Identity
from shared.files import Found


async def get_voucher(desk: Desk, identity: Identity, order_id: UUID, payment_id: UUID) -> Found:
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "get_voucher", order_id)
        payment = await transfer_of(tx, order_id, payment_id)
    if payment.voucher_sha256 is None or payment.voucher_media_type is None:
        raise NoVoucher(payment_id=str(payment_id))
    found = await desk.files.get(voucher_key(order_id, payment_id, payment.voucher_sha256))
    return Found(found.body, payment.voucher_media_type)
