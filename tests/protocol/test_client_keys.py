"""Relying parties' public keys: RFC 7517, and what of it is believed (D13, D17, R-75, R-76)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OctKey

from idp.domain.client_metadata import ClientMetadata
from idp.domain.document import FetchedDocument
from idp.protocol.documents import DocumentNeeded
from idp.protocol.jose.client_keys import ClientKey, encryption_key_of, public_keys, signing_keys_of
from tests.protocol.client_jwts import jwks, private, public
from tests.protocol.memory import UnitOfWork
from tests.protocol.world import MHRS

URI = "https://rp.example/jwks"
NOW = 1_700_000_000


def of(kind: str, **more: Any) -> ClientKey:
    (key,) = public_keys(jwks(public(kind, **more)), strict=True)
    return key


@pytest.mark.parametrize(
    ("kind", "signs", "encrypts"),
    [
        ("RSA", {"RS256", "PS256"}, {"RSA-OAEP-256"}),
        ("P-256", {"ES256"}, {"ECDH-ES"}),
        ("P-384", set(), {"ECDH-ES"}),
        ("P-521", set(), {"ECDH-ES"}),
        ("Ed25519", {"EdDSA"}, set()),
        ("X25519", set(), {"ECDH-ES"}),
    ],
)
def test_what_a_key_can_do(kind: str, signs: set[str], encrypts: set[str]) -> None:
    key = of(kind)
    assert {alg for alg in ("RS256", "PS256", "ES256", "EdDSA") if key.verifies(alg)} == signs
    assert {alg for alg in ("RSA-OAEP-256", "ECDH-ES") if key.encrypts(alg)} == encrypts


def test_use_alg_and_key_ops_are_obeyed() -> None:
    """RFC 7517 §4.2 to §4.4."""
    assert not of("RSA", use="enc").verifies("RS256")
    assert not of("RSA", use="sig").encrypts("RSA-OAEP-256")
    assert not of("RSA", alg="PS256").verifies("RS256")
    assert of("RSA", alg="PS256").verifies("PS256")
    assert not of("P-256", key_ops=["deriveKey"]).verifies("ES256")
    assert of("P-256", key_ops=["deriveKey"]).encrypts("ECDH-ES")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"keys": {}}',
        '{"keys": [7]}',
        '{"keys": [], "keys": []}',
        '{"keys": [NaN]}',
        "[" * 60_000,
        jwks() + " " * 70_000,
        jwks(*[{"kty": "EC"}] * 33),
        jwks(public("P-256", kid="a"), public("P-256", 1, kid="a")),
    ],
)
def test_d13_what_is_no_set_of_keys_is_refused(text: str) -> None:
    """R-76: keys from trusted places only."""
    for strict in (False, True):
        with pytest.raises(ValueError):
            public_keys(text, strict=strict)


@pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
def test_d17_dcr_13_a_published_private_key_is_never_believed(kind: str) -> None:
    """Nor is what stands beside it: whoever read the set can sign as this client."""
    for strict in (False, True):
        with pytest.raises(ValueError):
            public_keys(jwks(public("P-256"), private(kind)), strict=strict)


def test_d13_a_symmetric_key_is_no_public_key() -> None:
    secret = OctKey.generate_key(256).as_dict()
    for key in (secret, public("RSA") | {"k": "AAAA"}):
        for strict in (False, True):
            with pytest.raises(ValueError):
                public_keys(jwks(key), strict=strict)


USELESS = [
    {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"},
    {"kid": "no type"},
    {"kty": ["RSA"]},
    {"kty": "RSA", "n": "AQAB"},
    {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    {"kty": "RSA", "n": "_" * 256, "e": "AQAB"},
    {"kty": "RSA", "n": "_" * 1_500, "e": "AQAB"},
    {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"},
    {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
    {"kty": "OKP", "crv": "Ed448", "x": "AA"},
]


@pytest.mark.parametrize("useless", USELESS, ids=lambda key: json.dumps(key)[:40])
def test_rfc7517_5_a_useless_key_is_left_out_of_a_fetched_set(useless: dict[str, Any]) -> None:
    (kept,) = public_keys(jwks(useless, public("P-256", kid="good")))
    assert kept.kid == "good"
    with pytest.raises(ValueError):
        public_keys(jwks(useless, public("P-256", kid="good")), strict=True)


@pytest.mark.parametrize(
    "change", [{"e": "Ag"}, {"e": "AQ"}, {"e": "_" * 40}, {"n": "="}, {"kid": 7}, {"use": ["sig"]}]
)
def test_d13_r_75_an_odd_rsa_key_is_of_no_use(change: dict[str, Any]) -> None:
    assert public_keys(jwks(public("RSA", **change))) == ()


def test_the_longest_rsa_keys_in_use_are_taken() -> None:
    assert of("RSA", n="_" * 1365 + "w").verifies("RS256")


def test_certificates_beside_a_key_are_not_looked_at() -> None:
    assert of("RSA", x5c=["nonsense"], x5u="file:///etc/passwd", x5t="?").verifies("RS256")


def test_req_06_al_25_without_kid_each_fitting_key_is_a_candidate() -> None:
    client = replace(MHRS, metadata=ClientMetadata(jwks=jwks(public("P-256"), public("P-256", 1), public("RSA"))))
    uow = UnitOfWork((client,), ())
    assert len(signing_keys_of(uow, client, NOW, None, "ES256")) == 2
    assert len(signing_keys_of(uow, client, NOW, "named", "ES256")) == 2
    assert len(signing_keys_of(uow, client, NOW, None, "RS256")) == 1


def test_a_kid_names_one_key() -> None:
    client = replace(MHRS, metadata=ClientMetadata(jwks=jwks(public("P-256", kid="a"), public("P-256", 1, kid="b"))))
    uow = UnitOfWork((client,), ())
    assert [key.kid for key in signing_keys_of(uow, client, NOW, "b", "ES256")] == ["b"]
    assert signing_keys_of(uow, client, NOW, "c", "ES256") == ()
    assert signing_keys_of(uow, MHRS, NOW, None, "ES256") == ()


def test_token_17_dcr_09_an_unknown_kid_has_the_set_fetched_again_once_a_minute() -> None:
    client = replace(MHRS, metadata=ClientMetadata(jwks_uri=URI))
    uow = UnitOfWork((client,), ())
    with pytest.raises(DocumentNeeded):
        signing_keys_of(uow, client, NOW, "new", "ES256")
    uow.documents.publish(URI, jwks(public("P-256", kid="old")), NOW)
    assert signing_keys_of(uow, client, NOW + 59, "new", "ES256") == ()
    with pytest.raises(DocumentNeeded):
        signing_keys_of(uow, client, NOW + 60, "new", "ES256")
    assert len(signing_keys_of(uow, client, NOW + 60, "old", "ES256")) == 1
    uow.documents.publish(URI, jwks(public("P-256", 1, kid="new")), NOW + 60)
    assert len(signing_keys_of(uow, client, NOW + 60, "new", "ES256")) == 1


def test_token_17_everybody_waits_while_the_set_is_being_fetched() -> None:
    """A rotation refuses nobody who came a moment after the first one."""
    client = replace(MHRS, metadata=ClientMetadata(jwks_uri=URI))
    uow = UnitOfWork((client,), ())
    for age in (100, 80_000):
        uow.documents.rows[URI] = FetchedDocument(URI, jwks(public("P-256", kid="old")), NOW - age, tried_at=NOW)
        assert len(signing_keys_of(uow, client, NOW + 1, "old", "ES256")) == 1, "whom a copy helps does not wait"
    with pytest.raises(DocumentNeeded):
        signing_keys_of(uow, client, NOW + 5, "new", "ES256")
    assert signing_keys_of(uow, client, NOW + 6, "new", "ES256") == (), "whoever was at it is gone"


def test_d13_an_unreadable_document_holds_no_key() -> None:
    client = replace(MHRS, metadata=ClientMetadata(jwks_uri=URI))
    uow = UnitOfWork((client,), ())
    for body in (None, "", "<html>", jwks(private("P-256"))):
        uow.documents.publish(URI, body, NOW)
        assert signing_keys_of(uow, client, NOW, None, "ES256") == ()
        assert encryption_key_of(uow, client, NOW, "ECDH-ES") is None


def test_the_key_made_for_encryption_comes_first() -> None:
    keys = jwks(
        public("RSA", kid="any"), public("RSA", 1, kid="sig", use="sig"), public("RSA", 2, kid="enc", use="enc")
    )
    client = replace(MHRS, metadata=ClientMetadata(jwks=keys))
    found = encryption_key_of(UnitOfWork((client,), ()), client, NOW, "RSA-OAEP-256")
    assert found is not None
    assert found.kid == "enc"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
MEMBER = st.sampled_from(["kty", "crv", "n", "e", "x", "y", "kid", "use", "alg", "key_ops"])


@given(
    kind=st.sampled_from(["RSA", "P-256", "Ed25519"]),
    broken=st.dictionaries(MEMBER, JSON | st.text("AQgw_-=", max_size=50), max_size=3),
    strict=st.booleans(),
)
def test_d13_any_change_of_a_key_is_judged(kind: str, broken: dict[str, Any], strict: bool) -> None:
    """Fuzzing: a set is read, or refused with ValueError, and nothing else ever comes of it."""
    try:
        keys = public_keys(json.dumps({"keys": [public(kind, **broken)]}), strict=strict)
    except ValueError:
        return
    assert all(key.verifies("RS256") in (True, False) for key in keys)


@given(st.text(max_size=200) | JSON.map(json.dumps) | JSON.map(lambda keys: json.dumps({"keys": keys})))
def test_d13_any_text_is_judged(text: str) -> None:
    try:
        assert public_keys(text) == ()
    except ValueError:
        return
