"""What a client registered for its requests (OpenID Connect Registration §2; DCR-08): a request that says more wins."""

from dataclasses import replace

import pytest

from idp.domain.client_metadata import ClientMetadata
from idp.domain.level import Level
from tests.protocol.world import MHRS, World

CAREFUL = replace(
    MHRS,
    client_id="careful",
    metadata=ClientMetadata(default_max_age=300, default_acr_values=(Level.TWO_STEP.acr, "unknown")),
)


@pytest.fixture
def careful(world: World) -> World:
    world.uow.clients.rows[CAREFUL.client_id] = CAREFUL
    return world


def test_dcr_08_default_max_age_counts_where_none_is_sent(careful: World) -> None:
    assert careful.accepted(CAREFUL).max_age == 300


@pytest.mark.parametrize("sent", ["0", "299", "100000"])
def test_dcr_08_a_sent_max_age_takes_its_place(careful: World, sent: str) -> None:
    assert careful.accepted(CAREFUL, max_age=sent).max_age == int(sent)


def test_dcr_08_default_acr_values_are_a_wish_like_sent_ones(careful: World) -> None:
    assert careful.accepted(CAREFUL).wished_levels == (Level.TWO_STEP,)
    assert careful.accepted(CAREFUL, acr_values=Level.PASSWORD.acr).wished_levels == (Level.PASSWORD,)


def test_dcr_08_without_anything_registered_nothing_is_added(world: World) -> None:
    request = world.accepted()
    assert (request.max_age, request.wished_levels) == (None, ())
