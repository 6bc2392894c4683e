"""A few inputs for every fuzzing target in every run, the same ones each time. `make fuzz` looks much further."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS

few = settings(max_examples=60, derandomize=True)


def test_every_target_has_seeds() -> None:
    assert SEEDS.keys() == TARGETS.keys()


@pytest.mark.parametrize("name", TARGETS)
def test_d01_d07_d13_d16_whatever_is_sent(name: str) -> None:
    """Seeds as they are, and seeds with a piece cut out or put in; then bytes of any kind."""
    target: Callable[[bytes], None] = TARGETS[name]
    for seed in SEEDS[name]:
        target(seed)
    noise = st.binary(max_size=64)

    @few
    @given(st.sampled_from(SEEDS[name]), noise, st.integers(0, 400), st.integers(0, 8))
    def mutated(seed: bytes, put_in: bytes, at: int, cut: int) -> None:
        target(seed[:at] + put_in + seed[at + cut :])

    mutated()
