"""Registering a passkey: what is asked, and what of the answer is believed (WebAuthn §7.1; A18, B06, E05)."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.crypto.secrets import HouseSecrets
from idp.domain.evidence import Method
from idp.factors.passkey import MOST_CHARACTERS, Passkey
from idp.factors.passkey_registration import NewPasskey, User, named_in, options, registered
from tests.factors.test_passkey_input import documents
from tests.factors.trial import owned
from tests.software_authenticator import (
    Algorithm,
    Answering,
    SoftwareAuthenticator,
    cbor,
    decoded,
    encoded,
    faults,
    new_key,
    signed,
)

RP_ID, ORIGIN = "giris.example", "https://giris.example"
PASSKEY = Passkey(HouseSecrets(b"test key"), RP_ID, ORIGIN, lifetime=300)
CHALLENGE = encoded(bytes(range(32)))
USER = User(b"\xff opaque", "987******70", "Ayşe Örnek")
SIGNATURE_FAULTS = {"tampered signature", "signed by another key", "signed by a key of another kind"}
"""A registration without attestation is not signed."""


def asked(*held: str) -> str:
    own = [owned(Method.PASSKEY, name, handle=name) for name in held]
    return options(PASSKEY, CHALLENGE, USER, own, "Eşik")


def new(algorithm: Algorithm = Algorithm.ES256) -> SoftwareAuthenticator:
    return SoftwareAuthenticator(ORIGIN, RP_ID, new_key(algorithm))


def test_the_browser_is_asked_for_a_key_of_this_citizen_at_this_origin() -> None:
    sent = json.loads(asked("AAAA", "BBBB"))
    assert sent["rp"] == {"id": RP_ID, "name": "Eşik"}
    assert sent["user"] == {"id": encoded(USER.handle), "name": USER.account, "displayName": USER.name}
    assert (sent["challenge"], sent["timeout"], sent["attestation"]) == (CHALLENGE, 300_000, "none")
    assert [one["alg"] for one in sent["pubKeyCredParams"]] == [-7, -8, -257]
    assert [one["id"] for one in sent["excludeCredentials"]] == ["AAAA", "BBBB"]
    chosen = sent["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("preferred", "preferred")


@pytest.mark.parametrize("algorithm", Algorithm)
@pytest.mark.parametrize("verified", [True, False])
def test_an_honest_answer_gives_the_key_and_its_name(algorithm: Algorithm, verified: bool) -> None:
    made = new(algorithm)
    answer = made.register(asked(), Answering(user_verified=verified, counter=5))
    assert registered(PASSKEY, CHALLENGE, answer) == NewPasskey(made.handle, made.public_key, 5)
    assert named_in(answer) == made.handle
    assert made.user_handle == USER.handle


@pytest.mark.parametrize("fault", faults(SoftwareAuthenticator(ORIGIN, RP_ID)).keys() - SIGNATURE_FAULTS)
def test_a_faulty_answer_registers_nothing(fault: str) -> None:
    made = new()
    how = faults(made)[fault]
    if fault == "wrong type":
        how = Answering(type="webauthn.get")
    answer = json.loads(made.register(asked(), how))
    if fault == "other credential":
        answer["id"] = answer["rawId"] = made.handle  # another name than the signed one
    assert registered(PASSKEY, CHALLENGE, json.dumps(answer)) is None


def test_an_answer_to_another_question_registers_nothing() -> None:
    assert registered(PASSKEY, encoded(bytes(32)), new().register(asked())) is None


def test_an_assertion_registers_nothing() -> None:
    answer = new().sign_in(json.dumps({"challenge": CHALLENGE}))
    assert registered(PASSKEY, CHALLENGE, answer) is None
    assert named_in(answer) is None


@pytest.mark.parametrize(("length", "believed"), [(1, True), (1023, True), (1024, False)])
def test_a_credential_id_has_at_most_1023_bytes(length: int, believed: bool) -> None:
    answer = new().register(asked(), Answering(credential_id=bytes(length)))
    assert (registered(PASSKEY, CHALLENGE, answer) is not None) is believed


def test_e05_what_is_too_long_is_not_even_parsed() -> None:
    answer = new().register(asked())
    fitting = answer + " " * (MOST_CHARACTERS - len(answer))
    assert registered(PASSKEY, CHALLENGE, fitting) is not None
    assert registered(PASSKEY, CHALLENGE, fitting + " ") is None
    assert named_in(fitting + " ") is None


def parts(answer: str) -> tuple[bytes, bytes]:
    """Authenticator data and client data of an honest answer."""
    response = json.loads(answer)["response"]
    attestation = decoded(response["attestationObject"])
    start = attestation.index(b"authData") + len(b"authData") + 2  # a byte string of 24 to 255 bytes has a head of two
    return attestation[start:], decoded(response["clientDataJSON"])


def attested(answer: str, **members: Any) -> str:
    """The answer with another attestation object."""
    body = {"fmt": "none", "attStmt": {}, "authData": parts(answer)[0]} | members
    parsed = json.loads(answer)
    parsed["response"]["attestationObject"] = encoded(cbor(body))
    return json.dumps(parsed)


def test_no_certificates_are_taken() -> None:
    """They were not asked for, and would say who made the authenticator."""
    answer = new().register(asked())
    assert registered(PASSKEY, CHALLENGE, attested(answer)) is not None
    for members in ({"fmt": "fido-u2f"}, {"fmt": "x"}, {"attStmt": {"sig": b"x"}}):
        assert registered(PASSKEY, CHALLENGE, attested(answer, **members)) is None


def test_an_attestation_by_the_new_key_itself_is_taken_and_judged() -> None:
    """WebAuthn §8.2: some browsers send one though none was asked for."""
    made = new()
    answer = made.register(asked())
    data, client_data = parts(answer)
    signature = signed(made.key, data + hashlib.sha256(client_data).digest())
    own = {"alg": Algorithm.ES256.value, "sig": signature}
    found = registered(PASSKEY, CHALLENGE, attested(answer, fmt="packed", attStmt=own))
    assert found == NewPasskey(made.handle, made.public_key, 0)
    for statement in (own | {"sig": b"x"}, own | {"x5c": [b"certificate"]}, {"alg": -7}):
        assert registered(PASSKEY, CHALLENGE, attested(answer, fmt="packed", attStmt=statement)) is None


def with_key(key: dict[int, object]) -> str:
    """An honest answer with another public key."""
    made = new()
    answer = made.register(asked())
    data = parts(answer)[0]
    return attested(answer, authData=data[: -len(decoded(made.public_key))] + cbor(key))


def test_a_key_that_could_never_answer_is_none() -> None:
    on_the_curve = {1: 2, 3: -7, -1: 1, **point()}
    assert registered(PASSKEY, CHALLENGE, with_key(on_the_curve)) is not None
    for key in (
        on_the_curve | {-2: bytes(32)},
        on_the_curve | {-1: 2},
        on_the_curve | {3: -8},
        on_the_curve | {3: -257},
        {1: 3, 3: -257, -1: b"\xff" * 1100, -2: b"\1\0\1"},
    ):
        assert registered(PASSKEY, CHALLENGE, with_key(key)) is None


def point() -> dict[int, object]:
    numbers = generate_private_key(SECP256R1()).public_key().public_numbers()
    return {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


@pytest.mark.parametrize("data", [b"", bytes(36), bytes(37), bytes(32) + b"\x41" + bytes(4), bytes(200)])
def test_b06_odd_authenticator_data_registers_nothing(data: bytes) -> None:
    assert registered(PASSKEY, CHALLENGE, attested(new().register(asked()), authData=data)) is None


@given(documents.map(json.dumps) | st.text(max_size=60))
@settings(max_examples=200)
def test_b06_any_document_and_any_text_registers_nothing(typed: str) -> None:
    assert registered(PASSKEY, CHALLENGE, typed) is None
    assert named_in(typed) is None


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_b06_any_attestation_object_registers_nothing(raw: bytes) -> None:
    answer = json.loads(new().register(asked()))
    answer["response"]["attestationObject"] = encoded(raw)
    assert registered(PASSKEY, CHALLENGE, json.dumps(answer)) is None
