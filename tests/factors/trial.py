"""One factor in the world in memory, answered the way the journey answers it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.factors.second_factor import Asking, NotWaiting, Right, SecondFactor, Waiting, Wrong
from tests.journey.house import AYSE, CEM, START
from tests.journey.world import Database, UnitOfWork

LOGIN = "login"
ASKING = Asking(LOGIN, AYSE, "tr", START)
THEIRS = replace(ASKING, login_id="their login", citizen=CEM)
OTHER_LOGIN = replace(ASKING, login_id="another login")


def at(now: int, asking: Asking = ASKING) -> Asking:
    return replace(asking, now=now)


class Trial:
    """`between` runs after an answer was weighed and before it is judged, as another request could."""

    def __init__(self, factor: SecondFactor, database: Database | None = None) -> None:
        self.factor = factor
        self.database = database or Database()

    def open(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.begin()

    def register(self, authenticator: Authenticator, secret: str = "") -> None:
        with self.open() as uow:
            assert uow.authenticators.add(authenticator, secret)

    def remove(self, authenticator_id: str) -> None:
        found = self.database.rows.authenticators[authenticator_id]
        with self.open() as uow:
            assert uow.authenticators.remove(found.id, found.citizen_id)

    def stored(self, authenticator_id: str) -> Authenticator:
        return self.database.rows.authenticators[authenticator_id]

    def start(self, asking: Asking = ASKING) -> str:
        """Ask; answers the id of what is waited for now."""
        with self.open() as uow:
            self.factor.start(uow, asking)
            waiting = self.factor.waiting(uow, asking)
        assert isinstance(waiting, Waiting)
        return waiting.id

    def waiting(self, asking: Asking = ASKING) -> Waiting | NotWaiting:
        with self.open() as uow:
            return self.factor.waiting(uow, asking)

    def answer(
        self, typed: str, asking: Asking = ASKING, between: Callable[[], object] = lambda: None
    ) -> Right | Wrong | NotWaiting:
        given = self.factor.read(typed)
        with self.open() as uow:
            weigh = self.factor.weigh(uow, given, asking)
        weighed = weigh()
        between()
        with self.open() as uow:
            waiting = self.factor.waiting(uow, asking)
            if not isinstance(waiting, Waiting):
                return waiting
            tried = self.factor.count(uow, waiting, asking.now)
            if tried is None:
                return "used_up"
            return self.factor.judge(uow, tried, given, asking) if weighed else Wrong()

    def was_right(self, typed: str, asking: Asking = ASKING) -> bool:
        """Asked only of what was weighed and found right."""
        given = self.factor.read(typed)
        with self.open() as uow:
            weigh = self.factor.weigh(uow, given, asking)
        if not weigh():
            return False
        with self.open() as uow:
            return self.factor.was_right(uow, given, asking)

    def judge(self, waiting_id: str, given: str, asking: Asking = ASKING) -> Right | Wrong:
        """Judged without being counted or weighed, as if what is waited for were still the same."""
        with self.open() as uow:
            return self.factor.judge(uow, Waiting(waiting_id), given, asking)


def owned(method: Method, name: str, asking: Asking = ASKING, **more: object) -> Authenticator:
    """One registered authenticator of the citizen who is asked."""
    made = Authenticator(name, asking.citizen.id, method, name, created_at=START - 1000)
    return replace(made, **more)  # type: ignore[arg-type]  # names are the record's
