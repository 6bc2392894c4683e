"""A service that is built on openid-client: how the provider comes to know it, and how a citizen comes in."""

from dataclasses import dataclass
from typing import Any

from tests.interop.openid_client import OpenidClient
from tests.interop.provider import Provider

CALLBACK = "https://localhost:1/callback"
AFTER_LOGOUT = "https://localhost:1/goodbye"


@dataclass(frozen=True)
class RelyingParty:
    """One service and its provider. Every answer is what the library gave, after all its checks."""

    openid_client: OpenidClient
    idp: Provider

    def is_added(self, client_id: str, *options: str, **metadata: Any) -> None:
        """An operator registered it on the command line."""
        secret = self.idp.add_client(client_id, "--redirect-uri", CALLBACK, *options)
        self.call("discovery", issuer=self.idp.issuer, client_id=client_id, metadata=metadata, secret=secret)

    def registers(self, **metadata: Any) -> dict[str, Any]:
        """It registers itself (RFC 7591). Answers what the provider made of it."""
        asked = {"redirect_uris": [CALLBACK], "post_logout_redirect_uris": [AFTER_LOGOUT]} | metadata
        return self.call("dynamicClientRegistration", issuer=self.idp.issuer, metadata=asked)

    def sends(self, *, jar: bool = False, **parameters: str) -> str:
        """The address that it sends the browser to; `jar`: with a request object (RFC 9101)."""
        asked = {"redirect_uri": CALLBACK, "scope": "openid profile"} | parameters
        address: str = self.call("buildAuthorizationUrl", parameters=asked, jar=jar)["url"]
        return address

    def logs_in(self, *, jar: bool = False, **parameters: str) -> dict[str, Any]:
        """What it has after a citizen's two steps: tokens, with the ID token's claims and header."""
        with self.idp.citizen() as citizen:
            reached = citizen.logs_in(self.sends(jar=jar, **parameters))
            return self.call("authorizationCodeGrant", url=reached, form=citizen.delivered or None)

    def userinfo(self, tokens: dict[str, Any], *, encrypted: bool = False) -> dict[str, Any]:
        """The claims about the citizen. Whether they came encrypted is asserted."""
        told = self.call("fetchUserInfo", access_token=tokens["access_token"], sub=tokens["claims"]["sub"])
        assert told["was_encrypted"] is encrypted
        claims: dict[str, Any] = told["claims"]
        return claims

    def call(self, verb: str, **given: Any) -> dict[str, Any]:
        """The library's own function of that name. Raises Refused."""
        return self.openid_client.call(verb, **given)
