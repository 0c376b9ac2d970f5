"""A paper of a purchase is a PDF, an OFD, a JPEG or a PNG by its own bytes; what a client calls it decides nothing."""

from services.procurement_quota.domain.archives import ArchiveUnsafe, names_in_archive
from shared.errors import Conflict, Invalid, NotFound, TooLarge

FILE_BYTES_MAX = 10 * 1024**2
DOCUMENTS_MAX = 10
PDF, OFD, JPEG, PNG = "application/pdf", "application/ofd", "image/jpeg", "image/png"
TAKEN = (PDF, OFD, JPEG, PNG)
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


class EvidenceFixed(Conflict):
    """Another paper stands under this id; what was filed does not change.

    zh: 该编号下已有另一份材料，已提交的材料不能更改。
    """


class TooMuchEvidence(Conflict):
    """A purchase has at most 10 papers.

    zh: 每笔采购最多提交10份材料。
    """


class EvidenceUnknown(NotFound):
    """There is no such paper.

    zh: 没有这份材料。
    """


def check_evidence(body: bytes, declared: str) -> str:
    """Give the media type of a file that may be taken.

    Raises FileEmpty, FileTooLarge, FileKindUnknown, or FileNotAsDeclared when the client named another type.
    """
    if not body:
        raise FileEmpty()
    if len(body) > FILE_BYTES_MAX:
        raise FileTooLarge(bytes_max=FILE_BYTES_MAX, bytes=len(body))
    found = _media_type_of(body)
    if found is None:
        raise FileKindUnknown(taken=list(TAKEN))
    named = declared.partition(";")[0].strip().lower()
    if named not in ("", ANY, found):
        raise FileNotAsDeclared(declared=named, found=found)
    return found


def _media_type_of(body: bytes) -> str | None:
    if body.startswith(b"%PDF-"):
        return PDF
    if body.startswith(b"\xff\xd8\xff"):
        return JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if body.startswith(b"PK\x03\x04"):
        try:
            return OFD if "OFD.xml" in names_in_archive(body) else None
        except ArchiveUnsafe:
            return None
    return None
