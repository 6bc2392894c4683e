"""The account's front page, and the login history."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.web.account import home_views
from idp.web.account.addresses import HISTORY, HOME
from idp.web.account.door import Proved, Seen, notice, show
from idp.web.house import house
from idp.web.presentation import language

router = APIRouter(include_in_schema=False)


@router.get(HOME)
def home_page(request: Request, visitor: Seen) -> Response:
    home = house(request)
    with home.store.read() as uow:
        view = home_views.home(uow, visitor, home.world)
    return show(request, visitor, view)


@router.get(HISTORY)
def history_page(request: Request, visitor: Proved) -> Response:
    with house(request).store.read() as uow:
        view = home_views.history(uow, visitor, language(request), notice(request))
    return show(request, visitor, view)
