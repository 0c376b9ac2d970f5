"""A file is put under a key that is never reused, so that what a record points at cannot change."""

from dataclasses import dataclass
from typing import Protocol

from shared.errors import NotFound, Unavailable


class NoSuchFile(NotFound):
    """There is no such file.

    zh: 没有这个文件。
    """


class FilesUnavailable(Unavailable):
    """Files cannot be stored or read right now; try again in a moment.

    zh: 文件存储暂时不可用，请稍后重试。
    """


@dataclass(frozen=True, slots=True)
class Found:
    """A file's bytes and media type."""

    body: bytes
    media_type: str


class ObjectStore(Protocol):
    async def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store the bytes under a key. Raises FilesUnavailable."""
        ...

    async def get(self, key: str) -> Found:
        """Read a file whole. Raises NoSuchFile, FilesUnavailable."""
        ...

    async def keys(self, prefix: str) -> list[str]:
        """List the keys below a prefix, sorted. Raises FilesUnavailable."""
        ...

    async def remove(self, key: str) -> None:
        """Remove a file that no record points at; one that is not there is removed. Raises FilesUnavailable."""
        ...

    async def ready(self) -> bool:
        """Tell whether files can be stored."""
        ...
