"""The document at /api/v1/openapi.json tells the truth: every operation, its problems, and nothing that breaks it.

schemathesis makes requests from the document, a few for each operation, always the same ones; each is sent as whoever
the operation is for and as somebody else in turn. The answers must be what the document says, and never a surprise.
"""

from itertools import cycle
from typing import Any, cast

import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.contracts.authority import POLICY
from tests.build.door import API
from tests.integration.api.document import Document, examples_of, operations
from tests.integration.api.street import ASKERS, Street, asker_of
from tests.whole import Whole

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PER_MODE = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 1}
"""Requests for each operation; `test_hostile_input` bends every field of every body besides."""
ENDS_THE_SESSION = {"sign_out"}


class TestDocument:
    def test_is_openapi_3_1(self, document: Document) -> None:
        assert document["openapi"].startswith("3.1.")
        schemathesis.openapi.from_dict(document).validate()

    def test_names_every_operation_of_the_policy_and_no_other(self, document: Document) -> None:
        found = {o["operationId"]: (method, path.removeprefix(API)) for method, path, o in operations(document)}
        assert found == {name: (row.method, row.path) for name, row in POLICY.items()}

    def test_says_of_each_what_it_does_and_how_it_is_refused(self, document: Document) -> None:
        lacking = []
        for _, _, operation in operations(document):
            refused = {
                status: answer for status, answer in operation["responses"].items() if status.startswith(("4", "5"))
            }
            named = [a["content"]["application/problem+json"].get("examples") for a in refused.values()]
            if not operation.get("summary") or not named or not all(named):
                lacking.append(operation["operationId"])
        assert lacking == []

    def test_gives_an_example_of_every_body(self, document: Document) -> None:
        lacking = [
            operation["operationId"]
            for _, _, operation in operations(document)
            for media_type, body in operation.get("requestBody", {}).get("content", {}).items()
            if media_type == "application/json" and not examples_of(document, body)
        ]
        assert set(lacking) <= {"hear_stripe"}

    def test_examples_are_taken_by_their_own_schemas(self, document: Document) -> None:
        wrong = []
        for _, _, operation in operations(document):
            for body in operation.get("requestBody", {}).get("content", {}).values():
                schema = {**body["schema"], "components": document["components"]}
                validator = jsonschema_rs.validator_for(schema)
                examples = examples_of(document, body)
                wrong += [operation["operationId"] for example in examples if not validator.is_valid(example)]
        assert wrong == []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_answers_as_the_document_says(
    mode: GenerationMode, document: Document, street: Street, running_whole: Whole
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    wrong: list[str] = []
    with requests.Session() as session:
        session.trust_env = False
        for operation in (cast(Any, result).ok() for result in schema.get_all_operations()):
            wrong += _tried(operation, mode, street, session, running_whole.base_url)
    assert not wrong, "\n".join(wrong)


def _tried(operation: Any, mode: GenerationMode, street: Street, session: requests.Session, base_url: str) -> list[str]:
    """Make a few requests, good ones at things that there are, and send each as everybody; gives what went wrong."""
    raw = operation.definition.raw
    known = {p["name"]: street.ids[p["name"]] for p in raw.get("parameters", []) if p["name"] in street.ids}
    usual, others = asker_of(raw["operationId"]), cycle(ASKERS)
    found: list[str] = []

    @seed(20260101)
    @settings(
        max_examples=PER_MODE[mode],
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(
            generation_mode=mode, path_parameters=known if mode is GenerationMode.POSITIVE else None
        )
    )
    def send_it(case: Any) -> None:
        askers = {usual: None, next(others): None}
        for asker in ["public"] if raw["operationId"] in ENDS_THE_SESSION else askers:
            token = street.people[asker].token
            headers = {"authorization": f"Bearer {token}"} if token else {}
            answer = case.call(base_url=base_url, session=session, headers=headers)
            try:
                case.validate_response(answer, checks=CHECKS)
            except (AssertionError, BaseExceptionGroup) as error:
                what = getattr(error, "exceptions", error)
                found.append(f"{operation.label} as {asker} ({mode.value}): {what}"[:3000])

    try:
        send_it()
    except Unsatisfiable:  # What takes nothing, or any bytes, has nothing that could be bent.
        assert mode is GenerationMode.NEGATIVE
        assert not raw.get("parameters")
        bodies = raw.get("requestBody", {}).get("content", {}).values()
        assert all(body["schema"].get("format") == "binary" for body in bodies)
    return found[:1]
