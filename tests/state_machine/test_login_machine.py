"""P1 to P10 (`ghost.Broken`) over random walks through the real provider, in process and over HTTP."""

import pytest

from tests.state_machine.ghost import LEVEL
from tests.state_machine.house import House
from tests.state_machine.running import run_walks
from tests.state_machine.walk import REACHED

pytestmark = pytest.mark.timeout(300)

OFTEN = {"codes", "replays", "strangers", "account remove", "enabled", "recovered", "paused", "decided approved"}


def test_no_walk_breaks_a_property(home: House) -> None:
    """And the walks get somewhere: a machine that never reached a code would prove nothing."""
    REACHED.counts.clear()
    run_walks(home, range(7), steps=20, shrinks=True)
    reached = {what: REACHED.counts.get(what, 0) for what in {*OFTEN, *(f"token by {one}" for one in LEVEL)}}
    assert min(reached.values()) >= 3, reached
