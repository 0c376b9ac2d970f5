"""What suppliers file on paper in tests, made as they file it, and as an officer confirms it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.catalog.domain.filings import FilingOutcome, FilingSubject
from services.catalog.domain.suppliers import DocumentKind
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.filing_commands import (
    PutCertificate,
    PutFigure,
    PutFiling,
    PutRecognition,
    ReviewFiling,
)
from services.catalog.usecases.put_filing import put_filing
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.review_filing import review_filing
from shared.ids import new_id
from tests.build.catalog import COUNTY, Seller, an_officer
from tests.build.papers import PDF


def recognition_body(*documents: UUID, **other: Any) -> dict[str, Any]:
    """Write a municipal recognition of three years."""
    return {
        "level": "municipal",
        "title": "市级残疾人就业帮扶基地",
        "modes": ["absorbs_employment"],
        "issuer": "株洲市残疾人联合会",
        "number": "株残联发〔2024〕12号",
        "valid_from": "2024-06-01",
        "valid_to": "2027-05-31",
        "document_ids": [str(one) for one in documents],
        **other,
    }


def certificate_body(*documents: UUID, **other: Any) -> dict[str, Any]:
    """Write a certificate of green food, for ginger."""
    return {
        "kind": "green",
        "title": "绿色食品证书",
        "issuer": "中国绿色食品发展中心",
        "number": "LB-15-24061200001A",
        "item_codes": ["ginger"],
        "valid_from": "2024-06-01",
        "valid_to": "2027-05-31",
        "document_ids": [str(one) for one in documents],
        **other,
    }


def figure_body(*documents: UUID, **other: Any) -> dict[str, Any]:
    """Write how many are employed, by the record of wages."""
    return {
        "kind": "employed",
        "as_of": "2025-12-31",
        "count": 23,
        "evidence": "wage",
        "document_ids": [str(one) for one in documents],
        **other,
    }


def support_body(**other: Any) -> dict[str, Any]:
    """Write an award of 200,000 yuan."""
    return {
        "kind": "award",
        "amount_fen": 20_000_000,
        "given_on": "2026-01-18",
        "giver": "株洲市残疾人联合会",
        "document": "株残联发〔2026〕7号",
        **other,
    }


_MADE: dict[FilingSubject, tuple[type[PutFiling], Callable[..., dict[str, Any]], DocumentKind]] = {
    FilingSubject.RECOGNITION: (PutRecognition, recognition_body, DocumentKind.RECOGNITION),
    FilingSubject.CERTIFICATE: (PutCertificate, certificate_body, DocumentKind.CERTIFICATE),
    FilingSubject.FIGURE: (PutFigure, figure_body, DocumentKind.WAGE),
}


async def a_paper(desk: Desk, seller: Seller, kind: DocumentKind) -> UUID:
    """Have a supplier file a document of a kind."""
    document_id = new_id()
    filed = PutDocument(kind=kind, name=f"{kind.value}.pdf")
    await put_supplier_document(desk, seller.person, seller.id, document_id, filed, PDF, "application/pdf")
    return document_id


async def a_command(desk: Desk, seller: Seller, subject: FilingSubject, **other: Any) -> PutFiling:
    """Write something to file, with a document of its kind filed for it."""
    model, body, kind = _MADE[subject]
    return model.model_validate(body(await a_paper(desk, seller, kind), **other))


async def filed(desk: Desk, seller: Seller, subject: FilingSubject, **other: Any) -> UUID:
    """Have a supplier file something; gives its id."""
    filing_id = new_id()
    await put_filing(desk, seller.person, seller.id, filing_id, await a_command(desk, seller, subject, **other))
    return filing_id


async def confirmed(desk: Desk, seller: Seller, subject: FilingSubject, **other: Any) -> UUID:
    """Have a supplier file something, and the county's officer confirm it; gives its id."""
    filing_id = await filed(desk, seller, subject, **other)
    await decided(desk, seller, subject, filing_id)
    return filing_id


async def decided(
    desk: Desk,
    seller: Seller,
    subject: FilingSubject,
    filing_id: UUID,
    outcome: str = "confirm",
    revision: int = 1,
    at: str = COUNTY,
) -> dict[str, Any]:
    """Have an officer, of the county unless told, decide about what was filed."""
    command = ReviewFiling(revision=revision, outcome=FilingOutcome(outcome), reason="与原件核对")
    return await review_filing(desk, an_officer(at), subject, seller.id, filing_id, command)
