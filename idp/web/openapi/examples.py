"""Bodies to show. Made up, of the right shape; a test holds each against its schema."""

from typing import Any

from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.policy.assurance import AMR
from idp.protocol.discovery import metadata
from idp.protocol.issuer import Options

ISSUER = "https://giris.example.org"
_SUBJECT = "8Jt0mWwQb1nYv3cKz5RxLpE7hGdUaF2sTiO4uN6qMyk"
_NOW = 1_795_426_200
_PROVED = _NOW - 8
_SID = "Vq2mX8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQk"
_AMR = [*AMR[Method.PASSWORD], *AMR[Method.SMS], "mfa"]

ID_TOKEN = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2dpcmlzIn0.c2lnbmF0dXJl"
ACCESS_TOKEN = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2dpcmlzIn0.c2lnbmF0dXJl"
REQUEST_OBJECT = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImMxIn0.eyJjbGllbnRfaWQiOiJjbGluaWMifQ.c2lnbmF0dXJl"

Json = dict[str, Any]

TOKEN_RESPONSE: Json = {
    "access_token": ACCESS_TOKEN,
    "token_type": "Bearer",
    "expires_in": 600,
    "scope": "openid profile",
    "id_token": ID_TOKEN,
}

REFRESHED_TOKEN_RESPONSE: Json = TOKEN_RESPONSE | {
    "scope": "openid profile offline_access",
    "refresh_token": "q2V8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQkVm",
}
CLIENT_TOKEN_RESPONSE: Json = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 600}

_PROVED_CLAIMS: Json = {"acr": Level.TWO_STEP.acr, "amr": _AMR, "auth_time": _PROVED}

ID_TOKEN_CLAIMS: Json = {
    "iss": ISSUER,
    "sub": _SUBJECT,
    "aud": "clinic",
    "iat": _NOW,
    "exp": _NOW + 600,
    "nonce": "n-0S6_WzA2Mj",
    "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
    "sid": _SID,
} | _PROVED_CLAIMS

ACCESS_TOKEN_CLAIMS: Json = {
    "iss": ISSUER,
    "sub": _SUBJECT,
    "aud": ISSUER,
    "client_id": "clinic",
    "iat": _NOW,
    "exp": _NOW + 600,
    "jti": "u1Yc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQkVq2mX8nB",
    "scope": "openid profile",
} | _PROVED_CLAIMS

USERINFO: Json = {
    "sub": _SUBJECT,
    "name": "Ayşe Örnek",
    "given_name": "Ayşe",
    "family_name": "Örnek",
    "birthdate": "1988-03-14",
    "phone_number": "+905000000001",
    "phone_number_verified": True,
}

JWKS: Json = {
    "keys": [
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            "kid": "k1",
            "alg": "ES256",
            "use": "sig",
        }
    ]
}

DISCOVERY: Json = metadata(ISSUER, Options())

ROBOTS = "User-agent: *\nDisallow: /\n"
STYLE = ":root {\n  color-scheme: light dark;\n}\n"
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<path d="M3 29h26" fill="none" stroke="#2a8f99" stroke-width="2.5"/></svg>'
)

_PHONE = "/telefon/+905000000001"
MANIFEST: Json = {
    "id": _PHONE,
    "start_url": _PHONE,
    "scope": _PHONE,
    "name": "Sanal telefon: Ayşe Örnek",
    "short_name": "Ayşe Örnek",
    "lang": "tr",
    "display": "standalone",
    "theme_color": "#0b5d66",
    "background_color": "#f4f6f8",
    "icons": [
        {"src": "/static/phone-icon.svg?v=3f1c9be7d0a2", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    ],
}
