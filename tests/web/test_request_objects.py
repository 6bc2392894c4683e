"""Request objects in a browser, from the address to the tokens: OpenID Connect Core §6 (REQ-01, AUTH-01, SET-14)."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.people import AYSE, Visitor
from tests.protocol.client_jwts import jwks, public, signed
from tests.stand_in import TWO_STEP_ACR, Asked, StandIn, came_back, essential_acr
from tests.town import IDP


@pytest.fixture
def signing(citizen: Visitor, mhrs: StandIn) -> StandIn:
    """MHRS, with a key to sign with."""
    with citizen.town.store.begin() as uow:
        client = uow.clients.by_id(mhrs.client_id)
        assert client is not None
        uow.clients.put(replace(client, metadata=replace(client.metadata, jwks=jwks(public("P-256")))))
    return mhrs


def sealed(asked: Asked, **changed: object) -> dict[str, str]:
    """The same request, all of it inside a signed object but what must stand outside."""
    inside = dict(parse_qsl(urlsplit(asked.url).query)) | {"iss": "mhrs", "aud": IDP} | changed
    outside = {"client_id": "mhrs", "response_type": "code", "scope": "openid", "prompt": "none"}
    return outside | {"request": signed(inside, typ="oauth-authz-req+jwt")}


def test_req_01_a_signed_request_leads_to_tokens(citizen: Visitor, signing: StandIn) -> None:
    """What the citizen's browser could change, the `prompt` outside, means nothing beside what is signed."""
    asked = signing.asks(claims=essential_acr(TWO_STEP_ACR))
    query = "&".join(f"{name}={value}" for name, value in sealed(asked, prompt="login").items())
    citizen.open(f"{IDP}/authorize?{query}")
    citizen.two_steps(AYSE)
    tokens = signing.tokens(citizen.approves(), asked)
    assert tokens.claims["nonce"] == asked.nonce
    assert tokens.claims["acr"] == TWO_STEP_ACR


def test_auth_01_the_same_as_a_form(citizen: Visitor, signing: StandIn) -> None:
    answer = citizen.town.call("POST", "/authorize", sealed(signing.asks(), prompt="login"))
    assert answer.status == 303
    page = citizen.open(f"{IDP}{answer.headers['location']}")
    assert page.url.startswith(f"{IDP}/login/")


def test_req_05_a_changed_object_goes_back_as_an_error(citizen: Visitor, signing: StandIn) -> None:
    asked = signing.asks(request=signed({"state": "x"})[:-8] + "AAAAAAAA")
    answer = came_back(citizen.open(asked.url))
    assert (answer["error"], answer["state"]) == ("invalid_request_object", asked.state)
