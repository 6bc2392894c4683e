"""The form of a new password, inside a login whose password is due, or at the end of a recovery."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.errors import TooBusy
from idp.journey.new_password import set_new_password
from idp.web.conclusion import go_on
from idp.web.house import house, origin
from idp.web.login.door import Form, Login, again
from idp.web.login.refusal import Refusal, while_busy
from idp.web.password_words import problem_of
from idp.web.presentation import language

router = APIRouter(include_in_schema=False)


@router.post("/login/{login_id}/new-password")
def post_new_password(request: Request, login: Login, form: Form) -> Response:
    home = house(request)
    try:
        found = set_new_password(
            home.world,
            **login.arguments,
            new=form.get("new_password", ""),
            repeat=form.get("new_password_repeat", ""),
            lang=language(request),
            origin=origin(request),
        )
    except TooBusy as busy:
        return again(request, login, while_busy(busy, "new_password"))
    if found:
        policy = home.world.passwords.policy
        return again(request, login, Refusal(tuple(problem_of(fault, policy) for fault in found)))
    return go_on(request, login.login_id, login.browser_hash)
