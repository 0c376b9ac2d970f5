"""A route that the policy does not know, or a row of the policy without its route, fails the build."""

import importlib
import pkgutil
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.contracts import policy
from shared.contracts.authority import POLICY, operations_of
from tests.house.charters import PROGRAMS

SERVICES = {name: package for name, package in PROGRAMS.items() if name != "gateway"}
URL = "postgresql://nobody:nothing@127.0.0.1:1/none"
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
SETTINGS = {
    "nats_url": "nats://127.0.0.1:1",
    "identity_public_key": KEY,
    "checkpoint_private_key": KEY,
    "file_link_key": KEY,
    "order_link_key": KEY,
    "s3_url": "http://127.0.0.1:1",
    "s3_access_key": "a",
    "s3_secret_key": "b",
    **{f"{name}_database_url": URL for name in SERVICES},
}


@cache
def app_of(name: str) -> FastAPI:
    """Build a service's program once: FastAPI keeps its document, which takes a second to write."""
    package = SERVICES[name]
    settings: Any = importlib.import_module(f"{package}.settings").Settings(_env_file=None, **SETTINGS)
    app: FastAPI = importlib.import_module(f"{package}.main").build(settings)
    return app


def routes_of(name: str) -> list[tuple[str, str, str]]:
    """List (operation, method, path) of a service's public routes, from the document that readers get."""
    paths = app_of(name).openapi()["paths"]
    return sorted(
        (operation.get("operationId", ""), method.upper(), path)
        for path, methods in paths.items()
        if not path.startswith("/internal/")
        for method, operation in methods.items()
    )


@pytest.mark.parametrize("name", SERVICES)
class TestPolicy:
    def test_knows_every_route_and_every_row_has_its_route(self, name: str) -> None:
        rows = sorted((operation, row.method, row.path) for operation, row in operations_of(name))
        assert routes_of(name) == rows

    def test_no_route_hides_from_the_document(self, name: str) -> None:
        hidden = [
            route.path for route in app_of(name).routes if isinstance(route, APIRoute) and not route.include_in_schema
        ]
        assert hidden == []


def test_every_operation_is_some_programs() -> None:
    assert {row.program for row in POLICY.values()} == set(PROGRAMS)


class TestRoomsOfThePolicy:
    def test_every_file_of_rows_is_in_the_table(self) -> None:
        files = {module.name for module in pkgutil.iter_modules(policy.__path__)}
        assert {room.__name__.rpartition(".")[2] for room in policy.ROOMS} == files

    def test_no_operation_is_named_by_two(self) -> None:
        named = [name for room in policy.ROOMS for name in room.ROWS]
        assert sorted(named) == sorted(set(named))
