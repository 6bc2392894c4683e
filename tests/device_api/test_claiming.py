"""Showing a pairing code: counted before it is judged, with the key proved, and refused alike whatever is wrong."""

import json

import pytest

from idp.testing.device import Device, DeviceProblem
from tests.device_api.phones import AccountPage, a_phone, audited, post
from tests.people import AYSE
from tests.town import Town


def claims(town: Town, code: str) -> tuple[int, bytes]:
    """How the showing of a code is answered."""
    phone = a_phone(town)
    proof = phone.sign("esik-pairing+jwt", {"pairing_code": code, "jkt": phone.thumbprint}, names_key=False)
    body = {"pairing_code": code, "name": "x", "public_key": phone.public_key, "proof": proof}
    answer = post(town, "/device/v1/pairings", body)
    return answer.status, answer.body


def test_a_wrong_an_expired_a_replaced_and_a_used_code_are_refused_alike(account: AccountPage) -> None:
    town, clock = account.town, account.town.clock
    _, used = account.begin()
    a_phone(town).claim(used, "x")
    answers = [claims(town, used)]
    _, replaced = account.begin()
    _, expired = account.begin()
    answers.append(claims(town, replaced))
    clock.advance(300)
    answers += [claims(town, expired), claims(town, "ABCDEFGH"), claims(town, ""), claims(town, "0O1I!")]
    assert set(answers) == {(404, b'{"title":"Not found","status":404}')}
    assert audited(town)[-1] == ("enrolment.refused", "code")


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
def test_a_code_works_to_the_second(account: AccountPage, seconds: int, works: bool) -> None:
    _, code = account.begin()
    account.town.clock.advance(seconds)
    assert (claims(account.town, code)[0] == 201) == works


def test_throttled_per_address_right_codes_too(account: AccountPage) -> None:
    """Counted before judged; a right code takes its own count back, and other addresses are not held up."""
    town, clock = account.town, account.town.clock
    for _ in range(20):
        assert claims(town, "ABCDEFGH")[0] == 404
    _, code = account.begin()
    phone = a_phone(town)
    with pytest.raises(DeviceProblem, match="429"):
        phone.claim(code, "x")
    answer = post(town, "/device/v1/pairings", {**BODY, "public_key": phone.public_key, "proof": "x"})
    assert (answer.status, answer.headers["content-type"]) == (429, "application/problem+json")
    assert 0 < int(answer.headers["retry-after"]) <= 600
    a_phone(town, address="192.0.2.77").claim(code, "x")
    clock.advance(600)
    for _ in range(25):
        page = AccountPage(town, AYSE)
        _, code = page.begin()
        a_phone(town).claim(code, "x")


def test_people_at_this_machine_are_not_slowed_down_in_a_sandbox(the_town: Town) -> None:
    phone = a_phone(the_town, address="127.0.0.1")
    for _ in range(25):
        with pytest.raises(DeviceProblem, match="404"):
            phone.claim("ABCDEFGH", "x")


BODY = {"pairing_code": "ABCD-EFGH", "name": "Telefon"}


def test_d13_possession_of_the_key_is_proved_for_this_very_code(account: AccountPage) -> None:
    town, now = account.town, account.town.clock.now()
    begun, code = account.begin()
    phone, other = a_phone(town), a_phone(town)
    right = {"pairing_code": code, "jkt": phone.thumbprint}
    wrong = [
        other.sign("esik-pairing+jwt", right, names_key=False),
        phone.sign("esik-device+jwt", right, names_key=False),
        phone.sign("JWT", right, names_key=False),
        a_phone(town, key=phone.key, device_id="x").sign("esik-pairing+jwt", right),
        phone.sign("esik-pairing+jwt", right | {"pairing_code": "ABCDEFGH"}, names_key=False),
        phone.sign("esik-pairing+jwt", right | {"pairing_code": [code]}, names_key=False),
        phone.sign("esik-pairing+jwt", right | {"jkt": other.thumbprint}, names_key=False),
        phone.sign("esik-pairing+jwt", {"pairing_code": code}, names_key=False),
        phone.sign("esik-pairing+jwt", right | {"iat": now - 61}, names_key=False),
        phone.sign("esik-pairing+jwt", right | {"iat": now + 61}, names_key=False),
        phone.sign("esik-pairing+jwt", right | {"aud": "https://evil.example"}, names_key=False),
        "",
        "a.b.c",
    ]
    answers = {
        (answer.status, answer.body, answer.headers["www-authenticate"])
        for proof in wrong
        for answer in [post(town, "/device/v1/pairings", sent(code, phone, proof))]
    }
    assert answers == {(401, b'{"title":"Not authenticated","status":401}', "Device")}
    with town.store.read() as uow:
        still = uow.enrolments.by_id(begun.id)
    assert still is not None
    assert still.claimed_at is None
    right_proof = phone.sign("esik-pairing+jwt", right, names_key=False)
    answer = post(town, "/device/v1/pairings", sent(code, phone, right_proof))
    assert answer.status == 201
    assert answer.headers["location"] == f"/device/v1/pairings/{begun.id}"


def sent(code: str, phone: Device, proof: str) -> dict[str, object]:
    return {"pairing_code": code, "name": "Telefon", "public_key": phone.public_key, "proof": proof}


def test_a_private_key_is_never_taken(account: AccountPage) -> None:
    _, code = account.begin()
    phone = a_phone(account.town)
    proof = phone.sign("esik-pairing+jwt", {"pairing_code": code, "jkt": phone.thumbprint}, names_key=False)
    body = sent(code, phone, proof) | {"public_key": phone.key}
    answer = post(account.town, "/device/v1/pairings", body)
    assert answer.status == 422
    assert phone.key["d"] not in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"extra": 1},
        {"acr": "urn:esik:acr:two-step"},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 61},
        {"name": "a\nb"},
        {"name": "moc.live\u202egro"},
        {"name": "\ud800"},
        {"name": 7},
        {"pairing_code": 12345678},
        {"pairing_code": "A" * 33},
        {"proof": "x" * 8193},
        {"proof": None},
        {"public_key": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}},
        {"public_key": {"kty": "EC", "crv": "P-256", "x": "A" * 43}},
        {"public_key": "key"},
        {"public_key": {"kty": "oct", "k": "AAAA"}},
    ],
)
def test_e01_what_is_not_as_described_is_422(account: AccountPage, wrong: dict[str, object]) -> None:
    _, code = account.begin()
    phone = a_phone(account.town)
    proof = phone.sign("esik-pairing+jwt", {"pairing_code": code, "jkt": phone.thumbprint}, names_key=False)
    answer = post(account.town, "/device/v1/pairings", sent(code, phone, proof) | wrong)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert json.loads(answer.body) == {"title": "Unprocessable content", "status": 422}
