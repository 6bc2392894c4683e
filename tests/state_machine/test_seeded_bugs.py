"""A test that never fails proves nothing: every seeded bug breaks its property (rule 10).

By a witness (`witnesses`), which first passes in the honest house: so it is the bug that it finds, and not the harness.
"""

import pytest

from tests.state_machine.bugs import BUGS, seeded
from tests.state_machine.ghost import Broken
from tests.state_machine.house import House
from tests.state_machine.running import replay
from tests.state_machine.witnesses import WITNESSES


@pytest.mark.parametrize("bug", BUGS)
def test_the_machine_finds(home: House, bug: str) -> None:
    replay(home, WITNESSES[bug])
    with seeded(home, bug) as expected, pytest.raises(Broken) as caught:
        replay(home, WITNESSES[bug])
    assert caught.value.name == expected, caught.value
