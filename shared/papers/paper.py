"""A paper that proves something is checked and kept before its record is written, and never changes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.darkroom import Darkroom
from shared.files import ObjectStore
from shared.media import JPEG, PNG
from shared.papers.evidence import DOCUMENTS_MAX, EvidenceFixed, TooMuchEvidence, check_evidence
from shared.texts import LINE


class PutEvidence(BaseModel):
    """What a paper is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=120, pattern=LINE)]


@dataclass(frozen=True)
class Paper:
    """A paper as a client brought it: a PDF, OFD, JPEG or PNG of at most 10 MiB; `declared` is its client's type."""

    document_id: UUID
    name: str
    body: bytes
    declared: str = ""

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def media_type(self) -> str:
        """What it is by its bytes. Raises what `check_evidence` raises."""
        return check_evidence(self.body, self.declared)

    def check(self) -> None:
        """Refuse what may not be taken, once. Raises what `check_evidence` raises."""
        _ = self.media_type

    def key(self, of: str) -> str:
        """Give where its bytes lie, for what it proves, such as `purchases/{id}`."""
        return f"{of}/evidence/{self.document_id}/{self.sha256}"

    def is_among(self, papers: Sequence[Mapping[str, Any]]) -> bool:
        """Tell whether this very paper is filed; raises EvidenceFixed where another stands under its id."""
        for known in papers:
            if str(known["document_id"]) == str(self.document_id):
                if (known["sha256"], known["name"]) != (self.sha256, self.name):
                    raise EvidenceFixed(document_id=str(self.document_id))
                return True
        return False

    def record(self, of: str, by: UUID, at: datetime) -> dict[str, Any]:
        """Write its record, without whose it is. Raises what `check_evidence` raises."""
        return {
            "document_id": self.document_id,
            "name": self.name,
            "media_type": self.media_type,
            "sha256": self.sha256,
            "size_bytes": len(self.body),
            "object_key": self.key(of),
            "put_by": by,
            "put_at": at,
        }


async def plain_paper(darkroom: Darkroom, paper: Paper) -> Paper:
    """Give a paper that may be taken as it is kept: a photo without where, when and with what it was taken.

    The same photo is always kept the same, so brought again it changes nothing. Raises what `check_evidence` raises,
    PhotoUnreadable, DarkroomFull.
    """
    if paper.media_type not in (JPEG, PNG):
        return paper
    return Paper(paper.document_id, paper.name, await darkroom.plain(paper.body), paper.declared)


async def keep_paper(files: ObjectStore, paper: Paper, of: str) -> None:
    """Put its bytes where its record will say that they are. Raises FilesUnavailable."""
    await files.put(paper.key(of), paper.body, paper.media_type)


def check_room(papers: Sequence[Mapping[str, Any]]) -> None:
    """Refuse one paper too many. Raises TooMuchEvidence."""
    if len(papers) >= DOCUMENTS_MAX:
        raise TooMuchEvidence(documents_max=DOCUMENTS_MAX)
