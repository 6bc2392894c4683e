"""Changing the password."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.journey import security_settings
from idp.journey.security_settings import Visitor
from idp.web.account.addresses import PASSWORD
from idp.web.account.door import Acting, Fields, Proved, notice, show
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.password_words import problem_of, rules
from idp.web.presentation import language
from idp.web.views import FieldError, Notice, PasswordChangePage

router = APIRouter(include_in_schema=False)


@router.get(PASSWORD)
def password_page(request: Request, visitor: Proved) -> Response:
    return show(request, visitor, _view(request, visitor, told=notice(request)))


@router.post(PASSWORD)
def change_password(request: Request, visitor: Acting, fields: Fields) -> Response:
    home = house(request)
    found = security_settings.change_password(
        home.world,
        visitor,
        new=fields.get("new_password", ""),
        repeat=fields.get("new_password_repeat", ""),
        lang=language(request),
        origin=origin(request),
    )
    errors = tuple(problem_of(fault, home.world.passwords.policy) for fault in found)
    told = None if errors else Text(Notice.PASSWORD_CHANGED)
    view = _view(request, visitor, errors=errors, told=told)
    return show(request, visitor, view, status=422 if errors else 200)


def _view(
    request: Request, visitor: Visitor, *, errors: tuple[FieldError, ...] = (), told: Text | None = None
) -> PasswordChangePage:
    return PasswordChangePage(
        submit=PASSWORD,
        rules=rules(house(request).world.passwords.policy),
        changed_at=visitor.citizen.password_changed_at,
        errors=errors,
        notice=told,
    )
