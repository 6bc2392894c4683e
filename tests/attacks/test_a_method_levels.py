"""A10, A12–A15 for each method: what a token says of it, what is demanded and cannot be talked down, and step-up."""

from collections.abc import Callable

import pytest

from idp.domain.evidence import Method
from tests.attacks.methods import (
    ELIF,
    EVERY,
    KEREM,
    PASSKEY,
    PHISHING_RESISTANT_ACR,
    TOTP,
    Means,
    assertion,
    backup_codes,
    chooses,
    equip,
    events,
    named,
    totp_code,
)
from tests.browser import Page
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person, Visitor, login_id
from tests.stand_in import TWO_STEP_ACR, StandIn, Tokens, came_back, essential_acr, went_back
from tests.town import IDP, Town

DEMANDS = {"claims": essential_acr(PHISHING_RESISTANT_ACR)}


@pytest.mark.parametrize("means", EVERY, ids=named)
@pytest.mark.parametrize("asked_for", [{}, {"acr_values": TWO_STEP_ACR}, {"claims": essential_acr(TWO_STEP_ACR)}])
def test_a10_a_token_says_exactly_what_was_proved(
    the_town: Town, clock: FakeClock, means: Means, asked_for: dict[str, str]
) -> None:
    """domain.md §4, by method; an essential `acr` is reported as the listed value that is satisfied."""
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    asked = mhrs.asks(**asked_for)
    visitor.open(asked.url)
    visitor.types_password(means.person)
    begun = clock.now()
    clock.advance(15)
    means.succeeds(visitor)
    clock.advance(7)
    claims = mhrs.tokens(visitor.approves(), asked).claims
    phishing_resistant = means is PASSKEY and "claims" not in asked_for
    assert claims["acr"] == (PHISHING_RESISTANT_ACR if phishing_resistant else TWO_STEP_ACR)
    assert claims["amr"] == list(means.amr)
    assert claims["auth_time"] == begun, "the oldest proof"


@pytest.mark.parametrize("other", ["code", "totp", "backup-code", "app", "enabling", "two-step-on", "consent"])
def test_a10_nothing_but_a_passkey_reaches_what_only_a_passkey_proves(any_town: Town, other: str) -> None:
    """Kerem has every method; each is answered rightly, by its own address or under another's name."""
    equip(any_town, KEREM, Method.TOTP, Method.BACKUP_CODE)
    visitor = PASSKEY.at_the_step(any_town, **DEMANDS)
    login, token = login_id(visitor.page), visitor.browser.hidden()
    for method in ("sms", "totp", "backup_code", "app", "password", "", "PASSKEY", "passkey\x00", "Method.SMS"):
        page = visitor.browser.post(f"{IDP}/login/{login}/method", {"csrf_token": token, "method": method})
        assert (page.status, visitor.open(f"/login/{login}").url.endswith("/passkey")) == (422, True), method
    assert visitor.browser.post(f"{IDP}/login/{login}/other", {"csrf_token": token}).url.endswith("/passkey")
    for code in (totp_code(any_town, person=KEREM), backup_codes(KEREM)[0]):
        fields = {"csrf_token": token, "code": code, "decision": "approve", "method": "totp"}
        page = visitor.browser.post(f"{IDP}/login/{login}/{other}", fields)
        assert not went_back(page)
        assert visitor.open(f"/login/{login}").url.endswith("/passkey")
    assert any_town.messages(KEREM.phone) == []
    assert events(any_town, "factor.proved", "session.started") == []


@pytest.mark.parametrize("person", [AYSE, ELIF, MEHMET], ids=["sms", "totp", "two-step-off"])
def test_a10_without_a_passkey_the_demand_is_explained_and_declining_says_so(the_town: Town, person: Person) -> None:
    visitor = Visitor(the_town)
    visitor.open(StandIn(the_town).asks(**DEMANDS).url)
    page = visitor.types_password(person)
    step = page.url.rpartition("/")[2]
    assert step == ("two-step-off" if person is MEHMET else "passkey-needed")
    login, token = login_id(page), visitor.browser.hidden()
    for name in ("code", "totp", "passkey", "method", "other", "resend", "passkey-needed"):
        fields = {"csrf_token": token, "code": totp_code(the_town), "method": "sms", "decision": "continue"}
        assert visitor.browser.post(f"{IDP}/login/{login}/{name}", fields).url.rpartition("/")[2] in {step, name}
        assert visitor.open(f"/login/{login}").url.endswith(f"/{step}")
    page = visitor.browser.post(f"{IDP}/login/{login}/{step}", {"csrf_token": token, "decision": "decline"})
    assert came_back(page)["error"] == "unmet_authentication_requirements"
    assert the_town.messages(person.phone) == []


def test_a10_two_step_login_that_is_switched_on_meanwhile_does_not_reach_a_passkeys_level(the_town: Town) -> None:
    """Mehmet switches on inside the login that demands a passkey: the SMS code makes two steps, and no more."""
    visitor = Visitor(the_town)
    visitor.open(StandIn(the_town).asks(**DEMANDS).url)
    visitor.types_password(MEHMET)
    visitor.switches_on()
    page = visitor.reads_and_types_code(MEHMET)
    assert page.url.endswith("/passkey-needed")
    assert not went_back(visitor.open(page.url))


def test_a10_a_wish_puts_the_passkey_first_and_forces_nothing(the_town: Town) -> None:
    mhrs = StandIn(the_town)
    for method in ("passkey", "sms"):
        visitor, asked = Visitor(the_town), mhrs.asks(acr_values=PHISHING_RESISTANT_ACR)
        visitor.open(asked.url)
        visitor.types_password(KEREM)
        assert visitor.page.url.endswith("/passkey"), "asked for at once"
        if method == "sms":
            chooses(visitor, "sms")
            visitor.reads_and_types_code(KEREM)
        else:
            PASSKEY.succeeds(visitor)
        page = visitor.page if went_back(visitor.page) else visitor.approves()
        expected = {
            "passkey": (PHISHING_RESISTANT_ACR, list(PASSKEY.amr)),
            "sms": (TWO_STEP_ACR, ["pwd", "sms", "mfa"]),
        }
        claims = mhrs.tokens(page, asked).claims
        assert (claims["acr"], claims["amr"]) == expected[method]


def test_a10_a_wish_beyond_reach_shows_no_page_of_its_own(the_town: Town) -> None:
    mhrs = StandIn(the_town)
    asked, visitor = mhrs.asks(acr_values=PHISHING_RESISTANT_ACR), Visitor(the_town)
    visitor.open(asked.url)
    assert visitor.types_password(ELIF).url.endswith("/totp")
    TOTP.succeeds(visitor)
    assert mhrs.tokens(visitor.approves(), asked).claims["acr"] == TWO_STEP_ACR


@pytest.mark.parametrize(
    ("person", "error"),
    [(KEREM, "interaction_required"), (ELIF, "unmet_authentication_requirements")],
    ids=["has a passkey", "has none"],
)
def test_a12_prompt_none_never_talks_a_session_up(the_town: Town, person: Person, error: str) -> None:
    visitor = Visitor(the_town)
    _logs_in_by_sms(visitor, person)
    page = visitor.open(StandIn(the_town).asks(prompt="none", **DEMANDS).url)
    assert came_back(page)["error"] == error
    asked = StandIn(the_town).asks(prompt="none", acr_values=PHISHING_RESISTANT_ACR)
    assert StandIn(the_town).tokens(visitor.open(asked.url), asked).claims["acr"] == TWO_STEP_ACR


def test_a13_step_up_asks_only_for_what_is_missing(any_town: Town, clock: FakeClock) -> None:
    """The password of a minute ago stands; the passkey is new; `auth_time` stays that of the password (P4)."""
    visitor, mhrs = Visitor(any_town), StandIn(any_town)
    first = _logs_in_by_sms(visitor, KEREM)
    sid = visitor.browser.cookies["sid"]
    clock.advance(60)
    asked = mhrs.asks(**DEMANDS)
    page = visitor.open(asked.url)
    assert page.url.endswith("/passkey")
    page = visitor.press("İsteği başlat")
    claims = mhrs.tokens(PASSKEY.succeeds(visitor), asked).claims
    assert (claims["acr"], claims["amr"]) == (PHISHING_RESISTANT_ACR, list(PASSKEY.amr))
    assert claims["auth_time"] == first.claims["auth_time"] == clock.now() - 60
    assert visitor.browser.cookies["sid"] != sid, "C01: a new id at every step of proof"
    assert len(any_town.messages(KEREM.phone)) == 1


def test_a13_a_step_up_that_is_left_raises_nothing(the_town: Town) -> None:
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    _logs_in_by_sms(visitor, KEREM)
    visitor.open(mhrs.asks(**DEMANDS).url)
    visitor.press("İsteği başlat")
    answer = assertion(visitor)
    assert came_back(visitor.press("Vazgeç"))["error"] == "access_denied"
    asked = mhrs.asks()
    assert mhrs.tokens(visitor.open(asked.url), asked).claims["acr"] == TWO_STEP_ACR
    visitor.open(mhrs.asks(**DEMANDS).url)
    visitor.press("İsteği başlat")
    assert PASSKEY.answers(visitor, answer).status == 422


def test_a13_proofs_older_than_max_age_are_asked_for_again_both(the_town: Town, clock: FakeClock) -> None:
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    first = _logs_in(visitor, TOTP)
    clock.advance(300)
    asked = mhrs.asks(max_age="300")
    assert mhrs.tokens(visitor.open(asked.url), asked).claims["auth_time"] == first.claims["auth_time"]
    clock.advance(1)
    asked = mhrs.asks(max_age="300")
    assert visitor.open(asked.url).h1 == "Giriş yapın"
    assert visitor.types_password(ELIF).url.endswith("/totp")
    claims = mhrs.tokens(TOTP.succeeds(visitor), asked).claims
    assert (claims["auth_time"], claims["amr"]) == (clock.now(), list(TOTP.amr))


@pytest.mark.parametrize("asked_for", [{"max_age": "0"}, {"prompt": "login"}])
def test_a14_a15_real_reauthentication_takes_a_new_time_step(
    the_town: Town, clock: FakeClock, asked_for: dict[str, str]
) -> None:
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    _logs_in(visitor, TOTP)
    asked = mhrs.asks(**asked_for)
    visitor.open(asked.url)
    assert visitor.types_password(ELIF).url.endswith("/totp")
    assert TOTP.succeeds(visitor).says("Bu kod kullanıldı.")
    clock.advance(30)
    claims = mhrs.tokens(TOTP.succeeds(visitor), asked).claims
    assert claims["auth_time"] == clock.now() - 30


def test_a15_cancelling_leaves_the_session_and_somebody_else_gets_a_new_one(the_town: Town) -> None:
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    first = _logs_in(visitor, PASSKEY)
    visitor.open(mhrs.asks(prompt="login").url)
    visitor.types_password(KEREM)
    assert came_back(visitor.press("Vazgeç"))["error"] == "access_denied"
    silent = mhrs.asks(prompt="none")
    assert mhrs.tokens(visitor.open(silent.url), silent).claims["acr"] == PHISHING_RESISTANT_ACR
    asked = mhrs.asks(prompt="login")
    visitor.open(asked.url)
    visitor.types_password(ELIF)
    assert visitor.page.url.endswith("/totp"), "Kerem's passkey is none of Elif's proofs"
    TOTP.succeeds(visitor)
    claims = mhrs.tokens(visitor.approves(), asked).claims
    assert (claims["acr"], claims["amr"]) == (TWO_STEP_ACR, list(TOTP.amr))
    assert claims["sid"] != first.claims["sid"]
    assert claims["sub"] != first.claims["sub"]


def test_a15_a_hint_of_another_citizen_is_not_answered_for_this_one(the_town: Town) -> None:
    first = _logs_in(Visitor(the_town), PASSKEY)
    visitor, mhrs = Visitor(the_town), StandIn(the_town)
    visitor.open(mhrs.asks(prompt="login", id_token_hint=first.id_token).url)
    assert came_back(visitor.types_password(ELIF))["error"] == "login_required"


def _logs_in(visitor: Visitor, means: Means) -> Tokens:
    return _logs_in_with(visitor, means.person, lambda: means.succeeds(visitor))


def _logs_in_by_sms(visitor: Visitor, person: Person) -> Tokens:
    def by_sms() -> Page:
        chooses(visitor, "sms")
        return visitor.reads_and_types_code(person)

    return _logs_in_with(visitor, person, by_sms)


def _logs_in_with(visitor: Visitor, person: Person, second_step: Callable[[], Page]) -> Tokens:
    mhrs = StandIn(visitor.town)
    asked = mhrs.asks()
    visitor.open(asked.url)
    visitor.types_password(person)
    second_step()
    return mhrs.tokens(visitor.approves(), asked)
