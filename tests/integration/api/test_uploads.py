"""Every route that takes a file judges it by its content, and none keeps one that is not what it seems."""

from collections.abc import Iterator
from typing import Any

from shared.ids import new_id
from shared.media import CSV, JPEG, PDF, PNG, WEBP, XLSX
from tests.build.bent_files import A_PAGE, a_jpeg_of, a_locked_pdf, a_pdf_with, a_png
from tests.build.catalog import a_photo
from tests.build.door import PROBLEM
from tests.build.everything import Everything
from tests.build.papers import PDF as PAPER
from tests.build.sheets import a_bomb, a_book, with_part
from tests.integration.api.document import Document, operations
from tests.integration.api.street import Street, asker_of

OF_A_FILE = {PDF, JPEG, PNG, WEBP, CSV, XLSX}
MIB = 1024**2
ANYTHING: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ""),
    "a program": (b"MZ\x90\0\x03" + bytes(500), ""),
    "a web page": (b"<!doctype html><script>alert(1)</script>", ""),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', PNG),
    "an archive that is a bomb": (a_bomb(), ""),
}
DOCUMENTS: dict[str, tuple[bytes, str]] = {
    **ANYTHING,
    "a web page that begins like a PDF": (A_PAGE, PDF),
    "a PDF that breaks off": (PAPER[:-60], PDF),
    "a PDF behind a password": (a_locked_pdf(), PDF),
    "a PDF with a script": (a_pdf_with(b"/S /JavaScript /JS (app.alert(1))"), PDF),
    "a PDF that starts a program": (a_pdf_with(b"/S /Launch /F (cmd.exe)"), PDF),
    "a PNG of 200 megapixels": (a_png(20_000, 10_000), PNG),
    "half a JPEG": (a_photo()[:-2], JPEG),
    "a file of 10 MiB and a byte": (PAPER.ljust(10 * MIB + 1, b"\n"), PDF),
}
PHOTOS: dict[str, tuple[bytes, str]] = {
    **ANYTHING,
    "a PDF": (PAPER, ""),
    "a PNG of 200 megapixels": (a_png(20_000, 10_000), PNG),
    "a JPEG of 4,000 megapixels": (a_jpeg_of(65_000, 65_000), JPEG),
    "a PNG called JPEG": (a_photo(form="PNG"), JPEG),
    "the beginning of a JPEG": (a_photo()[:200], JPEG),
}
TABLES: dict[str, tuple[bytes, str]] = {
    **ANYTHING,
    "a PDF": (PAPER, ""),
    "a workbook with macros": (with_part(a_book(), "xl/vbaProject.bin", b"x"), XLSX),
    "half a workbook": (a_book()[:3_000], XLSX),
}
QUERY = {"name": "a.pdf", "kind": "other", "source": "a", "purpose": "origin"}


def hostile(document: Document, street: Street) -> Iterator[tuple[str, str, str, bytes, str]]:
    """List what is sent: the operation, what it is, its address with a new file's id, its bytes and their type."""
    for method, path, operation in operations(document):
        taken = set(operation.get("requestBody", {}).get("content", {})) & OF_A_FILE
        if method != "PUT" or not taken:
            continue
        files = TABLES if CSV in taken else DOCUMENTS if PDF in taken else PHOTOS
        for what, (body, media_type) in files.items():
            ids = street.ids_of_a_file(path) | {
                name: str(new_id()) for name in ("document_id", "photo_id", "import_id")
            }
            address = path.removeprefix("/api/v1").format(**ids)
            yield operation["operationId"], what, address + _query(operation, street), body, media_type


def _query(operation: Document, street: Street) -> str:
    asked = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    if "supplier" in asked:
        return f"?supplier={street.ids['supplier_id']}"
    if "canteen" in asked:
        return f"?canteen={street.ids['canteen_id']}"
    given = {name: value for name, value in QUERY.items() if name in asked}
    return "?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else ""


async def test_a_file_that_is_not_what_it_seems_is_kept_nowhere(
    document: Document, street: Street, everything: Everything
) -> None:
    asked: set[str] = set()
    wrong: list[Any] = []
    async with everything.unchanged():
        for operation, what, address, body, media_type in hostile(document, street):
            person = street.people[asker_of(operation)]
            answer = await person.ask("PUT", address, content=body, media_type=media_type)
            is_told = answer.headers.get("content-type", "").partition(";")[0] == PROBLEM
            if answer.status_code not in (413, 422) or not is_told:
                wrong.append((operation, what, answer.status_code, answer.text[:200]))
            asked.add(operation)
    assert not wrong, wrong
    assert asked >= {
        "put_supplier_document",
        "put_listing_photo",
        "put_listing_paper",
        "put_voucher",
        "put_return_paper",
        "put_account_voucher",
        "put_invoice_file",
        "put_case_paper",
        "put_purchase_evidence",
        "put_canteen_filing_evidence",
        "put_opening_evidence",
        "put_visit_evidence",
        "put_import",
        "put_price_import",
        "put_listing_import",
        "put_stock_import",
    }
