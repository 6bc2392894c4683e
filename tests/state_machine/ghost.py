"""What really happened, as the harness saw it: who proved what, in which login and browser, and when.

Nothing here is asked of the provider. What the provider says is judged against it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.people import Person
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, Asked
from tests.state_machine.belongings import Credential

PASSKEY_ACR = "urn:esik:acr:phishing-resistant"
IDLE, TOTAL = 30 * 60, 8 * 3600
REDEEM_LIFE, PAUSE, TRIES, FRESH = 60, 15 * 60, 3, 300
LIFE = {"sms": 180, "app": 120, "passkey": 300}
MOST_WRONG, MOST_WRONG_OF_ALL, MOST_UNANSWERED = 5, 10, 5
PASSWORD, TWO_STEP, PHISHING_RESISTANT = 1, 2, 3
RANK = {PASSWORD_ACR: PASSWORD, TWO_STEP_ACR: TWO_STEP, PASSKEY_ACR: PHISHING_RESISTANT}
LEVEL = {"sms": TWO_STEP, "app": TWO_STEP, "totp": TWO_STEP, "backup_code": TWO_STEP, "passkey": PHISHING_RESISTANT}
AMR = {
    "sms": {"sms"},
    "app": {"swk", "mca"},
    "totp": {"otp"},
    "backup_code": {"otp"},
    "passkey": {"swk", "user"},
}


class Broken(AssertionError):
    """A property does not hold. `name` is its name in security.md §8; two more come with the account:

    P9: what protects the account changes only with proofs of the last five minutes at its own level; what is added or
    named needs two steps, and another phone number a proof by the former phone or a passkey. P10: two-step login guards
    every login until its own switch ends it: no recovery does, and the last method stays.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True)
class Proof:
    """What this person really showed at this instant: the password, or a second factor."""

    credential: Credential
    at: int

    @property
    def method(self) -> str:
        return self.credential.method


@dataclass(eq=False)
class Session:
    """A browser in which a person completed a login."""

    person: Person
    proofs: list[Proof]
    began: int
    seen: int
    ended: bool = False

    def lives(self, now: int) -> bool:
        return not self.ended and now < self.began + TOTAL and now - self.seen < IDLE

    def level(self, now: int, oldest: int, *, fallen: bool = False) -> int:
        """What its proofs of the last `oldest` seconds carry; with those that stand no more where `fallen`."""
        newest = newest_of_each(self.proofs, fallen=fallen)
        return level_of(proof for proof in newest if now - proof.at <= oldest)


@dataclass(eq=False)
class Question:
    """What one login waits for: a code that a phone received, a passkey's challenge, the number of an approval.

    `device` is the phone that received the code, or the device that decided.
    """

    value: str
    person: Person
    at: int
    wrong_tries: int = 0
    used: bool = False
    verdict: str | None = None
    device: Credential | None = None

    def lives(self, method: str, now: int) -> bool:
        return not self.used and self.wrong_tries < TRIES and now < self.at + LIFE[method]


@dataclass(eq=False)
class Txn:
    """One login. `step` is the page its own browser was last shown; None when there is none any more.

    `asked` is None on the way to an account page; `sought` is whose password a recovery replaces.
    `stopped`: cancelled, or refused on a device.
    `enabling`: a right code from the phone switches two-step login on here.
    """

    id: str
    browser: int
    client_id: str | None
    asked: Asked | None
    demands: int
    renew: bool
    max_age: int | None
    session: Session | None
    essential: tuple[int, ...] = ()
    sought: Person | None = None
    step: str | None = None
    token: str = ""
    shown: str = ""
    person: Person | None = None
    inherited: list[Proof] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    questions: dict[str, list[Question]] = field(default_factory=lambda: {"sms": [], "app": [], "passkey": []})
    finals: set[str] = field(default_factory=set)
    stopped: bool = False
    enabling: bool = False
    said_yes: bool = False
    made: Session | None = None
    """The session that it began or went on with, once it is complete."""

    def named(self, person: Person) -> None:
        """Somebody gave a right password: what another person had shown before counts for nothing."""
        if self.person != person:
            self.proofs, self.inherited, self.session, self.enabling = [], [], None, False
            self.said_yes = False
        self.person = person

    def lost_its_proofs(self) -> None:
        self.proofs, self.inherited = [], []

    def newest(self, method: str) -> Question | None:
        return self.questions[method][-1] if self.questions[method] else None

    def counting(self, now: int) -> list[Proof]:
        """The newest proof by each method that may count: shown here, or in the live session this login continues."""
        found = list(self.proofs)
        if self.session is not None and self.session.lives(now) and not self.renew:
            found += [one for one in self.inherited if self.max_age is None or now - one.at <= self.max_age]
        return [proof for proof in newest_of_each(found) if proof.credential.owner == self.person]

    def enables(self) -> None:
        """The offer to switch two-step login on was accepted: what is older than five minutes counts no more."""
        self.enabling = True
        self.max_age = FRESH if self.max_age is None else min(self.max_age, FRESH)

    def show(self, credential: Credential, now: int) -> None:
        """It was accepted here; an earlier proof by the same method is worth nothing any more."""
        for proofs in (self.proofs, self.inherited):
            proofs[:] = [proof for proof in proofs if proof.method != credential.method]
        self.proofs.append(Proof(credential, now))


@dataclass(eq=False)
class Issued:
    """A code that came back to the relying party, and what the login had really proved by then.

    `guarded`: two-step login was on. `taken_back`: the consent was, afterwards.
    """

    value: str
    txn: Txn
    session: Session
    at: int
    proofs: list[Proof]
    guarded: bool
    redeemed: bool = False
    access_token: str | None = None
    taken_back: bool = False

    @property
    def level(self) -> int:
        return level_of(self.proofs)

    @property
    def second(self) -> Proof | None:
        return strongest(self.proofs)

    @property
    def auth_time(self) -> int | None:
        password = next((proof for proof in self.proofs if proof.method == "password"), None)
        if password is None:
            return None
        return password.at if self.second is None else min(password.at, self.second.at)


def newest_of_each(proofs: Iterable[Proof], *, fallen: bool = False) -> list[Proof]:
    """Of each method the newest, if what it showed is still this person's."""
    newest: dict[str, Proof] = {}
    for proof in sorted(proofs, key=lambda proof: proof.at):
        newest[proof.method] = proof
    return [proof for proof in newest.values() if fallen or proof.credential.stands]


def strongest(proofs: Iterable[Proof]) -> Proof | None:
    """The second factor that a level rests on: the strongest, then the newest."""
    seconds = [proof for proof in proofs if proof.method != "password"]
    return max(seconds, key=lambda proof: (LEVEL[proof.method], proof.at), default=None)


def level_of(proofs: Iterable[Proof]) -> int:
    """0 without the password."""
    proofs = list(proofs)
    if not any(proof.method == "password" for proof in proofs):
        return 0
    second = strongest(proofs)
    return PASSWORD if second is None else LEVEL[second.method]
