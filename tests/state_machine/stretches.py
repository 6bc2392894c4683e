"""Whole stretches of moves (`macro` in security.md §8): random single steps rarely line up what a real attack needs."""

from tests.people import Person
from tests.state_machine.belongings import STEP_SECONDS
from tests.state_machine.ghost import TRIES, Txn
from tests.state_machine.pages import METHOD_AT
from tests.state_machine.pairing_moves import PAIRING, PAIRING_LIFE
from tests.state_machine.recovery_moves import RecoveryMoves
from tests.state_machine.second_steps import STEP_OF
from tests.state_machine.walk import REACHED

SECOND_STEPS = {*METHOD_AT, "method"}


class Stretches(RecoveryMoves):
    """Each goes as far as the provider lets it."""

    def whole_login(
        self, browser: int, client_id: str, wish: str, person: Person, method: str, gap: int, *, redeems: bool = True
    ) -> None:
        txn = self.authorize(browser, client_id, wish)
        if txn is not None:
            self.through(txn, person, method, gap, redeems=redeems)
        elif self.issued and not self.issued[-1].redeemed:
            self.exchange(self.issued[-1])

    def through(self, txn: Txn, person: Person, method: str, gap: int = 0, *, redeems: bool = True) -> None:
        """From wherever the login stands to its end, honestly."""
        if txn.step == "password":
            self.password(txn, person)
        if txn.step == "two-step-off":
            self.offer(txn, accepts=True)
        self.home.clock.advance(gap)
        self.second_step(txn, method)
        self.to_the_end(txn, redeems=redeems)

    def second_step(self, txn: Txn, method: str) -> None:
        """The right answer, by this method where it is offered, else by the one that is shown."""
        if txn.step not in SECOND_STEPS:
            return
        asked = METHOD_AT.get(txn.step or "", "sms") if txn.enabling or not self.come_to(txn, method) else method
        if not self.come_to(txn, asked) or txn.person is None:
            return
        if asked == "app":
            self.decide(txn.person, "approved")
        if asked == "totp":
            self._wait_for_another_step(txn.person)
        self.answer(txn, "right")

    def _wait_for_another_step(self, person: Person) -> None:
        app = self.accounts[person].of("totp")
        if app and app[-1].last_step > self.now // STEP_SECONDS:
            self.home.clock.advance(STEP_SECONDS)

    def to_the_second_step(self, browser: int, person: Person) -> Txn | None:
        """A login that proves everything anew, as far as its second step."""
        txn = self.authorize(browser, "mhrs", "prompt-login")
        if txn is not None and txn.step == "password":
            self.password(txn, person)
            self.to_the_end(txn)  # where the password alone was enough
        return txn if txn is not None and txn.step in SECOND_STEPS else None

    def to_the_end(self, txn: Txn, *, redeems: bool = True) -> None:
        """Through the pages that ask nothing but a button, and then the exchange."""
        for _ in range(3):
            if txn.step in {"two-step-on", "consent"}:
                self.go_on(txn)
        for code in self.issued[-1:]:
            if code.txn is txn and redeems and not code.redeemed:
                self.exchange(code)

    def wrong_until_paused_then_right(self, txn: Txn, method: str) -> None:
        """Through as many questions as it takes; then a new one, and the right answer."""
        for _ in range(6):
            if not self.come_to(txn, method):
                break
            newest = txn.newest(method) if method in txn.questions else None
            if newest is not None and newest.wrong_tries >= TRIES:
                self.home.clock.advance(61)
                self.ask_again(txn)
            self.answer(txn, "wrong")
        if txn.step == STEP_OF[method]:
            self.home.clock.advance(61)
            self.second_step(txn, method)

    def wrong_with_switching(self, txn: Txn, method: str, other: str) -> None:
        """Wrong answers, with another method chosen in between: what was counted stays counted."""
        for _ in range(6):
            if not self.come_to(txn, method) or not self.answer(txn, "wrong"):
                break
            self.home.clock.advance(61 if method == "sms" else 1)
            if txn.step in METHOD_AT:
                self.choose(txn, other)

    def half_approved_then_switched(self, txn: Txn, other: str) -> None:
        """An approval is given but not used; then another method is chosen, and answered wrongly."""
        if txn.person is None or not self.come_to(txn, "app"):
            return
        self.decide(txn.person, "approved")
        if self.come_to(txn, other):
            self.answer(txn, "wrong")
        self.to_the_end(txn)

    def approved_here_pressed_there(self, browser: int, person: Person) -> None:
        """One login is approved on the device; another one of the same person tries to go on with it."""
        here = self.to_the_second_step(browser, person)
        if here is None or not self.come_to(here, "app"):
            return
        self.decide(person, "approved")
        there = self.to_the_second_step(1 - browser, person)
        if there is not None and self.come_to(there, "app"):
            self.answer(there, "right")
            self.to_the_end(there)

    def ask_until_paused(self, txn: Txn) -> None:
        """As many approvals as reach the device: B17."""
        for _ in range(6):
            if not self.come_to(txn, "app"):
                break
            self.home.clock.advance(121)
        REACHED("asked until paused")

    def answer_of_another_login(self, browser: int, person: Person, method: str) -> None:
        txn = None
        for one in (browser, 1 - browser):
            txn = self.to_the_second_step(one, person)
            if txn is None or not self.come_to(txn, method):
                return
        if txn is not None:
            self.answer(txn, "another-login")

    def used_answer_again(self, browser: int, person: Person, method: str) -> None:
        self.whole_login(browser, "mhrs", "prompt-login", person, method, 0)
        txn = self.to_the_second_step(browser, person)
        if txn is not None and self.come_to(txn, method):
            self.answer(txn, "used")

    def cancel_at_the_end_then_again(self, browser: int, person: Person, method: str) -> None:
        """Both factors are shown, the login is cancelled, and a new one begins with the password."""
        txn = self.to_the_second_step(browser, person)
        if txn is None:
            return
        self.second_step(txn, method)
        if txn.step in {"consent", "two-step-on"}:
            self.cancel(txn)
            again = self.authorize(browser, "mhrs", "nothing")
            if again is not None and again.step == "password":
                self.password(again, person)
                self.to_the_end(again)

    def log_in_at_home(self, browser: int, person: Person, method: str) -> None:
        """To the account pages, with a fresh proof by this method."""
        self.logout(browser)
        txn = self.visit(browser)
        if txn is not None:
            self.through(txn, person, method)

    def change(self, browser: int, action: str, method: str, wait: int, by: str) -> None:
        """An action at the account; where a login comes first, it is gone through, and the action tried once more."""
        session = self.live_session(browser)
        txn = self.act(browser, action, method, wait)
        if txn is None or session is None:
            return
        self.through(txn, session.person, by)
        if action != "on":
            self.act(browser, action, method, wait)

    def remove_then_use(self, browser: int, person: Person, method: str) -> None:
        """A factor is removed in the session that it opened, which then goes on to a relying party."""
        self.log_in_at_home(browser, person, method)
        self.act(browser, "remove", method, 0)
        self.whole_login(browser, "mhrs-floor", "nothing", person, "sms", 0)

    def add_then_use(self, browser: int, person: Person, method: str) -> None:
        """A factor is added by somebody who showed only the password where that is all the account asks."""
        self.log_in_at_home(browser, person, "sms")
        self.change(browser, f"add-{method}", method, 0, "sms")
        self.whole_login(1 - browser, "mhrs-floor", "prompt-login", person, method, 0)

    def pair_too_late(self, browser: int, person: Person, how: str) -> None:
        """A pairing code that is shown, or confirmed, after its time; or shown after another session began a newer."""
        code = self._pairing_at_home(browser, person)
        if code is None:
            return
        match how:
            case "shown late":
                self.home.clock.advance(PAIRING_LIFE)
                self.show_dead_code(code, "had expired")
            case "superseded":
                newer = self._pairing_at_home(1 - browser, person)
                if newer is not None:
                    self.show_dead_code(code, "a newer one had replaced")
            case "confirmed late":
                phone = self._claimed_by_a_device(browser, code)
                self.home.clock.advance(PAIRING_LIFE - 1)
                self.whole_login(browser, "mhrs", "prompt-login", person, "sms", 0)
                self.visit(browser)
                self.home.clock.advance(1)
                if phone is not None:
                    self.confirm_dead_pairing(browser, phone)
        REACHED(f"pairing {how}")

    def _pairing_at_home(self, browser: int, person: Person) -> str | None:
        self.log_in_at_home(browser, person, "sms")
        txn = self.visit(browser, PAIRING)
        if txn is not None:
            self.through(txn, person, "sms")
            self.visit(browser, PAIRING)
        return self.shown_pairing_code(browser)

    def change_phone_then_use(self, browser: int, person: Person, by: str, *, waits: bool) -> None:
        """Another number; then the session that changed it, or a login that waits for a code to the former, goes on."""
        self.log_in_at_home(browser, person, by)
        elsewhere = self.to_the_second_step(1 - browser, person) if waits else None
        if elsewhere is not None:
            self.come_to(elsewhere, "sms")
        self.change(browser, "phone", by, 0, "sms")
        if elsewhere is not None:
            self.answer(elsewhere, "right")
            self.to_the_end(elsewhere)
        self.whole_login(browser, "mhrs-floor", "nothing", person, "sms", 0)

    def disown_then_use(self, browser: int, person: Person) -> None:
        """What somebody else got in the other browser, and holds a token for, ends."""
        self.whole_login(1 - browser, "mhrs", "prompt-login", person, "sms", 0)
        self.log_in_at_home(browser, person, "sms")
        self.act(browser, "disown", "sms", 0)
        self.whole_login(1 - browser, "mhrs", "nothing", person, "sms", 0)

    def take_consent_back_then_use(self, browser: int, person: Person, *, redeems: bool) -> None:
        """The token, or the code that was not redeemed yet, is worth nothing; and the next login asks anew."""
        self.whole_login(browser, "mhrs", "prompt-login", person, "sms", 0, redeems=redeems)
        self.change(browser, "revoke", "sms", 0, "sms")
        for code in self.issued[-1:]:
            if not code.redeemed:
                self.exchange(code)
        self.whole_login(browser, "mhrs", "nothing", person, "sms", 0)

    def recover_then_log_in(self, browser: int, person: Person, method: str, *, right: bool) -> None:
        """The password is forgotten and replaced; the new one alone must not do more than the former one did."""
        txn = self.forget(browser, person)
        if txn is None:
            return
        if not right:
            self.code_of_recovery(txn, right=False)
        self.code_of_recovery(txn, right=True)
        self.second_step(txn, method)
        if txn.step == "new-password":
            self.new_password(txn)
        self.visit(browser)
        self.to_the_second_step(browser, person)
