"""Running the machine: a witness as it stands, or random walks in small batches, each with a seed of its own.

After its first ten walks Hypothesis tries up to five variations of every fresh one: good for deep values, and a waste
where what is sought is a new order of moves.
"""

from collections.abc import Iterable

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.state_machine.ghost import LEVEL
from tests.state_machine.house import House
from tests.state_machine.machine import LoginMachine
from tests.state_machine.walk import REACHED
from tests.state_machine.witnesses import Witness

_BATCH = 10
_OFTEN = {
    *("codes", "replays", "strangers", "enabled", "recovered", "paused", "decided approved"),
    *("account remove", "account phone", "account disown", "account revoke", "pairing confirmed late"),
}


def replay(home: House, witness: Witness) -> None:
    """One walk of these moves. Raises Broken where a property fails."""
    walk = _machine(home)()
    walk.begin()
    witness(walk)
    walk.teardown()


def run_walks(home: House, batches: Iterable[int], *, steps: int) -> None:
    """Ten walks in each batch, the same every time. Raises what the first one raises that breaks a property.

    The notes of what is raised are the fewest and simplest moves that were found to lead to it.
    """
    ways = settings(
        max_examples=_BATCH,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    for batch in batches:
        run_state_machine_as_test(seed(batch)(_machine(home)), settings=ways)


def walk_and_get_somewhere(home: House, batches: Iterable[int]) -> None:
    """The honest house holds every property; and a machine that never reached a code would prove nothing."""
    REACHED.counts.clear()
    run_walks(home, batches, steps=20)
    reached = {what: REACHED.counts.get(what, 0) for what in {*_OFTEN, *(f"token by {one}" for one in LEVEL)}}
    assert min(reached.values()) >= 2, reached


def _machine(home: House) -> type[LoginMachine]:
    return type("Walk", (LoginMachine,), {"home": home})
