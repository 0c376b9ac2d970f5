"""Every way in which the order service says no, each with its title in both languages."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, Unavailable


class NoSuchListing(NotFound):
    """There is no such listing.

    zh: 没有这个商品。
    """


class NoSuchCanteen(NotFound):
    """There is no such canteen.

    zh: 没有这个食堂。
    """


class NoSuchSupplier(NotFound):
    """There is no such supplier.

    zh: 没有这个供应方。
    """


class NoSuchFair(NotFound):
    """There is no such event of selling.

    zh: 没有这场活动。
    """


class NoSuchBasket(NotFound):
    """There is no such basket.

    zh: 没有这个采购篮。
    """


class NoSuchRequisition(NotFound):
    """There is no such requisition.

    zh: 没有这张请购单。
    """


class NoSuchStandingOrder(NotFound):
    """There is no such standing order.

    zh: 没有这张常购单。
    """


class StandingOrderTaken(Conflict):
    """This standing order belongs to another canteen.

    zh: 这张常购单属于另一个食堂。
    """


class TooManyStandingOrders(Conflict):
    """This canteen has as many standing orders as it may; stop one at work, or change one at rest.

    zh: 这个食堂的常购单已达上限，请先停用不再需要的常购单，或在已停用的常购单上修改。
    """


class NoSuchOrder(NotFound):
    """There is no such order.

    zh: 没有这张订单。
    """


class NoSuchReturn(NotFound):
    """There is no such return on this order.

    zh: 这张订单没有这笔退货。
    """


class NoSuchPayment(NotFound):
    """There is no such payment on this order.

    zh: 这张订单没有这笔付款。
    """


class NothingReleased(NotFound):
    """No order of these days is settled yet, or all have been read.

    zh: 这段时间内还没有已结清的订单，或已全部读完。
    """


class NoSuchUnit(NotFound):
    """There is no such unit.

    zh: 没有这个单位。
    """


class NoSuchStatement(NotFound):
    """There is no such statement of account.

    zh: 没有这张对账单。
    """


class NoSuchObjection(NotFound):
    """There is no such objection to this statement.

    zh: 这张对账单没有这条异议。
    """


class NoVoucher(NotFound):
    """This payment has no voucher.

    zh: 这笔付款还没有凭证。
    """


class CanteenClosed(Conflict):
    """This canteen does not buy at present.

    zh: 这个食堂目前不采购。
    """


class SupplierNotSelling(Conflict):
    """A supplier in this basket may not sell at present.

    zh: 采购篮中有供应方目前不能销售。
    """


class ListingChanged(Conflict):
    """A listing in this basket has changed or is no longer on sale; look at it again before ordering.

    zh: 采购篮中有商品已变更或下架，请重新确认后再下单。
    """


class StockShort(Conflict):
    """There is not enough left.

    zh: 库存不足。
    """


class OutOfSeason(Conflict):
    """Some goods are not promised for that day; choose a day of their season.

    zh: 有商品在该日期不供应，请选择供应期内的日期。
    """


class StockBelowPromised(Conflict):
    """Stock cannot be set below what is already promised.

    zh: 库存不能低于已承诺的数量。
    """


class SupplierIsRevoked(Conflict):
    """This supplier no longer sells here, and its stock is not counted any more.

    zh: 该供应方资格已撤销，不再盘点库存。
    """


class StockImportUnknown(NotFound):
    """There is no such import of counted stock.

    zh: 没有这次盘点导入。
    """


class BasketUsed(Conflict):
    """This basket has been ordered from; fill a new one.

    zh: 这个采购篮已用于请购，请新建采购篮。
    """


class NothingToRepeat(Conflict):
    """Nothing of what was ordered is on sale now; look for other goods.

    zh: 原订单中的商品目前都不在售，请另选商品。
    """


class BasketTaken(Conflict):
    """This basket belongs to another canteen.

    zh: 这个采购篮属于另一个食堂。
    """


class RequisitionDiffers(Conflict):
    """This requisition already exists with other content.

    zh: 这张请购单已存在，且内容不同。
    """


class AlreadyDecided(Conflict):
    """This requisition has been decided.

    zh: 这张请购单已处理。
    """


class AmountTooLarge(Invalid):
    """The amount is larger than one order can be.

    zh: 金额超过一张订单的上限。
    """


class AcceptanceDiffers(Conflict):
    """This order was accepted already, with other content.

    zh: 这张订单已验收，且内容不同。
    """


class NoSuchWeighing(NotFound):
    """No such weighing of this order waits for your yes.

    zh: 这张订单没有等待您答复的这次过秤。
    """


class NotAskedToCancel(Conflict):
    """Nobody asked that this order be cancelled.

    zh: 没有人申请取消这张订单。
    """


class SameTwice(Conflict):
    """Nobody answers for both sides: who answered for the seller is no second person of the buyer's, nor the reverse.

    zh: 同一人不能既代表供应方答复，又作为采购方的第二验收人。
    """


class ReasonWanted(Invalid):
    """An objection gives its reason.

    zh: 提出异议时请写明原因。
    """


class NoSuchPhoto(NotFound):
    """There is no such photo of the scale on this order.

    zh: 这张订单没有这张过秤照片。
    """


class PhotoDiffers(Conflict):
    """Another photo was put under this id.

    zh: 这个编号下已有另一张照片。
    """


class TooManyPhotos(Conflict):
    """An order has at most 20 photos of the scale.

    zh: 一张订单最多 20 张过秤照片。
    """


class ReturnDiffers(Conflict):
    """This return already exists with other content.

    zh: 这笔退货已存在，且内容不同。
    """


class TooManyReturns(Conflict):
    """Goods of an order are sent back at most 20 times; a complaint can still be made.

    zh: 一张订单最多申请 20 次退货；如仍有异议，可提交投诉。
    """


class ReturnTooLate(Conflict):
    """Goods are sent back within some days of their acceptance; a complaint can still be made.

    zh: 已超过退货期限；如仍有异议，可提交投诉。
    """


class NoSuchCase(NotFound):
    """There is no such case.

    zh: 没有这件投诉。
    """


class CaseDiffers(Conflict):
    """This case was raised already, with other content.

    zh: 该编号的投诉已提交，且内容不同。
    """


class CaseReopenedBefore(Conflict):
    """A case is reopened once; raise a new one for what has happened since.

    zh: 每件投诉只能申请复查一次；如有新情况，请另行提交。
    """


class HandedToItself(Conflict):
    """A case is not handed to the unit that it concerns, nor to the one that has it.

    zh: 不能将投诉移交给被反映的单位或目前的承办单位。
    """


class PartyToCase(Forbidden):
    """Who is concerned by a case does not deal with it.

    zh: 您与该投诉有关，应当回避。
    """


class ReplyNotDue(Conflict):
    """The supplier still has time to answer; it goes to the unit above by itself when that is over.

    zh: 供应方答复期限未到；逾期未答复将自动转上级处理。
    """


class PartyToReturn(Forbidden):
    """Who buys, sells or had a hand in a return does not decide on it.

    zh: 您是该退货的当事方或经手人，不能裁定。
    """


class CreditDiffers(Conflict):
    """This credit already exists with other content.

    zh: 这笔折让已存在，且内容不同。
    """


class MoreThanKept(Conflict):
    """More would go back than the canteen keeps.

    zh: 退货数量超过食堂留存的数量。
    """


class MoreThanOwed(Conflict):
    """The amount is more than what is owed.

    zh: 金额超过应付的数额。
    """


class CreditTooLarge(Conflict):
    """The credit is more than what the line costs.

    zh: 折让金额超过该行的金额。
    """


class NothingToPay(Conflict):
    """A bank transfer or a wallet pays after acceptance, while something is owed.

    zh: 验收后且有应付金额时才能登记对公转账，或用支付宝、微信支付付款。
    """


class PaymentDiffers(Conflict):
    """This payment already exists with other content.

    zh: 这笔付款已存在，且内容不同。
    """


class TermsDiffer(Conflict):
    """These terms, or others from the same day, exist already.

    zh: 该账期已存在，或同一天起已有其他账期。
    """


class ObjectionDiffers(Conflict):
    """This objection already exists with other content.

    zh: 这条异议已存在，且内容不同。
    """


class NotYourObjection(Conflict):
    """The side that raised an objection says when it is settled.

    zh: 异议由提出的一方确认解决。
    """


class PaidTogether(Conflict):
    """This payment is part of one over several orders, and goes with that one.

    zh: 这笔付款属于一笔覆盖多张订单的对账付款，请在对账单上办理。
    """


class PaymentByCard(Conflict):
    """This payment goes by card or wallet; the bank's way does not apply to it.

    zh: 这是银行卡或支付宝、微信付款，不适用转账的步骤。
    """


class CardsNotOffered(Conflict):
    """Cards are not offered here; pay by bank transfer.

    zh: 本平台未开通银行卡支付，请用对公转账。
    """


class WalletNotOffered(Conflict):
    """This wallet is not offered here; pay by bank transfer.

    zh: 本平台未开通这种支付方式，请用对公转账。
    """


class CardTooLate(Conflict):
    """A card is registered before the supplier confirms the order, or, where returned goods come again, packs it.

    zh: 银行卡须在供应方确认订单之前登记；换货补送的订单须在备货之前登记。
    """


class CardAlreadyRegistered(Conflict):
    """This order already has a card.

    zh: 这张订单已登记银行卡。
    """


class CardDeclined(Conflict):
    """The card was declined; the order stays as it was, and the buyer can register another.

    zh: 银行卡预授权被拒绝；订单状态不变，采购方可登记另一张卡。
    """


class CardBusy(Unavailable):
    """The card is being asked by another request; try again in a moment.

    zh: 银行卡正在由另一个请求处理，请稍后重试。
    """


class RefundRefused(Conflict):
    """The card vendor will not pay this back; what it says was charged and refunded differs from our books.

    zh: 支付服务方拒绝这笔退款：其扣款、退款记录与本平台账目不一致，请财务核对。
    """


class CardsUnavailable(Unavailable):
    """The card vendor does not answer right now; nothing is lost, try again in a moment.

    zh: 银行卡服务暂时不可用，数据不会丢失，请稍后重试。
    """


class BadSignature(Invalid):
    """This message was not signed by the card vendor.

    zh: 这条消息不是由银行卡服务方签名的。
    """


class VoucherTooLarge(TooLarge):
    """A voucher is at most 10 MiB.

    zh: 付款凭证不能超过 10 MiB。
    """


class NotAVoucher(Invalid):
    """A voucher is a PDF, a JPEG or a PNG.

    zh: 付款凭证须为 PDF、JPEG 或 PNG 文件。
    """
