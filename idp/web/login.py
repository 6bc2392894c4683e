"""The pages of a login: `/login/{id}` asks where it stands, `/login/{id}/{step}` shows that step and takes its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event
from idp.domain.errors import LoginNotFound, TooBusy
from idp.journey import account_choice, consent, enabling, leave, password, second_factor
from idp.journey.standing import Standing, load
from idp.policy.journey import Step
from idp.web import csrf, dead_ends, login_views
from idp.web.conclusion import address, go_on
from idp.web.forms import posted
from idp.web.house import house, origin
from idp.web.presentation import cookies, language, page, see_other
from idp.web.views import ErrorKind, Page

router = APIRouter(tags=["login pages"], include_in_schema=False)

Fields = Annotated[Mapping[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True)
class Bound:
    """A login id together with the cookie that binds it to this browser."""

    login_id: str
    binding: str

    @property
    def browser_hash(self) -> str:
        return sha256_hex(self.binding)

    @property
    def arguments(self) -> dict[str, Any]:
        """What every verb of a journey asks first."""
        return {"login_id": self.login_id, "browser_hash": self.browser_hash}


def bound(request: Request, login_id: str) -> Bound:
    """Raises LoginNotFound without the cookie: knowing the id opens nothing (R-41)."""
    binding = cookies(request).login(request, login_id)
    if binding is None:
        raise LoginNotFound(login_id)
    return Bound(login_id, binding)


Login = Annotated[Bound, Depends(bound)]


class ForgedForm(Exception):
    """A form that no page of ours gave this browser. `retry` shows the step again."""

    def __init__(self, retry: str) -> None:
        super().__init__(retry)
        self.retry = retry


def ours(request: Request, login: Login, fields: Fields) -> Mapping[str, str]:
    """The fields of a form that came from a page of this login. Raises ForgedForm."""
    home = house(request)
    given = fields.get(csrf.FIELD, "")
    if not csrf.is_ours(request, home.world.secrets, login.binding, given, home.issuer):
        with home.store.begin() as uow:
            uow.audit.append(
                AuditRow(
                    at=home.world.clock.now(),
                    event=Event.REQUEST_FORGED,
                    ok=False,
                    origin=origin(request),
                    login_id=login.login_id,
                )
            )
        raise ForgedForm(address(login.login_id))
    return fields


Form = Annotated[Mapping[str, str], Depends(ours)]


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
        view = login_views.of(request, home, uow, standing)
    return _page(request, login, standing, view)


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
        return _again(request, login, login_views.while_busy(busy, typed or ""))
    if isinstance(outcome, password.PasswordProved):
        return go_on(request, login.login_id, login.browser_hash)
    return _again(request, login, login_views.after_password(outcome, typed or ""))


@router.post("/login/{login_id}/code")
@router.post("/login/{login_id}/enabling")
def post_code(request: Request, login: Login, form: Form) -> Response:
    outcome = second_factor.answer(
        house(request).world,
        **login.arguments,
        code=form.get("code", ""),
        lang=language(request),
        origin=origin(request),
    )
    if isinstance(outcome, second_factor.CodeProved):
        return go_on(request, login.login_id, login.browser_hash)
    return _again(request, login, login_views.after_code(outcome, house(request).world.sms.digits))


@router.post("/login/{login_id}/resend")
def post_resend(request: Request, login: Login, form: Form) -> Response:
    outcome = second_factor.resend(
        house(request).world, **login.arguments, lang=language(request), origin=origin(request)
    )
    house(request).sent()
    return _again(request, login, login_views.after_resend(outcome))


@router.post("/login/{login_id}/two-step-off")
def post_two_step_off(request: Request, login: Login, form: Form) -> Response:
    if form.get("decision") == "decline":
        return _cancelled(request, login)
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
    return _again(request, login, login_views.after_offer(begun))


@router.post("/login/{login_id}/two-step-on")
def post_two_step_on(request: Request, login: Login, form: Form) -> Response:
    enabling.acknowledge(house(request).world, **login.arguments)
    return go_on(request, login.login_id, login.browser_hash)


@router.post("/login/{login_id}/consent")
def post_consent(request: Request, login: Login, form: Form) -> Response:
    if form.get("decision") != "approve":
        return _cancelled(request, login)
    consent.approve(house(request).world, **login.arguments, origin=origin(request))
    return go_on(request, login.login_id, login.browser_hash)


@router.post("/login/{login_id}/account")
def post_account(request: Request, login: Login, form: Form) -> Response:
    same = form.get("decision") == "continue"
    account_choice.choose_account(house(request).world, **login.arguments, same=same)
    return go_on(request, login.login_id, login.browser_hash)


@router.post("/login/{login_id}/cancel")
def post_cancel(request: Request, login: Login, form: Form) -> Response:
    return _cancelled(request, login)


def _cancelled(request: Request, login: Bound) -> Response:
    home = house(request)
    ended, error = leave.cancel(home.world, **login.arguments, origin=origin(request))
    target = "/" if ended.request is None else home.provider.refuse(ended.request, error).location
    response = see_other(target)
    cookies(request).drop_login(response, login.login_id)
    return response


def _again(request: Request, login: Bound, refusal: login_views.Refusal) -> Response:
    """The page of the step that the login stands at now, saying what was wrong."""
    home = house(request)
    home.sent()
    with home.store.read() as uow:
        standing = load(home.world, uow, login.login_id, login.browser_hash)
        if not standing.step.is_page:
            return see_other(address(login.login_id))
        view = login_views.of(request, home, uow, standing, refusal)
    response = _page(request, login, standing, view, refusal.status)
    if refusal.retry_after:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


def _page(request: Request, login: Bound, standing: Standing, view: Page, status: int = 200) -> Response:
    return page(
        request,
        view,
        binding=login.binding,
        status=status,
        form_targets=login_views.form_targets(standing),
    )


def dead_login(request: Request, kind: ErrorKind, login_id: str | None) -> Response:
    """The page for a login that is over, with the way back to the service if the login is this browser's."""
    home = house(request)
    binding = cookies(request).login(request, login_id) if login_id else None
    client = None
    if login_id and binding:
        with home.store.read() as uow:
            ended = uow.logins.by_id(login_id, sha256_hex(binding))
            if ended is not None and ended.request is not None:
                client = uow.clients.by_id(ended.request.client_id)
    return dead_ends.page_of(request, kind, client=client)


def moved_on(request: Request, login_id: str) -> Response:
    """A form of an earlier step, or sent twice: on to the step the login stands at, if it still stands anywhere."""
    login = bound(request, login_id)
    home = house(request)
    with home.store.read() as uow:
        step = load(home.world, uow, login_id, login.browser_hash).step
    if step in {Step.OVER, Step.EXPIRED}:
        return dead_login(request, ErrorKind.MOVED_ON if step is Step.OVER else ErrorKind.EXPIRED, login_id)
    return see_other(address(login_id))
