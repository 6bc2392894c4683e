"""The second factors that a login offers and begins with, and a complete search of what is asked for.

The oracles read the facts in their own words; they share nothing with the table.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

import pytest

from idp.domain.citizen import CitizenState
from idp.domain.evidence import Evidence, Method
from idp.domain.level import Level
from idp.domain.login import Enabling, Requirement
from idp.policy.journey import Facts, Step, next_step
from tests.policy.samples import AYSE, LOGIN, MHRS, NOW, REQUEST, proof

APP, SMS, PASSKEY, TOTP, BACKUP = Method.APP, Method.SMS, Method.PASSKEY, Method.TOTP, Method.BACKUP_CODE
P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT
EVERY = frozenset({APP, SMS, PASSKEY, TOTP, BACKUP})
SUBSETS = [frozenset(some) for some in chain.from_iterable(combinations(sorted(EVERY), size) for size in range(6))]
PAGE = {
    APP: Step.APP,
    SMS: Step.SMS,
    PASSKEY: Step.PASSKEY,
    TOTP: Step.TOTP,
    BACKUP: Step.BACKUP_CODE,
}
ON = replace(AYSE, two_step=True)
DONE = Facts(replace(LOGIN, citizen_id=AYSE.id), MHRS, ON, None, REQUEST.asks_for, NOW, EVERY)


def facts(evidence: Evidence, requirement: Requirement, method: Method | None = None, **more: object) -> Facts:
    login = replace(DONE.login, evidence=evidence, requirement=requirement, method=method)
    return replace(DONE, login=login, **more)  # type: ignore[arg-type]  # names are the record's


PASSWORD_ONLY = (proof(Method.PASSWORD),)


@pytest.mark.parametrize(
    ("preferred", "last", "wish", "offered", "first"),
    [
        (None, None, P, (APP, SMS, PASSKEY, TOTP, BACKUP), None),
        (None, TOTP, P, (TOTP, APP, SMS, PASSKEY, BACKUP), TOTP),
        (SMS, TOTP, P, (SMS, TOTP, APP, PASSKEY, BACKUP), SMS),
        (None, None, T, (APP, SMS, PASSKEY, TOTP, BACKUP), None),
        (None, None, X, (PASSKEY, APP, SMS, TOTP, BACKUP), PASSKEY),
        (SMS, TOTP, X, (PASSKEY, SMS, TOTP, APP, BACKUP), PASSKEY),
    ],
)
def test_r31_what_fulfils_a_wish_comes_first_and_excludes_nothing(
    preferred: Method | None, last: Method | None, wish: Level, offered: tuple[Method, ...], first: Method | None
) -> None:
    citizen = replace(ON, preferred_method=preferred, last_method=last)
    asked = facts(PASSWORD_ONLY, Requirement(wish=wish), citizen=citizen)
    assert (asked.offered, asked.first_method) == (offered, first)


def test_a_wish_that_cannot_be_met_changes_nothing() -> None:
    citizen = replace(ON, last_method=TOTP)
    asked = facts(PASSWORD_ONLY, Requirement(wish=X), citizen=citizen, methods=EVERY - {PASSKEY})
    assert (asked.offered, asked.first_method) == ((TOTP, APP, SMS, BACKUP), TOTP)


def test_nobody_is_offered_nothing() -> None:
    nobody = facts((), Requirement(), citizen=None)
    assert (nobody.offered, nobody.method, nobody.first_method, nobody.reached) == ((), None, None, None)
    for wish in Level:
        assert facts(PASSWORD_ONLY, Requirement(wish=wish), methods=frozenset()).first_method is None


def test_where_a_passkey_is_required_only_it_is_offered_and_begun_with() -> None:
    asked = facts(PASSWORD_ONLY, Requirement(level=X), citizen=replace(ON, preferred_method=SMS))
    assert (asked.offered, asked.method, asked.first_method) == ((PASSKEY,), PASSKEY, PASSKEY)


def page_of_the_second_step(methods: frozenset[Method], chosen: Method | None, least: Level) -> Step:
    """For a citizen who has to show one: the page of the chosen or the only one, the list, or a dead end."""
    good = {PASSKEY} & methods if least is X else methods
    if not good:
        return Step.PASSKEY_NEEDED if least is X else Step.TWO_STEP_OFF
    if chosen is not None and chosen in good:
        return PAGE[chosen]
    return PAGE[next(iter(good))] if len(good) == 1 else Step.METHOD


def test_which_page_asks_for_the_second_step() -> None:
    """All sets of methods, all choices, all levels."""
    for methods, chosen, level in product(SUBSETS, (None, *PAGE), Level):
        asked = facts(PASSWORD_ONLY, Requirement(level=level), chosen, methods=methods)
        assert next_step(asked) is page_of_the_second_step(methods, chosen, level), asked


def test_a_wish_asks_once_and_only_for_what_the_citizen_has() -> None:
    session = (proof(Method.PASSWORD, age=100, login_id="session"), proof(SMS, age=100, login_id="session"))
    for methods, chosen in product(SUBSETS, (None, *PAGE)):
        if SMS not in methods:
            continue
        wished = facts(session, Requirement(wish=X), chosen, methods=methods)
        expected = page_of_the_second_step(methods, chosen, T) if PASSKEY in methods else Step.FINISH
        assert next_step(wished) is expected, wished
        for given in PAGE:
            answered = facts((*session, proof(given)), Requirement(wish=X), chosen, methods=methods)
            assert next_step(answered) is Step.FINISH, answered
            another = facts((*session, proof(given, citizen_id="berk")), Requirement(wish=X), chosen, methods=methods)
            assert next_step(another) is expected, another


PROOFS = (
    proof(Method.PASSWORD),
    proof(Method.PASSWORD, age=100, login_id="session"),
    proof(Method.PASSWORD, citizen_id="berk"),
    proof(SMS),
    proof(SMS, age=100, login_id="session"),
    proof(PASSKEY, age=100, login_id="session"),
    proof(PASSKEY, citizen_id="berk"),
)
REQUIREMENTS = tuple(
    Requirement(level, max_age, wish, renew)
    for (level, wish), (max_age, renew) in product(
        ((P, P), (P, X), (T, T), (X, P)), ((None, False), (99, False), (100, False), (None, True))
    )
)
HELD: tuple[frozenset[Method], ...] = (frozenset(), frozenset({SMS}), frozenset({SMS, PASSKEY}), frozenset({BACKUP}))


def every_fact() -> Iterator[Facts]:
    """Every mix of proofs, with every requirement, switch and set of methods; then one more fact against each."""
    mixes = [tuple(one for keep, one in zip(kept, PROOFS, strict=True) if keep) for kept in product((0, 1), repeat=7)]
    for evidence, requirement, citizen, methods in product(mixes, REQUIREMENTS, (AYSE, ON), HELD):
        yield facts(evidence, requirement, citizen=citizen, methods=methods)
    for evidence, requirement in product(mixes, REQUIREMENTS):
        asked = facts(evidence, requirement)
        yield replace(asked, password_due=True)
        yield replace(asked, client=replace(MHRS, disabled=True))
        yield replace(asked, client=None)
        yield replace(asked, citizen=None)
        yield replace(asked, citizen=replace(ON, state=CitizenState.CLOSED))
        yield replace(asked, is_hinted=False)
        yield replace(asked, is_hinted=True)
        yield replace(asked, consented=frozenset({"openid"}))
        for name, value in (
            ("requirement", replace(requirement, satisfiable=False)),
            ("requirement", replace(requirement, choose_account=True)),
            ("enabling", Enabling.STARTED),
            ("enabling", Enabling.DONE),
        ):
            yield replace(asked, login=replace(asked.login, **{name: value}))  # type: ignore[arg-type]  # as above


def level_read_from(asked: Facts) -> int:
    """The rank of what this citizen proved, here or in the session as far as it counts; 0 without a password."""
    requirement = asked.login.requirement

    def counts(age: int, here: bool) -> bool:
        return here or not (requirement.renew or (requirement.max_age is not None and age > requirement.max_age))

    proved = {
        one.method
        for one in asked.login.evidence
        if one.citizen_id == AYSE.id and counts(NOW - one.proved_at, one.login_id == asked.login.id)
    }
    if Method.PASSWORD not in proved:
        return 0
    return 3 if PASSKEY in proved else 2 if len(proved) > 1 else 1


def may_finish(asked: Facts) -> bool:
    """What must be true before anything is issued: security.md rule 1 and R-30 to R-36, read without the table."""
    citizen, client, requirement = asked.citizen, asked.client, asked.login.requirement
    if citizen is None or client is None or citizen.state is not CitizenState.ACTIVE or client.disabled:
        return False
    here = {one.method for one in asked.login.evidence if one.login_id == LOGIN.id and one.citizen_id == AYSE.id}
    reached = level_read_from(asked)
    could_do_better = citizen.two_step and requirement.wish == X and reached < 3 and PASSKEY in asked.methods
    return (
        reached >= max(requirement.level, 2 if citizen.two_step else 1)
        and not (could_do_better and not here - {Method.PASSWORD})
        and not (asked.password_due and Method.PASSWORD in here)
        and requirement.satisfiable
        and not requirement.choose_account
        and asked.is_hinted is not False
        and asked.login.enabling is Enabling.NO
        and asked.consented >= REQUEST.asks_for
    )


def test_p1_p5_a_login_finishes_exactly_when_an_independent_reading_says_so() -> None:
    """Both ways: nothing is issued without its proofs, and nobody is asked for more than is needed."""
    finished = 0
    for asked in every_fact():
        at_end = next_step(asked) is Step.FINISH
        assert at_end is may_finish(asked), asked
        finished += at_end
    assert finished > 1000


def test_r36_p1_a_session_of_a_password_never_rises() -> None:
    """Whatever is asked for, wished for, chosen or held: without a second proof there is no second level."""
    password = (proof(Method.PASSWORD, age=100, login_id="session"),)
    for methods, requirement, chosen, citizen in product(SUBSETS, REQUIREMENTS, (None, SMS, PASSKEY), (AYSE, ON)):
        asked = facts(password, requirement, chosen, methods=methods, citizen=citizen)
        assert asked.reached in {None, P}
        if next_step(asked) is Step.FINISH:
            assert citizen is AYSE
            assert requirement.level is P
