"""What the provider really answers has the shape that its document tells."""

import json
from typing import Any

import pytest

from idp.web.forms import MOST_BYTES
from tests.asgi import Answer
from tests.openapi.samples import FORM, Json, faults, written
from tests.people import AYSE, Visitor
from tests.stand_in import StandIn, Tokens, basic
from tests.town import IDP, Town


@pytest.fixture
def mhrs(the_town: Town) -> StandIn:
    return StandIn(the_town)


def logged_in(the_town: Town, mhrs: StandIn) -> Tokens:
    citizen, asked = Visitor(the_town), mhrs.asks(scope="openid profile phone kimlik")
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    return mhrs.tokens(citizen.approves(), asked)


def fits(document: Json, schema: str, value: Any) -> None:
    assert faults(document, {"$ref": f"#/components/schemas/{schema}"}, value) == []


def is_told(document: Json, path: str, method: str, answer: Answer) -> None:
    """Status, media type, body and the headers that the document names."""
    for name, header in has_a_told_body(document, path, method, answer).get("headers", {}).items():
        assert name in answer.headers, f"{name} is missing"
        assert faults(document, header["schema"], answer.headers[name]) == []


def has_a_told_body(document: Json, path: str, method: str, answer: Answer) -> Json:
    """Status, media type and body. What is described of this answer."""
    told = document["paths"][path][method]["responses"]
    assert str(answer.status) in told, f"{answer.status} at {method} {path}: {answer.text}"
    described: Json = told[str(answer.status)]
    if "content" not in described:
        assert answer.body == b""
        return described
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in described["content"]
    value = json.loads(answer.body) if media_type.endswith("json") else answer.text
    assert faults(document, described["content"][media_type]["schema"], value) == []
    return described


def test_tokens_and_claims(the_town: Town, mhrs: StandIn, provider_document: Json) -> None:
    tokens = logged_in(the_town, mhrs)
    fits(provider_document, "IdTokenClaims", tokens.claims)
    fits(provider_document, "AccessTokenClaims", mhrs.verified(tokens.access_token))
    is_told(provider_document, "/userinfo", "get", mhrs.userinfo(tokens.access_token))


def test_the_token_response(the_town: Town, mhrs: StandIn, provider_document: Json) -> None:
    citizen, asked = Visitor(the_town), mhrs.asks()
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    code = citizen.approves().url.partition("code=")[2].partition("&")[0]
    is_told(provider_document, "/token", "post", mhrs.redeem(code, asked.verifier))
    is_told(provider_document, "/token", "post", mhrs.redeem(code, asked.verifier))


@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"]
)
def test_public_documents(the_town: Town, provider_document: Json, path: str) -> None:
    is_told(provider_document, path, "get", the_town.call("GET", path))


@pytest.mark.parametrize(
    ("secret", "fields"),
    [
        ("wrong", {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}),
        ("right", {}),
        ("right", {"grant_type": "password"}),
        ("right", {"grant_type": "authorization_code"}),
        ("right", {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}),
    ],
)
def test_refusals_of_the_token_endpoint(
    the_town: Town, mhrs: StandIn, provider_document: Json, secret: str, fields: dict[str, str]
) -> None:
    given = mhrs.secret if secret == "right" else secret
    answer = the_town.call("POST", "/token", fields, {"authorization": basic(mhrs.client_id, given)})
    assert answer.status in {400, 401}
    is_told(provider_document, "/token", "post", answer)


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense"])
def test_refusals_of_the_userinfo_endpoint(the_town: Town, provider_document: Json, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    is_told(provider_document, "/userinfo", "get", the_town.call("GET", "/userinfo", headers=headers))


def test_a_token_in_the_query(the_town: Town, provider_document: Json) -> None:
    is_told(provider_document, "/userinfo", "get", the_town.call("GET", "/userinfo?access_token=x"))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/livez", "/livez"),
        ("/readyz", "/readyz"),
        ("/sandbox/v1/personas", "/sandbox/v1/personas"),
        ("/sandbox/v1/phones/{phone_number}/messages", "/sandbox/v1/phones/+905000000001/messages"),
        ("/sandbox/v1/phones/{phone_number}/messages", "/sandbox/v1/phones/+905559999999/messages"),
        ("/sandbox/v1/phones/{phone_number}/messages/wait", "/sandbox/v1/phones/+905000000001/messages/wait?timeout=0"),
        (
            "/sandbox/v1/phones/{phone_number}/messages/wait",
            "/sandbox/v1/phones/+905000000001/messages/wait?timeout=99",
        ),
    ],
)
def test_the_apis_for_programs(the_town: Town, provider_document: Json, path: str, asked: str) -> None:
    is_told(provider_document, path, "get", the_town.call("GET", asked))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/robots.txt", "/robots.txt"),
        ("/favicon.ico", "/favicon.ico"),
        ("/telefon/{phone_number}/uygulama.webmanifest", f"/telefon/{AYSE.phone}/uygulama.webmanifest"),
    ],
)
def test_files(the_town: Town, provider_document: Json, path: str, asked: str) -> None:
    is_told(provider_document, path, "get", the_town.call("GET", asked))


def test_what_crawlers_read_is_the_example(the_town: Town, provider_document: Json) -> None:
    told = provider_document["paths"]["/robots.txt"]["get"]["responses"]["200"]["content"]["text/plain"]
    assert the_town.call("GET", "/robots.txt").text == told["example"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/token", "post"),
        ("/introspect", "post"),
        ("/revoke", "post"),
        ("/userinfo", "get"),
        ("/userinfo", "post"),
        ("/register/{client_id}", "get"),
        ("/register/{client_id}", "put"),
        ("/register/{client_id}", "delete"),
    ],
)
def test_two_authorization_headers(the_town: Town, provider_document: Json, path: str, method: str) -> None:
    """Which of the two would be believed? Neither, and the document shows the very answer."""
    twice = (("authorization", "Basic eDp4"), ("authorization", "Bearer x"), ("content-type", FORM))
    answer = the_town.loop.call(the_town.idp, method.upper(), f"{IDP}{path.format(client_id='mhrs')}", twice)
    assert answer.status == 400
    is_told(provider_document, path, method, answer)
    told = provider_document["paths"][path][method]["responses"]["400"]["content"]["application/json"]
    assert json.loads(answer.body) in written(told)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_large_body_at_a_registration(the_town: Town, provider_document: Json, method: str) -> None:
    sent = b"x" * (MOST_BYTES + 1)
    answer = the_town.loop.call(the_town.idp, method.upper(), f"{IDP}/register/mhrs", (), sent)
    assert answer.status == 413
    is_told(provider_document, "/register/{client_id}", method, answer)
