"""What follows a purchase made elsewhere: its papers, an origin claimed anew, red-letter invoices."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.procurement_quota.api.asking import AtDesk
from services.procurement_quota.api.purchase_models import PurchaseAnswer
from services.procurement_quota.domain.invoices import InvoiceTwice
from services.procurement_quota.usecases import claim_origin_anew as claiming
from services.procurement_quota.usecases import put_purchase_evidence as filing
from services.procurement_quota.usecases import put_red_letter as reversing
from services.procurement_quota.usecases.purchase_view import PurchaseUnknown
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import file_answer, json_answer
from shared.http.identity import SignedIn
from shared.http.once import Once
from shared.http.problems import refusals
from shared.papers import door as papers

router = APIRouter(tags=["off-platform purchases"])


@router.put(
    "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
    operation_id="put_purchase_evidence",
    summary="File a paper of a purchase: a PDF, OFD, JPEG or PNG of at most 10 MiB",
    response_model=PurchaseAnswer,
    responses={
        201: {"model": PurchaseAnswer, "description": "Filed"},
        **refusals(*papers.TAKING, PurchaseUnknown, filing.PurchaseUndone),
    },
    openapi_extra=papers.TAKEN,
)
async def put_purchase_evidence(
    desk: AtDesk,
    identity: SignedIn,
    purchase_id: UUID,
    paper: papers.Brought,
) -> Response:
    """File an invoice, a receipt or a proof of origin; the same again writes nothing."""
    answer, new = await filing.put_purchase_evidence(desk, identity, purchase_id, paper)
    return json_answer(answer, 201 if new else 200)


@router.get(
    "/off-platform-purchases/{purchase_id}/evidence/{document_id}",
    operation_id="get_purchase_evidence",
    summary="A paper as it was filed",
    response_class=Response,
    responses={**papers.GIVEN, **refusals(*papers.GIVING, PurchaseUnknown)},
)
async def get_purchase_evidence(desk: AtDesk, identity: SignedIn, purchase_id: UUID, document_id: UUID) -> Response:
    """Read one paper, byte for byte."""
    document, found = await filing.get_purchase_evidence(desk, identity, purchase_id, document_id)
    return file_answer(found.body, document.media_type, document.name)


@router.post(
    "/off-platform-purchases/{purchase_id}/claims",
    operation_id="claim_origin_anew",
    summary="Claim an origin again that was not accepted",
    response_model=PurchaseAnswer,
    responses=refusals(
        NotSignedIn,
        NotAllowed,
        PurchaseUnknown,
        claiming.NothingRejected,
        claiming.NothingNew,
        claiming.TooManyClaims,
        KeyReused,
    ),
)
async def claim_origin_anew(
    desk: AtDesk, identity: SignedIn, purchase_id: UUID, command: claiming.ClaimAnew, once: Once
) -> Response:
    """Claim with a paper that is newer than the finding; it waits for verification again."""
    return json_answer(await claiming.claim_origin_anew(desk, identity, purchase_id, command, once=once))


@router.put(
    "/off-platform-purchases/{purchase_id}/red-letters/{red_letter_id}",
    operation_id="put_red_letter",
    summary="Enter a red-letter invoice that takes a purchase back, in part or whole",
    response_model=PurchaseAnswer,
    responses={
        201: {"model": PurchaseAnswer, "description": "Entered"},
        **refusals(
            NotSignedIn,
            NotAllowed,
            PurchaseUnknown,
            InvoiceTwice,
            reversing.RedLetterDiffers,
            reversing.RedLetterExceeded,
            reversing.NothingToReverse,
        ),
    },
)
async def put_red_letter(
    desk: AtDesk, identity: SignedIn, purchase_id: UUID, red_letter_id: UUID, command: reversing.PutRedLetter
) -> Response:
    """Enter it as far as it concerns this purchase; the ledger gets a negative entry that points at the purchase."""
    answer, new = await reversing.put_red_letter(desk, identity, purchase_id, red_letter_id, command)
    return json_answer(answer, 201 if new else 200)
