"""Şifremi Unuttum: the page that asks for a number, which begins nothing, and the forms of the recovery it leads to."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.evidence import Method
from idp.journey import asking, password, recovery
from idp.journey.second_factor import BadAnswer, Proved
from idp.journey.standing import load
from idp.policy.journey import Step
from idp.web import csrf
from idp.web.conclusion import address, go_on
from idp.web.forged import require_ours
from idp.web.forms import posted, query_pairs
from idp.web.house import house, origin
from idp.web.i18n import Duration, Text
from idp.web.login import recovery_views
from idp.web.login.addresses import FORGOTTEN, WAITING_PARAMETER, forgotten
from idp.web.login.door import Form, Login, again
from idp.web.login.refusal import NOTHING, Refusal, after_answer, after_password, because
from idp.web.presentation import cookies, language, page, see_other
from idp.web.views import FieldError, Notice, Problem

router = APIRouter(include_in_schema=False)

Fields = Annotated[Mapping[str, str], Depends(posted)]


@router.get(FORGOTTEN)
def start_page(request: Request) -> Response:
    return _start(request, NOTHING)


@router.post(FORGOTTEN)
def post_start(request: Request, fields: Fields) -> Response:
    """The cookie that binds the recovery follows from this very page's token: the same form sent twice sets it again.

    Nobody else has the token, wherever the cookie of the visit came from.
    """
    _require_ours(request, fields)
    home, typed, form = house(request), fields.get("national_id", ""), fields[csrf.FIELD]
    binding = home.world.secrets.mac("recovery binding", cookies(request).visit(request) or "", form)
    begun = recovery.begin_recovery(
        home.world,
        national_id=typed,
        form=form,
        waiting=_waiting(request),
        browser_hash=sha256_hex(binding),
        lang=language(request),
        origin=origin(request),
    )
    if isinstance(begun, password.BadNationalId):
        return _start(request, after_password(begun, typed))
    if isinstance(begun, asking.TooEarly):
        return _start(request, _too_early(begun, typed))
    response = see_other(address(begun.id, Step.RECOVERY_CODE))
    cookies(request).set_login(request, response, begun.id, binding)
    return response


@router.post(f"{FORGOTTEN}/vazgec")
def post_leave(request: Request, fields: Fields) -> Response:
    """Back to where the password is asked for."""
    _require_ours(request, fields)
    with house(request).store.read() as uow:
        back = recovery_views.way_back(request, uow, _waiting(request))
    return see_other(back)


@router.get(f"{FORGOTTEN}/vazgec")
def start_again(request: Request) -> Response:
    """Where a forged or outdated form leads back to."""
    return see_other(forgotten(_waiting(request)))


@router.post("/login/{login_id}/recovery-code")
def post_code(request: Request, login: Login, form: Form) -> Response:
    home = house(request)
    outcome = recovery.prove_phone(
        home.world,
        **login.arguments,
        typed=form.get("code", ""),
        lang=language(request),
        origin=origin(request),
    )
    if isinstance(outcome, Proved):
        return go_on(request, login.login_id, login.browser_hash)
    return again(request, login, _after_code(request, outcome))


@router.post("/login/{login_id}/recovery-resend")
def post_resend(request: Request, login: Login, form: Form) -> Response:
    home = house(request)
    outcome = recovery.send_again(home.world, **login.arguments, lang=language(request), origin=origin(request))
    if isinstance(outcome, asking.TooEarly):
        return again(request, login, _too_early(outcome))
    return again(request, login, Refusal(notice=Text(Notice.RECOVERY_CODE_SENT), status=200))


@router.post("/login/{login_id}/recovery-identity")
def post_identity(request: Request, login: Login, form: Form) -> Response:
    """Look again: the phone may have been verified meanwhile."""
    home = house(request)
    with home.store.read() as uow:
        step = load(home.world, uow, login.login_id, login.browser_hash).step
    if step is Step.RECOVERY_IDENTITY:
        return again(request, login, because("identity", Problem.NOT_IDENTIFIED_YET))
    return go_on(request, login.login_id, login.browser_hash)


def _start(request: Request, refusal: Refusal) -> Response:
    """The page's forms are bound to a cookie of the visit: nobody is known yet, and nothing is stored."""
    visit = cookies(request).visit(request)
    binding = visit or house(request).world.secrets.token()
    view = recovery_views.start(_waiting(request), refusal)
    response = page(request, view, binding=binding, status=refusal.status)
    if refusal.retry_after:
        response.headers["retry-after"] = str(refusal.retry_after)
    if visit is None:
        cookies(request).set_visit(response, binding)
    return response


def _require_ours(request: Request, fields: Mapping[str, str]) -> None:
    require_ours(request, cookies(request).visit(request), fields, retry=forgotten(_waiting(request)))


def _waiting(request: Request) -> str | None:
    """The login that the page was opened from, if this browser holds its cookie."""
    asked = dict(query_pairs(request)).get(WAITING_PARAMETER, "")
    return asked if asked and cookies(request).login(request, asked) is not None else None


def _after_code(request: Request, outcome: BadAnswer | recovery.WrongCode | asking.Paused) -> Refusal:
    match outcome:
        case BadAnswer():
            return after_answer(outcome, Method.SMS, recovery.code_digits(house(request).world))
        case recovery.WrongCode():
            return because("code", Problem.WRONG_RECOVERY_CODE)
    wait = Duration(outcome.seconds or 1)
    return Refusal((FieldError("code", Problem.MUST_WAIT, {"duration": wait}),), status=429, retry_after=wait.seconds)


def _too_early(outcome: asking.TooEarly, typed: str = "") -> Refusal:
    wait = Duration(outcome.seconds)
    notice = Text(Notice.CODE_TOO_EARLY, {"duration": wait})
    return Refusal(notice=notice, typed=typed, status=429, retry_after=wait.seconds)
