"""`id_token_hint` in an authorization request: OpenID Connect Core §3.1.2.1 (AUTH-16, A15)."""

import json
from dataclasses import replace

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.protocol.messages import EndSession, Redirect
from tests.protocol.offline import AGENT, is_active, offline_world, own_token, revoke
from tests.protocol.world import ISSUER, LENIENT, MHRS, RSA, World, body_of, key, query_of, unsigned


def refused(world: World, hint: str) -> bool:
    answer = world.check(id_token_hint=hint)
    assert isinstance(answer, Redirect)
    return query_of(answer)["error"] == "invalid_request"


def test_auth_16_a_hint_names_who_must_log_in(world: World) -> None:
    hint = world.tokens()["id_token"]
    assert world.accepted(id_token_hint=hint).hinted_subjects == (world.read(hint)[1]["sub"],)


def test_an_expired_hint_is_still_a_hint(world: World) -> None:
    hint = world.tokens()["id_token"]
    world.clock.advance(1_000_000)
    assert world.accepted(id_token_hint=hint).hinted_subjects


def test_both_algorithms_are_believed() -> None:
    world = World.with_rsa()
    assert world.accepted(RSA, id_token_hint=world.tokens(RSA)["id_token"]).hinted_subjects


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


@pytest.mark.parametrize("length", [7_000, 40_000])
def test_auth_16_logout_02_what_we_issue_for_a_long_nonce_is_believed(world: World, length: int) -> None:
    """Whoever sent it can send the ID token back: only what a form can carry bounds both."""
    hint = world.tokens(nonce="n" * length)["id_token"]
    assert world.accepted(id_token_hint=hint).hinted_subjects
    judged = world.provider.end_session(world.uow, [("id_token_hint", hint)])
    assert isinstance(judged, EndSession)
    assert judged.client == MHRS


def test_d13_what_no_form_can_carry_is_no_hint(world: World) -> None:
    assert refused(world, world.tokens(nonce="n" * 60_000)["id_token"])


def test_rfc8707_a_token_for_a_hundred_resources_is_believed() -> None:
    world = offline_world()
    many = tuple(f"https://api.rp.example/{'x' * 90}/{number}" for number in range(100))
    world.uow.clients.rows["agent"] = replace(AGENT, resources=many)
    token = body_of(own_token(world, *(("resource", uri) for uri in many)))["access_token"]
    assert is_active(world, token)
    assert revoke(world, token).status == 200
    assert not is_active(world, token)
