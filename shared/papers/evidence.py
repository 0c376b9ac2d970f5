"""A paper that proves something is a PDF, an OFD, a JPEG or a PNG by its own bytes; not by what it is called."""

from shared.archives import ArchiveUnsafe, names_in_archive
from shared.documents import check_document
from shared.errors import Conflict, NotFound
from shared.media import JPEG, PDF, PNG, media_type_of

DOCUMENTS_MAX = 10
OFD = "application/ofd"
TAKEN = (PDF, OFD, JPEG, PNG)


class EvidenceFixed(Conflict):
    """Another paper stands under this id; what was filed does not change.

    zh: 该编号下已有另一份材料，已提交的材料不能更改。
    """


class TooMuchEvidence(Conflict):
    """One thing is proven by at most 10 papers.

    zh: 每项最多提交10份材料。
    """


class EvidenceUnknown(NotFound):
    """There is no such paper.

    zh: 没有这份材料。
    """


def check_evidence(body: bytes, declared: str) -> str:
    """Give the media type of a paper that may be taken.

    Raises what stands in `shared.documents.REFUSALS`.
    """
    return check_document(body, declared, TAKEN, _tell)


def _tell(body: bytes) -> str | None:
    """Tell an OFD, which is an archive, from what is known by its first bytes."""
    if not body.startswith(b"PK\x03\x04"):
        return media_type_of(body)
    try:
        return OFD if "OFD.xml" in names_in_archive(body) else None
    except ArchiveUnsafe:
        return None
