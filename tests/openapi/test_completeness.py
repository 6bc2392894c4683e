"""Whatever the provider answers is in its document, and nothing else is. A new route must be described."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, routing

from idp.app import create_app
from idp.protocol import authorization
from idp.protocol.authorization.request_object import PARAMETERS as INSIDE
from idp.protocol.errors import WIRE
from idp.protocol.logout import end_session
from idp.settings import Mode
from tests.openapi.samples import FORM, Json, operations
from tests.town import settings

DOCUMENTATION = {"/openapi.json", "/docs", "/docs/start.js", "/docs/oauth2-redirect", "/static-offline-docs"}
"""How the document itself is shown."""


PRODUCTION = {
    "mode": Mode.PRODUCTION,
    "issuer": "https://giris.example.org",
    "encryption_key": b"e" * 32,
    "secret_key": b"s" * 32,
    "sms_gateway_url": "https://sms.example.org/send",
    "sms_gateway_token": "token",
}


@pytest.fixture(params=[{}, PRODUCTION], ids=["sandbox", "production"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FastAPI]:
    """The application in each mode in turn."""
    made = create_app(settings(f"sqlite:///{tmp_path / 'esik.sqlite3'}", tmp_path, **request.param))
    yield made
    made.state.store.close()


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of everything that the application answers. HEAD comes with every GET and is not told apart."""
    return {
        (method.lower(), context.path_format or context.path or "")
        for context in routing.iter_route_contexts(app.routes)
        if context.path not in DOCUMENTATION
        for method in context.methods or ("MOUNT",)
        if method != "HEAD"
    }


def described(document: Json) -> set[tuple[str, str]]:
    return {(method, path) for path, method, _ in operations(document)}


def test_every_route_is_described_and_nothing_else(app: FastAPI) -> None:
    assert described(app.openapi()) == routes(app)


def test_a_route_that_nobody_described_is_noticed(app: FastAPI) -> None:
    app.add_route("/yeni", lambda _: None)
    assert routes(app) - described(app.openapi()) == {("get", "/yeni")}


def test_the_answer_is_made_once(app: FastAPI) -> None:
    assert app.openapi() is app.openapi()


def test_every_error_is_told_in_its_own_words(provider_document: Json) -> None:
    told = " ".join(_texts(provider_document))
    missing = [reason for reason, (_, description) in WIRE.items() if description not in told]
    assert missing == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_parameter_of_an_authorization_request_is_told(provider_document: Json, method: str) -> None:
    """What the checks read is what the document tells, and more only where the specification names it."""
    read = set(_read_by_checks())
    told = _parameters(provider_document["paths"]["/authorize"][method])
    assert read <= told
    assert told - read == {"display", "claims_locales"}


def test_req_01_every_parameter_may_stand_in_a_request_object(provider_document: Json) -> None:
    told = _parameters(provider_document["paths"]["/authorize"]["get"])
    assert told == INSIDE | {"request", "request_uri"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_parameter_of_a_logout_request_is_told(provider_document: Json, method: str) -> None:
    told = _parameters(provider_document["paths"]["/logout"][method])
    assert told - {"decision", "csrf_token"} == set(end_session.PARAMETERS)


def _parameters(operation: Json) -> set[str]:
    if "requestBody" in operation:
        return set(operation["requestBody"]["content"][FORM]["schema"]["properties"])
    return {one["name"] for one in operation["parameters"]}


def _read_by_checks() -> Iterator[str]:
    """Names that the checks ask the request for, found in their sources."""
    for file in Path(authorization.__file__).parent.glob("*.py"):
        yield from re.findall(r"""\b(?:asked|self)\.(?:get|every)\("([a-z_]+)"\)""", file.read_text("utf-8"))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
