"""Single sign-on: what a session carries into the next login, step-up, renewal, and who ends whose session."""

from contextlib import suppress

import pytest

from idp.domain.audit import Event
from idp.domain.authorization_request import Prompt
from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.journey import finish, sessions
from idp.journey.standing import load
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, CEM, FLOOR, MHRS, START, Browser, House

LOGIN = frozenset({Prompt.LOGIN})
MINUTE = 60


def test_a_session_of_two_steps_is_continued_silently(house: House, browser: Browser) -> None:
    first = browser.log_in(AYSE)
    house.clock.forward(10 * MINUTE)
    assert browser.arrive(FLOOR) is Step.FINISH
    again = browser.finish()
    assert again.subject == first.subject
    assert again.handle != first.handle


def test_a13_a_password_session_never_becomes_two_step_by_being_asked(house: House, browser: Browser) -> None:
    """CVE-2026-97176: the level is not taken from the request."""
    browser.log_in(BERK)
    assert browser.arrive(FLOOR) is Step.TWO_STEP_OFF
    house.change(BERK, two_step=True)
    assert browser.arrive(MHRS, essential_levels=(Level.TWO_STEP,)) is Step.SMS


def test_a13_step_up_asks_only_for_what_is_missing_and_keeps_sid_and_auth_time(house: House, browser: Browser) -> None:
    first = browser.log_in(BERK)
    house.change(BERK, two_step=True)
    house.clock.forward(10 * MINUTE)
    assert browser.arrive(FLOOR) is Step.SMS
    browser.resend()
    browser.code(house.codes(BERK)[-1])
    stepped_up = browser.finish()
    assert stepped_up.subject.sid == first.subject.sid
    assert stepped_up.subject.assurance.acr == "urn:esik:acr:two-step"
    assert stepped_up.subject.assurance.auth_time == START
    assert house.audit(Event.SESSION_STEPPED_UP)


def test_c01_each_finish_gives_a_new_handle_and_the_old_one_is_dead(house: House, browser: Browser) -> None:
    first = browser.log_in(AYSE)
    browser.arrive(prompt=LOGIN)
    browser.password(AYSE)
    house.clock.forward(MINUTE)
    browser.resend()
    browser.code(house.codes(AYSE)[-1])
    browser.finish()
    thief = house.browser("thief")
    thief.handle = first.handle
    assert thief.session() is None
    assert browser.session() is not None


@pytest.mark.parametrize(("max_age", "step"), [(601, Step.FINISH), (600, Step.FINISH), (599, Step.PASSWORD)])
def test_a13_max_age_asks_again_for_what_is_too_old(house: House, browser: Browser, max_age: int, step: Step) -> None:
    browser.log_in(AYSE)
    house.clock.forward(600)
    assert browser.arrive(max_age=max_age) is step


def test_a13_each_proof_has_its_own_age(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    house.clock.forward(100)
    browser.code(house.codes(AYSE)[-1])
    browser.finish()
    assert browser.arrive(max_age=50) is Step.PASSWORD
    browser.password(AYSE)
    assert browser.step() is Step.FINISH
    assert browser.finish().subject.assurance.auth_time == START + 100


@pytest.mark.parametrize("asked", [{"prompt": LOGIN}, {"max_age": 0}])
def test_a15_renewal_asks_for_everything_again_and_moves_auth_time(
    house: House, browser: Browser, asked: dict[str, object]
) -> None:
    first = browser.log_in(AYSE)
    house.clock.forward(10 * MINUTE)
    assert browser.arrive(**asked) is Step.PASSWORD  # type: ignore[arg-type]  # names are the request's
    browser.password(AYSE)
    assert browser.step() is Step.SMS
    browser.code(house.codes(AYSE)[-1])
    again = browser.finish()
    assert again.subject.sid == first.subject.sid
    assert again.subject.assurance.auth_time == START + 10 * MINUTE


def test_a15_cancelling_a_renewal_leaves_the_session_as_it_was(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    before = browser.session()
    browser.arrive(prompt=LOGIN)
    browser.password(AYSE)
    assert browser.cancel() == "access_denied"
    assert browser.session() == before
    assert browser.arrive() is Step.FINISH


def test_a15_another_citizen_gets_another_sid_and_the_former_session_ends(house: House, browser: Browser) -> None:
    first = browser.log_in(AYSE)
    browser.arrive(prompt=LOGIN)
    browser.password(BERK)
    other = browser.finish()
    assert other.subject.sid != first.subject.sid
    assert other.subject.assurance.acr == "urn:esik:acr:password"
    assert house.rows.sessions[first.subject.session_id].ended_at is not None
    assert first.subject.session_id in house.rows.revoked_sessions


def test_p8_the_end_of_the_former_session_is_written_down(house: House, browser: Browser) -> None:
    first = browser.log_in(AYSE)
    browser.arrive(prompt=LOGIN)
    browser.password(BERK)
    browser.finish()
    assert [row.session_id for row in house.audit(Event.SESSION_ENDED)] == [first.subject.session_id]


def test_a04_the_second_citizen_of_a_login_inherits_nothing(house: House, browser: Browser) -> None:
    """`user_switch_keeps_2fa`: the session's proofs are the first citizen's."""
    browser.log_in(AYSE)
    browser.arrive(FLOOR, prompt=LOGIN)
    browser.password(CEM)
    assert browser.step() is Step.SMS
    assert {one.citizen_id for one in browser.login().evidence} == {CEM.id}


def test_a04_a_second_password_is_not_taken_after_the_first(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    with pytest.raises(LoginMovedOn):
        browser.password(BERK)
    browser.code(house.codes(AYSE)[-1])
    with pytest.raises(LoginMovedOn):
        browser.password(BERK)
    assert browser.finish().subject.citizen_id == AYSE.id


def test_a09_two_tabs_prove_each_for_itself(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    one = browser.login_id
    browser.arrive(MHRS)
    other = browser.login_id
    browser.login_id = one
    browser.password(AYSE)
    browser.code(house.codes(AYSE)[-1])
    browser.finish()
    browser.login_id = other
    assert browser.step() is Step.PASSWORD
    browser.password(AYSE)
    assert browser.step() is Step.SMS


def test_a09_two_tabs_that_finish_together_keep_each_others_grants(house: House, browser: Browser) -> None:
    """Both read the same session; the second finds its handle changed, which must not end what the first just did."""
    browser.log_in(AYSE)
    browser.arrive(MHRS)
    one = browser.login_id
    browser.arrive(FLOOR)
    former = browser.session()
    other, browser.login_id = browser.login_id, one
    first = browser.finish()
    with house.world.begin() as uow:
        standing = load(house.world, uow, other, browser.name)
        with suppress(LoginMovedOn):
            finish.finish(house.world, uow, standing, device=None, former=former, lang="tr", origin=browser.origin)
    assert house.rows.sessions[first.subject.session_id].ended_at is None
    assert first.subject.session_id not in house.rows.revoked_sessions


def test_p7_a_session_that_ends_while_its_login_finishes_lends_it_nothing(house: House, browser: Browser) -> None:
    """Correctness does not rest on isolation: the logout may commit between the reading and the finishing."""
    browser.log_in(AYSE)
    browser.arrive(FLOOR)
    former = browser.session()
    with house.world.begin() as uow:
        standing = load(house.world, uow, browser.login_id, browser.name)
    assert former is not None
    with house.world.begin() as uow:
        sessions.log_out(house.world, uow, former, browser.origin)
    with pytest.raises(LoginMovedOn), house.world.begin() as uow:
        finish.finish(house.world, uow, standing, device=None, former=former, lang="tr", origin=browser.origin)
    assert all(session.ended_at is not None for session in house.rows.sessions.values())


def test_l05_a_login_finishes_once(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(BERK)
    with house.world.begin() as uow:
        standing = load(house.world, uow, browser.login_id, browser.name)
    browser.finish()
    with pytest.raises(LoginMovedOn), house.world.begin() as uow:
        finish.finish(house.world, uow, standing, device=None, former=None, lang="tr", origin=browser.origin)
    with pytest.raises(ValueError, match="FINISH"):
        browser.finish()
    assert len(house.rows.sessions) == 1


def test_r36_a_session_holds_the_newest_proof_of_each_kind_and_no_more(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    house.clock.forward(10 * MINUTE)
    browser.arrive(max_age=0)
    browser.password(AYSE)
    browser.code(house.codes(AYSE)[-1])
    browser.finish()
    session = browser.session()
    assert session is not None
    assert {(one.method, one.proved_at) for one in session.evidence} == {
        (Method.PASSWORD, START + 600),
        (Method.SMS, START + 600),
    }


def test_a08_a_new_login_after_the_password_begins_with_nothing(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    abandoned = browser.login_id
    assert browser.arrive() is Step.PASSWORD
    assert browser.login_id != abandoned


def test_p7_after_logout_nothing_of_the_session_counts(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    browser.arrive(FLOOR)
    session = browser.session()
    assert session is not None
    with house.world.begin() as uow:
        sessions.log_out(house.world, uow, session, browser.origin)
    assert browser.step() is Step.PASSWORD
    assert browser.session() is None
    assert [row.reason for row in house.audit(Event.SESSION_ENDED)] == ["logout"]


@pytest.mark.parametrize(("idle", "step"), [(30 * MINUTE - 1, Step.FINISH), (30 * MINUTE, Step.PASSWORD)])
def test_c10_an_idle_session_is_over(house: House, browser: Browser, idle: int, step: Step) -> None:
    browser.log_in(AYSE)
    house.clock.forward(idle)
    assert browser.arrive() is step


def test_c10_eight_hours_are_the_end_however_often_the_citizen_comes(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    for _ in range(16):
        house.clock.forward(29 * MINUTE)
        assert browser.arrive() is Step.FINISH
        browser.finish()
    house.clock.forward(16 * MINUTE)
    assert browser.arrive() is Step.PASSWORD


def test_a_visit_is_noted_once_a_minute(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    for seconds, noted in ((59, START), (60, START + 60), (119, START + 60)):
        house.clock.time = START + seconds
        session = browser.session()
        assert session is not None
        with house.world.begin() as uow:
            sessions.touch(house.world, uow, session)
        assert house.rows.sessions[session.id].last_seen_at == noted


def test_e01_a_citizen_ends_only_own_sessions(house: House, browser: Browser) -> None:
    other = house.browser("other")
    theirs = other.log_in(CEM).subject.session_id
    browser.log_in(AYSE)
    session = browser.session()
    assert session is not None
    with house.world.begin() as uow:
        assert not sessions.end(house.world, uow, session, theirs, browser.origin, reason="own")
    assert other.session() is not None
    assert house.audit(Event.SESSION_ENDED) == []
