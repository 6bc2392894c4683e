"""What a request needs: the client's floor, an essential `acr`, a wish, `prompt` and `max_age` (R-31, R-34)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.authorization_request import Prompt
from idp.domain.level import Level
from idp.domain.login import Requirement
from idp.policy import assurance
from tests.policy.samples import MHRS, REQUEST

P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT


@pytest.mark.parametrize(
    ("floor", "essential", "level", "satisfiable"),
    [
        (P, None, P, True),
        (T, None, T, True),
        (X, None, X, True),
        (P, (T,), T, True),
        (P, (T, X), T, True),
        (P, (X, T, P), P, True),
        (P, (X,), X, True),
        (T, (P,), T, False),
        (T, (P, T), T, True),
        (T, (P, X), X, True),
        (T, (X,), X, True),
        (X, (P,), X, False),
        (X, (P, T), X, False),
        (P, (), P, False),
        (T, (), T, False),
        (X, (), X, False),
    ],
)
def test_r31_auth_23_required_is_the_lowest_listed_level_that_is_not_below_the_floor(
    floor: Level, essential: tuple[Level, ...] | None, level: Level, satisfiable: bool
) -> None:
    needed = assurance.required(replace(REQUEST, essential_levels=essential), replace(MHRS, minimum_level=floor))
    assert (needed.level, needed.satisfiable) == (level, satisfiable)


@given(
    st.sampled_from(Level),
    st.none() | st.lists(st.sampled_from(Level), max_size=3).map(tuple),
    st.lists(st.sampled_from(Level), max_size=3).map(tuple),
)
def test_rule_2_no_request_lowers_the_floor(
    floor: Level, essential: tuple[Level, ...] | None, wished: tuple[Level, ...]
) -> None:
    request = replace(REQUEST, essential_levels=essential, wished_levels=wished)
    needed = assurance.required(request, replace(MHRS, minimum_level=floor))
    assert needed.level >= floor
    fitting = [level for level in essential or () if level >= floor]
    assert needed.level == min(fitting, default=floor)
    assert needed.satisfiable is (essential is None or bool(fitting))


@pytest.mark.parametrize(
    ("wished", "wish"), [((), P), ((X,), X), ((X, T), X), ((T, X), T), ((P, X), P), ((X, P, T), X)]
)
def test_a10_a_wish_is_the_level_listed_first_and_requires_nothing(wished: tuple[Level, ...], wish: Level) -> None:
    needed = assurance.required(replace(REQUEST, wished_levels=wished), MHRS)
    assert (needed.wish, needed.level, needed.satisfiable) == (wish, P, True)


def test_core_5_5_1_1_a_silent_login_cannot_ask_so_it_has_no_wish() -> None:
    silent = replace(REQUEST, wished_levels=(X,), prompt=frozenset({Prompt.NONE}))
    assert assurance.required(silent, MHRS).wish is P


@pytest.mark.parametrize(
    ("prompt", "max_age", "renew"),
    [
        ((), None, False),
        ((), 1, False),
        ((), 0, True),
        ((Prompt.LOGIN,), None, True),
        ((Prompt.LOGIN, Prompt.CONSENT), 500, True),
        ((Prompt.CONSENT,), None, False),
        ((Prompt.NONE,), None, False),
        ((Prompt.NONE,), 0, True),
    ],
)
def test_r34_prompt_login_and_max_age_zero_renew(prompt: tuple[Prompt, ...], max_age: int | None, renew: bool) -> None:
    needed = assurance.required(replace(REQUEST, prompt=frozenset(prompt), max_age=max_age), MHRS)
    assert (needed.renew, needed.max_age) == (renew, max_age)
    assert needed.choose_account is False


def test_select_account_asks_for_a_choice_and_for_no_new_proof() -> None:
    needed = assurance.required(replace(REQUEST, prompt=frozenset({Prompt.SELECT_ACCOUNT})), MHRS)
    assert (needed.choose_account, needed.renew) == (True, False)


@pytest.mark.parametrize(
    ("began", "floor", "essential", "level", "satisfiable"),
    [
        (P, P, None, P, True),
        (P, T, None, T, True),
        (T, P, None, T, True),
        (P, X, (T,), X, False),
        (T, T, (T,), T, True),
        (P, X, (T, X), X, True),
    ],
)
def test_e07_what_is_demanded_today_never_falls(
    began: Level, floor: Level, essential: tuple[Level, ...] | None, level: Level, satisfiable: bool
) -> None:
    """Of what was asked when the login began nothing else changes."""
    request = replace(REQUEST, essential_levels=essential)
    before = Requirement(level=began, max_age=60, wish=X, renew=True, choose_account=True)
    today = assurance.demanded_today(before, request, replace(MHRS, minimum_level=floor))
    assert today == replace(before, level=level, satisfiable=satisfiable)


def test_e07_what_could_not_be_satisfied_stays_so() -> None:
    before = Requirement(satisfiable=False)
    assert not assurance.demanded_today(before, REQUEST, MHRS).satisfiable
