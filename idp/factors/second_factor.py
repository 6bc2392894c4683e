"""The shape of a second factor."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.factors.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom, in which login and when a factor asks or judges. `lang` is the language of the page (`tr`, `en`)."""

    login_id: str
    citizen: Citizen
    lang: str
    now: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question stands. `id` names it; its life ends at `expires_at`. `credential` is what a right answer proves."""

    id: str
    credential: str = field(repr=False)
    expires_at: int
    tries_left: int


NotWaiting = Literal["none", "expired", "used_up"]
"""Why an answer cannot be judged: nothing was asked, its time is over, or too many wrong answers were given."""


class SecondFactor(Protocol):
    """Something of another kind than the password that a citizen can prove."""

    @property
    def method(self) -> Method: ...

    def is_active(self, citizen: Citizen) -> bool:
        """Whether this citizen can be asked for it."""
        ...

    def credential(self, citizen: Citizen) -> str:
        """What a proof by this factor names; it stops counting when the citizen's own changes."""
        ...

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """Ask anew. The former question of this login is dead from here on."""
        ...

    def waiting(self, uow: UnitOfWork, login_id: str, now: int) -> Waiting | NotWaiting:
        """What an answer would be judged against. Changes nothing."""
        ...

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        """Count one answer before it is judged; None when the question died meanwhile."""
        ...

    def was_right(self, uow: UnitOfWork, login_id: str, answer: str) -> bool:
        """Whether this very answer was right in this login, and is used up. Grants nothing."""
        ...

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> bool:
        """Whether the answer is right and the citizen still has what it proves. It is used up in one statement."""
        ...
