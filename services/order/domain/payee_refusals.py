"""Every way in which an account that is to be paid is refused, each with its title in both languages."""

from shared.errors import Conflict, Invalid


class PayeeUnknown(Invalid):
    """The card vendor does not know this account as one of this platform's, or passes no money on here.

    zh: 支付机构查不到这个收款账户，或本平台未开通分账；请核对账户号，或继续使用对公转账。
    """


class PayeeNotReady(Invalid):
    """This account cannot be paid yet: the card vendor is still to enable its charges.

    zh: 该收款账户尚未开通收款，请先在支付机构完成认证。
    """


class PayeeDiffers(Conflict):
    """An account was put by this id with other content.

    zh: 该编号的收款账户已登记，且内容不同。
    """


class PayeeTooOften(Conflict):
    """The account that is paid was changed too often today.

    zh: 今日变更收款账户次数过多，请明日再试。
    """
