"""A shape of the gateway's own answers names every member that it has, and has no other."""

from typing import Any

from shared.errors import Refusal
from shared.http.problems import refusals

ID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
YES_OR_NO = {"type": "boolean"}


def an_object(properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def a_list(of: dict[str, Any]) -> dict[str, Any]:
    """Describe a list."""
    return {"type": "array", "items": of}


def or_null(one: dict[str, Any]) -> dict[str, Any]:
    """Describe what may be null."""
    return {"anyOf": [one, {"type": "null"}]}


def a_body(name: str, example: dict[str, Any]) -> dict[str, Any]:
    """Describe a body by its component."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


def an_answer(description: str, name: str, example: dict[str, Any]) -> dict[str, Any]:
    """Describe an answer by its component."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}


def problems(*kinds: type[Refusal]) -> dict[str, Any]:
    """Describe what is refused, by its status."""
    return {str(status): told for status, told in refusals(*kinds).items()}
