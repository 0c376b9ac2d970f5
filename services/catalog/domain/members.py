"""Whoever acts for a supplier was let in by its owner's code, in one role, and a helper only until a day.

Decision: an owner (负责人) hands out a code that opens one role once, within a week; nobody is seated by name. Why: the
supplier knows the person and not the account, a wrong account would be a stranger with keys, and a code needs no
directory of people that could be searched. Price: a code that is overheard lets the wrong one in, whom the owner then
sees among the members and ends; and whoever guesses is stopped after ten wrong codes in an hour.
"""

import hashlib
import hmac
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.contracts.authority import Role
from shared.errors import Conflict, Forbidden, NotFound, TooMany, field_problem

MEMBERS_MAX = 20
INVITATIONS_OPEN_MAX = 20
INVITATION_DAYS = 7
HELP_DAYS_MAX = 366
WRONG_CODES_AN_HOUR_MAX = 10
CODE_LETTERS = 10
CODE_SENT_MAX = 40

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's, without the letters that are read as others."""
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u3000": None})
_DOMAIN = b"zhucai invitation 1"


class MemberRole(StrEnum):
    """What a person is in a supplier (成员角色)."""

    OWNER = "owner"  # 负责人
    SELLER = "seller"  # 商品员
    PACKER = "packer"  # 发货员
    HELPER = "helper"  # 帮办人


SEAT_OF = {
    MemberRole.OWNER: Role.SUPPLIER,
    MemberRole.SELLER: Role.SELLER,
    MemberRole.PACKER: Role.PACKER,
    MemberRole.HELPER: Role.HELPER,
}
"""As which role of the policy a member is seated."""


class ActedAs(StrEnum):
    """In whose place something was done for a supplier."""

    OWN = "own"  # one of its own people
    HELPER = "helper"  # 代办
    OFFICER = "officer"  # who ended a helper, or entered for a supplier what it cannot


class MemberNotFound(NotFound):
    """There is no such member.

    zh: 没有这位成员。
    """


class LastOwner(Conflict):
    """A supplier keeps at least one owner; let another one in first.

    zh: 供应方至少要有一位负责人，请先邀请另一位负责人。
    """


class TooManyMembers(Conflict):
    """A supplier has at most twenty members.

    zh: 每个供应方最多有二十位成员。
    """


class TooManyInvitations(Conflict):
    """Too many codes of this supplier are still open; withdraw some, or wait: they end by themselves after a week.

    zh: 尚未使用的邀请码过多，请撤回一些，或等其一周后自动失效。
    """


class InvitationFixed(Conflict):
    """This invitation was already made with other content; make another one.

    zh: 该邀请已生成且不可更改，请另外邀请。
    """


class InvitationDead(NotFound):
    """This code opens nothing: it is unknown, used or over.

    zh: 邀请码无效：可能输错、已被使用或已过期。
    """


class TooManyCodes(TooMany):
    """Too many wrong codes; try again in an hour.

    zh: 输错次数过多，请一小时后再试。
    """


class HelperMayNot(Forbidden):
    """A helper cannot change where a supplier is paid, or who answers for it.

    zh: 帮办人不能更改收款账户和负责人。
    """


class HelpEnded(Forbidden):
    """You no longer act for this supplier.

    zh: 您已不再代表该供应方办理业务。
    """


class HelpersOnly(Forbidden):
    """An officer ends a helper; a supplier's own people are ended by its owner.

    zh: 残联工作人员只能终止帮办人，其他成员由负责人终止。
    """


def invitation_problems(role: MemberRole, until: date | None, today: date) -> list[dict[str, Any]]:
    """List what is wrong with an invitation: a helper has an end within a year, nobody else has one."""
    if role is not MemberRole.HELPER:
        if until is not None:
            return [field_problem("until", "is for a helper only", "仅帮办人须填写截止日期")]
        return []
    if until is None:
        return [field_problem("until", "a helper has a last day", "帮办人须填写截止日期")]
    if not today <= until <= today + timedelta(days=HELP_DAYS_MAX):
        return [field_problem("until", "is today or within a year from today", "截止日期须在今天起一年之内")]
    return []


def expires_at(now: datetime, over: datetime | None) -> datetime:
    """Tell until when a code made now opens something: for a week, and a helper's not once their last day is `over`."""
    week = now + timedelta(days=INVITATION_DAYS)
    return week if over is None else min(week, over)


def code_of(key: bytes, invitation_id: UUID) -> str:
    """Make the code of an invitation: the same one for who asks again, and nobody else's to find."""
    digest = hmac.new(key, _DOMAIN + invitation_id.bytes, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8])
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(CODE_LETTERS))


def code_as_read(sent: str) -> str:
    """Read a code as a person typed it, with spaces and hyphens, in small letters, O for 0."""
    return sent.upper().translate(_READ_AS)


def hash_of(code: str) -> bytes:
    """Give what is kept of a code."""
    return hashlib.sha256(_DOMAIN + code.encode()).digest()
