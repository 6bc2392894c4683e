"""A relying party that registered itself, whatever it asked for: it logs a citizen in and reads what it gets."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT
from idp.protocol.jose.signatures import SIGNATURES
from tests.asgi import Answer
from tests.people import Visitor
from tests.protocol.client_jwts import private, public, signed
from tests.stand_in import CALLBACK, basic, s256
from tests.town import IDP, Town

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VERIFIER = "walk" * 12
JWKS = {"keys": [public("RSA", kid="rsa"), public("P-256", kid="ec"), public("Ed25519", kid="ed")]}
_DECRYPTION = jwe.JWERegistry(algorithms=(*KEY_MANAGEMENT, *CONTENT_ENCRYPTION))


@dataclass(frozen=True)
class SelfRegistered:
    """`told` is the answer to the registration; `citizen` is a browser in which somebody is logged in."""

    town: Town
    citizen: Visitor
    told: dict[str, Any]

    @classmethod
    def with_metadata(cls, town: Town, citizen: Visitor, **metadata: Any) -> "SelfRegistered":
        own = {"client_name": "Yürüyüş", "redirect_uris": [CALLBACK], "jwks": JWKS} | metadata
        sent = json.dumps(own).encode()
        answer = town.loop.call(
            town.idp, "POST", f"{IDP}/register", (("content-type", "application/json"),), sent, address="127.0.0.1"
        )
        assert answer.status == 201, answer.text
        return cls(town, citizen, json.loads(answer.body))

    @property
    def client_id(self) -> str:
        return str(self.told["client_id"])

    def parameters(self, **changed: str) -> dict[str, str]:
        own = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid profile",
            "state": "s",
            "nonce": "n",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
        }
        return own | changed

    def comes_back(self, **changed: str) -> dict[str, str]:
        """What the browser brings, in query or fragment, after consent if it is asked for."""
        page = self.citizen.open(f"/authorize?{urlencode(self.parameters(**changed))}")
        if not page.url.startswith(CALLBACK):
            page = self.citizen.approves()
        parts = urlsplit(page.url)
        return dict(parse_qsl(parts.query or parts.fragment))

    def posts(self, path: str, fields: dict[str, str], alg: str = "ES256") -> Answer:
        """A form to an endpoint, authenticated as registered."""
        method, headers = self.told["token_endpoint_auth_method"], {}
        if method == "client_secret_basic":
            headers = {"authorization": basic(self.client_id, self.told["client_secret"])}
        elif method == "client_secret_post":
            fields = fields | {"client_id": self.client_id, "client_secret": self.told["client_secret"]}
        elif method == "none":
            fields = fields | {"client_id": self.client_id}
        else:
            now = self.town.clock.now()
            claims = {"iss": self.client_id, "sub": self.client_id, "aud": IDP, "iat": now, "exp": now + 60}
            assertion = signed(claims | {"jti": f"{path}{len(fields)}{alg}"}, alg=alg)
            fields = fields | {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return self.town.call("POST", path, fields, headers)

    def logs_in(self, alg: str = "ES256", **changed: str) -> dict[str, Any]:
        """The answer of the token endpoint after a whole login."""
        back = self.comes_back(**changed)
        assert "code" in back, back
        fields = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": CALLBACK}
        answer = self.posts("/token", fields | {"code_verifier": VERIFIER}, alg)
        assert answer.status == 200, answer.text
        body: dict[str, Any] = json.loads(answer.body)
        return body

    def userinfo(self, access_token: str) -> Answer:
        return self.town.call("GET", "/userinfo", headers={"authorization": f"Bearer {access_token}"})


def read(town: Town, token: str, alg: str) -> dict[str, Any]:
    """The claims of a token signed with this algorithm by a published key."""
    keys = KeySet.import_key_set(json.loads(town.call("GET", "/jwks").body))
    found = jws.deserialize_compact(token, keys, registry=SIGNATURES)
    assert found.headers()["alg"] == alg
    claims: dict[str, Any] = json.loads(found.payload or b"")
    return claims


def opened(token: str, alg: str, enc: str) -> str:
    """What was encrypted to this relying party with these algorithms."""
    key = RSAKey.import_key(private("RSA", 0)) if alg.startswith("RSA") else ECKey.import_key(private("P-256", 0))
    found = jwe.decrypt_compact(token, key, registry=_DECRYPTION)
    assert (found.protected["alg"], found.protected["enc"]) == (alg, enc)
    return (found.plaintext or b"").decode()
