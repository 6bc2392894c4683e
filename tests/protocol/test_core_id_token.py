"""The ID token: OpenID Connect Core §2 and §3.1.3.6."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from idp.domain.client import Client, SubjectType
from idp.domain.evidence import Assurance
from idp.domain.level import Level
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.signatures import SIGNATURES
from tests.protocol.memory import Keys
from tests.protocol.world import CITIZEN, ISSUER, MHRS, PUBLIC, RSA, TWO_STEP, World, body_of, error_of
from tests.quick_keys import quick_key

EVERY_ALGORITHM = pytest.mark.parametrize("alg", SIGNING)
ALLOWED = {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"}


def claims_of(world: World, client: Client = MHRS, **request: str) -> dict[str, object]:
    return world.read(world.tokens(client, **request)["id_token"])[1]


def speaking(alg: str) -> tuple[World, Client]:
    """A world with every key, and a client that registered this algorithm."""
    world = World(keys=Keys(*(quick_key(one) for one in SIGNING)))
    client = replace(MHRS, client_id="speaking", id_token_alg=alg)
    world.uow.clients.rows[client.client_id] = client
    return world, client


@EVERY_ALGORITHM
def test_idt_01_al_20_header(alg: str) -> None:
    """DISC-05: what is advertised works. `read` verifies it with the published keys."""
    world, client = speaking(alg)
    header, _ = world.read(world.tokens(client)["id_token"])
    assert header == {"alg": alg, "kid": quick_key(alg).kid, "typ": "JWT"}


@pytest.mark.parametrize(("client", "alg"), [(MHRS, "ES256"), (RSA, "RS256"), (PUBLIC, "ES256")])
def test_idt_01_whatever_kind_the_client_is(client: Client, alg: str) -> None:
    world = World.with_rsa()
    assert world.read(world.tokens(client)["id_token"])[0]["alg"] == alg


def test_idt_02_al_20_base_claims(world: World) -> None:
    claims, now = claims_of(world), world.clock.now()
    assert claims["iss"] == ISSUER
    assert claims["aud"] == "mhrs"
    assert claims["sub"]
    assert claims["iat"] == now
    assert claims["exp"] == now + 600


def test_idt_03_idt_04_assurance_is_the_grants(world: World) -> None:
    """R-30: as it was proved, whatever the time of the exchange and whatever was asked."""
    code = world.code(acr_values="urn:esik:acr:phishing-resistant", assurance=TWO_STEP)
    world.clock.advance(50)
    claims = world.read(body_of(world.token(code))["id_token"])[1]
    assert claims["acr"] == Level.TWO_STEP.acr
    assert claims["amr"] == ["pwd", "sms", "mfa"]
    assert claims["auth_time"] == TWO_STEP.auth_time
    assert type(claims["auth_time"]) is int


def test_a10_a_password_login_says_so(world: World) -> None:
    weak = Assurance(acr=Level.PASSWORD.acr, amr=("pwd",), auth_time=7)
    claims = world.read(body_of(world.token(world.code(assurance=weak, acr_values=Level.TWO_STEP.acr)))["id_token"])[1]
    assert (claims["acr"], claims["amr"], claims["auth_time"]) == (Level.PASSWORD.acr, ["pwd"], 7)


@EVERY_ALGORITHM
def test_idt_05_at_hash(alg: str) -> None:
    """Core §3.1.3.6: the left half of the hash that the algorithm uses; of Ed25519 that is SHA-512 (RFC 8032)."""
    world, client = speaking(alg)
    tokens = world.tokens(client)
    digest = (hashlib.sha512 if alg == "EdDSA" else hashlib.sha256)(tokens["access_token"].encode()).digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert world.read(tokens["id_token"])[1]["at_hash"] == expected


@EVERY_ALGORITHM
def test_an_id_token_of_every_algorithm_is_a_hint(alg: str) -> None:
    world, client = speaking(alg)
    assert world.accepted(client, id_token_hint=world.tokens(client)["id_token"]).hinted_subjects


@EVERY_ALGORITHM
def test_d13_a_key_signs_by_its_own_algorithm_only(alg: str) -> None:
    """RS256 and PS256 above all: the same kind of key, and another signature."""
    world, client = speaking(alg)
    _, claims, signature = world.tokens(client)["id_token"].split(".")
    private = json.loads(quick_key(alg).private_jwk)
    for other in SIGNING:
        header = {"alg": other, "kid": quick_key(alg).kid, "typ": "JWT"}
        if private["kty"] == "RSA" and other in ("RS256", "PS256"):
            payload = base64.urlsafe_b64decode(claims + "==")
            hint = jws.serialize_compact(header, payload, RSAKey.import_key(private), registry=SIGNATURES)
        else:
            head = base64.urlsafe_b64encode(json.dumps(header, separators=(",", ":")).encode()).rstrip(b"=").decode()
            hint = f"{head}.{claims}.{signature}"
        believed = error_of(world.check(client=client, id_token_hint=hint)) == ""
        assert believed == (other == alg)


def test_idt_06_sid(world: World) -> None:
    """One value for a session at this client, and another at a client of another sector: `sid` joins nobody (R-80)."""
    first, again = claims_of(world)["sid"], claims_of(world)["sid"]
    other = replace(MHRS, client_id="other", sector_identifier="other.example")
    world.uow.clients.add(other)
    elsewhere = world.read(world.tokens(other)["id_token"])[1]["sid"]
    assert first == again != "sid-1"
    assert elsewhere not in {first, "sid-1"}


def test_idt_07_no_claim_about_the_citizen_unasked(world: World) -> None:
    assert claims_of(world, scope="openid profile phone kimlik").keys() <= ALLOWED


@pytest.mark.parametrize("nonce", ["n" * 43, "n" * 64, 'q"<ı&' * 9])
def test_auth_25_r_32_nonce_unchanged(world: World, nonce: str) -> None:
    assert claims_of(world, nonce=nonce)["nonce"] == nonce


def test_auth_25_no_nonce_none_returned(world: World) -> None:
    code = world.code(without="nonce")
    assert "nonce" not in world.read(body_of(world.token(code))["id_token"])[1]


def test_idt_08_sub_is_stable_and_the_same_everywhere(world: World) -> None:
    first, second = world.tokens(), world.tokens()
    subs = {world.read(tokens[name])[1]["sub"] for tokens in (first, second) for name in ("id_token", "access_token")}
    subs.add(body_of(world.userinfo(first["access_token"]))["sub"])
    assert len(subs) == 1


def test_r_80_sub_is_opaque_and_pairwise_by_sector(world: World) -> None:
    elsewhere = replace(MHRS, client_id="elsewhere", sector_identifier="other.example")
    everyone = replace(MHRS, client_id="everyone", subject_type=SubjectType.PUBLIC)
    for client in (elsewhere, everyone):
        world.uow.clients.rows[client.client_id] = client
    subs = [claims_of(world, client)["sub"] for client in (MHRS, PUBLIC, elsewhere, everyone)]
    assert subs[0] == subs[1]
    assert len(set(subs)) == 3
    assert not {CITIZEN.id, CITIZEN.national_id.value} & set(subs)


def test_al_21_a17_no_claim_about_the_citizen_can_take_a_reserved_place(world: World) -> None:
    """Even if the store handed back a grant that asks for one."""
    code = world.code()
    ((grant_id, grant),) = world.uow.grants.rows.items()
    hostile = replace(grant.claims, id_token=("acr", "sub", "iss", "aud", "nonce", "national_id", "name"))
    world.uow.grants.rows[grant_id] = replace(grant, claims=replace(hostile, userinfo=("sub", "acr")))
    tokens = body_of(world.token(code))
    claims = world.read(tokens["id_token"])[1]
    assert (claims["acr"], claims["iss"], claims["aud"], claims["nonce"]) == (TWO_STEP.acr, ISSUER, "mhrs", "n0nce")
    assert "national_id" not in claims
