"""TOKEN-04, TOKEN-05, AL-23: an assertion is good at every endpoint where clients authenticate, once in all of them."""

from dataclasses import replace
from itertools import count

import pytest

from idp.domain.client import ClientAuthMethod
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.messages import JsonAnswer
from tests.protocol.client_jwts import jwks, public, signed
from tests.protocol.offline import AGENT, SCOPE, offline_world
from tests.protocol.world import CALLBACK, FORM, ISSUER, ORIGIN, VERIFIER, World, body_of, error_of

SIGNER = replace(
    AGENT,
    client_id="signer",
    auth_method=ClientAuthMethod.PRIVATE_KEY_JWT,
    secret_hash=None,
    metadata=replace(AGENT.metadata, jwks=jwks(public("P-256"))),
)
NUMBERS = count()


@pytest.fixture
def world() -> World:
    world = offline_world()
    world.uow.clients.rows["signer"] = SIGNER
    return world


def assertion(world: World, audience: str) -> dict[str, str]:
    now = world.clock.now()
    claims = {"iss": "signer", "sub": "signer", "aud": audience, "iat": now, "exp": now + 60, "jti": f"{next(NUMBERS)}"}
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed(claims)}


def asks(world: World, verb: str, fields: dict[str, str], proof: dict[str, str]) -> JsonAnswer:
    answer: JsonAnswer = getattr(world.provider, verb)(world.uow, list((fields | proof).items()), FORM, ORIGIN)
    return answer


def test_al_23_a_whole_life_by_assertions(world: World) -> None:
    """Code, refresh, introspection, revocation, and a token of its own; each to that endpoint's own address."""
    code = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    code["code"] = world.code(SIGNER, scope=SCOPE, prompt="consent")
    first = body_of(asks(world, "token", code, assertion(world, f"{ISSUER}/token")))
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = body_of(asks(world, "token", again, assertion(world, f"{ISSUER}/token")))
    token = {"token": second["refresh_token"]}
    assert body_of(asks(world, "introspect", token, assertion(world, f"{ISSUER}/introspect")))["active"] is True
    assert asks(world, "revoke", token, assertion(world, f"{ISSUER}/revoke")).status == 200
    assert body_of(asks(world, "introspect", token, assertion(world, ISSUER)))["active"] is False
    own = asks(world, "token", {"grant_type": "client_credentials"}, assertion(world, ISSUER))
    assert world.read(body_of(own)["access_token"])[1]["sub"] == "signer"


def test_token_05_d07_one_assertion_authenticates_once(world: World) -> None:
    """Wherever it was used first."""
    proof = assertion(world, ISSUER)
    assert asks(world, "introspect", {"token": "x"}, proof).status == 200
    for verb, fields in (
        ("introspect", {"token": "x"}),
        ("revoke", {"token": "x"}),
        ("token", {"grant_type": "client_credentials"}),
    ):
        assert error_of(asks(world, verb, fields, proof)) == "invalid_client"
