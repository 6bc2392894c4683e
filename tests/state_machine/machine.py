"""The walk: two browsers, two people, two clients; single steps, whole stretches, replays and a stranger's browser.

Random single steps rarely line up the moves that a real attack needs, so stretches (`macro` in security.md §8) do.
"""

from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.people import AYSE, MEHMET, Person
from tests.state_machine.ghost import Txn
from tests.state_machine.house import CLIENTS, House
from tests.state_machine.moves import Moves

T = TypeVar("T")

PEOPLE = st.sampled_from((AYSE, MEHMET))
BROWSERS = st.integers(0, 1)
CLIENT = st.sampled_from(CLIENTS)
WISH = st.sampled_from(("nothing", "nothing", "wish", "demand", "prompt-login", "max-age"))
WHICH_CODE = st.sampled_from(("right", "right", "wrong", "older", "another-login", "used"))
PLACE = st.integers(0, 50)
JUMP = st.sampled_from((1, 61, 100, 181, 301, 901, 1801, 8 * 3600 + 1))


class LoginMachine(RuleBasedStateMachine):
    """`home` is set by whoever runs the machine; it is put back before every run."""

    home: ClassVar[House]

    @initialize()
    def begin(self) -> None:
        self.home.restart()
        self.moves = Moves(self.home)

    def _at(self, *steps: str) -> list[Txn]:
        return [txn for txn in self.moves.txns if txn.step in steps]

    def _has(self, *steps: str) -> bool:
        return any(txn.step in steps for txn in self.moves.txns)

    @rule(browser=BROWSERS, client=CLIENT, wish=WISH)
    def authorize(self, browser: int, client: str, wish: str) -> None:
        self.moves.authorize(browser, client, wish)

    @precondition(lambda self: self._has("password"))
    @rule(place=PLACE, person=PEOPLE, right=st.booleans())
    def password(self, place: int, person: Person, right: bool) -> None:
        self.moves.password(_one(self._at("password"), place), person, right=right)

    @precondition(lambda self: self._has("code"))
    @rule(place=PLACE)
    def resend(self, place: int) -> None:
        self.moves.resend(_one(self._at("code"), place))

    @precondition(lambda self: self._has("code"))
    @rule(place=PLACE, which=WHICH_CODE)
    def code(self, place: int, which: str) -> None:
        self.moves.code(_one(self._at("code"), place), which)

    @precondition(lambda self: self._has("two-step-off"))
    @rule(place=PLACE, accepts=st.booleans())
    def offer(self, place: int, accepts: bool) -> None:
        self.moves.offer(_one(self._at("two-step-off"), place), accepts=accepts)

    @precondition(lambda self: self._has("two-step-on", "consent"))
    @rule(place=PLACE)
    def go_on(self, place: int) -> None:
        self.moves.go_on(_one(self._at("two-step-on", "consent"), place))

    @precondition(lambda self: self._has("password", "code", "consent", "two-step-on"))
    @rule(place=PLACE)
    def cancel(self, place: int) -> None:
        self.moves.cancel(_one(self._at("password", "code", "consent", "two-step-on"), place))

    @precondition(lambda self: bool(self.moves.txns))
    @rule(place=PLACE)
    def look(self, place: int) -> None:
        self.moves.look(_one(self.moves.txns, place))

    @precondition(lambda self: bool(self.moves.issued))
    @rule(place=PLACE)
    def exchange(self, place: int) -> None:
        self.moves.exchange(_one(self.moves.issued, place))

    @rule(browser=BROWSERS)
    def logout(self, browser: int) -> None:
        self.moves.logout(browser)

    @rule(person=PEOPLE)
    def close_or_reopen(self, person: Person) -> None:
        self.moves.close_or_reopen(person)

    @rule(seconds=JUMP)
    def jump(self, seconds: int) -> None:
        self.home.clock.advance(seconds)

    @precondition(lambda self: bool(self.moves.txns))
    @rule(place=PLACE)
    def stranger(self, place: int) -> None:
        self.moves.stranger(self.moves.txns[-1 - place % min(3, len(self.moves.txns))])

    @precondition(lambda self: self.moves.last_accepted is not None)
    @rule()
    def replay(self) -> None:
        self.moves.replay()

    @rule(browser=BROWSERS, client=CLIENT, wish=WISH, person=PEOPLE)
    def authorize_and_password(self, browser: int, client: str, wish: str, person: Person) -> None:
        txn = self.moves.authorize(browser, client, wish)
        if txn is not None and txn.step == "password":
            self.moves.password(txn, person, right=True)

    @rule(browser=BROWSERS, client=CLIENT, wish=WISH, person=PEOPLE, gap=st.sampled_from((0, 0, 20, 70)))
    def whole_login(self, browser: int, client: str, wish: str, person: Person, gap: int) -> None:
        self.moves.whole_login(browser, client, wish, person, gap)

    @rule(browser=BROWSERS)
    def wrong_until_paused_then_right(self, browser: int) -> None:
        txn = self.moves.to_the_code(browser, AYSE)
        if txn is not None:
            self.moves.wrong_until_paused_then_right(txn)

    @rule(browser=BROWSERS)
    def a_code_of_another_login(self, browser: int) -> None:
        for one in (browser, 1 - browser):
            txn = self.moves.to_the_code(one, AYSE)
        if txn is not None:
            self.moves.code(txn, "another-login")

    @rule(browser=BROWSERS, person=PEOPLE)
    def log_in_and_out(self, browser: int, person: Person) -> None:
        self.moves.whole_login(browser, "mhrs", "nothing", person, 0)
        self.moves.logout(browser)

    @precondition(lambda self: any(code.redeemed for code in self.moves.issued))
    @rule()
    def exchange_again(self) -> None:
        self.moves.exchange([code for code in self.moves.issued if code.redeemed][-1])

    @precondition(lambda self: self._has("consent", "two-step-on", "code"))
    @rule(place=PLACE, person=PEOPLE)
    def switch_person_then_finish(self, place: int, person: Person) -> None:
        txn = _one(self._at("consent", "two-step-on", "code"), place)
        self.moves.password(txn, person, right=True)
        self.moves.to_the_end(txn)

    @rule(browser=BROWSERS, client=CLIENT, person=PEOPLE)
    def log_in_again_as(self, browser: int, client: str, person: Person) -> None:
        self.moves.whole_login(browser, client, "prompt-login", person, 0)

    @precondition(lambda self: any(sent.used for txn in self.moves.txns for sent in txn.sent))
    @rule(browser=BROWSERS)
    def a_used_code_again(self, browser: int) -> None:
        txn = self.moves.to_the_code(browser, AYSE)
        if txn is not None:
            self.moves.code(txn, "used")

    @rule(browser=BROWSERS, person=PEOPLE, first=WISH, second=WISH)
    def log_in_and_come_back(self, browser: int, person: Person, first: str, second: str) -> None:
        for wish in (first, second):
            self.moves.whole_login(browser, "mhrs", wish, person, 0)

    @precondition(lambda self: any(not code.redeemed for code in self.moves.issued))
    @rule()
    def lock_then_exchange(self) -> None:
        code = [code for code in self.moves.issued if not code.redeemed][-1]
        if code.txn.person is not None:
            self.moves.close_or_reopen(code.txn.person)
        self.moves.exchange(code)

    def teardown(self) -> None:
        if hasattr(self, "moves"):
            self.moves.every_end_was_written_down()


def _one(found: list[T], place: int) -> T:
    return found[place % len(found)]
