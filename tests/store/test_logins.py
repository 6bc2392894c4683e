from dataclasses import replace

import pytest

from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, Enabling, Login, LoginState, PasswordRecovery, Requirement
from idp.journey.ports import Begin
from idp.store.store import Store
from tests.store.samples import LOGIN, NOW, PROOF, REQUEST

VISIT = replace(LOGIN, id="visit", purpose=AccountVisit("/hesabim"), requirement=Requirement())
RECOVERY = replace(VISIT, id="recovery", purpose=PasswordRecovery("login-1"), sought="m" * 64)


@pytest.mark.parametrize("login", [LOGIN, VISIT, RECOVERY], ids=["request", "account", "recovery"])
def test_a_login_comes_back_as_stored(furnished: Store, login: Login) -> None:
    full = replace(
        login,
        id="full",
        citizen_id="ada",
        session_id="session-1",
        evidence=(PROOF,),
        account_chosen=True,
        consented=True,
        method=Method.BACKUP_CODE,
        enabling=Enabling.STARTED,
    )
    with furnished.begin() as work:
        work.logins.insert(full)
        assert work.logins.by_id("full", login.browser_hash) == full


def test_only_the_browser_that_began_it_finds_a_login(furnished: Store) -> None:
    """R-41, C02"""
    with furnished.read() as work:
        assert work.logins.by_id("login-1", LOGIN.browser_hash) == LOGIN
        assert work.logins.by_id("login-1", "f" * 64) is None
        assert work.logins.by_id("login-2", LOGIN.browser_hash) is None


@pytest.mark.parametrize("value", ["a\0b", "half \ud83d of a pair", "x" * 100_000, "'; DROP TABLE logins; --", "ş\r\n"])
def test_what_a_client_sends_is_stored_unchanged(furnished: Store, value: str) -> None:
    """B06, E02: state, nonce and login_hint are unbounded and may hold anything."""
    hostile = replace(LOGIN, id="hostile", purpose=replace(REQUEST, state=value, nonce=value, login_hint=value))
    with furnished.begin() as work:
        work.logins.insert(hostile)
        assert work.logins.by_id("hostile", LOGIN.browser_hash) == hostile


def test_saving_raises_the_version_and_a_stale_save_changes_nothing(furnished: Store) -> None:
    changed = replace(
        LOGIN,
        citizen_id="ada",
        evidence=(PROOF,),
        expires_at=NOW + 1800,
        enabling=Enabling.DONE,
        session_id="session-1",
        method=Method.APP,
        sought="m" * 64,
    )
    with furnished.begin() as work:
        assert work.logins.save(changed)
        assert not work.logins.save(replace(changed, citizen_id="can")), "version 0 was saved already"
        assert work.logins.by_id("login-1", LOGIN.browser_hash) == replace(changed, version=1)


def test_a_save_from_another_browser_changes_nothing(furnished: Store) -> None:
    """C02"""
    with furnished.begin() as work:
        assert not work.logins.save(replace(LOGIN, browser_hash="f" * 64, consented=True))
        assert work.logins.by_id("login-1", LOGIN.browser_hash) == LOGIN


@pytest.mark.parametrize("state", [LoginState.FINISHED, LoginState.ENDED])
def test_a_login_that_is_over_stays_over(furnished: Store, state: LoginState) -> None:
    """L-05 in sequence"""
    with furnished.begin() as work:
        assert work.logins.save(replace(LOGIN, state=state))
        assert not work.logins.save(replace(LOGIN, version=1, state=LoginState.OPEN))


def test_the_login_at_hand_is_not_among_those_that_end(furnished: Store) -> None:
    with furnished.begin() as work:
        for age in range(3):
            login = replace(LOGIN, id=f"l{age}", citizen_id="ada", created_at=NOW - age, browser_hash=str(age))
            work.logins.insert(login)
        assert work.logins.end_oldest("ada", 1, but="l2") == 2
        kept = work.logins.by_id("l2", "2")
        assert kept is not None
        assert kept.state is LoginState.OPEN


def test_the_oldest_open_logins_of_a_citizen_end(furnished: Store) -> None:
    with furnished.begin() as work:
        for age in range(4):
            login = replace(LOGIN, id=f"l{age}", citizen_id="ada", created_at=NOW - age, browser_hash=str(age))
            work.logins.insert(login)
        work.logins.insert(replace(LOGIN, id="done", citizen_id="ada", created_at=NOW + 9, state=LoginState.FINISHED))
        work.logins.insert(replace(LOGIN, id="other", citizen_id="can", created_at=NOW - 99))
        assert work.logins.end_oldest("ada", 2, but="l0") == 2
        assert work.logins.end_oldest("ada", 2, but="l0") == 0
        found = [work.logins.by_id(f"l{age}", str(age)) for age in range(4)]
        states = [login.state.value for login in found if login is not None]
        assert states == ["open", "open", "ended", "ended"]
        other = work.logins.by_id("other", LOGIN.browser_hash)
        assert other is not None
        assert other.state is LoginState.OPEN
        assert not work.logins.save(replace(LOGIN, id="l3", citizen_id="ada", browser_hash="3"))


def test_a_login_is_ended_from_outside_its_browser_with_nothing_proved(begin: Begin) -> None:
    """A08, B18: "that was not me" on a device."""
    proved = replace(LOGIN, citizen_id="ada", evidence=(PROOF,), method=Method.APP)
    with begin() as work:
        assert work.logins.save(proved)
        ended = work.logins.end("login-1")
        assert ended == replace(proved, version=2, state=LoginState.ENDED, evidence=())
        assert work.logins.by_id("login-1", LOGIN.browser_hash) == ended
        assert not work.logins.save(replace(proved, version=1)), "its browser cannot go on"
        assert not work.logins.save(replace(proved, version=2))
        assert work.logins.end("login-1") is None
        assert work.logins.end("nothing") is None


def test_a_finished_login_is_not_ended_afterwards(begin: Begin) -> None:
    with begin() as work:
        assert work.logins.save(replace(LOGIN, state=LoginState.FINISHED))
        assert work.logins.end("login-1") is None
        finished = work.logins.by_id("login-1", LOGIN.browser_hash)
        assert finished == replace(LOGIN, version=1, state=LoginState.FINISHED)


def test_what_an_open_login_is_for_may_be_told_outside_its_browser(begin: Begin) -> None:
    """On a device that is asked; never of one that is over."""
    with begin() as work:
        assert work.logins.open_purpose(LOGIN.id, LOGIN.expires_at - 1) == LOGIN.purpose
        assert work.logins.open_purpose(LOGIN.id, LOGIN.expires_at) is None
        assert work.logins.open_purpose("unknown", NOW) is None
        assert work.logins.open_purpose("\0", NOW) is None
        work.logins.end(LOGIN.id)
        assert work.logins.open_purpose(LOGIN.id, NOW) is None
