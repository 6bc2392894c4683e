"""Which password will do: the official rules (`edevlet`) and today's advice (`modern`), as tables of faults.

NIST SP 800-63B advises against composition rules and forced change; `edevlet` keeps both because it emulates the real
service, and is the default in sandbox mode. `modern` is length and a blocklist, the default in production mode.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from idp.domain.citizen import Citizen
from idp.policy.guessable import is_guessable

HISTORY = 3
"""A new password differs from this many last ones, the present one included (domain rules §3.2)."""

MOST_CHARACTERS = 256
MOST_BYTES = 1024
_SYMBOLS = set(""".,:;-_*?!="^+%&/()<>#${}'~""")


class PasswordPolicy(StrEnum):
    EDEVLET = "edevlet"
    MODERN = "modern"


class PasswordFault(StrEnum):
    """What is wrong with a new password. The value is the name under which pages have their words."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_LOWER = "no_lower"
    NO_UPPER = "no_upper"
    NO_DIGIT = "no_digit"
    NO_SYMBOL = "no_symbol"
    HOLDS_NATIONAL_ID = "holds_national_id"
    HOLDS_PHONE_NUMBER = "holds_phone_number"
    HOLDS_BIRTH_YEAR = "holds_birth_year"
    COMMON = "common"
    UNREADABLE = "unreadable"
    REUSED = "reused"


@dataclass(frozen=True, slots=True)
class _Candidate:
    password: str
    citizen: Citizen


def _shorter_than(characters: int) -> Callable[[_Candidate], bool]:
    return lambda c: len(c.password) < characters


def _lacks(pattern: str) -> Callable[[_Candidate], bool]:
    """Only ASCII letters count for the classes, so ç ğ ı ö ş ü do not."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda c: compiled.search(c.password) is None


def _holds(digits: str, password: str) -> bool:
    """Forwards or backwards, also with separators between the digits (`1984`, `4891`, `19.84`)."""
    joined = re.sub(r"(?<=[0-9])[\s.,:;_/-]+(?=[0-9])", "", password)
    return any(number in text for number in (digits, digits[::-1]) for text in (password, joined))


def _holds_national_id(c: _Candidate) -> bool:
    return _holds(c.citizen.national_id.value, c.password)


def _holds_phone_number(c: _Candidate) -> bool:
    return c.citizen.phone_number is not None and _holds(c.citizen.phone_number.value[3:], c.password)


def _holds_birth_year(c: _Candidate) -> bool:
    return bool(c.citizen.birthdate) and _holds((c.citizen.birthdate or "")[:4], c.password)


def _is_common(c: _Candidate) -> bool:
    return is_guessable(fold(c.password))


def _is_unreadable(c: _Candidate) -> bool:
    """What no keyboard makes: a control character or a lone surrogate."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in c.password)


def _is_too_long(c: _Candidate) -> bool:
    """In characters for people, and in bytes for the hasher."""
    return len(c.password) > MOST_CHARACTERS or len(c.password.encode("utf-8", "surrogatepass")) > MOST_BYTES


_EVERY_POLICY: tuple[tuple[Callable[[_Candidate], bool], PasswordFault], ...] = (
    (_is_too_long, PasswordFault.TOO_LONG),
    (_is_unreadable, PasswordFault.UNREADABLE),
    (_holds_national_id, PasswordFault.HOLDS_NATIONAL_ID),
    (_holds_phone_number, PasswordFault.HOLDS_PHONE_NUMBER),
    (_holds_birth_year, PasswordFault.HOLDS_BIRTH_YEAR),
    (_is_common, PasswordFault.COMMON),
)

LEAST_CHARACTERS = {PasswordPolicy.EDEVLET: 8, PasswordPolicy.MODERN: 15}

RULES: dict[PasswordPolicy, tuple[tuple[Callable[[_Candidate], bool], PasswordFault], ...]] = {
    PasswordPolicy.EDEVLET: (
        (_shorter_than(LEAST_CHARACTERS[PasswordPolicy.EDEVLET]), PasswordFault.TOO_SHORT),
        (_lacks("[a-z]"), PasswordFault.NO_LOWER),
        (_lacks("[A-Z]"), PasswordFault.NO_UPPER),
        (_lacks("[0-9]"), PasswordFault.NO_DIGIT),
        (lambda c: not _SYMBOLS.intersection(c.password), PasswordFault.NO_SYMBOL),
        *_EVERY_POLICY,
    ),
    PasswordPolicy.MODERN: (
        (_shorter_than(LEAST_CHARACTERS[PasswordPolicy.MODERN]), PasswordFault.TOO_SHORT),
        *_EVERY_POLICY,
    ),
}


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """The rules of one house. `max_age` is how old a password may grow, in seconds; None for any age."""

    policy: PasswordPolicy
    max_age: int | None = None

    def is_due(self, citizen: Citizen, now: int) -> bool:
        """Whether the password must be changed at the next login: an envelope's, or one too old."""
        is_old = self.max_age is not None and now - citizen.password_changed_at >= self.max_age
        return citizen.must_change_password or is_old


def faults(password: str, citizen: Citizen, policy: PasswordPolicy) -> tuple[PasswordFault, ...]:
    """Everything that is wrong with a new password, in the order of the rules; empty if it will do.

    Whether it was used before (`REUSED`) costs a hash for each and is the journey's to find.
    """
    candidate = _Candidate(unicodedata.normalize("NFKC", password), citizen)  # as it will be hashed
    return tuple(fault for broken, fault in RULES[policy] if broken(candidate))


def fold(text: str) -> str:
    """Lower-case ASCII letters of a Turkish text: `İĞDIR` and `Iğdır` both give `igdir`."""
    turkish = str.maketrans("çğıİöşüÇĞIÖŞÜ", "cgiiosucgiosu")
    return unicodedata.normalize("NFKC", text).translate(turkish).lower()
