"""The access token: RFC 9068 (R-08)."""

import pytest

from idp.domain.client import Client
from idp.protocol.issuer import Lifetimes
from tests.protocol.world import ISSUER, MHRS, RSA, TWO_STEP, World


@pytest.mark.parametrize("client", [MHRS, RSA], ids=lambda client: client.id_token_alg)
def test_9068_2_header_and_claims(client: Client) -> None:
    """Always ES256, whatever the client registered for its ID tokens."""
    world = World.with_rsa()
    header, claims = world.read(world.tokens(client, scope="openid phone")["access_token"])
    assert (header["alg"], header["typ"]) == ("ES256", "at+jwt")
    own = {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"}
    assert claims.keys() == own | {"auth_time", "acr", "amr"}
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (ISSUER, ISSUER, client.client_id)
    assert claims["scope"] == "openid phone"
    assert (claims["acr"], claims["auth_time"]) == (TWO_STEP.acr, TWO_STEP.auth_time)
    assert claims["exp"] - claims["iat"] == 600


def test_jti_finds_the_grant_and_never_repeats(world: World) -> None:
    ids = {world.read(world.tokens()["access_token"])[1]["jti"] for _ in range(20)}
    assert len(ids) == 20
    assert {jti.rpartition(".")[0] for jti in ids} == set(world.uow.grants.rows)


@pytest.mark.parametrize("too_long", [{"code": 61}, {"access_token": 601}, {"id_token": 601}, {"code": 0}])
def test_r_06_r_08_lifetimes_have_limits(too_long: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at most"):
        Lifetimes(**too_long)
