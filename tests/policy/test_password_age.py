"""When a password must be changed at the next login: an envelope's, or one too old (domain.md §3.2)."""

from dataclasses import replace

import pytest

from idp.policy.passwords import PasswordPolicy, PasswordRules
from tests.policy.samples import AYSE, NOW

SIX_MONTHS = 180 * 86_400
EDEVLET = PasswordRules(PasswordPolicy.EDEVLET, max_age=SIX_MONTHS)


@pytest.mark.parametrize(("age", "due"), [(0, False), (SIX_MONTHS - 1, False), (SIX_MONTHS, True), (NOW, True)])
def test_a_password_grows_old_to_the_second(age: int, due: bool) -> None:
    citizen = replace(AYSE, password_changed_at=NOW - age)
    assert EDEVLET.is_due(citizen, NOW) is due
    assert PasswordRules(PasswordPolicy.MODERN).is_due(citizen, NOW) is False


@pytest.mark.parametrize("rules", [EDEVLET, PasswordRules(PasswordPolicy.MODERN)])
def test_a_password_out_of_an_envelope_is_due_however_new(rules: PasswordRules) -> None:
    citizen = replace(AYSE, must_change_password=True, password_changed_at=NOW)
    assert rules.is_due(citizen, NOW)


def test_r51_the_modern_rules_know_no_age() -> None:
    assert PasswordRules(PasswordPolicy.MODERN).max_age is None
