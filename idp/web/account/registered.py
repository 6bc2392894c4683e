"""What citizens register under names of their own, devices and passkeys: listing them, naming and removing one."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.journey import authenticators
from idp.journey.names import LONGEST_NAME, NameFault
from idp.journey.security_settings import Visitor
from idp.web.account import removal
from idp.web.account.door import ActingTwice, Fields, ProvedTwice, done, show
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import FieldError, Problem, RegisteredRow, RenameDevicePage, RenamePage

_FAULTS: dict[NameFault, Problem] = {
    "empty": Problem.EMPTY_NAME,
    "too_long": Problem.NAME_TOO_LONG,
    "unprintable": Problem.EMPTY_NAME,
}


def held(request: Request, visitor: Visitor, method: Method) -> tuple[Authenticator, ...]:
    with house(request).store.read() as uow:
        every = uow.authenticators.of_citizen(visitor.citizen.id)
    return tuple(one for one in every if one.method is method)


def rows(request: Request, visitor: Visitor, method: Method, list_at: str) -> tuple[RegisteredRow, ...]:
    return tuple(
        RegisteredRow(
            id=one.id,
            name=one.name,
            added_at=one.created_at,
            last_used_at=one.last_used_at,
            rename=f"{list_at}/{one.id}/ad",
            remove=f"{list_at}/{one.id}/kaldir",
        )
        for one in held(request, visitor, method)
    )


def name_error(fault: NameFault) -> FieldError:
    return FieldError("name", _FAULTS[fault], {"n": LONGEST_NAME} if fault == "too_long" else {})


def routes(method: Method, list_at: str, key: str) -> list[BaseRoute]:
    """The pages that name and remove one of the list at `list_at`; `key` is the path parameter that holds its id."""
    router = APIRouter(include_in_schema=False)
    naming, removing = f"{list_at}/{{{key}}}/ad", f"{list_at}/{{{key}}}/kaldir"
    rename_page = RenameDevicePage if method is Method.APP else RenamePage

    def own(request: Request, visitor: Visitor) -> Authenticator | None:
        return removal.own(request, visitor, request.path_params[key], method)

    @router.get(naming)
    def naming_page(request: Request, visitor: ProvedTwice) -> Response:
        found = own(request, visitor)
        if found is None:
            raise HTTPException(404)
        return show(request, visitor, rename_page(submit=request.url.path, name=found.name, back=list_at))

    @router.post(naming)
    def rename(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
        home, typed, lang = house(request), fields.get("name", ""), language(request)
        one = request.path_params[key]
        renamed = authenticators.rename(home.world, visitor, one, method, typed, lang, origin(request))
        if isinstance(renamed, bool):
            return see_other(done(list_at, "adlandirildi") if renamed else list_at)
        view = rename_page(submit=request.url.path, name=typed, back=list_at, errors=(name_error(renamed),))
        return show(request, visitor, view, status=422)

    @router.get(removing)
    def removal_page(request: Request, visitor: ProvedTwice) -> Response:
        return removal.ask(request, visitor, own(request, visitor), submit=request.url.path, back=list_at)

    @router.post(removing)
    def remove(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
        found = own(request, visitor)
        return removal.answer(request, visitor, found, fields, submit=request.url.path, back=list_at)

    return router.routes
