"""D13: what counts as signed by a device. Everything else is refused alike, whatever is wrong with it."""

import base64
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.crypto.device_signatures import Es256Devices

ISSUER = "https://giris.example.org"
NOW = 1_800_000_000
TYP = "esik-approval+jwt"
DEVICES = Es256Devices(ISSUER)
KEY = ECKey.generate_key("P-256", auto_kid=False)
OTHER = ECKey.generate_key("P-256", auto_kid=False)
CLAIMS: dict[str, Any] = {"aud": ISSUER, "iat": NOW, "verdict": "approved"}
HEADER: dict[str, Any] = {"alg": "ES256", "typ": TYP, "kid": "phone"}


def stored(key: ECKey) -> str:
    canonical = DEVICES.canonical_key(key.as_dict(private=False))
    assert canonical is not None
    return canonical[0]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object = HEADER, payload: object = CLAIMS, key: ECKey = KEY) -> str:
    """A compact JWS, whatever header and payload say: texts are taken as they are."""
    parts = [b64((one if isinstance(one, str) else json.dumps(one)).encode()) for one in (header, payload)]
    content = ".".join(parts)
    return f"{content}.{b64(_es256(key, content.encode()))}"


def _es256(key: ECKey, content: bytes) -> bytes:
    """Beneath the library, which would refuse to sign most of these headers."""
    private = key.get_op_key("sign")
    r, s = decode_dss_signature(private.sign(content, ec.ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def judged(text: str, *, key: ECKey = KEY, typ: str = TYP, kid: str | None = "phone", now: int = NOW) -> object:
    return DEVICES.claims(text, stored(key), typ=typ, key_id=kid, now=now)


def test_what_the_key_signed_is_believed() -> None:
    assert judged(signed()) == CLAIMS
    assert DEVICES.key_id(signed()) == "phone"
    library = jws.serialize_compact({"alg": "ES256", "typ": TYP}, json.dumps(CLAIMS), KEY, ["ES256"])
    assert judged(library, kid=None) == CLAIMS


@pytest.mark.parametrize(("seconds", "counts"), [(-61, False), (-60, True), (0, True), (60, True), (61, False)])
def test_a_signature_lasts_a_minute_each_way(seconds: int, counts: bool) -> None:
    assert (judged(signed(payload=CLAIMS | {"iat": NOW + seconds})) is not None) == counts


@pytest.mark.parametrize(
    "header",
    [
        HEADER | {"alg": "none"},
        HEADER | {"alg": "HS256"},
        HEADER | {"alg": "RS256"},
        HEADER | {"alg": "ES384"},
        HEADER | {"alg": "es256"},
        HEADER | {"alg": ["ES256"]},
        HEADER | {"typ": "JWT"},
        HEADER | {"typ": "esik-device+jwt"},
        HEADER | {"typ": TYP.upper()},
        HEADER | {"kid": "another"},
        HEADER | {"kid": ["phone"]},
        HEADER | {"crit": ["exp"], "exp": 1},
        HEADER | {"crit": ["b64"], "b64": False},
        HEADER | {"b64": True},
        HEADER | {"jwk": KEY.as_dict(private=False)},
        HEADER | {"jku": "https://evil.example/keys"},
        HEADER | {"x5u": "https://evil.example/cert"},
        HEADER | {"cty": "JWT"},
        HEADER | {"zip": "DEF"},
        {"alg": "ES256", "kid": "phone"},
        {"typ": TYP, "kid": "phone"},
        {"alg": "ES256", "typ": TYP},
        [HEADER],
        "null",
        '{"alg":"none","alg":"ES256","typ":"esik-approval+jwt","kid":"phone"}',
        '{"alg":"ES256","typ":"JWT","typ":"esik-approval+jwt","kid":"phone"}',
        "{",
        "[" * 700,
    ],
)
def test_d13_a_strange_header_is_refused_though_the_signature_is_right(header: object) -> None:
    assert judged(signed(header)) is None


@pytest.mark.parametrize(
    "payload",
    [
        CLAIMS | {"aud": "https://giris.example.org/"},
        CLAIMS | {"aud": [ISSUER]},
        {"iat": NOW},
        {"aud": ISSUER},
        CLAIMS | {"iat": str(NOW)},
        CLAIMS | {"iat": float(NOW)},
        CLAIMS | {"iat": True},
        CLAIMS | {"iat": 10**400},
        [CLAIMS],
        '{"aud":"https://giris.example.org","iat":1800000000,"verdict":"denied","verdict":"approved"}',
        '{"aud":"https://giris.example.org","iat":' + "9" * 5000 + "}",
        "[" * 2000,
        "",
        "not json",
    ],
)
def test_d13_a_strange_payload_is_refused_though_the_signature_is_right(payload: object) -> None:
    assert judged(signed(payload=payload)) is None


def test_another_key_is_refused() -> None:
    assert judged(signed(key=OTHER)) is None
    assert judged(signed(), key=OTHER) is None


def test_d13_the_public_key_is_no_secret_for_hmac() -> None:
    content = ".".join(b64(json.dumps(one).encode()) for one in (HEADER | {"alg": "HS256"}, CLAIMS))
    for secret in (stored(KEY).encode(), KEY.as_pem(private=False), b""):
        assert judged(f"{content}.{b64(hmac.digest(secret, content.encode(), sha256))}") is None


def test_d13_an_unsigned_or_cut_signature_is_refused() -> None:
    header, payload, signature = signed().split(".")
    for text in (
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}..{signature}",
        f"{header}.{payload}.{signature[:-2]}",
        f"{header}.{payload}.{'A' * 86}",
        f"{header}.{payload}.{signature}.",
        f" {header}.{payload}.{signature}",
        f"{header}.{payload}.{signature}\n",
        f"{header}=.{payload}.{signature}",
        json.dumps({"protected": header, "payload": payload, "signature": signature}),
    ):
        assert judged(text) is None


def test_d13_one_signature_has_one_spelling() -> None:
    """The last letter carries bits that decoding drops; another letter there is another text."""
    header, payload, signature = signed().split(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = letters[letters.index(signature[-1]) ^ 1]
    assert base64.urlsafe_b64decode(signature[:-1] + twin + "==") == base64.urlsafe_b64decode(signature + "==")
    assert judged(f"{header}.{payload}.{signature[:-1]}{twin}") is None


def test_d13_a_signature_of_nothing_is_refused() -> None:
    """r = s = 0 (CVE-2022-21449) and other numbers outside of the group."""
    header, payload, _ = signed().split(".")
    for raw in (bytes(64), b"\xff" * 64, bytes(31) + b"\1" + bytes(32)):
        assert judged(f"{header}.{payload}.{b64(raw)}") is None


def test_what_is_too_long_is_not_even_read() -> None:
    assert judged(signed(payload=CLAIMS | {"x": "x" * 8000})) is None
    assert DEVICES.key_id("a" * 100_000) is None


@given(st.text(max_size=200) | st.from_regex(r"\A[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{86}\Z"))
def test_no_text_is_a_fault(text: str) -> None:
    assert judged(text) is None
    DEVICES.key_id(text)


def test_a_key_is_stored_as_its_thumbprint_is_made() -> None:
    canonical = DEVICES.canonical_key(KEY.as_dict(private=False))
    assert canonical is not None
    assert canonical[1] == KEY.thumbprint()
    assert b64(sha256(canonical[0].encode()).digest()) == canonical[1]


PUBLIC: Mapping[str, Any] = KEY.as_dict(private=False)


@pytest.mark.parametrize(
    "jwk",
    [
        KEY.as_dict(private=True),
        {**PUBLIC, "kid": "x"},
        {**PUBLIC, "ext": True},
        {name: PUBLIC[name] for name in ("kty", "crv", "x")},
        {},
        {**PUBLIC, "crv": "P-384"},
        {**PUBLIC, "kty": "OKP"},
        {**PUBLIC, "x": PUBLIC["y"]},
        {**PUBLIC, "x": "A" * 43, "y": "A" * 43},
        {**PUBLIC, "x": PUBLIC["x"] + "="},
        {**PUBLIC, "x": PUBLIC["x"][:-1]},
        {**PUBLIC, "x": "_" * 43},
        {**PUBLIC, "x": 1},
        {**PUBLIC, "y": None},
        ECKey.generate_key("P-384", auto_kid=False).as_dict(private=False),
        OctKey.generate_key(256, auto_kid=False).as_dict(private=True),
        RSAKey.generate_key(2048, auto_kid=False).as_dict(private=False),
    ],
)
def test_only_a_bare_public_p256_key_is_a_devices_key(jwk: Mapping[str, object]) -> None:
    assert DEVICES.canonical_key(jwk) is None
