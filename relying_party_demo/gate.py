"""The gate: does a genuine ID token prove a login that is strong and fresh enough? Pure (security.md R-37, A24).

The level is read from `acr` alone, which must be exactly one string of the known scale. Anything else, and a missing
`acr` above all, counts as the weakest level and is refused. Levels are compared by rank, never by equality
(domain.md §4 rule 3).

Age is judged by our clock alone, to the second: a proof as old as the limit still counts, one second more does not.
A provider's clock that runs ahead buys no time, because an `auth_time` in our future is read as this very moment; one
that runs behind makes proofs look older than they are, and no grace is added for it (R-35).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

CLOCK_SKEW = 60
"""Seconds by which the provider's clock may run ahead of ours before `auth_time` counts as a lie."""

_SHOWN_CHARACTERS = 80


class Level(StrEnum):
    """The provider's ordered scale, weakest first."""

    PASSWORD = "urn:esik:acr:password"
    TWO_STEP = "urn:esik:acr:two-step"
    PHISHING_RESISTANT = "urn:esik:acr:phishing-resistant"

    @property
    def rank(self) -> int:
        return tuple(Level).index(self)

    def and_above(self) -> tuple["Level", ...]:
        """This level and every stronger one, weakest first: what an essential `acr` claim asks for."""
        return tuple(level for level in Level if level.rank >= self.rank)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an action wants: at least `level`, resting on proofs that are at most `max_age` seconds old."""

    level: Level
    max_age: int


class Reason(StrEnum):
    """Why the gate stays shut."""

    ACR_MISSING = "acr_missing"
    ACR_NOT_A_STRING = "acr_not_a_string"
    ACR_UNKNOWN = "acr_unknown"
    ACR_TOO_LOW = "acr_too_low"
    AUTH_TIME_MISSING = "auth_time_missing"
    AUTH_TIME_INVALID = "auth_time_invalid"
    AUTH_TIME_TOO_OLD = "auth_time_too_old"

    @property
    def claim(self) -> str:
        """The claim of the ID token that was not good enough."""
        return "acr" if self.startswith("acr") else "auth_time"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A login that may enter: its level, its methods (`amr`) and the time of its oldest proof.

    `counts_until` is the last second at which it still satisfies the requirement it was judged by.
    """

    level: Level
    methods: tuple[str, ...]
    auth_time: int
    counts_until: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A login that may not. `received` is the claim as it came, made showable; None when it was absent."""

    reason: Reason
    requirement: Requirement
    received: str | None
    methods: tuple[str, ...]


def admit(claims: Mapping[str, object], requirement: Requirement, now: int) -> Admitted | Refused:
    """Judge the claims of a verified ID token, for pages and for the API alike. `now` is in seconds since the epoch."""
    methods = _methods(claims.get("amr"))
    acr = claims.get("acr")

    def refuse(reason: Reason) -> Refused:
        return Refused(reason, requirement, _showable(claims.get(reason.claim)), methods)

    if acr is None:
        return refuse(Reason.ACR_MISSING)
    if type(acr) is not str:
        return refuse(Reason.ACR_NOT_A_STRING)
    if acr not in {str(level) for level in Level}:
        return refuse(Reason.ACR_UNKNOWN)
    level = Level(acr)
    if level.rank < requirement.level.rank:
        return refuse(Reason.ACR_TOO_LOW)

    auth_time = claims.get("auth_time")
    if auth_time is None:
        return refuse(Reason.AUTH_TIME_MISSING)  # we send max_age, so the provider owes it: OIDC Core §3.1.2.1
    if type(auth_time) is not int or not 0 < auth_time <= now + CLOCK_SKEW:
        return refuse(Reason.AUTH_TIME_INVALID)
    proved_at = min(auth_time, now)
    if now - proved_at > requirement.max_age:
        return refuse(Reason.AUTH_TIME_TOO_OLD)
    return Admitted(level, methods, proved_at, proved_at + requirement.max_age)


def _methods(amr: object) -> tuple[str, ...]:
    """What `amr` names, for display only: the gate never decides by it."""
    if not isinstance(amr, list):
        return ()
    return tuple(method[:_SHOWN_CHARACTERS] for method in amr[:16] if type(method) is str and method)


def _showable(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:_SHOWN_CHARACTERS]
