"""The citizen's passkeys: seeing, adding, naming and removing them."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.journey import authenticators, passkey_setup
from idp.journey.passkey_setup import MOST_PASSKEYS
from idp.journey.security_settings import Visitor
from idp.web.account import naming, removal
from idp.web.account.addresses import PASSKEYS
from idp.web.account.door import ActingTwice, Fields, Proved, ProvedTwice, done, notice, show
from idp.web.devices import browser_name
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.presentation import language, see_other
from idp.web.views import FieldError, PasskeyAddPage, PasskeyRow, PasskeysPage, Problem

_ADD = f"{PASSKEYS}/ekle"
_FAULTS = {
    "over": Problem.PASSKEY_EXPIRED,
    "not_accepted": Problem.PASSKEY_NOT_ACCEPTED,
    "known": Problem.PASSKEY_ALREADY_REGISTERED,
}

router = APIRouter()


@router.get(PASSKEYS)
def passkeys_page(request: Request, visitor: Proved) -> Response:
    return _list(request, visitor, notice(request))


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
    home.sent()
    match outcome:
        case Authenticator():
            return see_other(done(PASSKEYS, "eklendi"))
        case "too_many":
            return _full(request, visitor)
        case "over" | "not_accepted" | "known":
            return _adding(request, visitor, name, FieldError("credential", _FAULTS[outcome]))
    return _adding(request, visitor, name, naming.problem_of(outcome))


@router.get(f"{PASSKEYS}/{{passkey_id}}/ad")
def naming_page(request: Request, visitor: ProvedTwice, passkey_id: str) -> Response:
    found = removal.own(request, visitor, passkey_id, Method.PASSKEY)
    return naming.ask(request, visitor, found, submit=request.url.path, back=PASSKEYS)


@router.post(f"{PASSKEYS}/{{passkey_id}}/ad")
def rename(request: Request, visitor: ActingTwice, fields: Fields, passkey_id: str) -> Response:
    typed = fields.get("name", "")
    renamed = authenticators.rename(house(request).world, visitor, passkey_id, Method.PASSKEY, typed, origin(request))
    return naming.answer(request, visitor, renamed, typed, submit=request.url.path, back=PASSKEYS)


@router.get(f"{PASSKEYS}/{{passkey_id}}/kaldir")
def removal_page(request: Request, visitor: ProvedTwice, passkey_id: str) -> Response:
    found = removal.own(request, visitor, passkey_id, Method.PASSKEY)
    return removal.ask(request, visitor, found, submit=request.url.path, back=PASSKEYS)


@router.post(f"{PASSKEYS}/{{passkey_id}}/kaldir")
def remove(request: Request, visitor: ActingTwice, fields: Fields, passkey_id: str) -> Response:
    found = removal.own(request, visitor, passkey_id, Method.PASSKEY)
    return removal.answer(request, visitor, found, fields, submit=request.url.path, back=PASSKEYS)


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
    return _list(request, visitor, Text(Problem.TOO_MANY_PASSKEYS, {"n": MOST_PASSKEYS}), status=422)


def _list(request: Request, visitor: Visitor, told: Text | None, status: int = 200) -> Response:
    with house(request).store.read() as uow:
        every = uow.authenticators.of_citizen(visitor.citizen.id)
    rows = tuple(
        PasskeyRow(
            id=one.id,
            name=one.name,
            added_at=one.created_at,
            last_used_at=one.last_used_at,
            rename=f"{PASSKEYS}/{one.id}/ad",
            remove=f"{PASSKEYS}/{one.id}/kaldir",
        )
        for one in every
        if one.method is Method.PASSKEY
    )
    return show(request, visitor, PasskeysPage(rows=rows, add=_ADD, notice=told), status)
