"""Evidence to `acr`, `amr`, `auth_time`: rules 1 to 5 of domain.md §4, R-30 to R-36."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.authorization_request import Prompt
from idp.domain.evidence import Assurance, Evidence, Method
from idp.domain.level import Level
from idp.domain.login import Requirement
from idp.policy import assurance
from tests.policy.samples import AYSE, LOGIN_ID, MHRS, NOW, REQUEST, proof

PASSWORD, SMS = proof(Method.PASSWORD, age=30), proof(Method.SMS, age=10)

proofs = st.builds(
    proof,
    st.sampled_from(Method),
    age=st.integers(min_value=0, max_value=1000),
    citizen_id=st.sampled_from([AYSE.id, "berk"]),
    login_id=st.sampled_from([LOGIN_ID, "session"]),
)
evidences = st.lists(proofs, max_size=6).map(tuple)
requirements = st.builds(Requirement, max_age=st.none() | st.integers(min_value=0, max_value=1000), renew=st.booleans())


def of(citizen_id: str, evidence: Evidence) -> Evidence:
    return tuple(one for one in evidence if one.citizen_id == citizen_id)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ((PASSWORD,), Assurance("urn:esik:acr:password", ("pwd",), NOW - 30)),
        ((PASSWORD, SMS), Assurance("urn:esik:acr:two-step", ("pwd", "sms", "mfa"), NOW - 30)),
        ((SMS, PASSWORD), Assurance("urn:esik:acr:two-step", ("pwd", "sms", "mfa"), NOW - 30)),
        (
            (proof(Method.PASSWORD, age=5), proof(Method.SMS, age=99, login_id="session")),
            Assurance("urn:esik:acr:two-step", ("pwd", "sms", "mfa"), NOW - 99),
        ),
        (
            (proof(Method.PASSWORD, age=99, login_id="session"), PASSWORD),
            Assurance("urn:esik:acr:password", ("pwd",), NOW - 30),
        ),
        ((PASSWORD, replace(SMS, citizen_id="berk")), Assurance("urn:esik:acr:password", ("pwd",), NOW - 30)),
    ],
)
def test_r30_the_level_is_what_the_proofs_carry(evidence: Evidence, expected: Assurance) -> None:
    assert assurance.assurance(evidence, AYSE.id) == expected


@pytest.mark.parametrize("evidence", [(), (SMS,), (replace(PASSWORD, citizen_id="berk"), SMS)])
def test_no_password_proof_is_no_level(evidence: Evidence) -> None:
    assert assurance.level_of(evidence, AYSE.id) is None
    with pytest.raises(ValueError, match="no password"):
        assurance.assurance(evidence, AYSE.id)


@given(evidences)
def test_a04_evidence_of_another_citizen_never_counts(evidence: Evidence) -> None:
    assert assurance.level_of(evidence, AYSE.id) is assurance.level_of(of(AYSE.id, evidence), AYSE.id)
    assert assurance.level_of(of("berk", evidence), AYSE.id) is None


@given(evidences)
def test_p1_p4_the_statement_is_true_of_the_proofs(evidence: Evidence) -> None:
    own = of(AYSE.id, evidence)
    methods = {one.method for one in own}
    if Method.PASSWORD not in methods:
        return
    stated = assurance.assurance(evidence, AYSE.id)
    assert (stated.acr == Level.TWO_STEP.acr) is (methods == {Method.PASSWORD, Method.SMS})
    assert ("mfa" in stated.amr) is (stated.acr == Level.TWO_STEP.acr)
    newest = {method: max(one.proved_at for one in own if one.method is method) for method in methods}
    assert stated.auth_time == min(newest.values())


@given(evidences, requirements)
def test_r34_what_counts_is_new_or_young_enough(evidence: Evidence, requirement: Requirement) -> None:
    counting = assurance.counting(evidence, requirement, LOGIN_ID, NOW)
    assert set(counting) <= set(evidence)
    for one in evidence:
        old = one.login_id != LOGIN_ID
        too_old = requirement.max_age is not None and NOW - one.proved_at > requirement.max_age
        assert (one in counting) is not (old and (requirement.renew or too_old))


@pytest.mark.parametrize(("age", "counts"), [(0, True), (60, True), (61, False)])
def test_r34_max_age_is_judged_to_the_second(age: int, counts: bool) -> None:
    old = proof(Method.PASSWORD, age=age, login_id="session")
    assert bool(assurance.counting((old,), Requirement(max_age=60), LOGIN_ID, NOW)) is counts


def test_rule_5_proofs_of_the_running_login_are_always_fresh() -> None:
    own = proof(Method.PASSWORD, age=599)
    assert assurance.counting((own,), Requirement(max_age=0, renew=True), LOGIN_ID, NOW) == (own,)


@given(evidences, requirements)
def test_r36_a_requirement_never_raises_a_level(evidence: Evidence, requirement: Requirement) -> None:
    before = assurance.level_of(evidence, AYSE.id) or 0
    after = assurance.level_of(assurance.counting(evidence, requirement, LOGIN_ID, NOW), AYSE.id) or 0
    assert after <= before


P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT


@pytest.mark.parametrize(
    ("floor", "essential", "level", "satisfiable"),
    [
        (P, None, P, True),
        (T, None, T, True),
        (P, (T,), T, True),
        (P, (T, X), T, True),
        (P, (X, T, P), P, True),
        (T, (P,), T, True),
        (P, (), P, False),
        (P, (X,), P, False),
        (T, (X,), T, False),
        (T, (), T, False),
        (X, None, X, False),
        (X, (P,), X, False),
    ],
)
def test_r31_required_is_the_higher_of_floor_and_essential(
    floor: Level, essential: tuple[Level, ...] | None, level: Level, satisfiable: bool
) -> None:
    needed = assurance.required(replace(REQUEST, essential_levels=essential), replace(MHRS, minimum_level=floor))
    assert (needed.level, needed.satisfiable) == (level, satisfiable)


@given(st.sampled_from(Level), st.none() | st.lists(st.sampled_from(Level), max_size=3).map(tuple))
def test_rule_2_no_request_lowers_the_floor(floor: Level, essential: tuple[Level, ...] | None) -> None:
    needed = assurance.required(replace(REQUEST, essential_levels=essential), replace(MHRS, minimum_level=floor))
    assert needed.level >= floor
    assert not needed.satisfiable or needed.level <= T


@pytest.mark.parametrize(
    ("prompt", "max_age", "renew"),
    [
        ((), None, False),
        ((), 1, False),
        ((), 0, True),
        ((Prompt.LOGIN,), None, True),
        ((Prompt.LOGIN, Prompt.CONSENT), 500, True),
        ((Prompt.NONE,), None, False),
        ((Prompt.NONE,), 0, True),
    ],
)
def test_r34_prompt_login_and_max_age_zero_renew(prompt: tuple[Prompt, ...], max_age: int | None, renew: bool) -> None:
    needed = assurance.required(replace(REQUEST, prompt=frozenset(prompt), max_age=max_age), MHRS)
    assert (needed.renew, needed.max_age) == (renew, max_age)
    assert needed.choose_account is False


@pytest.mark.parametrize(
    ("reached", "essential", "stated"),
    [(P, None, P), (T, None, T), (T, (T, X), T), (T, (P, T), T), (T, (P,), P), (P, (P, T), P)],
)
def test_rule_3_the_highest_listed_level_that_was_reached(
    reached: Level, essential: tuple[Level, ...] | None, stated: Level
) -> None:
    assert assurance.reported_level(reached, essential) is stated


@pytest.mark.parametrize(("reached", "essential"), [(P, (T,)), (P, ()), (T, (X,)), (T, ())])
def test_p5_no_statement_can_be_made_of_an_unmet_essential_acr(reached: Level, essential: tuple[Level, ...]) -> None:
    with pytest.raises(ValueError, match="not met"):
        assurance.reported_level(reached, essential)


def test_rule_7_only_what_can_be_reached_is_announced() -> None:
    assert assurance.reachable_levels() == (P, T)
    assert assurance.reachable_levels([]) == (P,)


@pytest.mark.parametrize(("password_age", "sms_age"), [*product((0, 300, 301), (None, 0, 300, 301))])
def test_a18_a_security_setting_wants_every_proof_fresh(password_age: int, sms_age: int | None) -> None:
    evidence: Evidence = (proof(Method.PASSWORD, age=password_age),)
    if sms_age is not None:
        evidence = (*evidence, proof(Method.SMS, age=sms_age))
    assert assurance.is_fresh(evidence, AYSE.id, P, NOW) is (password_age <= 300)
    assert assurance.is_fresh(evidence, AYSE.id, T, NOW) is (password_age <= 300 and sms_age in {0, 300})
    assert not assurance.is_fresh(evidence, "berk", P, NOW)
