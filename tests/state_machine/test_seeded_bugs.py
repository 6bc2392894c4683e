"""A test that never fails proves nothing: every seeded bug breaks its property, and not the harness (rule 10)."""

import pytest

from tests.state_machine.bugs import BUGS, FOUND_IN, seeded
from tests.state_machine.ghost import Broken
from tests.state_machine.house import House
from tests.state_machine.running import run_walks

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("bug", BUGS)
def test_the_machine_finds(home: House, bug: str) -> None:
    with seeded(home, bug) as expected, pytest.raises(Broken) as caught:
        run_walks(home, sorted(range(15), key=lambda batch: batch != FOUND_IN.get(bug, 0)), steps=15, shrinks=False)
    assert caught.value.name == expected, caught.value
