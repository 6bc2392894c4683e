"""A login that is being finished while its citizen ends logins elsewhere: R-71, R-07, R-16. On PostgreSQL, where
transactions run side by side; SQLite lets one write at a time.

The login's transaction is held up just before its commit, when it has done everything.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.asgi import Answer
from tests.attacks.refreshing import SCOPE, Refresher
from tests.clock import FakeClock
from tests.people import MEHMET, Visitor
from tests.stand_in import came_back
from tests.town import Town, another_node, town
from tests.web.account_holder import CONSENTS, AccountHolder

_WAIT_SECONDS = 1.0
"""How long the other transaction gets while the login's is held up: it must not get through in any time."""


@pytest.fixture
def first(postgresql_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(postgresql_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def second(first: Town) -> Iterator[Town]:
    with another_node(first) as opened:
        yield opened


class HeldUp:
    """Answers the first finished login only after `doing` had its time."""

    def __init__(self, real: Any, doing: Callable[[], None]) -> None:
        self._real = real
        self._doing: Callable[[], None] | None = doing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def respond(self, *given: Any, **more: Any) -> Any:
        answer = self._real.respond(*given, **more)
        doing, self._doing = self._doing, None
        if doing is not None:
            doing()
        return answer


def while_it_finishes(node: Town, doing: Callable[[], object]) -> threading.Thread:
    """Begin `doing` in another thread when the next login at this node has done everything but commit."""
    other = threading.Thread(target=doing)

    def begin() -> None:
        other.start()
        other.join(_WAIT_SECONDS)

    house = node.idp.state.house
    node.idp.state.house = replace(house, provider=HeldUp(house.provider, begin))
    return other


def gives_nothing(client: Refresher, answer: dict[str, str], verifier: str) -> bool:
    redeemed: Answer = client.exchange(answer["code"], verifier)
    return redeemed.status == 400 and json.loads(redeemed.body)["error"] == "invalid_grant"


def test_r71_r07_a_login_with_the_old_password_ends_with_it(first: Town, second: Town, clock: FakeClock) -> None:
    """P7: the thief's login is finished first, so the change of the password ends it, refresh token and all."""
    holder, thief, client = AccountHolder(second, MEHMET), Visitor(first, address="198.51.100.66"), Refresher(first)
    holder.logs_in_at_home(MEHMET, two_step=False)
    asked = client.asks(scope=SCOPE, prompt="consent")
    thief.open(asked.url)
    thief.types_password(MEHMET)
    clock.advance(1)
    new = {"new_password": "Bambaska-Bir-Sey-9", "new_password_repeat": "Bambaska-Bir-Sey-9"}
    changing = while_it_finishes(first, lambda: holder.posts("/hesabim/sifre", **new))
    thief.approves()
    changing.join(20)
    assert gives_nothing(client, came_back(thief.page), asked.verifier)


def test_r71_r16_a_login_ends_with_the_consent_it_rests_on(first: Town, second: Town, clock: FakeClock) -> None:
    holder, client = AccountHolder(second, MEHMET), Refresher(first)
    visitor = Visitor(first)
    asked = client.asks()
    visitor.open(asked.url)
    visitor.types_password(MEHMET)
    client.exchange(came_back(visitor.approves())["code"], asked.verifier)
    holder.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(1)
    again = client.asks()
    withdrawing = while_it_finishes(first, lambda: holder.posts(f"{CONSENTS}/geri-al", client_id="mhrs"))
    visitor.open(again.url)
    withdrawing.join(20)
    assert gives_nothing(client, came_back(visitor.page), again.verifier)
