"""A mail is handed over at most once, a message to a program until it is taken: their states, and an address's.

Decision: a mail is `claimed` while the server is asked whether it takes it, and `sending` from just before its content
goes. Why: a program that dies while a mail is claimed has sent nothing, and the mail may be tried again; one that dies
while it is sending may have sent it. Price: such a mail may never have arrived; its person is told that it is unknown,
and reads the same in the inbox.
"""

from enum import StrEnum

from shared.states import StateMachine


class MailState(StrEnum):
    """Where a mail stands (邮件状态)."""

    WAITING = "waiting"  # 待发送
    CLAIMED = "claimed"  # 正在接洽: asking the server, of which nothing was sent
    SENDING = "sending"  # 正在发送
    SENT = "sent"  # 已交邮件服务器
    UNKNOWN = "unknown"  # 中断，是否送达不明
    REFUSED = "refused"  # 未能发送


MAIL = StateMachine(
    MailState,
    {
        "claim": ({MailState.WAITING}, MailState.CLAIMED),
        "begin": ({MailState.CLAIMED}, MailState.SENDING),
        "put_back": ({MailState.CLAIMED, MailState.SENDING}, MailState.WAITING),
        "deliver": ({MailState.SENDING}, MailState.SENT),
        "lose": ({MailState.SENDING}, MailState.UNKNOWN),
        "give_up": ({MailState.CLAIMED, MailState.SENDING}, MailState.REFUSED),
        "drop": ({MailState.WAITING}, MailState.REFUSED),
    },
    by_itself=("claim", "begin", "put_back", "deliver", "lose", "give_up", "drop"),
)


class HookState(StrEnum):
    """Where a message to an organisation's program stands (推送状态)."""

    WAITING = "waiting"  # 待推送
    CLAIMED = "claimed"  # 推送中
    DELIVERED = "delivered"  # 已送达
    GIVEN_UP = "given_up"  # 已放弃


HOOK = StateMachine(
    HookState,
    {
        "claim": ({HookState.WAITING}, HookState.CLAIMED),
        "put_back": ({HookState.CLAIMED}, HookState.WAITING),
        "deliver": ({HookState.CLAIMED}, HookState.DELIVERED),
        "give_up": ({HookState.WAITING, HookState.CLAIMED}, HookState.GIVEN_UP),
    },
    by_itself=("claim", "put_back", "deliver", "give_up"),
)


class EndpointState(StrEnum):
    """Where an organisation's address for messages stands (推送地址状态)."""

    ACTIVE = "active"  # 启用
    DISABLED = "disabled"  # 已停用: it failed for days, or said that it is gone
    REMOVED = "removed"  # 已移除


ENDPOINT = StateMachine(
    EndpointState,
    {
        "disable": ({EndpointState.ACTIVE}, EndpointState.DISABLED),
        "put": ({EndpointState.ACTIVE, EndpointState.DISABLED}, EndpointState.ACTIVE),
        "remove": ({EndpointState.ACTIVE, EndpointState.DISABLED}, EndpointState.REMOVED),
    },
    by_itself=("disable",),
)
