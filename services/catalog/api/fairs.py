"""Events of selling by HTTP: held by a unit, taken part in by suppliers, read by anyone."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.fair_answers import (
    FairDuties,
    FairEntry,
    FairResults,
    Fairs,
    FairSaleAnswer,
    FullFair,
    Showcase,
)
from services.catalog.api.parse import desk_of, parameters_of, query_of
from services.catalog.domain.fairs import (
    AnotherUnitsFair,
    FairFixed,
    FairNotFound,
    FairSaleFixed,
    FairSaleNotFound,
    NotTakingPart,
    TooManySuppliers,
)
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.usecases.get_fair import get_fair
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.list_fair_duties import ListFairDuties, list_fair_duties
from services.catalog.usecases.list_fairs import ListFairs, list_fairs
from services.catalog.usecases.list_showcase import ListShowcase, list_showcase
from services.catalog.usecases.put_fair import PutFair, put_fair
from services.catalog.usecases.put_fair_sale import PutFairSale, put_fair_sale
from services.catalog.usecases.put_fair_supplier import PutFairSupplier, put_fair_supplier
from services.catalog.usecases.put_showcase import PutShowcase, put_showcase
from services.catalog.usecases.review_fair_sale import ReviewFairSale, review_fair_sale
from services.catalog.usecases.review_fair_supplier import ReviewFairSupplier, review_fair_supplier
from services.catalog.usecases.step_fair import StepFair, step_fair
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import bytes_answer, json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["fairs"])
ASKED = (NotSignedIn, NotAllowed, FairNotFound, FairFixed)
DECIDED = (*ASKED, OwnRequest, WrongState, ChangedMeanwhile, KeyReused)


@router.put(
    "/fairs/{fair_id}",
    operation_id="put_fair",
    summary="Write an event of selling down, or change one that is not open yet",
    responses={200: {"model": FullFair}, **refusals(NotSignedIn, NotAllowed, AnotherUnitsFair, FairFixed)},
)
async def put(request: Request, fair_id: UUID, command: PutFair, identity: SignedIn) -> Response:
    return json_answer(await put_fair(desk_of(request), identity, fair_id, command))


@router.get(
    "/fairs/{fair_id}",
    operation_id="get_fair",
    summary="An event and who takes part; who asked and was refused only for its officers and themselves",
    responses={200: {"model": FullFair}, **refusals(NotSignedIn, FairNotFound)},
)
async def get(request: Request, fair_id: UUID, identity: Asker) -> Response:
    return json_answer(await get_fair(desk_of(request), identity, fair_id))


@router.get(
    "/fairs",
    operation_id="list_fairs",
    summary="Events of selling, the last to begin first; drafts only for the officers of who holds them",
    responses={200: {"model": Fairs}, **refusals(NotSignedIn)},
    openapi_extra=parameters_of(ListFairs),
)
async def page(request: Request, identity: Asker) -> Response:
    return json_answer(await list_fairs(desk_of(request), identity, query_of(ListFairs, request)))


@router.post(
    "/fairs/{fair_id}/steps",
    operation_id="step_fair",
    summary="Announce, open, close, report or cancel an event",
    responses={
        200: {"model": FullFair},
        **refusals(NotSignedIn, NotAllowed, FairNotFound, WrongState, ChangedMeanwhile, KeyReused),
    },
)
async def step(request: Request, fair_id: UUID, command: StepFair, identity: SignedIn, once: Once) -> Response:
    return json_answer(await step_fair(desk_of(request), identity, fair_id, command, once=once))


@router.put(
    "/fairs/{fair_id}/suppliers/{supplier_id}",
    operation_id="put_fair_supplier",
    summary="Ask to take part in an event, or leave it",
    responses={
        200: {"model": FairEntry},
        **refusals(*ASKED, HelpEnded, SupplierNotAdmitted, WrongState, NotTakingPart, TooManySuppliers),
    },
)
async def ask(
    request: Request, fair_id: UUID, supplier_id: UUID, command: PutFairSupplier, identity: SignedIn
) -> Response:
    return json_answer(await put_fair_supplier(desk_of(request), identity, fair_id, supplier_id, command))


@router.post(
    "/fairs/{fair_id}/suppliers/{supplier_id}/reviews",
    operation_id="review_fair_supplier",
    summary="Admit a supplier to an event, or refuse it; never one's own request",
    responses={
        200: {"model": FairEntry},
        **refusals(*DECIDED, NotTakingPart, SupplierNotAdmitted, TooManySuppliers),
    },
)
async def review(
    request: Request,
    fair_id: UUID,
    supplier_id: UUID,
    command: ReviewFairSupplier,
    identity: SignedIn,
    once: Once,
) -> Response:
    done = await review_fair_supplier(desk_of(request), identity, fair_id, supplier_id, command, once=once)
    return json_answer(done)


@router.put(
    "/fairs/{fair_id}/suppliers/{supplier_id}/showcase",
    operation_id="put_showcase",
    summary="Say which goods a supplier shows at an event",
    responses={200: {"model": FairEntry}, **refusals(*ASKED, HelpEnded, NotTakingPart)},
)
async def show(
    request: Request, fair_id: UUID, supplier_id: UUID, command: PutShowcase, identity: SignedIn
) -> Response:
    return json_answer(await put_showcase(desk_of(request), identity, fair_id, supplier_id, command))


@router.get(
    "/fairs/{fair_id}/showcase",
    operation_id="list_showcase",
    summary="What of the goods shown at an event is on sale",
    responses={200: {"model": Showcase}, **refusals(NotSignedIn, FairNotFound)},
    openapi_extra=parameters_of(ListShowcase),
)
async def shown(request: Request, fair_id: UUID, identity: Asker) -> Response:
    return bytes_answer(await list_showcase(desk_of(request), identity, fair_id, query_of(ListShowcase, request)))


@router.put(
    "/fairs/{fair_id}/sales/{sale_id}",
    operation_id="put_fair_sale",
    summary="Enter what walk-in buyers bought of an item on a day",
    responses={200: {"model": FairSaleAnswer}, **refusals(*ASKED, HelpEnded, NotTakingPart, FairSaleFixed)},
)
async def sell(request: Request, fair_id: UUID, sale_id: UUID, command: PutFairSale, identity: SignedIn) -> Response:
    return json_answer(await put_fair_sale(desk_of(request), identity, fair_id, sale_id, command))


@router.post(
    "/fairs/{fair_id}/sales/{sale_id}/reviews",
    operation_id="review_fair_sale",
    summary="Confirm a walk-in sale, or return it; never what one entered oneself",
    responses={200: {"model": FairSaleAnswer}, **refusals(*DECIDED, FairSaleNotFound)},
)
async def review_sale(
    request: Request,
    fair_id: UUID,
    sale_id: UUID,
    command: ReviewFairSale,
    identity: SignedIn,
    once: Once,
) -> Response:
    return json_answer(await review_fair_sale(desk_of(request), identity, fair_id, sale_id, command, once=once))


@router.get(
    "/fairs/{fair_id}/results",
    operation_id="get_fair_results",
    summary="What came of an event: canteens' orders, net, and confirmed walk-in sales",
    responses={200: {"model": FairResults}, **refusals(NotSignedIn, FairNotFound)},
)
async def results(request: Request, fair_id: UUID, identity: Asker) -> Response:
    return json_answer(await get_fair_results(desk_of(request), identity, fair_id))


@router.get(
    "/fair-duties",
    operation_id="list_fair_duties",
    summary="Whether each prefecture held its event of the year",
    responses={200: {"model": FairDuties}},
    openapi_extra=parameters_of(ListFairDuties),
)
async def duties(request: Request) -> Response:
    return json_answer(await list_fair_duties(desk_of(request), query_of(ListFairDuties, request)))
