"""The forms of switching two-step login on inside a login, and of a service that asks for a passkey."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.evidence import Method
from idp.journey import asking, enabling
from idp.journey.standing import Standing, load
from idp.policy.journey import Step
from idp.web.conclusion import address, go_on
from idp.web.house import house, origin
from idp.web.login.door import Form, Login, again
from idp.web.login.ending import cancelled
from idp.web.login.refusal import because
from idp.web.presentation import language, see_other
from idp.web.views import Problem

router = APIRouter(include_in_schema=False)

_OFFER = {"terms": Problem.TERMS_NOT_ACCEPTED, "phone": Problem.PHONE_NOT_VERIFIED}


@router.post("/login/{login_id}/two-step-off")
def post_two_step_off(request: Request, login: Login, form: Form) -> Response:
    if form.get("decision") == "decline":
        return cancelled(request, login)
    if form.get("decision") == "continue":
        return see_other(address(login.login_id))
    begun = enabling.start_enabling(
        house(request).world,
        **login.arguments,
        accepted_terms=bool(form.get("accept_terms")),
        lang=language(request),
        origin=origin(request),
    )
    if isinstance(begun, Standing):
        return go_on(request, login.login_id, login.browser_hash)
    return again(request, login, because("accept_terms", _OFFER[begun]))


@router.post("/login/{login_id}/two-step-on")
def post_two_step_on(request: Request, login: Login, form: Form) -> Response:
    enabling.acknowledge(house(request).world, **login.arguments)
    return go_on(request, login.login_id, login.browser_hash)


@router.post("/login/{login_id}/passkey-needed")
def post_passkey_needed(request: Request, login: Login, form: Form) -> Response:
    """Look again: a passkey may have been added in the account meanwhile, and is then asked for at once."""
    if form.get("decision") == "decline":
        return cancelled(request, login)
    home = house(request)
    with home.store.read() as uow:
        step = load(home.world, uow, login.login_id, login.browser_hash).step
    if step is Step.PASSKEY_NEEDED:
        return again(request, login, because("decision", Problem.NO_PASSKEY_YET))
    if step is Step.PASSKEY:
        asking.choose(
            home.world,
            **login.arguments,
            method=Method.PASSKEY,
            lang=language(request),
            origin=origin(request),
        )
    return go_on(request, login.login_id, login.browser_hash)
