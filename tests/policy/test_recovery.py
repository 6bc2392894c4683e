"""A forgotten password, as a table (A21, R-62): each row's case, and a search of everything it may hold."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.citizen import CitizenState
from idp.domain.evidence import Evidence, Method
from idp.domain.level import Level
from idp.domain.login import Enabling, LoginState, PasswordRecovery, Requirement
from idp.policy import assurance, recovery
from idp.policy.journey import FACTOR_STEPS, Facts, Step, next_step
from idp.policy.recovery import TABLE
from tests.policy.samples import AYSE, LOGIN, MHRS, NOW, proof

SMS, TOTP = proof(Method.SMS), proof(Method.TOTP)
RECOVERY = replace(LOGIN, purpose=PasswordRecovery("waiting"), sought="mac", citizen_id=AYSE.id, evidence=(SMS,))
SECOND = frozenset({Method.TOTP})
ALONE = Facts(RECOVERY, None, AYSE, None, frozenset(), NOW)
WITH_TOTP = replace(ALONE, methods=SECOND)
OF_A_RECOVERY = {step for _, step in TABLE}


def login(facts: Facts, **changes: object) -> Facts:
    return replace(facts, login=replace(facts.login, **changes))  # type: ignore[arg-type]  # names are the record's


def identified(facts: Facts, at: int) -> Facts:
    return replace(facts, citizen=replace(AYSE, phone_verified_at=at))


CASES: dict[str, tuple[Facts, Step]] = {
    "done": (login(ALONE, state=LoginState.FINISHED, evidence=()), Step.RECOVERED),
    "done, and long ago": (login(ALONE, state=LoginState.FINISHED, expires_at=NOW), Step.RECOVERED),
    "cancelled": (login(ALONE, state=LoginState.ENDED), Step.OVER),
    "no number was sought": (login(ALONE, sought=None), Step.OVER),
    "its time is over": (login(ALONE, expires_at=NOW), Step.EXPIRED),
    "nobody named yet": (login(replace(ALONE, citizen=None), citizen_id=None, evidence=()), Step.RECOVERY_CODE),
    "no code": (login(WITH_TOTP, evidence=()), Step.RECOVERY_CODE),
    "another factor before the code": (login(WITH_TOTP, evidence=(TOTP,)), Step.RECOVERY_CODE),
    "somebody else's code": (login(ALONE, evidence=(replace(SMS, citizen_id="berk"),)), Step.RECOVERY_CODE),
    "another login's code": (login(ALONE, evidence=(replace(SMS, login_id="session"),)), Step.RECOVERY_CODE),
    "a password instead": (login(ALONE, evidence=(proof(Method.PASSWORD),)), Step.RECOVERY_CODE),
    "closed before the code": (
        login(replace(ALONE, citizen=replace(AYSE, state=CitizenState.CLOSED)), evidence=()),
        Step.RECOVERY_CODE,
    ),
    "closed after the code": (replace(ALONE, citizen=replace(AYSE, state=CitizenState.CLOSED)), Step.REFUSED),
    "deleted after the code": (replace(ALONE, citizen=None), Step.REFUSED),
    "the password was changed meanwhile": (
        replace(WITH_TOTP, citizen=replace(AYSE, password_changed_at=NOW + 1)),
        Step.OVER,
    ),
    "one more factor": (WITH_TOTP, Step.TOTP),
    "several more": (replace(WITH_TOTP, methods=SECOND | {Method.PASSKEY}), Step.METHOD),
    "several more, one chosen": (
        login(replace(WITH_TOTP, methods=SECOND | {Method.PASSKEY}), method=Method.PASSKEY),
        Step.PASSKEY,
    ),
    "two factors": (login(WITH_TOTP, evidence=(SMS, TOTP)), Step.NEW_PASSWORD),
    "two factors, the second used up by it": (login(ALONE, evidence=(SMS, TOTP)), Step.NEW_PASSWORD),
    "the second of another login": (
        login(WITH_TOTP, evidence=(SMS, replace(TOTP, login_id="session"))),
        Step.TOTP,
    ),
    "the phone alone": (identified(ALONE, NOW - 1), Step.RECOVERY_IDENTITY),
    "identified in the second of the code": (identified(ALONE, NOW), Step.NEW_PASSWORD),
    "identified after it": (identified(ALONE, NOW + 1), Step.NEW_PASSWORD),
    "identified, but there is another factor": (identified(WITH_TOTP, NOW + 1), Step.TOTP),
}


@pytest.mark.parametrize("name", CASES)
def test_each_row_has_its_case(name: str) -> None:
    facts, step = CASES[name]
    assert next_step(facts) is step


def test_no_row_is_without_a_case() -> None:
    assert {step for _, step in CASES.values()} | set(FACTOR_STEPS.values()) == OF_A_RECOVERY | {Step.SMS}


def test_a21_the_table_knows_no_way_into_an_account() -> None:
    """No row leads to an end that a login has, to its password, to consent, or to the switch of two-step login."""
    assert OF_A_RECOVERY.isdisjoint(
        {
            *(Step.FINISH, Step.CONSENT, Step.PASSWORD, Step.ACCOUNT, Step.SMS),
            *(Step.ENABLING, Step.TWO_STEP_OFF, Step.TWO_STEP_ON, Step.PASSKEY_NEEDED),
        }
    )


def test_every_other_factor_can_follow_the_code() -> None:
    for method in set(FACTOR_STEPS) - {Method.SMS}:
        facts = replace(ALONE, methods=frozenset({method}))
        assert next_step(facts) is FACTOR_STEPS[method]
        assert next_step(login(facts, evidence=(SMS, proof(method)))) is Step.NEW_PASSWORD


def test_r53_what_was_proved_here_is_what_is_forgiven() -> None:
    foreign = (proof(Method.PASSKEY, login_id="session"), proof(Method.APP, citizen_id="berk"))
    facts = login(WITH_TOTP, evidence=(SMS, TOTP, *foreign, proof(Method.PASSWORD)))
    assert set(recovery.proved(facts)) == {Method.SMS, Method.TOTP}


PROOFS = tuple(
    proof(method, login_id=login_id, citizen_id=citizen_id)
    for method, login_id, citizen_id in product(Method, (LOGIN.id, "session"), (AYSE.id, "berk"))
)
PERSONS = (
    None,
    AYSE,
    replace(AYSE, two_step=True),
    replace(AYSE, phone_verified_at=NOW + 1),
    replace(AYSE, phone_verified_at=None),
    replace(AYSE, state=CitizenState.CLOSED),
    replace(AYSE, must_change_password=True, password_changed_at=NOW + 1),
)


@st.composite
def everything(draw: st.DrawFn) -> Facts:
    """Any recovery, whatever was ever stored in it, right or not."""
    person = draw(st.sampled_from(PERSONS))
    return Facts(
        login=replace(
            RECOVERY,
            citizen_id=None if person is None else person.id,
            evidence=tuple(draw(st.lists(st.sampled_from(PROOFS), max_size=5))),
            requirement=Requirement(
                level=draw(st.sampled_from(Level)),
                max_age=draw(st.sampled_from((None, 0, 300))),
                renew=draw(st.booleans()),
                choose_account=draw(st.booleans()),
                satisfiable=draw(st.booleans()),
            ),
            state=draw(st.sampled_from(LoginState)),
            enabling=draw(st.sampled_from(Enabling)),
            method=draw(st.sampled_from((None, *Method))),
            consented=draw(st.booleans()),
            account_chosen=draw(st.booleans()),
            expires_at=draw(st.sampled_from((NOW, NOW + 600))),
            sought=draw(st.sampled_from((None, "mac"))),
        ),
        client=draw(st.sampled_from((None, MHRS))),
        citizen=person,
        is_hinted=draw(st.sampled_from((None, True, False))),
        consented=frozenset(draw(st.sampled_from(((), ("openid",))))),
        now=NOW,
        methods=frozenset(draw(st.sets(st.sampled_from(sorted(set(FACTOR_STEPS) - {Method.SMS}))))),
        password_due=draw(st.booleans()),
    )


@given(everything())
def test_a21_no_evidence_whatever_turns_a_recovery_into_a_login(facts: Facts) -> None:
    assert next_step(facts) in OF_A_RECOVERY


@given(everything())
def test_a21_a_new_password_is_set_only_after_the_code_and_something_of_another_kind(facts: Facts) -> None:
    """An independent reading of R-62 and domain.md §3.4."""
    if next_step(facts) is not Step.NEW_PASSWORD:
        return
    citizen = facts.citizen
    assert citizen is not None
    assert citizen.is_active
    own = [one for one in facts.login.evidence if one.login_id == LOGIN.id and one.citizen_id == citizen.id]
    methods = {one.method for one in own} - {Method.PASSWORD}
    assert Method.SMS in methods
    has_another = bool(facts.methods)
    is_identified = (citizen.phone_verified_at or 0) >= NOW
    assert methods - {Method.SMS} or (is_identified and not has_another)
    assert not citizen.password_changed_at > facts.login.created_at


def every_evidence() -> Iterator[Evidence]:
    """All that a recovery's own verbs can put into it: each second factor, proved here or not."""
    for kept in product((False, True), repeat=len(FACTOR_STEPS)):
        yield tuple(proof(method) for keep, method in zip(kept, FACTOR_STEPS, strict=True) if keep)


def test_a21_what_a_recovery_holds_carries_no_level() -> None:
    assert {assurance.level_of(evidence, AYSE.id) for evidence in every_evidence()} == {None}
    for evidence in every_evidence():
        with pytest.raises(ValueError, match="no password proof"):
            assurance.assurance(evidence, AYSE.id)


@given(everything(), st.sampled_from(("another-login", "session")))
def test_a21_its_proofs_count_in_no_other_login(facts: Facts, other: str) -> None:
    """Not even where somebody copied them over: they name the recovery, and no session ever holds them."""
    counted = assurance.counting(facts.login.evidence, Requirement(renew=True), other, NOW)
    assert all(one.login_id == other for one in counted)
