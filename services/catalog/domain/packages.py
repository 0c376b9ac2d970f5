"""A package holds what a base has to show and no more: never what names the people it employs."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from services.catalog.domain.suppliers import DocumentKind
from shared.errors import Conflict, NotFound
from shared.media import JPEG, PDF, PNG

PACKAGE_BYTES_MAX = 64 * 1024**2
PACKAGES_KEPT_MAX = 5
KEPT_FOR = timedelta(days=7)
PACKED = frozenset({DocumentKind.RECOGNITION, DocumentKind.LICENCE, DocumentKind.CERTIFICATE})
"""Agreements, wages and settlements name people, and stay here."""
_ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}


class PackageState(StrEnum):
    """How far a package is (材料包状态)."""

    BUILDING = "building"  # 生成中
    READY = "ready"  # 可下载
    FAILED = "failed"  # 未能生成
    REMOVED = "removed"  # 已删除


class PackageNotFound(NotFound):
    """There is no such package.

    zh: 没有这个材料包。
    """


class PackageNotReady(Conflict):
    """This package is not ready, or was removed; look at its state.

    zh: 材料包尚未生成或已删除，请查看其状态。
    """


class TooManyPackages(Conflict):
    """Five packages of this supplier are kept already; each is removed after seven days.

    zh: 该供应方已保留五个材料包，每个保留七天。
    """


def entry_name(number: int, kind: str, media_type: str) -> str:
    """Name a document inside the package: by us, never by whoever filed it."""
    return f"documents/{number:03}-{kind}.{_ENDINGS.get(media_type, 'bin')}"


def too_large(sizes: Iterable[tuple[str, int]]) -> str | None:
    """Say in both languages that documents are more than a package holds, naming the largest; None if they fit."""
    listed = sorted(sizes, key=lambda one: -one[1])
    total = sum(size for _, size in listed)
    if total <= PACKAGE_BYTES_MAX:
        return None
    named = "、".join(name for name, _ in listed[:3])
    return (
        f"材料共 {total} 字节，超过上限 {PACKAGE_BYTES_MAX} 字节，最大的是：{named}。"
        f" The documents are {total} bytes, more than {PACKAGE_BYTES_MAX}; the largest: {named}."
    )
