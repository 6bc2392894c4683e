"""Who may touch a login, and how its pages answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.errors import LoginNotFound
from idp.journey.standing import Standing, load
from idp.policy.journey import Step
from idp.web import dead_ends
from idp.web.conclusion import address, end_of
from idp.web.forged import require_ours
from idp.web.forms import posted
from idp.web.house import house
from idp.web.login import shown
from idp.web.login.refusal import Refusal
from idp.web.presentation import cookies, page, see_other
from idp.web.views import ErrorKind, Page

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


async def _bound(request: Request, login_id: str) -> Bound:
    """The same on the event loop: it waits for nothing, and going to a thread costs more than the work."""
    return bound(request, login_id)


Login = Annotated[Bound, Depends(_bound)]


def ours(request: Request, login: Login, fields: Fields) -> Mapping[str, str]:
    """The fields of a form that came from a page of this login. Raises ForgedForm."""
    require_ours(request, login.binding, fields, retry=address(login.login_id), login_id=login.login_id)
    return fields


Form = Annotated[Mapping[str, str], Depends(ours)]


def again(request: Request, login: Bound, refusal: Refusal) -> Response:
    """The page of the step that the login stands at now, saying what was wrong."""
    home = house(request)
    with home.store.read() as uow:
        standing = load(home.world, uow, login.login_id, login.browser_hash)
        if not standing.step.is_page:
            return see_other(address(login.login_id))
        view = shown.of(request, home, uow, standing, refusal)
    response = page_of(request, login, standing, view, refusal.status)
    if refusal.retry_after:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response


def page_of(request: Request, login: Bound, standing: Standing, view: Page, status: int = 200) -> Response:
    return page(request, view, binding=login.binding, status=status, form_targets=shown.form_targets(standing))


def dead_login(request: Request, kind: ErrorKind, login_id: str | None) -> Response:
    """The page for a login that is over, with the way back to the service if the login is this browser's."""
    home = house(request)
    binding = cookies(request).login(request, login_id) if login_id else None
    client = None
    if login_id and binding:
        with home.store.read() as uow:
            ended = uow.logins.by_id(login_id, sha256_hex(binding))
            if ended is not None and kind is ErrorKind.MOVED_ON:
                kind = end_of(uow, ended)
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
