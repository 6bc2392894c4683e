"""RFC 9207: the issuer is in every authorization response, and comes from the configuration alone (R-10, D14)."""

from idp.protocol.messages import Redirect
from tests.protocol.world import ISSUER, MHRS, ORIGIN, World, query_of, subject


def test_9207_2_success_carries_iss(world: World) -> None:
    answer = world.provider.respond(world.uow, world.accepted(), MHRS, subject(), ORIGIN)
    assert isinstance(answer, Redirect)
    assert query_of(answer)["iss"] == ISSUER


def test_9207_2_errors_of_the_request_carry_iss(world: World) -> None:
    assert query_of(world.check(response_type="token"))["iss"] == ISSUER
    assert query_of(world.check(prompt="none login"))["iss"] == ISSUER


def test_9207_2_errors_of_the_journey_carry_iss(world: World) -> None:
    """AL-12: Authlib's own extension adds it to success only."""
    assert query_of(world.provider.refuse(world.accepted(), "access_denied"))["iss"] == ISSUER


def test_iss_cannot_be_sent_in(world: World) -> None:
    assert query_of(world.check(iss="https://evil.example", response_type="token"))["iss"] == ISSUER
