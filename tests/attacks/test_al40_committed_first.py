"""AL-40: nothing is answered before it is committed. Looked at from another connection as the answer leaves."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI
from sqlalchemy import Connection, Engine, event
from starlette.types import Message, Receive, Scope, Send

from idp.crypto.secrets import sha256_hex
from idp.domain.errors import OutOfService
from tests.attacks.refreshing import Refresher, offline_code, offline_login
from tests.people import Visitor
from tests.town import Town


@dataclass
class Watched:
    """The application; `look` is called with each answer when its first byte leaves, and again with its body."""

    app: FastAPI
    look: Callable[[Message], object]
    seen: list[object] = field(default_factory=list)

    @property
    def state(self) -> Any:
        return self.app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watching(message: Message) -> None:
            found = self.look(message)
            if found is not None:
                self.seen.append(found)
            await send(message)

        await self.app(scope, receive, watching)


def watched(town: Town, look: Callable[[Message], object]) -> tuple[Town, Watched]:
    """The same town, with somebody at its door."""
    app = Watched(town.idp, look)
    at_the_door: Any = app
    return replace(town, idp=at_the_door), app


def test_al_40_a_code_leaves_when_it_is_stored(any_town: Town) -> None:
    def look(message: Message) -> object:
        for name, value in message.get("headers", ()):
            for code in parse_qs(urlsplit(value.decode()).query).get("code", ()) if name == b"location" else ():
                with any_town.store.read() as uow:
                    return uow.grants.by_code(sha256_hex(code)) is not None
        return None

    town, door = watched(any_town, look)
    offline_code(Visitor(town), Refresher(town))
    assert door.seen == [True]


def test_al_40_tokens_leave_when_they_are_stored(any_town: Town) -> None:
    def look(message: Message) -> object:
        sent = message.get("body", b"")
        if b'"refresh_token"' not in sent:
            return None
        with any_town.store.read() as uow:
            return uow.refresh_tokens.by_hash(sha256_hex(json.loads(sent)["refresh_token"])) is not None

    town, door = watched(any_town, look)
    client = Refresher(town)
    client.refreshed(offline_login(Visitor(town), client)["refresh_token"])
    assert door.seen == [True, True]


def test_al_40_what_could_not_be_committed_is_not_answered_with_200(any_town: Town) -> None:
    """Everything was done, and the commit itself fails: no token leaves, and the code is still worth one."""
    client = Refresher(any_town)
    code, verifier = offline_code(Visitor(any_town), client)
    with _failing_commits():
        answer = client.exchange(code, verifier)
    assert (answer.status, json.loads(answer.body)) == (503, {"error": "temporarily_unavailable"})
    assert client.exchange(code, verifier).status == 200


@contextmanager
def _failing_commits() -> Iterator[None]:
    def fail(_: Connection) -> None:
        raise OutOfService("the disk is full")

    event.listen(Engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(Engine, "commit", fail)
