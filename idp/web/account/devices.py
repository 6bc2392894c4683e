"""Registered devices: the list, and the page that pairs one.

The QR code of a pairing holds `{issuer}/cihaz-ekle#{code}`: the app takes the device API's address from the first part
and the pairing code from the fragment, which a camera that opens it as a web page sends to nobody.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from idp.journey import devices
from idp.journey.devices import MOST_DEVICES
from idp.journey.security_settings import Visitor
from idp.web import qr
from idp.web.account import registered
from idp.web.account.addresses import DEVICES
from idp.web.account.door import ActingTwice, Fields, Proved, ProvedTwice, done, notice, show
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import ClaimedDevice, DevicePairingPage, DevicesPage, FieldError, Problem

_ADD = f"{DEVICES}/ekle"
_CONFIRM = f"{_ADD}/onayla"
_REJECT = f"{_ADD}/reddet"

PAIRING_ADDRESS = "/cihaz-ekle"

router = APIRouter(include_in_schema=False)
router.routes.extend(registered.routes(Method.APP, DEVICES, "device_id"))


@router.get(DEVICES)
def devices_page(request: Request, visitor: Proved) -> Response:
    return _list(request, visitor)


@router.get(_ADD)
def pairing_page(request: Request, visitor: ProvedTwice) -> Response:
    """The pairing that waits in this session, or a new one; once a device claimed it, the question whose that is."""
    world = house(request).world
    with house(request).store.read() as uow:
        pairing = devices.pairing_of(world, uow, visitor)
    if pairing is None:
        begun = devices.begin_pairing(world, visitor, origin(request))
        if isinstance(begun, str):
            return _full(request, visitor)
        pairing, _ = begun
    return show(request, visitor, _pairing(request, visitor, pairing))


@router.post(_CONFIRM)
def confirm(request: Request, visitor: ActingTwice, fields: Fields) -> Response:
    """Register the device whose key the page showed; `handle` is the thumbprint of that key."""
    home, handle = house(request), fields.get("handle", "")
    outcome = devices.confirm_pairing(home.world, visitor, handle, language(request), origin(request))
    if isinstance(outcome, Authenticator) or _is_registered(request, visitor, handle):
        return see_other(done(DEVICES, "eklendi"))
    if outcome == "too_many":
        return _full(request, visitor)
    return show(request, visitor, _expired(request), status=422)


@router.post(_REJECT)
def reject(request: Request, visitor: ActingTwice) -> Response:
    devices.reject_pairing(house(request).world, visitor, origin(request))
    return see_other(DEVICES)


@router.get(_CONFIRM)
@router.get(_REJECT)
def pairing_again(request: Request) -> Response:
    return see_other(_ADD)


def _pairing(request: Request, visitor: Visitor, pairing: Enrolment) -> DevicePairingPage:
    home, number = house(request), visitor.citizen.phone_number
    code = devices.pairing_code(home.world, pairing.id)
    return DevicePairingPage(
        qr_svg=qr.inline_svg(f"{home.issuer}{PAIRING_ADDRESS}#{code}"),
        pairing_code=code,
        valid_until=pairing.expires_at,
        now=home.world.clock.now(),
        check=_ADD,
        confirm=_CONFIRM,
        reject=_REJECT,
        phone_url=home.phone_url(number.value if number is not None else None),
        claimed=_claimed(pairing) if pairing.handle else None,
    )


def _is_registered(request: Request, visitor: Visitor, handle: str) -> bool:
    return any(one.handle == handle for one in registered.held(request, visitor, Method.APP))


def _claimed(pairing: Enrolment) -> ClaimedDevice:
    shown = devices.fingerprint(pairing.handle)
    return ClaimedDevice(name=pairing.name, fingerprint=shown, handle=pairing.handle)


def _expired(request: Request) -> DevicePairingPage:
    now = house(request).world.clock.now()
    return DevicePairingPage(
        qr_svg="",
        pairing_code="",
        valid_until=now,
        now=now,
        check=_ADD,
        confirm=_CONFIRM,
        reject=_REJECT,
        errors=(FieldError("pairing_code", Problem.PAIRING_EXPIRED),),
    )


def _full(request: Request, visitor: Visitor) -> Response:
    return _list(request, visitor, FieldError("add", Problem.TOO_MANY_DEVICES, {"n": MOST_DEVICES}))


def _list(request: Request, visitor: Visitor, *errors: FieldError) -> Response:
    rows = registered.rows(request, visitor, Method.APP, DEVICES)
    view = DevicesPage(rows=rows, add=_ADD, errors=errors, notice=None if errors else notice(request))
    return show(request, visitor, view, status=422 if errors else 200)
