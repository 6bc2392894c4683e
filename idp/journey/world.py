"""The world as a journey sees it: one value, made by `app` and passed to every verb."""

from dataclasses import dataclass, field

from idp.clock import Clock
from idp.factors.ports import Secrets
from idp.factors.sms import Sms
from idp.journey.ports import Begin, PasswordHasher


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and counts that settings may change, and which of the throttles are on.

    In sandbox mode no SMS leaves the house, so only the wait between two codes of one login is on; and people at this
    very machine (a test suite) are not slowed down by the limits per address.
    """

    login_seconds: int = 600
    enabling_seconds: int = 1800
    sms_quotas: bool = True
    loopback_exempt: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Everything a verb needs besides its own arguments. `subject_salt` makes `sub` values (policy.subject)."""

    begin: Begin
    clock: Clock
    hasher: PasswordHasher
    secrets: Secrets
    sms: Sms
    subject_salt: bytes = field(repr=False)
    limits: Limits = field(default_factory=Limits)
