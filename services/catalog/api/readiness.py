"""Readiness for the government's platform by HTTP: what is asked and what is there, and a package of it."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import Answer, LinkAnswer
from services.catalog.api.parse import desk_of
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.packages import PackageNotFound, PackageNotReady, PackageState, TooManyPackages
from services.catalog.domain.readiness import Status
from services.catalog.domain.suppliers import RevokedSupplier, SupplierNotFound
from services.catalog.usecases.packages import (
    get_readiness_package,
    link_readiness_package,
    put_readiness_package,
)
from services.catalog.usecases.see_readiness import see_readiness
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["readiness"])
_ASKED = (NotSignedIn, NotAllowed, SupplierNotFound)
_PACKAGE = "/suppliers/{supplier_id}/readiness-packages/{package_id}"


class BothLanguages(Answer):
    zh: str
    en: str


class RequirementAnswer(Answer):
    """One line: how it stands, by which papers, and how many listings still lack it, of which the first 200 by name."""

    code: str
    title: BothLanguages
    needed: bool
    status: Status
    paper_ids: list[UUID]
    listing_count: int
    listing_ids: list[UUID]


class ReadinessAnswer(Answer):
    """A dated list, our reading of its sources, and how every line of it stands today."""

    supplier_id: UUID
    as_of: date
    list_code: str
    list_valid_from: date
    sources: list[str]
    ready: bool
    requirements: list[RequirementAnswer]


class PackageAnswer(Answer):
    supplier_id: UUID
    package_id: UUID
    state: PackageState
    asked_at: datetime
    built_at: datetime | None
    expires_at: datetime | None
    size_bytes: int | None
    sha256: str | None
    failure: str


@router.get(
    "/suppliers/{supplier_id}/readiness",
    operation_id="see_readiness",
    summary="What the government's 832 platform asks of a base, and what of it is there",
    responses={200: {"model": ReadinessAnswer}, **refusals(*_ASKED)},
)
async def see(request: Request, supplier_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await see_readiness(desk_of(request), identity, supplier_id))


@router.put(
    _PACKAGE,
    operation_id="put_readiness_package",
    summary="Ask for a package of what a base has to show: a workbook and its documents, kept for seven days",
    description="It is built in the background; the same id again tells how far it is. Documents that name the people"
    " whom a base employs or leads are never in it.",
    responses={200: {"model": PackageAnswer}, **refusals(*_ASKED, HelpEnded, RevokedSupplier, TooManyPackages)},
)
async def put(request: Request, supplier_id: UUID, package_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await put_readiness_package(desk_of(request), identity, supplier_id, package_id))


@router.get(
    _PACKAGE,
    operation_id="get_readiness_package",
    summary="How far a package is",
    responses={200: {"model": PackageAnswer}, **refusals(*_ASKED, PackageNotFound)},
)
async def get(request: Request, supplier_id: UUID, package_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await get_readiness_package(desk_of(request), identity, supplier_id, package_id))


@router.post(
    f"{_PACKAGE}/links",
    operation_id="link_readiness_package",
    summary="A link to a package that a browser opens, for five minutes",
    responses={200: {"model": LinkAnswer}, **refusals(*_ASKED, PackageNotFound, PackageNotReady)},
)
async def link(request: Request, supplier_id: UUID, package_id: UUID, identity: SignedIn) -> Response:
    return json_answer(await link_readiness_package(desk_of(request), identity, supplier_id, package_id))
