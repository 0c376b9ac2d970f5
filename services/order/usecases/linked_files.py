"""Who may read a file of an order's is given a link to it for some minutes, which a browser opens without a token."""

from typing import Any
from uuid import UUID

from services.order.store.papers import find_paper
from services.order.store.return_tables import PaperOf
from services.order.usecases.desk import Desk
from shared.files import Found
from shared.files.links import Link, LinkDead, link_view

RETURN_PAPER = "return-paper"
CASE_PAPER = "case-paper"
_KINDS = {RETURN_PAPER: PaperOf.RETURN, CASE_PAPER: PaperOf.CASE}
ROOM = "order-files"


def link_to(desk: Desk, kind: str, of: UUID, document_id: UUID, by: UUID) -> dict[str, Any]:
    """Make a link for whom it was found that they may read the file."""
    return link_view(desk.links.link(kind, of, document_id, by), document_id, room=ROOM)


async def get_order_file(desk: Desk, file_id: UUID, link: Link) -> tuple[str, Found]:
    """Give the file that a link opens, with what it is called. Raises LinkDead, FilesUnavailable."""
    desk.links.check(link, file_id)
    if link.kind not in _KINDS:
        raise LinkDead()
    async with desk.uow.glance() as tx:
        paper = await find_paper(tx, _KINDS[link.kind], link.of, file_id)
    if paper is None:
        raise LinkDead()
    return paper["name"], await desk.files.get(paper["object_key"])
