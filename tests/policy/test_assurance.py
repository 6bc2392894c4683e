"""Evidence to `acr`, `amr`, `auth_time`: domain.md §4, R-30, R-35, R-36. No oracle here asks the code under test."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.evidence import Assurance, Evidence, Method
from idp.domain.level import Level
from idp.policy import assurance
from tests.policy.samples import AYSE, NOW, proof

PASSWORD, SMS = proof(Method.PASSWORD, age=30), proof(Method.SMS, age=10)
PASSKEY = proof(Method.PASSKEY, age=20)
P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT
ACR = {P: "urn:esik:acr:password", T: "urn:esik:acr:two-step", X: "urn:esik:acr:phishing-resistant"}

AMR_OF_DOMAIN_4 = {
    Method.SMS: ("pwd", "sms", "mfa"),
    Method.TOTP: ("pwd", "otp", "mfa"),
    Method.BACKUP_CODE: ("pwd", "otp", "mfa"),
    Method.APP: ("pwd", "swk", "mca", "mfa"),
    Method.PASSKEY: ("pwd", "swk", "user", "mfa"),
}
"""The table of domain.md §4, copied by hand."""

proofs = st.builds(
    proof,
    st.sampled_from(Method),
    age=st.integers(min_value=0, max_value=1000),
    citizen_id=st.sampled_from([AYSE.id, "berk"]),
    login_id=st.sampled_from(["this-login", "session"]),
)
evidences = st.lists(proofs, max_size=8).map(tuple)


def of(citizen_id: str, evidence: Evidence) -> Evidence:
    return tuple(one for one in evidence if one.citizen_id == citizen_id)


def level_read_without_the_policy(evidence: Evidence) -> Level | None:
    """For one citizen's proofs: a password, alone or with something else, or with a passkey."""
    methods = {one.method for one in evidence}
    if Method.PASSWORD not in methods:
        return None
    if Method.PASSKEY in methods:
        return X
    return T if len(methods) > 1 else P


@pytest.mark.parametrize("method", AMR_OF_DOMAIN_4)
def test_r30_each_second_factor_has_its_level_and_its_names(method: Method) -> None:
    level = X if method is Method.PASSKEY else T
    expected = Assurance(ACR[level], AMR_OF_DOMAIN_4[method], NOW - 30)
    assert assurance.assurance((PASSWORD, proof(method, age=10)), AYSE.id) == expected
    assert assurance.assurance((proof(method, age=30), proof(Method.PASSWORD, age=10)), AYSE.id) == expected
    assert assurance.level_with(method) is level


def test_every_second_factor_has_a_row() -> None:
    assert AMR_OF_DOMAIN_4.keys() == {method for method in Method if method.is_second_factor}


@pytest.mark.parametrize(
    ("evidence", "level", "amr", "age"),
    [
        ((PASSWORD,), P, ("pwd",), 30),
        ((PASSWORD, replace(SMS, citizen_id="berk")), P, ("pwd",), 30),
        ((proof(Method.PASSWORD, age=99, login_id="session"), PASSWORD), P, ("pwd",), 30),
        ((proof(Method.PASSWORD, age=5), proof(Method.SMS, age=99, login_id="session")), T, ("pwd", "sms", "mfa"), 99),
        ((PASSWORD, SMS, proof(Method.TOTP, age=9)), T, ("pwd", "otp", "mfa"), 30),
        ((PASSWORD, SMS, PASSKEY), X, ("pwd", "swk", "user", "mfa"), 30),
        ((PASSWORD, replace(PASSKEY, proved_at=NOW - 400), SMS), X, ("pwd", "swk", "user", "mfa"), 400),
        ((PASSWORD, replace(PASSKEY, proved_at=NOW - 400), PASSKEY), X, ("pwd", "swk", "user", "mfa"), 30),
        ((PASSWORD, SMS, replace(PASSKEY, citizen_id="berk")), T, ("pwd", "sms", "mfa"), 30),
    ],
)
def test_r30_the_level_is_what_the_proofs_carry(
    evidence: Evidence, level: Level, amr: tuple[str, ...], age: int
) -> None:
    expected = Assurance(ACR[level], amr, NOW - age)
    assert assurance.assurance(evidence, AYSE.id) == expected
    assert assurance.assurance(tuple(reversed(evidence)), AYSE.id) == expected


def test_two_passwords_are_one_factor() -> None:
    assert assurance.level_of((PASSWORD, replace(PASSWORD, proved_at=NOW)), AYSE.id) is P


@pytest.mark.parametrize("evidence", [(), (SMS,), (PASSKEY,), (replace(PASSWORD, citizen_id="berk"), SMS)])
def test_no_password_proof_is_no_level(evidence: Evidence) -> None:
    assert assurance.level_of(evidence, AYSE.id) is None
    with pytest.raises(ValueError, match=r"^no password proof by this citizen$"):
        assurance.assurance(evidence, AYSE.id)


@given(evidences)
def test_a04_evidence_of_another_citizen_never_counts(evidence: Evidence) -> None:
    assert assurance.level_of(evidence, AYSE.id) is assurance.level_of(of(AYSE.id, evidence), AYSE.id)
    assert assurance.level_of(of("berk", evidence), AYSE.id) is None


@given(evidences)
def test_p1_p4_the_statement_is_true_of_the_proofs(evidence: Evidence) -> None:
    own = of(AYSE.id, evidence)
    level = level_read_without_the_policy(own)
    assert assurance.level_of(evidence, AYSE.id) is level
    if level is None:
        return
    stated = assurance.assurance(evidence, AYSE.id)
    assert stated.acr == ACR[level]
    password = max(one.proved_at for one in own if one.method is Method.PASSWORD)
    if level is P:
        assert (stated.amr, stated.auth_time) == (("pwd",), password)
        return
    resting = [one for one in own if one.method is Method.PASSKEY] or [
        one for one in own if one.method is not Method.PASSWORD
    ]
    newest = max(one.proved_at for one in resting)
    assert stated.auth_time == min(password, newest)
    assert stated.amr in {AMR_OF_DOMAIN_4[one.method] for one in resting if one.proved_at == newest}


@given(evidences, proofs)
def test_p1_one_more_proof_never_lowers_a_level(evidence: Evidence, more: object) -> None:
    before = assurance.level_of(evidence, AYSE.id) or 0
    assert (assurance.level_of((*evidence, more), AYSE.id) or 0) >= before  # type: ignore[arg-type]  # a drawn proof


@given(evidences)
def test_p1_a_session_of_passwords_only_never_rises(evidence: Evidence) -> None:
    only = tuple(one for one in evidence if one.method is Method.PASSWORD)
    for now in (NOW, NOW + 10**6):
        assert assurance.fresh_level(only, AYSE.id, now) in {None, P}
    assert assurance.level_of(only, AYSE.id) in {None, P}


@pytest.mark.parametrize(
    ("reached", "essential", "stated"),
    [
        (P, None, P),
        (T, None, T),
        (X, None, X),
        (T, (T, X), T),
        (T, (P, T), T),
        (T, (P,), P),
        (P, (P, T), P),
        (X, (P, T), T),
        (X, (T, X, P), X),
        (X, (P, X), X),
    ],
)
def test_rule_3_the_highest_listed_level_that_was_reached(
    reached: Level, essential: tuple[Level, ...] | None, stated: Level
) -> None:
    assert assurance.reported_level(reached, essential) is stated


@pytest.mark.parametrize(("reached", "essential"), [(P, (T,)), (P, ()), (T, (X,)), (T, ()), (X, ()), (P, (X, T))])
def test_p5_no_statement_can_be_made_of_an_unmet_essential_acr(reached: Level, essential: tuple[Level, ...]) -> None:
    with pytest.raises(ValueError, match=r"^an essential acr is not met$"):
        assurance.reported_level(reached, essential)


def test_rule_7_only_what_can_be_reached_is_announced() -> None:
    assert assurance.reachable_levels() == (P, T, X)
    assert assurance.reachable_levels([]) == (P,)
    assert assurance.reachable_levels([Method.PASSKEY]) == (P, X)
    assert assurance.reachable_levels([Method.TOTP, Method.SMS]) == (P, T)


@pytest.mark.parametrize(
    ("password_age", "second", "second_age", "level"),
    [
        (0, Method.SMS, 0, T),
        (300, Method.SMS, 300, T),
        (300, Method.PASSKEY, 300, X),
        (300, Method.PASSKEY, 301, P),
        (300, Method.SMS, 301, P),
        (301, Method.SMS, 0, None),
        (301, Method.PASSKEY, 0, None),
        (301, Method.SMS, 301, None),
    ],
)
def test_a18_what_a_session_may_change_rests_on_proofs_of_the_last_five_minutes(
    password_age: int, second: Method, second_age: int, level: Level | None
) -> None:
    evidence = (proof(Method.PASSWORD, age=password_age), proof(second, age=second_age))
    assert assurance.fresh_level(evidence, AYSE.id, NOW) is level
    assert assurance.fresh_level(evidence, "berk", NOW) is None


@given(evidences)
def test_a18_freshness_never_raises_a_level(evidence: Evidence) -> None:
    assert (assurance.fresh_level(evidence, AYSE.id, NOW) or 0) <= (assurance.level_of(evidence, AYSE.id) or 0)
