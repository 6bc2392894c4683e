"""The authenticator app: its secret is shown while it is set up and never again."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.factors.totp import DIGITS, enrolment_uri
from idp.journey import totp_setup
from idp.journey.security_settings import Visitor
from idp.journey.totp_setup import Added, BadCode, SetupOutcome, WrongCode
from idp.web import qr
from idp.web.account import removal
from idp.web.account.addresses import TOTP, TWO_STEP
from idp.web.account.door import ActingTwice, Fields, ProvedTwice, done, show
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import FieldError, Problem, TotpSetupPage

ISSUER = "Eşik (emülatör)"
"""How the app lists the account."""

router = APIRouter(include_in_schema=False)


@router.get(TOTP)
def app_page(request: Request) -> Response:
    return see_other(TWO_STEP)


@router.get(f"{TOTP}/ekle")
def setup_page(request: Request, visitor: ProvedTwice) -> Response:
    return _setup(request, visitor)


@router.post(f"{TOTP}/ekle")
def confirm(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
    home = house(request)
    outcome = totp_setup.confirm(home.world, visitor, fields.get("code", ""), language(request), origin(request))
    if isinstance(outcome, Added):
        return see_other(done(TWO_STEP, "eklendi"))
    return _setup(request, visitor, (_problem(outcome),), status=422)


@router.get(f"{TOTP}/kaldir")
def removal_page(request: Request, visitor: ProvedTwice) -> Response:
    return removal.ask(request, visitor, _held(request, visitor), submit=f"{TOTP}/kaldir", back=TWO_STEP)


@router.post(f"{TOTP}/kaldir")
def remove(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
    found = _held(request, visitor)
    return removal.answer(request, visitor, found, fields, submit=f"{TOTP}/kaldir", back=TWO_STEP)


def _setup(request: Request, visitor: Visitor, errors: tuple[FieldError, ...] = (), status: int = 200) -> Response:
    """The secret that waits in this session; where it died meanwhile, another one."""
    seed = totp_setup.begin(house(request).world, visitor, origin(request)).secret
    account = visitor.citizen.national_id.masked
    view = TotpSetupPage(
        submit=f"{TOTP}/ekle",
        qr_svg=qr.inline_svg(enrolment_uri(seed, account, ISSUER)),
        secret=seed,
        account=f"{ISSUER}: {account}",
        digits=DIGITS,
        cancel=TWO_STEP,
        errors=errors,
    )
    return show(request, visitor, view, status)


def _problem(outcome: SetupOutcome) -> FieldError:
    match outcome:
        case BadCode("empty"):
            return FieldError("code", Problem.EMPTY_CODE)
        case BadCode("length"):
            return FieldError("code", Problem.CODE_LENGTH, {"n": DIGITS})
        case BadCode():
            return FieldError("code", Problem.CODE_NOT_DIGITS)
        case WrongCode(tries_left) if tries_left > 0:
            return FieldError("code", Problem.WRONG_CODE, {"n": tries_left})
    return FieldError("code", Problem.TOTP_SETUP_OVER)


def _held(request: Request, visitor: Visitor) -> Authenticator | None:
    with house(request).store.read() as uow:
        every = uow.authenticators.of_citizen(visitor.citizen.id)
    return next((one for one in every if one.method is Method.TOTP), None)
