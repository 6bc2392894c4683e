"""Invariants of the records: levels, clients, citizens, proofs, and what may not show in a log."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from types import ModuleType

import pytest

from idp.domain import (
    audit,
    authenticator,
    authorization_request,
    challenge,
    citizen,
    client,
    consent,
    enrolment,
    evidence,
    grant,
    login,
    message,
    session,
    signing_key,
    throttle,
)
from idp.domain.citizen import Citizen, CitizenState
from idp.domain.client import Client, ClientAuthMethod, PkcePolicy
from idp.domain.errors import EsikError, LoginExpired, LoginMovedOn, LoginNotFound, LoginOver, TooBusy
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.message import Channel, Message
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber

MODULES = (
    audit,
    authenticator,
    authorization_request,
    challenge,
    citizen,
    client,
    consent,
    enrolment,
    evidence,
    grant,
    login,
    message,
    session,
    signing_key,
    throttle,
)
CITIZEN = Citizen("c1", NationalId.parse("98765430170"), "Ayşe", "Örnek", "$hash$", 0, 0)


def test_levels_are_one_ordered_scale() -> None:
    assert Level.PASSWORD < Level.TWO_STEP < Level.PHISHING_RESISTANT
    assert [level.acr for level in Level] == [
        "urn:esik:acr:password",
        "urn:esik:acr:two-step",
        "urn:esik:acr:phishing-resistant",
    ]
    assert all(Level.of_acr(level.acr) is level for level in Level)


@pytest.mark.parametrize(
    "value", ["", " urn:esik:acr:two-step", "urn:esik:acr:Two-Step", "two-step", "2", "urn:esik:acr:two-step\0"]
)
def test_a24_an_acr_is_compared_exactly(value: str) -> None:
    assert Level.of_acr(value) is None


def test_a_public_client_has_no_secret_and_must_use_pkce() -> None:
    public = Client("app", "App", ("http://127.0.0.1/cb",), auth_method=ClientAuthMethod.NONE)
    with pytest.raises(ValueError, match="if, and only if"):
        replace(public, secret_hash="00")
    with pytest.raises(ValueError, match="PKCE"):
        replace(public, pkce=PkcePolicy.OPTIONAL)


@pytest.mark.parametrize("method", [ClientAuthMethod.CLIENT_SECRET_BASIC, ClientAuthMethod.CLIENT_SECRET_POST])
def test_a_confidential_client_has_a_secret(method: ClientAuthMethod) -> None:
    with pytest.raises(ValueError, match="if, and only if"):
        Client("mhrs", "MHRS", ("https://mhrs.example/cb",), auth_method=method)


def test_a_client_is_registered_on_the_safe_side() -> None:
    plain = Client("mhrs", "MHRS", ("https://mhrs.example/cb",), secret_hash="00")
    assert plain.pkce is PkcePolicy.REQUIRED
    assert plain.subject_type is client.SubjectType.PAIRWISE
    assert plain.consent is client.ConsentPolicy.ASK
    assert "kimlik" not in plain.scopes


def test_r56_a_number_that_was_not_verified_with_identity_takes_no_code() -> None:
    phoned = replace(CITIZEN, phone_number=PhoneNumber.parse("05000000001"))
    assert phoned.verified_phone is None
    assert replace(phoned, phone_verified_at=0).verified_phone == phoned.phone_number
    assert replace(CITIZEN, phone_verified_at=0).verified_phone is None


def test_a_closed_citizen_is_not_active() -> None:
    assert CITIZEN.is_active
    assert not replace(CITIZEN, state=CitizenState.CLOSED).is_active


def test_every_method_but_the_password_is_a_second_factor() -> None:
    assert [method for method in Method if not method.is_second_factor] == [Method.PASSWORD]
    assert [str(method) for method in Method] == ["password", "sms", "app", "totp", "passkey", "backup_code"]


def test_r58_a_used_up_backup_code_is_not_usable() -> None:
    code = authenticator.Authenticator("a1", "c1", Method.BACKUP_CODE, "", created_at=0, handle="AB")
    assert code.is_usable
    assert not replace(code, used_at=0).is_usable


def test_only_a_relying_party_makes_a_request() -> None:
    asked = authorization_request.AuthorizationRequest("mhrs", "https://mhrs.example/cb", ("openid",))
    begun = login.Login("l1", "browser", asked, login.Requirement(), 0, 600)
    assert begun.request is asked
    for own in (login.AccountVisit("/hesabim"), login.PasswordRecovery()):
        assert replace(begun, purpose=own).request is None


def test_consent_is_about_scopes_and_about_claims_named_one_by_one() -> None:
    claims = authorization_request.RequestedClaims(userinfo=("name",), id_token=("phone_number",))
    asked = authorization_request.AuthorizationRequest("mhrs", "https://x", ("openid", "profile"), claims=claims)
    assert asked.asks_for == {"openid", "profile", "claim:name", "claim:phone_number"}


def records(module: ModuleType) -> list[type]:
    return [kind for kind in vars(module).values() if is_dataclass(kind) and kind.__module__ == module.__name__]  # type: ignore[misc]  # is_dataclass narrows to instances too


@pytest.mark.parametrize(
    "kind", [kind for module in MODULES for kind in records(module)], ids=lambda kind: kind.__name__
)
def test_records_are_frozen_and_slotted(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # set by dataclass()
    assert "__slots__" in vars(kind)


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        CITIZEN.two_step = True  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        (Citizen, "password_hash"),
        (Client, "secret_hash"),
        (challenge.Challenge, "code_mac"),
        (challenge.Challenge, "destination"),
        (enrolment.Enrolment, "code_mac"),
        (enrolment.Enrolment, "secret"),
        (enrolment.Enrolment, "destination"),
        (enrolment.Enrolment, "public_key"),
        (authenticator.Authenticator, "public_key"),
        (login.Login, "sought"),
        (login.Login, "browser_hash"),
        (session.Session, "handle_hash"),
        (grant.Grant, "code_hash"),
        (message.Message, "text"),
        (message.Message, "code"),
        (message.Message, "destination"),
        (signing_key.SigningKey, "private_jwk"),
        (evidence.Proof, "credential"),
        (throttle.Count, "value"),
        (authorization_request.AuthorizationRequest, "login_hint"),
    ],
)
def test_e03_a_secret_never_shows_in_a_repr(kind: type, secret: str) -> None:
    assert {field.name: field.repr for field in fields(kind)}[secret] is False


def test_e03_a_message_in_a_traceback_shows_neither_code_nor_number() -> None:
    shown = repr(Message(Channel.SMS, "+905000000001", "123456 kod", "123456", 0, 180))
    assert "123456" not in shown
    assert "+905000000001" not in shown


def test_errors_are_one_tree() -> None:
    assert all(issubclass(kind, LoginOver) for kind in (LoginNotFound, LoginExpired, LoginMovedOn))
    assert issubclass(LoginOver, EsikError)
    assert TooBusy(retry_after=2).retry_after == 2
