"""The login policy, as a table: each row's case, and what `prompt=none` makes of it (R-33)."""

from dataclasses import replace

import pytest

from idp.domain.authorization_request import Prompt, RequestedClaims
from idp.domain.citizen import CitizenState
from idp.domain.client import ConsentPolicy
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.login import AccountVisit, Enabling, LoginState, PasswordRecovery, Requirement
from idp.policy.journey import FACTOR_STEPS, TABLE, Facts, Step, answer_without_pages, next_step
from tests.policy.samples import AYSE, LOGIN, MHRS, NOW, REQUEST, proof

PASSWORD, SMS, PASSKEY = proof(Method.PASSWORD), proof(Method.SMS), proof(Method.PASSKEY)
OLD_PASSWORD, OLD_SMS = (proof(method, age=100, login_id="session") for method in (Method.PASSWORD, Method.SMS))
PHONE = frozenset({Method.SMS})
PHONE_AND_PASSKEY = frozenset({Method.SMS, Method.PASSKEY})
DONE = Facts(replace(LOGIN, citizen_id=AYSE.id, evidence=(PASSWORD,)), MHRS, AYSE, None, REQUEST.asks_for, NOW, PHONE)
ALWAYS = replace(MHRS, consent=ConsentPolicy.ALWAYS)
ASKED_ANEW = replace(REQUEST, prompt=frozenset({Prompt.CONSENT}))
NAMING = replace(REQUEST, scope=("openid",), claims=RequestedClaims(("name",), ("birthdate",)))
FLOOR, TOP = Requirement(level=Level.TWO_STEP), Requirement(level=Level.PHISHING_RESISTANT)
WISH = Requirement(wish=Level.PHISHING_RESISTANT)


def login(facts: Facts, **changes: object) -> Facts:
    return replace(facts, login=replace(facts.login, **changes))  # type: ignore[arg-type]  # names are the record's


TWO_STEP_ON = replace(DONE, citizen=replace(AYSE, two_step=True))
WITH_PASSKEY = replace(TWO_STEP_ON, methods=PHONE_AND_PASSKEY)


def only(method: Method) -> Facts:
    return replace(TWO_STEP_ON, methods=frozenset({method}))


ENDINGS: dict[str, tuple[Facts, Step]] = {
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
    "another citizen than hinted": (replace(DONE, is_hinted=False), Step.WRONG_CITIZEN),
    "the hinted citizen": (replace(DONE, is_hinted=True), Step.FINISH),
}

FIRST_STEP: dict[str, tuple[Facts, Step]] = {
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
    "only a passkey, no password": (login(WITH_PASSKEY, evidence=(PASSKEY,)), Step.PASSWORD),
    "somebody else's password": (login(DONE, evidence=(replace(PASSWORD, citizen_id="berk"),)), Step.PASSWORD),
    "password due, just proved": (replace(DONE, password_due=True), Step.NEW_PASSWORD),
    "password due, a session goes on": (
        replace(login(DONE, evidence=(OLD_PASSWORD,)), password_due=True),
        Step.FINISH,
    ),
    "password due, proved anew in a session": (
        replace(login(DONE, evidence=(OLD_PASSWORD, PASSWORD)), password_due=True),
        Step.NEW_PASSWORD,
    ),
    "password due, second step first": (replace(TWO_STEP_ON, password_due=True), Step.SMS),
    "password due, both proved": (
        replace(login(TWO_STEP_ON, evidence=(PASSWORD, SMS)), password_due=True),
        Step.NEW_PASSWORD,
    ),
    "password due, two-step off where it is needed": (
        replace(login(DONE, requirement=FLOOR), password_due=True),
        Step.TWO_STEP_OFF,
    ),
}

SECOND_STEP: dict[str, tuple[Facts, Step]] = {
    "two-step on, only the phone": (TWO_STEP_ON, Step.SMS),
    "two-step on, only the app": (only(Method.APP), Step.APP),
    "two-step on, only TOTP": (only(Method.TOTP), Step.TOTP),
    "two-step on, only a passkey": (only(Method.PASSKEY), Step.PASSKEY),
    "two-step on, only backup codes": (only(Method.BACKUP_CODE), Step.BACKUP_CODE),
    "two-step on, two methods": (WITH_PASSKEY, Step.METHOD),
    "two-step on, one chosen": (login(WITH_PASSKEY, method=Method.PASSKEY), Step.PASSKEY),
    "two-step on, the chosen one is gone": (login(WITH_PASSKEY, method=Method.TOTP), Step.METHOD),
    "two-step on, the chosen one is gone, one is left": (login(TWO_STEP_ON, method=Method.TOTP), Step.SMS),
    "two-step on, everything is gone": (replace(TWO_STEP_ON, methods=frozenset()), Step.TWO_STEP_OFF),
    "two-step on, somebody else's code": (
        login(TWO_STEP_ON, evidence=(PASSWORD, replace(SMS, citizen_id="berk"))),
        Step.SMS,
    ),
    "two-step on, a password of the session": (login(TWO_STEP_ON, evidence=(OLD_PASSWORD,)), Step.SMS),
    "two-step on, both of the session": (login(TWO_STEP_ON, evidence=(OLD_PASSWORD, OLD_SMS)), Step.FINISH),
    "two-step on, both of the session, renewed": (
        login(TWO_STEP_ON, evidence=(OLD_PASSWORD, OLD_SMS), requirement=Requirement(renew=True)),
        Step.PASSWORD,
    ),
    "two-step on, the session's code is too old": (
        login(
            TWO_STEP_ON,
            evidence=(PASSWORD, OLD_SMS),
            requirement=Requirement(max_age=99),
        ),
        Step.SMS,
    ),
    "two-step off, nobody wants more": (replace(DONE, methods=PHONE_AND_PASSKEY), Step.FINISH),
    "floor two-step, switched off": (login(DONE, requirement=FLOOR), Step.TWO_STEP_OFF),
    "floor two-step, switched on": (login(TWO_STEP_ON, requirement=FLOOR), Step.SMS),
    "passkey required, there is one": (login(WITH_PASSKEY, requirement=TOP), Step.PASSKEY),
    "passkey required, a code was proved": (
        login(WITH_PASSKEY, requirement=TOP, evidence=(PASSWORD, SMS)),
        Step.PASSKEY,
    ),
    "passkey required, a code was chosen": (
        login(WITH_PASSKEY, requirement=TOP, method=Method.SMS),
        Step.PASSKEY,
    ),
    "passkey required and proved": (
        login(WITH_PASSKEY, requirement=TOP, evidence=(PASSWORD, PASSKEY)),
        Step.FINISH,
    ),
    "passkey required, there is none": (login(TWO_STEP_ON, requirement=TOP), Step.PASSKEY_NEEDED),
    "passkey required, none, a code was proved": (
        login(TWO_STEP_ON, requirement=TOP, evidence=(PASSWORD, SMS)),
        Step.PASSKEY_NEEDED,
    ),
    "passkey required, switched off": (login(DONE, requirement=TOP), Step.TWO_STEP_OFF),
    "passkey wished for, there is one": (login(WITH_PASSKEY, requirement=WISH), Step.METHOD),
    "passkey wished for and begun with": (
        login(WITH_PASSKEY, requirement=WISH, method=Method.PASSKEY),
        Step.PASSKEY,
    ),
    "passkey wished for, a code given instead": (
        login(WITH_PASSKEY, requirement=WISH, evidence=(PASSWORD, SMS)),
        Step.FINISH,
    ),
    "passkey wished for, the session has a code": (
        login(WITH_PASSKEY, requirement=WISH, evidence=(OLD_PASSWORD, OLD_SMS), method=Method.PASSKEY),
        Step.PASSKEY,
    ),
    "passkey wished for, there is none": (
        login(TWO_STEP_ON, requirement=WISH, evidence=(OLD_PASSWORD, OLD_SMS)),
        Step.FINISH,
    ),
    "passkey wished for, two-step off": (
        login(replace(DONE, methods=PHONE_AND_PASSKEY), requirement=WISH),
        Step.FINISH,
    ),
    "enabling started": (login(DONE, enabling=Enabling.STARTED), Step.ENABLING),
    "enabling started, the phone is gone": (
        login(replace(DONE, methods=frozenset()), enabling=Enabling.STARTED, requirement=FLOOR),
        Step.TWO_STEP_OFF,
    ),
    "enabling done, not told": (
        login(TWO_STEP_ON, requirement=FLOOR, evidence=(PASSWORD, SMS), enabling=Enabling.DONE),
        Step.TWO_STEP_ON,
    ),
}

CONSENT: dict[str, tuple[Facts, Step]] = {
    "scope never given": (replace(DONE, consented=frozenset()), Step.CONSENT),
    "more scope than given": (replace(DONE, consented=frozenset({"openid"})), Step.CONSENT),
    "given just now": (login(DONE, consented=True), Step.FINISH),
    "given just now, and taken back": (login(replace(DONE, consented=frozenset()), consented=True), Step.CONSENT),
    "prompt=consent, given just now": (login(DONE, purpose=ASKED_ANEW, consented=True), Step.FINISH),
    "prompt=consent, given just now, and taken back": (
        login(replace(DONE, consented=frozenset()), purpose=ASKED_ANEW, consented=True),
        Step.CONSENT,
    ),
    "a claim of a scope that was given": (login(DONE, purpose=NAMING), Step.FINISH),
    "another claim": (login(DONE, purpose=replace(NAMING, claims=RequestedClaims(("phone_number",)))), Step.CONSENT),
    "a scope of which one claim was given": (
        replace(DONE, consented=frozenset({"openid", "claim:name"})),
        Step.CONSENT,
    ),
    "prompt=consent asks again": (
        login(DONE, purpose=ASKED_ANEW),
        Step.CONSENT,
    ),
    "client asks always": (replace(DONE, client=ALWAYS), Step.CONSENT),
    "client asks always, given just now": (login(replace(DONE, client=ALWAYS), consented=True), Step.FINISH),
    "client asks always, given just now, and taken back": (
        login(replace(DONE, client=ALWAYS, consented=frozenset()), consented=True),
        Step.CONSENT,
    ),
    "client never asks": (
        replace(DONE, client=replace(MHRS, consent=ConsentPolicy.NEVER), consented=frozenset()),
        Step.FINISH,
    ),
    "client never asks, but with prompt=consent": (
        login(replace(DONE, client=replace(MHRS, consent=ConsentPolicy.NEVER)), purpose=ASKED_ANEW),
        Step.CONSENT,
    ),
    "our own page asks no consent": (
        login(replace(DONE, client=None, consented=frozenset()), purpose=AccountVisit("/hesabim")),
        Step.FINISH,
    ),
}

RECOVERY = {Step.RECOVERY_CODE, Step.RECOVERY_IDENTITY, Step.RECOVERED}
"""Steps of a forgotten password only, which answers no request."""

CASES = {**ENDINGS, **FIRST_STEP, **SECOND_STEP, **CONSENT}


@pytest.mark.parametrize("name", CASES)
def test_each_row_has_its_case(name: str) -> None:
    facts, step = CASES[name]
    assert next_step(facts) is step


def test_no_row_is_without_a_case() -> None:
    assert len(CASES) == len(ENDINGS) + len(FIRST_STEP) + len(SECOND_STEP) + len(CONSENT)
    assert {step for _, step in CASES.values()} == {step for _, step in TABLE} == set(Step) - RECOVERY


def test_the_last_row_always_holds_and_is_the_only_way_to_finish() -> None:
    assert [step for _, step in TABLE].index(Step.FINISH) == len(TABLE) - 1
    assert sum(step is Step.FINISH for _, step in TABLE) == 1


def test_every_second_factor_has_a_page_of_its_own() -> None:
    assert FACTOR_STEPS.keys() == {method for method in Method if method.is_second_factor}
    assert len(set(FACTOR_STEPS.values())) == len(FACTOR_STEPS)


def test_a_step_is_a_page_unless_the_login_ends_there() -> None:
    no_pages = {Step.OVER, Step.EXPIRED, Step.REFUSED, Step.UNSATISFIABLE, Step.WRONG_CITIZEN, Step.FINISH}
    assert {step for step in Step if not step.is_page} == no_pages


def test_a_login_that_is_not_open_finishes_with_no_facts_at_all() -> None:
    for facts, _ in CASES.values():
        for state in (LoginState.FINISHED, LoginState.ENDED):
            assert next_step(login(facts, state=state)) is Step.OVER
        assert next_step(replace(facts, now=facts.login.expires_at)) in {Step.OVER, Step.EXPIRED}


def test_a21_r62_no_proof_finishes_a_recovery() -> None:
    for facts, _ in CASES.values():
        for sought in (None, "the MAC of a number"):
            assert next_step(login(facts, purpose=PasswordRecovery(), sought=sought)) is not Step.FINISH


INTERACTIVE = {Step.METHOD, Step.SMS, Step.APP, Step.TOTP, Step.PASSKEY, Step.BACKUP_CODE, Step.NEW_PASSWORD}
SILENT = {
    "login_required": {Step.OVER, Step.EXPIRED, Step.REFUSED, Step.WRONG_CITIZEN, Step.PASSWORD},
    "interaction_required": INTERACTIVE | {Step.ENABLING, Step.TWO_STEP_ON},
    "unmet_authentication_requirements": {Step.UNSATISFIABLE, Step.PASSKEY_NEEDED, Step.TWO_STEP_OFF},
    "account_selection_required": {Step.ACCOUNT},
    "consent_required": {Step.CONSENT},
    None: {Step.FINISH} | RECOVERY,
}


@pytest.mark.parametrize("step", Step)
def test_r33_prompt_none_gets_an_error_for_every_page(step: Step) -> None:
    assert [error for error, steps in SILENT.items() if step in steps] == [answer_without_pages(step)]
