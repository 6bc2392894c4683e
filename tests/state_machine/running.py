"""Running the machine in small batches, each with a seed of its own.

After its first ten walks Hypothesis tries up to five variations of every fresh one: good for deep values, and a waste
where what is sought is a new order of moves.
"""

from collections.abc import Iterable

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.state_machine.house import House
from tests.state_machine.machine import LoginMachine

_BATCH = 10


def run_walks(home: House, batches: Iterable[int], *, steps: int, shrinks: bool) -> None:
    """Ten walks in each batch, the same every time. Raises what the first one raises that breaks a property."""
    ways = settings(
        max_examples=_BATCH,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    for batch in batches:
        machine = seed(batch)(type("Walk", (LoginMachine,), {"home": home}))
        run_state_machine_as_test(machine, settings=ways)
