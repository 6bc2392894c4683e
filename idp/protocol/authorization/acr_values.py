"""`acr_values` are levels that are wished for, the preferred one first (Core §3.1.2.1, §15.1; AUTH-22, A10)."""

from idp.domain.level import Level
from idp.protocol.authorization.asked import Asked

_MOST_VALUES = 32
"""We have three. Who lists more than this wishes for something else."""


def acr_values(asked: Asked) -> None:
    """Never an error: a value that is not ours is left out. Without the parameter, what was registered (§2)."""
    sent = asked.get("acr_values")
    registered = list(asked.client.metadata.default_acr_values)
    asked.wished_levels = known(registered if sent is None else sent.split(" ", _MOST_VALUES)[:_MOST_VALUES])


def known(values: list[str]) -> tuple[Level, ...]:
    """The levels that these values name, each once, in their order of preference."""
    levels = (Level.of_acr(value) for value in values)
    return tuple(dict.fromkeys(level for level in levels if level is not None))
