"""What may be asked of the gateway itself, every text and number bounded."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from shared.contracts.authority import Role
from shared.contracts.words import NoticeKind
from shared.texts import normal_phone

ACCOUNT_LENGTH_MIN, ACCOUNT_LENGTH_MAX = 3, 64
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 10, 128
NAME_LENGTH_MAX = 80
PHONE_LENGTH_MAX, PHONE_DIGITS_MIN, PHONE_DIGITS_MAX = 40, 5, 20
MAIL_ADDRESS_LENGTH_MAX, MAIL_LOCAL_LENGTH_MAX = 254, 64
SAYS_ZH = {
    "phone_form": "应为 5 至 20 位数字的电话号码",
    "account_form": "只能使用字母、数字和 . _ - @ +，并以字母或数字开头",
    "name_form": "只能使用可见字符",
    "mail_form": "应为邮箱地址，例如 li.na@example.org",
    "kind_twice": "同一类通知只能设置一次",
    "moment_form": "应为1970年至2999年之间的时间",
    "password_form": "至少 10 个字符，且不能只是几个字符的重复",
}
"""What the rules of this file say in Chinese, by their name."""
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]"
    r"(?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_ACCOUNT = re.compile(r"[^\W_][\w.@+-]*")


def account_key(text: str) -> str:
    """Fold what a person signs in with, so that width and case make no two accounts."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def password_key(text: str) -> str:
    """Normalise a password, so that the same keys on another system make the same password."""
    return unicodedata.normalize("NFKC", text)


class Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CreateAccount(Command):
    """An account for one person."""

    account: str = Field(min_length=ACCOUNT_LENGTH_MIN, max_length=ACCOUNT_LENGTH_MAX, examples=["li.na"])
    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX, examples=["李娜"])
    password: str = Field(
        min_length=PASSWORD_LENGTH_MIN, max_length=PASSWORD_LENGTH_MAX, examples=["three small blue boats"], repr=False
    )
    language: Literal["zh", "en"] = "zh"

    @field_validator("account")
    @classmethod
    def _fold(cls, value: str) -> str:
        folded = account_key(value)
        if not ACCOUNT_LENGTH_MIN <= len(folded) <= ACCOUNT_LENGTH_MAX or not _ACCOUNT.fullmatch(folded):
            raise PydanticCustomError(
                "account_form", "takes letters, digits and . _ - @ + and begins with a letter or digit"
            )
        return folded

    @field_validator("name")
    @classmethod
    def _trim(cls, value: str) -> str:
        trimmed = " ".join(value.split())
        if not trimmed or not trimmed.isprintable():
            raise PydanticCustomError("name_form", "takes printable characters")
        return trimmed

    @field_validator("password")
    @classmethod
    def _not_trivial(cls, value: str) -> str:
        normal = password_key(value)
        if len(normal) < PASSWORD_LENGTH_MIN or len(set(normal)) < 4:
            raise PydanticCustomError(
                "password_form", "should be 10 characters or longer, and not a few of them repeated"
            )
        return normal


class SignIn(Command):
    """Who says that they are who."""

    account: str = Field(min_length=1, max_length=ACCOUNT_LENGTH_MAX, examples=["li.na"])
    password: str = Field(min_length=1, max_length=PASSWORD_LENGTH_MAX, examples=["three small blue boats"], repr=False)


class GrantSeat(Command):
    """One role in one organisation."""

    account_id: UUID
    role: Role
    organisation_id: UUID


class PutContact(Command):
    """How a person is reached; null takes it away."""

    phone: str | None = Field(max_length=PHONE_LENGTH_MAX, examples=["138 0000 0000"])

    @field_validator("phone")
    @classmethod
    def _digits(cls, value: str | None) -> str | None:
        if value is None:
            return None
        digits = normal_phone(value)
        if not digits.isascii() or not PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX:
            raise PydanticCustomError("phone_form", "takes a telephone of 5 to 20 digits")
        return digits


def _storable(value: datetime) -> datetime:
    if not 1970 <= value.year <= 2999:
        raise PydanticCustomError("moment_form", "should lie between 1970 and 2999")
    return value


class ReadNotices(Command):
    """All that was told up to a moment is read: what comes after it was not seen."""

    up_to: Annotated[AwareDatetime, AfterValidator(_storable)] = Field(strict=True, examples=["2026-03-02T01:00:00Z"])


class NoticeSetting(Command):
    """How one kind of notice reaches a person."""

    kind: NoticeKind
    inbox: bool = Field(strict=True, description="whether it is kept to be read here")
    mail: bool = Field(default=True, strict=True, description="whether it is also written to the confirmed address")


class PutNoticeSettings(Command):
    """How each kind of notice reaches a person; a kind that is not named reaches them in every way."""

    settings: list[NoticeSetting] = Field(max_length=len(NoticeKind))

    @field_validator("settings")
    @classmethod
    def _once(cls, value: list[NoticeSetting]) -> list[NoticeSetting]:
        if len({one.kind for one in value}) < len(value):
            raise PydanticCustomError("kind_twice", "names a kind twice")
        return value


class PutMailAddress(Command):
    """Where one wants to be written to; null takes it away."""

    address: str | None = Field(max_length=MAIL_ADDRESS_LENGTH_MAX, examples=["li.na@example.org"])

    @field_validator("address")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        if value is None:
            return None
        local, _, domain = value.strip().rpartition("@")
        address = f"{local}@{domain.lower()}"
        if len(local) > MAIL_LOCAL_LENGTH_MAX or not _MAIL_ADDRESS.fullmatch(address):
            raise PydanticCustomError("mail_form", "takes a mail address, for example li.na@example.org")
        return address


class ConfirmMailAddress(Command):
    """The code that was sent to the address."""

    code: str = Field(pattern=r"^[0-9]{8}$", examples=["40712953"])


class PutCalendar(Command):
    """Whose deliveries a calendar shows: a canteen's or a supplier's."""

    organisation_id: UUID


class PutWebhookEndpoint(Command):
    """Where an organisation's program is told, and of which kinds of notice."""

    organisation_id: UUID
    url: str = Field(min_length=1, max_length=500, examples=["https://hooks.example.org/zhucai"])
    kinds: list[NoticeKind] = Field(min_length=1, max_length=len(NoticeKind))


class RenewWebhookSecret(Command):
    """The version of the secret that shall be no more."""

    version: int = Field(strict=True, ge=1, lt=2**31 - 1)
