"""Where a camera leads that reads one of our QR codes outside the app: a page that says to open the app.

What the code carries is not looked at here. A pairing code stands behind `#`, which browsers keep to themselves.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.web.account.devices import PAIRING_ADDRESS
from idp.web.house import house
from idp.web.login.second_views import APPROVAL_ADDRESS
from idp.web.presentation import page
from idp.web.views import ScannedPage

router = APIRouter(include_in_schema=False)


@router.get(PAIRING_ADDRESS)
def scanned_pairing(request: Request) -> Response:
    return page(request, ScannedPage(approves=False, phones=house(request).phones_url))


@router.get(APPROVAL_ADDRESS + "/{approval_id}")
def scanned_approval(request: Request, approval_id: str) -> Response:
    return page(request, ScannedPage(approves=True, phones=house(request).phones_url))
