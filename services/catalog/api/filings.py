"""What suppliers file on paper by HTTP: recognitions, certificates and figures, filed, read and reviewed alike."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.filing_answers import CertificateAnswer, FigureAnswer, Filings, RecognitionAnswer
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.filings import (
    FilingFixed,
    FilingNotFound,
    FilingSubject,
    NothingToReplace,
    TooManyFilings,
)
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.recognition import FigureStands, RecognitionOverlaps
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier, SupplierNotFound
from services.catalog.usecases.filing_commands import PutCertificate, PutFigure, PutRecognition, ReviewFiling
from services.catalog.usecases.get_filing import get_filing
from services.catalog.usecases.list_filings import ListFilings, list_filings
from services.catalog.usecases.put_filing import put_filing
from services.catalog.usecases.review_filing import review_filing
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["recognition"])

_ASKED = (NotSignedIn, NotAllowed, SupplierNotFound)
_PUT = refusals(*_ASKED, HelpEnded, FilingFixed, TooManyFilings, NothingToReplace, RevokedSupplier)
_GET = refusals(*_ASKED, FilingNotFound)
_REVIEWED = (*_ASKED, OwnRequest, FilingNotFound, WrongState, ChangedMeanwhile, RevokedSupplier, KeyReused)
_WHO = "`revision` is the one that was looked at; nobody reviews what they filed themselves."


@router.put(
    "/suppliers/{supplier_id}/recognitions/{recognition_id}",
    operation_id="put_recognition",
    summary="File a recognition, or mend it until it is confirmed",
    responses={200: {"model": RecognitionAnswer}, **_PUT},
)
async def put_recognition(
    request: Request, supplier_id: UUID, recognition_id: UUID, command: PutRecognition, identity: SignedIn
) -> Response:
    return json_answer(await put_filing(desk_of(request), identity, supplier_id, recognition_id, command))


@router.get(
    "/suppliers/{supplier_id}/recognitions/{recognition_id}",
    operation_id="get_recognition",
    summary="A recognition with every decision about it",
    responses={200: {"model": RecognitionAnswer}, **_GET},
)
async def get_recognition(request: Request, supplier_id: UUID, recognition_id: UUID, identity: SignedIn) -> Response:
    subject = FilingSubject.RECOGNITION
    return json_answer(await get_filing(desk_of(request), identity, subject, supplier_id, recognition_id))


@router.post(
    "/suppliers/{supplier_id}/recognitions/{recognition_id}/reviews",
    operation_id="review_recognition",
    summary="Confirm a recognition, return it, or end a confirmed one",
    description=f"{_WHO} What is confirmed tells the supplier anew with the days it is recognised for.",
    responses={
        200: {"model": RecognitionAnswer},
        **refusals(*_REVIEWED, NothingToReplace, RecognitionOverlaps),
    },
)
async def review_recognition(
    request: Request,
    supplier_id: UUID,
    recognition_id: UUID,
    command: ReviewFiling,
    identity: SignedIn,
    once: Once,
) -> Response:
    subject = FilingSubject.RECOGNITION
    return json_answer(
        await review_filing(desk_of(request), identity, subject, supplier_id, recognition_id, command, once=once)
    )


@router.put(
    "/suppliers/{supplier_id}/certificates/{certificate_id}",
    operation_id="put_certificate",
    summary="File a certificate, or mend it until it is confirmed",
    responses={200: {"model": CertificateAnswer}, **_PUT},
)
async def put_certificate(
    request: Request, supplier_id: UUID, certificate_id: UUID, command: PutCertificate, identity: SignedIn
) -> Response:
    return json_answer(await put_filing(desk_of(request), identity, supplier_id, certificate_id, command))


@router.get(
    "/suppliers/{supplier_id}/certificates/{certificate_id}",
    operation_id="get_certificate",
    summary="A certificate with every decision about it",
    responses={200: {"model": CertificateAnswer}, **_GET},
)
async def get_certificate(request: Request, supplier_id: UUID, certificate_id: UUID, identity: SignedIn) -> Response:
    subject = FilingSubject.CERTIFICATE
    return json_answer(await get_filing(desk_of(request), identity, subject, supplier_id, certificate_id))


@router.post(
    "/suppliers/{supplier_id}/certificates/{certificate_id}/reviews",
    operation_id="review_certificate",
    summary="Confirm a certificate, return it, or end a confirmed one",
    description=_WHO,
    responses={200: {"model": CertificateAnswer}, **refusals(*_REVIEWED, NothingToReplace)},
)
async def review_certificate(
    request: Request,
    supplier_id: UUID,
    certificate_id: UUID,
    command: ReviewFiling,
    identity: SignedIn,
    once: Once,
) -> Response:
    subject = FilingSubject.CERTIFICATE
    return json_answer(
        await review_filing(desk_of(request), identity, subject, supplier_id, certificate_id, command, once=once)
    )


@router.put(
    "/suppliers/{supplier_id}/figures/{figure_id}",
    operation_id="put_figure",
    summary="File how many people are employed or households led, or mend it until it is confirmed",
    responses={200: {"model": FigureAnswer}, **_PUT},
)
async def put_figure(
    request: Request, supplier_id: UUID, figure_id: UUID, command: PutFigure, identity: SignedIn
) -> Response:
    return json_answer(await put_filing(desk_of(request), identity, supplier_id, figure_id, command))


@router.get(
    "/suppliers/{supplier_id}/figures/{figure_id}",
    operation_id="get_figure",
    summary="A figure with every decision about it",
    responses={200: {"model": FigureAnswer}, **_GET},
)
async def get_figure(request: Request, supplier_id: UUID, figure_id: UUID, identity: SignedIn) -> Response:
    subject = FilingSubject.FIGURE
    return json_answer(await get_filing(desk_of(request), identity, subject, supplier_id, figure_id))


@router.post(
    "/suppliers/{supplier_id}/figures/{figure_id}/reviews",
    operation_id="review_figure",
    summary="Confirm a figure, return it, or end a confirmed one",
    description=_WHO,
    responses={200: {"model": FigureAnswer}, **refusals(*_REVIEWED, NothingToReplace, FigureStands)},
)
async def review_figure(
    request: Request,
    supplier_id: UUID,
    figure_id: UUID,
    command: ReviewFiling,
    identity: SignedIn,
    once: Once,
) -> Response:
    subject = FilingSubject.FIGURE
    return json_answer(
        await review_filing(desk_of(request), identity, subject, supplier_id, figure_id, command, once=once)
    )


@router.get(
    "/supplier-filings",
    operation_id="list_filings",
    summary="What is filed on paper and within reach, the one that has waited longest first",
    responses={200: {"model": Filings}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListFilings),
)
async def page(request: Request, identity: SignedIn) -> Response:
    return json_answer(await list_filings(desk_of(request), identity, query_of(ListFilings, request)))
