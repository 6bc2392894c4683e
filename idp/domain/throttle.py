"""The shapes of a limit, and of an attempt that was counted or refused.

A `Streak` counts consecutive attempts: the nth one sets a wait, and past the last there is no further attempt until
something clears it. A `Quota` counts attempts in a window of time. The figures are `idp.policy.throttle`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Streak:
    """Consecutive attempts, at most `len(waits)`; after the nth one nobody may try again for `waits[n-1]` seconds."""

    scope: str
    waits: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.waits:
            raise ValueError("a streak allows at least one attempt")


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` attempts within `window` seconds of the first one."""

    scope: str
    most: int
    window: int

    def __post_init__(self) -> None:
        if self.most < 1 or self.window < 1:
            raise ValueError("a quota allows at least one attempt in at least one second")


Limit = Streak | Quota


@dataclass(frozen=True, slots=True)
class Count:
    """One limit for one canonical value: a T.C. kimlik number, a citizen's id, an address. Stored under a keyed MAC."""

    limit: Limit
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reserved:
    """An attempt that was counted. `counts` are the new figures, one for each limit asked, in their order.

    `waits_set` are the `blocked_until` instants it set (None where it set none), to be given back with it.
    """

    counts: tuple[int, ...]
    waits_set: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An attempt that may not be made. `until` is when to come back; None when only recovery helps."""

    scope: str
    until: int | None

    def seconds(self, now: int) -> int | None:
        """How long to wait, at least one second; None when only recovery helps."""
        return None if self.until is None else max(1, self.until - now)
