"""Every way in which approving says no, each with its title in both languages."""

from shared.errors import Conflict, NotFound


class NotTheirTurn(Conflict):
    """This requisition waits for somebody in another role first.

    zh: 这张请购单目前待其他岗位审批，还没轮到您。
    """


class AnotherPersonNeeded(Conflict):
    """You, or whoever you stand in for, have approved this already; the next yes is another person's.

    zh: 您本人或您代办的审批人已同意过，须由另一个人审批。
    """


class NoSuchPolicy(NotFound):
    """There is no such rule of approval.

    zh: 没有这条审批规则。
    """


class PolicyDiffers(Conflict):
    """This rule of approval already exists with other content.

    zh: 这条审批规则已存在，且内容不同。
    """


class PolicyDecided(Conflict):
    """This rule of approval has been decided.

    zh: 这条审批规则已处理。
    """


class NotTheirSeat(Conflict):
    """Only a role that you hold at this unit can be delegated.

    zh: 只能委托您本人在该单位担任的岗位。
    """


class NoSuchDelegation(NotFound):
    """There is no such delegation.

    zh: 没有这项审批委托。
    """


class DelegationDiffers(Conflict):
    """This delegation already exists with other content.

    zh: 这项审批委托已存在，且内容不同。
    """


class TooManyDelegations(Conflict):
    """You have given as many delegations as there may be; end one first.

    zh: 您的审批委托已达上限，请先结束一项。
    """
