import asyncio
from dataclasses import replace

import pytest

from idp.domain.message import Channel, Message
from idp.store.store import Store
from tests.store.samples import NOW

TO = "+905000000001"
MESSAGE = Message(Channel.SMS, TO, "Şifreniz: 123456", "123456", created_at=NOW, expires_at=NOW + 180)


def _put(store: Store, *texts: str, to: str = TO) -> tuple[str, ...]:
    """The ids that the messages got, in the order of `texts`."""
    with store.begin() as work:
        for text in texts:
            work.outbox.put(replace(MESSAGE, text=text, destination=to))
        return tuple(message.id for message in reversed(work.outbox.inbox(to)[: len(texts)]))


def test_an_inbox_is_newest_first_and_after_a_message(store: Store) -> None:
    first, second, third = _put(store, "a", "b", "c")
    _put(store, "for another", to="+905000000002")
    with store.read() as work:
        assert [message.text for message in work.outbox.inbox(TO)] == ["c", "b", "a"]
        assert [message.text for message in work.outbox.inbox(TO, after=first)] == ["c", "b"]
        assert work.outbox.inbox(TO, after=third) == ()
        assert [message.text for message in work.outbox.inbox(TO, most=1)] == ["c"]
        assert work.outbox.inbox(TO)[1] == replace(MESSAGE, text="b", id=second)
    assert first < second < third, "ids sort by time"


@pytest.mark.parametrize("after", ["", "x", "١" * 16, "9" * 17, "-000000000000001", "0" * 15 + "\0"])
def test_an_after_that_is_no_id_is_as_good_as_none(store: Store, after: str) -> None:
    """B06"""
    _put(store, "a")
    with store.read() as work:
        assert len(work.outbox.inbox(TO, after=after)) == 1


def test_a_message_without_a_code(store: Store) -> None:
    with store.begin() as work:
        work.outbox.put(replace(MESSAGE, code=None))
        assert work.outbox.inbox(TO)[0].code is None


def test_a_message_is_put_with_the_fact_it_tells_of_or_not_at_all(store: Store) -> None:
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), store.begin() as work:
        work.outbox.put(MESSAGE)
        raise Interrupted
    with store.read() as work:
        assert work.outbox.inbox(TO) == ()


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(store: Store) -> None:
    """L-16"""
    ids = _put(store, "a", "b", "c")
    with store.begin() as work:
        assert [message.text for message in work.outbox.claim(Channel.SMS, NOW, 20, 2)] == ["a", "b"]
    with store.begin() as work:
        assert [message.text for message in work.outbox.claim(Channel.SMS, NOW, 20, 9)] == ["c"]
        assert work.outbox.claim(Channel.SMS, NOW + 19, 20, 9) == ()
        assert work.outbox.delivered(ids[0], NOW + 5)
        assert not work.outbox.delivered(ids[0], NOW + 6)
        assert work.outbox.failed(ids[1], NOW + 60)
        assert not work.outbox.failed(ids[0], NOW + 60), "it was delivered"
    with store.begin() as work:
        assert [message.text for message in work.outbox.claim(Channel.SMS, NOW + 20, 20, 9)] == ["c"]
        assert [message.text for message in work.outbox.claim(Channel.SMS, NOW + 60, 20, 9)] == ["b", "c"]


def test_of_messages_that_wait_since_the_same_second_the_oldest_are_claimed(store: Store) -> None:
    """However the rows lie: here they were last written in the other direction."""
    ids = _put(store, "a", "b", "c")
    for message_id in reversed(ids):
        with store.begin() as work:
            assert work.outbox.failed(message_id, NOW + 60)
    with store.begin() as work:
        assert [message.text for message in work.outbox.claim(Channel.SMS, NOW + 60, 20, 2)] == ["a", "b"]


def test_a_stale_message_is_not_sent(store: Store) -> None:
    """L-16: a late code only confuses."""
    _put(store, "a")
    with store.begin() as work:
        assert work.outbox.claim(Channel.SMS, MESSAGE.expires_at, 20, 9) == ()
        assert len(work.outbox.claim(Channel.SMS, MESSAGE.expires_at - 1, 20, 9)) == 1


def test_each_channel_is_claimed_by_itself(store: Store) -> None:
    """L-17: a push gateway that fails holds up no code."""
    push = replace(MESSAGE, channel=Channel.PUSH, destination="device-1", text="approval", code=None)
    with store.begin() as work:
        work.outbox.put(MESSAGE)
        work.outbox.put(push)
        assert [message.channel for message in work.outbox.claim(Channel.PUSH, NOW, 20, 9)] == [Channel.PUSH]
        assert [message.channel for message in work.outbox.claim(Channel.SMS, NOW, 20, 9)] == [Channel.SMS]


def test_what_is_forgotten_is_one_address_and_all_of_it(store: Store) -> None:
    with store.begin() as work:
        work.outbox.put(MESSAGE)
        work.outbox.put(replace(MESSAGE, text="again"))
        work.outbox.put(replace(MESSAGE, destination="+905000000099"))
    with store.begin() as work:
        assert work.outbox.forget(MESSAGE.destination) == 2
        assert work.outbox.forget(MESSAGE.destination) == 0
        assert work.outbox.inbox(MESSAGE.destination) == ()
        assert len(work.outbox.inbox("+905000000099")) == 1


def test_whoever_carries_a_channel_is_told_of_its_messages_once_they_are_there_to_see(store: Store) -> None:
    seen: list[str] = []

    def look() -> None:
        with store.read() as work:
            seen.extend(message.text for message in work.outbox.inbox(TO))

    store.when_put(Channel.SMS, look)
    store.when_put(Channel.PUSH, lambda: seen.append("push"))
    with store.begin() as work:
        work.outbox.put(MESSAGE)
        assert seen == [], "it may yet be rolled back"
    assert seen == [MESSAGE.text]
    with store.begin() as work:
        work.outbox.claim(Channel.SMS, NOW, 20, 9)
    with pytest.raises(RuntimeError), store.begin() as work:
        work.outbox.put(MESSAGE)
        raise RuntimeError
    assert seen == [MESSAGE.text]


def test_a_lean_unit_of_work_tells_too(store: Store) -> None:
    seen: list[str] = []
    store.when_put(Channel.SMS, lambda: seen.append("sms"))
    asyncio.run(store.run_lean(lambda work: work.outbox.put(MESSAGE)))
    assert seen == ["sms"]
