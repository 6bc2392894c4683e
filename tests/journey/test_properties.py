"""P1 to P6 of security.md §8 over random stories. The oracle is what the harness itself typed, never the house.

Single steps, macros (a whole login in one move), replay of the last form, and now and then the other browser.
"""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from idp.domain.audit import Event
from idp.domain.authorization_request import Prompt
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.errors import EsikError
from idp.domain.login import LoginState
from idp.journey import sessions
from idp.journey.asking import Paused
from idp.journey.finish import Finished
from idp.journey.password import PasswordProved
from idp.journey.second_factor import Proved, WrongAnswer
from idp.journey.world import Limits
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, CEM, FLOOR, MHRS, RIGHT, WRONG_CODE, Browser, House

PEOPLE = (AYSE, BERK, CEM)
PHONES = {one.phone_number.value: one.id for one in PEOPLE if one.phone_number is not None}
people = st.sampled_from(PEOPLE)
browsers = st.integers(min_value=0, max_value=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """Somebody in this browser really typed the citizen's password, or the newest code sent to the citizen's phone."""

    kind: str
    citizen_id: str
    login_id: str
    at: int


@dataclass(slots=True)
class Memory:
    """What the harness knows of one browser: its facts, and the logins whose facts its session may rest on."""

    facts: list[Fact] = field(default_factory=list)
    session: set[str] = field(default_factory=set)
    citizen_id: str = ""
    asked: dict[str, tuple[Client, int | None, bool]] = field(default_factory=dict)


class Stories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.house = House(Limits(sms_quotas=False))
        self.browsers = [self.house.browser(f"browser {n}") for n in range(2)]
        self.memory = [Memory() for _ in range(2)]
        self.sent: dict[str, tuple[str, str]] = {}  # code -> citizen, login
        self.newest: dict[str, str] = {}  # login -> code
        self.accepted: list[str] = []
        self.finished: list[str] = []
        self.wrong_in_a_row = dict.fromkeys((one.id for one in PEOPLE), 0)
        self.last: tuple[int, str] | None = None

    def at(self, number: int) -> tuple[Browser, Memory]:
        return self.browsers[number], self.memory[number]

    def note_messages(self, browser: Browser) -> None:
        for message in self.house.rows.outbox:
            if message.code is not None and message.code not in self.sent:
                whose = next(
                    one for one in PEOPLE if one.phone_number and one.phone_number.value == message.destination
                )
                self.sent[message.code] = (whose.id, browser.login_id)
                self.newest[browser.login_id] = message.code

    @rule(
        number=browsers,
        client=st.sampled_from([MHRS, FLOOR]),
        login=st.booleans(),
        max_age=st.sampled_from([None, None, 0, 90]),
    )
    def arrive(self, number: int, client: Client, login: bool, max_age: int | None) -> None:
        browser, memory = self.at(number)
        browser.arrive(client, prompt=frozenset({Prompt.LOGIN} if login else ()), max_age=max_age)
        memory.asked[browser.login_id] = (client, max_age, login or max_age == 0)

    @precondition(lambda self: any(one.login_id for one in self.browsers))
    @rule(number=browsers, who=people, right=st.sampled_from([True, True, True, False]))
    def password(self, number: int, who: Citizen, right: bool) -> None:
        browser, memory = self.at(number)
        if right:
            memory.facts.append(Fact("password", who.id, browser.login_id, self.house.clock.now()))
        try:
            outcome = browser.password(who, RIGHT if right else "wrong")
        except EsikError:
            return
        assert right or not isinstance(outcome, PasswordProved)
        self.note_messages(browser)

    @precondition(lambda self: bool(self.sent))
    @rule(number=browsers, choice=st.integers(min_value=0, max_value=4))
    def code(self, number: int, choice: int) -> None:
        """The newest of this login, mostly; else any that was ever sent, to anybody; else a wrong one."""
        browser, _ = self.at(number)
        newest = self.newest.get(browser.login_id, WRONG_CODE)
        earlier = list(self.sent)[choice * 7 % len(self.sent)]
        self.type_code(number, WRONG_CODE if choice == 4 else newest if choice < 3 else earlier)

    def type_code(self, number: int, code: str) -> None:
        browser, memory = self.at(number)
        self.last = (number, code)
        citizen_id, login_id = self.sent.get(code, ("", ""))
        if login_id == browser.login_id and self.newest.get(login_id) == code and code not in self.accepted:
            memory.facts.append(Fact("code", citizen_id, login_id, self.house.clock.now()))
        named = self.house.rows.logins[browser.login_id].citizen_id if browser.login_id else None
        try:
            outcome = browser.code(code)
        except EsikError:
            return
        if isinstance(outcome, Proved):
            self.accepted.append(code)
            assert self.newest.get(browser.login_id) == code, "P2: only the newest code of this very login"
        elif isinstance(outcome, WrongAnswer) and named is not None:
            self.wrong_in_a_row[named] += 1
        elif isinstance(outcome, Paused):
            assert browser.step() is not Step.FINISH

    @precondition(lambda self: self.last is not None)
    @rule()
    def replay(self) -> None:
        assert self.last is not None
        before = len(self.accepted)
        number, code = self.last
        was_accepted = code in self.accepted
        self.type_code(number, code)
        assert not was_accepted or len(self.accepted) == before, "P2: a used code was accepted again"

    @precondition(lambda self: any(one.login_id for one in self.browsers))
    @rule(number=browsers, verb=st.sampled_from(["resend", "cancel", "enable", "acknowledge"]))
    def step(self, number: int, verb: str) -> None:
        browser, _ = self.at(number)
        try:
            getattr(browser, verb)()
        except EsikError:
            return
        self.note_messages(browser)

    @precondition(lambda self: any(one.login_id for one in self.browsers))
    @rule(number=browsers)
    def foreign(self, number: int) -> None:
        """P6: the other browser's login cannot even be seen."""
        browser, _ = self.at(number)
        thief = self.house.browser("thief")
        thief.login_id = browser.login_id
        for verb in (thief.standing, thief.resend, thief.finish, lambda: thief.password(AYSE)):
            try:
                verb()
            except EsikError:
                continue
            raise AssertionError("P6: another browser went on")

    @rule(seconds=st.sampled_from([1, 30, 61, 200, 601, 901, 1801]))
    def wait(self, seconds: int) -> None:
        self.house.clock.forward(seconds)

    @rule(number=browsers)
    def log_out(self, number: int) -> None:
        browser, memory = self.at(number)
        session = browser.session()
        if session is not None:
            with self.house.world.begin() as uow:
                sessions.log_out(self.house.world, uow, session, browser.origin)
        memory.session.clear()

    @precondition(lambda self: any(one.login_id for one in self.browsers))
    @rule(number=browsers)
    def finish(self, number: int) -> None:
        browser, memory = self.at(number)
        lives = browser.session() is not None
        try:
            done = browser.finish()
        except (EsikError, ValueError):
            return
        self.check(browser, memory, done, lives)

    @rule(
        number=browsers,
        who=people,
        client=st.sampled_from([MHRS, FLOOR]),
        login=st.booleans(),
        pause=st.sampled_from([0, 7]),
    )
    def whole_login(self, number: int, who: Citizen, client: Client, login: bool, pause: int) -> None:
        self.arrive(number, client, login, None)
        self.password(number, who, True)
        browser, _ = self.at(number)
        if browser.step() is Step.TWO_STEP_OFF:
            self.step(number, "enable")
        self.wait(pause)
        self.type_code(number, self.newest.get(browser.login_id, WRONG_CODE))
        self.step(number, "acknowledge")
        self.finish(number)

    @rule(number=browsers, client=st.sampled_from([MHRS, FLOOR]))
    def log_out_in_another_tab(self, number: int, client: Client) -> None:
        """The login has already taken the session's proofs over."""
        self.arrive(number, client, False, None)
        self.log_out(number)
        self.finish(number)

    def check(self, browser: Browser, memory: Memory, done: Finished, lives: bool) -> None:
        now, subject = self.house.clock.now(), done.subject
        client, max_age, renew = memory.asked[browser.login_id]
        assert browser.login_id not in self.finished, "L-05: finished twice"
        self.finished.append(browser.login_id)
        if memory.citizen_id != subject.citizen_id or not lives:
            memory.session = set()
        memory.citizen_id = subject.citizen_id
        memory.session.add(browser.login_id)

        def times(kind: str) -> set[int]:
            return {
                fact.at
                for fact in memory.facts
                if (fact.kind, fact.citizen_id) == (kind, subject.citizen_id)
                and (
                    fact.login_id == browser.login_id
                    or (fact.login_id in memory.session and not renew and (max_age is None or now - fact.at <= max_age))
                )
            }

        stated = subject.assurance
        passwords, codes = times("password"), times("code")
        two_step = stated.acr == "urn:esik:acr:two-step"
        assert passwords, "P1: no password of this citizen was typed here"
        assert not two_step or codes, "P1: two steps are stated and no code of this citizen was typed here"
        assert two_step or client is not FLOOR, "P5: the floor was lowered"
        assert two_step or not self.house.rows.citizens[subject.citizen_id].two_step, "two-step login is on"
        proved = {min(one, other) for one in passwords for other in codes} if two_step else passwords
        assert stated.auth_time in proved, "P4: auth_time is no time of a proof"
        if any(fact.kind == "code" and fact.login_id == browser.login_id for fact in memory.facts):
            self.wrong_in_a_row[subject.citizen_id] = 0

    @invariant()
    def p3_wrong_codes_in_a_row_have_an_end(self) -> None:
        assert max(self.wrong_in_a_row.values()) < 20

    @invariant()
    def p2_no_code_is_accepted_twice(self) -> None:
        assert len(set(self.accepted)) == len(self.accepted)

    @invariant()
    def p8_what_was_finished_or_left_is_written_down(self) -> None:
        told = {row.login_id for row in self.house.audit(Event.LOGIN_FINISHED)}
        assert {one.id for one in self.house.rows.logins.values() if one.state is LoginState.FINISHED} == told

    @invariant()
    def r80_the_audit_tells_no_number(self) -> None:
        told = repr(self.house.rows.audit[-5:])
        assert not [one for one in PEOPLE if one.national_id.value in told]


TestStories = Stories.TestCase
TestStories.settings = settings(max_examples=150, stateful_step_count=30)
