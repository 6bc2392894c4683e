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
VERDICT = st.sampled_from(("approved", "approved", *VERDICTS))
ACTION = st.sampled_from(ACTIONS)
PLACE = st.integers(0, 50)
FOREIGN = st.integers(0, 7).map(lambda drawn: drawn == 0)
"""One form in eight comes from the other browser."""

JUMP = st.sampled_from((1, 31, 61, 121, 181, 301, 901, 1801, 8 * 3600 + 1))
WAIT = st.sampled_from((0, 0, 0, 301, 1801))


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

    # Single steps of a login.

    @rule(browser=BROWSER, client=CLIENT, wish=WISH)
    def authorize(self, browser: int, client: str, wish: str) -> None:
        self.moves.authorize(browser, client, wish)

    @precondition(lambda self: self._has("password"))
    @rule(place=PLACE, person=PERSON, which=st.sampled_from(("right", "right", "wrong", "former")), foreign=FOREIGN)
    def password(self, place: int, person: Person, which: str, foreign: bool) -> None:
        txn = self._one(place, foreign, "password")
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
        self.moves.come_to(txn, method)
        if again and txn.step in METHOD_AT:
            self.moves.ask_again(txn)

    @precondition(lambda self: any(self.moves.approvals.values()))
    @rule(person=PERSON, verdict=VERDICT)
    def decide(self, person: Person, verdict: str) -> None:
        self.moves.decide(person, verdict)

    @precondition(lambda self: self._has("two-step-off", "passkey-needed"))
    @rule(place=PLACE, accepts=st.booleans())
    def offer(self, place: int, accepts: bool) -> None:
        txn = _one(self._at("two-step-off", "passkey-needed"), place)
        if txn.step == "two-step-off":
            self.moves.offer(txn, accepts=accepts)
        else:
            self.moves.passkey_needed(txn, goes_on=accepts)

    @precondition(lambda self: self._has("two-step-on", "consent"))
    @rule(place=PLACE, foreign=FOREIGN)
    def go_on(self, place: int, foreign: bool) -> None:
        txn = self._one(place, foreign, "two-step-on", "consent")
        if txn is not None:
            self.moves.go_on(txn)

    @precondition(lambda self: self._has("password", "consent", "two-step-on", "method", *METHOD_AT))
    @rule(place=PLACE)
    def cancel(self, place: int) -> None:
        self.moves.cancel(_one(self._at("password", "consent", "two-step-on", "method", *METHOD_AT), place))

    @precondition(lambda self: bool(self.moves.txns))
    @rule(place=PLACE)
    def look(self, place: int) -> None:
        """Its own browser looks, and then a stranger's."""
        txn = self.moves.txns[-1 - place % min(3, len(self.moves.txns))]
        self.moves.look(txn)
        self.moves.stranger(txn, self.moves.right_fields(txn))

    @precondition(lambda self: self.moves.last_accepted is not None)
    @rule()
    def replay(self) -> None:
        self.moves.replay()
        self.moves.decide_again()

    # Around it.

    @precondition(lambda self: bool(self.moves.issued))
    @rule(place=PLACE)
    def exchange(self, place: int) -> None:
        """Once more where it was redeemed before."""
        self.moves.exchange(_one(self.moves.issued, place))

    @precondition(lambda self: any(not code.redeemed for code in self.moves.issued))
    @rule()
    def lock_then_exchange(self) -> None:
        code = [code for code in self.moves.issued if not code.redeemed][-1]
        if code.txn.person is not None:
            self.moves.close_or_reopen(code.txn.person)
        self.moves.exchange(code)

    @rule(browser=BROWSER)
    def logout(self, browser: int) -> None:
        self.moves.logout(browser)

    @rule(person=PERSON)
    def close_or_reopen(self, person: Person) -> None:
        self.moves.close_or_reopen(person)

    @rule(seconds=JUMP)
    def jump(self, seconds: int) -> None:
        self.home.clock.advance(seconds)

    @precondition(lambda self: any(self.moves.sessions))
    @rule(browser=BROWSER, action=ACTION, method=METHOD, wait=WAIT, by=METHOD)
    def change(self, browser: int, action: str, method: str, wait: int, by: str) -> None:
        self.moves.change(browser, action, method, wait, by)

    # Stretches.

    @rule(browser=BROWSER, client=CLIENT, wish=WISH, person=PERSON)
    def authorize_and_password(self, browser: int, client: str, wish: str, person: Person) -> None:
        txn = self.moves.authorize(browser, client, wish)
        if txn is not None and txn.step == "password":
            self.moves.password(txn, person)

    @rule(browser=BROWSER, client=CLIENT, wish=WISH, person=PERSON, method=METHOD, gap=st.sampled_from((0, 0, 20, 70)))
    def whole_login(self, browser: int, client: str, wish: str, person: Person, method: str, gap: int) -> None:
        self.moves.whole_login(browser, client, wish, person, method, gap)

    @rule(browser=BROWSER, person=PERSON, method=METHOD, first=WISH, second=WISH)
    def log_in_and_come_back(self, browser: int, person: Person, method: str, first: str, second: str) -> None:
        """Twice, and out."""
        for wish in (first, second):
            self.moves.whole_login(browser, "mhrs", wish, person, method, 0)
        self.moves.logout(browser)

    @precondition(lambda self: self._has("consent", "two-step-on", *METHOD_AT))
    @rule(place=PLACE, person=PERSON)
    def switch_person_then_finish(self, place: int, person: Person) -> None:
        txn = _one(self._at("consent", "two-step-on", *METHOD_AT), place)
        self.moves.password(txn, person)
        self.moves.to_the_end(txn)

    @rule(browser=BROWSER, method=METHOD, other=METHOD)
    def wrong_until_paused_then_another_method(self, browser: int, method: str, other: str) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is not None:
            self.moves.wrong_until_paused_then_right(txn, method)
            self.moves.through(txn, AYSE, other)

    @rule(browser=BROWSER, method=METHOD, other=METHOD)
    def wrong_with_switching(self, browser: int, method: str, other: str) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is not None:
            self.moves.wrong_with_switching(txn, method, other)

    @rule(browser=BROWSER, other=METHOD)
    def half_approved_then_switched(self, browser: int, other: str) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is not None:
            self.moves.half_approved_then_switched(txn, other)

    @rule(browser=BROWSER)
    def approved_here_pressed_there(self, browser: int) -> None:
        self.moves.approved_here_pressed_there(browser, AYSE)

    @rule(browser=BROWSER, verdict=VERDICT)
    def decided_then_pressed(self, browser: int, verdict: str) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is not None and self.moves.come_to(txn, "app"):
            self.moves.decide(AYSE, verdict)
            self.moves.answer(txn, "right")
            self.moves.to_the_end(txn)

    @rule(browser=BROWSER)
    def ask_until_paused(self, browser: int) -> None:
        txn = self.moves.to_the_second_step(browser, AYSE)
        if txn is not None:
            self.moves.ask_until_paused(txn)

    @rule(browser=BROWSER, method=st.sampled_from(("sms", "passkey")))
    def answer_of_another_login(self, browser: int, method: str) -> None:
        self.moves.answer_of_another_login(browser, AYSE, method)

    @rule(browser=BROWSER, person=PERSON, method=METHOD)
    def used_answer_again(self, browser: int, person: Person, method: str) -> None:
        self.moves.used_answer_again(browser, person, method)

    @rule(browser=BROWSER, method=METHOD)
    def cancel_at_the_end_then_again(self, browser: int, method: str) -> None:
        self.moves.cancel_at_the_end_then_again(browser, AYSE, method)

    @rule(browser=BROWSER, person=PERSON, method=METHOD, action=ACTION, what=METHOD, wait=WAIT)
    def change_at_home(self, browser: int, person: Person, method: str, action: str, what: str, wait: int) -> None:
        self.moves.log_in_at_home(browser, person, method)
        self.moves.change(browser, action, what, wait, method)

    @rule(browser=BROWSER, person=PERSON, method=st.sampled_from(("totp", "app", "passkey")))
    def remove_then_use(self, browser: int, person: Person, method: str) -> None:
        self.moves.remove_then_use(browser, person, method)
        self.moves.decide_with_a_removed_device(person)

    @rule(browser=BROWSER, person=PERSON, method=st.sampled_from(("totp", "app")))
    def add_then_use(self, browser: int, person: Person, method: str) -> None:
        self.moves.add_then_use(browser, person, method)

    @rule(browser=BROWSER, person=PERSON, method=METHOD, right=st.booleans())
    def recover_then_log_in(self, browser: int, person: Person, method: str, right: bool) -> None:
        self.moves.recover_then_log_in(browser, person, method, right=right)

    def teardown(self) -> None:
        if hasattr(self, "moves"):
            self.moves.every_end_was_written_down()


def _one(found: list[T], place: int) -> T:
    return found[place % len(found)]
