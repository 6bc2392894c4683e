"""R-16: a yes counts for what was shown, and for as long as nobody takes it back."""

from dataclasses import replace

import pytest

from idp.domain.audit import Event
from idp.journey import consent
from idp.journey.finish import Overtaken
from idp.policy.journey import Step
from tests.journey.house import ASKING, BERK, Browser, House


@pytest.fixture
def at_consent(browser: Browser) -> Browser:
    browser.arrive(ASKING)
    browser.password(BERK)
    assert browser.step() is Step.CONSENT
    return browser


def approves(browser: Browser, shown: str) -> object:
    return consent.approve(
        browser.house.world, login_id=browser.login_id, browser_hash=browser.name, shown=shown, origin=browser.origin
    )


def test_r_16_a_yes_to_what_another_page_showed_records_nothing(house: House, at_consent: Browser) -> None:
    before = at_consent.shown()
    house.rows.clients[ASKING.client_id] = replace(ASKING, name="Kumar Evi")
    for shown in (before, "", "x"):
        assert approves(at_consent, shown) == "changed"
    assert at_consent.step() is Step.CONSENT
    assert not at_consent.login().consented
    assert not house.audit(Event.CONSENT_GIVEN)
    assert at_consent.approve().step is Step.FINISH


def test_r_16_a_yes_that_was_taken_back_before_the_finish_gives_nothing(house: House, at_consent: Browser) -> None:
    assert at_consent.approve().step is Step.FINISH
    with house.world.begin() as uow:
        uow.consents.revoke(BERK.id, ASKING.client_id, house.clock.now())
    assert at_consent.step() is Step.CONSENT
    with pytest.raises((Overtaken, ValueError)):
        at_consent.finish()
    assert at_consent.approve().step is Step.FINISH
    at_consent.finish()
