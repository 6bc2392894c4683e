"""The forms at the end of a login: consent, and leaving."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.login import PasswordRecovery
from idp.journey import consent, leave
from idp.web.callback import send_back
from idp.web.conclusion import go_on
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.login.door import Bound, Form, Login, again
from idp.web.login.recovery_views import way_back
from idp.web.login.refusal import Refusal
from idp.web.presentation import cookies, see_other
from idp.web.views import Notice

router = APIRouter(include_in_schema=False)


@router.post("/login/{login_id}/consent")
def post_consent(request: Request, login: Login, form: Form) -> Response:
    if form.get("decision") != "approve":
        return cancelled(request, login)
    shown = form.get("shown", "")
    given = consent.approve(house(request).world, **login.arguments, shown=shown, origin=origin(request))
    if given == "changed":
        return again(request, login, Refusal(notice=Text(Notice.CONSENT_CHANGED)))
    return go_on(request, login.login_id, login.browser_hash)


@router.post("/login/{login_id}/cancel")
def post_cancel(request: Request, login: Login, form: Form) -> Response:
    return cancelled(request, login)


def cancelled(request: Request, login: Bound) -> Response:
    """Back to the service, with nothing proved."""
    home = house(request)
    ended, error = leave.cancel(home.world, **login.arguments, origin=origin(request))
    if isinstance(ended.purpose, PasswordRecovery):
        with home.store.read() as uow:
            response: Response = see_other(way_back(request, uow, ended.purpose.login_id))
    elif ended.request is None:
        response = see_other("/")
    else:
        response = send_back(request, home.provider.refuse(ended.request, error))
    cookies(request).drop_login(response, login.login_id)
    return response
