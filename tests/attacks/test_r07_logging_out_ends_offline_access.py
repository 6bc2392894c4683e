"""R-07: what the consent page promises. Logging out ends what services may do on their own."""

import pytest

from tests.attacks.refreshing import Refresher, offline_login
from tests.clock import FakeClock
from tests.people import MEHMET, Visitor
from tests.town import Town


def logs_in_again_and_out(visitor: Visitor, client: Refresher) -> None:
    visitor.open(client.asks(scope="openid profile").url)
    visitor.types_password(MEHMET)
    visitor.open("/logout")
    visitor.press("Çıkış Yap")


@pytest.mark.parametrize("away", [31 * 60, 5 * 86_400], ids=["half an hour", "five days"])
def test_r07_also_what_a_session_left_that_ran_out_before(the_town: Town, clock: FakeClock, away: int) -> None:
    client, visitor = Refresher(the_town), Visitor(the_town)
    left = offline_login(visitor, client)["refresh_token"]
    clock.advance(away)
    logs_in_again_and_out(visitor, client)
    assert client.refresh(left).status == 400


def test_r07_a_session_that_is_live_elsewhere_keeps_its_own(the_town: Town, clock: FakeClock) -> None:
    client, here, elsewhere = Refresher(the_town), Visitor(the_town), Visitor(the_town, address="198.51.100.7")
    kept = offline_login(elsewhere, client)["refresh_token"]
    clock.advance(60)
    logs_in_again_and_out(here, client)
    assert client.refresh(kept).status == 200
