"""Every refusal that leaves by HTTP is a problem document (RFC 9457), in the reader's language, naming its facts.

This is the HTTP door's one table from the kinds of refusal to status numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidFields,
    NotFound,
    NotSignedIn,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
    field_problem,
)
from shared.logs import logger, request_id

log = logger(__name__)
MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/problems/"
FIELDS_MAX = 50

STATUS_OF: tuple[tuple[type[Refusal], int], ...] = (
    (TooLarge, 413),
    (Invalid, 422),
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooMany, 429),
    (Unavailable, 503),
)


class MethodNotAllowed(Invalid):
    """This address does not answer that method.

    zh: 此地址不支持该请求方法。
    """


class Unexpected(Refusal):
    """Something went wrong on our side; it was recorded.

    zh: 系统出现意外错误，我们已记录。
    """


def status_of(refusal: Refusal) -> int:
    """Tell the HTTP status of a refusal."""
    return next((status for kind, status in STATUS_OF if isinstance(refusal, kind)), 500)


def language_of(headers: Mapping[str, str]) -> str:
    """Tell the reader's language, `zh` or `en`, from Accept-Language; Chinese when nothing is said."""
    accepted = headers.get("accept-language", "")
    best, best_weight = "zh", -1.0
    for item in accepted.split(","):
        tag, _, weight = item.strip().partition(";q=")
        primary = tag.strip().split("-")[0].lower()
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        if primary in ("zh", "en") and value > best_weight:
            best, best_weight = primary, value
    return best


def document(refusal: Refusal, *, status: int | None = None, language: str = "en") -> dict[str, Any]:
    """Write the problem document: type, title, status, instance (the request's id) and the facts."""
    facts = dict(refusal.facts)
    if "errors" in facts:
        facts["errors"] = [
            {**{k: v for k, v in error.items() if k != "says_zh"}, "says": error["says_zh"]}
            if language == "zh" and "says_zh" in error
            else {k: v for k, v in error.items() if k != "says_zh"}
            for error in facts["errors"]
        ]
    return {
        "type": TYPE_BASE + refusal.slug(),
        "title": refusal.title(language),
        "status": status or status_of(refusal),
        "instance": f"urn:request:{request_id.get()}",
        **facts,
    }


def problem_response(refusal: Refusal, *, language: str = "en", status: int | None = None) -> Response:
    body = document(refusal, language=language, status=status)
    headers = {"cache-control": "no-store", "content-language": "zh-CN" if language == "zh" else "en"}
    if body["status"] in (429, 503):
        headers["retry-after"] = str(refusal.facts.get("retry_after_seconds", 1))
    if body["status"] == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(orjson.dumps(body, default=str), status_code=body["status"], media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Answer every refusal, and every surprise, of this app as a problem document."""
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(Exception, _on_surprise)


async def answer_to(request: Request, error: Exception) -> Response:
    """Answer a refusal or a surprise where no framework does."""
    for kind, handler in _HANDLERS:
        if isinstance(error, kind):
            return await handler(request, error)
    return await _on_surprise(request, error)


def path_to_log(scope: Mapping[str, Any]) -> str:
    """Tell the template of the route that answers, as a path may hold a secret; the path itself where none does."""
    template = getattr(scope.get("route"), "path", None)
    return str(scope["path"] if template is None else template)


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_response(error, language=language_of(request.headers))


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(InvalidFields(*fields_of(error.errors())), language=language_of(request.headers))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        return await _on_unreadable(request, error)
    known: Refusal = NotFound() if error.status_code == 404 else MethodNotAllowed(method=request.method)
    if error.status_code not in (404, 405):
        known = Invalid(reason=str(error.detail))
    response = problem_response(known, language=language_of(request.headers), status=error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _on_unreadable(request: Request, error: HTTPException) -> Response:
    """Tell what FastAPI calls a body that cannot be parsed by the refusal behind it, or as a body that is no JSON."""
    unreadable = field_problem("body", "is not JSON in UTF-8", "不是 UTF-8 编码的 JSON", rule="json_invalid")
    known = error.__cause__ if isinstance(error.__cause__, Refusal) else InvalidFields(unreadable)
    return problem_response(known, language=language_of(request.headers))


async def _on_surprise(request: Request, error: Exception) -> Response:
    log.error("unexpected", path=path_to_log(request.scope), method=request.method, exc_info=error)
    return problem_response(Unexpected(), language=language_of(request.headers), status=500)


_HANDLERS = ((Refusal, _on_refusal), (RequestValidationError, _on_validation), (HTTPException, _on_http))


def refusals(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI which refusals an operation has: `responses=refusals(StockShort, NotAllowed)`.

    Every operation may also answer 422 for fields that need mending and 503 while a part is away.
    """
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in (*kinds, InvalidFields, Unavailable):
        status = next(status for base, status in STATUS_OF if issubclass(kind, base))
        by_status.setdefault(status, []).append(kind)
    return {
        status: {
            "description": "; ".join(kind.title() for kind in members),
            "content": {
                MEDIA_TYPE: {
                    "schema": PROBLEM_SCHEMA,
                    "examples": {
                        kind.slug(): {
                            "value": {
                                "type": TYPE_BASE + kind.slug(),
                                "title": kind.title(),
                                "status": status,
                                "instance": "urn:request:019a0000-0000-7000-8000-000000000000",
                            }
                        }
                        for kind in members
                    },
                }
            },
        }
        for status, members in by_status.items()
    }


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": True,
}

_SAYS_ZH = {
    "missing": "必填",
    "string_too_short": "内容太短",
    "string_too_long": "内容太长",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than": "数值太小",
    "greater_than_equal": "数值太小",
    "less_than": "数值太大",
    "less_than_equal": "数值太大",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "uuid_parsing": "应为 UUID 编号",
    "uuid_type": "应为 UUID 编号",
    "date_from_datetime_parsing": "应为日期（YYYY-MM-DD）",
    "date_parsing": "应为日期（YYYY-MM-DD）",
    "date_type": "应为日期（YYYY-MM-DD）",
    "datetime_parsing": "应为时间",
    "bool_parsing": "应为是或否",
    "too_short": "条目太少",
    "too_long": "条目太多",
    "extra_forbidden": "没有这个字段",
    "json_invalid": "不是有效的 JSON",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def fields_of(items: Sequence[Any]) -> list[dict[str, Any]]:
    """Name what needs mending, at most fifty; a list is not called too short for the entries in it that are wrong."""
    within = {tuple(item["loc"][:depth]) for item in items for depth in range(len(item["loc"]))}
    own = [item for item in items if item["type"] != "too_short" or tuple(item["loc"]) not in within]
    return [field_of(item) for item in own[:FIELDS_MAX]]


def field_of(item: Mapping[str, Any]) -> dict[str, Any]:
    place = [str(part) for part in item["loc"]]
    if place and place[0] in ("body", "query", "path", "header"):
        place = place[1:] or place
    return field_problem(
        ".".join(place) or "body",
        str(item["msg"]),
        _SAYS_ZH.get(str(item["type"]), f"不符合要求：{item['msg']}"),
        rule=item["type"],
    )
