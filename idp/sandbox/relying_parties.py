"""MHRS, the demo relying party, as this provider knows it: a service without a floor, one with it, and a mobile app."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy
from idp.domain.client_metadata import ApplicationType, ClientMetadata, GrantType
from idp.domain.level import Level

_NAMES = {
    "mhrs": ("Örnek Randevu (MHRS emülatörü)", "Sample appointments (MHRS emulator)"),
    "mhrs-floor": ("Örnek Randevu, iki aşamalı giriş zorunlu", "Sample appointments, two-step login required"),
}
_FLOORS = {"mhrs": Level.PASSWORD, "mhrs-floor": Level.TWO_STEP}

_GRANTS = (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS)

CLIENT_IDS = tuple(_NAMES)
"""Those that have a secret."""

MOBILE_APP = "mhrs-mobil"
MOBILE_APP_REDIRECT_URI = "http://127.0.0.1:8765/oidc/callback"
"""Where the app listens while somebody logs in (RFC 8252 §7.3)."""


def registrations(base_url: str, secrets: Mapping[str, str], now: int) -> tuple[Client, ...]:
    """The clients of the MHRS at `base_url` (an origin). `secrets` by client id, each with at least 256 random bits.

    `mhrs` asks for no level, so that MHRS's own refusal is seen; `mhrs-floor` never gets less than two steps.
    """
    services = (_service(client_id, base_url, secrets[client_id], now) for client_id in CLIENT_IDS)
    return (*services, _mobile_app(base_url, now))


def _service(client_id: str, base_url: str, secret: str, now: int) -> Client:
    name, in_english = _NAMES[client_id]
    return Client(
        client_id=client_id,
        name=name,
        redirect_uris=(f"{base_url}/oidc/callback",),
        secret_hash=sha256_hex(secret),
        auth_method=ClientAuthMethod.CLIENT_SECRET_BASIC,
        scopes=("openid", "profile", "phone", "kimlik", "offline_access"),
        minimum_level=_FLOORS[client_id],
        sector_identifier=_sector(base_url),
        id_token_alg="ES256",
        consent=ConsentPolicy.ASK,
        post_logout_redirect_uris=(f"{base_url}/",),
        home_uri=f"{base_url}/",
        resources=(f"{base_url}/api",),
        metadata=ClientMetadata(
            grant_types=_GRANTS,
            localized={"client_name#en": in_english},
            initiate_login_uri=f"{base_url}/oidc/initiate",
            backchannel_logout_uri=f"{base_url}/oidc/backchannel-logout",
            backchannel_logout_session_required=True,
        ),
        created_at=now,
    )


def _mobile_app(base_url: str, now: int) -> Client:
    """A public client that calls MHRS's API. It is of the same sector, so that the API knows its citizens by `sub`."""
    return Client(
        client_id=MOBILE_APP,
        name="Örnek Randevu mobil uygulaması",
        redirect_uris=(MOBILE_APP_REDIRECT_URI,),
        auth_method=ClientAuthMethod.NONE,
        scopes=("openid", "profile", "offline_access"),
        minimum_level=Level.TWO_STEP,
        sector_identifier=_sector(base_url),
        id_token_alg="ES256",
        consent=ConsentPolicy.ASK,
        metadata=ClientMetadata(
            application_type=ApplicationType.NATIVE,
            grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
            localized={"client_name#en": "Sample appointments mobile app"},
        ),
        created_at=now,
    )


def _sector(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""
