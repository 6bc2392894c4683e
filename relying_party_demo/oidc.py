"""The code flow of MHRS, on Authlib's client: PKCE S256, state, nonce, client_secret_basic.

Authlib's client checks neither `iss` nor the ID token (protocol.md AL-39): the callback compares `iss` itself, and
`id_token` verifies the token.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

import httpx2
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from relying_party_demo import id_token
from relying_party_demo.clock import Clock
from relying_party_demo.gate import Requirement
from relying_party_demo.provider import Provider, ProviderUnavailableError, read_json
from relying_party_demo.settings import Settings

SCOPE = "openid profile"
"""Who it is (`sub`) and the name for the top of the page. MHRS asks for nothing it does not show."""


class LoginRejectedError(Exception):
    """The provider answered, and the answer does not make a login. The message is for the log; it holds no secret."""


@dataclass(frozen=True, slots=True)
class LoginSecrets:
    """What ties one authorization request to its answer; 256 random bits each."""

    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logged in: verified claims, the name to show ("" when the provider told none) and the raw ID token."""

    claims: Mapping[str, object]
    name: str
    id_token: str

    @property
    def subject(self) -> str:
        return str(self.claims["sub"])

    @property
    def sid(self) -> str | None:
        """The provider's session, which a logout token may name; None when the provider told none."""
        return str(self.claims["sid"]) if "sid" in self.claims else None

    @property
    def issued_at(self) -> int:
        """When the ID token was made, in seconds since the epoch."""
        return int(str(self.claims["iat"]))


def new_secrets(state_prefix: str = "") -> LoginSecrets:
    return LoginSecrets(state_prefix + secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32))


class CodeFlow:
    """Builds the authorization request, redeems the code, builds the logout request."""

    def __init__(self, settings: Settings, provider: Provider, http: httpx2.Client, clock: Clock) -> None:
        self._settings = settings
        self._provider = provider
        self._http = http
        self._clock = clock

    def authorization_url(
        self,
        login: LoginSecrets,
        *,
        language: str,
        requirement: Requirement,
        insist: bool,
        id_token_hint: str = "",
        login_hint: str = "",
        renew: bool = False,
    ) -> str:
        """Where to send the browser.

        `insist` makes the required level, or one above it, an essential claim; without it no level is asked for at
        all, since `acr_values` would only be a wish (domain.md J3b). `id_token_hint` names the one citizen who may
        answer, `login_hint` only guesses who it is (Core §3.1.2.1). `renew` wants every proof made anew. Raises
        `ProviderUnavailableError`.
        """
        extra: dict[str, str] = {
            "nonce": login.nonce,
            "ui_locales": language,
            "max_age": str(requirement.max_age),
        }
        if id_token_hint:
            extra["id_token_hint"] = id_token_hint
        if login_hint:
            extra["login_hint"] = login_hint
        if renew:
            extra["prompt"] = "login"
        if insist:
            values = [str(level) for level in requirement.level.and_above()]
            extra["claims"] = json.dumps({"id_token": {"acr": {"essential": True, "values": values}}})  # Core §5.5.1.1
        url, _ = self._client().create_authorization_url(
            self._provider.metadata().authorization_endpoint,
            state=login.state,
            code_verifier=login.code_verifier,
            **extra,
        )
        return str(url)

    def redeem(self, code: str, nonce: str, code_verifier: str) -> Identity:
        """Exchange the code and verify what comes back.

        Raises `LoginRejectedError`, `id_token.InvalidTokenError` or `ProviderUnavailableError`.
        """
        tokens = self._exchange(code, code_verifier)
        raw_id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(raw_id_token, str) or not isinstance(access_token, str):
            raise LoginRejectedError("the token answer lacks id_token or access_token")
        if str(tokens.get("token_type", "")).lower() != "bearer":
            raise LoginRejectedError("token_type is not Bearer")
        expected = id_token.Expected(self._settings.issuer, self._settings.client_id, nonce, access_token)
        now = self._clock.now()
        claims = self._provider.with_keys(lambda keys: id_token.verify(raw_id_token, keys, expected, now))
        return Identity(claims, self._name(access_token, str(claims["sub"])), raw_id_token)

    def logout_url(self, raw_id_token: str, state: str) -> str:
        """Where to send the browser to end the provider's session too (RP-Initiated Logout §2)."""
        query = urlencode(
            {
                "id_token_hint": raw_id_token,
                "client_id": self._settings.client_id,
                "post_logout_redirect_uri": self._settings.post_logout_redirect_uri,
                "state": state,
            }
        )
        endpoint = self._provider.metadata().end_session_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._http,
            client_id=self._settings.client_id,
            redirect_uri=self._settings.redirect_uri,
            scope=SCOPE,
            code_challenge_method="S256",
        )

    def _exchange(self, code: str, code_verifier: str) -> Mapping[str, object]:
        # Authlib does not form-encode the two parts before joining them, as RFC 6749 §2.3.1 wants.
        secret = self._settings.client_secret.get_secret_value()
        credentials = httpx2.BasicAuth(quote_plus(self._settings.client_id), quote_plus(secret))
        try:
            answer: Mapping[str, object] = self._client().fetch_token(
                self._provider.metadata().token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=code_verifier,
                auth=credentials,
            )
        except OAuth2Error as error:
            raise LoginRejectedError(f"token endpoint: {str(error.error)[:60]}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailableError(f"token endpoint: {type(error).__name__}") from error
        return answer

    def _name(self, access_token: str, subject: str) -> str:
        """The citizen's name. A silent userinfo endpoint costs the name, not the login; a wrong `sub` ends it."""
        try:
            answer = self._http.get(
                self._provider.metadata().userinfo_endpoint, headers={"Authorization": f"Bearer {access_token}"}
            )
            claims = read_json(answer)
        except (httpx2.HTTPError, ProviderUnavailableError):
            return ""
        if claims.get("sub") != subject:  # OIDC Core §5.3.2
            raise LoginRejectedError("userinfo is about somebody else")
        name = claims.get("name")
        return name[:200] if isinstance(name, str) else ""
