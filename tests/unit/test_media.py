"""Files are what their bytes say, in whatever service they arrive."""

import pytest

from shared.media import (
    FILE_BYTES_MAX,
    JPEG,
    PDF,
    PNG,
    WEBP,
    FileEmpty,
    FileKindUnknown,
    FileNotAsDeclared,
    FileTooLarge,
    check_file,
    check_size,
)
from tests.build.catalog import a_photo


class TestFiles:
    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (b"%PDF-1.7 x", PDF),
            (a_photo(), JPEG),
            (a_photo(form="PNG"), PNG),
            (a_photo(form="WEBP"), WEBP),
        ],
    )
    def test_are_known_by_their_first_bytes(self, body: bytes, found: str) -> None:
        assert check_file(body, f"{found}; x=1", (PDF, JPEG, PNG, WEBP)) == found
        assert check_file(body, "", (found,)) == found
        assert check_file(body, "application/octet-stream", (found,)) == found

    @pytest.mark.parametrize(
        ("body", "declared", "refusal"),
        [
            (b"", PDF, FileEmpty),
            (b"%PDF-" + b"x" * FILE_BYTES_MAX, PDF, FileTooLarge),
            (b"<html>", "text/html", FileKindUnknown),
            (a_photo(form="WEBP"), WEBP, FileKindUnknown),
            (b"%PDF-1.7", "image/png", FileNotAsDeclared),
        ],
    )
    def test_refuses_what_they_are_not(self, body: bytes, declared: str, refusal: type[Exception]) -> None:
        with pytest.raises(refusal):
            check_file(body, declared, (PDF, JPEG, PNG))

    def test_may_be_told_by_more_than_their_first_bytes(self) -> None:
        def tell(body: bytes) -> str:
            return f"text/{body.decode()}"

        assert check_file(b"plain", "", ("text/plain",), tell) == "text/plain"
        with pytest.raises(FileKindUnknown):
            check_file(b"html", "", ("text/plain",), tell)

    def test_are_taken_up_to_the_last_byte(self) -> None:
        check_size(bytes(FILE_BYTES_MAX))
        with pytest.raises(FileTooLarge):
            check_size(bytes(FILE_BYTES_MAX + 1))
