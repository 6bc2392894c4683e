"""Which proofs count: those that are young enough (R-34), and name what the citizen has today (R-71, A16, C09)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.evidence import Evidence, Method
from idp.domain.login import Requirement
from idp.domain.phone_number import PhoneNumber
from idp.policy import assurance
from tests.policy.samples import AYSE, LOGIN_ID, NOW, held, proof
from tests.policy.test_assurance import evidences

requirements = st.builds(Requirement, max_age=st.none() | st.integers(min_value=0, max_value=1000), renew=st.booleans())
PHONE = "+905000000001"
REGISTERED = [Method.APP, Method.TOTP, Method.PASSKEY, Method.BACKUP_CODE]


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


def test_a_password_proof_names_the_password_of_today() -> None:
    changed = replace(AYSE, password_changed_at=1234)
    assert assurance.still_stands(proof(Method.PASSWORD, credential="1234"), changed, ())
    for former in ("0", "1233", "01234", ""):
        assert not assurance.still_stands(proof(Method.PASSWORD, credential=former), changed, ())


def test_r56_a_code_names_the_verified_phone_of_today() -> None:
    sms = proof(Method.SMS, credential=PHONE)
    assert assurance.still_stands(sms, AYSE, ())
    assert not assurance.still_stands(sms, replace(AYSE, phone_number=PhoneNumber.parse("05000000009")), ())
    assert not assurance.still_stands(sms, replace(AYSE, phone_verified_at=None), ())
    assert not assurance.still_stands(sms, replace(AYSE, phone_number=None), ())
    assert not assurance.still_stands(replace(sms, credential="+905000000002"), AYSE, ())


@pytest.mark.parametrize("method", REGISTERED)
def test_a16_c09_a_removed_authenticator_proves_nothing_any_more(method: Method) -> None:
    mine, another = held(method, name="mine"), held(method, name="another")
    given_by = proof(method, credential=mine.id)
    assert assurance.still_stands(given_by, AYSE, (another, mine))
    assert not assurance.still_stands(given_by, AYSE, (another,))
    assert not assurance.still_stands(given_by, AYSE, ())


@pytest.mark.parametrize("method", REGISTERED)
@pytest.mark.parametrize("other", REGISTERED)
def test_a07_a_proof_stands_by_an_authenticator_of_its_own_method(method: Method, other: Method) -> None:
    one = replace(held(other), id="the-same-id")
    assert assurance.still_stands(proof(method, credential="the-same-id"), AYSE, (one,)) is (method is other)


def test_r58_a_used_up_backup_code_still_stands_behind_its_proof() -> None:
    used = held(Method.BACKUP_CODE, used_at=NOW)
    assert assurance.still_stands(proof(Method.BACKUP_CODE, credential=used.id), AYSE, (used,))


@pytest.mark.parametrize("method", Method)
def test_a04_nothing_of_another_citizen_stands(method: Method) -> None:
    credential = {Method.PASSWORD: "0", Method.SMS: PHONE}.get(method, str(method))
    mine = proof(method, credential=credential)
    assert assurance.still_stands(mine, AYSE, (held(method),))
    assert not assurance.still_stands(replace(mine, citizen_id="berk"), AYSE, (held(method),))


def test_standing_keeps_what_stands_in_its_order() -> None:
    password, sms = proof(Method.PASSWORD, credential="0"), proof(Method.SMS, credential=PHONE)
    passkey, gone = proof(Method.PASSKEY, credential="passkey"), proof(Method.APP, credential="lost phone")
    theirs = proof(Method.PASSWORD, citizen_id="berk", credential="0")
    every = (sms, gone, password, theirs, passkey)
    assert assurance.standing(every, AYSE, iter([held(Method.PASSKEY)])) == (sms, password, passkey)
    assert assurance.standing(every, AYSE, ()) == (sms, password)
