"""OpenID Connect Front-Channel Logout 1.0: which frames, and with what; and third-party-initiated login."""

from dataclasses import replace
from typing import Any

from idp.domain.client import Client
from idp.domain.session import Session
from idp.protocol.messages import LogoutReach
from tests.protocol.world import CITIZEN, LENIENT, MHRS, NARROW, World, sid_at

SESSION = Session(
    id="session-1",
    handle_hash="h",
    sid="sid-1",
    citizen_id=CITIZEN.id,
    evidence=(),
    created_at=0,
    last_seen_at=0,
    expires_at=1,
)
IN_A_FRAME = f"iss=https%3A%2F%2Fesik.example&sid={sid_at(MHRS)}"


def with_metadata(client: Client, **metadata: Any) -> Client:
    return replace(client, metadata=replace(client.metadata, **metadata))


def reach(world: World, *clients: Client, asked_by: Client | None = None) -> LogoutReach:
    """Of a session in which each of these got a code."""
    for client in clients:
        world.uow.clients.rows[client.client_id] = client
        world.code(client, scope="openid")
    return world.provider.logout_reach(world.uow, SESSION, asked_by)


def test_logout_15_a_frame_for_each_client_that_wants_one(world: World) -> None:
    """`iss` and `sid` behind the registered query, and nothing else."""
    in_frames = with_metadata(MHRS, frontchannel_logout_uri="https://rp.example/out?tenant=7")
    required = with_metadata(
        LENIENT, frontchannel_logout_uri="https://two.example/out", frontchannel_logout_session_required=True
    )
    assert reach(world, in_frames, required, NARROW).frames == (
        f"https://two.example/out?{IN_A_FRAME}",
        f"https://rp.example/out?tenant=7&{IN_A_FRAME}",
    )


def test_logout_15_only_those_of_this_session(world: World) -> None:
    world.uow.clients.rows["mhrs"] = with_metadata(MHRS, frontchannel_logout_uri="https://rp.example/out")
    world.code()
    assert world.provider.logout_reach(world.uow, replace(SESSION, id="another")) == LogoutReach()


def test_a_disabled_client_is_shown_to_nobody(world: World) -> None:
    listening = with_metadata(MHRS, frontchannel_logout_uri="https://rp.example/out")
    world.uow.clients.rows["mhrs"] = listening
    world.code()
    world.uow.clients.rows["mhrs"] = replace(listening, disabled=True)
    assert world.provider.logout_reach(world.uow, SESSION) == LogoutReach(others_may_remain=True)
    at_its_server = with_metadata(listening, backchannel_logout_uri="https://rp.example/back")
    world.uow.clients.rows["mhrs"] = replace(at_its_server, disabled=True)
    assert world.provider.logout_reach(world.uow, SESSION) == LogoutReach(), "its server is told all the same"


def test_who_cannot_be_told_may_remain_unless_it_asked_itself(world: World) -> None:
    told = with_metadata(LENIENT, backchannel_logout_uri="https://two.example/back")
    assert not reach(world, told).others_may_remain
    assert reach(world, MHRS).others_may_remain
    assert not reach(world, asked_by=MHRS).others_may_remain


def test_dcr_14_a_login_of_ours_begins_with_iss(world: World) -> None:
    """Core §4: behind the registered query, and nothing about the citizen."""
    client = with_metadata(MHRS, initiate_login_uri="https://rp.example/start?from=esik")
    assert world.provider.initiate_login(client) == "https://rp.example/start?from=esik&iss=https%3A%2F%2Fesik.example"
    assert world.provider.initiate_login(replace(client, disabled=True)) is None
    assert world.provider.initiate_login(MHRS) is None
