"""What anybody needs to use a year's open data: which file holds what, and how its figures come about."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.procurement_quota.api.models import Shape
from services.procurement_quota.domain.method import method, method_text
from services.procurement_quota.domain.open_data import data_package
from shared.http.answers import json_answer
from shared.http.problems import language_of, refusals

router = APIRouter(prefix="/open-data", tags=["published"])
KEPT = {"cache-control": "public, max-age=3600"}
MARKDOWN = "text/markdown; charset=utf-8"


class DataPackage(Shape):
    """A Frictionless Data Package: one resource a file, with a Table Schema; titles in both languages."""

    name: str
    version: str
    title: str
    title_en: str
    description: str
    description_en: str
    resources: list[dict[str, Any]]


class MethodText(Shape):
    zh: str
    en: str


class MethodSection(Shape):
    code: str
    title: str
    title_en: str
    paragraphs: list[MethodText]


class MethodAnswer(Shape):
    format: str
    title: str
    title_en: str
    sections: list[MethodSection]


class MethodFormat(StrEnum):
    JSON = "json"
    MARKDOWN = "md"


@router.get(
    "/schema",
    operation_id="get_open_data_schema",
    summary="The schema of a year's open data, in the terms of Frictionless",
    response_model=DataPackage,
    responses=refusals(),
)
async def get_open_data_schema() -> Response:
    """Read which files an export has, and of each column its name, type, unit and meaning; save it beside the data."""
    return json_answer(data_package(), headers=KEPT)


@router.get(
    "/method",
    operation_id="get_method",
    summary="How every figure comes about",
    response_model=MethodAnswer,
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}, **refusals()},
)
async def get_method(
    request: Request,
    as_format: Annotated[
        MethodFormat, Query(alias="format", description="JSON in both languages, or text in one")
    ] = MethodFormat.JSON,
    lang: Annotated[
        Literal["zh", "en"] | None, Query(description="the text's language; by Accept-Language when left out")
    ] = None,
) -> Response:
    """Read what is counted, from which documents, how we read them, the declared defaults, limits, how to recompute."""
    if as_format is MethodFormat.JSON:
        return json_answer(method(), headers=KEPT)
    language = lang or language_of(request.headers)
    headers = {"cache-control": "public, max-age=3600", "content-language": "zh-CN" if language == "zh" else "en"}
    return Response(method_text(language), media_type=MARKDOWN, headers={**headers, "vary": "accept-language"})
