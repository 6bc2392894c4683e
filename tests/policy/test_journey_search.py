"""Every way through two logins of one browser, breadth first (security.md §9.1): P1, P4, P5, and that none is a trap.

Two citizens, a password and two second factors, six requests, with and without the session, time passing, tabs that
give another citizen's password, and a passkey that is removed on the way. Proofs of other people are left lying in the
login on purpose: the policy must not need the journey's tidying. The oracle reads what happened, never the policy.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from idp.domain.authorization_request import Prompt
from idp.domain.evidence import Method, Proof
from idp.domain.level import Level
from idp.domain.login import Login
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.policy import assurance, second_step
from idp.policy.journey import Facts, Step, next_step
from tests.policy.samples import AYSE, MHRS, NOW, REQUEST, held

MINUTE = 60
PASSWORD, SMS, PASSKEY = Method.PASSWORD, Method.SMS, Method.PASSKEY
T, X = Level.TWO_STEP, Level.PHISHING_RESISTANT
BERK = replace(
    AYSE,
    id="berk",
    national_id=NationalId.parse("98765430248"),
    phone_number=PhoneNumber.parse("05000000002"),
)
PEOPLE = {one.id: one for one in (replace(AYSE, two_step=True), BERK)}
REQUESTS = (
    REQUEST,
    replace(REQUEST, wished_levels=(X,)),
    replace(REQUEST, essential_levels=(T,)),
    replace(REQUEST, essential_levels=(T, X), max_age=MINUTE - 1),
    replace(REQUEST, essential_levels=(X,)),
    replace(REQUEST, prompt=frozenset({Prompt.LOGIN})),
)


@dataclass(frozen=True, slots=True)
class State:
    """`asked` is the number of the request; `session`: the proofs of the session this login continues, if it does."""

    number: int
    asked: int
    named: str | None = None
    proofs: frozenset[Proof] = frozenset()
    session: frozenset[Proof] | None = None
    chosen: Method | None = None
    minutes: int = 0
    passkey: bool = True

    @property
    def now(self) -> int:
        return NOW + self.minutes * MINUTE


@cache
def facts_of(state: State) -> Facts:
    request, citizen = REQUESTS[state.asked], PEOPLE.get(state.named or "")
    registered = (held(PASSKEY),) if state.passkey and citizen is not None and citizen.id == AYSE.id else ()
    evidence = tuple(sorted(state.proofs | (state.session or frozenset()), key=lambda one: (one.proved_at, str(one))))
    kept = tuple(one for one in evidence if state.passkey or one.method is not PASSKEY)
    login = Login(
        id=str(state.number),
        browser_hash="browser",
        purpose=request,
        requirement=assurance.required(request, MHRS),
        created_at=NOW,
        expires_at=NOW + 600,
        citizen_id=state.named,
        evidence=kept,
        method=state.chosen,
    )
    methods = second_step.active(citizen, registered) if citizen is not None else frozenset[Method]()
    return Facts(login, MHRS, citizen, None, REQUEST.asks_for, state.now, methods)


def proved(state: State, method: Method, who: str) -> State:
    proof = Proof(method, who, str(state.number), credential="", proved_at=state.now)
    others = {one for one in state.proofs if (one.method, one.citizen_id) != (method, who)}
    return replace(state, named=who, proofs=frozenset({*others, proof}))


def moves(state: State) -> Iterator[State]:
    """Whatever a browser can do next, foolish and hostile things included."""
    step = next_step(facts_of(state))
    if state.minutes < 1:
        yield replace(state, minutes=state.minutes + 1)
    if state.passkey:
        yield replace(state, passkey=False)
    if step is Step.FINISH:
        yield from next_logins(state)
        return
    for who in PEOPLE:
        if step is Step.PASSWORD or who != state.named:  # another tab, or back and again
            yield proved(state, PASSWORD, who)
        if who != state.named:
            yield replace(state, named=who)  # no verb of ours names anybody without a proof; it would not help
    page = {Step.SMS: SMS, Step.PASSKEY: PASSKEY}.get(step)
    if page is not None and state.named is not None:
        yield proved(state, page, state.named)
        yield replace(state, chosen=None)
    for method in (SMS, PASSKEY):
        yield replace(state, chosen=method)


def next_logins(state: State) -> Iterator[State]:
    if state.number > 0:
        return
    newest: dict[Method, Proof] = {}
    for one in facts_of(state).evidence:
        if one.citizen_id == state.named:
            newest[one.method] = one
    for asked in range(len(REQUESTS)):
        fresh = State(1, asked, minutes=state.minutes, passkey=state.passkey)
        yield fresh
        yield replace(fresh, named=state.named, session=frozenset(newest.values()))


def check_what_is_issued(state: State) -> None:
    """P1, P4, P5 and R-34 for a login that stands at its end, from what happened."""
    request, facts = REQUESTS[state.asked], facts_of(state)
    evidence = facts.evidence
    stated = assurance.assurance(evidence, state.named or "")
    here = {one for one in state.proofs if one.citizen_id == state.named}
    continued = {one for one in state.session or () if one.citizen_id == state.named}
    if Prompt.LOGIN in request.prompt:
        continued = set()
    if request.max_age is not None:
        continued = {one for one in continued if state.now - one.proved_at <= request.max_age}
    times = {
        method: max(one.proved_at for one in here | continued if one.method is method)
        for method in {one.method for one in here | continued}
        if method is not PASSKEY or state.passkey
    }
    true = X if PASSKEY in times else T if SMS in times else Level.PASSWORD
    assert PASSWORD in times
    assert stated.acr == true.acr
    assert ("mfa" in stated.amr) is (len(times) > 1)
    second = times.get(PASSKEY, times.get(SMS, state.now))
    assert stated.auth_time == min(times[PASSWORD], second)
    assert true >= T or not PEOPLE[state.named or ""].two_step
    if request.essential_levels is not None:
        assert true >= min(request.essential_levels)
        assert assurance.reported_level(true, request.essential_levels) in {true, *request.essential_levels}


def test_p1_p4_p5_every_login_that_ends_is_what_it_says_and_no_login_is_a_trap() -> None:
    starts = [State(0, asked) for asked in range(len(REQUESTS))]
    seen, queue = set(starts), deque(starts)
    arrows: dict[State, list[State]] = {}
    ends = set()
    while queue:
        state = queue.popleft()
        step = next_step(facts_of(state))
        if step is Step.FINISH:
            check_what_is_issued(state)
        if step in {Step.FINISH, Step.TWO_STEP_OFF, Step.PASSKEY_NEEDED}:
            ends.add(state)
        for following in moves(state):
            arrows.setdefault(following, []).append(state)
            if following not in seen:
                seen.add(following)
                queue.append(following)
    assert len(seen) > 1000
    finished = {state for state in ends if next_step(facts_of(state)) is Step.FINISH}
    assert {state.number for state in finished} == {0, 1}
    assert {assurance.assurance(facts_of(one).evidence, one.named or "").acr for one in finished} == {
        level.acr for level in Level
    }
    assert seen == reaching(ends, arrows)


def reaching(ends: set[State], arrows: dict[State, list[State]]) -> set[State]:
    """Everything from which an end can be reached."""
    found, queue = set(ends), deque(ends)
    while queue:
        for before in arrows.get(queue.popleft(), ()):
            if before not in found:
                found.add(before)
                queue.append(before)
    return found
