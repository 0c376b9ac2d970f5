"""A door at which every free text is sent with a script in it, numbered by its field, as a hostile client would.

What is free text is read from the gateway's own OpenAPI document: a string without format or codelist, of a pattern, if
any, that a script matches too. A field that refuses the script is sent again without, so that everything can be built
through this door.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from tests.build.door import ANSWER_SECONDS_MAX, API

LONG = "<script>turned({n})</script>'\"><img src=x onerror=turned({n})>{{{{7*7}}}}"
SHORT = '"><b turned={n}>'
_ATTEMPTS_MAX = 12


class Field(NamedTuple):
    """A free text that some operation takes."""

    operation: str
    path: str
    """Its name in the body, of lists without the place: `lines.reason`."""


class ScriptingDoor(httpx.AsyncClient):
    """A client of the gateway that puts a script into each free text of a JSON body."""

    def __init__(self, base_url: str, document: dict[str, Any]) -> None:
        super().__init__(base_url=base_url + API, timeout=ANSWER_SECONDS_MAX, trust_env=False)
        self._schemas = document["components"]["schemas"]
        self._operations = list(_operations(document))
        self.fields = {
            Field(name, path): number
            for number, (name, path) in enumerate(
                sorted({(one.name, path) for one in self._operations for path in self._texts(one.schema, "", 0)}), 1
            )
        }
        self.taken: set[Field] = set()
        self.refused: set[Field] = set()

    async def request(self, method: str, url: Any, **how: Any) -> httpx.Response:
        """Ask with scripts in what is sent, and again without those that are refused."""
        body, operation = how.get("json"), self._operation(method, str(url))
        if body is None or operation is None:
            return await super().request(method, url, **how)
        without: set[str] = set()
        adding = True
        for _ in range(_ATTEMPTS_MAX):
            put: set[str] = set()
            sent = self._filled(operation.schema, body, "", without) if adding else body
            how["json"] = self._scripted(operation.schema, sent, "", operation.name, without, put)
            answer = await super().request(method, url, **how)
            if answer.is_success or not put:
                break
            named = set()
            if answer.status_code == 422 and "json" in answer.headers.get("content-type", ""):
                named = {re.sub(r"[.\[]\d+\]?", "", one["field"]) for one in answer.json().get("errors", ())} & put
            self.refused |= {Field(operation.name, path) for path in named}
            without |= named or (set() if adding else put)
            adding = adding and bool(named)
            if method == "POST":
                how["headers"] = {**how["headers"], "idempotency-key": str(uuid4())}
        if answer.is_success:
            self.taken |= {Field(operation.name, path) for path in put}
        return answer

    def _operation(self, method: str, url: str) -> "_Operation | None":
        path = url.partition("?")[0]
        return next((one for one in self._operations if one.method == method and one.path.fullmatch(path)), None)

    def _resolved(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "$ref" in schema:
            yield from self._resolved(self._schemas[schema["$ref"].rpartition("/")[2]])
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
            yield from self._resolved(choice)
        if "type" in schema:
            yield schema

    def _texts(self, schema: dict[str, Any], path: str, depth: int) -> Iterator[str]:
        for one in self._resolved(schema) if depth < 6 else ():
            if _is_free(one):
                yield path
            for name, inner in one.get("properties", {}).items():
                yield from self._texts(inner, f"{path}.{name}".lstrip("."), depth + 1)
            if "items" in one:
                yield from self._texts(one["items"], path, depth + 1)

    def _filled(self, schema: dict[str, Any], value: Any, path: str, without: set[str]) -> Any:
        """Give what may be left out, or was left empty, a word too."""
        for one in self._resolved(schema):
            if isinstance(value, dict) and "properties" in one:
                inner = {name: (each, f"{path}.{name}".lstrip(".")) for name, each in one["properties"].items()}
                known = {
                    name: self._filled(inner[name][0], each, inner[name][1], without) if name in inner else each
                    for name, each in value.items()
                }
                absent = [
                    name
                    for name, (each, its) in inner.items()
                    if not value.get(name) and self._free(each) and its not in without
                ]
                return known | dict.fromkeys(absent, "词")
            if isinstance(value, list) and "items" in one:
                return [self._filled(one["items"], inner, path, without) for inner in value]
        return value

    def _free(self, schema: dict[str, Any]) -> bool:
        return any(_is_free(one) for one in self._resolved(schema))

    def _scripted(
        self, schema: dict[str, Any], value: Any, path: str, operation: str, without: set[str], put: set[str]
    ) -> Any:
        for one in self._resolved(schema):
            if isinstance(value, dict) and "properties" in one:
                return {
                    name: self._scripted(
                        one["properties"].get(name, {}), inner, f"{path}.{name}".lstrip("."), operation, without, put
                    )
                    for name, inner in value.items()
                }
            if isinstance(value, list) and "items" in one:
                return [self._scripted(one["items"], inner, path, operation, without, put) for inner in value]
            if isinstance(value, str) and value and _is_free(one) and path not in without:
                number = self.fields[Field(operation, path)]
                for script in (LONG, SHORT):
                    more = value + script.format(n=number)
                    if len(more) <= one.get("maxLength", 200):
                        put.add(path)
                        return more
        return value


class _Operation(NamedTuple):
    name: str
    method: str
    path: re.Pattern[str]
    schema: dict[str, Any]


def _operations(document: dict[str, Any]) -> Iterator[_Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {}) if isinstance(told, dict) else {}
            if "application/json" in content:
                pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.removeprefix(API))))
                yield _Operation(told["operationId"], method.upper(), pattern, content["application/json"]["schema"])


def _is_free(schema: dict[str, Any]) -> bool:
    """Tell whether a string may be anything: of a pattern that a script matches too."""
    if schema.get("type") != "string" or {"format", "enum", "const"} & set(schema):
        return False
    return re.search(schema.get("pattern", ""), f"x{SHORT.format(n=1)}") is not None
