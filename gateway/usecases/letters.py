"""A letter is written whole before anything is sent: one recipient, both its headers and its text on safe lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

from gateway.domain.notice_words import lines_of, page_of, title_of
from shared.clock import SHANGHAI
from shared.contracts.words import NoticeKind


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says, to whom."""

    mail_id: UUID
    to: str
    subject: str
    lines: Sequence[str]

    def written(self, sender: str, at: datetime) -> bytes:
        """Write it as RFC 5322 wants it, in ASCII throughout; the same id makes the same Message-ID."""
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = self.to
        message["Subject"] = " ".join(self.subject.split())
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{self.mail_id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n".join(self.lines) + "\n", cte="base64")
        return bytes(message)


def notice_letter(
    mail_id: UUID,
    to: str,
    language: str,
    kind: NoticeKind,
    subject_id: UUID,
    facts: dict[str, str],
    due_at: datetime | None,
    public_url: str,
) -> Letter:
    """Write a notice as a letter, with the link to where it is dealt with, if there is a page for it."""
    zh = language == "zh"
    title = title_of(kind, language)
    due = [f"{'期限' if zh else 'Due'}{'：' if zh else ': '}{_moment(due_at, zh)}"] if due_at else []
    end = (
        "本邮件由系统自动发出。如不想再收到此类邮件，请在通知设置中关闭。"
        if zh
        else "This mail was sent by itself. To receive none of this kind, switch it off in your notice settings."
    )
    page = page_of(kind, subject_id, facts)
    link = [] if page is None else [f"{public_url}{page}", ""]
    lines = [title, "", *lines_of(kind, facts, language), *due, "", *link, end]
    return Letter(mail_id, to, f"【助采】{title}" if zh else f"[Zhucai] {title}", lines)


def code_letter(mail_id: UUID, to: str, language: str, code: str, minutes: int) -> Letter:
    """Write the code that proves that an address is one's own."""
    if language == "zh":
        lines = [f"验证码：{code}", f"{minutes}分钟内有效。", "", "如非本人操作，请忽略本邮件。"]
        return Letter(mail_id, to, "【助采】邮箱验证码", lines)
    lines = [
        f"Your code: {code}",
        f"It holds for {minutes} minutes.",
        "",
        "If you did not ask for it, there is nothing to do.",
    ]
    return Letter(mail_id, to, "[Zhucai] Code for your address", lines)


def _moment(at: datetime, zh: bool) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}{'（北京时间）' if zh else ' (Beijing)'}"
