"""The same over further walks: a file of their own, so that two workers share them."""

import pytest

from tests.state_machine.house import House
from tests.state_machine.running import walk_and_get_somewhere

pytestmark = pytest.mark.timeout(300)


def test_no_walk_breaks_a_property(home: House) -> None:
    walk_and_get_somewhere(home, range(4, 8))
