"""Bad input gets a clear problem that names the field, never a surprise of ours, whatever is bent, broken or huge.

README, "What always holds": every list, upload, body, retry and queue has a bound; bad input gets a clear problem.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.api.downloads import BOUNDED
from tests.build.door import PROBLEM, Person
from tests.build.people import People
from tests.integration.api.document import Document, examples_of, operations
from tests.integration.api.hostile import NOT_JSON, bent
from tests.integration.api.street import Street, asker_of
from tests.whole import Whole

MIB = 1024**2
AT_ONCE = 8
MAY_SAY_NOTHING = {"withdraw_listing"}


def bodied(document: Document, street: Street) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """List the operations that take JSON, each with its method, path and an example about things that there are."""
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        examples = examples_of(document, content) if content else []
        if examples and isinstance(examples[0], dict):  # What takes any bytes takes no document.
            yield operation["operationId"], method, path, street.fitted(examples[0])


class Trouble:
    """Collects what was answered otherwise than with a problem that names what is wrong."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def look(self, what: str, answer: httpx.Response, *, may_be_taken: bool = True) -> None:
        """Note an answer that is no fitting one: a 5xx, a refusal without its document, an unnamed field."""
        told = f"{what}: {answer.status_code} {answer.text[:400]}"
        if answer.status_code >= 500 or (answer.is_success and not may_be_taken):
            self.found.append(told)
        elif answer.is_error:
            problem = self._read(answer)
            if problem is None or problem.get("status") != answer.status_code or not _names_fields(problem):
                self.found.append(told)

    def told(self) -> str:
        return "\n".join([f"{len(self.found)} answers:", *self.found[:100]])

    @staticmethod
    def _read(answer: httpx.Response) -> dict[str, Any] | None:
        if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            return None
        problem: dict[str, Any] = answer.json()
        return problem if {"type", "title", "status", "instance"} <= problem.keys() else None


def _names_fields(problem: dict[str, Any]) -> bool:
    if problem["type"] != "/problems/invalid-fields":
        return True
    return all(error.get("field") and error.get("says") for error in problem.get("errors") or [{}])


async def _all(trouble: Trouble, asks: list[tuple[str, Any]], **how: Any) -> None:
    """Send everything, a few at once, and look at each answer; what few may read at once is asked one by one."""
    many, one_by_one = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(1)

    async def one(what: str, ask: Any) -> None:
        async with one_by_one if what.partition(" ")[0] in BOUNDED else many:
            trouble.look(what, await ask(), **how)

    await asyncio.gather(*(one(what, ask) for what, ask in asks))


def _send(person: Person, method: str, path: str, content: bytes, media_type: str = "application/json") -> Any:
    return lambda: person.ask(method, path, content=content, media_type=media_type)


class TestBodies:
    async def test_that_are_no_document_are_told_so(self, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        for name, method, path, _ in bodied(document, street):
            person = _asker(street, name)
            for what, content in NOT_JSON.items():
                if what in ("nothing", "null") and name in MAY_SAY_NOTHING:
                    continue
                asks.append((f"{name} {what}", _send(person, method, _path(street, path), content)))
        await _all(trouble, asks, may_be_taken=False)
        assert not trouble.found, trouble.told()

    async def test_bent_in_any_field_name_the_field(self, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        for name, method, path, example in bodied(document, street):
            person = _asker(street, name)
            for what, content in bent(example):
                asks.append((f"{name}, {what}", _send(person, method, _path(street, path), content)))
        await _all(trouble, asks)
        assert not trouble.found, trouble.told()

    @pytest.mark.parametrize(
        "media_type", ["text/plain", "application/xml", "multipart/form-data", "", "application/json; charset=utf-16"]
    )
    async def test_of_another_type_are_no_surprise(self, media_type: str, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        for name, method, path, example in bodied(document, street):
            content = json.dumps(example).encode()
            asks.append(
                (
                    f"{name} as {media_type}",
                    _send(_asker(street, name), method, _path(street, path), content, media_type),
                )
            )
        await _all(trouble, asks)
        assert not trouble.found, trouble.told()

    async def test_have_a_bound(self, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        huge = b'{"name": "' + b"x" * (MIB + 1) + b'"}'
        for name, method, path, _ in bodied(document, street):
            asks.append((f"{name} of a MiB and more", _send(_asker(street, name), method, _path(street, path), huge)))
        await _all(trouble, asks, may_be_taken=False)
        assert not trouble.found, trouble.told()
        answer = await asks[0][1]()
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")

    async def test_files_have_a_bound_too(self, street: Street) -> None:
        supplier, ids = street.people["supplier"], street.ids
        photo = f"/listings/{ids['listing_id']}/photos/{ids['photo_id'][:-4]}0000"
        for size in (10 * MIB + 1, 13 * MIB):
            answer = await supplier.ask("PUT", photo, content=b"\xff\xd8\xff" + b"\0" * size, media_type="image/jpeg")
            assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


class TestAddresses:
    ODD = (
        "x",
        "00000000",
        "019a0000-0000-7000-8000-00000000000g",
        "-",
        "%00",
        "..%2f..",
        "a" * 65,
        "１２３",
        "null",
        "{id}",
        "0" * 32,
    )

    async def test_odd_ids_lead_nowhere(self, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        for method, path, operation in operations(document):
            if "{" not in path:
                continue
            name = operation["operationId"]
            before, _, rest = path.removeprefix("/api/v1").partition("{")
            after = rest.partition("}")[2]
            for odd in self.ODD:
                target = _filled(street, f"{before}{odd}{after}")
                asks.append((f"{name} {odd}", _send(_asker(street, name), method, target, b"{}")))
        await _all(trouble, asks, may_be_taken=False)
        assert not trouble.found, trouble.told()

    async def test_odd_queries_are_told_which_field(self, document: Document, street: Street) -> None:
        trouble, asks = Trouble(), []
        values = (
            "",
            "-1",
            "0",
            "99999999999999999999",
            "1e9",
            "x",
            "%00",
            "%ff%fe",
            "%ED%A0%80",
            "a" * 6_000,
            "😀" * 50,
            "';--",
        )
        for method, path, operation in operations(document):
            if method != "GET":
                continue
            names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            for name in (*names, "unknown"):
                for value in values if name in names else values[:2]:
                    target = f"{_path(street, path)}?{name}={value}"
                    asks.append(
                        (
                            f"{operation['operationId']} {name}={value[:30]}",
                            _send_bare(_asker(street, operation["operationId"]), method, target),
                        )
                    )
                target = f"{_path(street, path)}?{name}=1&{name}=2"
                asks.append(
                    (
                        f"{operation['operationId']} {name} twice",
                        _send_bare(_asker(street, operation["operationId"]), method, target),
                    )
                )
        await _all(trouble, asks)
        assert not trouble.found, trouble.told()


class TestHeaders:
    @pytest.mark.parametrize(
        "headers",
        [
            {"range": "bytes=0-1,5-9999999999999999999"},
            {"range": "bytes=-0"},
            {"x-forwarded-for": "1.2.3.4, ${jndi:ldap://x}", "x-forwarded-proto": "gopher", "forwarded": "for=_x"},
            {"host": "evil.example"},
            {"host": "a" * 2_000},
            {"accept": "application/xml;q=1, */*;q=0"},
            {"accept-language": "xx;q=9," * 500},
            {"authorization": "Bearer " + "x" * 5_000},
            {"authorization": "Basic OjpA"},
            {"authorization": ""},
            {"cookie": "zhucai_session=" + "\xff" * 40},
            {"idempotency-key": "x" * 5_000},
            {"if-none-match": '"' + "x" * 3_000 + '"'},
            {"x-request-id": "a b\tc"},
            {"expect": "100-continue"},
            {"accept-encoding": "br;q=nan"},
        ],
        ids=lambda headers: "+".join(f"{name}={value[:16]!r}" for name, value in headers.items()),
    )
    async def test_odd_headers_are_no_surprise(self, headers: dict[str, str], street: Street, people: People) -> None:
        trouble = Trouble()
        photo = f"/listings/{street.ids['listing_id']}/photos/{street.ids['photo_id']}"
        raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        for path in ("/listings?q=生姜", photo, "/me", f"/orders/{street.ids['order_id']}"):
            answer = await people.http.request("GET", path, headers=raw)
            trouble.look(f"GET {path}", answer)
        answer = await people.http.request("POST", "/sessions", headers=raw, json={"account": "x" * 3, "password": "y"})
        trouble.look("POST /sessions", answer, may_be_taken=False)
        assert not trouble.found, trouble.told()

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"GET /api/v1/listings HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
            b"PUT /api/v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /api/v1/listings/%00%0d%0aX: y HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET //api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
            b"TRACE /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
            b"FROBNICATE /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /api/v1/listings?q=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
            b"GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        ],
        ids=lambda sent: repr(sent[:40]),
    )
    async def test_odd_bytes_on_the_wire_are_no_surprise(self, request_bytes: bytes, running_whole: Whole) -> None:
        status = await _on_the_wire(running_whole.base_url, request_bytes)
        assert status is None or 400 <= status < 500 or status == 501, status


async def _on_the_wire(base_url: str, sent: bytes) -> int | None:
    """Send bytes as they are; give the status of the answer, None where the connection was just ended."""
    parts = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(sent)
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), 5)
    except (ConnectionError, TimeoutError):
        return None
    finally:
        writer.close()
    return int(line.split()[1]) if line.startswith(b"HTTP/") else None


def _asker(street: Street, operation: str) -> Person:
    return street.people[asker_of(operation)]


def _path(street: Street, path: str) -> str:
    return _filled(street, path.removeprefix("/api/v1"))


def _filled(street: Street, path: str) -> str:
    """Fill in ids; a year and a month that are none stay numbers."""
    for name, value in {**street.ids, "year": "2026", "month": "6"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _send_bare(person: Person, method: str, path: str) -> Any:
    return lambda: person.ask(method, path)
