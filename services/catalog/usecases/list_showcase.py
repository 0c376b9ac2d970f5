"""Anyone sees what of the goods shown at an event is on sale."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.store import fairs
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import seen
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_id, encode_cursor


class ListShowcase(BaseModel):
    """Which page."""

    model_config = COMMAND

    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def list_showcase(desk: Desk, identity: Identity | None, fair_id: UUID, query: ListShowcase) -> bytes:
    """Give a page of lines as JSON, as the search shows them. Raises FairNotFound."""
    after = decode_id(query.cursor)
    async with desk.uow.read() as tx:
        await seen(tx, identity, fair_id)
        found = await fairs.showcase(tx, fair_id, after, query.limit + 1)
    lines = ",".join(line for _, line in found[: query.limit])
    following = "null"
    if len(found) > query.limit:
        following = f'"{encode_cursor([str(found[query.limit - 1][0])])}"'
    return f'{{"items":[{lines}],"next":{following}}}'.encode()
