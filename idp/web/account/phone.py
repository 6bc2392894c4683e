"""Changing the phone number: first the proof, then the new number, then the code that it gets."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.enrolment import Enrolment
from idp.domain.level import Level
from idp.domain.phone_number import PhoneNumber
from idp.factors.second_factor import NotWaiting
from idp.journey import asking, begin, phone_change, second_factor
from idp.journey.security_settings import Visitor
from idp.web.account.addresses import PHONE, TWO_STEP
from idp.web.account.door import Acting, Fields, InSession, Proved, SendingInSession, done, proved, show
from idp.web.conclusion import conclude
from idp.web.house import house, origin
from idp.web.i18n import Duration, Text
from idp.web.login.refusal import NOTHING, Refusal, because
from idp.web.presentation import cookies, language, see_other
from idp.web.views import (
    FieldError,
    Notice,
    Page,
    PhoneChangeCodePage,
    PhoneChangedPage,
    PhoneChangePage,
    PhoneProofPage,
    Problem,
)

router = APIRouter(include_in_schema=False)

CODE = f"{PHONE}/kod"
AGAIN = f"{PHONE}/kod/yeniden"
PROOF = f"{PHONE}/kanit"

_NUMBER = {"invalid": Problem.PHONE_NUMBER_INVALID, "unchanged": Problem.PHONE_NUMBER_UNCHANGED}
_CODE = {"empty": Problem.EMPTY_CODE, "not_digits": Problem.CODE_NOT_DIGITS, "length": Problem.CODE_LENGTH}


@router.get(PHONE)
def phone_page(request: Request, visitor: Proved) -> Response:
    return show(request, visitor, _proof_first(request, visitor) or _number_page(visitor))


@router.post(PHONE)
def post_number(request: Request, visitor: Acting, fields: Fields) -> Response:
    if _proof_first(request, visitor) is not None:
        return see_other(PHONE)
    home, typed = house(request), fields.get("phone_number", "")
    outcome = phone_change.ask_for_code(home.world, visitor, typed, language(request), origin(request))
    if isinstance(outcome, str):
        return _answered(request, visitor, _number_page(visitor, because("phone_number", _NUMBER[outcome]), typed), 422)
    if isinstance(outcome, asking.TooEarly):
        early = _too_early(outcome)
        return _answered(request, visitor, _number_page(visitor, early, typed), 429, early.retry_after)
    return see_other(CODE)


@router.post(PROOF)
def prove(request: Request, visitor: Acting) -> Response:
    """A login that asks for a second factor anew, whatever the session holds, and comes back."""
    home, binding = house(request), house(request).world.secrets.token()
    with home.store.begin() as uow:
        standing = begin.begin_visit(
            home.world,
            uow,
            path=PHONE,
            fresh=True,
            level=Level.TWO_STEP,
            renew=True,
            session=visitor.session,
            browser_hash=sha256_hex(binding),
            origin=origin(request),
        )
        concluded = conclude(request, uow, standing)
    response = concluded.response(request)
    cookies(request).set_login(request, response, concluded.login.id, binding)
    return response


@router.get(CODE)
def code_page(request: Request, visitor: InSession) -> Response:
    """Once the number changed, that it did: the proof by the former phone fell with it, and is asked for afterwards."""
    phone = _changed_to(request, visitor)
    if phone is not None:
        return show(request, visitor, PhoneChangedPage(phone_ending=phone.ending, go_on=done(TWO_STEP, "telefon")))
    return _code_again(request, proved(request), NOTHING)


@router.post(CODE)
def post_code(request: Request, visitor: SendingInSession, fields: Fields) -> Response:
    """The right code that was sent twice leads to the same page (L-36)."""
    if _changed_to(request, visitor) is not None:
        return see_other(CODE)
    home, visitor = house(request), proved(request)
    if _proof_first(request, visitor) is not None:
        return see_other(PHONE)
    outcome = phone_change.change_phone(home.world, visitor, fields.get("code", ""), language(request), origin(request))
    if isinstance(outcome, phone_change.Changed):
        return see_other(CODE)
    return _code_again(request, visitor, _after_code(request, outcome))


@router.post(AGAIN)
def post_again(request: Request, visitor: Acting) -> Response:
    home = house(request)
    if _proof_first(request, visitor) is not None:
        return see_other(PHONE)
    outcome = phone_change.ask_again(home.world, visitor, language(request), origin(request))
    if isinstance(outcome, asking.TooEarly):
        return _code_again(request, visitor, _too_early(outcome))
    if isinstance(outcome, second_factor.DeadQuestion):
        return see_other(PHONE)
    return _code_again(request, visitor, Refusal(notice=Text(Notice.CODE_RESENT), status=200))


@router.get(PROOF)
@router.get(AGAIN)
def from_the_start(request: Request) -> Response:
    """Where a forged or outdated form leads back to."""
    return see_other(PHONE)


def _proof_first(request: Request, visitor: Visitor) -> Page | None:
    """The page that says what must be proved before; None where it was."""
    home, number = house(request), visitor.citizen.phone_number
    if visitor.citizen.verified_phone is None:
        phone_url = home.phone_url(None if number is None else number.value)
        return PhoneProofPage(prove=None, back=TWO_STEP, phone_url=phone_url)
    with home.store.read() as uow:
        is_proved = phone_change.is_proved(home.world, uow, visitor)
    return None if is_proved else PhoneProofPage(prove=PROOF, back=TWO_STEP)


def _changed_to(request: Request, visitor: Visitor) -> PhoneNumber | None:
    home = house(request)
    with home.store.read() as uow:
        return phone_change.changed_to(home.world, uow, visitor)


def _number_page(visitor: Visitor, refusal: Refusal = NOTHING, typed: str = "") -> PhoneChangePage:
    phone = visitor.citizen.verified_phone
    return PhoneChangePage(
        submit=PHONE,
        back=TWO_STEP,
        phone_ending=None if phone is None else phone.ending,
        typed=typed,
        errors=refusal.errors,
        notice=refusal.notice,
    )


def _code_again(request: Request, visitor: Visitor, refusal: Refusal) -> Response:
    """The page of the code that is waited for; without one, back to the number."""
    home = house(request)
    with home.store.read() as uow:
        enrolment = phone_change.asked(home.world, uow, visitor)
    if enrolment is None:
        return see_other(PHONE)
    view = _code_page(request, enrolment, refusal)
    return _answered(request, visitor, view, refusal.status, refusal.retry_after)


def _code_page(request: Request, enrolment: Enrolment, refusal: Refusal) -> PhoneChangeCodePage:
    home = house(request)
    is_live = phone_change.is_answerable(home.world, enrolment)
    return PhoneChangeCodePage(
        submit=CODE,
        resend=AGAIN,
        number=PhoneNumber(enrolment.destination).masked,
        digits=phone_change.code_digits(home.world),
        valid_until=enrolment.expires_at if is_live else None,
        now=home.world.clock.now(),
        back=TWO_STEP,
        phone_url=home.phone_url(enrolment.destination),
        errors=refusal.errors,
        notice=refusal.notice,
    )


def _answered(request: Request, visitor: Visitor, view: Page, status: int, retry_after: int = 0) -> Response:
    response = show(request, visitor, view, status=status)
    if retry_after:
        response.headers["retry-after"] = str(retry_after)
    return response


def _after_code(
    request: Request,
    outcome: second_factor.BadAnswer | second_factor.WrongAnswer | second_factor.DeadQuestion | asking.Paused,
) -> Refusal:
    match outcome:
        case second_factor.BadAnswer(fault):
            digits = phone_change.code_digits(house(request).world)
            return because("code", _CODE[fault], **({"n": digits} if fault == "length" else {}))
        case second_factor.WrongAnswer(tries_left):
            return because("code", Problem.WRONG_CODE, n=tries_left) if tries_left else _dead("used_up")
        case second_factor.DeadQuestion(why):
            return _dead(why)
    wait = Duration(outcome.seconds or 1)
    return Refusal((FieldError("code", Problem.MUST_WAIT, {"duration": wait}),), status=429, retry_after=wait.seconds)


def _dead(why: NotWaiting) -> Refusal:
    return because("code", Problem.CODE_EXPIRED if why == "expired" else Problem.CODE_USED_UP)


def _too_early(outcome: asking.TooEarly) -> Refusal:
    wait = Duration(outcome.seconds)
    notice = Text(Notice.CODE_TOO_EARLY, {"duration": wait})
    return Refusal(notice=notice, status=429, retry_after=wait.seconds)
