"""A base sees what the 832 platform asks and what of it is there, and hands it over in a package that is removed."""

import asyncio
import io
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import openpyxl
import pytest

from services.catalog.domain.filings import FilingSubject
from services.catalog.domain.origin import PaperPurpose
from services.catalog.domain.packages import (
    PACKAGE_BYTES_MAX,
    PackageNotFound,
    PackageNotReady,
    TooManyPackages,
)
from services.catalog.domain.suppliers import DocumentKind, SupplierNotFound
from services.catalog.usecases.build_packages import build_next, remove_next
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.link_files import get_linked_file
from services.catalog.usecases.packages import (
    get_readiness_package,
    link_readiness_package,
    put_readiness_package,
)
from services.catalog.usecases.put_listing_paper import put_listing_paper
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.see_readiness import see_readiness
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.files.links import Link, LinkDead
from shared.ids import new_id
from shared.papers.paper import Paper
from tests.build.catalog import COUNTY, ELSEWHERE, Seller, a_person, admitted, an_officer, on_sale
from tests.build.filings import a_paper, confirmed, filed
from tests.build.papers import PDF
from tests.build.sold import confirmed as capacity_confirmed
from tests.integration.catalog.conftest import NOW, Kept

RECOGNITION, CERTIFICATE, FIGURE = FilingSubject
MORE = 620
OPEN: dict[str, Any] = {"valid_from": "2025-06-01", "valid_to": None, "item_codes": []}


async def heard_of_the_832(owner: Any, *counties: str) -> None:
    spans = ", ".join(f'["{code}", "2020-01-01", null]' for code in counties)
    query = "INSERT INTO designations (list_code, version, name, counties) VALUES ('national-832', 1, '832', $1)"
    await owner.execute(query, f"[{spans}]")


def statuses(view: dict[str, Any]) -> dict[str, str]:
    return {line["code"]: line["status"] for line in view["requirements"]}


async def linked(desk: Desk, href: str) -> tuple[str, bytes]:
    """Open a link as a browser would."""
    parts = urlsplit(href)
    name, found = await get_linked_file(
        desk, UUID(parts.path.rpartition("/")[2]), Link.model_validate(dict(parse_qsl(parts.query)))
    )
    return name, found.body


class TestSeeReadiness:
    async def test_line_by_line_from_nothing_to_all_of_it(self, desk: Desk, owner: Any) -> None:
        await heard_of_the_832(owner, "430224")
        seller = await admitted(desk)
        before = await see_readiness(desk, seller.person, seller.id)
        assert {code for code, status in statuses(before).items() if status == "ok"} == {
            "listed_county",
            "registered_subject",
            "admitted",
            "bank_account",
        }
        listing = await on_sale(desk, seller, item_code="ginger")
        for kind in ("business_licence", "commitment", "test_report"):
            await confirmed(desk, seller, CERTIFICATE, kind=kind, **OPEN)
        await confirmed(desk, seller, RECOGNITION)
        await capacity_confirmed(desk, seller)
        after = await see_readiness(desk, an_officer(COUNTY), seller.id)
        lacking = [line for line in after["requirements"] if line["status"] not in ("ok", "not_asked")]
        assert [(line["code"], line["listing_ids"]) for line in lacking] == [("price_proof", [str(listing)])]
        assert lacking[0]["listing_count"] == 1
        assert (after["ready"], after["list_code"], after["as_of"]) == (False, "platform-832-2021", "2026-03-02")
        proof = Paper(new_id(), "报价单.pdf", PDF, "application/pdf")
        await put_listing_paper(desk, seller.person, listing, PaperPurpose.ORIGIN, proof)
        assert not (await see_readiness(desk, seller.person, seller.id))["ready"]
        proof = Paper(new_id(), "报价单.pdf", PDF, "application/pdf")
        await put_listing_paper(desk, seller.person, listing, PaperPurpose.PRICE_PROOF, proof)
        assert (await see_readiness(desk, seller.person, seller.id))["ready"]

    async def test_all_that_is_offered_is_looked_at_and_the_first_of_it_named(self, desk: Desk, owner: Any) -> None:
        """Of 621 listings without a proof of their price, the last by name is looked at too."""
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, item_code="ginger")
        more = [new_id() for _ in range(MORE)]
        for table in ("listings", "listing_versions"):
            copied = "jsonb_populate_record(l, jsonb_build_object('listing_id', m.id))).*"
            query = f"INSERT INTO {table} SELECT ({copied} FROM {table} l, unnest($2::uuid[]) AS m (id)"  # noqa: S608
            await owner.execute(f"{query} WHERE l.listing_id = $1", listing, more)
        found = await see_readiness(desk, seller.person, seller.id)
        (proof,) = [line for line in found["requirements"] if line["code"] == "price_proof"]
        assert (proof["status"], proof["listing_count"], len(proof["listing_ids"])) == ("missing", 1 + MORE, 200)

    async def test_nothing_is_listed_before_the_list_was_heard_nor_of_another_county(
        self, desk: Desk, owner: Any
    ) -> None:
        seller = await admitted(desk)
        await filed(desk, seller, CERTIFICATE, kind="business_licence", **OPEN)
        assert statuses(await see_readiness(desk, seller.person, seller.id))["listed_county"] == "missing"
        await heard_of_the_832(owner, "430225")
        view = await see_readiness(desk, seller.person, seller.id)
        assert (statuses(view)["listed_county"], statuses(view)["business_licence"]) == ("missing", "unconfirmed")

    async def test_for_nobody_else(self, desk: Desk) -> None:
        seller = await admitted(desk)
        for stranger in (a_person(), an_officer(ELSEWHERE)):
            with pytest.raises(NotAllowed):
                await see_readiness(desk, stranger, seller.id)
        with pytest.raises(SupplierNotFound):
            await see_readiness(desk, seller.person, new_id())


class TestPackages:
    async def test_hold_the_workbook_and_the_papers_and_nobodys_wages(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller, CERTIFICATE, title="=HYPERLINK(1)")
        await confirmed(desk, seller, FIGURE)
        view = await self._asked(desk, seller)
        assert (view["state"], view["size_bytes"]) == ("building", None)
        assert await build_next(desk)
        async with kept.unchanged():
            assert not await build_next(desk)
        view = await get_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        assert (view["state"], view["expires_at"][:10]) == ("ready", "2026-03-09")
        link = await link_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        name, body = await linked(desk, link["href"])
        assert (name, len(body)) == ("readiness-20260302.zip", view["size_bytes"])
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            papers = ["documents/001-recognition.pdf", "documents/002-certificate.pdf"]
            assert archive.namelist() == ["readiness.xlsx", *papers]
            assert archive.read(papers[0]) == PDF
            book = openpyxl.load_workbook(io.BytesIO(archive.read("readiness.xlsx")))
        assert book.sheetnames == ["概况", "准入条件", "商品", "认定与证书", "材料清单"]
        assert book["认定与证书"]["B2"].value == "'=HYPERLINK(1)"
        assert [row[2].value for row in book["材料清单"].iter_rows(min_row=2)] == ["认定书.pdf", "certificate.pdf"]

    @staticmethod
    async def _asked(desk: Desk, seller: Seller) -> dict[str, Any]:
        return await put_readiness_package(desk, seller.person, seller.id, new_id())

    async def test_the_same_again_is_one_and_five_are_kept(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        answers = await asyncio.gather(*(self._asked(desk, seller) for _ in range(7)), return_exceptions=True)
        assert sum(isinstance(answer, TooManyPackages) for answer in answers) == 2
        first = next(answer for answer in answers if isinstance(answer, dict))
        async with kept.unchanged():
            again = await put_readiness_package(desk, seller.person, seller.id, UUID(first["package_id"]))
        assert again == first

    async def test_are_removed_after_seven_days_and_their_links_die(
        self, desk: Desk, kept: Kept, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        view = await self._asked(desk, seller)
        with pytest.raises(PackageNotReady):
            await link_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        await build_next(desk)
        clock.set(NOW + timedelta(days=7, seconds=-100))
        link = await link_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        await linked(desk, link["href"])
        assert not await remove_next(desk)
        clock.set(NOW + timedelta(days=7, seconds=1))
        with pytest.raises(LinkDead):
            await linked(desk, link["href"])
        before = len(await kept.files.keys(""))
        assert await remove_next(desk)
        assert not await remove_next(desk)
        assert len(await kept.files.keys("")) == before - 1
        gone = await get_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        assert gone["state"] == "removed"

    async def test_too_much_is_told_with_the_largest_and_packs_nothing(
        self, desk: Desk, kept: Kept, owner: Any
    ) -> None:
        seller = await admitted(desk)
        await a_paper(desk, seller, DocumentKind.LICENCE)
        large = f"UPDATE supplier_documents SET size_bytes = {PACKAGE_BYTES_MAX} WHERE name = 'licence.pdf'"  # noqa: S608
        await owner.execute(large)
        view = await self._asked(desk, seller)
        files = await kept.files.keys("")
        assert await build_next(desk)
        told = await get_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
        assert told["state"] == "failed"
        assert "licence.pdf" in told["failure"]
        assert await kept.files.keys("") == files

    async def test_a_file_that_is_lost_keeps_nobody_waiting(self, desk: Desk, kept: Kept) -> None:
        seller, other = await admitted(desk), await admitted(desk)
        await kept.files.remove(next(key for key in await kept.files.keys("") if str(seller.id) in key))
        lost, whole = await self._asked(desk, seller), await self._asked(desk, other)
        assert [await build_next(desk) for _ in range(3)] == [True, True, False]
        query = "SELECT state FROM readiness_packages WHERE package_id = :one"
        assert await kept.value(query, one=UUID(lost["package_id"])) == "failed"
        assert await kept.value(query, one=UUID(whole["package_id"])) == "ready"

    async def test_for_the_owner_and_officers_alone(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        view = await put_readiness_package(desk, an_officer(COUNTY), seller.id, new_id())
        async with kept.unchanged():
            for stranger in (a_person(), an_officer(ELSEWHERE)):
                with pytest.raises(NotAllowed):
                    await put_readiness_package(desk, stranger, seller.id, new_id())
                with pytest.raises(NotAllowed):
                    await link_readiness_package(desk, stranger, seller.id, UUID(view["package_id"]))
            with pytest.raises(PackageNotFound):
                await get_readiness_package(desk, seller.person, seller.id, new_id())

    async def test_a_link_to_a_document_opens_no_package(self, desk: Desk) -> None:
        seller = await admitted(desk)
        view = await self._asked(desk, seller)
        await build_next(desk)
        package_id = UUID(view["package_id"])
        for other in ("supplier-document", "some-other"):
            with pytest.raises(LinkDead):
                await get_linked_file(desk, package_id, desk.links.link(other, seller.id, package_id, new_id()))
        theirs = desk.links.link("readiness-package", new_id(), package_id, new_id())
        with pytest.raises(LinkDead):
            await get_linked_file(desk, package_id, theirs)


async def test_a_name_that_leads_elsewhere_leads_nowhere(desk: Desk) -> None:
    seller = await admitted(desk)
    named = PutDocument(kind=DocumentKind.LICENCE, name="../../etc/passwd")
    await put_supplier_document(desk, seller.person, seller.id, new_id(), named, PDF)
    view = await put_readiness_package(desk, seller.person, seller.id, new_id())
    await build_next(desk)
    link = await link_readiness_package(desk, seller.person, seller.id, UUID(view["package_id"]))
    _, body = await linked(desk, link["href"])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist()[1:] == ["documents/001-recognition.pdf", "documents/002-licence.pdf"]
