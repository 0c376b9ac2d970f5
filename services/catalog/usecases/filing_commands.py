"""What a supplier files on paper, as it writes it: a recognition, a certificate, or a figure."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.certificates import ITEMS_MAX, PAPERS_OF_CERTIFICATE, CertificateKind
from services.catalog.domain.filings import PAPERS_MAX, FilingOutcome, FilingSubject
from services.catalog.domain.recognition import (
    COUNT_MAX,
    PAPERS_OF_EVIDENCE,
    PAPERS_OF_RECOGNITION,
    FigureEvidence,
    FigureKind,
    Mode,
    RecognitionLevel,
)
from services.catalog.domain.suppliers import DocumentKind
from services.catalog.usecases.texts import COMMAND, Name, Reason
from shared.texts import LINE

Number = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=LINE, strip_whitespace=True)]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_PAPER = "019a0000-0000-7000-8000-0000000000d1"


class PutFiling(BaseModel):
    """What all of them say: which documents show it, and which confirmed one it replaces."""

    model_config = COMMAND
    subject: ClassVar[FilingSubject]

    document_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=PAPERS_MAX)] = Field(
        description="documents that this supplier has filed"
    )
    replaces: UUID | None = Field(default=None, description="a confirmed one that this is to replace")

    def columns(self) -> dict[str, Any]:
        """Give the content as columns of its table."""
        said = self.model_dump(mode="python")
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}

    def papers(self) -> Collection[DocumentKind]:
        """Say of which kind at least one of its documents is."""
        raise NotImplementedError


class PutRecognition(PutFiling):
    """A recognition, from its first day to its last; without a last day it has no end."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "level": "municipal",
                    "title": "市级残疾人就业帮扶基地",
                    "modes": ["absorbs_employment", "home_employment"],
                    "issuer": "株洲市残疾人联合会",
                    "number": "株残联发〔2024〕12号",
                    "valid_from": "2024-06-01",
                    "valid_to": "2027-05-31",
                    "document_ids": [_PAPER],
                }
            ]
        }
    }
    subject: ClassVar[FilingSubject] = FilingSubject.RECOGNITION

    level: RecognitionLevel
    title: Name
    modes: Annotated[tuple[Mode, ...], Field(max_length=len(Mode))] = ()
    issuer: Name
    number: Number | None = None
    valid_from: date
    valid_to: date | None = Field(default=None, description="the last day")

    def papers(self) -> Collection[DocumentKind]:
        return PAPERS_OF_RECOGNITION


class PutCertificate(PutFiling):
    """A certificate of the supplier, or of the items of goods that it names."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "green",
                    "title": "绿色食品证书",
                    "issuer": "中国绿色食品发展中心",
                    "number": "LB-15-24061200001A",
                    "item_codes": ["ginger"],
                    "valid_from": "2024-06-01",
                    "valid_to": "2027-05-31",
                    "document_ids": [_PAPER],
                }
            ]
        }
    }
    subject: ClassVar[FilingSubject] = FilingSubject.CERTIFICATE

    kind: CertificateKind
    title: Name
    issuer: Name
    number: Number | None = None
    item_codes: Annotated[tuple[ItemCode, ...], Field(max_length=ITEMS_MAX)] = Field(
        default=(), description="of which goods; none for what is of the supplier itself"
    )
    valid_from: date
    valid_to: date | None = Field(default=None, description="the last day; some kinds may have none")

    def papers(self) -> Collection[DocumentKind]:
        return PAPERS_OF_CERTIFICATE


class PutFigure(PutFiling):
    """How many disabled people are employed, or how many households led, as of a day; no names of anybody."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "employed",
                    "as_of": "2026-06-30",
                    "count": 23,
                    "evidence": "wage",
                    "explanation": "",
                    "document_ids": [_PAPER],
                }
            ]
        }
    }
    subject: ClassVar[FilingSubject] = FilingSubject.FIGURE

    kind: FigureKind
    as_of: date
    count: int = Field(ge=0, le=COUNT_MAX)
    evidence: FigureEvidence = Field(description="what proves it; one of its documents is of this kind")
    explanation: Reason = Field(default="", description="required for more than ten times the figure of before")

    def papers(self) -> Collection[DocumentKind]:
        return (PAPERS_OF_EVIDENCE[self.evidence],)


class ReviewFiling(BaseModel):
    """A decision about a filed paper; `revision` is the one that was looked at."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {"revision": 1, "outcome": "confirm", "reason": "与原件核对一致"},
                {"revision": 1, "outcome": "return", "reason": "认定书缺页"},
            ]
        }
    }

    revision: int = Field(ge=1, le=1_000_000)
    outcome: FilingOutcome
    reason: Reason = Field(default="", description="required but to confirm")
