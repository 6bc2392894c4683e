"""The one verification: hostile JOSE input (D13, S-10, S-11, AL-38) and every claim it looks at."""

import base64
import json
import time
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.protocol.jose.keys import KeyRing
from idp.protocol.jose.verification import InvalidToken, verify
from tests.protocol.memory import Keys
from tests.protocol.world import ISSUER, World, key

ES256 = ECKey.import_key(json.loads(key("ES256").private_jwk))
NOW = 1_700_000_000
GOOD = {"iss": ISSUER, "sub": "s", "aud": "a", "iat": NOW, "exp": NOW + 600}


def believed(world: World, token: str, now: int | None = NOW) -> dict[str, Any]:
    keys = KeyRing(world.keys, world.clock)
    return verify(token, keys, algorithms=("ES256",), typ="at+jwt", issuer=ISSUER, audience="a", now=now)


def signed(claims: object = GOOD, with_key: Any = ES256, **header: Any) -> str:
    full = {"alg": "ES256", "kid": key("ES256").kid, "typ": "at+jwt"} | header
    wanted = {name: value for name, value in full.items() if value is not None}
    registry = jws.JWSRegistry(algorithms=[wanted["alg"]], strict_check_header=False)
    return jws.serialize_compact(wanted, json.dumps(claims), with_key, registry=registry)


def raw(header: bytes, payload: bytes = b"{}", signature: bytes = b"") -> str:
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, payload, signature)).decode()


def test_a_good_token_is_believed(world: World) -> None:
    assert believed(world, signed()) == GOOD


@pytest.mark.parametrize(
    "claims",
    [
        GOOD | {"iss": ISSUER + "/"},
        GOOD | {"iss": [ISSUER]},
        GOOD | {"aud": ["a"]},
        GOOD | {"aud": "b"},
        GOOD | {"sub": 7},
        GOOD | {"exp": NOW},
        GOOD | {"exp": str(NOW + 600)},
        GOOD | {"exp": NOW + 600.5},
        GOOD | {"exp": True},
        GOOD | {"exp": None},
        GOOD | {"iat": NOW + 31},
        GOOD | {"iat": None},
        [],
        "text",
        None,
    ],
)
def test_every_claim_is_looked_at(world: World, claims: object) -> None:
    with pytest.raises(InvalidToken):
        believed(world, signed(claims))


def test_set_05_another_hosts_clock_may_be_a_little_ahead(world: World) -> None:
    assert believed(world, signed(GOOD | {"iat": NOW + 30}))


def test_an_expired_token_is_believed_only_where_the_caller_says_so(world: World) -> None:
    expired = signed(GOOD | {"exp": NOW - 1})
    assert believed(world, expired, now=None)
    with pytest.raises(InvalidToken):
        believed(world, expired)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": ["at+jwt"]},
        {"kid": None},
        {"kid": "x"},
        {"kid": "' OR 1=1 --"},
        {"kid": 7},
        {"kid": ["x"]},
    ],
)
def test_d13_odd_headers(world: World, header: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        believed(world, raw(json.dumps({"alg": "ES256", "kid": key("ES256").kid, "typ": "at+jwt"} | header).encode()))
    wanted = {name: value for name, value in header.items() if isinstance(value, str)}
    if wanted:
        with pytest.raises(InvalidToken):
            believed(world, signed(**wanted))


def test_d13_a_foreign_key_under_our_kid(world: World) -> None:
    with pytest.raises(InvalidToken):
        believed(world, signed(with_key=ECKey.generate_key("P-256")))


def test_d13_our_public_key_as_a_mac_secret(world: World) -> None:
    public = ES256.as_pem(private=False)
    for secret in (base64.urlsafe_b64encode(public).decode(), json.dumps(ES256.as_dict(private=False))):
        with pytest.raises(InvalidToken):
            believed(world, signed(with_key=OctKey.import_key(secret), alg="HS256"))


def test_d13_an_algorithm_of_ours_that_is_not_for_this_use() -> None:
    world = World.with_rsa()
    rsa = RSAKey.import_key(json.loads(key("RS256").private_jwk))
    with pytest.raises(InvalidToken):
        believed(world, signed(with_key=rsa, alg="RS256", kid=key("RS256").kid))


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "ES384", "ES256K", "", 'a"b', "ö", None, 7])
def test_d13_other_algorithms(world: World, alg: object) -> None:
    header = json.dumps({"alg": alg, "kid": key("ES256").kid, "typ": "at+jwt"}).encode()
    for signature in (b"", b"x" * 64):
        with pytest.raises(InvalidToken):
            believed(world, raw(header, json.dumps(GOOD).encode(), signature))


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": "x"},
        {"b64": False, "crit": ["b64"]},
        {"b64": False},
        {"jwk": {"kty": "EC"}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x": "y" * 7000},
    ],
)
def test_d13_key_material_and_critical_headers(world: World, more: dict[str, Any]) -> None:
    header = {"alg": "ES256", "kid": key("ES256").kid, "typ": "at+jwt"} | more
    with pytest.raises(InvalidToken):
        believed(world, raw(json.dumps(header).encode(), json.dumps(GOOD).encode(), b"x" * 64))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_part_is_not_believed(world: World, part: int) -> None:
    parts = signed().split(".")
    parts[part] = parts[part][:-4] + ("AAAA" if parts[part][-4:] != "AAAA" else "BBBB")
    with pytest.raises(InvalidToken):
        believed(world, ".".join(parts))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a.b.c.d.e",
        "é.é.é",
        "\udce9",
        "\x00",
        "eyJ" * 3000,
        raw(b"[" * 5000),
        raw(b"[]"),
        raw(b"null"),
        raw(b"\xff"),
        json.dumps({"payload": "e30", "signatures": []}),
    ],
)
def test_d13_what_is_no_token(world: World, token: str) -> None:
    started = time.thread_time()  # what it cost, however busy the machine is
    with pytest.raises(InvalidToken):
        believed(world, token)
    assert time.thread_time() - started < 0.1


def test_a_key_no_longer_published_verifies_nothing(world: World) -> None:
    world.keys.rows[:] = [key("RS256")]
    with pytest.raises(InvalidToken):
        believed(world, signed())


def test_without_keys_nothing_is_believed() -> None:
    world = World(keys=Keys())
    with pytest.raises(InvalidToken):
        believed(world, signed())
