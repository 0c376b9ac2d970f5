"""A route that takes or gives a paper says the same of it everywhere: its kinds, its bound, and what is refused."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request

from shared import documents
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.files.object_store import FilesUnavailable
from shared.http.answers import bytes_of
from shared.papers import evidence
from shared.papers.paper import Paper, PutEvidence

TAKEN: dict[str, Any] = {"requestBody": {"required": True, "content": bytes_of(evidence.TAKEN)}}
GIVEN: dict[int | str, dict[str, Any]] = {200: {"content": bytes_of(evidence.TAKEN)}}
TAKING = (
    NotSignedIn,
    NotAllowed,
    evidence.EvidenceFixed,
    evidence.TooMuchEvidence,
    *documents.REFUSALS,
    FilesUnavailable,
)
GIVING = (NotSignedIn, NotAllowed, evidence.EvidenceUnknown, FilesUnavailable)


async def _paper(request: Request, document_id: UUID, command: Annotated[PutEvidence, Query()]) -> Paper:
    return Paper(document_id, command.name, await request.body(), request.headers.get("content-type", ""))


Brought = Annotated[Paper, Depends(_paper)]
"""The paper in the body of a request, under the id in its path and the name in its query."""
