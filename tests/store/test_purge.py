from dataclasses import replace

from sqlalchemy import func, select

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.login import LoginState
from idp.domain.message import Channel, Message
from idp.domain.signing_key import SigningKey
from idp.domain.throttle import Count, Quota, Streak
from idp.protocol.documents import LASTING
from idp.store.purge import MOST_DOCUMENTS
from idp.store.store import Store
from idp.store.tables import metadata
from tests.store.samples import CHALLENGE, DEVICE, ENROLMENT, GRANT, LOGIN, NOW, SESSION

LATER = NOW + 500 * 86_400


def _rows(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def _litter(store: Store) -> None:
    with store.begin() as work:
        work.outbox.put(Message(Channel.SMS, "+905000000001", "t", None, NOW, NOW + 180))
        work.devices.remember("d", "ada", NOW)
        work.keys.add(SigningKey("k", "ES256", "retired", "{}", NOW, published_until=NOW + 60))
        work.keys.add(SigningKey("l", "ES256", "active", "{}", NOW))
        work.throttles.reserve((Count(Quota("q", 5, 60), "x"),), NOW)
        work.throttles.reserve((Count(Streak("s", (0, 0)), "x"),), NOW)
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW)
        work.authenticators.add(DEVICE)
        work.enrolments.insert(ENROLMENT)
        work.audit.append(AuditRow(NOW, Event.LOGIN_FINISHED, True, Origin()))


def test_what_nobody_can_use_is_deleted_and_the_rest_stays(furnished: Store) -> None:
    """L-29 in small. Streaks stay: only a complete login clears them."""
    _litter(furnished)
    before = _rows(furnished)
    with furnished.begin() as work:
        assert work.purge(NOW) == 0
    assert _rows(furnished) == before
    with furnished.begin() as work:
        assert work.purge(LATER) > 0
        assert work.purge(LATER) == 0
    gone = {name: before[name] - left for name, left in _rows(furnished).items() if before[name] != left}
    assert gone == {
        "logins": 1,
        "challenges": 1,
        "enrolments": 1,
        "sessions": 1,
        "grants": 1,
        "outbox": 1,
        "devices": 1,
        "throttles": 1,
        "signing_keys": 1,
    }


def test_purging_goes_in_batches_oldest_first(furnished: Store) -> None:
    with furnished.begin() as work:
        for number in range(5):
            later = GRANT.expires_at + 1 + number
            work.grants.insert(replace(GRANT, id=f"g{number}", code_hash=str(number), expires_at=later))
        work.purge(LATER, batch=2)
        left = [number for number in range(5) if work.grants.by_code(str(number)) is not None]
        assert left == [1, 2, 3, 4], "the two that expired first are gone: the sample and number 0"
        deleted = [work.purge(LATER, batch=2) for _ in range(3)]
        assert deleted == [2, 2, 0]


def test_a_replay_is_recognised_until_the_grant_can_do_nothing(furnished: Store) -> None:
    """D03"""
    with furnished.begin() as work:
        work.purge(GRANT.code_expires_at + 3600)
        assert work.grants.by_code(GRANT.code_hash) is not None


def test_an_open_or_finished_login_goes_with_its_challenges(furnished: Store) -> None:
    with furnished.begin() as work:
        work.logins.insert(replace(LOGIN, id="done", state=LoginState.FINISHED, expires_at=LOGIN.expires_at - 1))
        work.purge(LOGIN.expires_at + 3600)
        assert work.logins.by_id("done", LOGIN.browser_hash) is None
        assert work.challenges.current(CHALLENGE.login_id, CHALLENGE.method) == CHALLENGE
        work.purge(LOGIN.expires_at + 3601)
        assert work.challenges.current(CHALLENGE.login_id, CHALLENGE.method) is None
        assert work.sessions.by_id(SESSION.id) == SESSION


def test_an_enrolment_is_kept_for_an_hour(furnished: Store) -> None:
    with furnished.begin() as work:
        work.enrolments.insert(ENROLMENT)
        work.purge(ENROLMENT.expires_at + 3600)
        assert work.enrolments.by_id(ENROLMENT.id) == ENROLMENT
        work.purge(ENROLMENT.expires_at + 3601)
        assert work.enrolments.by_id(ENROLMENT.id) is None


def test_r_78_a_copy_is_kept_for_as_long_as_it_serves(store: Store) -> None:
    with store.begin() as work:
        work.documents.keep("https://rp.test/jwks", "{}", NOW)
        work.purge(NOW + LASTING.usable)
        assert work.documents.by_uri("https://rp.test/jwks") is not None
        work.purge(NOW + LASTING.usable + 1)
        assert work.documents.by_uri("https://rp.test/jwks") is None


def test_r_78_e05_no_more_copies_are_kept_than_fit(store: Store) -> None:
    """Whoever has many fetched: those that were asked for longest ago go, in batches."""
    with store.begin() as work:
        for number in range(MOST_DOCUMENTS + 5):
            work.documents.keep(f"https://rp.test/{number}", "[]", NOW + number)
        assert [work.purge(NOW, batch=3) for _ in range(3)] == [3, 2, 0]
        kept = [number for number in range(10) if work.documents.by_uri(f"https://rp.test/{number}") is not None]
        assert kept == [5, 6, 7, 8, 9]
