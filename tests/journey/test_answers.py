"""The citizen's own answers in a login: which account, consent, and leaving."""

from collections.abc import Callable

import pytest

from idp.domain.audit import Event
from idp.domain.authorization_request import Prompt, RequestedClaims
from idp.domain.errors import LoginMovedOn
from idp.domain.login import LoginState
from idp.journey.standing import Standing
from idp.policy.journey import Step
from tests.journey.house import ASKING, AYSE, BERK, CEM, FLOOR, Browser, House

SELECT = frozenset({Prompt.SELECT_ACCOUNT})
CONSENT = frozenset({Prompt.CONSENT})


def test_select_account_asks_even_in_a_session(browser: Browser) -> None:
    browser.log_in(BERK)
    assert browser.arrive(prompt=SELECT) is Step.ACCOUNT
    assert browser.choose(same=True).step is Step.FINISH


def test_somebody_else_starts_with_nothing(browser: Browser) -> None:
    first = browser.log_in(AYSE)
    browser.arrive(FLOOR, prompt=SELECT)
    browser.choose(same=False)
    login = browser.login()
    assert (login.citizen_id, login.session_id, login.evidence) == (None, None, ())
    assert browser.step() is Step.PASSWORD
    browser.password(CEM)
    assert browser.step() is Step.SMS
    browser.code(browser.house.codes(CEM)[-1])
    assert browser.finish().subject.sid != first.subject.sid


def test_the_choice_is_made_once(browser: Browser) -> None:
    browser.log_in(BERK)
    browser.arrive(prompt=SELECT)
    browser.choose(same=True)
    for same in (True, False):
        with pytest.raises(LoginMovedOn):
            browser.choose(same=same)


def test_without_a_session_there_is_nothing_to_choose(browser: Browser) -> None:
    assert browser.arrive(prompt=SELECT) is Step.PASSWORD
    browser.password(BERK)
    assert browser.step() is Step.FINISH


def test_consent_is_asked_once_and_remembered(browser: Browser) -> None:
    browser.arrive(ASKING)
    browser.password(BERK)
    assert browser.step() is Step.CONSENT
    assert browser.approve().step is Step.FINISH
    browser.finish()
    assert browser.arrive(ASKING) is Step.FINISH


@pytest.mark.parametrize(
    "more",
    [
        {"scope": ("openid", "kimlik")},
        {"claims": RequestedClaims(userinfo=("birthdate",))},
        {"claims": RequestedClaims(id_token=("birthdate",))},
        {"prompt": CONSENT},
    ],
)
def test_r16_consent_is_asked_again_for_more(browser: Browser, more: dict[str, object]) -> None:
    browser.log_in(BERK)
    browser.arrive(ASKING)
    browser.approve()
    browser.finish()
    assert browser.arrive(ASKING, **more) is Step.CONSENT
    browser.approve()
    assert browser.step() is Step.FINISH


def test_r16_consent_is_one_citizens(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    browser.arrive(ASKING)
    browser.approve()
    browser.finish()
    other = house.browser("other")
    other.arrive(ASKING)
    other.password(CEM)
    other.code(house.codes(CEM)[-1])
    assert other.step() is Step.CONSENT


def test_a01_consent_comes_after_every_proof(browser: Browser) -> None:
    browser.arrive(ASKING)
    with pytest.raises(LoginMovedOn):
        browser.approve()
    browser.password(AYSE)
    with pytest.raises(LoginMovedOn):
        browser.approve()


def at_password(browser: Browser) -> None:
    browser.arrive()


def at_code(browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)


def at_consent(browser: Browser) -> None:
    browser.arrive(ASKING)
    browser.password(BERK)


def at_account(browser: Browser) -> None:
    browser.log_in(BERK)
    browser.arrive(prompt=SELECT)


@pytest.mark.parametrize("place", [at_password, at_code, at_consent, at_account])
def test_a08_leaving_is_access_denied_and_ends_everything(browser: Browser, place: Callable[[Browser], None]) -> None:
    place(browser)
    assert browser.cancel() == "access_denied"
    login = browser.login()
    assert (login.state, login.evidence) == (LoginState.ENDED, ())
    assert browser.step() is Step.OVER
    assert browser.house.audit()[-1].event is Event.LOGIN_CANCELLED
    with pytest.raises(LoginMovedOn):
        browser.cancel()


def test_a06_the_code_of_a_login_that_was_left_is_dead(house: House, browser: Browser) -> None:
    at_code(browser)
    code = house.codes(AYSE)[-1]
    browser.cancel()
    with pytest.raises(LoginMovedOn):
        browser.code(code)
    at_code(browser)
    browser.code(code)
    assert browser.step() is Step.SMS


VERBS: dict[str, Callable[[Browser], Standing]] = {}


def verb(tell: Callable[[Browser], Standing]) -> Callable[[Browser], Standing]:
    VERBS[tell.__name__] = tell
    return tell


@verb
def choosing(browser: Browser) -> Standing:
    at_account(browser)
    return browser.choose(same=True)


@verb
def approving(browser: Browser) -> Standing:
    at_consent(browser)
    return browser.approve()


@verb
def proving_a_password(browser: Browser) -> Standing:
    browser.arrive()
    outcome = browser.password(AYSE)
    return outcome.standing  # type: ignore[union-attr]  # the password is right


@verb
def proving_a_code(browser: Browser) -> Standing:
    at_code(browser)
    outcome = browser.code(browser.house.codes(AYSE)[-1])
    return outcome.standing  # type: ignore[union-attr]  # the code is right


@verb
def enabling(browser: Browser) -> Standing:
    browser.arrive(FLOOR)
    browser.password(BERK)
    began = browser.enable()
    assert isinstance(began, Standing)
    return began


@verb
def acknowledging(browser: Browser) -> Standing:
    enabling(browser)
    browser.code(browser.house.codes(BERK)[-1])
    return browser.acknowledge()


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_hands_on_the_login_as_it_is_stored(browser: Browser, name: str) -> None:
    """Else whoever goes on with it (`finish`, a next verb) is told that the login moved on."""
    assert VERBS[name](browser).login == browser.login()
