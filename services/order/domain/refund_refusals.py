"""Every way in which a step of a refund is refused, each with its title in both languages."""

from shared.errors import NotFound


class NoSuchRefund(NotFound):
    """There is no such refund on this order.

    zh: 这张订单没有这笔退款。
    """
