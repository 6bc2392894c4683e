"""`/telefon`: the virtual phones, for people. SMS needs no script; approving needs one, since the key is the browser's.

For approvals a phone is a client of the device API like any other. The one thing that its page hands over is the
published key of a sample person's device.
"""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.message import Message
from idp.domain.phone_number import PhoneNumber
from idp.sandbox.gallery import PHONES
from idp.sandbox.inboxes import LONGEST_DELAY, arrived, found
from idp.sandbox.manifest import manifest
from idp.sandbox.registered import sample_device
from idp.sandbox.world import UnitOfWork, sandbox
from idp.web.forged import require_ours
from idp.web.forms import posted, query_pairs
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.presentation import cookies, language, page, see_other
from idp.web.views import Notice, PhoneMessage, PhonePage, PhoneRow, PhonesPage
from idp.web.views.sandbox import MESSAGES_DELETED, PhoneDevice, SmsDelay

router = APIRouter(prefix=PHONES, tags=["virtual phones"], include_in_schema=False)

Fields = Annotated[Mapping[str, str], Depends(posted)]
_DONE = "tamam"
_DELAY = "gecikme"
_DELAYS = (0, 5, 15, 30, LONGEST_DELAY)
_NOTICES = {"dogrulandi": Text(Notice.PHONE_VERIFIED), "silindi": MESSAGES_DELETED}
_MANIFEST = "uygulama.webmanifest"


@router.get("")
def phones(request: Request) -> Response:
    with sandbox(request).store.read() as uow:
        rows = [
            _row(citizen, number, uow.outbox.inbox(number.value))
            for citizen in uow.citizens.every()
            if (number := citizen.phone_number) is not None
        ]
    rows.sort(key=lambda row: (-(row.last_message_at or 0), row.number))
    return page(request, PhonesPage(rows=tuple(rows), refresh=PHONES))


@router.get("/{phone_number}")
def phone(request: Request, phone_number: str) -> Response:
    home, visit = sandbox(request), cookies(request).visit(request)
    binding = visit or house(request).world.secrets.token()
    with home.store.read() as uow:
        view = _view(request, uow, *found(uow, phone_number), home.clock.now())
    response = page(request, view, binding=binding)
    response.headers["content-security-policy"] += "; manifest-src 'self'"
    if visit is None:
        cookies(request).set_visit(response, binding)
    return response


@router.get(f"/{{phone_number}}/{_MANIFEST}")
def app_manifest(request: Request, phone_number: str) -> Response:
    """What makes the page an app that can be put on a home screen (W3C Web Application Manifest)."""
    with sandbox(request).store.read() as uow:
        number, citizen = found(uow, phone_number)
    name = number.national if citizen is None else citizen.name
    described = manifest(house(request).pages.asset, _address(number), name, language(request))
    return JSONResponse(described, media_type="application/manifest+json")


@router.post("/{phone_number}/dogrula")
def verify(request: Request, phone_number: str, fields: Fields) -> Response:
    """The simulated NFC reading: the number counts as verified with identity, from this instant (domain.md §3.4)."""
    home = sandbox(request)
    with home.store.read() as uow:
        number, citizen = found(uow, phone_number)
    if citizen is None:
        raise HTTPException(404)
    _require_ours(request, fields, number, citizen)
    now = home.clock.now()
    with home.store.begin() as uow:
        verified = uow.citizens.verify_phone(citizen.id, now)
        uow.audit.append(AuditRow(now, Event.PHONE_VERIFIED, verified, origin(request), citizen_id=citizen.id))
    return see_other(_address(number, _delay(request), "dogrulandi" if verified else ""))


@router.post("/{phone_number}/mesajlari-sil")
def delete_messages(request: Request, phone_number: str, fields: Fields) -> Response:
    home = sandbox(request)
    with home.store.read() as uow:
        number, citizen = found(uow, phone_number)
    _require_ours(request, fields, number, citizen)
    with home.store.begin() as uow:
        uow.outbox.forget(number.value)
    # Without an owner and without messages there is no such phone any more.
    return see_other(PHONES if citizen is None else _address(number, _delay(request), "silindi"))


def _require_ours(request: Request, fields: Mapping[str, str], number: PhoneNumber, citizen: Citizen | None) -> None:
    require_ours(
        request,
        cookies(request).visit(request),
        fields,
        retry=_address(number),
        citizen_id=None if citizen is None else citizen.id,
    )


def _address(number: PhoneNumber, delay: int = 0, done: str = "") -> str:
    return f"{PHONES}/{number.value}{_query(delay, done)}"


def _query(delay: int, done: str = "") -> str:
    given = {name: value for name, value in ((_DELAY, delay), (_DONE, done)) if value}
    return f"?{urlencode(given)}" if given else ""


def _delay(request: Request) -> int:
    """How late this page shows a message, in seconds. It stands in the page's address and is kept nowhere else."""
    asked = dict(query_pairs(request)).get(_DELAY, "")
    return next((delay for delay in _DELAYS if asked == str(delay)), 0)


def _row(citizen: Citizen, number: PhoneNumber, inbox: tuple[Message, ...]) -> PhoneRow:
    return PhoneRow(
        name=citizen.name,
        number=number.national,
        url=_address(number),
        messages=len(inbox),
        verified=citizen.verified_phone is not None,
        last_message_at=inbox[0].created_at if inbox else None,
        last_message=inbox[0].text if inbox else None,
    )


def _view(request: Request, uow: UnitOfWork, number: PhoneNumber, citizen: Citizen | None, now: int) -> PhonePage:
    delay, address = _delay(request), _address(number)
    inbox = arrived(uow, number, now - delay)
    done = dict(query_pairs(request)).get(_DONE, "")
    return PhonePage(
        owner=None if citizen is None else citizen.name,
        number=number.national,
        messages=tuple(_message(message) for message in inbox),
        now=now,
        live=f"/sandbox/v1/phones/{number.value}/messages/wait?delay={delay}",
        refresh=_address(number, delay),
        phones=PHONES,
        verified=citizen is not None and citizen.verified_phone is not None,
        verify=None if citizen is None else f"{address}/dogrula{_query(delay)}",
        clear=f"{address}/mesajlari-sil{_query(delay)}" if inbox else None,
        device=None if citizen is None else _device(request, uow, number, citizen),
        manifest=f"{address}/{_MANIFEST}?lang={language(request)}",
        delays=tuple(SmsDelay(one, _address(number, one), current=one == delay) for one in _DELAYS),
        notice=_NOTICES.get(done),
    )


def _message(message: Message) -> PhoneMessage:
    return PhoneMessage(
        id=message.id,
        text=message.text,
        sent_at=message.created_at,
        code=message.code,
        valid_until=message.expires_at if message.code is not None else None,
    )


def _device(request: Request, uow: UnitOfWork, number: PhoneNumber, citizen: Citizen) -> PhoneDevice:
    held = uow.authenticators.of_citizen(citizen.id)
    sample = sample_device(citizen, held)
    described = None if sample is None else json.dumps({"id": sample.id, "private_key": sample.private_key})
    has_device = any(one.method is Method.APP for one in held)
    return PhoneDevice(number.value, house(request).issuer, described, asked_first=has_device)
