"""How a confirmation is refused, each with its title in both languages."""

from shared.errors import Conflict


class CardHoldsLess(Conflict):
    """The card was asked to hold less than this may come to; confirm as before, or decline the order.

    zh: 此前按较少数量确认时，银行卡预授权金额不足以支付本次确认的数量；请按原数量确认，或拒单。
    """
