"""The contract that test programs rely on: personas, inboxes, waiting."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.app import create_app
from idp.domain.message import Channel, Message
from idp.sandbox.personas import PERSONAS
from idp.sandbox.world import Sandbox
from idp.settings import load
from tests.clock import FakeClock
from tests.test_settings import PRODUCTION
from tests.town import Town

PHONE = "+905000000001"
INBOX = f"/sandbox/v1/phones/{PHONE}/messages"


def send(place: Town, text: str, code: str | None = None, to: str = PHONE) -> None:
    now = place.clock.now()
    with place.store.begin() as uow:
        uow.outbox.put(Message(Channel.SMS, to, text, code, created_at=now, expires_at=now + 180))


def asked(place: Town, path: str) -> Any:
    answer = place.call("GET", path)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def impatient(place: Town, passes: Callable[[], object] = lambda: None) -> list[float]:
    """Let nobody really wait; what was waited for is in the answer, and `passes` is what happens meanwhile."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        passes()

    sandbox: Sandbox = place.idp.state.sandbox
    place.idp.state.sandbox = replace(sandbox, pause=pause)
    return pauses


def test_personas_have_exactly_the_promised_fields(place: Town) -> None:
    people = asked(place, "/sandbox/v1/personas")
    assert len(people) == len(PERSONAS)
    assert {frozenset(one) for one in people} == {
        frozenset({"id", "national_id", "password", "phone_number", "two_step", "methods", "credentials", "note"})
    }
    ayse = next(one for one in people if one["national_id"] == "98765430170")
    assert (ayse["password"], ayse["phone_number"]) == ("Esik-Deneme-1", PHONE)
    assert (ayse["two_step"], ayse["methods"]) == (True, ["sms"])


def test_personas_are_told_as_they_are_now(place: Town) -> None:
    with place.store.begin() as uow:
        mehmet = next(one for one in uow.citizens.every() if one.national_id.value == "98765430248")
        uow.citizens.set_two_step(mehmet.id, True)
    told = next(one for one in asked(place, "/sandbox/v1/personas") if one["national_id"] == "98765430248")
    assert (told["two_step"], told["methods"]) == (True, ["sms"])


def test_a_number_that_waits_for_its_owner_has_an_inbox(place: Town) -> None:
    """A new phone number is proved by a code that is sent to it before it is anybody's."""
    send(place, "123456 kod", "123456", to="+905000000042")
    assert [one["code"] for one in asked(place, "/sandbox/v1/phones/+905000000042/messages")] == ["123456"]


def test_a_number_outside_the_block_is_no_phone_of_ours_whatever_was_sent_to_it(place: Town) -> None:
    send(place, "123456 kod", "123456", to="+905321234567")
    assert place.call("GET", "/sandbox/v1/phones/+905321234567/messages").status == 404


def test_an_inbox_is_newest_first_with_rfc_3339_instants(place: Town, clock: FakeClock) -> None:
    send(place, "first 111111", "111111")
    clock.advance(1)
    send(place, "a notice")
    send(place, "somebody else's", to="+905000000002")
    newest, oldest = asked(place, INBOX)
    assert {frozenset(newest), frozenset(oldest)} == {frozenset({"id", "sent_at", "text", "code"})}
    assert (newest["text"], newest["code"], newest["sent_at"]) == ("a notice", None, "2023-11-14T22:13:21Z")
    assert (oldest["text"], oldest["code"], oldest["sent_at"]) == ("first 111111", "111111", "2023-11-14T22:13:20Z")


@pytest.mark.parametrize("spelling", ["%2B905000000001", "905000000001", "05000000001", "0500 000 00 01"])
def test_usual_spellings_of_a_number_are_read(place: Town, spelling: str) -> None:
    send(place, "hello")
    assert len(asked(place, f"/sandbox/v1/phones/{spelling}/messages")) == 1


@pytest.mark.parametrize("number", ["+905000000099", "+902121234567", "nonsense", "%00"])
@pytest.mark.parametrize("ending", ["messages", "messages/wait"])
def test_a_phone_that_nobody_has_is_a_404(place: Town, number: str, ending: str) -> None:
    answer = place.call("GET", f"/sandbox/v1/phones/{number}/{ending}")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_waiting_answers_at_once_when_there_is_a_message(place: Town) -> None:
    pauses = impatient(place)
    send(place, "hello")
    assert [one["text"] for one in asked(place, f"{INBOX}/wait?timeout=30")] == ["hello"]
    assert pauses == []


def test_waiting_after_a_message_answers_only_what_came_later(place: Town) -> None:
    impatient(place)
    send(place, "old")
    (old,) = asked(place, INBOX)
    assert asked(place, f"{INBOX}/wait?after={old['id']}&timeout=1") == []
    send(place, "new")
    assert [one["text"] for one in asked(place, f"{INBOX}/wait?after={old['id']}&timeout=1")] == ["new"]


@pytest.mark.parametrize(("timeout", "waited"), [("0", 0.0), ("1", 1.0), ("0.5", 0.5), ("30", 30.0)])
def test_waiting_ends_with_an_empty_list_when_the_time_is_over(place: Town, timeout: str, waited: float) -> None:
    pauses = impatient(place)
    assert asked(place, f"{INBOX}/wait?timeout={timeout}") == []
    assert sum(pauses) == pytest.approx(waited, abs=0.2)


@pytest.mark.parametrize("timeout", ["31", "-1", "soon", "nan", "inf"])
def test_no_longer_than_thirty_seconds(place: Town, timeout: str) -> None:
    assert place.call("GET", f"{INBOX}/wait?timeout={timeout}").status == 422


def test_a_late_message_is_there_once_it_is_as_old_as_the_delay(place: Town, clock: FakeClock) -> None:
    send(place, "late")
    assert [len(asked(place, f"{INBOX}?delay={delay}")) for delay in (0, 1, 60)] == [1, 0, 0]
    clock.advance(60)
    send(place, "later")
    assert [one["text"] for one in asked(place, f"{INBOX}?delay=60")] == ["late"]


def test_waiting_lasts_until_a_late_message_is_there(place: Town, clock: FakeClock) -> None:
    pauses = impatient(place, lambda: clock.advance(1))
    send(place, "late")
    assert [one["text"] for one in asked(place, f"{INBOX}/wait?delay=5&timeout=30")] == ["late"]
    assert len(pauses) == 5
    send(place, "too late")
    (late,) = asked(place, f"{INBOX}?delay=1")
    assert asked(place, f"{INBOX}/wait?delay=60&timeout=1&after={late['id']}") == []


@pytest.mark.parametrize("path", [INBOX, f"{INBOX}/wait"])
@pytest.mark.parametrize("delay", ["61", "-1", "soon", "1.5"])
def test_no_more_than_a_minute_late(place: Town, path: str, delay: str) -> None:
    assert place.call("GET", f"{path}?delay={delay}").status == 422


def test_nobody_waits_for_a_house_that_is_closing(place: Town) -> None:
    pauses = impatient(place)
    place.idp.state.stopping.set()
    assert asked(place, f"{INBOX}/wait?timeout=30") == []
    assert pauses == []


def test_two_hundred_may_wait_while_others_are_served(place: Town) -> None:
    """Far more than there are threads: waiting takes none."""

    async def scene() -> tuple[list[Any], int]:
        everybody_waits, waiting, released = asyncio.Event(), 0, asyncio.Event()

        async def pause(_: float) -> None:
            nonlocal waiting
            waiting += 1
            if waiting == 200:
                everybody_waits.set()
            await released.wait()

        place.idp.state.sandbox = replace(place.idp.state.sandbox, pause=pause)
        transport = httpx2.ASGITransport(app=place.idp)
        async with httpx2.AsyncClient(transport=transport, base_url=place.settings.issuer) as client:
            waiters = [asyncio.create_task(client.get(f"{INBOX}/wait", params={"timeout": 30})) for _ in range(200)]
            await everybody_waits.wait()
            served = await client.get("/sandbox/v1/personas")
            send(place, "at last")
            released.set()
            return [(await one).json() for one in waiters], served.status_code

    answers, status = asyncio.run(asyncio.wait_for(scene(), 60))
    assert status == 200
    assert [[one["text"] for one in answer] for answer in answers] == [["at last"]] * 200


def test_messages_are_sealed_in_the_database(place: Town) -> None:
    """E04: whoever reads the file reads no code."""
    send(place, "654321 is the code", "654321")
    database = Path(place.settings.database_url.removeprefix("sqlite:///"))
    stored = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert b"654321" not in stored


@pytest.mark.parametrize(
    "path", ["/sandbox/v1/personas", INBOX, f"{INBOX}/wait", "/telefon", f"/telefon/{PHONE}", "/docs", "/openapi.json"]
)
def test_e06_nothing_of_it_exists_in_production(sqlite_url: str, tmp_path: Path, clock: FakeClock, path: str) -> None:
    settings = load({}, **PRODUCTION, database_url=sqlite_url, data_dir=tmp_path, log_level="error")
    house = create_app(settings, clock=clock)
    try:
        answer = Town(house, clock, settings).call("GET", path)
    finally:
        house.state.store.close()
    assert answer.status == 404
