"""Pages of cases are bounded by address as the JSON door is, and name a code in a header and in no address."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.usecases.strangers import PER_ADDRESS_MAX, Strangers
from shared.clock import SystemClock
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway

CASE = str(new_id())
CODE = "ABCDEFGH234567XY"
FOUND: dict[str, Any] = {
    "case_id": CASE,
    "kind": "complaint",
    "subject": "none",
    "subject_id": None,
    "unit": {"id": str(new_id()), "name": "湖南省残疾人联合会"},
    "state": "received",
    "raised_at": "2026-03-02T01:00:00+00:00",
    "reply_due_at": "2026-05-01T01:00:00+00:00",
    "outcome": None,
    "text": "菜不新鲜",
    "contact": None,
    "open_steps": [],
    "papers": [],
    "steps": [],
}
HERE = {"origin": "http://zhucai.test"}


@pytest.fixture
def strangers(gateway: Gateway) -> Iterator[Strangers]:
    """A count that no other test has touched, and leaves none behind."""
    kept, fresh = gateway.app.state.strangers, Strangers(SystemClock())
    gateway.app.state.strangers = fresh
    yield fresh
    gateway.app.state.strangers = kept


async def _says(request: Request) -> Response:
    return JSONResponse(FOUND)


async def _no_rules(request: Request) -> Response:
    return JSONResponse({"items": [], "next": None})


def _ready(gateway: Gateway) -> None:
    gateway.upstreams["procurement_quota"].says["/rules"] = _no_rules
    for path in ("/case-follow-ups", f"/cases/{CASE}/evidence", f"/cases/{CASE}"):
        gateway.order.says[path] = _says


class TestAPageWithoutAnAccount:
    async def test_is_refused_once_an_address_has_asked_enough(self, gateway: Gateway, strangers: Strangers) -> None:
        _ready(gateway)
        async with httpx.AsyncClient(base_url=gateway.url) as browser:
            for _ in range(PER_ADDRESS_MAX - 1):
                strangers.check("follow_case", "127.0.0.1")
            last = await browser.post("/cases/follow", data={"code": CODE}, headers=HERE)
            more = await browser.post("/cases/follow", data={"code": CODE}, headers=HERE)
            by_json = await browser.post("/api/v1/case-follow-ups", json={"code": CODE})
        assert (last.status_code, more.status_code, by_json.status_code) == (200, 429, 429)
        assert "菜不新鲜" not in more.text

    async def test_takes_no_form_of_another_site(self, gateway: Gateway, strangers: Strangers) -> None:
        _ready(gateway)
        async with httpx.AsyncClient(base_url=gateway.url) as browser:
            headers = {"origin": "http://elsewhere.test", "sec-fetch-site": "cross-site"}
            answer = await browser.post("/cases/follow", data={"code": CODE}, headers=headers)
        assert answer.status_code == 403
        assert [one.target for one in gateway.order.asked if "case" in one.target] == []

    async def test_names_the_code_in_a_header(self, gateway: Gateway, strangers: Strangers) -> None:
        _ready(gateway)
        document = str(new_id())
        gateway.order.says[f"/cases/{CASE}/evidence/{document}"] = _says
        async with httpx.AsyncClient(base_url=gateway.url) as browser:
            form = {"code": "abcd efgh 2345 67xy", "document_id": document}
            files = {"paper": ("a\r\nb.pdf", b"%PDF-1.4", "application/pdf")}
            answer = await browser.post(f"/cases/{CASE}/evidence", data=form, files=files, headers=HERE)
        assert answer.status_code == 200, answer.text
        (put,) = [one for one in gateway.order.asked if one.method == "PUT"]
        assert put.headers["case-code"] == CODE
        assert [one.target for one in gateway.order.asked if CODE in one.target.upper()] == []

    @pytest.mark.parametrize("code", ["", "A" * 15, "A" * 16 + "\r\nX: 1", "Ａ" * 16, "0" * 16, "x" * 5000])
    async def test_asks_nobody_with_what_is_no_code(self, gateway: Gateway, strangers: Strangers, code: str) -> None:
        _ready(gateway)
        async with httpx.AsyncClient(base_url=gateway.url) as browser:
            answer = await browser.post("/cases/follow", data={"code": code}, headers=HERE)
        assert answer.status_code == 422
        assert [one.target for one in gateway.order.asked if "case" in one.target] == []
