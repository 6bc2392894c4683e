"""What a citizen does at the account pages, each with whatever proofs the session happens to have."""

import re

from tests.browser import Page
from tests.state_machine.belongings import (
    STEP_SECONDS,
    BackupCode,
    Credential,
    Passkey,
    Phone,
    TotpApp,
)
from tests.state_machine.ghost import FRESH, Broken, Proof, Session, Txn
from tests.state_machine.ghost import TWO_STEP as TWO_STEPS
from tests.state_machine.oversight_moves import CONSENTS, NOT_ME, PHONE, TWO_STEP
from tests.state_machine.pages import ACCOUNT, creation, is_at_account, kind, passkey_rows, token
from tests.state_machine.pairing_moves import PAIRING, PairingMoves
from tests.state_machine.walk import REACHED

CHANGE_PASSWORD = f"{ACCOUNT}/sifre"
SESSIONS = f"{ACCOUNT}/oturumlar"
BACKUP_CODES = f"{ACCOUNT}/yedek-kodlar"
ADDING = {
    "totp": f"{ACCOUNT}/dogrulama-uygulamasi/ekle",
    "app": PAIRING,
    "passkey": f"{ACCOUNT}/gecis-anahtarlari/ekle",
}
_REMOVING = {"app": f"{ACCOUNT}/cihazlar", "passkey": f"{ACCOUNT}/gecis-anahtarlari"}
_SECRET = re.compile(r'data-testid="totp-secret">([A-Z2-7 ]+)<')
_CODE = re.compile(r'data-testid="backup-code">([A-Z2-9 ]+)<')

ACTIONS = (
    *("off", "on", "prefer", "password", "sessions", "codes", "add-totp", "add-app", "add-passkey", "remove"),
    *("rename", "disown", "revoke", "phone"),
)


class AccountMoves(PairingMoves):
    """Each action opens its page, waits, and sends the form; what was not proved freshly is sent to log in first."""

    def act(self, browser: int, action: str, method: str, wait: int) -> Txn | None:
        """`method` is what is preferred, named or removed; `wait` are the seconds between the page and its form.

        The login that the action wants first, if it does.
        """
        url = self._page_of(browser, action, method)
        if url is None:
            return None
        txn = self.visit(browser, url)
        if txn is None and action == "add-app":
            txn = self._show_the_code_to_a_device(browser)
        page = self.browsers[browser].shown
        if txn is not None or not is_at_account(page) or token(page) is None:
            return txn
        self.home.clock.advance(wait)
        before, may = self.sessions[browser], self._may(browser, action, url)
        answer, changed = self._do(browser, action, method, page)
        if changed and before is not None:
            if not may:
                raise Broken("P9", f"{action} was done on proofs that are too old or too few")
            REACHED(f"account {action}")
            self._take_in(before, action, method, url)
        if changed and action in {"codes", "password", "phone"}:
            return None  # the answer to the form itself, which may just have taken its own proof away
        txn = self._elsewhere(browser, answer)
        if txn is not None:
            self._collect(txn)
            if action == "on":
                txn.enables()
            if action == "phone":
                txn.renew = True
        return txn

    def _may(self, browser: int, action: str, url: str) -> bool:
        """Whether what was proved in this session carries the action now."""
        session = self.sessions[browser]
        if session is None or not session.lives(self.now):
            return False
        needed = TWO_STEPS if action == "codes" else self._needed(session.person, url)
        is_of_the_kind = action != "phone" or self._may_change_number(session)
        return is_of_the_kind and session.level(self.now, FRESH) >= needed

    def _page_of(self, browser: int, action: str, method: str) -> str | None:
        if action in {"remove", "rename"}:
            held = self._to_remove(browser, method)
            if held is None or (action == "rename" and method == "totp"):
                return None
            return _removal_of(held) if action == "remove" else _removal_of(held).replace("/kaldir", "/ad")
        if action == "disown":
            login = self._to_disown(browser)
            return None if login is None else f"{NOT_ME}/{login.id}"
        own = {"password": CHANGE_PASSWORD, "sessions": SESSIONS, "codes": BACKUP_CODES}
        own |= {"revoke": CONSENTS, "phone": PHONE}
        return own.get(action) or ADDING.get(action.removeprefix("add-"), TWO_STEP)

    def _to_remove(self, browser: int, method: str) -> Credential | None:
        session = self.sessions[browser]
        found = [] if session is None else self.accounts[session.person].of(method)
        is_named = bool(found) and getattr(found[-1], "row", "named") != ""
        return found[-1] if is_named and method in {"app", "totp", "passkey"} else None

    def _do(self, browser: int, action: str, method: str, page: Page) -> tuple[Page, bool]:
        """The answer, and whether it says that the change was made."""
        fields, url = {"csrf_token": token(page) or ""}, page.url.partition("?")[0]
        match action:
            case "off":
                answer = self._post(browser, f"{TWO_STEP}/kapat", {**fields, "decision": "off"})
                return answer, "tamam=kapandi" in self._last_address(browser)
            case "on":
                answer = self._post(browser, TWO_STEP, {**fields, "two_step": "on", "accept_terms": "yes"})
                return answer, False  # the code that follows switches it on
            case "prefer":
                answer = self._post(browser, f"{TWO_STEP}/tercih", {**fields, "method": method})
                return answer, "tamam=tercih" in self._last_address(browser)
            case "password":
                self._chosen = f"Esik-Deneme-{self.now}"
                fields |= {"new_password": self._chosen, "new_password_repeat": self._chosen}
                answer = self._post(browser, url, fields)
                return answer, answer.status == 200 and kind(answer) == "password-change"
            case "sessions":
                answer = self._post(browser, f"{SESSIONS}/hepsini-kapat", fields)
                return answer, kind(answer) == "logged-out"
            case "codes":
                answer = self._post(browser, url, fields)
                self._codes = [code.replace(" ", "") for code in _CODE.findall(answer.body)]
                return answer, bool(self._codes)
            case "add-totp":
                return self._set_up_totp(browser, page, fields)
            case "add-passkey":
                return self._register_passkey(browser, page, fields)
            case "add-app":
                fields["handle"] = self._phone.device.thumbprint
                answer = self._post(browser, f"{ADDING['app']}/onayla", fields)
                return answer, "tamam=eklendi" in self._last_address(browser)
            case "rename":
                return self._rename(browser, url, fields)
            case "disown":
                return self._disown(browser, url, fields)
            case "revoke":
                return self._take_consent_back(browser, fields)
            case "phone":
                return self._change_number(browser, page, fields)
        answer = self._post(browser, url, {**fields, "decision": "remove"})
        return answer, "tamam=kaldirildi" in self._last_address(browser)

    def _set_up_totp(self, browser: int, page: Page, fields: dict[str, str]) -> tuple[Page, bool]:
        secret, session = _SECRET.search(page.body), self.sessions[browser]
        assert secret is not None and session is not None
        self._app = TotpApp("totp", session.person, seed=secret[1].replace(" ", ""))
        self._app.last_step = self.now // STEP_SECONDS
        answer = self._post(browser, ADDING["totp"], {**fields, "code": self._app.code(self._app.last_step)})
        return answer, "tamam=eklendi" in self._last_address(browser)

    def _register_passkey(self, browser: int, page: Page, fields: dict[str, str]) -> tuple[Page, bool]:
        asked, session = creation(page), self.sessions[browser]
        if asked is None or session is None:
            return page, False  # ten already
        self._passkey = Passkey("passkey", session.person)
        fields |= {"credential": self._passkey.made_by.register(asked), "name": "Anahtar"}
        answer = self._post(browser, ADDING["passkey"], fields)
        known = {one.row for one in self.accounts[session.person].of("passkey")}
        self._passkey.row = next((row for row in passkey_rows(answer) if row not in known), "")
        return answer, "tamam=eklendi" in self._last_address(browser)

    def _take_in(self, session: Session, action: str, method: str, url: str) -> None:
        """What changed in this person's belongings, and whose sessions end with it."""
        person = session.person
        account = self.accounts[person]
        match action:
            case "off":
                if account.two_step:
                    account.two_step = False
                    self._changed(session, "two_step.disabled")
            case "prefer":
                self._changed(session, "authenticator.preferred", ends_others=False)
            case "password":
                self._new_password(session)
            case "sessions":
                self._end_sessions(person)
            case "codes":
                had = any(isinstance(one, BackupCode) for one in account.held)
                for code in [one for one in account.held if isinstance(one, BackupCode)]:
                    account.drop(code)
                account.held += [BackupCode("backup_code", person, text=text) for text in self._codes]
                self._changed(session, "backup_codes.made", ends_others=had)
            case "add-totp":
                had = bool(account.of("totp"))
                for app in account.of("totp"):
                    account.drop(app)
                account.held.append(self._app)
                self._changed(session, "authenticator.added", ends_others=had)
            case "add-passkey":
                account.held.append(self._passkey)
                self._changed(session, "authenticator.added", ends_others=False)
            case "add-app":
                assert self._phone.device.status() == "registered"
                account.held.append(self._phone)
                self._changed(session, "authenticator.added", ends_others=False)
            case "rename":
                self._changed(session, "authenticator.renamed", ends_others=False)
            case "disown":
                self._disowned(session, url.rpartition("/")[2])
            case "revoke":
                self._consent_was_taken_back(session)
            case "phone":
                self._number_was_changed(session)
            case "remove":
                account.drop(account.of(method)[-1])
                self._changed(session, "authenticator.removed")
                if account.two_step and not any(account.of(one) for one in ("sms", "app", "totp", "passkey")):
                    raise Broken("P10", "the last method was removed while two-step login is on")

    def _new_password(self, session: Session) -> None:
        """Whoever chose it goes on: the proof of the former one names the new one, at its old time."""
        former, new = self._password_is(session.person, self._chosen)
        session.proofs = [Proof(new, one.at) if one.credential is former else one for one in session.proofs]
        self._end_sessions(session.person, but=session)


def _removal_of(held: Credential) -> str:
    if isinstance(held, Phone):
        return f"{_REMOVING['app']}/{held.device.device_id}/kaldir"
    if isinstance(held, Passkey):
        return f"{_REMOVING['passkey']}/{held.row}/kaldir"
    return ADDING["totp"].replace("/ekle", "/kaldir")
