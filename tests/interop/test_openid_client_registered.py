"""npm `openid-client` that registers itself, and uses what only a registration can ask for."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.interop.nginx import Site, nginx
from tests.interop.openid_client import Refused
from tests.interop.provider import clean_environment
from tests.interop.relying_party import RelyingParty
from tests.ports import free_port

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_KEEPS_COMING: dict[str, Any] = {
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile offline_access",
}
_OFFLINE = {"scope": "openid profile offline_access", "prompt": "consent"}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_idt_01_it_reads_id_tokens_of_every_algorithm(relying_party: RelyingParty, alg: str) -> None:
    registered = relying_party.registers(id_token_signed_response_alg=alg)
    assert registered["id_token_signed_response_alg"] == alg
    assert relying_party.logs_in()["header"]["alg"] == alg


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_token_04_it_proves_itself_with_a_key(relying_party: RelyingParty, alg: str) -> None:
    """With `private_key_jwt` at the token, introspection and revocation endpoints."""
    key = relying_party.call("key", use="sig", alg=alg)
    relying_party.registers(
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg=alg,
        jwks={"keys": [key]},
        **_KEEPS_COMING,
    )
    tokens = relying_party.logs_in(**_OFFLINE)
    fresh = relying_party.call("refreshTokenGrant", refresh_token=tokens["refresh_token"])
    assert relying_party.call("tokenIntrospection", token=fresh["access_token"])["active"]
    relying_party.call("tokenRevocation", token=fresh["refresh_token"])
    assert not relying_party.call("tokenIntrospection", token=fresh["refresh_token"])["active"]


def test_dcr_09_its_keys_are_fetched_from_where_it_publishes_them(relying_party: RelyingParty, folder: Path) -> None:
    """Through the guarded fetcher (D15), to the one host and by the one authority that the settings allow."""
    idp, site = relying_party.idp, Site(free_port(), folder)
    key = relying_party.call("key", use="sig", alg="ES256")
    (folder / "keys.json").write_text(json.dumps({"keys": [key]}))
    with nginx((site,), idp.authority, folder, clean_environment()):
        relying_party.registers(
            token_endpoint_auth_method="private_key_jwt", jwks_uri=f"https://localhost:{site.port}/keys.json"
        )
        assert relying_party.logs_in()["claims"]["iss"] == idp.issuer


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_token_14_it_keeps_a_citizen_with_refresh_tokens(relying_party: RelyingParty, method: str) -> None:
    relying_party.registers(token_endpoint_auth_method=method, **_KEEPS_COMING)
    first = relying_party.logs_in(**_OFFLINE)
    second = relying_party.call("refreshTokenGrant", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    for claim in ("iss", "sub", "aud", "auth_time", "acr"):
        assert second["claims"][claim] == first["claims"][claim]
    assert relying_party.userinfo(second)["given_name"] == "Ayşe"
    relying_party.call("tokenRevocation", token=second["refresh_token"])
    with pytest.raises(Refused, match="invalid_grant"):
        relying_party.call("refreshTokenGrant", refresh_token=second["refresh_token"])


def test_it_looks_at_what_a_token_is_worth(relying_party: RelyingParty) -> None:
    registered = relying_party.registers()
    tokens = relying_party.logs_in()
    told = relying_party.call("tokenIntrospection", token=tokens["access_token"])
    assert (told["active"], told["client_id"]) == (True, registered["client_id"])
    relying_party.call("tokenRevocation", token=tokens["access_token"])
    assert relying_party.call("tokenIntrospection", token=tokens["access_token"]) == {"active": False}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_req_01_it_asks_with_a_request_object(relying_party: RelyingParty, alg: str) -> None:
    key = relying_party.call("key", use="sig", alg=alg)
    relying_party.registers(request_object_signing_alg=alg, jwks={"keys": [key]})
    assert relying_party.logs_in(jar=True, max_age="300")["claims"]["iss"] == relying_party.idp.issuer


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_uinfo_05_it_reads_signed_userinfo(relying_party: RelyingParty, alg: str) -> None:
    relying_party.registers(userinfo_signed_response_alg=alg)
    assert relying_party.userinfo(relying_party.logs_in())["given_name"] == "Ayşe"


@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A256GCM"])
@pytest.mark.parametrize("alg", ["RSA-OAEP-256", "ECDH-ES"])
def test_dcr_08_it_reads_what_is_encrypted_to_it(relying_party: RelyingParty, alg: str, enc: str) -> None:
    key = relying_party.call("key", use="enc", alg=alg)
    relying_party.registers(
        jwks={"keys": [key]},
        id_token_encrypted_response_alg=alg,
        id_token_encrypted_response_enc=enc,
        userinfo_signed_response_alg="ES256",
        userinfo_encrypted_response_alg=alg,
        userinfo_encrypted_response_enc=enc,
    )
    relying_party.call("enableDecryptingResponses", encs=[enc])
    tokens = relying_party.logs_in()
    assert (tokens["header"]["alg"], tokens["header"]["enc"]) == (alg, enc)
    assert relying_party.userinfo(tokens, encrypted=True)["given_name"] == "Ayşe"


def test_it_acts_for_itself(relying_party: RelyingParty) -> None:
    relying_party.registers(grant_types=["client_credentials"], response_types=[], redirect_uris=[])
    tokens = relying_party.call("clientCredentialsGrant")
    assert tokens["token_type"] == "bearer"
    assert "refresh_token" not in tokens


@pytest.mark.parametrize("mode", ["fragment", "form_post"])
def test_auth_29_it_takes_an_id_token_without_a_code(relying_party: RelyingParty, mode: str) -> None:
    """Not on localhost (Registration §2), but nobody has to be there: the journey ends on the way to it."""
    callback = "https://service.example/callback"
    relying_party.registers(
        redirect_uris=[callback],
        grant_types=["implicit"],
        response_types=["id_token"],
        token_endpoint_auth_method="none",
    )
    asked = {"redirect_uri": callback, "scope": "openid", "response_type": "id_token", "response_mode": mode}
    relying_party.call("useIdTokenResponseType")
    with relying_party.idp.citizen() as citizen:
        reached = citizen.logs_in(relying_party.sends(**asked))
        claims = relying_party.call("implicitAuthentication", url=reached, form=citizen.delivered or None)
    assert reached.startswith(callback)
    assert claims["iss"] == relying_party.idp.issuer
