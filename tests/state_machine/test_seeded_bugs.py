"""A test that never fails proves nothing: every seeded bug breaks its property, and not the harness (rule 10)."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.state_machine.bugs import BUGS, seeded
from tests.state_machine.ghost import Broken
from tests.state_machine.house import House
from tests.state_machine.machine import LoginMachine

SEEDED = settings(
    max_examples=150,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("bug", BUGS)
def test_the_machine_finds(home: House, bug: str) -> None:
    machine = type("SeededLogin", (LoginMachine,), {"home": home})
    with seeded(home, bug) as expected, pytest.raises(Broken) as caught:
        run_state_machine_as_test(machine, settings=SEEDED)
    assert caught.value.name == expected, caught.value
