"""What a browser or a relying party can do in a walk, but for the second step and the account."""

import json

from tests.browser import Page
from tests.people import Person
from tests.stand_in import TWO_STEP_ACR, essential_acr
from tests.state_machine.belongings import Password
from tests.state_machine.ghost import PASSKEY_ACR, PHISHING_RESISTANT, TWO_STEP, Broken, Issued, Txn
from tests.state_machine.house import FLOORS
from tests.state_machine.judging import Judging
from tests.state_machine.pages import is_at_relying_party, place, token, was_cancelled
from tests.state_machine.walk import REACHED
from tests.town import IDP

MAX_AGE = 100
WISHES: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "wish": {"acr_values": TWO_STEP_ACR},
    "wish-passkey": {"acr_values": PASSKEY_ACR},
    "demand": {"claims": essential_acr(TWO_STEP_ACR)},
    "demand-passkey": {"claims": essential_acr(PASSKEY_ACR)},
    "prompt-login": {"prompt": "login"},
    "max-age": {"max_age": str(MAX_AGE)},
}
_ESSENTIAL = {"demand": (TWO_STEP,), "demand-passkey": (PHISHING_RESISTANT,)}


class Moves(Judging):
    """The moves. Each sends what it is named for and hands what comes back to the walk."""

    def authorize(self, browser: int, client_id: str, wish: str) -> Txn | None:
        """A new login in this browser; None when the answer came back at once without a code."""
        self.home.clock.advance(1)  # which of several logins is the oldest must not be left to chance
        asked = self.home.services[client_id].asks(**WISHES[wish])
        session, essential = self.live_session(browser), _ESSENTIAL.get(wish, ())
        page = self._open(browser, asked.url)
        where = place(page)
        txn = Txn(
            id=where[0] if where else "",
            browser=browser,
            client_id=client_id,
            asked=asked,
            demands=max(FLOORS[client_id], *essential, 1),
            essential=essential,
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

    def password(self, txn: Txn, person: Person, which: str = "right") -> None:
        """`which` is right, wrong, or former: one that was changed since."""
        if txn.step != "password":
            self.look(txn)  # a session that ended meanwhile may have brought the login back to its first page
        before, account = txn.step, self.accounts[person]
        former = [one.text for one in account.dropped if isinstance(one, Password)]
        typed = {"right": account.password.text, "former": [*former, "Yanlis-Sifre-2"][0]}.get(which, "Yanlis-Sifre-1")
        fields = {"national_id": person.national_id, "password": typed}
        page = self._submit(txn, "password", fields)
        if before == "password" and self.went_on(txn, page, "password"):
            if which != "right":
                raise Broken("P1", f"a {which} password was accepted")
            if person in self.closed:
                raise Broken("P7", "a closed account logged in")
            txn.named(person)
            txn.show(account.password, self.now)
            self._accepted(txn, "password", fields)
        self._shown(txn, page)
        self._collect(txn)

    def went_on(self, txn: Txn, page: Page, *steps: str) -> bool:
        """Whether a form led past these steps: on in the login, or to where it was going."""
        where = place(page)
        if where is not None and where[0] == txn.id:
            return page.status == 200 and where[1] not in steps
        return self._was_let_in(txn.browser)

    def offer(self, txn: Txn, *, accepts: bool) -> None:
        fields = {"accept_terms": "yes", "decision": "enable"} if accepts else {"decision": "decline"}
        self._leaves_or_goes_on(txn, "two-step-off", fields)
        if accepts and txn.step in {"code", "password"}:
            txn.enables()

    def passkey_needed(self, txn: Txn, *, goes_on: bool) -> None:
        self._leaves_or_goes_on(txn, "passkey-needed", {"decision": "continue" if goes_on else "decline"})

    def press(self, txn: Txn, *, accepts: bool) -> None:
        """The button of a page that asks nothing else."""
        match txn.step:
            case "two-step-off":
                self.offer(txn, accepts=accepts)
            case "passkey-needed":
                self.passkey_needed(txn, goes_on=accepts)
            case _ if accepts:
                self.go_on(txn)
            case _:
                self.cancel(txn)

    def go_on(self, txn: Txn) -> None:
        step, fields = txn.step or "", {"decision": "approve", "shown": txn.shown}
        page = self._submit(txn, step, fields)
        if place(page) != (txn.id, step):
            self._accepted(txn, step, fields)
            if step == "consent" and txn.person is not None and txn.client_id is not None:
                txn.said_yes = True
                self.accounts[txn.person].consents.add(txn.client_id)
        self._shown(txn, page)

    def cancel(self, txn: Txn) -> None:
        self._leaves_or_goes_on(txn, "cancel", {})

    def _leaves_or_goes_on(self, txn: Txn, step: str, fields: dict[str, str]) -> None:
        page = self._submit(txn, step, fields)
        if was_cancelled(page):
            txn.finals.add("login.cancelled")
            txn.stopped = True
        self._shown(txn, page)
        self._collect(txn)

    def look(self, txn: Txn) -> None:
        self._shown(txn, self._open(txn.browser, f"{IDP}/login/{txn.id}"))

    def logout(self, browser: int) -> None:
        given = token(self._open(browser, f"{IDP}/logout"))
        if given is not None:
            self._post(browser, f"{IDP}/logout", {"csrf_token": given, "decision": "logout"})
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
        self._end_sessions(person)

    def exchange(self, code: Issued) -> None:
        assert code.txn.client_id is not None and code.txn.asked is not None
        service = self.home.services[code.txn.client_id]
        answer = service.redeem(code.value, code.txn.asked.verifier)
        if answer.status != 200:
            code.redeemed = True
            return
        if code.redeemed:
            raise Broken("P2", "a code was redeemed twice")
        code.redeemed = True
        if code.taken_back:
            raise Broken("P7", "a code was redeemed after the consent was taken back")
        if code.txn.person in self.closed or code.session.ended:
            raise Broken("P7", "a code was redeemed after the account was closed or the session ended")
        body = json.loads(answer.body)
        code.access_token = body["access_token"]
        self._judge_claims(code, service.verified(body["id_token"]))

    def replay(self) -> None:
        """The last accepted form once more, unchanged: nothing may come of it."""
        sent = self.last_accepted
        if sent is None or (sent.step == "password" and sent.txn.step == "password"):
            return  # a password is asked for again after a pause, and may then be given again
        REACHED("replays")
        self.look(sent.txn)  # time, or another login, may have moved it meanwhile
        txn, codes, before = sent.txn, len(self.issued), sent.txn.step
        self._shown(txn, self._post(txn.browser, sent.url, sent.fields))
        if len(self.issued) > codes:
            raise Broken("P2", "a form that was sent again gave another code")
        if before is not None and txn.step not in {before, None}:
            raise Broken("P2", f"a form that was sent again went on from {before} to {txn.step}")

    def stranger(self, txn: Txn, fields: dict[str, str]) -> None:
        """The other browser knows the address, plants what cookie it likes, and sends even the right answer."""
        if not txn.id:
            return
        REACHED("strangers")
        other, name, own = self.browsers[1 - txn.browser], f"txn-{txn.id[:12]}", f"{IDP}/login/{txn.id}"
        kept = other.cookies.get(name)
        other.cookies[name] = "planted"
        pages = [other.open(own)]
        if txn.step is not None:
            given = token(pages[0]) or "x"
            pages.append(other.post(f"{own}/{txn.step}", {"csrf_token": given, "decision": "approve", **fields}))
        if kept is None:
            other.cookies.pop(name, None)
        else:
            other.cookies[name] = kept
        if any(is_at_relying_party(page) or place(page) is not None for page in pages):
            raise Broken("P6", "a login was shown to, or driven by, a browser that did not begin it")
