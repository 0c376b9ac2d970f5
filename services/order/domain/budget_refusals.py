"""Every way in which a budget says no, each with its title in both languages."""

from shared.errors import Conflict, NotFound


class NoSuchBudget(NotFound):
    """There is no such budget.

    zh: 没有这笔预算。
    """


class BudgetDiffers(Conflict):
    """This budget is of another canteen, fund or month; what a budget is of never changes.

    zh: 这笔预算属于另一个食堂、资金渠道或月份；预算的归属不能更改。
    """


class BudgetExists(Conflict):
    """This month has a budget already; change that one.

    zh: 这个月已有预算，请直接修改那一笔。
    """


class BudgetChanged(Conflict):
    """This budget was changed since you saw it; look at it again and name the version that you saw.

    zh: 这笔预算在您查看之后已有变更；请重新查看，并注明所见的版本后再改。
    """


class BudgetSpent(Conflict):
    """This goes beyond what is left of the month's budget, which allows no more.

    zh: 超出本月预算余额，该预算为硬性控制，不能下单。
    """
