"""Doğrulama uygulaması kodu (RFC 6238): six digits that an authenticator app shows, changing every 30 seconds.

Our own extension: e-Devlet is not known to offer it.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
from pyotp.exceptions import OTPVerificationError

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.factors import digits
from idp.factors.ports import Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotWaiting, Right, Waiting, Wrong

DIGITS = 6
_DRIFT = 1
"""Time steps that a phone's clock may be off, in either direction (R-57)."""

_SEED_BYTES = 20


def new_seed(secrets: Secrets) -> str:
    """160 random bits in base32, as authenticator apps read them (RFC 4226 §4, R6)."""
    return base64.b32encode(base64.urlsafe_b64decode(secrets.token() + "=")[:_SEED_BYTES]).decode()


def enrolment_uri(seed: str, account: str, issuer: str) -> str:
    """The `otpauth:` address that a QR code carries to the app."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=issuer)


def time_step(seed: str, code: str, now: int) -> int | None:
    """The step whose code this is, if it is the present one or one beside it. `code` has six ASCII digits."""
    try:
        return pyotp.TOTP(seed).verify_and_get_timecode(code, for_time=now, valid_window=_DRIFT)
    except OTPVerificationError:
        return None


@dataclass(frozen=True, slots=True)
class Totp:
    """Each step is accepted once, in all processes: the stored one only grows."""

    method: Method = Method.TOTP
    asks: bool = False
    is_guessed: bool = True

    def read(self, typed: str) -> str:
        return digits.read(typed, DIGITS)

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """The app needs no question."""

    def waiting(self, uow: UnitOfWork, asking: Asking) -> Waiting | NotWaiting:
        held = _held(uow, asking)
        return "none" if held is None else Waiting(held.id)

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        return waiting  # the citizen's own limits are the only ones

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        return lambda: True  # three short digests, compared where the step is taken

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        held = _held(uow, asking)
        return held is not None and time_step(uow.authenticators.secret_of(held.id), answer, asking.now) == held.counter

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        held = _held(uow, asking)
        if held is None or held.id != waiting.id:
            return Wrong()
        step = time_step(uow.authenticators.secret_of(held.id), answer, asking.now)
        if step is None:
            return Wrong()
        return Right(held.id) if uow.authenticators.advance(held.id, step, asking.now) else Wrong("reused")


def _held(uow: UnitOfWork, asking: Asking) -> Authenticator | None:
    every = uow.authenticators.of_citizen(asking.citizen.id)
    return next((one for one in every if one.method is Method.TOTP), None)
