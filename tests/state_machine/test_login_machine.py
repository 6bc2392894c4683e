"""P1 to P10 (`ghost.Broken`) over random walks through the real provider, in process and over HTTP."""

import pytest

from tests.state_machine.house import House
from tests.state_machine.running import walk_and_get_somewhere

pytestmark = pytest.mark.timeout(300)


def test_no_walk_breaks_a_property(home: House) -> None:
    walk_and_get_somewhere(home, range(4))
