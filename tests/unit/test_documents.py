"""A document is taken when it is whole and plain by its own bytes, and a hostile one costs nobody a second."""

import time
from contextlib import suppress

import pytest
from pydantic import ValidationError

from shared.documents import DocumentTooManyPixels, check_document, check_whole
from shared.errors import Refusal
from shared.http.answers import file_answer
from shared.media import JPEG, PDF, PNG
from shared.papers.paper import PutEvidence
from shared.pdf import DocumentBroken, DocumentNotPlain
from tests.build.bent_files import (
    A_PAGE,
    SIGNATURE,
    a_chunk,
    a_jpeg_of,
    a_locked_pdf,
    a_pdf_with,
    a_png,
    an_object_stream,
)
from tests.build.catalog import a_photo
from tests.build.papers import PDF as PAPER
from tests.build.papers import stuffed


def with_a_stream_for_a_table(about: bytes) -> bytes:
    """Write a PDF whose table is a stream, as newer programs do."""
    start = PAPER.rindex(b"xref\n0")
    return PAPER[:start] + b"9 0 obj << /Type /XRef %s >> stream\nendstream\nstartxref\n%d\n%%%%EOF" % (about, start)


WHOLE = {
    "a PDF": (PAPER, PDF),
    "a PDF with something behind it": (PAPER + b"\0" * 1_000, PDF),
    "a PDF whose table is a stream": (with_a_stream_for_a_table(b"/Root 1 0 R"), PDF),
    "a PDF with packed objects": (stuffed(an_object_stream(b"<< /S /GoTo /D (#4A) >>")), PDF),
    "a JPEG": (a_photo(), JPEG),
    "a JPEG with something behind it": (a_photo() + b"PK\x03\x04", JPEG),
    "a PNG": (a_photo(form="PNG"), PNG),
}
REFUSED: dict[str, tuple[bytes, str, type[Refusal]]] = {
    "a web page that begins like a PDF": (A_PAGE, PDF, DocumentBroken),
    "a PDF of a version that is none": (PAPER.replace(b"%PDF-1.4", b"%PDF-9.9"), PDF, DocumentBroken),
    "a PDF that breaks off": (PAPER[: len(PAPER) * 2 // 3], PDF, DocumentBroken),
    "a PDF whose end is far away": (PAPER + bytes(4_096), PDF, DocumentBroken),
    "a PDF whose table is elsewhere": (PAPER.replace(b"startxref\n", b"startxref\n1"), PDF, DocumentBroken),
    "a PDF whose table is nowhere": (PAPER.replace(b"startxref\n", b"startxref\n9999999"), PDF, DocumentBroken),
    "a PDF without a catalog": (PAPER.replace(b"/Root 1 0 R", b""), PDF, DocumentBroken),
    "a PDF behind a password": (a_locked_pdf(), PDF, DocumentNotPlain),
    "one whose table is a stream": (with_a_stream_for_a_table(b"/Root 1 0 R /Encrypt 5 0 R"), PDF, DocumentNotPlain),
    "a PDF with a script": (
        a_pdf_with(b"/S /JavaScript /JS (app.alert(1))"),
        PDF,
        DocumentNotPlain,
    ),
    "a PDF with an escaped script": (a_pdf_with(b"/S /J#61va#53cript"), PDF, DocumentNotPlain),
    "a PDF with a packed script": (stuffed(an_object_stream(b"<< /S /JavaScript >>")), PDF, DocumentNotPlain),
    "a PDF that starts a program": (a_pdf_with(b"/S /Launch /F (cmd.exe)"), PDF, DocumentNotPlain),
    "a PDF that is a bomb": (stuffed(an_object_stream(bytes(40_000_000))), PDF, DocumentNotPlain),
    "a PDF with a stream that is none": (
        stuffed(b"9 0 obj << /Type /ObjStm >> stream\nx\nendstream"),
        PDF,
        DocumentBroken,
    ),
    "half a JPEG": (a_photo()[:-2], JPEG, DocumentBroken),
    "the beginning of a JPEG": (b"\xff\xd8\xff", JPEG, DocumentBroken),
    "a JPEG that shows nothing": (b"\xff\xd8\xff\xd9", JPEG, DocumentBroken),
    "a JPEG of 65,000 by 65,000": (a_jpeg_of(65_000, 65_000), JPEG, DocumentTooManyPixels),
    "half a PNG": (a_photo(form="PNG")[:-8], PNG, DocumentBroken),
    "the beginning of a PNG": (SIGNATURE + bytes(20), PNG, DocumentBroken),
    "a PNG with a bent bit": (a_png(10, 10).replace(b"IDAT", b"IDAt"), PNG, DocumentBroken),
    "a PNG of 200 megapixels": (a_png(20_000, 10_000), PNG, DocumentTooManyPixels),
    "a PNG of no pixels": (a_png(0, 10), PNG, DocumentBroken),
    "a PNG without a picture": (SIGNATURE + a_chunk(b"IHDR", bytes(13)) + a_chunk(b"IEND"), PNG, DocumentBroken),
}
SLOW = {
    "a PDF of names": (stuffed(b"/" * 9_900_000), PDF),
    "a PDF of escapes": (stuffed(b"#41" * 3_300_000), PDF),
    "a PDF of streams": (stuffed(b"/ObjStm stream\nendstream" * 400_000), PDF),
    "a PDF of beginnings": (stuffed(b"/ObjStm" * 1_400_000), PDF),
    "a PNG of chunks": (SIGNATURE + a_chunk(b"IDAT") * 800_000, PNG),
    "a JPEG of markers": (b"\xff\xd8" + b"\xff" * 9_900_000, JPEG),
}


class TestDocuments:
    @pytest.mark.parametrize(("body", "kind"), WHOLE.values(), ids=WHOLE)
    def test_that_are_whole_are_taken(self, body: bytes, kind: str) -> None:
        assert check_document(body, kind, (PDF, JPEG, PNG)) == kind

    @pytest.mark.parametrize(("body", "kind", "refusal"), REFUSED.values(), ids=REFUSED)
    def test_that_only_seem_so_are_refused(self, body: bytes, kind: str, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            check_document(body, kind, (PDF, JPEG, PNG))

    @pytest.mark.parametrize(("body", "kind"), SLOW.values(), ids=SLOW)
    def test_are_judged_in_bounded_time(self, body: bytes, kind: str) -> None:
        began = time.process_time()
        with suppress(Refusal):
            check_whole(body, kind)
        assert time.process_time() - began < 1


class TestNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..\\boot.ini", "_boot.ini"),
            (".htaccess", "htaccess"),
            ("..", "file"),
        ],
    )
    def test_are_no_paths_where_they_are_saved(self, name: str, shown: str) -> None:
        assert file_answer(PAPER, PDF, name).headers["content-disposition"].endswith(f"''{shown}")

    @pytest.mark.parametrize("name", ["a\u202efdp.exe", "a\x00.pdf", "a\r\nset-cookie: b", "", "x" * 121])
    def test_that_hide_something_are_refused(self, name: str) -> None:
        with pytest.raises(ValidationError):
            PutEvidence(name=name)
