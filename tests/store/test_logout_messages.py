"""Whoever ends a session leaves a message for each relying party in it, in the same transaction (LOGOUT-12)."""

from dataclasses import replace

import pytest

from idp.domain.client import Client
from idp.domain.logout import KEPT_SECONDS, EndedLogin
from idp.domain.message import Channel, Message
from idp.policy.session import TOTAL_SECONDS
from idp.store.store import Store
from tests.store.samples import CLIENT, GRANT, NOW, OTHER_CITIZEN, SESSION, at_once, furnish

LISTENING = replace(
    CLIENT, metadata=replace(CLIENT.metadata, backchannel_logout_uri="https://mhrs.test/backchannel-logout")
)
CLINIC = replace(LISTENING, client_id="clinic")
DEAF = replace(CLIENT, client_id="deaf")
ROUNDS = 12


@pytest.fixture
def told(store: Store) -> Store:
    furnish(store)
    with store.begin() as work:
        work.clients.put(LISTENING)
        work.clients.add(CLINIC)
        work.clients.add(DEAF)
    return store


def grant(store: Store, name: str, client: Client, session: str = "session-1", citizen: str = "ada") -> None:
    subject = replace(GRANT.subject, session_id=session, sid=f"sid of {session}", citizen_id=citizen)
    with store.begin() as work:
        work.grants.insert(replace(GRANT, id=name, code_hash=name, client_id=client.client_id, subject=subject))


def session(store: Store, name: str, citizen: str = "ada") -> None:
    with store.begin() as work:
        work.sessions.insert(replace(SESSION, id=name, sid=f"sid of {name}", handle_hash=name, citizen_id=citizen))


def waiting(store: Store, now: int = NOW) -> list[EndedLogin]:
    with store.begin() as work:
        return [EndedLogin.of(message) for message in work.outbox.claim(Channel.LOGOUT, now, 20, 99)]


def test_bcl_2_2_each_client_that_listens_is_told_once_however_often_it_was_used(told: Store) -> None:
    grant(told, "again", LISTENING)
    grant(told, "third", CLINIC)
    grant(told, "fourth", DEAF)
    with told.begin() as work:
        assert work.sessions.end("session-1", "ada", NOW)
    # What was granted above has another `sid` than the sample's own grant.
    assert set(waiting(told)) == {
        EndedLogin("mhrs", "ada", "sid-1"),
        EndedLogin("mhrs", "ada", "sid of session-1"),
        EndedLogin("clinic", "ada", "sid of session-1"),
    }


def test_ending_twice_tells_once(told: Store) -> None:
    with told.begin() as work:
        assert work.sessions.end("session-1", "ada", NOW)
        assert not work.sessions.end("session-1", "ada", NOW)
        assert work.sessions.end_all("ada", NOW) == 0
    assert waiting(told) == [EndedLogin("mhrs", "ada", "sid-1")]


def test_ending_all_but_one_tells_of_the_others(told: Store) -> None:
    for name, citizen in (("session-2", "ada"), ("session-3", "ada"), ("session-4", OTHER_CITIZEN.id)):
        session(told, name, citizen)
        grant(told, f"grant in {name}", CLINIC, name, citizen)
    with told.begin() as work:
        assert work.sessions.end_all("ada", NOW, but="session-3") == 2
    assert waiting(told) == [EndedLogin("clinic", "ada", "sid of session-2"), EndedLogin("mhrs", "ada", "sid-1")]


def test_more_sessions_than_one_statement_takes(sqlite_store: Store) -> None:
    furnish(sqlite_store)
    with sqlite_store.begin() as work:
        work.clients.put(LISTENING)
    for number in range(501):
        session(sqlite_store, f"s{number}")
    grant(sqlite_store, "in the last", LISTENING, "s500")
    with sqlite_store.begin() as work:
        assert work.sessions.end_all("ada", NOW) == 502
    assert {ended.sid for ended in waiting(sqlite_store)} == {"sid-1", "sid of s500"}


def test_what_is_rolled_back_told_nobody(told: Store) -> None:
    with pytest.raises(KeyError), told.begin() as work:
        work.sessions.end("session-1", "ada", NOW)
        raise KeyError("after all not")
    assert waiting(told) == []


def test_a_client_that_is_gone_or_gave_its_address_up_is_not_told(told: Store) -> None:
    grant(told, "other", CLINIC)
    with told.begin() as work:
        work.clients.put(CLIENT)
        work.clients.remove("clinic")
        assert work.sessions.end("session-1", "ada", NOW)
    assert waiting(told) == []


def test_the_message_ends_in_time_and_its_text_is_sealed(told: Store) -> None:
    with told.begin() as work:
        work.sessions.end("session-1", "ada", NOW)
    assert waiting(told, NOW + KEPT_SECONDS) == []
    with told.engine.connect() as connection:
        [payload] = connection.exec_driver_sql("SELECT payload FROM outbox WHERE channel = 'logout'").scalars()
    assert "ada" not in payload
    assert "sid-1" not in payload


def test_a_used_or_revoked_grant_still_says_who_was_there(told: Store) -> None:
    """The client may hold a login from it, whatever became of its tokens."""
    with told.begin() as work:
        work.grants.consume_code(GRANT.code_hash, "mhrs", NOW)
        work.grants.revoke(GRANT.id, NOW)
        work.sessions.end("session-1", "ada", NOW)
    assert waiting(told) == [EndedLogin("mhrs", "ada", "sid-1")]


def test_no_purge_forgets_who_was_there_while_the_session_may_live(told: Store) -> None:
    last = NOW + TOTAL_SECONDS - 1
    with told.begin() as work:
        work.purge(last)
        assert work.grants.clients_of("session-1") == ("mhrs",)
        assert work.sessions.end("session-1", "ada", last)
    assert waiting(told, last) == [EndedLogin("mhrs", "ada", "sid-1")]


def test_clients_of_names_each_once(told: Store) -> None:
    grant(told, "again", LISTENING)
    grant(told, "third", CLINIC)
    with told.read() as work:
        assert work.grants.clients_of("session-1") == ("clinic", "mhrs")
        assert work.grants.clients_of("nothing") == ()


def test_l_06_many_ending_one_session_tell_once(told: Store) -> None:
    def end(hand: int) -> bool:
        with told.begin() as work:
            if hand % 2:
                return work.sessions.end_all("ada", NOW) == 1
            return work.sessions.end("session-1", "ada", NOW)

    assert sum(at_once(8, end)) == 1
    assert waiting(told) == [EndedLogin("mhrs", "ada", "sid-1")]


def test_l_06_a_grant_made_while_the_session_ends_is_not_made_or_is_told(told: Store) -> None:
    """A login that goes on in a session holds it until its grant is there; who ends it then sees that grant."""
    for number in range(ROUNDS):
        name = f"race-{number}"
        session(told, name)

        def act(hand: int, name: str = name) -> bool:
            with told.begin() as work:
                if hand == 0:
                    return work.sessions.end(name, "ada", NOW)
                if not work.sessions.touch(name, NOW):
                    return False
                subject = replace(GRANT.subject, session_id=name, sid=f"sid of {name}")
                work.grants.insert(replace(GRANT, id=name, code_hash=name, client_id="clinic", subject=subject))
                return True

        ended, granted = at_once(2, act)
        assert ended
        told_of = EndedLogin("clinic", "ada", f"sid of {name}") in waiting(told)
        assert told_of == granted


def test_some_destinations_can_be_left_out(told: Store) -> None:
    with told.begin() as work:
        for client_id in ("a", "b", "c"):
            work.outbox.put(EndedLogin(client_id, "ada", "sid-1").message(NOW))
        first = work.outbox.claim(Channel.LOGOUT, NOW, 20, 9, frozenset({"a", "b"}))
        rest = work.outbox.claim(Channel.LOGOUT, NOW, 20, 9, frozenset())
    assert ([one.destination for one in first], [one.destination for one in rest]) == (["c"], ["a", "b"])


def test_a_client_that_is_called_like_a_phone_number_is_on_no_phone(told: Store) -> None:
    number = "+905000000001"
    with told.begin() as work:
        work.outbox.put(EndedLogin(number, "ada", "sid-1").message(NOW))
        assert work.outbox.inbox(number) == ()
        work.outbox.put(Message(Channel.SMS, number, "kod", "123456", NOW, NOW + 180))
        assert [message.text for message in work.outbox.inbox(number)] == ["kod"]
        assert work.outbox.forget(number) == 1
    assert waiting(told) == [EndedLogin(number, "ada", "sid-1")]
