"""Backup codes: how many are left, and a new set, which stands in the answer to the form that made it and nowhere else.

So there is no redirect after the form: whatever an address or a later page held could be read again.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.evidence import Method
from idp.journey import backup_codes
from idp.journey.security_settings import Visitor
from idp.web.account.addresses import BACKUP_CODES
from idp.web.account.door import ActingTwice, Proved, show
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.presentation import language
from idp.web.views import BackupCodesPage, Notice

router = APIRouter(include_in_schema=False)


@router.get(BACKUP_CODES)
def codes_page(request: Request, visitor: Proved) -> Response:
    return show(request, visitor, _view(request, visitor))


@router.post(BACKUP_CODES)
def make_codes(request: Request, visitor: ActingTwice) -> Response:
    home = house(request)
    codes = backup_codes.make(home.world, visitor, language(request), origin(request))
    return show(request, visitor, _view(request, visitor, codes, Text(Notice.CODES_MADE)))


def _view(request: Request, visitor: Visitor, codes: tuple[str, ...] = (), told: Text | None = None) -> BackupCodesPage:
    with house(request).store.read() as uow:
        every = uow.authenticators.of_citizen(visitor.citizen.id)
    held = [one for one in every if one.method is Method.BACKUP_CODE]
    return BackupCodesPage(
        left=sum(one.is_usable for one in held),
        made_at=held[0].created_at if held else None,
        make=BACKUP_CODES,
        codes=codes,
        notice=told,
    )
