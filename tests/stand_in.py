"""A relying party that exists only in a test: it begins logins, catches what comes back, and redeems codes."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.asgi import Answer
from tests.browser import Page
from tests.town import MHRS, MHRS_SECRET, Town

CALLBACK = f"{MHRS}/oidc/callback"
PASSWORD_ACR = "urn:esik:acr:password"
TWO_STEP_ACR = "urn:esik:acr:two-step"


def essential_acr(*values: str) -> str:
    """The `claims` parameter that demands one of these levels (Core §5.5.1.1)."""
    return json.dumps({"id_token": {"acr": {"essential": True, "values": list(values)}}})


@dataclass(frozen=True)
class Asked:
    """One authorization request: its address and what the relying party remembers of it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """What a code was redeemed for. `claims` are the verified ones of the ID token."""

    claims: dict[str, Any]
    id_token: str
    access_token: str


class StandIn:
    """One registered client at one node of the provider."""

    def __init__(self, town: Town, client_id: str = "mhrs", secret: str = MHRS_SECRET) -> None:
        self.town = town
        self.client_id = client_id
        self.secret = secret

    def asks(self, **parameters: str | None) -> Asked:
        """A fresh request. A parameter given as None is left out."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        own: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
        }
        sent = {name: value for name, value in (own | parameters).items() if value is not None}
        url = f"{self.town.settings.issuer}/authorize?{urlencode(sent)}"
        return Asked(url, sent.get("state", ""), sent.get("nonce", ""), verifier)

    def redeem(self, code: str, verifier: str, **parameters: str | None) -> Answer:
        """POST to the token endpoint with HTTP Basic. A parameter given as None is left out."""
        own: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": verifier,
        }
        sent = {name: value for name, value in (own | parameters).items() if value is not None}
        return self.town.call("POST", "/token", sent, {"authorization": basic(self.client_id, self.secret)})

    def tokens(self, page: Page, asked: Asked) -> Tokens:
        """Redeem the code that this page's address carries, as an honest relying party does."""
        answer = came_back(page)
        assert answer.get("state") == asked.state
        assert answer.get("iss") == self.town.settings.issuer
        assert "code" in answer, answer
        response = self.redeem(answer["code"], asked.verifier)
        assert response.status == 200, response.text
        body = json.loads(response.body)
        return Tokens(self.verified(body["id_token"]), body["id_token"], body["access_token"])

    def verified(self, token: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(json.loads(self.town.call("GET", "/jwks").body))
        return dict(jwt.decode(token, keys, ["ES256", "RS256"]).claims)

    def userinfo(self, access_token: str) -> Answer:
        return self.town.call("GET", "/userinfo", headers={"authorization": f"Bearer {access_token}"})


def came_back(page: Page) -> dict[str, str]:
    """The parameters with which the browser came back to the relying party."""
    address, _, query = page.url.partition("?")
    assert address == CALLBACK, f"the browser is not back at the relying party but at {page.url}"
    assert all(len(values) == 1 for values in parse_qs(query, keep_blank_values=True).values())
    return dict(parse_qsl(query, keep_blank_values=True))


def went_back(page: Page) -> bool:
    """Whether the browser left the provider for the relying party."""
    return urlsplit(page.url).netloc == urlsplit(MHRS).netloc


def s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"
