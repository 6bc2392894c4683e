"""`/telefon`: the virtual phones, for people. Plain pages; a script only keeps the open one up to date."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import Citizen
from idp.domain.message import Message
from idp.domain.phone_number import InvalidPhoneNumber, PhoneNumber
from idp.sandbox.api import owner
from idp.sandbox.gallery import PHONES
from idp.sandbox.world import UnitOfWork, sandbox
from idp.web import csrf
from idp.web.forms import posted, query_pairs
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.login import ForgedForm
from idp.web.presentation import cookies, page, see_other
from idp.web.views import Notice, PhoneMessage, PhonePage, PhoneRow, PhonesPage

router = APIRouter(prefix=PHONES, tags=["virtual phones"], include_in_schema=False)

Fields = Annotated[Mapping[str, str], Depends(posted)]
_DONE = "tamam"
_NOTICES = {"dogrulandi": Notice.PHONE_VERIFIED}


@router.get("")
def phones(request: Request) -> Response:
    with sandbox(request).store.read() as uow:
        rows = [
            _row(citizen, number, uow.outbox.inbox(number.value))
            for citizen in uow.citizens.every()
            if (number := citizen.phone_number) is not None
        ]
    rows.sort(key=lambda row: row.last_message_at or 0, reverse=True)
    return page(request, PhonesPage(rows=tuple(rows), refresh=PHONES))


@router.get("/{phone_number}")
def phone(request: Request, phone_number: str) -> Response:
    home, visit = sandbox(request), cookies(request).visit(request)
    binding = visit or house(request).world.secrets.token()
    with home.store.read() as uow:
        number, citizen = _found(uow, phone_number)
        view = _view(request, number, citizen, uow.outbox.inbox(number.value), home.clock.now())
    response = page(request, view, binding=binding)
    if visit is None:
        cookies(request).set_visit(response, binding)
    return response


@router.post("/{phone_number}/dogrula")
def verify(request: Request, phone_number: str, fields: Fields) -> Response:
    """The simulated NFC reading: from now on the number counts as verified with identity (domain.md §3.4)."""
    home = sandbox(request)
    now, is_ours = home.clock.now(), _is_ours(request, fields)
    with home.store.begin() as uow:
        number, citizen = _found(uow, phone_number)
        event = Event.PHONE_VERIFIED if is_ours else Event.REQUEST_FORGED
        verified = is_ours and uow.citizens.verify_phone(citizen.id, now)
        uow.audit.append(AuditRow(now, event, verified, origin(request), citizen_id=citizen.id))
    if not is_ours:
        raise ForgedForm(_address(number))
    return see_other(f"{_address(number)}?{_DONE}=dogrulandi" if verified else _address(number))


def _is_ours(request: Request, fields: Mapping[str, str]) -> bool:
    home = house(request)
    return csrf.is_ours(
        request, home.world.secrets, cookies(request).visit(request), fields.get(csrf.FIELD, ""), home.issuer
    )


def _found(uow: UnitOfWork, text: str) -> tuple[PhoneNumber, Citizen]:
    try:
        number = PhoneNumber.parse(text)
    except InvalidPhoneNumber as error:
        raise HTTPException(404) from error
    citizen = owner(uow, number)
    if citizen is None:
        raise HTTPException(404)
    return number, citizen


def _address(number: PhoneNumber) -> str:
    return f"{PHONES}/{number.value}"


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


def _view(request: Request, number: PhoneNumber, citizen: Citizen, inbox: tuple[Message, ...], now: int) -> PhonePage:
    verified = citizen.verified_phone is not None
    done = dict(query_pairs(request)).get(_DONE, "")
    return PhonePage(
        owner=citizen.name,
        number=number.national,
        messages=tuple(
            PhoneMessage(
                id=message.id,
                text=message.text,
                sent_at=message.created_at,
                code=message.code,
                valid_until=message.expires_at if message.code is not None else None,
            )
            for message in inbox
        ),
        now=now,
        live=f"/sandbox/v1/phones/{number.value}/messages/wait",
        refresh=_address(number),
        phones=PHONES,
        verified=verified,
        verify=None if verified else f"{_address(number)}/dogrula",
        notice=Text(_NOTICES[done]) if done in _NOTICES else None,
    )
