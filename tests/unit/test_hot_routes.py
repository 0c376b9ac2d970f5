"""A hot route is answered behind the same door and with the same problems as any other."""

from datetime import date
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.errors import Conflict
from shared.http import problems
from shared.http.answers import json_answer
from shared.http.hot import HotApp, command_of, id_of


class AlreadyThere(Conflict):
    """It is there already.

    zh: 已经有了。
    """


async def hot(request: Request) -> Response:
    match request.path_params["thing"]:
        case "taken":
            raise AlreadyThere(thing="taken")
        case "broken":
            raise ZeroDivisionError
    return json_answer({"thing": request.path_params["thing"], "said": (await request.body()).decode()})


def app() -> HotApp:
    cold = APIRouter()

    @cold.get("/things")
    async def things() -> dict[str, str]:
        return {"way": "cold"}

    made = HotApp()
    problems.install(made)
    made.include_router(cold)
    made.add_hot([Route("/things/{thing}", hot, methods=["PUT"])], program="test")
    return made


async def ask(method: str, path: str, **more: object) -> httpx.Response:
    transport = httpx.ASGITransport(app=app())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, **more)  # type: ignore[arg-type]


class TestHotRoute:
    async def test_answers_with_its_parameters_and_an_id(self) -> None:
        answer = await ask("PUT", "/things/one", content=b"hello", headers={"x-request-id": "12345678-a"})
        assert answer.json() == {"thing": "one", "said": "hello"}
        assert answer.headers["x-request-id"] == "12345678-a"

    @pytest.mark.parametrize(
        ("thing", "status", "slug"), [("taken", 409, "already-there"), ("broken", 500, "unexpected")]
    )
    async def test_refuses_and_fails_as_a_problem(self, thing: str, status: int, slug: str) -> None:
        answer = await ask("PUT", f"/things/{thing}")
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")

    async def test_refuses_a_nul_in_its_body(self) -> None:
        answer = await ask("PUT", "/things/one", json={"reason": "\0"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")

    async def test_leaves_the_other_routes_to_the_framework(self) -> None:
        assert (await ask("GET", "/things")).json() == {"way": "cold"}
        assert (await ask("GET", "/things/one")).status_code == 404


class Wanted(BaseModel):
    day: date


async def read(request: Request) -> Response:
    return json_answer({"id": id_of(request, "thing"), "day": (await command_of(request, Wanted)).day})


class TestWhatAHotRouteReads:
    """A body or id that does not fit is refused at the fields at which the framework's own reading refuses it."""

    @pytest.mark.parametrize(
        ("thing", "body"),
        [
            ("0198c0de-0000-7000-8000-000000000001", b'{"day": "2026-11-22"}'),
            ("0198c0de-0000-7000-8000-000000000001", b""),
            ("0198c0de-0000-7000-8000-000000000001", b"{}"),
            ("0198c0de-0000-7000-8000-000000000001", b'{"day": "yesterday"}'),
            ("0198c0de-0000-7000-8000-000000000001", b"[]"),
            ("0198c0de-0000-7000-8000-000000000001", b'"text"'),
            ("nobody", b'{"day": "2026-11-22"}'),
        ],
    )
    async def test_is_refused_as_the_framework_refuses_it(self, thing: str, body: bytes) -> None:
        cold = APIRouter()

        @cold.put("/cold/{thing}")
        async def framework(thing: UUID, command: Wanted) -> Response:
            return json_answer({"id": thing, "day": command.day})

        made = HotApp(strict_content_type=False)
        problems.install(made)
        made.include_router(cold)
        made.add_hot([Route("/hot/{thing}", read, methods=["PUT"])], program="test")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made), base_url="http://test") as client:
            by_hot, by_framework = [await client.put(f"/{way}/{thing}", content=body) for way in ("hot", "cold")]
        assert by_hot.status_code == by_framework.status_code
        fields = [[error["field"] for error in answer.json().get("errors", [])] for answer in (by_hot, by_framework)]
        assert fields[0] == fields[1]
        assert by_framework.is_success == (by_framework.json() == by_hot.json() and not fields[0])
