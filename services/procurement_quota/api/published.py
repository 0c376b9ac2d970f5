"""What anybody may read without signing in, and verify: the signed checkpoints, and any file published here."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from services.procurement_quota.api.asking import LIMIT_DEFAULT, AtDesk, Cursor, Limit
from services.procurement_quota.api.published_models import CheckpointDocument, CheckpointPage, Verdict
from services.procurement_quota.usecases import read_checkpoints
from services.procurement_quota.usecases import verify_published_file as verifying
from services.procurement_quota.usecases.read_checkpoints import CheckpointUnknown
from shared.files.object_store import FilesUnavailable
from shared.http.answers import JSON, bytes_answer, bytes_of, json_answer
from shared.http.problems import refusals
from shared.media import FileTooLarge

router = APIRouter(tags=["published"])


@router.get(
    "/checkpoints",
    operation_id="list_checkpoints",
    summary="List the signed checkpoints, newest first",
    response_model=CheckpointPage,
    responses=refusals(FilesUnavailable),
)
async def list_checkpoints(desk: AtDesk, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None) -> Response:
    """List every day's checkpoint: once a day the end of every unit's chain is signed and published."""
    return json_answer(await read_checkpoints.list_checkpoints(desk, limit=limit, cursor=cursor))


@router.get(
    "/checkpoints/{checkpoint_id}",
    operation_id="get_checkpoint",
    summary="Read a signed checkpoint",
    response_model=CheckpointDocument,
    responses=refusals(CheckpointUnknown, FilesUnavailable),
)
async def get_checkpoint(
    desk: AtDesk,
    checkpoint_id: Annotated[
        str, Path(max_length=20, description="its day, or day and number", examples=["2026-02-02"])
    ],
) -> Response:
    """Read one byte for byte, as it is kept outside the database; save it, and verify it with `zhucai verify-file`."""
    return bytes_answer(await read_checkpoints.get_checkpoint(desk, checkpoint_id))


@router.post(
    "/verifications",
    operation_id="verify_published_file",
    summary="Verify a published declaration, a checkpoint or an issued report",
    response_model=Verdict,
    responses=refusals(FileTooLarge),
    openapi_extra={"requestBody": {"required": True, "content": bytes_of((JSON,))}},
)
async def verify_published_file(desk: AtDesk, request: Request) -> Response:
    """Tell whether a file is as it was signed, byte for byte, and by this platform; nothing of it is kept."""
    return json_answer(await verifying.verify_published_file(desk, await request.body()))
