"""What the gateway itself refuses."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany, Unavailable


class AccountTaken(Conflict):
    """Somebody else uses this account name already.

    zh: 该账号名已被使用。
    """


class SignInRefused(NotSignedIn):
    """Account or password is not right.

    zh: 账号或密码不正确。
    """


class SessionEnded(NotSignedIn):
    """This session has ended; sign in again.

    zh: 登录已失效，请重新登录。
    """


class TooManyFromAddress(TooMany):
    """Too many requests without an account from this address; wait a little, or sign in.

    zh: 此网络未登录提交的次数过多，请稍候再试或登录后提交。
    """


class TooManySignIns(TooMany):
    """Too many attempts to sign in; wait a little.

    zh: 登录尝试次数过多，请稍候再试。
    """


class TooManySignUps(TooMany):
    """Too many new accounts from one address; wait a little.

    zh: 同一网络注册次数过多，请稍候再试。
    """


class NotFromHere(Forbidden):
    """This request did not come from our own pages; open the page again and repeat it.

    zh: 该请求并非来自本站页面，请重新打开页面后再操作。
    """


class NoSuchAccount(NotFound):
    """There is no such account.

    zh: 没有这个账号。
    """


class NoSuchOrganisation(NotFound):
    """There is no such organisation, or it has not been heard of yet.

    zh: 没有这个单位，或尚未同步。
    """


class NoSuchSeat(NotFound):
    """The account holds no such seat.

    zh: 该账号没有这个席位。
    """


class NoSuchNotice(NotFound):
    """There is no such notice; it may have been kept long enough.

    zh: 没有这条通知，可能已超过保留期限。
    """


class NoSuchCalendar(NotFound):
    """There is no such calendar; its link may have been ended.

    zh: 没有这个日历，链接可能已停用。
    """


class CalendarEnded(Conflict):
    """This calendar's id was used before; make a new one.

    zh: 这个日历编号已使用过，请新建日历。
    """


class TooManyCalendars(Conflict):
    """You have made as many calendars as one person may.

    zh: 您创建的日历已达上限。
    """


class NoSuchEndpoint(NotFound):
    """There is no such webhook address.

    zh: 没有这个推送地址。
    """


class EndpointTaken(Conflict):
    """This id is another organisation's; choose a new one.

    zh: 该编号已被其他单位使用，请换一个编号。
    """


class TooManyEndpoints(Conflict):
    """This organisation has named as many webhook addresses as it may.

    zh: 本单位登记的推送地址已达上限。
    """


class NoMailHere(Conflict):
    """This installation sends no mail; notices are read in the inbox.

    zh: 本系统未启用邮件发送，请在站内查看通知。
    """


class NoCodeWaits(Conflict):
    """No code is expected, or its time is over; give the address again.

    zh: 没有待验证的邮箱，或验证码已过期，请重新填写邮箱。
    """


class WrongMailCode(Invalid):
    """The code is not the one that was sent to the address.

    zh: 验证码不正确，请核对邮件中的验证码。
    """


class TooManyMailCodes(TooMany):
    """Too many codes were asked for or tried; wait a little.

    zh: 验证码获取或尝试次数过多，请稍候再试。
    """


class NoSuchAddress(NotFound):
    """There is nothing at this address.

    zh: 该地址不存在。
    """


class TooSlow(Invalid):
    """The request did not arrive in time.

    zh: 请求内容未能及时送达。
    """


class DownloadsFull(Unavailable):
    """As many read tables of open data as may at once; try again in a little while.

    zh: 同时下载开放数据的人数已满，请稍后重试。
    """


class HeaderRepeated(Invalid):
    """A header that may come once came twice.

    zh: 请求头重复。
    """


class NoSuchSubstitute(NotFound):
    """There is no such substitute.

    zh: 没有这个替代商品。
    """
