"""The citizen's passkeys: the list, and the page that adds one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.journey import passkey_setup
from idp.journey.passkey_setup import MOST_PASSKEYS
from idp.journey.security_settings import Visitor
from idp.web.account import registered
from idp.web.account.addresses import PASSKEYS
from idp.web.account.door import ActingTwice, Fields, Proved, ProvedTwice, done, notice, show
from idp.web.devices import browser_name
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import FieldError, PasskeyAddPage, PasskeysPage, Problem

_ADD = f"{PASSKEYS}/ekle"
_FAULTS = {
    "over": Problem.PASSKEY_EXPIRED,
    "not_accepted": Problem.PASSKEY_NOT_ACCEPTED,
    "known": Problem.PASSKEY_ALREADY_REGISTERED,
}

router = APIRouter(include_in_schema=False)
router.routes.extend(registered.routes(Method.PASSKEY, PASSKEYS, "passkey_id"))


@router.get(PASSKEYS)
def passkeys_page(request: Request, visitor: Proved) -> Response:
    return _list(request, visitor)


@router.get(_ADD)
def add_page(request: Request, visitor: ProvedTwice) -> Response:
    return _adding(request, visitor, browser_name(origin(request).user_agent))


@router.post(_ADD)
def add(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
    home, from_where = house(request), origin(request)
    name = fields.get("name", "").strip() or browser_name(from_where.user_agent)
    outcome = passkey_setup.finish(
        home.world,
        visitor,
        answer=fields.get("credential", ""),
        name=name,
        lang=language(request),
        origin=from_where,
    )
    match outcome:
        case Authenticator():
            return see_other(done(PASSKEYS, "eklendi"))
        case "too_many":
            return _full(request, visitor)
        case "over" | "not_accepted" | "known":
            return _adding(request, visitor, name, FieldError("credential", _FAULTS[outcome]))
    return _adding(request, visitor, name, registered.name_error(outcome))


def _adding(request: Request, visitor: Visitor, name: str, *errors: FieldError) -> Response:
    world = house(request).world
    enrolment = passkey_setup.begin(world, visitor, origin(request))
    if enrolment == "too_many":
        return _full(request, visitor)
    with house(request).store.read() as uow:
        options = passkey_setup.options(world, uow, visitor, enrolment)
    view = PasskeyAddPage(submit=_ADD, options=options, cancel=PASSKEYS, name=name, errors=errors)
    return show(request, visitor, view, status=422 if errors else 200)


def _full(request: Request, visitor: Visitor) -> Response:
    return _list(request, visitor, FieldError("add", Problem.TOO_MANY_PASSKEYS, {"n": MOST_PASSKEYS}))


def _list(request: Request, visitor: Visitor, *errors: FieldError) -> Response:
    rows = registered.rows(request, visitor, Method.PASSKEY, PASSKEYS)
    view = PasskeysPage(rows=rows, add=_ADD, errors=errors, notice=None if errors else notice(request))
    return show(request, visitor, view, status=422 if errors else 200)
