"""Two who share a bank account, a telephone or an address are the same by what they wrote, however they wrote it.

It proves nothing: a village may share a telephone. It is where an auditor looks for one hand behind several names.
"""

import unicodedata
from enum import StrEnum

from shared.texts import digits_of, normal_phone


class ContactKind(StrEnum):
    """What may be shared (关联要素)."""

    BANK_ACCOUNT = "bank_account"  # 银行账号
    PHONE = "phone"  # 联系电话
    ADDRESS = "address"  # 地址


class TieKind(StrEnum):
    """What several suppliers may share (关联类型)."""

    BANK_ACCOUNT = "bank_account"  # 银行账号
    PHONE = "phone"  # 联系电话
    ADDRESS = "address"  # 地址
    PERSON = "person"  # 同一人员


def written_alike(written: str) -> str:
    """Write an address, or the number of a certificate, as it is compared: no spaces and marks, small, widths alike."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def contacts_of(*, bank_account_number: str | None, contact_phone: str, address: str | None) -> dict[ContactKind, str]:
    """Give what of a supplier may be shared with another, as it is compared; what is not told is left out."""
    told = {
        ContactKind.BANK_ACCOUNT: digits_of(bank_account_number or ""),
        ContactKind.PHONE: normal_phone(contact_phone),
        ContactKind.ADDRESS: written_alike(address or ""),
    }
    return {kind: value for kind, value in told.items() if value}
