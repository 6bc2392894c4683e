"""The world as a journey sees it: one value, made by `app` and passed to every verb."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.clock import Clock
from idp.domain.evidence import Method
from idp.factors.ports import Secrets
from idp.factors.second_factor import SecondFactor
from idp.journey.ports import Begin, DeviceSignatures, PasswordHasher
from idp.policy.passwords import PasswordPolicy, PasswordRules


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
    """Everything a verb needs besides its own arguments. `subject_salt` makes `sub` values (policy.subject).

    `factors` has one for each method but the password.
    """

    begin: Begin
    clock: Clock
    hasher: PasswordHasher
    secrets: Secrets
    factors: Mapping[Method, SecondFactor]
    device_signatures: DeviceSignatures
    subject_salt: bytes = field(repr=False)
    passwords: PasswordRules = field(default_factory=lambda: PasswordRules(PasswordPolicy.MODERN))
    limits: Limits = field(default_factory=Limits)
