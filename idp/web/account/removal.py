"""The question before a device, an authenticator app or a passkey is removed, and the answer to it."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.journey import authenticators
from idp.journey.security_settings import Visitor
from idp.web.account.door import done, show
from idp.web.house import house, origin
from idp.web.method_words import METHODS
from idp.web.presentation import language, see_other
from idp.web.views import FieldError, Problem, RemoveDevicePage, RemoveMethodPage


def ask(request: Request, visitor: Visitor, found: Authenticator | None, *, submit: str, back: str) -> Response:
    """The question about one of the visitor's own. Raises HTTPException 404 where there is none such."""
    if found is None:
        raise HTTPException(404)
    with house(request).store.read() as uow:
        left = [one for one in uow.authenticators.of_citizen(visitor.citizen.id) if one.id != found.id]
    last = not authenticators.may_remain(visitor.citizen, left)
    return show(request, visitor, _page(found, submit=submit, back=back, last=last))


def answer(
    request: Request,
    visitor: Visitor,
    found: Authenticator | None,
    fields: Mapping[str, str],
    *,
    submit: str,
    back: str,
) -> Response:
    """Remove it, if that was the answer. One that is gone already, or never was the visitor's own, changes nothing."""
    if found is None or fields.get("decision") != "remove":
        return see_other(back)
    home, lang = house(request), language(request)
    outcome = authenticators.remove(home.world, visitor, found.id, found.method, lang, origin(request))
    if outcome == "last":
        errors = (FieldError("decision", Problem.LAST_METHOD),)
        return show(request, visitor, _page(found, submit=submit, back=back, last=True, errors=errors), status=422)
    return see_other(done(back, "kaldirildi") if outcome == "removed" else back)


def own(request: Request, visitor: Visitor, authenticator_id: str, method: Method) -> Authenticator | None:
    with house(request).store.read() as uow:
        return authenticators.own(uow, visitor, authenticator_id, method)


def _page(
    found: Authenticator, *, submit: str, back: str, last: bool, errors: tuple[FieldError, ...] = ()
) -> RemoveMethodPage:
    method = METHODS[found.method]
    kind = RemoveDevicePage if found.method is Method.APP else RemoveMethodPage
    return kind(submit=submit, method=method, name=found.name or None, last=last, back=back, errors=errors)
