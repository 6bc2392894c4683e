"""Giving a device or a passkey another name."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.journey.names import LONGEST_NAME, NameFault
from idp.journey.security_settings import Visitor
from idp.web.account.addresses import DEVICES
from idp.web.account.door import done, show
from idp.web.presentation import see_other
from idp.web.views import FieldError, Problem, RenameDevicePage, RenamePage

_FAULTS: dict[NameFault, Problem] = {
    "empty": Problem.EMPTY_NAME,
    "too_long": Problem.NAME_TOO_LONG,
    "unprintable": Problem.EMPTY_NAME,
}


def ask(request: Request, visitor: Visitor, found: Authenticator | None, *, submit: str, back: str) -> Response:
    """The form, with the present name. Raises HTTPException 404 where the visitor has none such."""
    if found is None:
        raise HTTPException(404)
    return show(request, visitor, _page(submit=submit, name=found.name, back=back))


def answer(
    request: Request, visitor: Visitor, renamed: bool | NameFault, typed: str, *, submit: str, back: str
) -> Response:
    """After the verb: what was wrong with the name, or back to the list."""
    if isinstance(renamed, bool):
        return see_other(done(back, "adlandirildi") if renamed else back)
    view = _page(submit=submit, name=typed, back=back, errors=(problem_of(renamed),))
    return show(request, visitor, view, status=422)


def problem_of(fault: NameFault) -> FieldError:
    return FieldError("name", _FAULTS[fault], {"n": LONGEST_NAME} if fault == "too_long" else {})


def _page(*, submit: str, name: str, back: str, errors: tuple[FieldError, ...] = ()) -> RenamePage:
    kind = RenameDevicePage if back == DEVICES else RenamePage
    return kind(submit=submit, name=name, back=back, errors=errors)
