"""What the gateway asks with a buyer's identity while it composes an answer; these routes are never proxied."""

from fastapi import APIRouter
from starlette.responses import Response

from services.procurement_quota.api.asking import AtDesk
from services.procurement_quota.api.preview_models import PreviewAnswer, SubstitutesPreviewAnswer
from services.procurement_quota.domain.counting import CanteenUnknown
from services.procurement_quota.usecases import preview_quota as previewing
from services.procurement_quota.usecases import preview_substitutes as replacing
from shared.contracts.authority import NotAllowed
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import SignedIn
from shared.http.problems import refusals

router = APIRouter(prefix="/internal", tags=["statements"])
_REFUSED = refusals(NotSignedIn, NotAllowed, CanteenUnknown)


@router.post(
    "/quota-previews",
    operation_id="preview_quota_of_basket",
    summary="Tell the share before and after a basket",
    response_model=PreviewAnswer,
    responses=_REFUSED,
)
async def preview_quota(desk: AtDesk, identity: SignedIn, command: previewing.PreviewQuota) -> Response:
    """With and without what is ordered and not yet accepted."""
    return json_answer(await previewing.preview_quota(desk, identity, command))


@router.post(
    "/substitute-previews",
    operation_id="preview_substitutes_of_basket",
    summary="Tell what each candidate would do in a line's place",
    response_model=SubstitutesPreviewAnswer,
    responses=_REFUSED,
)
async def preview_substitutes(desk: AtDesk, identity: SignedIn, command: replacing.PreviewSubstitutes) -> Response:
    """Of the whole line replaced; nothing is recommended."""
    return json_answer(await replacing.preview_substitutes(desk, identity, command))
