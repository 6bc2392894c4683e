"""The account's own pages: who may come in, and what may be changed with which proof (A18, A19, C09, R-61)."""

from dataclasses import replace

import pytest

from idp.domain.audit import Event
from idp.domain.citizen import CitizenState
from idp.domain.errors import ProofRequired, TooBusy
from idp.domain.evidence import Method
from idp.journey import begin, security_settings
from idp.journey.password import PasswordProved
from idp.journey.second_factor import Proved
from idp.journey.security_settings import Visitor
from idp.policy.journey import Step
from idp.policy.passwords import PasswordFault
from tests.journey.house import AYSE, BERK, DENIZ, RIGHT, START, Browser, House

MINUTE = 60
NEW = "Mavi.7köpekX"


def visit(browser: Browser, *, fresh: bool = False) -> Visitor:
    with browser.house.world.begin() as uow:
        return security_settings.visitor(browser.house.world, uow, browser.handle, fresh=fresh)


def change(browser: Browser, visitor: Visitor, new: str = NEW, repeat: str | None = None) -> tuple[str, ...]:
    return security_settings.change_password(
        browser.house.world,
        visitor,
        new=new,
        repeat=new if repeat is None else repeat,
        lang="tr",
        origin=browser.origin,
    )


def switch_off(browser: Browser, visitor: Visitor) -> bool:
    return security_settings.switch_two_step_off(browser.house.world, visitor, "tr", browser.origin)


def begin_enabling(browser: Browser) -> Step:
    session = browser.session()
    assert session is not None
    with browser.house.world.begin() as uow:
        standing = begin.begin_enabling(
            browser.house.world,
            uow,
            path="/hesabim",
            session=session,
            browser_hash=browser.name,
            lang="tr",
            origin=browser.origin,
        )
    browser.login_id = standing.login.id
    return standing.step


def test_nobody_is_no_visitor(browser: Browser) -> None:
    for handle in (None, "", "guessed", "\ud800"):
        browser.handle = handle
        with pytest.raises(ProofRequired):
            visit(browser)


@pytest.mark.parametrize(("waited", "fresh"), [(0, True), (300, True), (301, False)])
def test_a18_a_proof_is_fresh_for_five_minutes(house: House, browser: Browser, waited: int, fresh: bool) -> None:
    browser.log_in(AYSE)
    house.clock.forward(waited)
    assert visit(browser).fresh is fresh
    if not fresh:
        with pytest.raises(ProofRequired):
            visit(browser, fresh=True)


def test_a19_a_session_weaker_than_the_account_opens_nothing(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    assert visit(browser, fresh=True).fresh
    house.change(BERK, two_step=True)
    with pytest.raises(ProofRequired):
        visit(browser)


@pytest.mark.parametrize(
    "changes", [{"state": CitizenState.CLOSED}, {"password_changed_at": START + 1}, {"phone_verified_at": None}]
)
def test_b09_a_session_whose_proofs_fell_opens_nothing(
    house: House, browser: Browser, changes: dict[str, object]
) -> None:
    browser.log_in(AYSE)
    house.change(AYSE, **changes)
    with pytest.raises(ProofRequired):
        visit(browser)


def test_a18_stale_proofs_change_nothing(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    house.clock.forward(301)
    visitor = visit(browser)
    with pytest.raises(ProofRequired):
        switch_off(browser, visitor)
    with pytest.raises(ProofRequired):
        change(browser, visitor)
    assert house.citizen(AYSE) == replace(AYSE, last_method=Method.SMS)


def test_a19_switching_off_ends_the_other_sessions_and_tells_the_citizen(house: House, browser: Browser) -> None:
    other = house.browser("other")
    other.log_in(AYSE)
    browser.log_in(AYSE)
    assert switch_off(browser, visit(browser))
    assert not house.citizen(AYSE).two_step
    assert other.session() is None
    assert browser.session() is not None
    assert sum("kapatıldı" in one for one in house.notices(AYSE)) == 1
    assert len(house.audit(Event.TWO_STEP_DISABLED)) == 1
    assert not switch_off(browser, visit(browser)), "it was off"
    assert sum("kapatıldı" in one for one in house.notices(AYSE)) == 1


def test_c09_a_new_password_ends_the_other_sessions_and_keeps_this_one(house: House, browser: Browser) -> None:
    other = house.browser("other")
    other.log_in(AYSE)
    browser.log_in(AYSE)
    house.clock.forward(MINUTE)
    assert change(browser, visit(browser)) == ()
    assert other.session() is None
    assert browser.arrive() is Step.FINISH
    assert browser.finish().subject.assurance.auth_time == START
    assert sum("şifreniz değiştirildi" in one for one in house.notices(AYSE)) == 1
    other.arrive()
    assert not isinstance(other.password(AYSE, RIGHT), PasswordProved)
    assert isinstance(other.password(AYSE, NEW), PasswordProved)


@pytest.mark.parametrize(
    ("new", "repeat", "found"),
    [
        ("", "", ("empty",)),
        (NEW, "Mavi.7köpeky", ("differs",)),
        ("kısa", "kısa", None),
        (RIGHT, RIGHT, (PasswordFault.REUSED,)),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    house: House, browser: Browser, new: str, repeat: str, found: tuple[str, ...] | None
) -> None:
    browser.log_in(AYSE)
    wrong = change(browser, visit(browser), new, repeat)
    assert wrong == found if found is not None else PasswordFault.TOO_SHORT in wrong
    assert house.citizen(AYSE) == replace(AYSE, last_method=Method.SMS)
    assert house.audit(Event.PASSWORD_CHANGED) == []


def test_a_new_password_differs_from_the_last_three(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    passwords = [RIGHT, "Mavi.7köpekA", "Mavi.7köpekB", "Mavi.7köpekC"]
    for new in passwords[1:]:
        house.clock.forward(1)
        assert change(browser, visit(browser), new) == ()
    house.clock.forward(1)
    for used in passwords[1:]:
        assert change(browser, visit(browser), used) == (PasswordFault.REUSED,)
    assert change(browser, visit(browser), RIGHT) == ()


def test_a_full_house_changes_nothing(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    visitor = visit(browser)
    house.hasher.full = True
    with pytest.raises(TooBusy):
        change(browser, visitor)
    assert house.citizen(AYSE) == replace(AYSE, last_method=Method.SMS)


def test_l08_of_two_changes_at_once_one_is_made(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    first, second = visit(browser), visit(browser)
    assert change(browser, first) == ()
    with pytest.raises(ProofRequired):
        change(browser, second, "Mavi.7köpekY")


def end_session(house: House, browser: Browser) -> None:
    session = browser.session()
    assert session is not None
    with house.world.begin() as uow:
        uow.sessions.end(session.id, session.citizen_id, house.clock.now())


def test_p7_a_session_that_was_ended_meanwhile_changes_no_password(house: House, browser: Browser) -> None:
    """The owner ends all other sessions while the thief's form is being hashed: the thief must not win."""
    browser.log_in(AYSE)
    visitor = visit(browser)
    end_session(house, browser)
    with pytest.raises(ProofRequired):
        change(browser, visitor)
    assert house.citizen(AYSE) == replace(AYSE, last_method=Method.SMS)


def test_p7_a_session_that_was_ended_meanwhile_switches_nothing_off(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    visitor = visit(browser)
    end_session(house, browser)
    with pytest.raises(ProofRequired):
        switch_off(browser, visitor)
    assert house.citizen(AYSE).two_step


def test_a_password_changed_twice_in_one_second_leaves_no_old_proof(house: House, browser: Browser) -> None:
    """Versions of a password must differ though the clock did not move."""
    house.change(AYSE, password_changed_at=START)
    other = house.browser("other")
    other.arrive()
    other.password(AYSE)
    browser.log_in(AYSE)
    assert change(browser, visit(browser)) == ()
    assert other.step() is Step.PASSWORD


def test_other_sessions_can_be_ended(house: House, browser: Browser) -> None:
    others = [house.browser(f"other {n}") for n in range(2)]
    for one in (*others, browser):
        one.log_in(AYSE)
    assert security_settings.end_other_sessions(house.world, visit(browser), browser.origin) == 2
    assert [one.session() for one in others] == [None, None]
    assert browser.session() is not None


def test_enabling_from_the_account_page(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    assert begin_enabling(browser) is Step.ENABLING
    assert isinstance(browser.code(house.codes(BERK)[-1]), Proved)
    assert browser.step() is Step.FINISH
    assert browser.finish().subject.assurance.acr == "urn:esik:acr:two-step"
    assert house.citizen(BERK).two_step
    assert visit(browser, fresh=True).fresh


def test_a18_enabling_with_a_stale_password_asks_for_it_first(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    house.clock.forward(301)
    assert begin_enabling(browser) is Step.PASSWORD
    assert house.codes(BERK) == []


def test_enabling_without_a_verified_phone_breaks_nothing(browser: Browser) -> None:
    browser.log_in(DENIZ)
    assert begin_enabling(browser) is not Step.FINISH


@pytest.mark.parametrize(("waited", "step"), [(300, Step.FINISH), (301, Step.PASSWORD)])
def test_a_visit_to_a_fresh_page_asks_again_after_five_minutes(
    house: House, browser: Browser, waited: int, step: Step
) -> None:
    browser.log_in(AYSE)
    house.clock.forward(waited)
    session = browser.session()
    with house.world.begin() as uow:
        standing = begin.begin_visit(
            house.world,
            uow,
            path="/hesabim/sifre",
            fresh=True,
            session=session,
            browser_hash=browser.name,
            origin=browser.origin,
        )
    assert standing.step is step
