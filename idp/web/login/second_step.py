"""The forms of the second step: an answer for each method, asking anew, and choosing another method."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.errors import TooBusy
from idp.domain.evidence import Method
from idp.factors.totp import DIGITS
from idp.journey import asking, second_factor
from idp.journey.standing import Standing, load
from idp.web.conclusion import go_on
from idp.web.house import house, origin
from idp.web.login.door import Bound, Form, Login, again
from idp.web.login.refusal import FIELD, Refusal, after_answer, after_asking, because, while_busy
from idp.web.presentation import language
from idp.web.views import Problem

router = APIRouter(include_in_schema=False)


@router.post("/login/{login_id}/code")
@router.post("/login/{login_id}/enabling")
def post_sms(request: Request, login: Login, form: Form) -> Response:
    return _answered(request, login, Method.SMS, form)


@router.post("/login/{login_id}/app")
def post_app(request: Request, login: Login, form: Form) -> Response:
    """The citizen says that the approval was given; only what the device signed counts."""
    return _answered(request, login, Method.APP, form)


@router.post("/login/{login_id}/totp")
def post_totp(request: Request, login: Login, form: Form) -> Response:
    return _answered(request, login, Method.TOTP, form)


@router.post("/login/{login_id}/passkey")
def post_passkey(request: Request, login: Login, form: Form) -> Response:
    return _answered(request, login, Method.PASSKEY, form)


@router.post("/login/{login_id}/backup-code")
def post_backup_code(request: Request, login: Login, form: Form) -> Response:
    return _answered(request, login, Method.BACKUP_CODE, form)


@router.post("/login/{login_id}/resend")
def post_resend(request: Request, login: Login, form: Form) -> Response:
    """A new code, challenge or approval, as the step needs it."""
    home = house(request)
    with home.store.read() as uow:
        method = asking.asked_by(load(home.world, uow, login.login_id, login.browser_hash))
    outcome = asking.ask_again(home.world, **login.arguments, lang=language(request), origin=origin(request))
    return again(request, login, after_asking(outcome, method))


@router.post("/login/{login_id}/method")
def post_method(request: Request, login: Login, form: Form) -> Response:
    if not form.get("method"):
        return again(request, login, because("method", Problem.NO_METHOD))
    try:
        method = Method(form["method"])
    except ValueError:
        return again(request, login, because("method", Problem.METHOD_GONE))
    return _chosen(request, login, method)


@router.post("/login/{login_id}/other")
def post_other(request: Request, login: Login, form: Form) -> Response:
    """To the page that lists the methods."""
    return _chosen(request, login, None)


def _chosen(request: Request, login: Bound, method: Method | None) -> Response:
    home = house(request)
    outcome = asking.choose(
        home.world, **login.arguments, method=method, lang=language(request), origin=origin(request)
    )
    if isinstance(outcome, Standing):
        return go_on(request, login.login_id, login.browser_hash)
    return again(request, login, because("method", Problem.METHOD_GONE))


def _answered(request: Request, login: Bound, method: Method, form: Mapping[str, str]) -> Response:
    home = house(request)
    field = FIELD.get(method, "code")
    try:
        outcome = second_factor.answer(
            home.world,
            **login.arguments,
            method=method,
            typed=form.get(field, ""),
            lang=language(request),
            origin=origin(request),
        )
    except TooBusy as busy:
        return again(request, login, while_busy(busy, field))
    if isinstance(outcome, second_factor.Proved):
        return go_on(request, login.login_id, login.browser_hash)
    return again(request, login, _refusal(request, outcome, method))


def _refusal(request: Request, outcome: second_factor.AnswerOutcome, method: Method) -> Refusal:
    digits = house(request).sms_digits if method is Method.SMS else DIGITS
    return after_answer(outcome, method, digits)
