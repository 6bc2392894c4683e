"""A relying party that registers itself in a world without HTTP."""

import json
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from idp.domain.client import Client
from idp.protocol.issuer import Options, Registration
from idp.protocol.messages import JsonAnswer
from tests.protocol.world import ORIGIN, World, body_of

JSON = {"content-type": "application/json"}
RSA_KEY = RSAKey.generate_key(2048)
EC_KEY = ECKey.generate_key("P-256")
JWKS = {"keys": [RSA_KEY.as_dict(private=False)]}
EC_JWKS = {"keys": [EC_KEY.as_dict(private=False)]}

MINIMAL: dict[str, Any] = {"redirect_uris": ["https://rp.example/callback"]}

CERTIFICATION: dict[str, Any] = {
    "client_name": "OIDF dynamic client",
    "redirect_uris": ["https://www.certification.example:8443/test/a/alias/callback"],
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
    "contacts": ["certification@oidf.example"],
    "jwks": {"keys": [{name: RSA_KEY.as_dict(private=False)[name] for name in ("kty", "n", "e")}]},
}
"""DCR-04, as the certification suite sends it: no scope, no application_type, a key without a kid."""

EVERYTHING: dict[str, Any] = {
    **CERTIFICATION,
    "response_modes": ["form_post", "query"],
    "client_name#tr": "Sınama",
    "application_type": "web",
    "redirect_uris": ["https://rp.example/cb", "https://rp.example/cb?tenant=7"],
    "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "PS256",
    "client_uri": "https://rp.example/",
    "logo_uri": "https://rp.example/logo.png",
    "policy_uri": "https://rp.example/privacy#people",
    "policy_uri#en": "https://rp.example/en/privacy",
    "tos_uri": "https://rp.example/terms",
    "subject_type": "public",
    "id_token_signed_response_alg": "ES256",
    "id_token_encrypted_response_alg": "RSA-OAEP-256",
    "id_token_encrypted_response_enc": "A256GCM",
    "userinfo_signed_response_alg": "RS256",
    "userinfo_encrypted_response_alg": "RSA-OAEP-256",
    "request_object_signing_alg": "RS256",
    "request_uris": ["https://rp.example/request.jwt#5Zh1mPq0"],
    "default_max_age": 3600,
    "require_auth_time": True,
    "default_acr_values": ["urn:esik:acr:two-step"],
    "initiate_login_uri": "https://rp.example/start",
    "post_logout_redirect_uris": ["https://rp.example/bye"],
    "backchannel_logout_uri": "https://rp.example/backchannel",
    "backchannel_logout_session_required": True,
    "frontchannel_logout_uri": "https://rp.example/frontchannel",
    "frontchannel_logout_session_required": True,
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.2",
    "scope": "openid profile",
}

OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
"""What a PUT must leave out (RFC 7592 §2.2)."""


def open_world(**options: Any) -> World:
    return World(options=Options(**{"registration": Registration.OPEN, **options}))


@dataclass
class Registrant:
    """One that registers, and what it was told."""

    world: World = field(default_factory=open_world)
    told: dict[str, Any] = field(default_factory=dict)

    def posts(self, metadata: Any, headers: dict[str, str] | None = None) -> JsonAnswer:
        body = metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()
        given = JSON if headers is None else headers
        return self.world.provider.register(self.world.uow, given, body, ORIGIN)

    def registers(self, metadata: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Metadata, with members changed by name; one given as None is sent as null."""
        answer = self.posts((MINIMAL if metadata is None else metadata) | more)
        assert answer.status == 201, answer.body
        self.told = body_of(answer)
        return self.told

    def is_refused(self, metadata: dict[str, Any] | None = None, **more: Any) -> tuple[str, str]:
        """`error` and `error_description`, with nothing registered."""
        before = len(self.world.uow.clients.rows)
        answer = self.posts((MINIMAL if metadata is None else metadata) | more)
        assert answer.status == 400, answer.body
        assert len(self.world.uow.clients.rows) == before
        body = body_of(answer)
        return body["error"], body["error_description"]

    @property
    def client_id(self) -> str:
        return str(self.told["client_id"])

    @property
    def client(self) -> Client:
        return self.world.uow.clients.rows[self.client_id]

    def headers(self, token: str | None = None) -> dict[str, str]:
        return {**JSON, "authorization": f"Bearer {token or self.told['registration_access_token']}"}

    def reads(self, token: str | None = None) -> JsonAnswer:
        return self.world.provider.read_client(self.world.uow, self.client_id, self.headers(token), ORIGIN)

    def puts(self, metadata: dict[str, Any], token: str | None = None) -> JsonAnswer:
        body = json.dumps(metadata).encode()
        return self.world.provider.replace_client(self.world.uow, self.client_id, self.headers(token), body, ORIGIN)

    def replaces(self, metadata: dict[str, Any]) -> dict[str, Any]:
        answer = self.puts({"client_id": self.client_id} | metadata)
        assert answer.status == 200, answer.body
        return body_of(answer)

    def deletes(self, token: str | None = None) -> JsonAnswer:
        return self.world.provider.remove_client(self.world.uow, self.client_id, self.headers(token), ORIGIN)
