"""`id_token_hint` in an authorization request: OpenID Connect Core §3.1.2.1 (AUTH-16, A15)."""

import json

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.protocol.messages import Redirect
from tests.protocol.world import ISSUER, LENIENT, MHRS, RSA, World, key, query_of, unsigned


def refused(world: World, hint: str) -> bool:
    answer = world.check(id_token_hint=hint)
    assert isinstance(answer, Redirect)
    return query_of(answer)["error"] == "invalid_request"


def test_auth_16_a_hint_names_who_must_log_in(world: World) -> None:
    hint = world.tokens()["id_token"]
    assert world.accepted(id_token_hint=hint).hinted_subject == world.read(hint)[1]["sub"]


def test_an_expired_hint_is_still_a_hint(world: World) -> None:
    hint = world.tokens()["id_token"]
    world.clock.advance(1_000_000)
    assert world.accepted(id_token_hint=hint).hinted_subject


def test_both_algorithms_are_believed() -> None:
    world = World.with_rsa()
    assert world.accepted(RSA, id_token_hint=world.tokens(RSA)["id_token"]).hinted_subject


def test_another_clients_hint_is_refused(world: World) -> None:
    assert refused(world, world.tokens(LENIENT)["id_token"])


def test_d12_an_access_token_is_no_hint(world: World) -> None:
    assert refused(world, world.tokens()["access_token"])


def test_logout_07_a_forged_hint_is_refused(world: World) -> None:
    claims = {"iss": ISSUER, "sub": "victim", "aud": MHRS.client_id, "iat": 1, "exp": 2}
    foreign = ECKey.generate_key("P-256")
    assert refused(world, jwt.encode({"alg": "ES256", "kid": key("ES256").kid}, claims, foreign))
    assert refused(world, unsigned(claims))


def test_another_issuers_hint_is_refused(world: World) -> None:
    """Even if it were signed with our key."""
    claims = {"iss": "https://other.example", "sub": "victim", "aud": MHRS.client_id, "iat": 1, "exp": 2}
    own = ECKey.import_key(json.loads(key("ES256").private_jwk))
    assert refused(world, jwt.encode({"alg": "ES256", "kid": key("ES256").kid}, claims, own))


@pytest.mark.parametrize("hint", ["x", "é", "\udce9", "\x00", "a.b.c", "..", 'a"b', "x" * 9000])
def test_what_is_no_token_is_refused(world: World, hint: str) -> None:
    assert refused(world, hint)
