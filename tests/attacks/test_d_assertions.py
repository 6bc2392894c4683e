"""D07, D13 at the token endpoint, over HTTP and on each database: client assertions (TOKEN-05, R-09)."""

import json
from functools import partial
from typing import Any

import pytest

from idp.domain.client import Client, ClientAuthMethod, SubjectType
from idp.domain.client_metadata import ClientMetadata, GrantType
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.protocol.client_jwts import forged, jwks, public, signed
from tests.town import IDP, Town, another_node

ROBOT = Client(
    client_id="robot",
    name="Robot",
    redirect_uris=(),
    auth_method=ClientAuthMethod.PRIVATE_KEY_JWT,
    subject_type=SubjectType.PUBLIC,
    metadata=ClientMetadata(
        grant_types=(GrantType.CLIENT_CREDENTIALS,), response_types=(), jwks=jwks(public("P-256", kid="k"))
    ),
)


def registered(town: Town) -> Town:
    with town.store.begin() as uow:
        assert uow.clients.add(ROBOT)
    return town


def claims(town: Town, **changed: Any) -> dict[str, Any]:
    own = {"iss": "robot", "sub": "robot", "aud": IDP, "exp": town.clock.now() + 60, "jti": "j"}
    return own | changed


def asks(town: Town, assertion: str, **form: str) -> Answer:
    own = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    return town.call("POST", "/token", own | form)


def test_token_05_d07_a_jti_is_good_once_over_all_processes(any_town: Town) -> None:
    """Two nodes, twelve requests at the same instant: exactly one is believed."""
    registered(any_town)
    assertion = signed(claims(any_town))
    with another_node(any_town) as second:
        nodes = (any_town, second)
        answers = at_once([partial(asks, nodes[number % 2], assertion) for number in range(12)])
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200, *[401] * 11]
        assert {asks(node, assertion).status for node in nodes} == {401}
        assert asks(second, signed(claims(any_town, jti="another"))).status == 200


def test_token_05_a_refused_request_uses_its_assertion_up(any_town: Town) -> None:
    """The refusal is committed, and the name with it."""
    registered(any_town)
    assertion = signed(claims(any_town))
    assert json.loads(asks(any_town, assertion, scope="openid").body)["error"] == "invalid_scope"
    assert asks(any_town, assertion).status == 401


def test_token_05_a_jti_is_remembered_until_the_assertion_is_over(any_town: Town) -> None:
    registered(any_town)
    assertion = signed(claims(any_town, exp=any_town.clock.now() + 3600))
    assert asks(any_town, assertion).status == 200
    any_town.clock.advance(3599)
    assert asks(any_town, assertion).status == 401


@pytest.mark.parametrize(
    "assertion",
    [
        "",
        "a.b.c",
        forged({"alg": "none"}, {"sub": "robot", "iss": "robot"}),
        forged({"alg": "HS256"}, {"sub": "robot", "iss": "robot"}, b"x" * 32),
        forged({"alg": "ES256", "kid": 'ö"\\'}, {"sub": "robot", "iss": "robot"}, b"x" * 64),
        forged(b"[" * 1500, {}, b"x"),
        "\0.\0.\0",
        "şşş",
        "A" * 50_000,
    ],
)
def test_d13_al_04_hostile_assertions_over_http(the_town: Town, assertion: str) -> None:
    registered(the_town)
    answer = asks(the_town, assertion)
    assert (answer.status, json.loads(answer.body)["error"]) == (401, "invalid_client")
    assert "application/json" in answer.headers["content-type"]
