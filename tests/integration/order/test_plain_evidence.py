"""Photos that prove something of a case or a return are kept without where they were taken, brought twice too."""

from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.order.usecases.case_papers import put_case_paper
from services.order.usecases.desk import Desk
from services.order.usecases.linked_files import CASE_PAPER, RETURN_PAPER, get_order_file
from services.order.usecases.put_case import put_case
from services.order.usecases.return_papers import put_return_paper
from shared.ids import new_id
from shared.papers.evidence import EvidenceFixed
from shared.papers.paper import Paper
from shared.pdf import DocumentBroken
from tests.build.order import Town, untouched
from tests.build.papers import PDF
from tests.integration.order.test_cases import a_case
from tests.integration.order.test_returns_decided import proposed, the_return
from tests.unit.test_plain_photos import DEVICE, PLACE, jpeg, png, seen


async def kept(desk: Desk, kind: str, of: UUID, paper: Paper) -> bytes:
    _, found = await get_order_file(desk, paper.document_id, desk.links.link(kind, of, paper.document_id, new_id()))
    return found.body


class TestEvidence:
    @pytest.mark.parametrize("body", [jpeg(6), png(8)], ids=["jpeg", "png"])
    async def test_of_a_return_and_of_a_case_says_no_place(
        self, desk: Desk, town: Town, body: bytes, tmp_path: Any
    ) -> None:
        walk, return_id = await proposed(town)
        case_id = new_id()
        view, _ = await put_case(desk, None, case_id, a_case(subject="canteen", subject_id=town.canteen_id))
        photo, other = Paper(new_id(), "腐烂的.jpg", body), Paper(new_id(), "腐烂的.jpg", body)
        filed = await put_return_paper(desk, town.buyer, walk.order_id, return_id, photo)
        await put_case_paper(desk, None, case_id, other, view["code"])
        for found in (
            await kept(desk, RETURN_PAPER, return_id, photo),
            await kept(desk, CASE_PAPER, case_id, other),
        ):
            (tmp_path / "found").write_bytes(found)
            with Image.open(tmp_path / "found") as image:
                assert not image.getexif().get_ifd(0x8825)
            assert DEVICE.encode() not in found
            assert seen(found).tobytes() == seen(body).tobytes()
            (told,) = the_return(filed)["papers"]
            assert told["sha256"] == Paper(photo.document_id, "", found).sha256
            assert told["size_bytes"] == len(found)
        async with untouched(desk):
            assert await put_return_paper(desk, town.buyer, walk.order_id, return_id, photo) == filed
            await put_case_paper(desk, None, case_id, other, view["code"])
            bent = Paper(photo.document_id, photo.name, jpeg(3))
            cut = Paper(new_id(), photo.name, body[: len(body) // 3])
            with pytest.raises(EvidenceFixed):
                await put_return_paper(desk, town.buyer, walk.order_id, return_id, bent)
            with pytest.raises(DocumentBroken):
                await put_return_paper(desk, town.buyer, walk.order_id, return_id, cut)
        with Image.open(_file(tmp_path, body)) as planted:
            assert planted.getexif().get_ifd(0x8825)[2] == PLACE

    async def test_that_is_a_pdf_is_kept_byte_for_byte(self, desk: Desk, town: Town) -> None:
        walk, return_id = await proposed(town)
        paper = Paper(new_id(), "签收单.pdf", PDF)
        await put_return_paper(desk, walk.seller, walk.order_id, return_id, paper)
        assert await kept(desk, RETURN_PAPER, return_id, paper) == PDF


def _file(folder: Any, body: bytes) -> Any:
    path = folder / "sent"
    path.write_bytes(body)
    return path
