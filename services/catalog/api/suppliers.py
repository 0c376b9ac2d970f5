"""Suppliers by HTTP: apply, read, list, decide."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.answers import FullSupplier, PublicSupplier, Suppliers
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.members import HelpEnded, HelperMayNot
from services.catalog.domain.suppliers import (
    AdmittedFromAbove,
    AlreadyAdmitted,
    ChangedMeanwhile,
    DocumentWanted,
    IdentityFixed,
    RecommendedByYou,
    RevokedSupplier,
    SupplierNotFound,
    TooManyApplications,
)
from services.catalog.usecases.get_supplier import get_supplier
from services.catalog.usecases.list_suppliers import ListSuppliers, list_suppliers
from services.catalog.usecases.put_supplier import PutSupplier, put_supplier
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["suppliers"])


@router.put(
    "/suppliers/{supplier_id}",
    operation_id="put_supplier",
    summary="Apply as a supplier, or change what was said",
    responses={
        200: {"model": FullSupplier},
        **refusals(
            NotSignedIn,
            NotAllowed,
            HelperMayNot,
            HelpEnded,
            IdentityFixed,
            RevokedSupplier,
            TooManyApplications,
            ChangedMeanwhile,
            WrongState,
        ),
    },
)
async def put(request: Request, supplier_id: UUID, command: PutSupplier, identity: SignedIn) -> Response:
    return json_answer(await put_supplier(desk_of(request), identity, supplier_id, command))


@router.get(
    "/suppliers/{supplier_id}",
    operation_id="get_supplier",
    summary="A supplier: whole for its own people, officers and auditors; its public part for anyone",
    responses={200: {"model": FullSupplier | PublicSupplier}, **refusals(NotSignedIn, SupplierNotFound)},
)
async def get(request: Request, supplier_id: UUID, identity: Asker) -> Response:
    return json_answer(await get_supplier(desk_of(request), identity, supplier_id))


@router.get(
    "/suppliers",
    operation_id="list_suppliers",
    summary="Admitted suppliers; for those who are signed in also their own, and those their seats reach",
    responses={200: {"model": Suppliers}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListSuppliers),
)
async def page(request: Request, identity: Asker) -> Response:
    return json_answer(await list_suppliers(desk_of(request), identity, query_of(ListSuppliers, request)))


@router.post(
    "/suppliers/{supplier_id}/reviews",
    operation_id="review_supplier",
    summary="Recommend, admit, return, suspend or revoke a supplier",
    description="Admitting, which lifts a suspension too, and revoking are for an officer of a level above the"
    " supplier's own unit (of the same, where that is the topmost), and never for who recommended it.",
    responses={
        200: {"model": FullSupplier},
        **refusals(
            NotSignedIn,
            NotAllowed,
            OwnRequest,
            AdmittedFromAbove,
            RecommendedByYou,
            SupplierNotFound,
            WrongState,
            DocumentWanted,
            AlreadyAdmitted,
            ChangedMeanwhile,
            KeyReused,
        ),
    },
)
async def review(
    request: Request, supplier_id: UUID, command: ReviewSupplier, identity: SignedIn, once: Once
) -> Response:
    return json_answer(await review_supplier(desk_of(request), identity, supplier_id, command, once=once))
