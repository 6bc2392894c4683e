"""The switch of two-step login. Switching on goes through a login of its own; switching off is asked once more."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.journey import authenticators, begin, security_settings
from idp.journey.security_settings import Visitor
from idp.web.account import two_step_views
from idp.web.account.addresses import DEVICES, SECURITY, TWO_STEP
from idp.web.account.door import Acting, Fields, Proved, done, notice, show
from idp.web.conclusion import conclude
from idp.web.house import house, origin
from idp.web.presentation import cookies, language, see_other
from idp.web.views import FieldError, Problem, SwitchOffPage

_PREFER = f"{TWO_STEP}/tercih"
_METHODS = {method.value: method for method in Method}

router = APIRouter(include_in_schema=False)


@router.get(SECURITY)
def security_page(request: Request) -> Response:
    return see_other(TWO_STEP)


@router.get(TWO_STEP)
def two_step_page(request: Request, visitor: Proved) -> Response:
    return show(request, visitor, two_step_views.settings(request, visitor, notice=notice(request)))


@router.post(TWO_STEP)
def change_two_step(request: Request, visitor: Acting, fields: Fields) -> Response:
    wanted, accepted = fields.get("two_step"), bool(fields.get("accept_terms"))
    if wanted == "on" and not visitor.citizen.two_step:
        problem = _cannot_enable(visitor.citizen, accepted=accepted)
        if problem is None:
            return _enable_with(request, visitor, _METHODS.get(fields.get("method", "")))
        view = two_step_views.settings(
            request, visitor, chosen=True, method=fields.get("method", ""), accepted=accepted, errors=(problem,)
        )
        return show(request, visitor, view, status=422)
    if wanted == "off" and visitor.citizen.two_step:
        return show(request, visitor, SwitchOffPage(submit=f"{TWO_STEP}/kapat"))
    return see_other(TWO_STEP)


@router.post(f"{TWO_STEP}/kapat")
def switch_off(request: Request, visitor: Acting, fields: Fields) -> Response:
    """Where it is off already, the form changes nothing, and nothing is said to be done."""
    if fields.get("decision") != "off":
        return see_other(TWO_STEP)
    home = house(request)
    switched = security_settings.switch_two_step_off(home.world, visitor, language(request), origin(request))
    return see_other(done(TWO_STEP, "kapandi") if switched else TWO_STEP)


@router.get(f"{TWO_STEP}/kapat")
def switch_off_again(request: Request) -> Response:
    """Where a forged or outdated form of the question leads back to."""
    return see_other(TWO_STEP)


@router.post(_PREFER)
def prefer(request: Request, visitor: Acting, fields: Fields) -> Response:
    """Which second step is asked for first; a method that the citizen has not changes nothing."""
    home, wanted = house(request), _METHODS.get(fields.get("method", ""))
    preferred = authenticators.prefer(home.world, visitor, wanted, language(request), origin(request))
    return see_other(done(TWO_STEP, "tercih") if preferred else TWO_STEP)


@router.get(_PREFER)
def prefer_again(request: Request) -> Response:
    return see_other(TWO_STEP)


def _cannot_enable(citizen: Citizen, *, accepted: bool) -> FieldError | None:
    """Why two-step login cannot be switched on with this form; None if it can."""
    if citizen.verified_phone is None:
        return FieldError("two_step", Problem.PHONE_NOT_VERIFIED)
    return None if accepted else FieldError("accept_terms", Problem.TERMS_NOT_ACCEPTED)


def _enable_with(request: Request, visitor: Visitor, method: Method | None) -> Response:
    """Switching on always takes a code by SMS, which shows that the phone is at hand; `method` is asked for later on.

    Mobil Uygulama without a registered device leads to the page that registers one.
    """
    if method is Method.APP:
        with house(request).store.read() as uow:
            held = uow.authenticators.of_citizen(visitor.citizen.id)
        if not any(one.method is Method.APP for one in held):
            return see_other(f"{DEVICES}/ekle")
    if method is Method.APP or visitor.citizen.preferred_method is not None:
        authenticators.prefer(house(request).world, visitor, method, language(request), origin(request))
    return _enable(request, visitor)


def _enable(request: Request, visitor: Visitor) -> Response:
    home, binding = house(request), house(request).world.secrets.token()
    with home.store.begin() as uow:
        standing = begin.begin_enabling(
            home.world,
            uow,
            path=done(TWO_STEP, "acildi"),
            session=visitor.session,
            browser_hash=sha256_hex(binding),
            lang=language(request),
            origin=origin(request),
        )
        concluded = conclude(request, uow, standing)
    response = concluded.response(request)
    cookies(request).set_login(request, response, concluded.login.id, binding)
    return response
