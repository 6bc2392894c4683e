"""The walk: two browsers, three people, three clients; single steps, whole stretches, replays, a strange browser."""

from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.people import AYSE, MEHMET, Person
from tests.state_machine.account_moves import ACTIONS
from tests.state_machine.attempts import KINDS
from tests.state_machine.ghost import LEVEL, Txn
from tests.state_machine.house import FLOORS, NURTEN, House
from tests.state_machine.moves import WISHES
from tests.state_machine.pages import METHOD_AT
from tests.state_machine.second_steps import VERDICTS
from tests.state_machine.stretches import Stretches

T = TypeVar("T")

PERSON = st.sampled_from((AYSE, AYSE, MEHMET, MEHMET, NURTEN))
BROWSER = st.integers(0, 1)
CLIENT = st.sampled_from(("mhrs", "mhrs", *FLOORS))
WISH = st.sampled_from(("nothing", "nothing", "wish", "demand", *WISHES))
METHOD = st.sampled_from(tuple(LEVEL))
KIND = st.sampled_from(("right", "right", "right", *KINDS))
VERDICT = st.sampled_from(("approved", "denied", *VERDICTS))
PASSWORD = st.sampled_from(("right", "right", "right", "wrong", "former"))
KEPT = st.sampled_from(("totp", "app", "passkey"))
GUESSES = ("until paused", "with switching", "ask")
REUSES = ("another login's", "used", "cancelled")
APPROVALS = ("here and there", "then another method", "decided")
BUTTONS = ("two-step-off", "passkey-needed", "two-step-on", "consent")
LATE = ("shown late", "superseded", "confirmed late")
OVERSIGHT = ("phone", "phone while a login waits", "disown", "consent", "consent before the exchange")
ACTION = st.sampled_from(ACTIONS)
PLACE = st.integers(0, 50)
FOREIGN = st.integers(0, 7).map(lambda drawn: drawn == 0)
"""One form in eight comes from the other browser."""

JUMP = st.sampled_from((1, 31, 61, 121, 181, 301, 901, 1801, 8 * 3600 + 1))
WAIT = st.sampled_from((0, 0, 301))


class LoginMachine(RuleBasedStateMachine):
    """`home` is set by whoever runs the machine; it is put back before every run."""

    home: ClassVar[House]

    @initialize()
    def begin(self) -> None:
        self.home.restart()
        self.moves = Stretches(self.home)

    def _at(self, *steps: str) -> list[Txn]:
        return [txn for txn in self.moves.txns if txn.step in steps]

    def _has(self, *steps: str) -> bool:
        return any(txn.step in steps for txn in self.moves.txns)

    def _one(self, place: int, foreign: bool, *steps: str) -> Txn | None:
        """One login at these steps; None where a stranger was at it instead."""
        txn = _one(self._at(*steps), place)
        if foreign:
            self.moves.stranger(txn, self.moves.right_fields(txn))
            return None
        return txn

    # Single steps.

    @rule()
    def wait(self) -> None:
        """The least that can happen, and what a shrunk walk is filled with."""
        self.home.clock.advance(1)

    @rule(browser=BROWSER, client=CLIENT, wish=WISH, person=PERSON, which=PASSWORD, goes_on=st.booleans())
    def authorize(self, browser: int, client: str, wish: str, person: Person, which: str, goes_on: bool) -> None:
        txn = self.moves.authorize(browser, client, wish)
        if goes_on and txn is not None and txn.step == "password":
            self.moves.password(txn, person, which)

    @precondition(lambda self: self._has("password", "consent", "two-step-on", *METHOD_AT))
    @rule(place=PLACE, person=PERSON, which=PASSWORD, foreign=FOREIGN)
    def password(self, place: int, person: Person, which: str, foreign: bool) -> None:
        """Also where it was given already, and perhaps by somebody else."""
        txn = self._one(place, foreign, "password", "consent", "two-step-on", *METHOD_AT)
        if txn is not None:
            self.moves.password(txn, person, which)

    @precondition(lambda self: self._has(*METHOD_AT))
    @rule(place=PLACE, kind=KIND, foreign=FOREIGN)
    def answer(self, place: int, kind: str, foreign: bool) -> None:
        txn = self._one(place, foreign, *METHOD_AT)
        if txn is not None:
            self.moves.answer(txn, kind)

    @precondition(lambda self: self._has(*METHOD_AT, "method"))
    @rule(place=PLACE, method=METHOD, again=st.booleans())
    def choose(self, place: int, method: str, again: bool) -> None:
        txn = _one(self._at(*METHOD_AT, "method"), place)
        if again and txn.step in METHOD_AT:
            self.moves.list_methods(txn)
        self.moves.come_to(txn, method)
        if again and txn.step in METHOD_AT:
            self.moves.ask_again(txn)

    @precondition(lambda self: any(self.moves.approvals.values()))
    @rule(person=PERSON, verdict=VERDICT)
    def decide(self, person: Person, verdict: str) -> None:
        self.moves.decide(person, verdict)

    @precondition(lambda self: self._has(*BUTTONS))
    @rule(place=PLACE, accepts=st.sampled_from((True, True, False)), foreign=FOREIGN)
    def press(self, place: int, accepts: bool, foreign: bool) -> None:
        txn = self._one(place, foreign, *BUTTONS)
        if txn is not None:
            self.moves.press(txn, accepts=accepts)

    @precondition(lambda self: bool(self.moves.txns))
    @rule(place=PLACE, cancels=st.booleans())
    def look(self, place: int, cancels: bool) -> None:
        """Its own browser looks, then a stranger's; then perhaps it is over."""
        txn = self.moves.txns[-1 - place % min(3, len(self.moves.txns))]
        self.moves.look(txn)
        self.moves.stranger(txn, self.moves.right_fields(txn))
        if cancels and txn.step is not None:
            self.moves.cancel(txn)

    @precondition(lambda self: self.moves.last_accepted is not None)
    @rule()
    def replay(self) -> None:
        self.moves.replay()
        self.moves.decide_again()

    @precondition(lambda self: bool(self.moves.issued))
    @rule(place=PLACE, locks=st.booleans())
    def exchange(self, place: int, locks: bool) -> None:
        """Once more where it was redeemed before; or for the first time, just after the account was closed."""
        fresh = [code for code in self.moves.issued if not code.redeemed] if locks else []
        code = _one(fresh or self.moves.issued, place)
        if locks and code.txn.person is not None:
            self.moves.close_or_reopen(code.txn.person)
        self.moves.exchange(code)

    @rule(seconds=JUMP, browser=BROWSER, person=PERSON, what=st.sampled_from(("jump", "jump", "logout", "close")))
    def meanwhile(self, seconds: int, browser: int, person: Person, what: str) -> None:
        self.home.clock.advance(seconds if what == "jump" else 1)
        if what == "logout":
            self.moves.logout(browser)
        if what == "close" or (what == "jump" and person in self.moves.closed):
            self.moves.close_or_reopen(person)

    @precondition(lambda self: any(self.moves.sessions))
    @rule(browser=BROWSER, action=ACTION, method=METHOD, wait=WAIT, by=METHOD)
    def change(self, browser: int, action: str, method: str, wait: int, by: str) -> None:
        self.moves.change(browser, action, method, wait, by)

    # Stretches.

    @rule(browser=BROWSER, client=CLIENT, wish=WISH, person=PERSON, method=METHOD, gap=st.sampled_from((0, 0, 20, 70)))
    def whole_login(self, browser: int, client: str, wish: str, person: Person, method: str, gap: int) -> None:
        """With time between its steps; the code of one without is left for later."""
        self.moves.whole_login(browser, client, wish, person, method, gap, redeems=gap > 0)

    @rule(browser=BROWSER, person=PERSON, method=METHOD, first=WISH, second=WISH)
    def log_in_and_come_back(self, browser: int, person: Person, method: str, first: str, second: str) -> None:
        """Twice, and out."""
        for wish in (first, second):
            self.moves.whole_login(browser, "mhrs", wish, person, method, 0)
        self.moves.logout(browser)

    @rule(browser=BROWSER, method=METHOD, other=METHOD, which=st.sampled_from(GUESSES))
    def guess(self, browser: int, method: str, other: str, which: str) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is None:
            return
        match which:
            case "until paused":
                self.moves.wrong_until_paused_then_right(txn, method)
                self.moves.through(txn, AYSE, other)
            case "with switching":
                self.moves.wrong_with_switching(txn, method, other)
            case "ask":
                self.moves.ask_until_paused(txn)

    @rule(browser=BROWSER, person=PERSON, method=METHOD, which=st.sampled_from(REUSES))
    def reuse(self, browser: int, person: Person, method: str, which: str) -> None:
        match which:
            case "another login's":
                self.moves.answer_of_another_login(browser, AYSE, "passkey" if method == "passkey" else "sms")
            case "used":
                self.moves.used_answer_again(browser, person, method)
            case "cancelled":
                self.moves.cancel_at_the_end_then_again(browser, AYSE, method)

    @rule(browser=BROWSER, other=METHOD, verdict=VERDICT, which=st.sampled_from(APPROVALS))
    def approval(self, browser: int, other: str, verdict: str, which: str) -> None:
        if which == "here and there":
            self.moves.approved_here_pressed_there(browser, AYSE)
            return
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is None:
            return
        if which == "then another method":
            self.moves.half_approved_then_switched(txn, other)
        elif self.moves.come_to(txn, "app"):
            self.moves.decide(AYSE, verdict)
            self.moves.answer(txn, "right")
            self.moves.to_the_end(txn)

    @rule(browser=BROWSER, person=PERSON, by=METHOD, action=ACTION, method=METHOD, wait=WAIT)
    def change_at_home(self, browser: int, person: Person, by: str, action: str, method: str, wait: int) -> None:
        self.moves.log_in_at_home(browser, person, by)
        self.moves.change(browser, action, method, wait, by)

    @rule(browser=BROWSER, person=PERSON, method=KEPT, right=st.booleans(), which=st.sampled_from(("-", "+", "?")))
    def lose_or_find(self, browser: int, person: Person, method: str, right: bool, which: str) -> None:
        """Remove a factor, or add one, or forget the password; and then log in."""
        match which:
            case "-":
                self.moves.remove_then_use(browser, person, method)
                self.moves.decide_with_a_removed_device(person)
            case "+":
                self.moves.add_then_use(browser, person, method)
            case "?":
                self.moves.recover_then_log_in(browser, person, method, right=right)

    @rule(browser=BROWSER, person=PERSON, how=st.sampled_from(LATE))
    def pair_too_late(self, browser: int, person: Person, how: str) -> None:
        self.moves.pair_too_late(browser, person, how)

    @rule(browser=BROWSER, person=PERSON, by=METHOD, which=st.sampled_from(OVERSIGHT))
    def oversee(self, browser: int, person: Person, by: str, which: str) -> None:
        """Another phone, a disowned login, a consent that is taken back; and then what rested on it is tried."""
        match which:
            case "phone" | "phone while a login waits":
                self.moves.change_phone_then_use(browser, person, by, waits=which != "phone")
            case "disown":
                self.moves.disown_then_use(browser, person)
            case "consent" | "consent before the exchange":
                self.moves.take_consent_back_then_use(browser, person, redeems=which == "consent")

    def teardown(self) -> None:
        if hasattr(self, "moves"):
            self.moves.every_end_was_written_down()


def _one(found: list[T], place: int) -> T:
    return found[place % len(found)]
