"""MHRS, the demo relying party, as this provider knows it: once without a floor, once with it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy
from idp.domain.level import Level

_NAMES = {"mhrs": "Örnek Randevu (MHRS emülatörü)", "mhrs-floor": "Örnek Randevu, iki aşamalı giriş zorunlu"}
_FLOORS = {"mhrs": Level.PASSWORD, "mhrs-floor": Level.TWO_STEP}

CLIENT_IDS = tuple(_NAMES)


def registrations(base_url: str, secrets: Mapping[str, str], now: int) -> tuple[Client, ...]:
    """Both clients of the MHRS at `base_url` (an origin). `secrets` by client id, each with at least 256 random bits.

    `mhrs` asks for no level, so that MHRS's own refusal is seen; `mhrs-floor` never gets less than two steps.
    """
    return tuple(
        Client(
            client_id=client_id,
            name=name,
            redirect_uris=(f"{base_url}/oidc/callback",),
            secret_hash=sha256_hex(secrets[client_id]),
            auth_method=ClientAuthMethod.CLIENT_SECRET_BASIC,
            scopes=("openid", "profile", "phone", "kimlik"),
            minimum_level=_FLOORS[client_id],
            sector_identifier=urlsplit(base_url).hostname or "",
            id_token_alg="ES256",
            consent=ConsentPolicy.ASK,
            post_logout_redirect_uris=(f"{base_url}/",),
            home_uri=f"{base_url}/",
            created_at=now,
        )
        for client_id, name in _NAMES.items()
    )
