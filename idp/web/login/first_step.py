"""Where a login stands, the page of any step, and the first step: the password, or another account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.errors import TooBusy
from idp.journey import account_choice, password
from idp.journey.standing import load
from idp.web.conclusion import address, go_on
from idp.web.house import house, origin
from idp.web.login import shown
from idp.web.login.door import Form, Login, again, page_of
from idp.web.login.refusal import after_password, while_busy
from idp.web.presentation import cookies, language, see_other

router = APIRouter(include_in_schema=False)


@router.get("/login/{login_id}")
def where_it_stands(request: Request, login: Login) -> Response:
    return go_on(request, login.login_id, login.browser_hash)


@router.get("/login/{login_id}/{step}")
def show(request: Request, login: Login, step: str) -> Response:
    """The page of the step, while it is the step; else back to where the login stands."""
    home = house(request)
    with home.store.read() as uow:
        standing = load(home.world, uow, login.login_id, login.browser_hash)
        if standing.step != step or not standing.step.is_page:
            return see_other(address(login.login_id))
        view = shown.of(request, home, uow, standing)
    return page_of(request, login, standing, view)


@router.post("/login/{login_id}/password")
def post_password(request: Request, login: Login, form: Form) -> Response:
    home, typed = house(request), form.get("national_id")
    try:
        outcome = password.prove_password(
            home.world,
            **login.arguments,
            national_id=typed,
            password=form.get("password", ""),
            device=cookies(request).device(request),
            lang=language(request),
            origin=origin(request),
        )
    except TooBusy as busy:
        return again(request, login, while_busy(busy, "password", typed or ""))
    if isinstance(outcome, password.PasswordProved):
        return go_on(request, login.login_id, login.browser_hash)
    return again(request, login, after_password(outcome, typed or ""))


@router.post("/login/{login_id}/account")
def post_account(request: Request, login: Login, form: Form) -> Response:
    same = form.get("decision") == "continue"
    account_choice.choose_account(house(request).world, **login.arguments, same=same)
    return go_on(request, login.login_id, login.browser_hash)
