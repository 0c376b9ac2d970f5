"""Every way in which a sale at a fair is not taken, each with its title in both languages."""

from shared.errors import Conflict, Forbidden, NotFound


class NoSuchSale(NotFound):
    """There is no such sale at a fair.

    zh: 没有这笔现场销售。
    """


class SaleDiffers(Conflict):
    """This sale has come to its end, or is of another seller or canteen; a new one has an id of its own.

    zh: 这笔现场销售已有结果，或属于另一供应方或食堂，不能更改；如另有销售或录错食堂，请用新的编号录入。
    """


class SaleFiguresDiffer(Conflict):
    """What you confirm is not what the seller told; deny it with a reason, and the seller tells it anew.

    zh: 您确认的数量或金额与供应方录入的不一致；请写明原因退回，由供应方更正。
    """


class BothSides(Forbidden):
    """Whoever belongs to the seller does not answer for the buyer.

    zh: 供应方的人员不能代表采购方确认或审批。
    """


class TooManySales(Conflict):
    """This supplier has as many sales waiting for answers, or this sale was told as often, as may be.

    zh: 待确认的现场销售过多，或这笔销售更正次数过多。
    """
