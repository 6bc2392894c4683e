"""What a browser or a relying party can do, and the properties looked at as it happens (P1 to P8 of security.md §8)."""

import json
from dataclasses import dataclass, field

from tests.browser import Page
from tests.people import AYSE, MEHMET, Person, another_code
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, came_back, essential_acr
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
from tests.town import IDP, PASSWORD

WISHES: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "wish": {"acr_values": TWO_STEP_ACR},
    "demand": {"claims": essential_acr(TWO_STEP_ACR)},
    "prompt-login": {"prompt": "login"},
    "max-age": {"max_age": "100"},
}
MAX_AGE = 100
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
class Moves:
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

    def authorize(self, browser: int, client_id: str, wish: str) -> Txn | None:
        """A new login in this browser; None when the answer came back at once without a code."""
        asked = self.home.services[client_id].asks(**WISHES[wish])
        session = self.sessions[browser]
        if session is not None and not session.lives(self.now):
            session = None
        page = self.browsers[browser].open(asked.url)
        where = place(page)
        txn = Txn(
            id=where[0] if where else "",
            browser=browser,
            client_id=client_id,
            asked=asked,
            demands_two_step=wish == "demand" or client_id == "mhrs-floor",
            renew=wish == "prompt-login",
            max_age=MAX_AGE if wish == "max-age" else None,
            session=session,
            person=session.person if session is not None else None,
            inherited=list(session.proofs) if session is not None else [],
        )
        if where:
            self.txns.append(txn)
        self._shown(txn, page)
        return txn if where else None

    def password(self, txn: Txn, person: Person, *, right: bool) -> None:
        before = txn.step
        typed = PASSWORD if right else "Yanlis-Sifre-1"
        page = self._submit(txn, "password", {"national_id": person.national_id, "password": typed})
        accepted = before == "password" and _went_on(page, "password")
        if accepted and not right:
            raise Broken("P1", "a wrong password was accepted")
        if accepted and person in self.closed:
            raise Broken("P7", "a closed account logged in")
        if accepted:
            txn.named(person)
            txn.proofs = [proof for proof in txn.proofs if proof.factor != "pwd"]
            txn.proofs.append(Proof(person, "pwd", self.now))
            self._accepted(txn, "password", {"national_id": person.national_id, "password": typed})
        self._shown(txn, page)
        self._collect(txn)

    def resend(self, txn: Txn) -> None:
        self._shown(txn, self._submit(txn, "resend", {}))
        self._collect(txn)

    def code(self, txn: Txn, which: str) -> None:
        value = self._a_code(txn, which)
        if value is not None:
            self._answer(txn, value)

    def _answer(self, txn: Txn, value: str) -> None:
        before = txn.step
        if before != "code" or txn.person is None:
            return
        newest = txn.sent[-1] if txn.sent else None
        page = self._submit(txn, before, {"code": value})
        if _went_on(page, "code", "password"):
            self._judge_accepted_code(txn, value, newest)
            txn.proofs = [proof for proof in txn.proofs if proof.factor != "sms"]
            txn.proofs.append(Proof(txn.person, "sms", self.now))
            REACHED.enabled += (place(page) or ("", ""))[1] == "two-step-on"
            self._accepted(txn, before, {"code": value})
        else:
            self._note_refused_code(txn, newest, page)
        self._shown(txn, page)

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

    def _a_code(self, txn: Txn, which: str) -> str | None:
        own = [sent.code for sent in txn.sent]
        others = [s.code for other in self.txns if other is not txn for s in other.sent if s.person == txn.person]
        used = [s.code for other in self.txns for s in other.sent if s.person == txn.person and s.used]
        found = {
            "right": own[-1:],
            "wrong": [another_code(own[-1])] if own else ["000000"],
            "older": own[:-1],
            "another-login": others,
            "used": used,
        }[which]
        return found[-1] if found else None

    def offer(self, txn: Txn, *, accepts: bool) -> None:
        fields = {"accept_terms": "yes", "decision": "enable"} if accepts else {"decision": "decline"}
        page = self._submit(txn, "two-step-off", fields)
        if not accepts and is_at_relying_party(page):
            txn.finals.add("login.cancelled")
        self._shown(txn, page)
        self._collect(txn)

    def go_on(self, txn: Txn) -> None:
        step = txn.step or ""
        fields = {"decision": "approve"}
        page = self._submit(txn, step, fields)
        if place(page) != (txn.id, step):
            self._accepted(txn, step, fields)
        self._shown(txn, page)

    def cancel(self, txn: Txn) -> None:
        page = self._submit(txn, "cancel", {})
        if is_at_relying_party(page):
            txn.finals.add("login.cancelled")
        self._shown(txn, page)
        txn.step = None

    def look(self, txn: Txn) -> None:
        self._shown(txn, self.browsers[txn.browser].open(f"{IDP}/login/{txn.id}"))

    def logout(self, browser: int) -> None:
        page = self.browsers[browser].open(f"{IDP}/logout")
        given = token(page)
        if given is not None:
            self.browsers[browser].post(f"{IDP}/logout", {"csrf_token": given, "decision": "logout"})
        session = self.sessions[browser]
        if session is not None:
            session.ended = True
            self._tokens_are_dead(session)

    def close_or_reopen(self, person: Person) -> None:
        if person in self.closed:
            self.closed.remove(person)
            self.home.reopen(person)
            return
        self.closed.add(person)
        self.home.close(person)
        for session in [*self.sessions, *(code.session for code in self.issued)]:
            if session is not None and session.person == person:
                session.ended = True
                self._tokens_are_dead(session)

    def _tokens_are_dead(self, session: Session) -> None:
        for code in self.issued:
            if code.session is session and code.access_token is not None:
                answer = self.home.services[code.txn.client_id].userinfo(code.access_token)
                if answer.status == 200:
                    raise Broken("P7", "an access token outlived its session")

    def exchange(self, code: Issued) -> None:
        service = self.home.services[code.txn.client_id]
        answer = service.redeem(code.value, code.txn.asked.verifier)
        if answer.status != 200:
            code.redeemed = True
            return
        if code.redeemed:
            raise Broken("P2", "a code was redeemed twice")
        code.redeemed = True
        if code.txn.person in self.closed or code.session.ended:
            raise Broken("P7", "a code was redeemed after the account was closed or the session ended")
        body = json.loads(answer.body)
        code.access_token = body["access_token"]
        self._judge_claims(code, service.verified(body["id_token"]))

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

    def stranger(self, txn: Txn) -> None:
        """The other browser knows the address, plants what cookie it likes, and sends even the right answers."""
        if not txn.id:
            return
        REACHED.strangers += 1
        other = self.browsers[1 - txn.browser]
        name = f"txn-{txn.id[:12]}"
        kept = other.cookies.get(name)
        other.cookies[name] = "planted"
        own = f"{IDP}/login/{txn.id}"
        pages = [other.open(own)]
        given = token(pages[0]) or "x"
        if txn.step == "code" and txn.sent:
            pages.append(other.post(f"{own}/{txn.step}", {"csrf_token": given, "code": txn.sent[-1].code}))
        elif txn.step in {"consent", "two-step-on"}:
            pages.append(other.post(f"{own}/{txn.step}", {"csrf_token": given, "decision": "approve"}))
        if kept is None:
            other.cookies.pop(name, None)
        else:
            other.cookies[name] = kept
        if any(is_at_relying_party(page) or place(page) is not None for page in pages):
            raise Broken("P6", "a login was shown to, or driven by, a browser that did not begin it")

    def replay(self) -> None:
        """The last accepted form once more, unchanged: nothing may come of it."""
        sent = self.last_accepted
        if sent is None or (sent.step == "password" and sent.txn.step == "password"):
            return  # a password is asked for again after a pause, and may then be given again
        REACHED.replays += 1
        txn, codes = sent.txn, len(self.issued)
        before = txn.step
        self._shown(txn, self.browsers[txn.browser].post(sent.url, sent.fields))
        if len(self.issued) > codes:
            raise Broken("P2", "a form that was sent again gave another code")
        if before is not None and txn.step not in {before, None}:
            raise Broken("P2", f"a form that was sent again went on from {before} to {txn.step}")

    def whole_login(self, browser: int, client_id: str, wish: str, person: Person, gap: int) -> None:
        txn = self.authorize(browser, client_id, wish)
        if txn is None:
            if self.issued and not self.issued[-1].redeemed:
                self.exchange(self.issued[-1])
            return
        if txn.step == "password":
            self.password(txn, person, right=True)
        if txn.step == "two-step-off":
            self.offer(txn, accepts=True)
        self.home.clock.advance(gap)
        if txn.step == "code":
            if not txn.sent:
                self.resend(txn)
            self.code(txn, "right")
        self.to_the_end(txn)

    def to_the_end(self, txn: Txn) -> None:
        """Through the pages that ask nothing but a button, and then the exchange."""
        for _ in range(3):
            if txn.step in {"two-step-on", "consent"}:
                self.go_on(txn)
        for code in self.issued[-1:]:
            if code.txn is txn and not code.redeemed:
                self.exchange(code)

    def wrong_until_paused_then_right(self, txn: Txn) -> None:
        """Through as many codes as it takes; then a new code, and the right answer."""
        for _ in range(8):
            if txn.step != "code":
                break
            if txn.sent and txn.sent[-1].wrong_tries >= TRIES:
                self.home.clock.advance(61)
                self.resend(txn)
            self.code(txn, "wrong")
        if txn.step == "code":
            self.home.clock.advance(61)
            self.resend(txn)
            self.code(txn, "right")

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


def _went_on(page: Page, *steps: str) -> bool:
    """Whether a form led past these steps: to another page of the login, or back to the relying party with a code."""
    if is_at_relying_party(page):
        return "code" in came_back(page)
    where = place(page)
    return where is not None and page.status == 200 and where[1] not in steps
