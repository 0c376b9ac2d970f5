"""What a route reads of a request beside its body: the desk, the parameters of a list."""

from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from services.catalog.usecases.desk import Desk
from shared.http.answers import bytes_of

M = TypeVar("M", bound=BaseModel)


def desk_of(request: Request) -> Desk:
    """Give the desk of the running program."""
    desk: Desk = request.app.state.desk
    return desk


def query_of(model: type[M], request: Request) -> M:
    """Read a list's parameters in one validation; raises what FastAPI would raise for them."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in problems]) from error


def parameters_of(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a list's parameters for OpenAPI, from the model that reads them."""
    schema = model.model_json_schema(ref_template="{model}")
    words = schema.pop("$defs", {})
    parameters = []
    for name, said in schema["properties"].items():
        told = _inlined(said, words)
        description = told.pop("description", "")
        parameters.append({"name": name, "in": "query", "required": False, "description": description, "schema": told})
    return {"parameters": parameters}


def raw_body(*media_types: str) -> dict[str, Any]:
    """Describe a body of bytes for OpenAPI."""
    return {"requestBody": {"required": True, "content": bytes_of(media_types)}}


def _inlined(said: Any, words: dict[str, Any]) -> Any:
    if isinstance(said, list):
        return [_inlined(one, words) for one in said]
    if not isinstance(said, dict):
        return said
    if "$ref" in said:
        rest = {key: value for key, value in said.items() if key != "$ref"}
        return {**_inlined(words[said["$ref"]], words), **rest}
    return {key: _inlined(value, words) for key, value in said.items()}
