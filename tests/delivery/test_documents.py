"""Fetching documents for everybody: once at a time, seldom, and holding nobody up (SET-03, D15, TOKEN-17)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from idp.delivery.documents import Documents
from idp.delivery.guarded_http import NotFetched
from idp.domain.document import FetchedDocument
from idp.domain.errors import TooBusy
from idp.store.store import Store
from tests.clock import FakeClock

URI = "https://rp.example/jwks"
Fetch = Callable[[str], str]


class Http:
    """Answers as it is told to; remembers what it was asked."""

    def __init__(self, fetch: Fetch = lambda _: "{}") -> None:
        self.fetch = fetch
        self.asked: list[str] = []
        self.closed = False

    def get(self, url: str) -> str:
        self.asked.append(url)
        return self.fetch(url)

    def close(self) -> None:
        self.closed = True


class Copies:
    """A store of documents, in memory, that knows whether a transaction is open."""

    def __init__(self) -> None:
        self.tried: dict[str, int] = {}
        self.ended: dict[str, int | None] = {}
        self.kept: dict[str, str] = {}
        self.open = 0

    @property
    def documents(self) -> "Copies":
        return self

    @contextmanager
    def begin(self) -> Iterator["Copies"]:
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    def may_try(self, uri: str, now: int, pause: int) -> bool:
        if now - self.tried.get(uri, now - pause) < pause:
            return False
        self.tried[uri], self.ended[uri] = now, None
        return True

    def keep(self, uri: str, body: str, now: int) -> None:
        self.kept[uri], self.ended[uri] = body, now

    def give_up(self, uri: str, began_at: int, now: int) -> None:
        assert self.tried[uri] == began_at
        self.ended[uri] = now

    def by_uri(self, uri: str) -> FetchedDocument | None:
        body, fetched_at = self.kept.get(uri), self.ended.get(uri)
        return FetchedDocument(uri, body, fetched_at, self.tried[uri], self.ended[uri]) if uri in self.tried else None


@pytest.fixture
def copies() -> Copies:
    return Copies()


def unfetched(_: str) -> str:
    raise NotFetched("status 500")


def test_what_is_fetched_is_kept(copies: Copies, clock: FakeClock) -> None:
    Documents(copies.begin, Http(), clock).obtain(URI)
    assert copies.kept == {URI: "{}"}


def test_no_transaction_waits_for_another_host(copies: Copies, clock: FakeClock) -> None:
    Documents(copies.begin, Http(lambda _: f"{copies.open} open"), clock).obtain(URI)
    assert copies.kept == {URI: "0 open"}


def test_token_17_an_address_is_asked_seldom(copies: Copies, clock: FakeClock) -> None:
    http = Http()
    documents = Documents(copies.begin, http, clock)
    for _ in range(3):
        documents.obtain(URI)
    clock.advance(5)
    documents.obtain(URI)
    assert http.asked == [URI, URI]


def test_a_failure_leaves_what_there_was(copies: Copies, clock: FakeClock) -> None:
    http = Http()
    documents = Documents(copies.begin, http, clock)
    documents.obtain(URI)
    clock.advance(60)
    http.fetch = unfetched
    documents.obtain(URI)
    assert copies.kept == {URI: "{}"}
    assert len(http.asked) == 2
    assert copies.ended == {URI: clock.now()}


def test_e02_a_text_that_no_database_can_hold_is_not_kept(copies: Copies, clock: FakeClock) -> None:
    Documents(copies.begin, Http(lambda _: "a\0b"), clock).obtain(URI)
    assert copies.kept == {}


def test_what_is_raised_holds_nobody_up(copies: Copies, clock: FakeClock) -> None:
    def broken(_: str) -> str:
        raise ZeroDivisionError

    http = Http(broken)
    documents = Documents(copies.begin, http, clock)
    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            documents.obtain(URI)
        clock.advance(60)
    assert len(http.asked) == 20


class Gate:
    """A host that answers when the test lets it."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.arrived = threading.Semaphore(0)

    def __call__(self, _: str) -> str:
        self.arrived.release()
        assert self.opened.wait(10)
        return "{}"


def test_two_who_need_it_at_once_share_one_fetch(copies: Copies, clock: FakeClock) -> None:
    gate = Gate()
    http = Http(gate)
    documents = Documents(copies.begin, http, clock)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(documents.obtain, URI)
        assert gate.arrived.acquire(timeout=10)
        second = threads.submit(documents.obtain, URI)
        assert not second.done()
        gate.opened.set()
        first.result(10)
        second.result(10)
    assert http.asked == [URI]
    assert copies.kept == {URI: "{}"}


def test_d15_a_slow_party_holds_up_four_callers_and_no_more(copies: Copies, clock: FakeClock) -> None:
    gate = Gate()
    documents = Documents(copies.begin, Http(gate), clock)
    with ThreadPoolExecutor(8) as threads:
        try:
            waiting = [threads.submit(documents.obtain, f"{URI}?{number}") for number in range(4)]
            for _ in waiting:
                assert gate.arrived.acquire(timeout=10)
            with pytest.raises(TooBusy):
                documents.obtain(f"{URI}?more")
            others = [threads.submit(documents.obtain, f"https://{number}.example/") for number in range(4)]
            for _ in others:
                assert gate.arrived.acquire(timeout=10)
            with pytest.raises(TooBusy):
                documents.obtain("https://one-more.example/")
        finally:
            gate.opened.set()
        for done in (*waiting, *others):
            done.result(10)
    documents.obtain("https://one-more.example/")
    assert len(copies.kept) == 9


def test_d15_neither_ports_nor_names_below_it_give_a_party_more(copies: Copies, clock: FakeClock) -> None:
    gate = Gate()
    documents = Documents(copies.begin, Http(gate), clock)
    with ThreadPoolExecutor(4) as threads:
        try:
            waiting = [threads.submit(documents.obtain, f"https://{number}.evil.example/") for number in range(2)]
            waiting += [threads.submit(documents.obtain, f"https://evil.example:{port}/") for port in (444, 445)]
            for _ in waiting:
                assert gate.arrived.acquire(timeout=10)
            for uri in ("https://evil.example:446/", "https://a.b.evil.example/", "https://EVIL.example./"):
                with pytest.raises(TooBusy):
                    documents.obtain(uri)
        finally:
            gate.opened.set()
        for done in waiting:
            done.result(10)


def test_token_17_of_two_processes_one_asks(store: Store, clock: FakeClock) -> None:
    """On each database: the right to ask is taken in one statement."""
    first, second = Http(lambda _: "first"), Http(lambda _: "second")
    Documents(store.begin, first, clock).obtain(URI)
    Documents(store.begin, second, clock).obtain(URI)
    with store.read() as uow:
        kept = uow.documents.by_uri(URI)
    assert kept is not None
    assert (kept.body, kept.fetched_at) == ("first", clock.now())
    assert second.asked == []


def test_token_17_what_another_process_fetches_is_waited_for(copies: Copies, clock: FakeClock) -> None:
    """In small steps, until it is over or the other must be dead; then the copy is looked at again."""
    looks: list[float] = []

    def another_process(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            copies.keep(URI, "theirs", clock.now())

    assert copies.may_try(URI, clock.now(), 5)
    http = Http()
    documents = Documents(copies.begin, http, clock, pause=another_process)
    documents.obtain(URI)
    assert (len(looks), copies.kept, http.asked) == (3, {URI: "theirs"}, [])

    clock.advance(60)
    assert copies.may_try(URI, clock.now(), 5)
    documents.obtain(URI)
    assert sum(looks[3:]) == 6
    clock.advance(6)
    documents.obtain(URI)
    assert http.asked == [URI]


def test_the_client_is_closed_with_the_house(copies: Copies, clock: FakeClock) -> None:
    http = Http()
    Documents(copies.begin, http, clock).close()
    assert http.closed
