"""The sample people are valid, made up, and described in both languages (domain.md §6.4, R-83)."""

import phonenumbers
import pytest
from stdnum.tr import tckimlik

from idp.domain.citizen import CitizenState
from idp.domain.national_id import NationalId
from idp.policy.passwords import PasswordPolicy, PasswordRules, faults
from idp.sandbox.gallery import samples
from idp.sandbox.persona import Persona
from idp.sandbox.personas import PERSONAS, is_sandbox_phone, is_synthetic
from idp.settings import load

EVERYBODY = pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)


@EVERYBODY
def test_r83_numbers_pass_an_independent_check(persona: Persona) -> None:
    assert tckimlik.is_valid(persona.national_id.value)
    assert NationalId.parse(persona.national_id.value) == persona.national_id


@EVERYBODY
def test_r83_numbers_are_of_the_visible_pattern(persona: Persona) -> None:
    assert persona.national_id.value.startswith(("9876543", "990000001"))
    assert is_synthetic(persona.national_id)


@EVERYBODY
def test_phones_are_mobiles_to_libphonenumber(persona: Persona) -> None:
    if persona.phone is None:
        assert not persona.verified
        return
    parsed = phonenumbers.parse(persona.phone.value)
    assert phonenumbers.is_valid_number(parsed)
    assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    assert is_sandbox_phone(persona.phone)


@EVERYBODY
def test_the_documented_password_satisfies_the_official_rules(persona: Persona) -> None:
    password = load({}, mode="sandbox", encryption_key="q5jYzQmW0k1rZ2xkqvS8n6hT4uG9eLb3cD7fXaPoIiE",
                    secret_key="Zr8W2mTq0Yx5Vn1Lc7Kd4Hs9Jg3Fb6AoEuPiRtQwXyM").persona_password  # fmt: skip
    assert faults(password, persona.as_citizen("x", None, 0), PasswordPolicy.EDEVLET) == ()


@EVERYBODY
def test_two_step_login_needs_a_second_step(persona: Persona) -> None:
    assert not persona.two_step or persona.seeded_methods


@EVERYBODY
def test_nobody_prefers_what_they_do_not_have(persona: Persona) -> None:
    assert persona.preferred is None or persona.seeded_methods[0] is persona.preferred


@EVERYBODY
def test_everybody_is_described_in_both_languages(persona: Persona) -> None:
    assert persona.note.keys() == {"tr", "en"}
    assert all(persona.note.values())


@pytest.mark.parametrize("what", ["id", "national_id", "phone"])
def test_nobody_shares(what: str) -> None:
    values = [value for persona in PERSONAS if (value := getattr(persona, what)) is not None]
    assert len(values) == len(set(values))


def test_every_state_of_the_table_is_there() -> None:
    """domain.md §6.4: who can take which second step, and in which state they are."""
    by_number = {persona.national_id.value: persona for persona in PERSONAS}
    assert by_number["98765430170"].two_step
    assert not by_number["98765430248"].two_step
    assert by_number["98765430248"].verified
    assert by_number["98765431092"].phone is None
    assert [method.value for method in by_number["98765430316"].seeded_methods] == ["app", "sms"]
    assert [method.value for method in by_number["98765430484"].seeded_methods] == ["totp", "sms"]
    assert [method.value for method in by_number["98765430552"].seeded_methods] == ["passkey", "sms"]
    assert [method.value for method in by_number["98765430620"].seeded_methods] == ["backup_code"]
    assert by_number["98765430866"].must_change_password
    six_months = PasswordRules(PasswordPolicy.EDEVLET, max_age=180 * 86_400)
    assert six_months.is_due(by_number["98765430934"].as_citizen("x", None, 10**9), 10**9)
    assert not six_months.is_due(by_number["98765430170"].as_citizen("x", None, 10**9), 10**9)
    assert by_number["98765430798"].paused
    assert by_number["98765431238"].state is CitizenState.CLOSED
    assert by_number["98765431160"].as_citizen("x", None, 0).name == "Şükriye Nur İlgün Iğdırlıçöl-Örnek"
    assert by_number["99000000110"].two_step
    assert by_number["98765431474"].birthdate


def test_a_stranger_is_not_synthetic() -> None:
    assert not is_synthetic(NationalId("12345678950"))
    assert not is_synthetic(NationalId("99000000288"))


def test_the_login_page_tells_each_persons_second_steps() -> None:
    notes = {one.national_id: one.note["tr"] for one in samples("x")}
    assert notes["98765430484"].endswith(" · Doğrulama uygulaması kodu · SMS ile Doğrulama")
    assert notes["98765430620"].endswith(" · Yedek Kod")
    assert "SMS ile Doğrulama" not in notes["98765430248"], "two-step login is off"
