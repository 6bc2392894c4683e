"""One walk: what was seen so far, and the properties P1 to P10, looked at as it happens (`ghost.Broken`)."""

from dataclasses import dataclass, field

from tests.browser import Page
from tests.people import Person
from tests.stand_in import came_back
from tests.state_machine.belongings import Account, Password, Phone
from tests.state_machine.ghost import (
    FRESH,
    MOST_UNANSWERED,
    PASSWORD,
    TWO_STEP,
    Broken,
    Issued,
    Question,
    Session,
    Txn,
    level_of,
)
from tests.state_machine.house import PEOPLE, House
from tests.state_machine.pages import (
    METHOD_AT,
    approval,
    challenge,
    consent_shown,
    is_at_account,
    is_at_relying_party,
    kind,
    place,
    token,
)
from tests.town import IDP


@dataclass(frozen=True)
class Submission:
    """A form of a login that was accepted, as it was sent."""

    txn: Txn
    step: str
    fields: dict[str, str]

    @property
    def url(self) -> str:
        return f"{IDP}/login/{self.txn.id}/{self.step}"


@dataclass
class Reached:
    """How deep the walks went: a machine that never gets anywhere proves nothing."""

    counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


REACHED = Reached()


@dataclass
class Walk:
    """The state of one walk."""

    home: House
    txns: list[Txn] = field(default_factory=list)
    issued: list[Issued] = field(default_factory=list)
    closed: set[Person] = field(default_factory=set)
    last_accepted: Submission | None = None
    done: list[tuple[str, Person]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browsers = [self.home.browser(), self.home.browser()]
        self.sessions: list[Session | None] = [None, None]
        self.accounts: dict[Person, Account] = {person: self.home.account(person) for person in PEOPLE}
        self.wrong: dict[Person, list[tuple[int, str]]] = {person: [] for person in PEOPLE}
        self.wrong_of_all: dict[Person, list[int]] = {person: [] for person in PEOPLE}
        self.unanswered: dict[Person, int] = dict.fromkeys(PEOPLE, 0)
        self.approvals: dict[Person, list[Question]] = {person: [] for person in PEOPLE}
        self.last_decision: tuple[Phone, Question, str] | None = None
        self._seen_messages: set[str] = set()
        self._seen_hops = [0, 0]

    @property
    def now(self) -> int:
        return self.home.clock.now()

    def live_session(self, browser: int) -> Session | None:
        session = self.sessions[browser]
        return session if session is not None and session.lives(self.now) else None

    # What the browser shows.

    def _open(self, browser: int, url: str) -> Page:
        self._seen_hops[browser] = len(self.browsers[browser].hops)
        return _no_fault(self.browsers[browser].open(url))

    def _post(self, browser: int, url: str, fields: dict[str, str]) -> Page:
        self._seen_hops[browser] = len(self.browsers[browser].hops)
        return _no_fault(self.browsers[browser].post(url, fields, {"sec-fetch-site": "same-origin"}))

    def _submit(self, txn: Txn, step: str, fields: dict[str, str]) -> Page:
        return self._post(txn.browser, f"{IDP}/login/{txn.id}/{step}", {"csrf_token": txn.token, **fields})

    def _accepted(self, txn: Txn, step: str, fields: dict[str, str]) -> None:
        self.last_accepted = Submission(txn, step, {"csrf_token": txn.token, **fields})

    def _shown(self, txn: Txn, page: Page) -> None:
        """Take in what the login's own browser shows now."""
        before, where = txn.step, place(page)
        txn.step = where[1] if where is not None and where[0] == txn.id else None
        if is_at_relying_party(page):
            answer = came_back(page)
            if "code" in answer:
                self._code_came(txn, answer["code"])
            return
        if txn.asked is None and self._was_let_in(txn.browser):
            self._finished(txn)
        if txn.step is None:
            self._elsewhere(txn.browser, page)
            return
        txn.token, txn.shown = token(page) or txn.token, consent_shown(page) or txn.shown
        if txn.step in {"password", "recovery-code"} and before in METHOD_AT and page.status == 429:
            txn.lost_its_proofs()  # the method was paused, and with it all that was shown here
            txn.renew = True
        self._questions_on(txn, page)

    def _questions_on(self, txn: Txn, page: Page) -> None:
        """What the page asks, where it asks it for the first time."""
        person = txn.person
        if person is None:
            return
        value, asked = challenge(page), approval(page, self.now)
        if value is not None and value not in [one.value for one in txn.questions["passkey"]]:
            txn.questions["passkey"].append(Question(value, person, self.now))
        if asked is not None and asked[1] not in [one.at for one in txn.questions["app"]]:
            txn.questions["app"].append(Question(asked[0], person, asked[1]))
            self.approvals[person].append(txn.questions["app"][-1])
            self.unanswered[person] += 1
            if self.unanswered[person] > MOST_UNANSWERED:
                raise Broken("P3", "more approvals were asked for than the limit, and none led to a login")

    def _elsewhere(self, browser: int, page: Page) -> Txn | None:
        """Another page than those of a known login: one of the account, or the login that leads there."""
        where = place(page)
        if is_at_account(page):
            self._may_be_here(browser, page)
        elif where is not None and all(txn.id != where[0] for txn in self.txns):
            return self._begun(browser, page, where[0])
        return None

    def _begun(self, browser: int, page: Page, login_id: str) -> Txn:
        """A login on the way to an account page, whose proofs have to be fresh."""
        session = self.live_session(browser)
        txn = Txn(login_id, browser, None, None, PASSWORD, renew=False, max_age=FRESH, session=session)
        if session is not None:
            txn.person, txn.inherited = session.person, list(session.proofs)
        self.txns.append(txn)
        self._shown(txn, page)
        return txn

    def _may_be_here(self, browser: int, page: Page) -> None:
        session = self.sessions[browser]
        if session is None or not session.lives(self.now) or session.person in self.closed:
            raise Broken("P7", "an account page came without a live session of an open account")
        if kind(page) == "phone-changed":
            return  # it says what was just done, which took the proof for its own page away
        needed = self._needed(session.person, page.url)
        if session.level(self.now, FRESH) < needed <= session.level(self.now, FRESH, fallen=True):
            raise Broken("P1", f"{page.url} came on a proof that stands no more")
        if session.level(self.now, FRESH) < needed:
            raise Broken("P9", f"{page.url} came on proofs that are too old or too few")
        if self.now - session.seen >= 60:
            session.seen = self.now

    def _needed(self, person: Person, url: str) -> int:
        own = TWO_STEP if self.accounts[person].two_step else PASSWORD
        return TWO_STEP if "/ekle" in url or "/kaldir" in url or url.endswith("/ad") else own

    def _was_let_in(self, browser: int) -> bool:
        """Whether a login was completed in the last request: the browser is known from then on."""
        hops = self.browsers[browser].hops[self._seen_hops[browser] :]
        return any(header.startswith("device=") for hop in hops for header in hop.headers.all("set-cookie"))

    def _last_address(self, browser: int) -> str:
        """Where the last form led: it says what was done, also where a fresh login comes in between."""
        return " ".join(hop.url for hop in self.browsers[browser].hops[self._seen_hops[browser] :])

    # What comes of it.

    def _code_came(self, txn: Txn, value: str) -> None:
        proofs = txn.counting(self.now)
        if txn.person is not None and not txn.said_yes and txn.client_id not in self.accounts[txn.person].consents:
            raise Broken("P7", "a code came without a consent, or on one that was taken back")
        session = self._finished(txn)
        guarded = self.accounts[session.person].two_step
        self.issued.append(Issued(value, txn, session, self.now, proofs, guarded))
        if txn.id:
            txn.finals.add("code.issued")
        REACHED("codes")

    def _finished(self, txn: Txn) -> Session:
        person, proofs = txn.person, txn.counting(self.now)
        if person is None or txn.stopped or txn.sought is not None:
            raise Broken("P1", "a login was completed that nobody logged in with, that was stopped, or that recovers")
        if person in self.closed:
            raise Broken("P7", "a login was completed for a closed account")
        if level_of(proofs) < PASSWORD:
            raise Broken("P1", "a login was completed without the password")
        if txn.asked is None and self.accounts[person].two_step and level_of(proofs) < TWO_STEP:
            raise Broken("P1", "the account of somebody with two-step login on opened without a second step")
        own = {proof.method for proof in txn.proofs} - {"password"}
        self._forgive(person, own)
        if txn.id:
            txn.finals.add("login.finished")
        txn.step = None
        txn.made = self._session_after(txn, person)
        return txn.made

    def _forgive(self, person: Person, methods: set[str]) -> None:
        """What was counted against these methods, and over all, begins anew."""
        if methods:
            self.wrong[person] = [one for one in self.wrong[person] if one[1] not in methods]
            self.wrong_of_all[person].clear()
            self.unanswered[person] = 0

    def _password_is(self, person: Person, text: str) -> tuple[Password, Password]:
        """The former one, which proves nothing any more, and the new one."""
        account = self.accounts[person]
        former, new = account.password, Password("password", person, text=text)
        former.stands = False
        account.dropped.append(former)
        account.password = new
        self.done.append(("password.changed", person))
        return former, new

    def _session_after(self, txn: Txn, person: Person) -> Session:
        current = self.sessions[txn.browser]
        if current is not None and current.person == person and current.lives(self.now):
            current.proofs += txn.proofs
            current.seen = self.now
            return current
        if current is not None:
            current.ended = True
        started = Session(person, txn.counting(self.now), self.now, self.now)
        self.sessions[txn.browser] = started
        return started

    def _end_sessions(self, person: Person, but: Session | None = None) -> None:
        for session in [*self.sessions, *(code.session for code in self.issued)]:
            if session is not None and session is not but and session.person == person and not session.ended:
                session.ended = True
                self._tokens_are_dead(session)

    def _tokens_are_dead(self, session: Session) -> None:
        for code in self.issued:
            if code.session is session and self._is_good(code):
                raise Broken("P7", "an access token outlived its session")

    def _is_good(self, code: Issued) -> bool:
        """Whether the relying party was given an access token for this code, and it still opens something."""
        if code.access_token is None or code.txn.client_id is None:
            return False
        return self.home.services[code.txn.client_id].userinfo(code.access_token).status == 200

    def _collect(self, txn: Txn) -> None:
        """Codes that phones received since the last look belong to the login that was just driven."""
        for person in PEOPLE:
            for code in self._codes_received(self.accounts[person].number):
                phone = self.accounts[person].of("sms")
                asked = Question(code, person, self.now, device=phone[-1] if phone else None)
                txn.questions["sms"].append(asked)

    def _codes_received(self, number: str) -> list[str]:
        """By this phone since it was last looked at, the oldest first."""
        fresh = [one for one in reversed(self.home.inbox(number)) if one.id not in self._seen_messages]
        self._seen_messages |= {one.id for one in fresh}
        return [one.code for one in fresh if one.code is not None]


def _no_fault(page: Page) -> Page:
    assert page.status < 500, f"{page.url} failed: {page.text}"
    return page
