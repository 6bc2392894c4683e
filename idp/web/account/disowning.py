""" "Ben değildim", from a line of the history: the question, and what protects the account."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.journey import disowning
from idp.web.account.addresses import HISTORY, NOT_ME, PASSWORD
from idp.web.account.door import Acting, Fields, Proved, done, show
from idp.web.account.home_views import history_row
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import NotMePage

router = APIRouter(include_in_schema=False)


@router.get(f"{NOT_ME}/{{login_id}}")
def question(request: Request, visitor: Proved, login_id: str) -> Response:
    with house(request).store.read() as uow:
        row = disowning.disownable(uow, visitor, login_id)
        if row is None:
            raise HTTPException(404)
        shown = history_row(uow, visitor, row, language(request))
    return show(request, visitor, NotMePage(submit=request.url.path, row=shown, back=HISTORY))


@router.post(f"{NOT_ME}/{{login_id}}")
def answer(request: Request, visitor: Acting, fields: Fields, login_id: str) -> Response:
    """A login that is not one's own changes nothing, and looks like one that is not there (E01)."""
    if fields.get("decision") != "not_me":
        return see_other(HISTORY)
    home = house(request)
    was_theirs = disowning.disown(home.world, visitor, login_id, language(request), origin(request))
    return see_other(done(PASSWORD, "ben-degildim") if was_theirs else HISTORY)
