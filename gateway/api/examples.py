"""Every schema has an example, its own or one made from what it allows, so that each operation can be tried."""

import re
from typing import Any

DEPTH_MAX = 16
_BY_FORMAT = {
    "uuid": "019a0000-0000-7000-8000-000000000000",
    "date": "2026-03-05",
    "date-time": "2026-03-05T02:00:00Z",
    "binary": "",
}


_KNOWN_TEXTS = ("433122", "2026", "腊肉", "pork", "019a0000-0000-7000-8000-000000000000")


def example_of(schema: Any, components: dict[str, Any], depth: int = 0) -> Any:
    """Make an example of a JSON schema: its own where it has one, else the least that it allows."""
    if not isinstance(schema, dict) or depth > DEPTH_MAX:
        return None
    if "$ref" in schema:
        return example_of(components.get(schema["$ref"].rpartition("/")[2]), components, depth + 1)
    for name in ("example", "const", "default"):
        if name in schema and (name != "default" or schema[name] is not None):
            return schema[name]
    for name in ("examples", "enum"):
        if isinstance(schema.get(name), list) and schema[name]:
            return schema[name][0]
    for name in ("anyOf", "oneOf"):
        if schema.get(name):
            chosen = next((one for one in schema[name] if one.get("type") != "null"), schema[name][0])
            return example_of(chosen, components, depth + 1)
    if schema.get("allOf"):
        parts = [example_of(one, components, depth + 1) for one in schema["allOf"]]
        return {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    return _by_type(schema, components, depth)


def _by_type(schema: dict[str, Any], components: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else None)
    if kind == "object":
        told = schema.get("properties", {})
        return {name: example_of(one, components, depth + 1) for name, one in told.items()}
    if kind == "array":
        one = example_of(schema["items"], components, depth + 1) if "items" in schema else None
        return [one] * max(1, schema.get("minItems", 1)) if one is not None else []
    if kind == "integer":
        return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    if kind == "string":
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        if "pattern" in schema:
            return next((text for text in _KNOWN_TEXTS if re.search(schema["pattern"], text)), "text")
        return "text"[: schema.get("maxLength", 4)].ljust(schema.get("minLength", 0), "x")
    return {"boolean": True, "number": 1, "null": None}.get(str(kind))
