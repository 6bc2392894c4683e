"""WebAuthn §7.1 at the account page: of answers that were not made for us, here and now, none registers anything."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.audit import Event
from idp.domain.evidence import Method
from idp.factors.passkey import Passkey
from idp.factors.passkey_registration import registered
from tests.clock import FakeClock
from tests.software_authenticator import (
    Algorithm,
    Answering,
    SoftwareAuthenticator,
    cbor,
    decoded,
    encoded,
    faults,
    new_key,
    without,
)
from tests.town import IDP, Town
from tests.web.account_holder import PASSKEYS, AccountHolder, key_of

NOT_FOR_REGISTRATION = {"tampered signature", "signed by another key", "signed by a key of another kind"}
"""Without attestation there is no signature to forge."""

NO_FAULT_HERE = {"other credential", "origin over http"}
"""Any credential may be registered, and this town speaks http."""

HERE = SoftwareAuthenticator(origin="https://giris.example", rp_id="giris.example")
RELYING_PARTY = Passkey(None, HERE.rp_id, HERE.origin)  # type: ignore[arg-type]  # it draws nothing here
CHALLENGE = encoded(bytes(range(32)))
OPTIONS = json.dumps({"challenge": CHALLENGE, "user": {"id": "YQ"}})


@pytest.fixture
def ayse(the_town: Town) -> AccountHolder:
    return AccountHolder(the_town).comes_in()


def test_what_the_browser_is_asked(ayse: AccountHolder) -> None:
    """R-59, R-80: a fresh challenge, no attestation, an opaque handle, the citizen's own keys excluded."""
    first = json.loads(ayse.passkey_options())
    assert first["rp"] == {"name": "Eşik", "id": "localhost"}
    assert first["user"]["name"] == "987******70"
    assert first["attestation"] == "none"
    assert first["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "preferred",
    }
    assert {one["alg"] for one in first["pubKeyCredParams"]} == {-7, -8, -257}
    assert (len(decoded(first["challenge"])), len(decoded(first["user"]["id"]))) == (32, 32)
    assert first["excludeCredentials"] == []
    key = key_of(ayse.town)
    ayse.adds_passkey(key)
    second = json.loads(ayse.passkey_options())
    assert second["challenge"] != first["challenge"]
    assert second["user"]["id"] == first["user"]["id"]
    assert [one["id"] for one in second["excludeCredentials"]] == [key.handle]
    for secret in (ayse.who.national_id, ayse.citizen.id):
        assert secret.encode() not in decoded(first["user"]["id"])
        assert secret not in json.dumps(first)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_every_algorithm_that_is_offered_is_taken(ayse: AccountHolder, algorithm: Algorithm) -> None:
    key = SoftwareAuthenticator(origin=IDP, rp_id="localhost", key=new_key(algorithm))
    assert ayse.adds_passkey(key).says("Doğrulama yöntemi eklendi.")
    assert [one.public_key for one in ayse.held(Method.PASSKEY)] == [key.public_key]


def test_user_presence_is_required_and_verification_is_not(ayse: AccountHolder) -> None:
    assert ayse.adds_passkey(key_of(ayse.town), Answering(user_present=False)).status == 422
    assert ayse.adds_passkey(key_of(ayse.town), Answering(user_verified=False)).status == 200
    assert len(ayse.held(Method.PASSKEY)) == 1


@pytest.mark.parametrize("fault", sorted(set(faults(HERE)) - NOT_FOR_REGISTRATION - NO_FAULT_HERE))
def test_a_faulty_answer_registers_nothing(ayse: AccountHolder, fault: str) -> None:
    key = key_of(ayse.town)
    how = faults(key)[fault]
    if how.type == "webauthn.create":
        how = Answering(type="webauthn.get")
    page = ayse.adds_passkey(key, how)
    assert (page.status, page.says("Geçiş anahtarı eklenemedi.")) == (422, True), page.text
    assert ayse.held(Method.PASSKEY) == []
    assert ayse.audit(Event.AUTHENTICATOR_ADDED) == []


def test_a05_a_challenge_takes_one_answer(ayse: AccountHolder) -> None:
    options, key = ayse.passkey_options(), key_of(ayse.town)
    assert ayse.posts_passkey(key.register(options, Answering(user_present=False))).status == 422
    assert ayse.posts_passkey(key.register(options)).status == 422
    assert ayse.held(Method.PASSKEY) == []


def test_a_challenge_dies_after_five_minutes(ayse: AccountHolder, clock: FakeClock) -> None:
    options, key = ayse.passkey_options(), key_of(ayse.town)
    clock.advance(200)
    ayse.comes_in_again()
    clock.advance(100)
    ayse.open(f"{PASSKEYS}/ekle")
    page = ayse.posts_passkey(key.register(options))
    assert page.status == 422
    assert ayse.held(Method.PASSKEY) == []


def test_a_foreign_challenge_registers_nothing(ayse: AccountHolder, clock: FakeClock) -> None:
    """Of another session of the same citizen, whose own challenge is dead from then on."""
    options = ayse.passkey_options()
    clock.advance(61)
    elsewhere = AccountHolder(ayse.town).comes_in()
    elsewhere.open(f"{PASSKEYS}/ekle")
    key = key_of(ayse.town)
    assert elsewhere.posts_passkey(key.register(options)).status == 422
    assert ayse.posts_passkey(key.register(options)).status == 422
    assert ayse.held(Method.PASSKEY) == []


def test_l36_the_form_sent_twice_adds_one_and_tells_once(ayse: AccountHolder) -> None:
    answer = key_of(ayse.town).register(ayse.passkey_options())
    token = ayse.browser.hidden()
    for _ in range(2):
        fields = {"csrf_token": token, "credential": answer, "name": "Anahtar"}
        page = ayse.browser.post(f"{IDP}{PASSKEYS}/ekle", fields)
        assert page.says("Doğrulama yöntemi eklendi.")
    assert len(ayse.held(Method.PASSKEY)) == len(ayse.told("eklendi: Geçiş anahtarı")) == 1


def test_a_passkey_that_is_registered_already_is_not_registered_again(ayse: AccountHolder) -> None:
    key = key_of(ayse.town)
    ayse.adds_passkey(key)
    page = ayse.adds_passkey(key, name="Bir daha")
    assert (page.status, page.says("Bu geçiş anahtarı zaten kayıtlı.")) == (422, True)
    assert [one.name for one in ayse.held(Method.PASSKEY)] == ["Anahtar"]


def _attested(statement: dict[Any, Any], fmt: str = "none", data: bytes = b"") -> str:
    """An honest answer with another attestation."""
    answer = json.loads(HERE.register(OPTIONS))
    honest = decoded(answer["response"]["attestationObject"])
    made = {"fmt": fmt, "attStmt": statement, "authData": data or honest[honest.index(b"authData") + 10 :]}
    answer["response"]["attestationObject"] = encoded(cbor(made))
    return json.dumps(answer)


def test_an_honest_answer_is_taken() -> None:
    found = registered(RELYING_PARTY, CHALLENGE, HERE.register(OPTIONS))
    assert found is not None
    assert (found.handle, found.public_key, found.counter) == (HERE.handle, HERE.public_key, 0)
    assert registered(RELYING_PARTY, CHALLENGE, _attested({})) is not None, "the tests below break only one thing"


def _hostile() -> dict[str, str]:
    honest = HERE.register(OPTIONS)
    data = decoded(json.loads(honest)["response"]["attestationObject"])
    auth = data[data.index(b"authData") + 10 :]
    deep = b"\x81" * 12_000
    other_id = json.loads(honest) | {"id": encoded(b"another"), "rawId": encoded(b"another")}
    return {
        "empty": "",
        "null": "null",
        "a number": "1e999999",
        "a list": "[]",
        "a nest": "[" * 10_000,
        "no response": json.dumps({"id": "a", "rawId": "a", "type": "public-key"}),
        "numbers for texts": honest.replace('"public-key"', "7"),
        "surrogates": '{"id":"\\ud800","rawId":"\\ud800","type":"public-key","response":{}}',
        "without client data": without(honest, "clientDataJSON"),
        "without an attestation": without(honest, "attestationObject"),
        "another id outside": json.dumps(other_id),
        "unknown format": _attested({}, "compound"),
        "android safetynet": _attested({"ver": "1", "response": b"a.b.c"}, "android-safetynet"),
        "tpm": _attested({"ver": "2.0", "certInfo": b"\xff" * 60, "pubArea": b"\x00"}, "tpm"),
        "packed with certificates": _attested({"alg": -7, "sig": b"x", "x5c": b"\x30"}, "packed"),
        "packed, signed by nobody": _attested({"alg": -7, "sig": b"x"}, "packed"),
        "a statement where there is none": _attested({"sig": b"x"}),
        "cbor that nests": _attested({}, data=auth[:37] + deep),
        "cbor that ends": _attested({}, data=auth[:-1]),
        "cbor that goes on": _attested({}, data=auth + b"\x00"),
        "no credential": _attested({}, data=auth[:37]),
        "a key that is a number": _attested({}, data=auth[:87] + b"\x01"),
        "a point off the curve": _attested({}, data=auth[:-32] + bytes(32)),
        "an algorithm of another kind": _attested({}, data=auth.replace(b"\x03\x26", b"\x03\x27")),
        "an unknown algorithm": _attested({}, data=auth.replace(b"\x03\x26", b"\x03\x25")),
        "too long": honest[:-1] + " " * 20_000 + "}",
        "a long id": HERE.register(OPTIONS, Answering(credential_id=bytes(1024))),
        "client data of a list": json.dumps(_with_client_data(b"[]")),
        "client data that is no json": json.dumps(_with_client_data(b"\xff\xfe")),
        "a numeric challenge": json.dumps(_with_client_data(b'{"type":"webauthn.create","challenge":1,"origin":2}')),
    }


def _with_client_data(raw: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(HERE.register(OPTIONS))
    answer["response"]["clientDataJSON"] = encoded(raw)
    return answer


@pytest.mark.parametrize("name", sorted(_hostile()))
def test_hostile_answers_are_no_answers(name: str) -> None:
    assert registered(RELYING_PARTY, CHALLENGE, _hostile()[name]) is None


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.integers(0, 1200), byte=st.integers(0, 255), tail=st.binary(max_size=40))
def test_no_byte_of_an_attestation_makes_a_fault(at: int, byte: int, tail: bytes) -> None:
    """Whatever is sent is taken or refused; nothing is raised."""
    answer = json.loads(HERE.register(OPTIONS))
    raw = bytearray(decoded(answer["response"]["attestationObject"]))
    raw[at % len(raw)] = byte
    answer["response"]["attestationObject"] = encoded(bytes(raw[: len(raw) - at % 7]) + tail)
    registered(RELYING_PARTY, CHALLENGE, json.dumps(answer))


@pytest.mark.parametrize("credential", ["", "{}", "null", "[" * 5000, "\x00", base64.b64encode(bytes(15_000)).decode()])
def test_hostile_posts_are_a_page(ayse: AccountHolder, credential: str) -> None:
    ayse.passkey_options()
    for _ in range(2):
        assert ayse.posts_passkey(credential).status == 422
    assert ayse.adds_passkey(key_of(ayse.town)).says("Doğrulama yöntemi eklendi."), "nothing is lost"
