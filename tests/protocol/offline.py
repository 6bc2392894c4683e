"""Clients that refresh, act for themselves, or operate a protected resource, and what they ask."""

from dataclasses import replace
from typing import Any

from idp.domain.client import Client, ClientAuthMethod
from idp.domain.client_metadata import ClientMetadata, GrantType
from idp.protocol.messages import JsonAnswer
from tests.protocol.world import FORM, MHRS, ORIGIN, PUBLIC, SECRET, World, basic, body_of

API = "https://api.rp.example/v1"
OTHER_API = "https://api.rp.example/v2"
SCOPE = "openid profile phone offline_access"
REFRESHING = ClientMetadata(
    grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS)
)

AGENT = replace(
    MHRS,
    client_id="agent",
    scopes=(*MHRS.scopes, "offline_access"),
    resources=(API, OTHER_API),
    metadata=REFRESHING,
)
PEER = replace(AGENT, client_id="peer", auth_method=ClientAuthMethod.CLIENT_SECRET_POST, resources=())
APP = replace(
    PUBLIC,
    client_id="app",
    scopes=AGENT.scopes,
    metadata=ClientMetadata(grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN)),
)


def offline_world(**given: Any) -> World:
    world = World(**given)
    for client in (AGENT, PEER, APP):
        world.uow.clients.rows[client.client_id] = client
    return world


def offline_tokens(world: World, client: Client = AGENT, **changed: Any) -> dict[str, Any]:
    """A login with `offline_access`, and what its code gave."""
    asked = {"scope": SCOPE, "prompt": "consent"} | changed
    return world.tokens(client, **asked)


def credentials(client: Client) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and form members with which this client authenticates."""
    match client.auth_method:
        case ClientAuthMethod.CLIENT_SECRET_BASIC:
            return FORM | {"authorization": basic(client.client_id, SECRET)}, {}
        case ClientAuthMethod.CLIENT_SECRET_POST:
            return dict(FORM), {"client_id": client.client_id, "client_secret": SECRET}
        case _:
            return dict(FORM), {"client_id": client.client_id}


def refresh(
    world: World, token: str, /, *more: tuple[str, str], client: Client = AGENT, without: str = "", **changed: str
) -> JsonAnswer:
    headers, own = credentials(client)
    values = {"grant_type": "refresh_token", "refresh_token": token} | own | changed
    return world.post(values, *more, headers=headers, without=without)


def refreshed(world: World, token: str, /, client: Client = AGENT, **changed: str) -> dict[str, Any]:
    answer = refresh(world, token, client=client, **changed)
    assert answer.status == 200, answer.body
    return body_of(answer)


def own_token(world: World, *more: tuple[str, str], client: Client = AGENT, **changed: str) -> JsonAnswer:
    headers, own = credentials(client)
    return world.post({"grant_type": "client_credentials"} | own | changed, *more, headers=headers)


def introspect(world: World, token: str, client: Client = AGENT, **changed: str) -> JsonAnswer:
    headers, own = credentials(client)
    pairs = [(name, value) for name, value in ({"token": token} | own | changed).items() if value]
    return world.provider.introspect(world.uow, pairs, headers, ORIGIN)


def is_active(world: World, token: str, client: Client = AGENT) -> bool:
    answer = introspect(world, token, client)
    assert answer.status == 200, answer.body
    return bool(body_of(answer)["active"])


def revoke(world: World, token: str, client: Client = AGENT, **changed: str) -> JsonAnswer:
    headers, own = credentials(client)
    pairs = [(name, value) for name, value in ({"token": token} | own | changed).items() if value]
    return world.provider.revoke(world.uow, pairs, headers, ORIGIN)
