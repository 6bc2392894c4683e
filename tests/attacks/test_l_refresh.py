"""L-02 and L-06 in small: refreshes that race with one another, with a revocation, a logout or a replayed code.

Some rounds over two nodes, on each database: one costs a tenth of a second. The thousand that L-06 asks for are
those of tests/store/test_races.py.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from typing import Any

import pytest

from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.attacks.refreshing import Refresher, error_of, is_over, offline_code, offline_login, public_client
from tests.clock import FakeClock
from tests.people import Visitor
from tests.town import Town, another_node

ROUNDS = 3
L_06_ROUNDS = 20
MANY = 20
FEW = 6


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        second.call("GET", "/jwks")  # a node that serves has read its keys
        yield list(islice(cycle((any_town, second)), MANY))


@pytest.fixture
def client(any_town: Town) -> Refresher:
    return Refresher(any_town)


def good(answers: list[Answer]) -> list[dict[str, Any]]:
    """The bodies of the 200s; every other answer is a clean `invalid_grant`."""
    assert {answer.status for answer in answers} <= {200, 400}, [a.text for a in answers if a.status not in {200, 400}]
    assert {error_of(answer) for answer in answers if answer.status == 400} <= {"invalid_grant"}
    return [json.loads(answer.body) for answer in answers if answer.status == 200]


def test_l_02_of_twenty_refreshes_at_once_one_successor_comes(
    any_town: Town, client: Refresher, nodes: list[Town], clock: FakeClock
) -> None:
    """All of the authenticated client get the same one, which works once; later reuse ends the family."""
    for _ in range(ROUNDS):
        first = offline_login(Visitor(any_town), client)["refresh_token"]
        bodies = good(at_once([partial(client.at(node).refresh, first) for node in nodes]))
        assert len(bodies) == MANY
        assert len({body["refresh_token"] for body in bodies}) == 1
        assert _unused(any_town) == 1
        last = client.refreshed(bodies[0]["refresh_token"])
        clock.advance(10)
        assert error_of(client.refresh(first)) == "invalid_grant"
        assert is_over(client, last)
        _forget(any_town)


def test_l_02_of_a_public_client_one_is_answered_and_the_family_ends(any_town: Town, nodes: list[Town]) -> None:
    """Two held the token, as far as anybody can tell."""
    client = public_client(any_town)
    for _ in range(ROUNDS):
        first = offline_login(Visitor(any_town), client)["refresh_token"]
        bodies = good(at_once([partial(client.at(node).refresh, first) for node in nodes]))
        assert len(bodies) == 1
        assert is_over(client, bodies[0])
        assert error_of(client.refresh(bodies[0]["refresh_token"])) == "invalid_grant"


def test_l_06_d11_nothing_is_usable_after_a_revocation_returned(
    any_town: Town, client: Refresher, nodes: list[Town]
) -> None:
    for _ in range(L_06_ROUNDS):
        first = offline_login(Visitor(any_town), client)
        token = first["refresh_token"]
        doings = [partial(client.at(node).refresh, token) for node in nodes[:FEW]]
        answers = at_once([*doings, partial(client.at(nodes[1]).revoke, token)])
        assert answers[-1].status == 200
        for body in (first, *good(answers[:-1])):
            assert is_over(client, body)
            assert error_of(client.refresh(body["refresh_token"])) == "invalid_grant"


def test_l_06_nothing_is_usable_after_a_logout_returned(any_town: Town, client: Refresher, nodes: list[Town]) -> None:
    for _ in range(L_06_ROUNDS):
        visitor = Visitor(any_town)
        first = offline_login(visitor, client)
        visitor.open("/logout")
        leave = partial(_leaves, nodes[1], visitor)
        doings = [partial(client.at(node).refresh, first["refresh_token"]) for node in nodes[:FEW]]
        answers = at_once([*doings, leave])
        assert answers[-1].status in {200, 303}
        for body in (first, *good(answers[:-1])):
            assert is_over(client, body)
            assert error_of(client.refresh(body["refresh_token"])) == "invalid_grant"


def test_l_01_a_second_redemption_that_races_with_a_refresh_ends_both(
    any_town: Town, client: Refresher, nodes: list[Town]
) -> None:
    """D03, TOKEN-09"""
    for _ in range(ROUNDS):
        code, verifier = offline_code(Visitor(any_town), client)
        first = json.loads(client.exchange(code, verifier).body)
        replay: Callable[[], Answer] = partial(client.at(nodes[1]).exchange, code, verifier)
        doings = [partial(client.at(node).refresh, first["refresh_token"]) for node in nodes[:FEW]]
        answers = at_once([*doings, replay])
        assert error_of(answers[-1]) == "invalid_grant"
        for body in (first, *good(answers[:-1])):
            assert is_over(client, body)


def test_l_06_an_access_token_that_is_revoked_while_it_is_used(
    any_town: Town, client: Refresher, nodes: list[Town]
) -> None:
    for _ in range(L_06_ROUNDS):
        token = offline_login(Visitor(any_town), client)["access_token"]
        doings = [partial(client.at(node).revoke, token) for node in nodes[:FEW]]
        answers = at_once([*doings, partial(client.userinfo, token)])
        assert {answer.status for answer in answers[:-1]} == {200}
        assert answers[-1].status in {200, 401}
        assert client.at(nodes[1]).userinfo(token).status == 401


def _leaves(node: Town, visitor: Visitor) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    fields = {"csrf_token": visitor.browser.hidden(), "decision": "logout"}
    return node.call("POST", "/logout", fields, {"cookie": cookie})


def _unused(town: Town) -> int:
    with town.store.engine.begin() as connection:
        unused = connection.exec_driver_sql("SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL")
        return int(unused.scalar_one())


def _forget(town: Town) -> None:
    with town.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM refresh_tokens")
