"""What the certification profiles see at the edge of the house, and no test closer to its cause shows."""

import json

import pytest

from tests.people import AYSE, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import IDP, MHRS, Town


def test_disc_10_both_well_known_addresses_give_the_same_document(the_town: Town) -> None:
    openid, oauth = (
        the_town.call("GET", f"/.well-known/{name}") for name in ("openid-configuration", "oauth-authorization-server")
    )
    assert openid.status == oauth.status == 200
    assert openid.body == oauth.body
    assert json.loads(openid.body)["issuer"] == IDP


@pytest.mark.parametrize("accept", ["text/html", "application/jwt", "image/*;q=0", "nonsense", ""])
def test_uinfo_08_whatever_accept_says(citizen: Visitor, mhrs: StandIn, the_town: Town, accept: str) -> None:
    """JSON. The `Date` header is the server's: tests of a running program see it."""
    asked = mhrs.asks()
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    tokens = mhrs.tokens(citizen.approves(), asked)
    headers = {"authorization": f"Bearer {tokens.access_token}", "accept": accept}
    answer = the_town.call("GET", "/userinfo", headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


def test_logout_05_auth_14_after_a_logout_prompt_none_finds_nobody(citizen: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks()
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    tokens = mhrs.tokens(citizen.approves(), asked)
    citizen.open(f"/logout?id_token_hint={tokens.id_token}&post_logout_redirect_uri={MHRS}/&state=x")
    answer = came_back(citizen.open(mhrs.asks(prompt="none").url))
    assert answer["error"] == "login_required"
    assert "code" not in answer


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
def test_token_07_whatever_is_wrong_with_the_request_the_answer_is_json(the_town: Town, path: str) -> None:
    """TOKEN-01: another method, and a form beyond all measure."""
    for answer in (the_town.call("GET", path), the_town.call("POST", path, [(f"a{i}", "x") for i in range(300)])):
        assert answer.status in {400, 405}
        assert answer.headers["content-type"] == "application/json"
        assert json.loads(answer.body)["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "client_id": "mhrs", "client_secret": "x" * 43}, "invalid_client"),
    ],
)
def test_token_07_errors_are_json_and_not_cached(the_town: Town, fields: dict[str, str], error: str) -> None:
    answer = the_town.call("POST", "/token", fields)
    assert answer.status == (401 if error == "invalid_client" else 400)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.body)["error"] == error
