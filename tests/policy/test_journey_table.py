"""The login policy, as a table: each row's case, and a complete search of the abstract facts (security.md §9.1)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from idp.domain.authorization_request import Prompt
from idp.domain.citizen import CitizenState
from idp.domain.client import ConsentPolicy
from idp.domain.evidence import Method, Proof
from idp.domain.level import Level
from idp.domain.login import AccountVisit, Enabling, LoginState, Requirement
from idp.policy.journey import TABLE, Facts, Step, answer_without_pages, next_step
from tests.policy.samples import AYSE, LOGIN, MHRS, NOW, REQUEST, proof

PASSWORD, SMS = proof(Method.PASSWORD), proof(Method.SMS)
GIVEN = REQUEST.asks_for
DONE = Facts(replace(LOGIN, citizen_id=AYSE.id, evidence=(PASSWORD,)), MHRS, AYSE, None, GIVEN, NOW)
FLOOR = Requirement(level=Level.TWO_STEP)


def login(facts: Facts, **changes: object) -> Facts:
    return replace(facts, login=replace(facts.login, **changes))  # type: ignore[arg-type]  # names are the record's


TWO_STEP_ON = replace(DONE, citizen=replace(AYSE, two_step=True))

CASES: dict[str, tuple[Facts, Step]] = {
    "password proved, nothing more asked": (DONE, Step.FINISH),
    "both proved": (login(TWO_STEP_ON, evidence=(PASSWORD, SMS)), Step.FINISH),
    "finished": (login(DONE, state=LoginState.FINISHED), Step.OVER),
    "ended": (login(DONE, state=LoginState.ENDED), Step.OVER),
    "its last second": (login(DONE, expires_at=NOW + 1), Step.FINISH),
    "its time is over": (login(DONE, expires_at=NOW), Step.EXPIRED),
    "client disabled": (replace(DONE, client=replace(MHRS, disabled=True)), Step.REFUSED),
    "client deleted": (replace(DONE, client=None), Step.REFUSED),
    "citizen closed": (replace(DONE, citizen=replace(AYSE, state=CitizenState.CLOSED)), Step.REFUSED),
    "citizen deleted": (replace(DONE, citizen=None), Step.REFUSED),
    "unreachable essential acr": (login(DONE, requirement=Requirement(satisfiable=False)), Step.UNSATISFIABLE),
    "select_account, not chosen": (login(DONE, requirement=Requirement(choose_account=True)), Step.ACCOUNT),
    "select_account, chosen": (
        login(DONE, requirement=Requirement(choose_account=True), account_chosen=True),
        Step.FINISH,
    ),
    "select_account, nobody here": (
        login(replace(DONE, citizen=None), citizen_id=None, evidence=(), requirement=Requirement(choose_account=True)),
        Step.PASSWORD,
    ),
    "nobody yet": (login(replace(DONE, citizen=None), citizen_id=None, evidence=()), Step.PASSWORD),
    "known, nothing proved": (login(DONE, evidence=()), Step.PASSWORD),
    "only a code, no password": (login(DONE, evidence=(SMS,)), Step.PASSWORD),
    "somebody else's password": (login(DONE, evidence=(replace(PASSWORD, citizen_id="berk"),)), Step.PASSWORD),
    "another citizen than hinted": (replace(DONE, is_hinted=False), Step.WRONG_CITIZEN),
    "the hinted citizen": (replace(DONE, is_hinted=True), Step.FINISH),
    "enabling started": (login(DONE, enabling=Enabling.STARTED), Step.ENABLING),
    "two-step on, no code": (TWO_STEP_ON, Step.SMS),
    "two-step on, somebody else's code": (
        login(TWO_STEP_ON, evidence=(PASSWORD, replace(SMS, citizen_id="berk"))),
        Step.SMS,
    ),
    "floor two-step, switched off": (login(DONE, requirement=FLOOR), Step.TWO_STEP_OFF),
    "floor two-step, switched on": (login(TWO_STEP_ON, requirement=FLOOR), Step.SMS),
    "enabling done, not told": (
        login(TWO_STEP_ON, requirement=FLOOR, evidence=(PASSWORD, SMS), enabling=Enabling.DONE),
        Step.TWO_STEP_ON,
    ),
    "scope never given": (replace(DONE, consented=frozenset()), Step.CONSENT),
    "more scope than given": (replace(DONE, consented=frozenset({"openid"})), Step.CONSENT),
    "given just now": (login(replace(DONE, consented=frozenset()), consented=True), Step.FINISH),
    "prompt=consent asks again": (
        login(DONE, purpose=replace(REQUEST, prompt=frozenset({Prompt.CONSENT}))),
        Step.CONSENT,
    ),
    "client asks always": (replace(DONE, client=replace(MHRS, consent=ConsentPolicy.ALWAYS)), Step.CONSENT),
    "client never asks": (
        replace(DONE, client=replace(MHRS, consent=ConsentPolicy.NEVER), consented=frozenset()),
        Step.FINISH,
    ),
    "our own page asks no consent": (
        login(replace(DONE, client=None, consented=frozenset()), purpose=AccountVisit("/hesabim")),
        Step.FINISH,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_row_has_its_case(name: str) -> None:
    facts, step = CASES[name]
    assert next_step(facts) is step


def test_no_row_is_without_a_case() -> None:
    assert {step for _, step in CASES.values()} == {step for _, step in TABLE} == set(Step)


def test_the_last_row_always_holds_and_is_the_only_way_to_finish() -> None:
    assert [step for _, step in TABLE].index(Step.FINISH) == len(TABLE) - 1
    assert sum(step is Step.FINISH for _, step in TABLE) == 1


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Step.OVER, "login_required"),
        (Step.EXPIRED, "login_required"),
        (Step.REFUSED, "login_required"),
        (Step.UNSATISFIABLE, "unmet_authentication_requirements"),
        (Step.WRONG_CITIZEN, "login_required"),
        (Step.ACCOUNT, "account_selection_required"),
        (Step.PASSWORD, "login_required"),
        (Step.SMS, "interaction_required"),
        (Step.ENABLING, "interaction_required"),
        (Step.TWO_STEP_OFF, "unmet_authentication_requirements"),
        (Step.TWO_STEP_ON, "interaction_required"),
        (Step.CONSENT, "consent_required"),
        (Step.FINISH, None),
    ],
)
def test_r33_prompt_none_gets_an_error_for_every_page(step: Step, error: str | None) -> None:
    assert answer_without_pages(step) == error


def test_r33_only_finish_needs_no_answer() -> None:
    assert [step for step in Step if answer_without_pages(step) is None] == [Step.FINISH]


PROOFS: tuple[Proof, ...] = (
    PASSWORD,
    proof(Method.PASSWORD, age=100, login_id="session"),
    proof(Method.PASSWORD, citizen_id="berk"),
    SMS,
    proof(Method.SMS, age=100, login_id="session"),
    proof(Method.SMS, citizen_id="berk"),
)
REQUIREMENTS = tuple(
    Requirement(level, max_age, renew, choose, satisfiable)
    for level, max_age, renew, choose, satisfiable in product(
        (Level.PASSWORD, Level.TWO_STEP), (None, 0, 99, 100), (False, True), (False, True), (True, False)
    )
)


def every_fact() -> Iterator[Facts]:
    """The abstract space: every mix of proofs, requirements, citizens, clients and answers (about 300 000)."""
    mixes = [tuple(one for keep, one in zip(kept, PROOFS, strict=True) if keep) for kept in product((0, 1), repeat=6)]
    citizens = (None, AYSE, replace(AYSE, two_step=True), replace(AYSE, state=CitizenState.CLOSED))
    clients = (MHRS, replace(MHRS, disabled=True))
    answers = tuple(product((False, True), tuple(Enabling), (None, True, False)))
    for evidence, requirement, citizen, client in product(mixes, REQUIREMENTS, citizens, clients):
        for answered, enabling, hinted in answers if client is MHRS else answers[:2]:
            state = LoginState.OPEN
            given = GIVEN if answered else frozenset[str]()
            yield Facts(
                replace(
                    LOGIN,
                    citizen_id=citizen.id if citizen is not None else None,
                    evidence=evidence,
                    requirement=requirement,
                    account_chosen=answered,
                    enabling=enabling,
                    state=state,
                ),
                client,
                citizen,
                hinted,
                given,
                NOW,
            )


def may_finish(facts: Facts) -> bool:
    """What must be true before anything is issued: security.md rule 1 and R-30 to R-36, read without the table."""
    requirement, citizen = facts.login.requirement, facts.citizen
    if citizen is None or facts.client is None:
        return False

    def proved(method: Method) -> bool:
        return any(
            one.method is method
            and one.citizen_id == citizen.id
            and (
                one.login_id == facts.login.id
                or not (
                    requirement.renew or (requirement.max_age is not None and one.proved_at + requirement.max_age < NOW)
                )
            )
            for one in facts.login.evidence
        )

    two_step = proved(Method.PASSWORD) and proved(Method.SMS)
    return (
        proved(Method.PASSWORD)
        and (two_step or not (citizen.two_step or requirement.level >= Level.TWO_STEP))
        and citizen.state is CitizenState.ACTIVE
        and not facts.client.disabled
        and requirement.satisfiable
        and facts.is_hinted is not False
        and facts.login.enabling is Enabling.NO
        and (facts.login.account_chosen or not requirement.choose_account)
        and facts.consented >= REQUEST.asks_for
    )


def test_p1_p5_a_login_finishes_exactly_when_an_independent_reading_says_so() -> None:
    """Both ways: nothing is issued without its proofs, and nobody is asked for more than is needed."""
    finished = 0
    for facts in every_fact():
        at_end = next_step(facts) is Step.FINISH
        assert at_end is may_finish(facts), facts
        finished += at_end
    assert finished > 1000


def test_a_login_that_is_not_open_finishes_with_no_facts_at_all() -> None:
    for facts, _ in CASES.values():
        for state in (LoginState.FINISHED, LoginState.ENDED):
            assert next_step(login(facts, state=state)) is Step.OVER
        assert next_step(replace(facts, now=facts.login.expires_at)) in {Step.OVER, Step.EXPIRED}
