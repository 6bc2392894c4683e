"""Yedek Kod: one of ten codes that were printed beforehand. Each works once; 70 secret bits make one (R-58)."""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.factors import letters
from idp.factors.ports import Hasher, Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotWaiting, Right, Waiting, Wrong

HOW_MANY = 10
LENGTH = 16
_INDEX = 2


def new_codes(secrets: Secrets) -> tuple[str, ...]:
    """Ten codes, no two with the same index: the first two letters, which say which one is meant."""
    codes: dict[str, str] = {}
    while len(codes) < HOW_MANY:
        code = letters.made(secrets, LENGTH)
        codes[code[:_INDEX]] = code
    return tuple(codes.values())


def index_and_secret(code: str) -> tuple[str, str]:
    """What is stored as it is, and what is stored as a hash only; one guess so costs one hash."""
    return code[:_INDEX], code[_INDEX:]


@dataclass(frozen=True, slots=True)
class BackupCode:
    hasher: Hasher
    method: Method = Method.BACKUP_CODE
    asks: bool = False
    is_guessed: bool = True

    def read(self, typed: str) -> str:
        return letters.read(typed, LENGTH)

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """The paper needs no question."""

    def waiting(self, uow: UnitOfWork, asking: Asking) -> Waiting | NotWaiting:
        usable = [one for one in uow.authenticators.of_citizen(asking.citizen.id) if _is_usable(one)]
        return Waiting("backup_codes") if usable else "none"

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        return waiting  # the citizen's own limits are the only ones

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        """One hash, whether there is such a code or not, and whether it was used up or not."""
        held, (_, secret) = _meant(uow, answer, asking), index_and_secret(answer)
        stored = None if held is None else uow.authenticators.secret_of(held.id)
        return lambda: self.hasher.matches(secret, stored)

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        held = _meant(uow, answer, asking)
        return held is not None and not held.is_usable

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        held = _meant(uow, answer, asking)
        if held is None or not held.is_usable:
            return Wrong()
        return Right(held.id) if uow.authenticators.use_up(held.id, asking.now) else Wrong("reused")


def _meant(uow: UnitOfWork, answer: str, asking: Asking) -> Authenticator | None:
    index, _ = index_and_secret(answer)
    every = uow.authenticators.of_citizen(asking.citizen.id)
    return next((one for one in every if (one.method, one.handle) == (Method.BACKUP_CODE, index)), None)


def _is_usable(one: Authenticator) -> bool:
    return one.method is Method.BACKUP_CODE and one.is_usable
