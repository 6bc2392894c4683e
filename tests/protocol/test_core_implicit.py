"""OpenID Connect Core §3.2: tokens at once, only where an operator switched that on and the client registered it."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oidc.core.util import create_half_hash

from idp.domain.audit import Event
from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata, GrantType, ResponseType
from idp.protocol.messages import FormPost, Redirect
from idp.protocol.server import Options
from tests.protocol.world import CALLBACK, CITIZEN, MHRS, ORIGIN, World, body_of, error_of, subject

IMPLICIT = replace(
    MHRS,
    client_id="implicit",
    metadata=ClientMetadata(
        grant_types=(GrantType.IMPLICIT,), response_types=(ResponseType.ID_TOKEN, ResponseType.ID_TOKEN_TOKEN)
    ),
)
ONLY_ID_TOKEN = replace(
    IMPLICIT, metadata=ClientMetadata(grant_types=(GrantType.IMPLICIT,), response_types=(ResponseType.ID_TOKEN,))
)
NO_GRANT = replace(IMPLICIT, metadata=replace(IMPLICIT.metadata, grant_types=(GrantType.AUTHORIZATION_CODE,)))


def switched_on(*clients: Client) -> World:
    world = World(options=Options(implicit=True))
    world.uow.clients.rows |= {client.client_id: client for client in (clients or (IMPLICIT,))}
    return world


def asked(world: World, response_type: str, client: Client = IMPLICIT, **changed: str) -> Any:
    return world.check(
        client=client, without="code_challenge code_challenge_method", response_type=response_type, **changed
    )


def answer(world: World, response_type: str, **changed: str) -> Redirect | FormPost:
    request = asked(world, response_type, **changed).request
    given = world.provider.respond(world.uow, request, IMPLICIT, subject(), ORIGIN)
    assert isinstance(given, Redirect | FormPost)
    return given


def fragment_of(given: Any) -> dict[str, str]:
    assert isinstance(given, Redirect)
    parts = urlsplit(given.location)
    assert not parts.query
    assert given.location.startswith(f"{CALLBACK}#")
    return dict(parse_qsl(parts.fragment, strict_parsing=True))


def test_auth_29_idt_05_an_id_token_and_an_access_token_in_the_fragment() -> None:
    world = switched_on()
    given = fragment_of(answer(world, "id_token token"))
    assert given.keys() == {"id_token", "access_token", "token_type", "expires_in", "state", "iss"}
    assert (given["token_type"], given["expires_in"], given["state"]) == ("Bearer", "600", "st4te")
    _, claims = world.read(given["id_token"])
    assert claims["nonce"] == "n0nce"
    assert claims["at_hash"] == create_half_hash(given["access_token"], "ES256").decode()
    assert "name" not in claims  # IDT-07: what UserInfo tells
    assert body_of(world.userinfo(given["access_token"]))["name"] == CITIZEN.name


def test_auth_29_an_id_token_alone_holds_what_nothing_else_could_tell() -> None:
    """Core §5.4: without an access token the claims of the scopes are in the ID token; never the identity number."""
    world = switched_on()
    given = fragment_of(answer(world, "id_token", scope="openid profile kimlik"))
    assert given.keys() == {"id_token", "state", "iss"}
    _, claims = world.read(given["id_token"])
    assert claims["name"] == CITIZEN.name
    assert "at_hash" not in claims
    assert "national_id" not in claims
    assert [event for event, _ in world.events()] == [Event.TOKENS_ISSUED]


def test_auth_29_words_in_another_order() -> None:
    assert fragment_of(answer(switched_on(), "token id_token"))["access_token"]


def test_auth_29_form_01_as_a_form() -> None:
    given = answer(switched_on(), "id_token", response_mode="form_post")
    assert isinstance(given, FormPost)
    assert [name for name, _ in given.fields] == ["id_token", "state", "iss"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"without_nonce": "x"}, "invalid_request"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_auth_29_a_refusal_travels_in_the_fragment(changed: dict[str, str], error: str) -> None:
    """AL-13: the state comes back with it, and nothing is ever put into the query."""
    world = switched_on()
    without = "code_challenge" + (" nonce" if changed.pop("without_nonce", "") else "")
    given = world.check(
        client=IMPLICIT, without=f"{without} code_challenge_method", response_type="id_token", **changed
    )
    fragment = fragment_of(given)
    assert (fragment["error"], fragment["state"], fragment.keys() & {"id_token"}) == (error, "st4te", set())


@pytest.mark.parametrize("response_type", ["id_token", "id_token token"])
def test_auth_29_d08_nothing_of_it_exists_while_the_switch_is_off(response_type: str) -> None:
    world = World()
    world.uow.clients.rows[IMPLICIT.client_id] = IMPLICIT
    assert error_of(asked(world, response_type)) == "unsupported_response_type"


@pytest.mark.parametrize("response_type", ["code id_token", "code token", "code id_token token", "token", "none"])
def test_auth_29_d08_r_05_hybrid_types_never_exist(response_type: str) -> None:
    assert error_of(asked(switched_on(), response_type)) == "unsupported_response_type"


@pytest.mark.parametrize("client", [MHRS, ONLY_ID_TOKEN, NO_GRANT], ids=["code", "id_token", "no grant"])
def test_auth_08_d08_only_what_the_client_registered(client: Client) -> None:
    assert error_of(asked(switched_on(client), "id_token token", client)) == "unauthorized_client"


def test_auth_08_a_client_without_the_code_flow() -> None:
    assert error_of(switched_on().check(client=IMPLICIT)) == "unauthorized_client"


def test_e07_a_switch_that_was_turned_off_meanwhile() -> None:
    """Nor is anything issued for a response type that the client lost while the citizen was logging in."""
    world = switched_on()
    request = asked(world, "id_token").request
    off = World(uow=world.uow)
    for provider, client in ((off.provider, IMPLICIT), (world.provider, replace(IMPLICIT, metadata=ClientMetadata()))):
        assert error_of(provider.respond(world.uow, request, client, subject(), ORIGIN)) == "unauthorized_client"
    assert not world.uow.grants.rows


def test_d05_the_code_behind_an_implicit_answer_cannot_be_used() -> None:
    world = switched_on()
    answer(world, "id_token token")
    (grant,) = world.uow.grants.rows.values()
    assert world.uow.grants.consume_code(grant.code_hash, IMPLICIT.client_id, world.clock.now()) is None


def test_the_metadata_tells_it() -> None:
    """DISC-03, DISC-04: with the switch both are there, without it neither is."""
    on, off = body_of_discovery(switched_on()), body_of_discovery(World())
    assert on["response_types_supported"] == ["code", "id_token", "id_token token"]
    assert "implicit" in on["grant_types_supported"]
    assert off["response_types_supported"] == ["code"]
    assert "implicit" not in off["grant_types_supported"]


def body_of_discovery(world: World) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(world.provider.discovery().body)
    return parsed
