"""A forgotten password, as a table beside that of `policy.journey` (A21, R-62).

A recovery is a login that never holds a password proof: no level follows from what it holds, and no row of this table
leads to a session, a code or a consent. It ends with a new password, and the citizen logs in like everybody.

Until the code from the phone was right, the login names nobody: only the MAC of the number that was typed. So whatever
is done before, by whomever, is the same for every number there is.
"""

from collections.abc import Callable

from idp.domain.evidence import Method, Proof
from idp.domain.login import LoginState
from idp.domain.throttle import Count, Quota
from idp.policy.facts import FACTOR_STEPS, Facts, Step
from idp.policy.throttle import SMS_ADDRESS_HOUR, SMS_RESEND_SECONDS

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

SENT_MINUTE = Quota("recovery.sms.minute", most=1, window=SMS_RESEND_SECONDS)
SENT_HOUR = Quota("recovery.sms.hour", most=3, window=_HOUR)
SENT_DAY = Quota("recovery.sms.day", most=5, window=_DAY)
SENT_SERVICE_DAY = Quota("recovery.sms.service.day", most=5000, window=_DAY)

FORM = Quota("recovery.form", most=1, window=_HOUR)
"""One page's form with one number begins one recovery: those that are sent at once wait for each other here (L-36)."""

GUESSES = Quota("recovery.guess", most=5, window=15 * _MINUTE)
GUESSES_DAY = Quota("recovery.guess.day", most=20, window=_DAY)
"""Windows and no streak: a stranger, who needs only a number to guess here, cannot end the owner's way back (B12)."""


def sending(sought: str, address: str) -> tuple[Count, ...]:
    """The counters of one code that is sent, or would be, in their fixed order.

    None of them is a counter of the login's own codes: without the password nobody uses those up (B12).
    """
    return (
        Count(SENT_MINUTE, sought),
        Count(SENT_HOUR, sought),
        Count(SENT_DAY, sought),
        Count(SMS_ADDRESS_HOUR, address),
        Count(SENT_SERVICE_DAY, "all"),
    )


def form(login_id: str) -> tuple[Count, ...]:
    """The counter of one page's form, whose login has this id however often it is sent."""
    return (Count(FORM, login_id),)


def guess(sought: str) -> tuple[Count, ...]:
    """The counters of one guess at the code, in their fixed order: the number's, whosever it is (B15)."""
    return (Count(GUESSES, sought), Count(GUESSES_DAY, sought))


def code_proof(f: Facts) -> Proof | None:
    """The code of this very recovery, to the phone of the citizen that it names."""
    return next((proof for proof in _own(f) if proof.method is Method.SMS), None)


def proved(f: Facts) -> tuple[Method, ...]:
    """The second factors that this recovery proved: their streaks are cleared when it is done, and no others (R-53)."""
    return tuple(proof.method for proof in _own(f))


def _own(f: Facts) -> tuple[Proof, ...]:
    """Second factors of the named citizen, proved here: a session's count for nothing."""
    mine = (f.login.id, f.login.citizen_id)
    own = (proof for proof in f.login.evidence if (proof.login_id, proof.citizen_id) == mine)
    return tuple(proof for proof in own if proof.method.is_second_factor)


def _is_proved_twice(f: Facts) -> bool:
    return any(method is not Method.SMS for method in proved(f))


def _done(f: Facts) -> bool:
    return f.login.state is LoginState.FINISHED


def _over(f: Facts) -> bool:
    return f.login.state is not LoginState.OPEN or f.login.sought is None


def _expired(f: Facts) -> bool:
    return f.now >= f.login.expires_at


def _code_missing(f: Facts) -> bool:
    return code_proof(f) is None


def _refused(f: Facts) -> bool:
    """Fail closed. Asked after the code only: before it, a closed account looks like any other."""
    return f.citizen is None or not f.citizen.is_active


def _overtaken(f: Facts) -> bool:
    """Somebody who knew the password changed it meanwhile: what was forgotten is not the password any more."""
    return f.citizen is not None and f.citizen.password_changed_at > f.login.created_at


def _further_missing(f: Facts) -> bool:
    """Something besides the phone, wherever the citizen has it: the second factor is never dropped."""
    return bool(f.methods) and not _is_proved_twice(f)


def _missing_with(method: Method) -> Callable[[Facts], bool]:
    return lambda f: f.method is method and _further_missing(f)


def _identity_missing(f: Facts) -> bool:
    """With the phone alone, it must be verified with identity (domain rules §3.4), not before its code was right.

    Within one second the order cannot be told, so the same second is enough: a program at the virtual phone is that
    quick. A number that was changed meanwhile counts as verified too, but the code then went to another one and falls.
    """
    if f.methods or _is_proved_twice(f):
        return False
    code, verified_at = code_proof(f), None if f.citizen is None else f.citizen.phone_verified_at
    return code is None or verified_at is None or verified_at < code.proved_at


def _nothing_missing(_: Facts) -> bool:
    return True


TABLE: tuple[tuple[Callable[[Facts], bool], Step], ...] = (
    (_done, Step.RECOVERED),
    (_over, Step.OVER),
    (_expired, Step.EXPIRED),
    (_code_missing, Step.RECOVERY_CODE),
    (_refused, Step.REFUSED),
    (_overtaken, Step.OVER),
    *((_missing_with(method), step) for method, step in FACTOR_STEPS.items() if method is not Method.SMS),
    (_further_missing, Step.METHOD),
    (_identity_missing, Step.RECOVERY_IDENTITY),
    (_nothing_missing, Step.NEW_PASSWORD),
)
