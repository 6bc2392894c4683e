"""Keys that rotate and are revoked while two nodes serve (L-20, DISC-12)."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from idp.protocol.jose import key_life
from idp.protocol.jose.keys import new_key
from tests.clock import FakeClock
from tests.people import DENIZ, Visitor
from tests.stand_in import StandIn
from tests.town import Town, another_node

RECHECK_SECONDS = 5


@pytest.fixture
def nodes(the_town: Town) -> Iterator[tuple[Town, Town]]:
    """Two nodes that know the keys as they were; ES256 has a next one."""
    with the_town.store.begin() as uow:
        assert uow.keys.add(replace(new_key("ES256", 0), state="next"))
    with another_node(the_town) as second:
        yield the_town, second


def published(node: Town) -> set[str]:
    return {key["kid"] for key in json.loads(node.call("GET", "/jwks").body)["keys"]}


def signing(node: Town) -> str:
    with node.store.read() as uow:
        return next(key.kid for key in uow.keys.every() if (key.alg, key.state) == ("ES256", "active"))


def believed(node: Town, access_token: str) -> bool:
    answer = node.call("GET", "/userinfo", headers={"authorization": f"Bearer {access_token}"})
    assert answer.status in (200, 401)
    return answer.status == 200


def test_disc_12_l_20_what_was_signed_before_is_believed_everywhere_after(
    nodes: tuple[Town, Town], citizen: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    asked = mhrs.asks()
    citizen.open(asked.url)
    citizen.types_password(DENIZ)
    before = mhrs.tokens(citizen.approves(), asked)
    assert all(believed(node, before.access_token) for node in nodes)
    known, former = published(nodes[0]), signing(nodes[0])
    with nodes[0].store.begin() as uow:
        now_signing = key_life.rotate(uow, replace(new_key("ES256", clock.now()), state="next"), clock.now())
    clock.advance(RECHECK_SECONDS)
    assert {former, now_signing} <= known, "both were published before"
    for node in nodes:
        assert len(published(node) - known) == 1
        assert known <= published(node)
        assert believed(node, before.access_token)
        assert mhrs.verified(before.id_token)


def test_l_20_what_a_revoked_key_signed_is_believed_nowhere_within_five_seconds(
    nodes: tuple[Town, Town], citizen: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    asked = mhrs.asks()
    citizen.open(asked.url)
    citizen.types_password(DENIZ)
    tokens = mhrs.tokens(citizen.approves(), asked)
    assert all(believed(node, tokens.access_token) for node in nodes)
    disclosed = signing(nodes[0])
    with nodes[0].store.begin() as uow:
        assert key_life.revoke(uow, disclosed, replace(new_key("ES256", clock.now()), state="next"), clock.now())
    clock.advance(RECHECK_SECONDS)
    for node in nodes:
        assert disclosed not in published(node)
        assert not believed(node, tokens.access_token)
        hinted = node.call(
            "GET", mhrs.asks(id_token_hint=tokens.id_token, prompt="none").url.removeprefix(node.settings.issuer)
        )
        assert "error=invalid_request" in hinted.headers["location"]
