"""The view of each step, and what a refused form adds to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

from idp.domain.citizen import Citizen
from idp.domain.errors import TooBusy
from idp.domain.level import Level as DomainLevel
from idp.domain.national_id import InvalidNationalId, NationalId
from idp.factors.second_factor import Waiting
from idp.journey import password, second_factor
from idp.journey.standing import Standing
from idp.policy import throttle
from idp.policy.journey import Step
from idp.web.claims_shown import claims_shown
from idp.web.conclusion import address
from idp.web.forms import query_pairs
from idp.web.house import House, Sample, UnitOfWork
from idp.web.i18n import Duration, Text
from idp.web.presentation import language
from idp.web.views import (
    CodePage,
    CodePurpose,
    ConsentPage,
    FieldError,
    Level,
    Notice,
    Page,
    PasswordPage,
    PersonaChoice,
    PhoneUnverifiedPage,
    Problem,
    SelectAccountPage,
    TwoStepOffPage,
    TwoStepOnPage,
)

SAMPLE_PARAMETER = "ornek"
SOMEBODY_ELSE_PARAMETER = "baska"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the page says about the form that was just sent. `typed` is kept; passwords and codes never are."""

    errors: tuple[FieldError, ...] = ()
    notice: Text | None = None
    typed: str = ""
    status: int = 422
    retry_after: int = 0


NOTHING = Refusal(status=200)


def of(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal = NOTHING) -> Page:
    """The view of the step that the login stands at. Raises ValueError for a step without a page."""
    step = standing.step
    if step is Step.PASSWORD:
        return _password(request, home, standing, refusal)
    citizen = standing.citizen
    if citizen is None:
        raise ValueError("every later step knows the citizen")
    if step is Step.ACCOUNT:
        return _account(standing, citizen)
    if step in {Step.SECOND_FACTOR, Step.ENABLING}:
        return _code(home, uow, standing, citizen, refusal)
    if step is Step.TWO_STEP_OFF:
        return _two_step_off(home, standing, citizen, refusal)
    if step is Step.TWO_STEP_ON:
        return TwoStepOnPage(submit=_here(standing), rp_name=_rp_name(standing) or "", cancel=_cancel(standing))
    if step is Step.CONSENT:
        return _consent(request, standing, citizen)
    raise ValueError(f"{step} has no page")


def form_targets(standing: Standing) -> Sequence[str]:
    """Origins at which this login's forms may end: the registered redirect URI's, and what the client named itself."""
    asked = standing.login.request
    if asked is None or standing.client is None:
        return ()
    parts = urlsplit(asked.redirect_uri)
    target = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    return (target, *standing.client.return_origins)


def after_password(outcome: password.Outcome, typed: str) -> Refusal:
    match outcome:
        case password.BadNationalId(fault):
            return Refusal(_error("national_id", _NATIONAL_ID[fault]), typed=typed)
        case password.PasswordMissing():
            return Refusal(_error("password", Problem.EMPTY_PASSWORD), typed=typed)
        case password.PasswordWait(seconds):
            wait = Duration(seconds or 86_400)
            return Refusal(
                (FieldError("password", Problem.MUST_WAIT, {"duration": wait}),),
                typed=typed,
                status=429,
                retry_after=wait.seconds,
            )
    return Refusal(_error("password", Problem.WRONG_CREDENTIALS), typed=typed)


def while_busy(busy: TooBusy, typed: str) -> Refusal:
    error = FieldError("password", Problem.BUSY, {"duration": Duration(busy.retry_after)})
    return Refusal((error,), typed=typed, status=503, retry_after=busy.retry_after)


def after_code(outcome: second_factor.AnswerOutcome, digits: int) -> Refusal:
    match outcome:
        case second_factor.BadCode(fault):
            return Refusal((FieldError("code", _CODE[fault], {"n": digits}),))
        case second_factor.WrongCode(0):
            return Refusal(_error("code", Problem.CODE_USED_UP))
        case second_factor.WrongCode(tries_left):
            return Refusal((FieldError("code", Problem.WRONG_CODE, {"n": tries_left}),))
        case second_factor.DeadCode(why):
            return Refusal(_error("code", Problem.CODE_EXPIRED if why == "expired" else Problem.CODE_USED_UP))
        case second_factor.Paused(seconds):
            wait = seconds or 86_400
            return Refusal(
                (FieldError("password", Problem.METHOD_PAUSED, {"duration": Duration(wait)}),),
                status=429,
                retry_after=wait,
            )
    raise ValueError("a right code needs no page of its own")


def after_resend(outcome: second_factor.SendOutcome) -> Refusal:
    match outcome:
        case second_factor.Sent():
            return Refusal(notice=Text(Notice.CODE_RESENT), status=200)
        case second_factor.TooEarly(seconds):
            return Refusal(
                notice=Text(Notice.CODE_TOO_EARLY, {"duration": Duration(seconds)}),
                status=429,
                retry_after=seconds,
            )
    return Refusal(status=429, retry_after=outcome.seconds or 86_400)


def after_offer(fault: str) -> Refusal:
    return Refusal(_error("accept_terms", _OFFER[fault]))


def _error(field: str, problem: Problem) -> tuple[FieldError, ...]:
    return (FieldError(field, problem),)


_NATIONAL_ID = {
    "empty": Problem.EMPTY_NATIONAL_ID,
    "length": Problem.NATIONAL_ID_LENGTH,
    "checksum": Problem.NATIONAL_ID_CHECKSUM,
}
_CODE = {"empty": Problem.EMPTY_CODE, "not_digits": Problem.CODE_NOT_DIGITS, "length": Problem.CODE_LENGTH}
_OFFER = {"terms": Problem.TERMS_NOT_ACCEPTED, "phone": Problem.PHONE_NOT_VERIFIED}
_LEVELS = {DomainLevel.PASSWORD: Level.PASSWORD}


def _password(request: Request, home: House, standing: Standing, refusal: Refusal) -> Page:
    lang, asked = language(request), dict(query_pairs(request))
    sample = dict(zip(_places(home), home.samples, strict=True)).get(asked.get(SAMPLE_PARAMETER, ""))
    hint = standing.login.request.login_hint if standing.login.request is not None else None
    return PasswordPage(
        submit=_here(standing),
        cancel=_cancel(standing),
        rp_name=_rp_name(standing),
        requires_two_step=standing.login.requirement.level > DomainLevel.PASSWORD,
        reauthenticating_as=_known(standing, asked, refusal, sample),
        somebody_else=f"{_here(standing)}?{urlencode({SOMEBODY_ELSE_PARAMETER: 1})}",
        national_id=refusal.typed or (sample.national_id if sample is not None else _hinted(hint)),
        sample_password=sample.password if sample is not None and not refusal.errors else "",
        personas=tuple(
            PersonaChoice(
                name=choice.name,
                note=choice.note[lang],
                url=f"{_here(standing)}?{urlencode({SAMPLE_PARAMETER: place})}",
            )
            for place, choice in zip(_places(home), home.samples, strict=True)
        ),
        errors=refusal.errors,
        notice=Text(Notice.SAMPLE_FILLED) if sample is not None and not refusal.errors else refusal.notice,
    )


def _places(home: House) -> list[str]:
    """What an address says instead of a person's number: the place in the list (R-80)."""
    return [str(place) for place in range(1, len(home.samples) + 1)]


def _hinted(login_hint: str | None) -> str:
    """A `login_hint` fills the form when it is a valid number; anything else is passed over (AUTH-21)."""
    try:
        return NationalId.parse(login_hint or "").value
    except InvalidNationalId:
        return ""


def _known(standing: Standing, asked: Mapping[str, str], refusal: Refusal, sample: Sample | None) -> str | None:
    """Who is asked for the password alone, masked; None where a number is asked too."""
    if standing.citizen is None or sample is not None or refusal.typed or SOMEBODY_ELSE_PARAMETER in asked:
        return None
    return standing.citizen.national_id.masked


def _account(standing: Standing, citizen: Citizen) -> Page:
    return SelectAccountPage(
        submit=_here(standing),
        citizen_name=citizen.name,
        national_id=citizen.national_id.masked,
        cancel=_cancel(standing),
        rp_name=_rp_name(standing),
    )


def _code(home: House, uow: UnitOfWork, standing: Standing, citizen: Citizen, refusal: Refusal) -> Page:
    phone = citizen.verified_phone
    if phone is None:
        raise ValueError("a code goes only to a verified phone")
    now, world = standing.facts.now, home.world
    waiting = world.sms.waiting(uow, standing.login.id, now)
    paused = uow.throttles.refusal(throttle.factor_attempt(citizen.id, world.sms.method), now)
    return CodePage(
        submit=_here(standing),
        resend=f"{address(standing.login.id)}/resend",
        phone_ending=phone.ending,
        digits=world.sms.digits,
        valid_until=waiting.expires_at if isinstance(waiting, Waiting) else None,
        now=now,
        sent=waiting != "none",
        purpose=_purpose(standing),
        cancel=_cancel(standing),
        rp_name=_rp_name(standing),
        paused_for=None if paused is None else max(1, (paused.until or now + 86_400) - now),
        phone_url=home.phone_url(phone.value),
        errors=refusal.errors if paused is None else (),
        notice=refusal.notice,
    )


def _purpose(standing: Standing) -> CodePurpose:
    if standing.step is Step.ENABLING:
        return CodePurpose.ENABLE
    login = standing.login
    is_for_settings = login.request is None and login.requirement.max_age is not None
    return CodePurpose.CONFIRM if is_for_settings else CodePurpose.LOGIN


def _two_step_off(home: House, standing: Standing, citizen: Citizen, refusal: Refusal) -> Page:
    phone, rp_name = citizen.verified_phone, _rp_name(standing) or ""
    if phone is None:
        number = citizen.phone_number
        return PhoneUnverifiedPage(
            submit=_here(standing),
            rp_name=rp_name,
            phone_url=home.phone_url(number.value if number is not None else None),
            errors=refusal.errors,
        )
    return TwoStepOffPage(submit=_here(standing), rp_name=rp_name, phone_ending=phone.ending, errors=refusal.errors)


def _consent(request: Request, standing: Standing, citizen: Citizen) -> Page:
    asked, reached = standing.login.request, standing.facts.reached
    if asked is None or reached is None:
        raise ValueError("consent is asked for a relying party, of somebody who logged in")
    return ConsentPage(
        submit=_here(standing),
        rp_name=_rp_name(standing) or "",
        items=claims_shown(asked, citizen),
        level=_LEVELS.get(reached, Level.TWO_STEP),
    )


def _rp_name(standing: Standing) -> str | None:
    return standing.client.name if standing.client is not None else None


def _here(standing: Standing) -> str:
    return address(standing.login.id, standing.step)


def _cancel(standing: Standing) -> str:
    return f"{address(standing.login.id)}/cancel"
