"""One walk: what was seen so far, and the properties P1 to P8 of security.md §8, looked at as it happens."""

from dataclasses import dataclass, field

from tests.browser import Page
from tests.people import AYSE, MEHMET, Person
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, came_back
from tests.state_machine.ghost import (
    CODE_LIFE,
    MOST_WRONG,
    PAUSE,
    TRIES,
    Broken,
    Issued,
    Proof,
    Sent,
    Session,
    Txn,
)
from tests.state_machine.house import House, is_at_relying_party, place, token
from tests.town import IDP

RANK = {PASSWORD_ACR: 1, TWO_STEP_ACR: 2}


@dataclass(frozen=True)
class Submission:
    """A form that was accepted, as it was sent."""

    txn: Txn
    step: str
    fields: dict[str, str]

    @property
    def url(self) -> str:
        return f"{IDP}/login/{self.txn.id}/{self.step}"


@dataclass
class Reached:
    """How deep the walks went: a machine that never gets anywhere proves nothing."""

    codes: int = 0
    two_step_tokens: int = 0
    paused: int = 0
    replays: int = 0
    strangers: int = 0
    enabled: int = 0


REACHED = Reached()


@dataclass
class Walk:
    """The state of one walk."""

    home: House
    txns: list[Txn] = field(default_factory=list)
    issued: list[Issued] = field(default_factory=list)
    closed: set[Person] = field(default_factory=set)
    wrong: dict[Person, list[int]] = field(default_factory=lambda: {AYSE: [], MEHMET: []})
    last_accepted: Submission | None = None
    seen_messages: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.browsers = [self.home.browser(), self.home.browser()]
        self.sessions: list[Session | None] = [None, None]

    @property
    def now(self) -> int:
        return self.home.clock.now()

    def _judge_accepted_code(self, txn: Txn, value: str, newest: Sent | None) -> None:
        if txn.person in self.closed:
            raise Broken("P7", "a closed account passed the second step")
        if newest is None or value != newest.code or newest.person != txn.person:
            raise Broken("P2", "a code was accepted that is not the newest one of this login")
        if newest.used:
            raise Broken("P2", "a code was accepted twice")
        if newest.wrong_tries >= TRIES or self.now >= newest.at + CODE_LIFE:
            raise Broken("P2", "a dead code was accepted")
        if len(self._recent_wrong(newest.person)) >= MOST_WRONG:
            raise Broken("P3", "the right code was accepted after the limit of wrong ones")
        newest.used = True

    def _note_refused_code(self, txn: Txn, newest: Sent | None, page: Page) -> None:
        if "durduruldu" in page.body:
            REACHED.paused += 1
            return
        judged = newest is not None and newest.wrong_tries < TRIES and not newest.used
        if newest is None or not judged or self.now >= newest.at + CODE_LIFE:
            return
        if "Kod hatalı" in page.body or "artık kullanılamaz" in page.body:
            newest.wrong_tries += 1
            self.wrong[newest.person].append(self.now)
            if len(self._recent_wrong(newest.person)) > MOST_WRONG:
                raise Broken("P3", "more wrong codes were judged than the limit")

    def _recent_wrong(self, person: Person) -> list[int]:
        return [at for at in self.wrong[person] if at > self.now - PAUSE]

    def _tokens_are_dead(self, session: Session) -> None:
        for code in self.issued:
            if code.session is session and code.access_token is not None:
                answer = self.home.services[code.txn.client_id].userinfo(code.access_token)
                if answer.status == 200:
                    raise Broken("P7", "an access token outlived its session")

    def _judge_claims(self, code: Issued, claims: dict[str, object]) -> None:
        if self.home.subjects.get(str(claims["sub"])) != code.txn.person:
            raise Broken("P1", "the token names somebody else than who logged in")
        proved = 0 if code.password is None else 1 if code.second is None else 2
        stated = RANK[str(claims["acr"])]
        if stated > proved:
            raise Broken("P1", f"the token says {claims['acr']}, and {proved} factors were shown")
        if code.txn.demands_two_step and stated < 2:
            raise Broken("P5", "two steps were demanded, and the token says less")
        if stated != proved:
            raise Broken("P1", "the token says less than was shown")
        if claims["auth_time"] != code.auth_time:
            raise Broken("P4", f"auth_time is {claims['auth_time']}, the oldest proof {code.auth_time}")
        REACHED.two_step_tokens += stated == 2

    def every_end_was_written_down(self) -> None:
        for txn in self.txns:
            missing = txn.finals - self.home.audited(txn.id) if txn.finals else set()
            if missing:
                raise Broken("P8", f"the audit lacks {sorted(missing)}")

    def _submit(self, txn: Txn, step: str, fields: dict[str, str]) -> Page:
        return self.browsers[txn.browser].post(
            f"{IDP}/login/{txn.id}/{step}", {"csrf_token": txn.token, **fields}, {"sec-fetch-site": "same-origin"}
        )

    def _accepted(self, txn: Txn, step: str, fields: dict[str, str]) -> None:
        self.last_accepted = Submission(txn, step, {"csrf_token": txn.token, **fields})

    def _shown(self, txn: Txn, page: Page) -> None:
        """Take in what the login's own browser shows now."""
        if is_at_relying_party(page):
            txn.step = None
            answer = came_back(page)
            if "code" in answer:
                self._code_came(txn, answer["code"])
            return
        where = place(page)
        step = where[1] if where is not None and where[0] == txn.id else None
        if step == "password" and txn.step == "code":
            txn.lost_its_proofs()
        txn.step = step
        txn.token = token(page) or txn.token

    def _code_came(self, txn: Txn, value: str) -> None:
        if txn.person is None:
            raise Broken("P1", "a code came although nobody logged in")
        if txn.person in self.closed:
            raise Broken("P7", "a code came for a closed account")
        REACHED.codes += 1
        password, second = txn.newest("pwd", self.now), txn.newest("sms", self.now)
        session = self._session_after(txn, [proof for proof in (password, second) if proof is not None])
        self.issued.append(Issued(value, txn, session, self.now, password, second))
        if any(proof.factor == "sms" for proof in txn.proofs):
            self.wrong[txn.person].clear()
        if txn.id:
            txn.finals |= {"login.finished", "code.issued"}

    def _session_after(self, txn: Txn, available: list[Proof]) -> Session:
        current, person = self.sessions[txn.browser], txn.person
        assert person is not None
        if current is not None and current.person == person and current.lives(self.now):
            current.proofs += txn.proofs
            current.seen = self.now
            return current
        if current is not None:
            current.ended = True
        started = Session(person, available, self.now, self.now)
        self.sessions[txn.browser] = started
        return started

    def _collect(self, txn: Txn) -> None:
        """Codes that phones received since the last look belong to the login that was just driven."""
        for person in (AYSE, MEHMET):
            for message in reversed(self.home.inbox(person)):
                if message.id not in self.seen_messages:
                    self.seen_messages.add(message.id)
                    if message.code is not None:
                        txn.sent.append(Sent(message.code, person, self.now))


def was_cancelled(page: Page) -> bool:
    return is_at_relying_party(page) and came_back(page).get("error") in {
        "access_denied",
        "unmet_authentication_requirements",
    }


def went_on(page: Page, *steps: str) -> bool:
    """Whether a form led past these steps: to another page of the login, or back to the relying party with a code."""
    if is_at_relying_party(page):
        return "code" in came_back(page)
    where = place(page)
    return where is not None and page.status == 200 and where[1] not in steps
