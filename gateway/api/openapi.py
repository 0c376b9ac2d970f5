"""One OpenAPI 3.1 document tells all that can be asked at this door, and nothing that cannot.

It is merged from what each service says of itself, by the policy: an operation that the policy does not name is left
out, and one that a service does not describe fails a test. A component whose name means something else in another
service gets its service's name in front. What the services cannot know is filled in: the prefix, who may ask, the
refusals that the door itself gives, and an example where there is none.
"""

import asyncio
import copy
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.downloads import BOUNDED, RETRY_AFTER_SECONDS
from gateway.api.examples import example_of
from gateway.api.own_openapi import COMPOSED, OWN_COMPONENTS, OWN_OPERATIONS
from gateway.api.passage import PREFIX
from gateway.clients.services import Services
from gateway.session import COOKIE, CSRF_HEADER, Session
from gateway.usecases.refusals import DownloadsFull, TooManySignIns
from shared.contracts.authority import POLICY, NotAllowed, Operation, Reach
from shared.errors import InvalidFields, NotFound, NotSignedIn, Refusal
from shared.http.answers import bytes_answer
from shared.http.client import ServiceUnavailable
from shared.http.door import BodyTooLarge
from shared.http.problems import MEDIA_TYPE, PROBLEM_SCHEMA, TYPE_BASE, status_of

Document = dict[str, Any]
KEPT_SECONDS = 60.0
REF = "#/components/schemas/"
INFO = {
    "title": "Zhucai 助采",
    "version": "1",
    "description": (
        "Disabled-run bases and farms sell, canteens of Disabled Persons' Federations buy, and finance sees the share "
        "with proof. Ids are UUIDv7 made by the caller, so PUT may be repeated; POST takes `Idempotency-Key`. Fields "
        "end in their unit: `_fen`, `_grams`, `_bp`. Lists take `limit` and `cursor`, and give `items` and `next`. "
        "Every refusal is a problem document (RFC 9457), in the language of `Accept-Language` (zh, en)."
    ),
}
SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of `POST /api/v1/sessions`."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"Set by signing in on a page. What changes something also needs `{CSRF_HEADER}` or our origin.",
    },
}
SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]


_NAMES = {(row.program, row.method, row.path): name for name, row in POLICY.items()}


class OpenApi:
    """The merged document, asked for anew after a while or a broken connection, and merged anew when it changed."""

    def __init__(self) -> None:
        self._made: bytes = b""
        self._sources: dict[str, bytes] = {}
        self._breaks: tuple[int, ...] = ()
        self._asked_at = 0.0
        self._asking = asyncio.Lock()

    async def __call__(self, request: Request, session: Session | None) -> Response:
        services: Services = request.app.state.services
        async with self._asking:
            breaks, now = tuple(services[name].breaks for name in services), asyncio.get_running_loop().time()
            if not self._made or breaks != self._breaks or now - self._asked_at > KEPT_SECONDS:
                sources = {name: await _document_of(services, name) for name in services}
                if sources != self._sources:
                    self._made = await asyncio.to_thread(_merged, sources)
                self._sources, self._breaks, self._asked_at = sources, breaks, now
        return bytes_answer(self._made, headers={"cache-control": "no-cache"})


async def _document_of(services: Services, name: str) -> bytes:
    answer = await services.call(name, "GET", "/openapi.json", identity=None)
    if not answer.ok:
        raise ServiceUnavailable(service=name, reason="it does not describe itself")
    return answer.body


def _merged(sources: dict[str, bytes]) -> bytes:
    return orjson.dumps(merge({name: orjson.loads(body) for name, body in sources.items()}))


def merge(documents: dict[str, Document]) -> Document:
    """Merge the services' documents, and the gateway's own, into the one of this door."""
    components: Document = copy.deepcopy(OWN_COMPONENTS) | {"Problem": PROBLEM_SCHEMA}
    described: dict[str, Document] = copy.deepcopy(OWN_OPERATIONS)
    for service, document in documents.items():
        renamed = _renamed(service, document, components)
        components |= renamed.get("components", {}).get("schemas", {})
        for path, item in renamed.get("paths", {}).items():
            for method, operation in item.items():
                name = _policy_name(service, method, path)
                if name is not None:
                    shared = item.get("parameters", [])
                    described[name] = {**operation, "parameters": [*shared, *operation.get("parameters", [])]}
                for composed, source in COMPOSED.items():
                    if (service, method, path) == source:
                        answer = copy.deepcopy(operation["responses"]["200"].get("content", {}))
                        described[composed]["responses"]["200"]["content"] = answer
    paths: Document = {}
    for name, operation in POLICY.items():
        if name in described:
            item = paths.setdefault(PREFIX + operation.path, {})
            item[operation.method.lower()] = _completed(name, operation, described[name], components)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _used(paths, components), "securitySchemes": SECURITY_SCHEMES},
    }


def _policy_name(service: str, method: str, path: str) -> str | None:
    return _NAMES.get((service, method.upper(), path))


def _renamed(service: str, document: Document, taken: Document) -> Document:
    own = document.get("components", {}).get("schemas", {})
    prefix = "".join(part.capitalize() for part in service.split("_"))
    clashes = {name: prefix + name for name, schema in own.items() if name in taken and taken[name] != schema}
    if not clashes:
        return document
    renamed: Document = _with_refs(document, {REF + old: REF + new for old, new in clashes.items()})
    schemas = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {clashes.get(name, name): schema for name, schema in schemas.items()}
    return renamed


def _with_refs(value: Any, refs: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: refs.get(one, one) if name == "$ref" and isinstance(one, str) else _with_refs(one, refs)
            for name, one in value.items()
        }
    return [_with_refs(one, refs) for one in value] if isinstance(value, list) else value


def _completed(name: str, operation: Operation, described: Document, components: Document) -> Document:
    told = {"operationId": name, "summary": name.replace("_", " ").capitalize(), **copy.deepcopy(described)}
    told["operationId"] = name
    told.setdefault("tags", [operation.program])
    told["security"] = [{}, *SIGNED_IN] if _is_public(operation) else SIGNED_IN
    told["responses"] = _refusals_completed(told.get("responses", {}), operation, "requestBody" in told)
    if name in BOUNDED:
        _tell_of_downloads(told["responses"]["503"])
    for parameter in told.get("parameters", []):
        if "example" not in parameter and "examples" not in parameter:
            parameter["example"] = example_of(parameter.get("schema"), components)
    bodies = [told["requestBody"]] if "requestBody" in told else []
    for body in [*bodies, *told["responses"].values()]:
        for media_type, media in body.get("content", {}).items():
            if "json" in media_type and "example" not in media and "examples" not in media:
                media["example"] = example_of(media.get("schema"), components)
    return told


def _refusals_completed(responses: Document, operation: Operation, has_body: bool) -> Document:
    """Fill in what the door refuses, and say once what a problem document is."""
    completed = _door_refusals(operation, has_body)
    for status, told in responses.items():
        media = told.get("content", {}).get(MEDIA_TYPE)
        if media is not None and media.get("schema") == PROBLEM_SCHEMA:
            media["schema"] = {"$ref": REF + "Problem"}
        if int(status) < 400 or media is not None:  # FastAPI's own 422 is none that we ever give.
            completed[status] = told
    return completed


def _tell_of_downloads(told: Document) -> None:
    """Add to what may be away that as many read as may at once."""
    told["description"] += f"; {DownloadsFull.title()}"
    told["content"][MEDIA_TYPE]["examples"] |= _problem(DownloadsFull)["content"][MEDIA_TYPE]["examples"]
    seconds = {"schema": {"type": "integer", "minimum": 1}, "example": RETRY_AFTER_SECONDS}
    told["headers"] = {"Retry-After": {"description": "After how many seconds to try again.", **seconds}}


def _is_public(operation: Operation) -> bool:
    return any(grant.reach is Reach.PUBLIC for grant in operation.grants)


def _door_refusals(operation: Operation, has_body: bool) -> Document:
    kinds: list[type[Refusal]] = [InvalidFields, TooManySignIns, ServiceUnavailable, NotSignedIn]
    if not _is_public(operation):
        kinds.append(NotAllowed)
    if "{" in operation.path:
        kinds.append(NotFound)
    if has_body:
        kinds.append(BodyTooLarge)
    return {str(status_of(kind())): _problem(kind) for kind in sorted(kinds, key=lambda kind: status_of(kind()))}


def _problem(kind: type[Refusal]) -> Document:
    value = {
        "type": TYPE_BASE + kind.slug(),
        "title": kind.title(),
        "status": status_of(kind()),
        "instance": "urn:request:019a0000-0000-7000-8000-000000000000",
    }
    return {
        "description": kind.title(),
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF + "Problem"}, "examples": {kind.slug(): {"value": value}}}},
    }


def _used(paths: Document, components: Document) -> Document:
    """Keep the components that are reached from some path."""
    used: Document = {}
    waiting = _refs_in(paths)
    while waiting:
        name = waiting.pop()
        if name not in used and name in components:
            used[name] = components[name]
            waiting |= _refs_in(components[name])
    return dict(sorted(used.items()))


def _refs_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = value.get("$ref")
        found = {own.removeprefix(REF)} if isinstance(own, str) else set()
        return found.union(*(_refs_in(one) for one in value.values()))
    return set().union(*(_refs_in(one) for one in value)) if isinstance(value, list) else set()
