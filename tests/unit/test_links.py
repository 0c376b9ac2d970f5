"""A link opens the one file that it was signed for, for its minutes, and nothing that was bent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.clock import SettableClock
from shared.files.links import LINK_SECONDS, Link, LinkDead, LinkSigner, link_view
from shared.ids import new_id

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FILE, OWNER, PERSON = new_id(), new_id(), new_id()
KEY = bytes(range(32))


def a_signer(key: bytes = KEY, **later: Any) -> LinkSigner:
    return LinkSigner(key, SettableClock(NOW + timedelta(**later)))


def a_link() -> Link:
    return a_signer().link("supplier-document", OWNER, FILE, PERSON)


class TestALink:
    def test_opens_its_file_until_it_is_over(self) -> None:
        a_signer(seconds=LINK_SECONDS - 1).check(a_link(), FILE)
        with pytest.raises(LinkDead):
            a_signer(seconds=LINK_SECONDS).check(a_link(), FILE)

    @pytest.mark.parametrize(
        "bent",
        [
            {"kind": "listing-paper"},
            {"of": new_id()},
            {"by": new_id()},
            {"expires": int(NOW.timestamp()) + 10 * LINK_SECONDS},
            {"signature": "0" * 64},
        ],
        ids=lambda bent: next(iter(bent)),
    )
    def test_bent_in_any_part_opens_nothing(self, bent: dict[str, Any]) -> None:
        with pytest.raises(LinkDead):
            a_signer().check(a_link().model_copy(update=bent), FILE)

    def test_with_one_bit_turned_opens_nothing(self) -> None:
        link = a_link()
        for place in range(64):
            turned = format(int(link.signature, 16) ^ (1 << place * 4), "064x")
            with pytest.raises(LinkDead):
                a_signer().check(link.model_copy(update={"signature": turned}), FILE)

    def test_opens_no_other_file_and_is_no_other_services(self) -> None:
        for signer, file_id in ((a_signer(), new_id()), (a_signer(bytes(32)), FILE)):
            with pytest.raises(LinkDead):
                signer.check(a_link(), file_id)

    def test_is_written_as_an_address_with_its_end(self) -> None:
        view = link_view(a_link(), FILE)
        assert view["href"].startswith(f"/files/{FILE}?kind=supplier-document&of={OWNER}&by={PERSON}&expires=")
        assert view["expires_at"] == "2026-03-02T01:05:00+00:00"
