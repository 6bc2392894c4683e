"""`prompt=none`, `id_token_hint` and an essential `acr`: what is answered without a page (A12, A15, R-33)."""

from idp.domain.authorization_request import Prompt
from idp.domain.level import Level
from idp.policy.journey import Step, answer_without_pages
from idp.policy.subject import subject_identifier
from tests.journey.house import ASKING, AYSE, BERK, MHRS, Browser, House


def test_a12_prompt_none_gets_the_error_that_fits(house: House, browser: Browser) -> None:
    none = frozenset({Prompt.NONE})
    assert answer_without_pages(browser.arrive(prompt=none)) == "login_required"
    browser.log_in(BERK)
    two_step = {"prompt": none, "essential_levels": (Level.TWO_STEP,)}
    assert answer_without_pages(browser.arrive(**two_step)) == "unmet_authentication_requirements"  # type: ignore[arg-type]  # names are the request's
    assert answer_without_pages(browser.arrive(ASKING, prompt=none)) == "consent_required"
    assert answer_without_pages(browser.arrive(prompt=none)) is None
    house.clock.forward(10)
    assert answer_without_pages(browser.arrive(prompt=none, max_age=9)) == "login_required"
    house.change(BERK, two_step=True)
    assert answer_without_pages(browser.arrive(prompt=none)) == "interaction_required"


def test_a12_a_hint_at_somebody_else_is_login_required_and_no_page(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    hints = {who.id: subject_identifier(MHRS, who.id, house.world.subject_salt) for who in (AYSE, BERK)}
    none = frozenset({Prompt.NONE})
    assert browser.arrive(prompt=none, hinted_subjects=(hints[AYSE.id],)) is Step.FINISH
    assert answer_without_pages(browser.arrive(prompt=none, hinted_subjects=(hints[BERK.id],))) == "login_required"


def test_a15_whoever_logs_in_against_the_hint_is_the_wrong_citizen(house: House, browser: Browser) -> None:
    hint = subject_identifier(MHRS, AYSE.id, house.world.subject_salt)
    browser.arrive(hinted_subjects=(hint,))
    browser.password(BERK)
    assert browser.step() is Step.WRONG_CITIZEN
    browser.arrive(hinted_subjects=(hint,))
    browser.password(AYSE)
    assert browser.step() is Step.SMS


def test_auth_24_whoever_is_among_the_demanded_subjects_is_the_right_citizen(house: House, browser: Browser) -> None:
    hints = {who.id: subject_identifier(MHRS, who.id, house.world.subject_salt) for who in (AYSE, BERK)}
    none = frozenset({Prompt.NONE})
    browser.log_in(BERK)
    assert browser.arrive(prompt=none, hinted_subjects=("somebody", hints[BERK.id])) is Step.FINISH
    assert browser.arrive(prompt=none, hinted_subjects=("somebody", hints[AYSE.id])) is Step.PASSWORD
    browser.password(BERK)
    assert browser.step() is Step.WRONG_CITIZEN


def test_an_essential_acr_states_the_highest_listed_level(browser: Browser, house: House) -> None:
    done = browser.log_in(AYSE, MHRS, essential_levels=(Level.PASSWORD, Level.TWO_STEP))
    assert done.subject.assurance.acr == "urn:esik:acr:two-step"
    assert browser.arrive(essential_levels=()) is Step.UNSATISFIABLE
    assert browser.arrive(essential_levels=(Level.PHISHING_RESISTANT,)) is Step.PASSKEY_NEEDED
