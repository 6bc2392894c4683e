"""`esik serve` as a process: it refuses to start unsafely, serves within bounds, and stops politely."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idp.cli.serving import LARGEST_HEAD
from idp.sandbox.personas import PERSONAS
from tests.cli.esik import Program, ended, program, run, store_of, with_keys
from tests.ports import free_port

OTHER_ENCRYPTION_KEY = "Wm3Yt7Rb1Kx9Qd5Hn2Vs8Jc4Lg6Pf0ZaUeToIiEuOyA"
MOST_SECONDS = 5.0


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@contextmanager
def serving(env: dict[str, str], cwd: Path, *arguments: str) -> Iterator[tuple[Program, int]]:
    """A sandbox that answers."""
    port = free_port()
    with program("serve", "--port", str(port), *arguments, env={**env, "ESIK_LOG_LEVEL": "info"}, cwd=cwd) as running:
        for _ in range(600):
            assert not running.rests(), running.output
            try:
                get(port, "/readyz")
                break
            except OSError:
                continue
        yield running, port


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"ESIK_ISSUER": "http://giris.example.org"}, "needs https"),
        ({"ESIK_ENCRYPTION_KEY": ""}, "ESIK_ENCRYPTION_KEY"),
        ({"ESIK_SECRET_KEY": "changeme-changeme-changeme-changeme-changeme"}, "placeholder"),
        ({"ESIK_MHRS_URL": "http://localhost:8001"}, "sandbox mode"),
        ({"ESIK_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "esik migrate"),
        ({"ESIK_DATABASE_URL": "postgresql://127.0.0.1:1/esik"}, "does not answer"),
    ],
    ids=["http issuer", "no key", "default secret", "sandbox feature", "no database", "database away"],
)
def test_l35_e06_an_unsafe_production_ends_at_once_with_one_line(
    real_house: dict[str, str], tmp_path: Path, changed: dict[str, str], says: str
) -> None:
    result = ended("serve", env={**real_house, **changed}, cwd=tmp_path)
    assert result.status == 1
    assert says in result.error
    assert result.error.count("\n") == 1, result.error
    assert result.seconds < MOST_SECONDS


def test_l35_a_missing_migration_ends_the_start(real_house: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    result = ended("serve", env={**real_house, "ESIK_DATABASE_URL": f"sqlite:///{empty}"}, cwd=tmp_path)
    assert (result.status, result.error.count("\n")) == (1, 1)
    assert "run: esik migrate" in result.error


def test_l35_the_wrong_encryption_key_ends_the_start(real_house: dict[str, str], tmp_path: Path) -> None:
    with_keys(real_house)
    result = ended("serve", env={**real_house, "ESIK_ENCRYPTION_KEY": OTHER_ENCRYPTION_KEY}, cwd=tmp_path)
    assert (result.status, result.error.count("\n")) == (1, 1)
    assert "sealed with" in result.error


def test_e06_production_does_not_serve_sample_people(
    real_house: dict[str, str], seeded_house: dict[str, str], tmp_path: Path
) -> None:
    """Their password is public."""
    env = {**real_house, "ESIK_DATABASE_URL": seeded_house["ESIK_DATABASE_URL"]}
    result = ended("serve", env={**env, "ESIK_MODE": "production"}, cwd=tmp_path)
    assert result.status == 1
    assert "sample people" in result.error


@pytest.mark.parametrize(("arguments", "says"), [(("--prepare",), "sandbox mode"), (("--workers", "2"), "PostgreSQL")])
def test_options_that_do_not_fit_are_refused(real_house: dict[str, str], arguments: tuple[str, ...], says: str) -> None:
    result = run("serve", *arguments, env={**real_house, "ESIK_MODE": "production"})
    assert result.exit_code == 1
    assert says in result.stderr


def test_a_taken_port_is_one_line(demo_house: dict[str, str], tmp_path: Path) -> None:
    with_keys(demo_house)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = ended("serve", "--port", str(taken.getsockname()[1]), env=demo_house, cwd=tmp_path)
    assert (result.status, result.error.count("\n")) == (1, 1)
    assert "cannot listen on 127.0.0.1" in result.error


def test_it_serves_says_nothing_of_itself_and_stops_politely(demo_house: dict[str, str], tmp_path: Path) -> None:
    """L-25: asked to end, it ends with status 0, and whoever waits for a message is answered first."""
    with_keys(demo_house)
    with serving(demo_house, tmp_path, "--prepare") as (running, port):
        status, _, headers = get(port, "/.well-known/openid-configuration")
        assert status == 200
        assert "server" not in headers
        assert "date" in headers, "UINFO-08"
        people = json.loads(get(port, "/sandbox/v1/personas")[1])
        assert len(people) == len(PERSONAS)
        wait = f"/sandbox/v1/phones/{people[0]['phone_number']}/messages/wait?timeout=30"
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        waiting.request("GET", wait)
        assert get(port, "/livez")[0] == 200
        assert running.end(signal.SIGTERM) == 0
        assert waiting.getresponse().read() == b"[]"
        waiting.close()
    assert people[0]["phone_number"] not in running.output, "the access log names routes, never numbers"
    assert "/sandbox/v1/phones/{phone_number}/messages/wait" in running.output


def test_e05_a_request_head_has_bounds(demo_house: dict[str, str], tmp_path: Path) -> None:
    """SET-15: 16 KiB pass; what grows without end is cut off."""
    with serving(with_keys(demo_house), tmp_path) as (running, port):
        assert get(port, "/livez?" + "a" * 16_000)[0] == 200
        assert get(port, "/livez", {"x-long": "a" * 16_000})[0] == 200
        with socket.create_connection(("127.0.0.1", port), timeout=30) as endless:
            endless.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Endless: ")
            received = _pour(endless, 4 * LARGEST_HEAD)
        assert received.startswith(b"HTTP/1.1 400"), received[:100]
        assert get(port, "/livez")[0] == 200
        assert running.end() == 0


def _pour(connection: socket.socket, most: int) -> bytes:
    try:
        for _ in range(most // 4096):
            connection.sendall(b"a" * 4096)
    except OSError:
        pass  # cut off while we were still pouring, which is the point
    received = b""
    try:
        while part := connection.recv(4096):
            received += part
    except OSError:
        pass
    return received


def test_two_workers_serve_one_postgresql(demo_house: dict[str, str], postgresql_url: str, tmp_path: Path) -> None:
    env = {**demo_house, "ESIK_DATABASE_URL": postgresql_url}
    with_keys(env)
    assert run("seed", env=env).exit_code == 0
    with serving(env, tmp_path, "--workers", "2") as (running, port):
        assert [get(port, "/readyz")[0] for _ in range(4)] == [200] * 4
        assert running.end() == 0
    with store_of(env) as store, store.read() as uow:
        assert len(uow.clients.every()) == 3
