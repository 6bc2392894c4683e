"""Refreshing, a client's own token, introspection and revocation answer in the shapes that the document tells."""

import json

import pytest

from tests.attacks.refreshing import Refresher, offline_login
from tests.openapi.samples import Json
from tests.openapi.test_truth import fits, is_told
from tests.people import Visitor
from tests.town import MHRS, Town


@pytest.fixture
def client(the_town: Town) -> Refresher:
    return Refresher(the_town)


def test_token_15_a_refresh_is_told(the_town: Town, client: Refresher, provider_document: Json) -> None:
    body = offline_login(Visitor(the_town), client)
    fits(provider_document, "TokenResponse", body)
    for token in (body["refresh_token"], "x", ""):
        is_told(provider_document, "/token", "post", client.refresh(token))
    is_told(provider_document, "/token", "post", client.refresh(body["refresh_token"], resource="https://x.example"))


@pytest.mark.parametrize("more", [{}, {"resource": f"{MHRS}/api"}, {"resource": "urn:x"}, {"scope": "openid"}])
def test_al_18_a_clients_own_token_is_told(client: Refresher, provider_document: Json, more: dict[str, str]) -> None:
    answer = client.sends("/token", {"grant_type": "client_credentials"} | more)
    is_told(provider_document, "/token", "post", answer)
    if answer.status == 200:
        token = json.loads(answer.body)["access_token"]
        fits(provider_document, "AccessTokenClaims", client.verified(token))
        is_told(provider_document, "/introspect", "post", client.introspect(token))


def test_r_12_what_introspection_says_is_told(the_town: Town, client: Refresher, provider_document: Json) -> None:
    body = offline_login(Visitor(the_town), client)
    stranger = Refresher(the_town, "nobody")
    for token in (body["access_token"], body["refresh_token"], body["id_token"], "x", ""):
        for asker in (client, stranger):
            is_told(provider_document, "/introspect", "post", asker.introspect(token))


def test_d11_what_revocation_says_is_told(the_town: Town, client: Refresher, provider_document: Json) -> None:
    body = offline_login(Visitor(the_town), client)
    for asker in (Refresher(the_town, "nobody"), Refresher(the_town, "mhrs-floor")):
        is_told(provider_document, "/revoke", "post", asker.revoke(body["refresh_token"]))
    is_told(provider_document, "/revoke", "post", client.revoke(""))
    done = client.revoke(body["refresh_token"])
    told = provider_document["paths"]["/revoke"]["post"]["responses"]["200"]
    assert (done.status, done.body, "content" in told) == (200, b"", False)
    assert set(told["headers"]) <= {name.title() for name in done.headers}
