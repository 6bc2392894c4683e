"""Schemathesis sends what the documents allow, and what they forbid, to every endpoint of both programs.

Whatever comes is answered as described: no 5xx, a status, a content type, headers and a body that the document knows.
The cases are the same in every run; `tests/protocol/test_never_a_server_error.py` looks further at random.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp

from relying_party_demo.app import create_app as create_relying_party
from relying_party_demo.settings import Settings as RelyingPartySettings
from tests.asgi import shared_loop
from tests.clock import FakeClock
from tests.databases import copy_sqlite
from tests.town import IDP, MHRS, town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
WAITS = "GET /sandbox/v1/phones/{phone_number}/messages/wait"
"""Waits for a message that nobody sends here; tests/sandbox has it with a clock of its own."""
DOCUMENTS = Path(__file__).parent.parent.parent / "openapi"


@cache
def operations(name: str) -> dict[str, Any]:
    """Each operation of a document by its method and path."""
    document = json.loads((DOCUMENTS / name).read_text(encoding="utf-8"))
    found = (result.ok() for result in from_dict(document).get_all_operations())
    return {operation.label: operation for operation in found}


@pytest.fixture(scope="module")
def provider(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    folder = tmp_path_factory.mktemp("schemathesis")
    with town(copy_sqlite(sqlite_template, folder), folder, FakeClock()) as opened:
        yield opened.idp


@pytest.fixture(scope="module")
def relying_party(tmp_path_factory: pytest.TempPathFactory) -> ASGIApp:
    database = tmp_path_factory.mktemp("schemathesis") / "mhrs.sqlite3"
    return create_relying_party(RelyingPartySettings.model_validate({"client_secret": "unused", "database": database}))


@pytest.mark.parametrize("label", sorted(operations("idp.json").keys() - {WAITS}))
def test_l_32_the_provider_answers_as_its_document_says(provider: ASGIApp, label: str) -> None:
    _hold_against_document(provider, IDP, operations("idp.json")[label], CHECKS)


@pytest.mark.parametrize("label", sorted(operations("relying_party.json")))
def test_the_relying_party_answers_as_its_document_says(relying_party: ASGIApp, label: str) -> None:
    """Its provider is out of reach here, so that 503 is a right answer: it must be described as every other."""
    checks = [check for check in CHECKS if check is not not_a_server_error]
    _hold_against_document(relying_party, MHRS, operations("relying_party.json")[label], checks)


def _hold_against_document(app: ASGIApp, origin: str, operation: Any, checks: list[Any]) -> None:
    cases = one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=HealthCheck)
    @given(case=cases)
    def answered(case: Case) -> None:
        case.validate_response(_answer(app, origin, case), checks=checks)

    answered()


def _answer(app: ASGIApp, origin: str, case: Case) -> Response:
    """Send the case as a program would, without a socket."""
    sent = requests.Request(**case.as_transport_kwargs(base_url=origin)).prepare()
    body = sent.body or b""
    answer = shared_loop().call(
        app,
        sent.method or "",
        sent.url or "",
        tuple((name, _text(value)) for name, value in sent.headers.items()),
        body.encode() if isinstance(body, str) else bytes(body),
    )
    headers = {name: answer.headers.all(name) for name in answer.headers}
    return Response(answer.status, headers, answer.body, sent, 0.0, False)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
