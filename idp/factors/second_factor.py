"""The shape of a second factor."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from idp.domain.audit import Origin
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.factors.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom, in which login, when and for which browser a factor asks or judges. `lang` is the page's language."""

    login_id: str
    citizen: Citizen
    lang: str
    now: int
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question stands. `id` names it. `expires_at` and `tries_left` are None where it has no limit of its own."""

    id: str
    expires_at: int | None = None
    tries_left: int | None = None


NotWaiting = Literal["none", "expired", "used_up", "denied"]
"""Why an answer cannot be judged: nothing was asked, too late, used up, or refused on a device."""


@dataclass(frozen=True, slots=True)
class Right:
    """`credential` is what the answer proved, as a Proof names it; `note` is a short word for the audit."""

    credential: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """`reason` is a short code: `wrong`, `reused` (right, but accepted before), `counter_fell`; for an approval
    `unanswered`, which is no failure, and `removed` (the device is gone).
    """

    reason: str = "wrong"


class NotAnAnswer(ValueError):
    """What was sent cannot be an answer at all: `fault` is `empty`, `not_digits`, `length` or `malformed`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class SecondFactor(Protocol):
    """Something of another kind than the password that a citizen can prove.

    An answer goes through `read`, then `count` and `weigh` in one transaction, then what `weigh` gave is called
    outside any, then `judge` in a second transaction. So a guess is counted before it is judged, and nothing slow
    keeps a transaction open.
    """

    @property
    def method(self) -> Method: ...
    @property
    def asks(self) -> bool:
        """Whether there is a question to put first: a code to send, a challenge, an approval."""
        ...

    @property
    def is_guessed(self) -> bool:
        """Whether a wrong answer here is a guess, to be counted against the citizen's limits."""
        ...

    def read(self, typed: str) -> str:
        """What was typed, as it will be judged. Raises NotAnAnswer."""
        ...

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """Ask anew. The former question of this login and method is dead from here on."""
        ...

    def waiting(self, uow: UnitOfWork, asking: Asking) -> Waiting | NotWaiting:
        """What an answer would be judged against. Changes nothing."""
        ...

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        """Count one answer before it is judged; None when the question died meanwhile."""
        ...

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        """The slow part of judging, to be called outside any transaction. It consumes nothing."""
        ...

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        """Whether this answer, which `weigh` found right, was so in this login, and is used up. Grants nothing."""
        ...

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        """Whether the answer is right and the citizen still has what it proves. It is used up in one statement.

        Called only after `weigh` said True.
        """
        ...
