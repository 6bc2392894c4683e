"""What a citizen looks after at the account pages: names, logins of the past, consents, and the phone's own number."""

from tests.browser import Page
from tests.state_machine.belongings import Credential
from tests.state_machine.ghost import FRESH, Broken, Session, Txn, newest_of_each
from tests.state_machine.pages import ACCOUNT, kind
from tests.state_machine.second_steps import SecondSteps

TWO_STEP = f"{ACCOUNT}/iki-asamali-giris"
PHONE = f"{ACCOUNT}/telefon"
CONSENTS = f"{ACCOUNT}/izinler"
NOT_ME = f"{ACCOUNT}/ben-degildim"


class OversightMoves(SecondSteps):
    """The forms, each with what its answer says; and what then changed in what was seen.

    A new name or number counts the changes before it, so that no two are alike.
    """

    def visit(self, browser: int, url: str = TWO_STEP) -> Txn | None:
        """Open an account page: the login that it wants first, if it does."""
        page = self._open(browser, url)
        txn = self._elsewhere(browser, page)
        if txn is not None:
            self._collect(txn)
        return txn

    def _changed(self, session: Session, event: str, *, ends_others: bool = True) -> None:
        self.done.append((event, session.person))
        if ends_others:
            self._end_sessions(session.person, but=session)

    # Names.

    def _rename(self, browser: int, url: str, fields: dict[str, str]) -> tuple[Page, bool]:
        answer = self._post(browser, url, {**fields, "name": f"Ad {len(self.done)}"})
        return answer, "tamam=adlandirildi" in self._last_address(browser)

    # "Ben değildim".

    def _to_disown(self, browser: int) -> Txn | None:
        """The newest complete login of this person that did not lead to the session at hand."""
        session = self.sessions[browser]
        found = [one for one in self.txns if one.id and one.made is not None and one.made is not session]
        return next((one for one in reversed(found) if session is not None and one.person == session.person), None)

    def _disown(self, browser: int, url: str, fields: dict[str, str]) -> tuple[Page, bool]:
        answer = self._post(browser, url, {**fields, "decision": "not_me"})
        return answer, "tamam=ben-degildim" in self._last_address(browser)

    def _disowned(self, session: Session, login_id: str) -> None:
        next(one for one in self.txns if one.id == login_id).finals.add("alarm.raised")
        self._end_sessions(session.person, but=session)

    # Consents.

    def _take_consent_back(self, browser: int, fields: dict[str, str]) -> tuple[Page, bool]:
        answer = self._post(browser, f"{CONSENTS}/geri-al", {**fields, "client_id": "mhrs"})
        return answer, "tamam=geri-alindi" in self._last_address(browser)

    def _consent_was_taken_back(self, session: Session) -> None:
        self.accounts[session.person].consents.discard("mhrs")
        self._changed(session, "consent.revoked", ends_others=False)
        for code in self.issued:
            if (code.txn.person, code.txn.client_id) == (session.person, "mhrs"):
                code.taken_back = True
                if self._is_good(code):
                    raise Broken("P7", "an access token outlived the consent that it was given on")

    # Another phone number.

    def _change_number(self, browser: int, page: Page, fields: dict[str, str]) -> tuple[Page, bool]:
        """The new number and the code that it receives; or the way to the proof that is asked for first."""
        if kind(page) == "phone-proof":
            asks = "phone-proof-form" in page.body
            return (self._post(browser, f"{PHONE}/kanit", fields) if asks else page), False
        self._number = f"+90500{1_000_000 + len(self.done)}"
        answer = self._post(browser, PHONE, {**fields, "phone_number": self._number})
        codes = self._codes_received(self._number)
        if not codes:
            return answer, False
        answer = self._post(browser, f"{PHONE}/kod", {**fields, "code": codes[-1]})
        return answer, kind(answer) == "phone-changed"

    def _may_change_number(self, session: Session) -> bool:
        """Only the former phone, or a passkey, lets another one in."""
        fresh = [one for one in newest_of_each(session.proofs) if self.now - one.at <= FRESH]
        return any(one.method in {"sms", "passkey"} for one in fresh)

    def _number_was_changed(self, session: Session) -> None:
        account = self.accounts[session.person]
        for former in account.of("sms"):
            account.drop(former)
        account.held.append(Credential("sms", session.person))
        account.number = self._number
        self._changed(session, "phone.changed")
