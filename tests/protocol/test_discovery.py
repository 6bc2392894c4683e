"""Metadata and published keys: OpenID Connect Discovery, RFC 8414, RFC 7517."""

import base64
import json
from typing import Any

import pytest
from authlib.oidc import rpinitiated
from authlib.oidc.discovery import OpenIDProviderMetadata

from idp.domain.client import ClientAuthMethod
from idp.protocol import discovery
from idp.protocol.issuer import Options
from tests.protocol.world import ISSUER, World, error_of, key

ABSENT = {
    "registration_endpoint",
    "pushed_authorization_request_endpoint",
    "check_session_iframe",
}


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(world.provider.discovery().body)
    return parsed


def test_disc_01_issuer(document: dict[str, Any]) -> None:
    assert document["issuer"] == ISSUER


def test_disc_02_endpoints_are_below_the_issuer(document: dict[str, Any]) -> None:
    assert {name: value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))} == {
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "introspection_endpoint": f"{ISSUER}/introspect",
        "revocation_endpoint": f"{ISSUER}/revoke",
        "jwks_uri": f"{ISSUER}/jwks",
        "end_session_endpoint": f"{ISSUER}/logout",
    }


def test_an_issuer_with_a_slash_at_its_end() -> None:
    metadata = discovery.metadata("https://esik.example/", Options())
    assert metadata["issuer"] == "https://esik.example/"
    assert metadata["token_endpoint"] == "https://esik.example/token"


def test_disc_03_to_06(document: dict[str, Any]) -> None:
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert document["subject_types_supported"] == ["pairwise", "public"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert document["scopes_supported"] == [
        *("openid", "profile", "email", "address", "phone", "kimlik", "offline_access"),
    ]
    assert {"sub", "acr", "amr", "auth_time", "national_id", "name"} <= set(document["claims_supported"])


def test_disc_07_al_37_types_as_authlib_reads_them(document: dict[str, Any]) -> None:
    OpenIDProviderMetadata(document).validate(metadata_classes=[rpinitiated.OpenIDProviderMetadata])
    for name, value in document.items():
        is_flag = name.endswith(("_parameter_supported", "_logout_supported", "_logout_session_supported"))
        is_flag = is_flag or name == "require_request_uri_registration"
        assert type(value) is (bool if is_flag else list if name.endswith("_supported") else str)


def test_disc_08_only_registered_members(document: dict[str, Any]) -> None:
    known = {
        *OpenIDProviderMetadata.REGISTRY_KEYS,
        "userinfo_endpoint",
        "end_session_endpoint",
        "introspection_endpoint",  # RFC 8414 §2
        "introspection_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
        "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported",
        "prompt_values_supported",
        "backchannel_logout_supported",  # Back-Channel Logout §2.1
        "backchannel_logout_session_supported",
        "frontchannel_logout_supported",  # Front-Channel Logout §3
        "frontchannel_logout_session_supported",
    }
    assert document.keys() <= known


def test_disc_09_d17_what_does_not_exist_is_not_published(document: dict[str, Any]) -> None:
    assert not document.keys() & ABSENT


def test_disc_09_request_objects_are_advertised_as_they_are(document: dict[str, Any]) -> None:
    """What is absent would mean that any address may be fetched (Disc §3)."""
    for name in ("request_parameter_supported", "request_uri_parameter_supported", "require_request_uri_registration"):
        assert document[name] is True
    for name in ("request_object", "token_endpoint_auth"):
        assert document[f"{name}_signing_alg_values_supported"] == ["RS256", "PS256", "ES256", "EdDSA"]


def test_disc_09_what_is_published_works(world: World, document: dict[str, Any]) -> None:
    assert document["token_endpoint_auth_methods_supported"] == [method.value for method in ClientAuthMethod]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["claims_parameter_supported"] is True
    for prompt in document["prompt_values_supported"]:
        assert world.accepted(prompt=prompt).prompt == {prompt}
    for mode in document["response_modes_supported"]:
        assert error_of(world.check(response_mode=mode)) == ""


def test_acr_values_are_those_that_can_be_reached(document: dict[str, Any]) -> None:
    assert document["acr_values_supported"] == [
        "urn:esik:acr:password",
        "urn:esik:acr:two-step",
        "urn:esik:acr:phishing-resistant",
    ]


def test_disc_11_d17_jwks_holds_public_keys_only() -> None:
    document = World.with_rsa().provider.jwks()
    keys = json.loads(document.body)["keys"]
    assert {one["kid"] for one in keys} == {key("ES256").kid, key("RS256").kid}
    for one in keys:
        members = {"EC": {"crv", "x", "y"}, "RSA": {"n", "e"}}[one["kty"]]
        assert one.keys() == members | {"kty", "kid", "alg", "use"}
        assert all(set(one[name]).isdisjoint("+/=") for name in members - {"crv"})
        assert one["use"] == "sig"
    (rsa,) = (one for one in keys if one["kty"] == "RSA")
    assert len(base64.urlsafe_b64decode(rsa["n"] + "==")) * 8 == 3072


def test_documents_are_made_once_and_tagged(world: World) -> None:
    """SET-16: cached by clients for at most a minute."""
    for read in (world.provider.discovery, world.provider.jwks):
        first, second = read(), read()
        assert first is second
        assert first.etag.startswith('"')
        assert first.max_age <= 60
