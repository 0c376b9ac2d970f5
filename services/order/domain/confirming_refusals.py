"""How a confirmation, and the answer to what it offers, is refused, each with its title in both languages."""

from shared.errors import Conflict, NotFound


class CardHoldsLess(Conflict):
    """The card was asked to hold less than this may come to; confirm as before, or decline the order.

    zh: 此前按较少数量确认时，银行卡预授权金额不足以支付本次确认的数量；请按原数量确认，或拒单。
    """


class SubstituteTooDear(Conflict):
    """This substitute may come to more than was approved for what it replaces; offer less of it, or cheaper goods.

    zh: 替代商品的最高金额超过原商品获批的金额；请减少数量，或改用较便宜的商品。
    """


class SubstituteUnanswered(Conflict):
    """A substitute waits for the canteen's answer; pack once it is answered, or its time is over.

    zh: 替代商品尚待食堂答复；请在答复后或期限届满后备货。
    """


class NoSuchSubstitute(NotFound):
    """There is no such substitute.

    zh: 没有这个替代商品。
    """


class SubstituteOver(Conflict):
    """The time to answer this substitute is over; it counts as refused.

    zh: 替代商品的答复期限已过，视为拒绝。
    """
