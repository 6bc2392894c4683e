"""The guarded client against a real server of this machine (SET-03, R-13, D15)."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from idp.delivery.guarded_http import LONGEST_BODY, GuardedHttp, NotFetched
from idp.delivery.guarded_names import Resolver, system_resolver
from tests.publisher import HOST, Publisher, Script, answering, ca_file, publisher

Serve = Callable[[Script], Publisher]
Guarded = Callable[..., GuardedHttp]


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def closing_down() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(tmp_path: Path, closing_down: ExitStack) -> Serve:
    return lambda script: closing_down.enter_context(publisher(script, tmp_path))


@pytest.fixture
def guarded(tmp_path: Path, closing_down: ExitStack) -> Guarded:
    def make(*allow: str, timeout: float = 5.0, resolver: Resolver = here) -> GuardedHttp:
        client = GuardedHttp(frozenset(allow), ca_file(tmp_path), timeout, resolver=resolver)
        return closing_down.enter_context(closing(client))

    return make


def test_set_03_a_document_of_an_allowed_host_is_fetched(serve: Serve, guarded: Guarded) -> None:
    server = serve(answering('{"keys": "ş"}'.encode()))
    assert guarded(HOST).get(server.url("/a/b?c=d")) == '{"keys": "ş"}'
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a/b?c=d HTTP/1.1"
    assert f"Host: {HOST}:{server.port}" in head
    assert "Accept-Encoding: identity" in head


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "127.0.0.1/32", HOST])
def test_set_03_by_network_or_by_name(serve: Serve, guarded: Guarded, allow: str) -> None:
    assert guarded(allow).get(serve(answering(b"x")).url()) == "x"


def test_chunks_are_put_together(serve: Serve, guarded: Guarded) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(lambda connection, _: connection.sendall(head + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"))
    assert guarded(HOST).get(server.url()) == "abc"


def test_a_form_is_posted_and_its_status_told(serve: Serve, guarded: Guarded) -> None:
    server = serve(answering(b"", "204 No Content"))
    assert guarded(HOST).post_form(server.url("/logout"), {"logout_token": "a.b+c"}) == 204
    request = server.requests[0].decode()
    assert request.startswith("POST /logout HTTP/1.1\r\n")
    assert "Content-Type: application/x-www-form-urlencoded\r\n" in request
    assert request.endswith("\r\n\r\nlogout_token=a.b%2Bc")


def test_d15_no_packet_leaves_for_an_address_that_is_not_public(serve: Serve, guarded: Guarded) -> None:
    """R-13, SET-03."""
    server = serve(answering(b"secret"))
    for client in (guarded(), guarded("10.0.0.0/8", "other.test")):
        for url in (server.url(), server.url(host="127.0.0.1"), server.url(host="localhost")):
            with pytest.raises(NotFetched, match="not public"):
                client.get(url)
    assert server.connections == 0


def test_d15_a_name_is_resolved_once_and_the_judged_address_met(serve: Serve, guarded: Guarded) -> None:
    """Rebinding: whatever the name means a moment later, nobody asks."""
    server = serve(answering(b"x"))
    asked: list[str] = []

    def lying(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    assert guarded("127.0.0.0/8", resolver=lying).get(server.url()) == "x"
    assert asked == [HOST]


def test_d15_one_forbidden_address_among_good_ones_is_enough(serve: Serve, guarded: Guarded) -> None:
    server = serve(answering(b"x"))
    client = guarded("127.0.0.1/32", resolver=lambda _, __: ["127.0.0.1", "10.0.0.1"])
    with pytest.raises(NotFetched, match="not public"):
        client.get(server.url())
    assert server.connections == 0


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_d15_a_redirect_is_not_followed(serve: Serve, guarded: Guarded, status: str) -> None:
    target = serve(answering(b"secret"))
    server = serve(answering(b"", status, f"Location: {target.url()}"))
    with pytest.raises(NotFetched, match=f"status {status[:3]}"):
        guarded(HOST).get(server.url())
    assert guarded(HOST).post_form(server.url(), {}) == int(status[:3])
    assert target.connections == 0


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "404 Not Found", "500 Oops", "206 Partial"])
def test_only_200_is_an_answer(serve: Serve, guarded: Guarded, status: str) -> None:
    with pytest.raises(NotFetched, match="status"):
        guarded(HOST).get(serve(answering(b"{}", status)).url())


def test_set_03_a_body_of_the_longest_length_and_one_more(serve: Serve, guarded: Guarded) -> None:
    server = serve(answering(b"a" * LONGEST_BODY))
    assert len(guarded(HOST).get(server.url())) == LONGEST_BODY
    server.script = answering(b"a" * (LONGEST_BODY + 1))
    with pytest.raises(NotFetched, match="too long"):
        guarded(HOST).get(server.url())


def endless(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"a" * 65_536)


def endless_head(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"x: " + b"a" * 60_000 + b"\r\n")


def endless_interim(connection: socket.socket, _: bytes) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("script", [endless, endless_head, endless_interim])
def test_d15_an_answer_without_end_is_left(serve: Serve, guarded: Guarded, script: Script) -> None:
    with pytest.raises(NotFetched):
        guarded(HOST).get(serve(script).url())


def test_a_compression_bomb_stays_packed(serve: Serve, guarded: Guarded) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with pytest.raises(NotFetched, match="encoded"):
        guarded(HOST).get(serve(answering(bomb, "200 OK", "Content-Encoding: gzip")).url())


def test_set_03_the_time_limit_is_for_everything_together(serve: Serve, guarded: Guarded) -> None:
    """A byte now and then keeps no connection alive: each read is quick, the whole is not."""
    told = threading.Event()

    def dripping(connection: socket.socket, _: bytes) -> None:
        try:
            while True:
                connection.sendall(b"H")
                threading.Event().wait(0.02)
        except OSError:
            told.set()

    with pytest.raises(NotFetched, match="too slow"):
        guarded(HOST, timeout=1.0).get(serve(dripping).url())
    assert told.wait(5), "the connection was cut"


def test_set_03_a_resolver_that_hangs_is_left_too(guarded: Guarded) -> None:
    release = threading.Event()

    def hanging(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return ["127.0.0.1"]

    try:
        with pytest.raises(NotFetched, match="too slow"):
            guarded(HOST, timeout=0.1, resolver=hanging).get(f"https://{HOST}/")
    finally:
        release.set()


def _all_too_slow(client: GuardedHttp, hosts: list[str]) -> None:
    """Ask for all of them at once, and see every caller leave in time."""

    def asks(host: str) -> None:
        with pytest.raises(NotFetched, match="too slow"):
            client.get(f"https://{host}/")

    with ThreadPoolExecutor(len(hosts)) as callers:
        list(callers.map(asks, hosts))


def test_d15_names_that_nobody_answers_for_hold_up_no_other(serve: Serve, guarded: Guarded) -> None:
    """R-13: the resolver goes on waiting for them when their callers have left; nothing else waits with it."""
    release, server = threading.Event(), serve(answering(b"x"))

    def hanging(host: str, _port: int) -> list[str]:
        if host != HOST:
            release.wait(20)
        return ["127.0.0.1"]

    client = guarded(HOST, timeout=2.5, resolver=hanging)
    try:
        for turn in range(2):
            _all_too_slow(client, [f"{number}-{turn}.example" for number in range(8)])
            assert client.get(server.url()) == "x"
    finally:
        release.set()


def test_d15_silent_names_of_one_party_are_few(serve: Serve, guarded: Guarded) -> None:
    """However many names it makes up."""
    release, server = threading.Event(), serve(answering(b"x"))

    def hanging(host: str, _port: int) -> list[str]:
        if host != HOST:
            release.wait(20)
        return ["127.0.0.1"]

    client = guarded(HOST, timeout=2.5, resolver=hanging)
    try:
        _all_too_slow(client, [f"{number}.evil.example" for number in range(4)])
        with pytest.raises(NotFetched, match="OSError"):
            client.get("https://one.more.evil.example/")
        assert client.get(server.url()) == "x"
    finally:
        release.set()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
)
def test_a_broken_answer_is_none(serve: Serve, guarded: Guarded, sent: bytes) -> None:
    with pytest.raises(NotFetched):
        guarded(HOST).get(serve(lambda connection, _: connection.sendall(sent)).url())


def test_the_certificate_must_be_the_hosts(serve: Serve, guarded: Guarded) -> None:
    with pytest.raises(NotFetched, match="SSLCertVerificationError"):
        guarded("other.test").get(serve(answering(b"x")).url(host="other.test"))


def test_the_certificate_must_come_from_an_authority_that_is_trusted(serve: Serve) -> None:
    """There is no switch that would turn this off."""
    server = serve(answering(b"x"))
    with (
        closing(GuardedHttp(frozenset({HOST}), None, resolver=here)) as client,
        pytest.raises(NotFetched, match="SSLCertVerificationError"),
    ):
        client.get(server.url())


def test_http_is_for_allowed_origins_on_this_machine_only(tmp_path: Path, guarded: Guarded) -> None:
    with publisher(answering(b"x"), tmp_path, tls=False) as server:
        origin = f"http://localhost:{server.port}"
        assert guarded(origin).get(f"{origin}/jwks") == "x"
        for allow in ("localhost", f"http://localhost:{server.port + 1}", "127.0.0.0/8"):
            with pytest.raises(NotFetched, match="http"):
                guarded(allow).get(f"{origin}/jwks")
        with pytest.raises(NotFetched, match="http"):
            guarded(origin, resolver=lambda _, __: ["192.0.2.1"]).get(f"{origin}/jwks")
        assert server.connections == 1


def test_environment_proxies_are_not_used(serve: Serve, guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert guarded(HOST).get(serve(answering(b"x")).url()) == "x"


def test_the_next_address_is_tried_where_one_does_not_answer(serve: Serve, guarded: Guarded) -> None:
    client = guarded("127.0.0.0/8", resolver=lambda _, __: ["127.0.0.2", "127.0.0.1"])
    assert client.get(serve(answering(b"x")).url()) == "x"


def test_nothing_is_fetched_after_the_end(guarded: Guarded) -> None:
    client = guarded(HOST)
    client.close()
    with pytest.raises(NotFetched, match="closed"):
        client.get(f"https://{HOST}/")


def test_the_systems_resolver_knows_this_machine() -> None:
    assert set(system_resolver("localhost", 443)) <= {"127.0.0.1", "::1"}
