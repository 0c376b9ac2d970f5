"""A file is what its first bytes say it is; what a client calls it decides nothing."""

from collections.abc import Callable

from shared.errors import Invalid, TooLarge

FILE_BYTES_MAX = 10 * 1024**2
PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
XLSX, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"
ANY = "application/octet-stream"


class FileTooLarge(TooLarge):
    """A file has at most 10 MiB.

    zh: 文件不能超过 10 MiB。
    """


class FileEmpty(Invalid):
    """The file is empty.

    zh: 文件是空的。
    """


class FileKindUnknown(Invalid):
    """Files of this kind are not taken.

    zh: 不支持这种文件。
    """


class FileNotAsDeclared(Invalid):
    """The file is not what its Content-Type says.

    zh: 文件内容与声明的类型不符。
    """


def media_type_of(body: bytes) -> str | None:
    """Tell a file's media type by its first bytes, or None for a kind that we do not know."""
    if body.startswith(b"%PDF-"):
        return PDF
    if body.startswith(b"\xff\xd8\xff"):
        return JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return WEBP
    return None


def check_size(body: bytes) -> None:
    """Refuse a file of more than 10 MiB. Raises FileTooLarge."""
    if len(body) > FILE_BYTES_MAX:
        raise FileTooLarge(bytes_max=FILE_BYTES_MAX, bytes=len(body))


def check_file(
    body: bytes, declared: str, taken: tuple[str, ...], tell: Callable[[bytes], str | None] = media_type_of
) -> str:
    """Give the media type of a file that may be taken; `tell` knows a file's kind by its bytes.

    Raises FileEmpty, FileTooLarge, FileKindUnknown, or FileNotAsDeclared when the client named another type.
    """
    if not body:
        raise FileEmpty()
    check_size(body)
    found = tell(body)
    if found is None or found not in taken:
        raise FileKindUnknown(taken=list(taken))
    named = declared.partition(";")[0].strip().lower()
    if named not in ("", ANY, found):
        raise FileNotAsDeclared(declared=named, found=found)
    return found
