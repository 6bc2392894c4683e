"""What a page says about the form that was just sent."""

from dataclasses import dataclass

from idp.domain.errors import TooBusy
from idp.domain.evidence import Method
from idp.journey import asking, password, second_factor
from idp.web.i18n import Duration, Text
from idp.web.views import FieldError, Notice, Problem

FOREVER = 86_400
"""What a page says, in seconds, where no waiting helps."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`typed` is kept on the page; passwords and codes never are."""

    errors: tuple[FieldError, ...] = ()
    notice: Text | None = None
    typed: str = ""
    status: int = 422
    retry_after: int = 0


NOTHING = Refusal(status=200)

FIELD = {Method.PASSKEY: "credential", Method.APP: "approval"}
"""The field of a method's page that an error stands at; `code` for the others."""


def because(field: str, problem: Problem, **values: int | Duration) -> Refusal:
    return Refusal((FieldError(field, problem, values),))


def after_password(outcome: password.Outcome, typed: str) -> Refusal:
    match outcome:
        case password.BadNationalId(fault):
            return Refusal((FieldError("national_id", _NATIONAL_ID[fault]),), typed=typed)
        case password.PasswordMissing():
            return Refusal((FieldError("password", Problem.EMPTY_PASSWORD),), typed=typed)
        case password.PasswordWait(seconds):
            wait = Duration(seconds or FOREVER)
            error = FieldError("password", Problem.MUST_WAIT, {"duration": wait})
            return Refusal((error,), typed=typed, status=429, retry_after=wait.seconds)
    return Refusal((FieldError("password", Problem.WRONG_CREDENTIALS),), typed=typed)


def while_busy(busy: TooBusy, field: str, typed: str = "") -> Refusal:
    error = FieldError(field, Problem.BUSY, {"duration": Duration(busy.retry_after)})
    return Refusal((error,), typed=typed, status=503, retry_after=busy.retry_after)


def after_answer(outcome: second_factor.AnswerOutcome, method: Method, digits: int) -> Refusal:
    """`digits` is how long an SMS or TOTP code is. Raises ValueError for a right answer."""
    field = FIELD.get(method, "code")
    match outcome:
        case second_factor.BadAnswer(fault):
            return because(field, _malformed(method, fault), **({"n": digits} if fault == "length" else {}))
        case second_factor.WrongAnswer(tries_left, reason):
            return _wrong(method, tries_left, reason)
        case second_factor.DeadQuestion(why):
            return because(field, _DEAD.get((method, why), Problem.CODE_USED_UP))
        case asking.Paused(seconds):
            wait = seconds or FOREVER
            error = FieldError("password", Problem.METHOD_PAUSED, {"duration": Duration(wait)})
            return Refusal((error,), status=429, retry_after=wait)
    raise ValueError("a right answer needs no page of its own")


def after_asking(outcome: asking.AskOutcome, method: Method | None) -> Refusal:
    """After a new code, challenge or approval was asked for."""
    is_app = method is Method.APP
    match outcome:
        case asking.Sent():
            sent = {Method.APP: Notice.APPROVAL_SENT, Method.SMS: Notice.CODE_RESENT}.get(method or Method.SMS)
            return Refusal(notice=None if sent is None else Text(sent), status=200)
        case asking.TooEarly(seconds):
            early = Notice.APPROVAL_TOO_EARLY if is_app else Notice.CODE_TOO_EARLY
            return Refusal(notice=Text(early, {"duration": Duration(seconds)}), status=429, retry_after=seconds)
    return Refusal(status=429, retry_after=outcome.seconds or FOREVER)


def _malformed(method: Method, fault: str) -> Problem:
    if method is Method.PASSKEY:
        return Problem.PASSKEY_FAILED
    if method is Method.BACKUP_CODE:
        return Problem.EMPTY_BACKUP_CODE if fault == "empty" else Problem.WRONG_BACKUP_CODE
    return _CODE[fault]


def _wrong(method: Method, tries_left: int | None, reason: str) -> Refusal:
    if method is Method.APP:
        return because("approval", Problem.METHOD_GONE if reason == "removed" else Problem.NOT_APPROVED_YET)
    if method is Method.PASSKEY:
        return because("credential", Problem.PASSKEY_FAILED)
    if method is Method.BACKUP_CODE:
        return because("code", Problem.WRONG_BACKUP_CODE)
    if reason == "reused":
        return because("code", Problem.TOTP_USED)
    if tries_left is None:
        return because("code", Problem.WRONG_TOTP)
    if tries_left == 0:
        return because("code", Problem.CODE_USED_UP)
    return because("code", Problem.WRONG_CODE, n=tries_left)


_NATIONAL_ID = {
    "empty": Problem.EMPTY_NATIONAL_ID,
    "length": Problem.NATIONAL_ID_LENGTH,
    "checksum": Problem.NATIONAL_ID_CHECKSUM,
}
_CODE = {"empty": Problem.EMPTY_CODE, "not_digits": Problem.CODE_NOT_DIGITS, "length": Problem.CODE_LENGTH}
_DEAD = {
    (Method.SMS, "expired"): Problem.CODE_EXPIRED,
    (Method.APP, "expired"): Problem.APPROVAL_EXPIRED,
    (Method.APP, "none"): Problem.APPROVAL_EXPIRED,
    (Method.APP, "used_up"): Problem.APPROVAL_EXPIRED,
    (Method.APP, "denied"): Problem.APPROVAL_DENIED,
    (Method.PASSKEY, "expired"): Problem.PASSKEY_EXPIRED,
    (Method.PASSKEY, "none"): Problem.PASSKEY_EXPIRED,
    (Method.PASSKEY, "used_up"): Problem.PASSKEY_EXPIRED,
    (Method.TOTP, "none"): Problem.METHOD_GONE,
    (Method.BACKUP_CODE, "none"): Problem.METHOD_GONE,
}
