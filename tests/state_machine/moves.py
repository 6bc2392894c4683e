"""What a browser or a relying party can do in a walk."""

import json

from tests.people import Person, another_code
from tests.stand_in import TWO_STEP_ACR, essential_acr
from tests.state_machine.ghost import (
    TRIES,
    Broken,
    Issued,
    Proof,
    Txn,
)
from tests.state_machine.house import is_at_relying_party, place, token
from tests.state_machine.walk import REACHED, Walk, was_cancelled, went_on
from tests.town import IDP, PASSWORD

WISHES: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "wish": {"acr_values": TWO_STEP_ACR},
    "demand": {"claims": essential_acr(TWO_STEP_ACR)},
    "prompt-login": {"prompt": "login"},
    "max-age": {"max_age": "100"},
}
MAX_AGE = 100


class Moves(Walk):
    """The moves. Each sends what it is named for and hands what comes back to the walk."""

    def authorize(self, browser: int, client_id: str, wish: str) -> Txn | None:
        """A new login in this browser; None when the answer came back at once without a code."""
        self.home.clock.advance(1)  # which of several logins is the oldest must not be left to chance
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
        if txn.step != "password":
            self.look(txn)  # a session that ended meanwhile may have brought the login back to its first page
        before = txn.step
        typed = PASSWORD if right else "Yanlis-Sifre-1"
        page = self._submit(txn, "password", {"national_id": person.national_id, "password": typed})
        accepted = before == "password" and went_on(page, "password")
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
        if went_on(page, "code", "password"):
            self._judge_accepted_code(txn, value, newest)
            txn.proofs = [proof for proof in txn.proofs if proof.factor != "sms"]
            txn.proofs.append(Proof(txn.person, "sms", self.now))
            REACHED.enabled += (place(page) or ("", ""))[1] == "two-step-on"
            self._accepted(txn, before, {"code": value})
        else:
            self._note_refused_code(txn, newest, page)
        self._shown(txn, page)

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
        if not accepts and was_cancelled(page):
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
        if was_cancelled(page):
            txn.finals.add("login.cancelled")
        self._shown(txn, page)

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

    def to_the_code(self, browser: int, person: Person) -> Txn | None:
        """A login that proves everything anew, as far as its second step."""
        txn = self.authorize(browser, "mhrs", "prompt-login")
        if txn is not None and txn.step == "password":
            self.password(txn, person, right=True)
        return txn

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
