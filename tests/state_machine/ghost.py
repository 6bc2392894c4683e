"""What really happened, as the harness saw it: who proved what, in which login and browser, and when.

Nothing here is asked of the provider. What the provider says is judged against it.
"""

from dataclasses import dataclass, field

from tests.people import Person
from tests.stand_in import Asked

IDLE, TOTAL = 30 * 60, 8 * 3600
CODE_LIFE, REDEEM_LIFE, PAUSE, TRIES = 180, 60, 15 * 60, 3
MOST_WRONG = 5


class Broken(AssertionError):
    """A property of security.md §8 does not hold. `name` is its name there."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True)
class Proof:
    """One factor (`pwd`, `sms`) that this person really showed at this instant."""

    person: Person
    factor: str
    at: int


@dataclass
class Session:
    """A browser in which a person completed a login."""

    person: Person
    proofs: list[Proof]
    began: int
    seen: int
    ended: bool = False

    def lives(self, now: int) -> bool:
        return not self.ended and now < self.began + TOTAL and now - self.seen < IDLE


@dataclass
class Sent:
    """A code that a phone received for one login."""

    code: str
    person: Person
    at: int
    wrong_tries: int = 0
    used: bool = False


@dataclass
class Txn:
    """One login. `step` is the page its own browser was last shown; None when there is none any more."""

    id: str
    browser: int
    client_id: str
    asked: Asked
    demands_two_step: bool
    renew: bool
    max_age: int | None
    session: Session | None
    step: str | None = None
    token: str = ""
    person: Person | None = None
    inherited: list[Proof] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    finals: set[str] = field(default_factory=set)

    def named(self, person: Person) -> None:
        """Somebody gave a right password: what another person had shown before counts for nothing."""
        if self.person != person:
            self.proofs, self.inherited, self.session = [], [], None
        self.person = person

    def lost_its_proofs(self) -> None:
        self.proofs, self.inherited = [], []

    def newest(self, factor: str, now: int) -> Proof | None:
        """The newest proof of this factor that may count: shown here, or in the live session this login continues."""
        counting = list(self.proofs)
        if self.session is not None and self.session.lives(now) and not self.renew:
            limit = self.max_age
            counting += [proof for proof in self.inherited if limit is None or now - proof.at <= limit]
        fitting = [proof for proof in counting if proof.factor == factor and proof.person == self.person]
        return max(fitting, key=lambda proof: proof.at, default=None)


@dataclass
class Issued:
    """A code that came back to the relying party, and what the login had really proved by then."""

    value: str
    txn: Txn
    session: Session
    at: int
    password: Proof | None
    second: Proof | None
    redeemed: bool = False
    access_token: str | None = None

    @property
    def auth_time(self) -> int | None:
        proofs = [proof.at for proof in (self.password, self.second) if proof is not None]
        return min(proofs) if self.password is not None else None
