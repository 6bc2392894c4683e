"""Only the port of a native application's loopback address may differ from the registered one: RFC 8252 §7.3."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client import Client, ClientAuthMethod
from idp.domain.client_metadata import ApplicationType
from idp.protocol.messages import ErrorPage
from tests.protocol.world import MHRS, World, body_of, query_of

REGISTERED = (
    "http://127.0.0.1/cb?x=1",
    "http://[::1]:7/cb",
    "http://localhost",
    "org.example.app:/cb",
    "https://rp.example/cb",
)
NATIVE = replace(
    MHRS,
    client_id="native",
    auth_method=ClientAuthMethod.NONE,
    secret_hash=None,
    redirect_uris=REGISTERED,
    metadata=replace(MHRS.metadata, application_type=ApplicationType.NATIVE),
)
WEB = replace(NATIVE, client_id="web", metadata=MHRS.metadata)
OTHER_PORTS = ["http://127.0.0.1:51004/cb?x=1", "http://[::1]/cb", "http://[::1]:65535/cb", "http://localhost:8080"]


@pytest.fixture
def world() -> World:
    world = World()
    world.uow.clients.rows |= {"native": NATIVE, "web": WEB}
    return world


@pytest.mark.parametrize("uri", OTHER_PORTS)
def test_auth_04_r_01_any_port_of_a_native_loopback_address(world: World, uri: str) -> None:
    assert world.accepted(NATIVE, redirect_uri=uri).redirect_uri == uri
    assert isinstance(world.check(client=WEB, redirect_uri=uri), ErrorPage)


def test_the_code_is_redeemed_with_the_port_it_was_asked_with(world: World) -> None:
    code = world.code(NATIVE, redirect_uri=OTHER_PORTS[0])
    assert world.token(code, client=NATIVE, redirect_uri=OTHER_PORTS[0]).status == 200
    other = world.code(NATIVE, redirect_uri=OTHER_PORTS[0])
    assert body_of(world.token(other, client=NATIVE, redirect_uri=REGISTERED[0]))["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:0/cb?x=1",
        "http://127.0.0.1:65536/cb?x=1",
        "http://127.0.0.1:/cb?x=1",
        "http://127.0.0.1:+1/cb?x=1",
        "http://127.0.0.1:١/cb?x=1",
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:1/cb?x=2",
        "http://127.0.0.1:1/cb?x=1#f",
        "http://127.0.0.1:1@evil.example/cb?x=1",
        "http://127.0.0.1.evil.example:1/cb?x=1",
        "http://127.0.0.2:1/cb?x=1",
        "http://localhost:1/cb?x=1",
        "http://localhost:1/",
        "http://localhost:1evil.example",
        "https://127.0.0.1:1/cb?x=1",
        "https://rp.example:444/cb",
        "org.example.app:1/cb",
        "",
    ],
)
def test_auth_04_d01_nothing_else_may_differ(world: World, uri: str) -> None:
    assert isinstance(world.check(client=NATIVE, redirect_uri=uri), ErrorPage)


@given(
    st.text()
    | st.sampled_from(OTHER_PORTS).flatmap(lambda uri: st.builds(lambda tail: uri + tail, st.text(max_size=5)))
)
def test_d01_what_is_redirected_to_is_registered_but_for_a_port(uri: str) -> None:
    def portless(text: str) -> str:
        return re.sub(r"^(http://(localhost|127\.0\.0\.1|\[::1\])):[0-9]+", r"\1", text)

    client: Client = NATIVE
    if client.redirects_to(uri):
        assert portless(uri) in {portless(one) for one in REGISTERED}


def test_errors_go_to_that_port_too(world: World) -> None:
    answer = world.check(client=NATIVE, redirect_uri=OTHER_PORTS[3], prompt="none login")
    assert answer.location.startswith(f"{OTHER_PORTS[3]}?")
    assert query_of(answer)["error"] == "invalid_request"
