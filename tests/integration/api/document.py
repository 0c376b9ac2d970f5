"""What the OpenAPI document holds, operation by operation."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def examples_of(document: Document, body: Document) -> list[Any]:
    """Give the examples of a body, beside it or in its schema."""
    if "example" in body:
        return [body["example"]]
    if "examples" in body:
        return [one["value"] for one in body["examples"].values()]
    schema = body["schema"]
    while "$ref" in schema:
        inner: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            inner = inner[part]
        schema = inner
    return list(schema.get("examples", []))
