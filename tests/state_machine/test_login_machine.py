"""P1 to P10 of the ghost's account over random walks through the real provider, in process and over HTTP."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.state_machine.ghost import LEVEL
from tests.state_machine.house import House
from tests.state_machine.machine import LoginMachine
from tests.state_machine.walk import REACHED

ORDINARY = settings(
    max_examples=45,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_no_walk_breaks_a_property(home: House) -> None:
    """And the walks get somewhere: a machine that never reached a code would prove nothing."""
    REACHED.counts.clear()
    machine = type("OrdinaryLogin", (LoginMachine,), {"home": home})
    run_state_machine_as_test(machine, settings=ORDINARY)
    often = {"codes", "replays", "strangers", *(f"token by {method}" for method in LEVEL)}
    assert min(REACHED.counts.get(what, 0) for what in often) >= 10, REACHED
