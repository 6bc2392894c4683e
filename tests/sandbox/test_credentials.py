"""What sample people hold: the published keys fit what is registered, and a program gets in with each of them."""

import base64
import json

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc.jwk import ECKey
from webauthn.helpers import decode_credential_public_key
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.factors import letters, totp
from idp.sandbox import credentials
from idp.sandbox.personas import PERSONAS
from tests.clock import FakeClock
from tests.town import IDP, PASSWORD, Town


def told(place: Town, persona_id: str) -> dict[str, object]:
    people = json.loads(place.call("GET", "/sandbox/v1/personas").body)
    found: dict[str, object] = next(one["credentials"] for one in people if one["id"] == persona_id)
    return found


def held(place: Town, persona_id: str) -> list[Authenticator]:
    number = next(one.national_id.value for one in PERSONAS if one.id == persona_id)
    with place.store.read() as uow:
        citizen = uow.citizens.by_national_id(NationalId(number))
        assert citizen is not None
        return list(uow.authenticators.of_citizen(citizen.id))


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_same_keys_come_back_whenever_they_are_asked_for() -> None:
    assert credentials.totp_secret("totp") == credentials.totp_secret("totp")
    assert credentials.backup_codes("backup-codes") == credentials.backup_codes("backup-codes")
    assert credentials.device("app") == credentials.device("app")
    assert credentials.passkey("passkey") == credentials.passkey("passkey")
    assert credentials.device("app") != credentials.device("somebody else")


def test_only_who_was_given_a_key_has_one_published(place: Town) -> None:
    nothing: dict[str, object] = {"totp_secret": None, "backup_codes": [], "device": None, "passkey": None}
    for persona in PERSONAS:
        assert (told(place, persona.id) == nothing) is (persona.holds == ())


def test_the_published_device_is_the_registered_one(place: Town) -> None:
    device, (row,) = told(place, "app")["device"], held(place, "app")
    assert isinstance(device, dict)
    key = ECKey.import_key(device["private_key"])
    assert (row.method, row.id, row.handle) == (Method.APP, device["id"], key.thumbprint())
    assert json.loads(row.public_key) == {name: key.as_dict(private=False)[name] for name in ("crv", "kty", "x", "y")}
    assert "d" not in json.loads(row.public_key)


def test_the_published_passkey_is_the_registered_one(place: Town) -> None:
    passkey, (row,) = told(place, "passkey")["passkey"], held(place, "passkey")
    assert isinstance(passkey, dict)
    assert (row.method, row.handle) == (Method.PASSKEY, passkey["credential_id"])
    assert (passkey["rp_id"], passkey["sign_count"]) == ("localhost", 0)
    private = load_der_private_key(unpadded(passkey["private_key"]), None)
    public = decode_credential_public_key(unpadded(row.public_key))
    assert isinstance(private, EllipticCurvePrivateKey)
    assert isinstance(public, DecodedEC2PublicKey)
    numbers = private.public_key().public_numbers()
    assert (public.x, public.y) == (numbers.x.to_bytes(32), numbers.y.to_bytes(32))
    assert (public.kty, public.alg, public.crv) == (2, -7, 1)


def test_a_passkeys_count_is_told_as_it_stands(place: Town) -> None:
    (row,) = held(place, "passkey")
    with place.store.begin() as uow:
        assert uow.authenticators.advance(row.id, 7, place.clock.now())
    passkey = told(place, "passkey")["passkey"]
    assert isinstance(passkey, dict)
    assert passkey["sign_count"] == 7


def test_the_published_seed_shows_the_registered_apps_codes(place: Town, clock: FakeClock) -> None:
    (row,) = held(place, "totp")
    secret = str(told(place, "totp")["totp_secret"])
    with place.store.read() as uow:
        assert uow.authenticators.secret_of(row.id) == secret
    assert totp.time_step(secret, pyotp.TOTP(secret).at(clock.now()), clock.now()) is not None


def test_backup_codes_are_ten_and_as_people_copy_them(place: Town) -> None:
    codes = told(place, "backup-codes")["backup_codes"]
    assert isinstance(codes, list)
    assert len({code[:2] for code in codes}) == 10
    assert all(letters.read(code, 16) == code for code in codes)
    assert {row.handle for row in held(place, "backup-codes")} == {code[:2] for code in codes}


@pytest.mark.parametrize("persona_id", ["totp", "backup-codes"])
def test_the_published_secret_opens_the_account(place: Town, clock: FakeClock, persona_id: str) -> None:
    persona, browser = next(one for one in PERSONAS if one.id == persona_id), place.browser()
    browser.open(f"{IDP}/hesabim")
    browser.fill("T.C. Kimlik No", persona.national_id.value).fill("Eşik Şifresi", PASSWORD).press("Giriş Yap")
    if persona_id == "totp":
        browser.fill("6 haneli kod", pyotp.TOTP(str(told(place, "totp")["totp_secret"])).at(clock.now()))
    else:
        codes = told(place, "backup-codes")["backup_codes"]
        assert isinstance(codes, list)
        browser.fill("Yedek Kod", codes[3].lower())
    assert browser.press("Doğrula").by_testid("page-account-home") is not None
