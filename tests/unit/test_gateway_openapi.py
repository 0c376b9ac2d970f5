"""One document of the whole door is made of three that know nothing of each other."""

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gateway.api.examples import example_of
from gateway.api.openapi import merge
from gateway.api.own_openapi import OWN_COMPONENTS, OWN_OPERATIONS
from shared.contracts.authority import POLICY

PROBLEM = "application/problem+json"


def a_document(path: str, method: str, schema: dict[str, Any]) -> dict[str, Any]:
    ref = {"$ref": "#/components/schemas/Line"}
    return {
        "paths": {
            path: {
                method: {
                    "operationId": "whatever",
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 5}}],
                    "requestBody": {"content": {"application/json": {"schema": ref}}},
                    "responses": {
                        "200": {"description": "ok", "content": {"application/json": {"schema": ref}}},
                        "422": {"description": "x", "content": {"application/json": {"schema": ref}}},
                        "409": {"description": "y", "content": {PROBLEM: {"schema": ref, "examples": {"z": {}}}}},
                    },
                }
            },
            "/internal/secret": {"get": {"responses": {"200": {"description": "inside"}}}},
        },
        "components": {"schemas": {"Line": schema, "Unused": {"type": "string"}}},
    }


ORDER = a_document("/baskets/{basket_id}", "put", {"type": "object", "properties": {"grams": {"type": "integer"}}})
CATALOG = a_document("/suppliers/{supplier_id}", "put", {"type": "object", "properties": {"name": {"const": "羊"}}})


@pytest.fixture
def merged() -> dict[str, Any]:
    return merge({"catalog": copy.deepcopy(CATALOG), "order": copy.deepcopy(ORDER)})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


class TestMerge:
    def test_puts_what_the_policy_names_under_the_door_s_prefix(self, merged: dict[str, Any]) -> None:
        own = {name for name, operation in POLICY.items() if operation.program == "gateway"}
        found = {operation["operationId"]: (method, path) for method, path, operation in operations(merged)}
        assert set(found) == {*own, "put_basket", "put_supplier"}
        for name, (method, path) in found.items():
            assert (method, path) == (POLICY[name].method, "/api/v1" + POLICY[name].path)
        assert "internal" not in str(merged)

    def test_keeps_apart_what_two_services_call_the_same(self, merged: dict[str, Any]) -> None:
        schemas = merged["components"]["schemas"]
        assert schemas["Line"] == CATALOG["components"]["schemas"]["Line"]
        assert schemas["OrderLine"] == ORDER["components"]["schemas"]["Line"]
        assert "Unused" not in schemas
        basket = merged["paths"]["/api/v1/baskets/{basket_id}"]["put"]
        assert basket["requestBody"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/OrderLine"
        }

    def test_leaves_no_reference_without_its_schema(self, merged: dict[str, Any]) -> None:
        names = set(merged["components"]["schemas"])
        assert {ref.removeprefix("#/components/schemas/") for ref in _refs(merged)} <= names

    def test_fills_in_what_the_services_do_not_say(self, merged: dict[str, Any]) -> None:
        basket = merged["paths"]["/api/v1/baskets/{basket_id}"]["put"]
        assert set(basket["responses"]) == {"200", "401", "403", "404", "409", "413", "422", "429", "503"}
        assert list(basket["responses"]["422"]["content"]) == [PROBLEM]
        assert basket["responses"]["409"]["description"] == "y"
        assert basket["security"] == [{"bearer": []}, {"cookie": []}]
        assert basket["parameters"][0]["example"] == 5
        assert basket["requestBody"]["content"]["application/json"]["example"] == {"grams": 1}
        assert basket["summary"]

    def test_lets_anyone_ask_what_is_public(self, merged: dict[str, Any]) -> None:
        assert merged["paths"]["/api/v1/accounts"]["post"]["security"][0] == {}
        assert "403" not in merged["paths"]["/api/v1/accounts"]["post"]["responses"]

    def test_describes_a_composed_answer_as_the_service_that_gives_it(self) -> None:
        schema = {"type": "object", "properties": {"rules": {"const": []}}}
        told = {"200": {"description": "x", "content": {"application/json": {"schema": schema}}}}
        quota = {"paths": {"/internal/quota-previews": {"post": {"responses": told}}}}
        merged = merge({"procurement_quota": quota})
        preview = merged["paths"]["/api/v1/baskets/{basket_id}/quota-preview"]["get"]
        media = preview["responses"]["200"]["content"]["application/json"]
        assert media == {"schema": schema, "example": {"rules": []}}

    def test_changes_nothing_of_what_it_was_given(self) -> None:
        before = copy.deepcopy((OWN_COMPONENTS, OWN_OPERATIONS))
        merge({"catalog": CATALOG, "order": ORDER})
        assert before == (OWN_COMPONENTS, OWN_OPERATIONS)


class TestOwnOperations:
    def test_are_those_of_the_policy(self) -> None:
        assert set(OWN_OPERATIONS) == {name for name, row in POLICY.items() if row.program == "gateway"}

    def test_have_examples_that_fit_their_schemas(self, merged: dict[str, Any]) -> None:
        checked = 0
        for _, _, operation in operations(merged):
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies if operation["operationId"] in OWN_OPERATIONS else []:
                for media in body.get("content", {}).values():
                    schema = {**media["schema"], "components": merged["components"]}
                    examples = media.get("examples", {"": {"value": media.get("example")}})
                    for example in examples.values():
                        jsonschema_rs.validate(schema, example["value"])
                        checked += 1
        assert checked > 30


class TestExample:
    @pytest.mark.parametrize(
        ("schema", "example"),
        [
            ({"example": 3}, 3),
            ({"examples": ["a", "b"]}, "a"),
            ({"enum": ["x", "y"]}, "x"),
            ({"const": 7}, 7),
            ({"type": "integer", "exclusiveMinimum": 4}, 5),
            ({"type": "string", "minLength": 6, "maxLength": 6}, "textxx"),
            ({"type": "string", "format": "date"}, "2026-03-05"),
            ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
            ({"type": "array", "items": {"$ref": "#/components/schemas/A"}, "minItems": 2}, [{"b": 1}, {"b": 1}]),
            ({"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"c": {"const": 2}}}]}, {"b": 1, "c": 2}),
        ],
    )
    def test_is_its_own_or_the_least_that_fits(self, schema: dict[str, Any], example: object) -> None:
        components = {"A": {"type": "object", "properties": {"b": {"type": "integer"}}}}
        assert example_of(schema, components) == example

    def test_of_what_holds_itself_ends(self) -> None:
        components = {"A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}}
        assert example_of({"$ref": "#/components/schemas/A"}, components) is not None


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "$ref":
                yield one
            else:
                yield from _refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _refs(one)
