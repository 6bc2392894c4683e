"""D15: addresses that relying parties chose, from the request to the socket."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.domain.client_metadata import ClientMetadata
from tests.attacks.test_d_assertions import ROBOT, asks, claims
from tests.clock import FakeClock
from tests.protocol.client_jwts import jwks, public, signed
from tests.publisher import Publisher, answering, ca_file, publisher
from tests.stand_in import s256
from tests.town import MHRS, Town, town

HERE = "127.0.0.1"


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Publisher]:
    with publisher(answering(jwks(public("P-256", kid="a")).encode()), tmp_path) as server:
        yield server


@pytest.fixture
def allowing(database_url: str, tmp_path: Path, clock: FakeClock, keys: Publisher) -> Iterator[Town]:
    """A town whose operator lets documents be fetched from this machine; on each database."""
    with town(database_url, tmp_path, clock, fetch_allow=f"{HERE}/32", fetch_ca_file=ca_file(tmp_path)) as opened:
        yield opened


def register(where: Town, **metadata: Any) -> None:
    own = ClientMetadata(grant_types=ROBOT.metadata.grant_types, response_types=(), **metadata)
    with where.store.begin() as uow:
        assert uow.clients.add(replace(ROBOT, metadata=own))


def test_token_17_dcr_09_keys_are_fetched_kept_and_fetched_again_for_a_new_kid(allowing: Town, keys: Publisher) -> None:
    register(allowing, jwks_uri=keys.url("/jwks", HERE))
    for number in range(3):
        assert asks(allowing, signed(claims(allowing, jti=f"a{number}"), kid="a")).status == 200
    assert keys.connections == 1

    keys.script = answering(jwks(public("P-256", 1, kid="b")).encode())
    rotated = signed(claims(allowing, jti="b"), number=1, kid="b")
    assert asks(allowing, rotated).status == 401, "within a minute of the last fetch"
    allowing.clock.advance(60)
    assert asks(allowing, signed(claims(allowing, jti="c"), number=1, kid="b")).status == 200
    assert asks(allowing, signed(claims(allowing, jti="d"), kid="a")).status == 401
    assert keys.connections == 2


def test_d15_a_host_that_fails_costs_one_fetch_a_minute(allowing: Town, keys: Publisher) -> None:
    keys.script = answering(b"", "302 Found", f"Location: {keys.url('/elsewhere', HERE)}")
    register(allowing, jwks_uri=keys.url("/jwks", HERE))
    for number in range(5):
        answer = asks(allowing, signed(claims(allowing, jti=f"{number}")))
        assert (answer.status, json.loads(answer.body)["error"]) == (401, "invalid_client")
    assert keys.connections == 1


def test_d15_who_waits_for_slow_hosts_takes_nothing_from_a_client_with_a_copy(allowing: Town, keys: Publisher) -> None:
    """503 is for those alone who have no usable copy (TOKEN-17)."""
    register(allowing, jwks_uri=keys.url("/jwks", HERE))
    assert asks(allowing, signed(claims(allowing, jti="a"), kid="a")).status == 200
    allowing.clock.advance(3601)
    arrived, release = threading.Semaphore(0), threading.Event()

    def hanging(*_: object) -> None:
        arrived.release()
        release.wait(20)

    keys.script = hanging
    obtain = allowing.idp.state.house.obtain
    with ThreadPoolExecutor(4) as strangers:
        try:
            waiting = [strangers.submit(obtain, keys.url(f"/{number}", HERE)) for number in range(4)]
            for _ in waiting:
                assert arrived.acquire(timeout=10)
            assert asks(allowing, signed(claims(allowing, jti="b"), kid="a")).status == 200
            assert asks(allowing, signed(claims(allowing, jti="c"), number=1, kid="b")).status == 503
            allowing.clock.advance(86_400)
            assert asks(allowing, signed(claims(allowing, jti="d"), kid="a")).status == 503
        finally:
            release.set()
        for one in waiting:
            one.result(20)


@pytest.mark.parametrize(
    "host", [HERE, "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_d15_no_packet_leaves_for_what_nobody_allowed(the_town: Town, keys: Publisher, host: str) -> None:
    register(the_town, jwks_uri=keys.url("/jwks", host))
    assert asks(the_town, signed(claims(the_town), kid="a")).status == 401
    assert keys.connections == 0


@pytest.mark.parametrize(
    "uri",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://10.0.0.1/jwks",
        "http://127.0.0.1:1/jwks",
        "file:///etc/passwd",
        "https://user@127.0.0.1/jwks",
        "https://rp.example\\@127.0.0.1/",
        "https://a..b/",
        "https://" + "a" * 70 + ".example/",
    ],
)
def test_d15_addresses_that_are_never_asked(the_town: Town, uri: str) -> None:
    """However they came into the registration: they cost a refusal, and no error of ours."""
    register(the_town, jwks_uri=uri)
    assert asks(the_town, signed(claims(the_town), kid="a")).status == 401


def test_req_04_a_request_object_is_fetched_without_its_fragment(allowing: Town, keys: Publisher) -> None:
    uri = keys.url("/request.jwt?x=1", HERE) + "#hash"
    client = _signing_client(allowing, uri)
    inside = {
        "iss": client,
        "aud": allowing.settings.issuer,
        "redirect_uri": f"{MHRS}/oidc/callback",
        "state": "fetched",
        "code_challenge": s256("v" * 43),
        "code_challenge_method": "S256",
        "prompt": "none",
    }
    keys.script = answering(signed(inside).encode())
    query = {"client_id": client, "response_type": "code", "scope": "openid", "request_uri": uri}
    answer = allowing.call("GET", f"/authorize?{urlencode(query)}")
    assert answer.status == 303
    assert answer.headers["location"].startswith(f"{MHRS}/oidc/callback?error=login_required")
    assert "state=fetched" in answer.headers["location"]
    (request,) = keys.requests
    assert request.startswith(b"GET /request.jwt?x=1 HTTP/1.1\r\n")


def test_req_05_d15_an_unregistered_request_uri_is_not_fetched(allowing: Town, keys: Publisher) -> None:
    client = _signing_client(allowing, keys.url("/registered", HERE))
    query = {
        "client_id": client,
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": f"{MHRS}/oidc/callback",
        "request_uri": keys.url("/other", HERE),
    }
    answer = allowing.call("GET", f"/authorize?{urlencode(query)}")
    assert "error=invalid_request_uri" in answer.headers["location"]
    assert keys.connections == 0


def _signing_client(where: Town, request_uri: str) -> str:
    """The id of a client that may publish its request at this address."""
    with where.store.begin() as uow:
        mhrs = uow.clients.by_id("mhrs")
        assert mhrs is not None
        keys = replace(mhrs.metadata, jwks=jwks(public("P-256")), request_uris=(request_uri,))
        assert uow.clients.add(replace(mhrs, client_id="signing", metadata=keys))
    return "signing"
