"""The rules for a new password, and what is wrong with one, as pages say them."""

from typing import Literal

from idp.policy.passwords import HISTORY, LEAST_CHARACTERS, MOST_CHARACTERS, PasswordFault, PasswordPolicy
from idp.web.i18n import Text
from idp.web.views import FieldError, PasswordRule, Problem

_PROBLEMS = {
    PasswordFault.TOO_SHORT: Problem.TOO_SHORT,
    PasswordFault.TOO_LONG: Problem.TOO_LONG,
    PasswordFault.NO_LOWER: Problem.NO_LOWER_CASE,
    PasswordFault.NO_UPPER: Problem.NO_UPPER_CASE,
    PasswordFault.NO_DIGIT: Problem.NO_DIGIT,
    PasswordFault.NO_SYMBOL: Problem.NO_SYMBOL,
    PasswordFault.HOLDS_NATIONAL_ID: Problem.HOLDS_NATIONAL_ID,
    PasswordFault.HOLDS_PHONE_NUMBER: Problem.HOLDS_PHONE_NUMBER,
    PasswordFault.HOLDS_BIRTH_YEAR: Problem.HOLDS_BIRTH_YEAR,
    PasswordFault.COMMON: Problem.TOO_COMMON,
    PasswordFault.UNREADABLE: Problem.UNREADABLE,
    PasswordFault.REUSED: Problem.USED_BEFORE,
}


def rules(policy: PasswordPolicy) -> tuple[Text, ...]:
    length = Text(PasswordRule.LENGTH, {"n": LEAST_CHARACTERS[policy]})
    classes = (Text(PasswordRule.CLASSES),) if policy is PasswordPolicy.EDEVLET else ()
    return (
        length,
        *classes,
        Text(PasswordRule.PERSONAL),
        Text(PasswordRule.HISTORY, {"n": HISTORY}),
        Text(PasswordRule.COMMON),
    )


def problem_of(fault: PasswordFault | Literal["empty", "differs"], policy: PasswordPolicy) -> FieldError:
    if fault == "empty":
        return FieldError("new_password", Problem.EMPTY_NEW_PASSWORD)
    if fault == "differs":
        return FieldError("new_password_repeat", Problem.REPEAT_DIFFERS)
    number = {
        PasswordFault.TOO_SHORT: LEAST_CHARACTERS[policy],
        PasswordFault.TOO_LONG: MOST_CHARACTERS,
        PasswordFault.REUSED: HISTORY,
    }.get(fault)
    return FieldError("new_password", _PROBLEMS[fault], {} if number is None else {"n": number})
