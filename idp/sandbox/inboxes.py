"""`/sandbox/v1/phones`: the inboxes, for test programs. It reads and waits; it never logs anybody in."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from idp.domain.citizen import Citizen
from idp.domain.message import Message
from idp.domain.phone_number import InvalidPhoneNumber, PhoneNumber
from idp.sandbox.personas import is_sandbox_phone
from idp.sandbox.world import UnitOfWork, sandbox

router = APIRouter(prefix="/sandbox/v1", tags=["sandbox"])

LONGEST_WAIT = 30
_LOOK_EVERY = 0.2  # seconds between two looks at an inbox; a look costs a fraction of a millisecond


class MessageRecord(BaseModel):
    """A message on a virtual phone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0000000000000042",
                    "sent_at": "2026-11-23T09:30:00Z",
                    "text": "123456 Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR\n@localhost #123456",
                    "code": "123456",
                }
            ]
        }
    )

    id: Annotated[str, Field(description="Pass it as `after` to wait for what comes next.")]
    sent_at: Annotated[datetime, Field(description="RFC 3339, UTC.")]
    text: str
    code: Annotated[str | None, Field(description="The one-time code in the text; null if there is none.")]


class Problem(BaseModel):
    """RFC 9457."""

    title: str
    status: int
    detail: str | None = None


Number = Annotated[
    str,
    Path(
        description="E.164, such as `+905000000001`; the usual Turkish spellings are read too.",
        examples=["+905000000001"],
    ),
]
_NO_SUCH_PHONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "Nobody here has this phone, and nothing was sent to it."}
}


@router.get("/phones/{phone_number}/messages", summary="Read an inbox", responses=_NO_SUCH_PHONE)
def messages(request: Request, phone_number: Number) -> list[MessageRecord]:
    """The messages of one virtual phone, newest first, at most 50."""
    number = _parsed(phone_number)
    with sandbox(request).store.read() as uow:
        _require(uow, number)
        return _records(uow.outbox.inbox(number.value))


@router.get("/phones/{phone_number}/messages/wait", summary="Wait for a message", responses=_NO_SUCH_PHONE)
async def wait_for_messages(
    request: Request,
    phone_number: Number,
    after: Annotated[
        str | None, Query(description="A message id: wait for one that came after it. Without it any message will do.")
    ] = None,
    timeout: Annotated[  # noqa: ASYNC109 - the caller's own limit, named by the contract
        float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait at most.")
    ] = LONGEST_WAIT,
) -> list[MessageRecord]:
    """Answers as soon as there is a message, newest first; `[]` when the time is over."""
    home, number = sandbox(request), _parsed(phone_number)
    await home.store.run_lean(lambda uow: _require(uow, number), read_only=True)
    for looks_left in range(math.ceil(timeout / _LOOK_EVERY), -1, -1):
        found = await home.store.run_lean(lambda uow: uow.outbox.inbox(number.value, after), read_only=True)
        if found or not looks_left or home.is_stopping() or await request.is_disconnected():
            return _records(found)
        await home.pause(_LOOK_EVERY)
    return []


def owner(uow: UnitOfWork, number: PhoneNumber) -> Citizen | None:
    """Whose phone this is. A sandbox holds a handful of people, so all of them are looked through."""
    return next((citizen for citizen in uow.citizens.every() if citizen.phone_number == number), None)


def _parsed(text: str) -> PhoneNumber:
    try:
        return PhoneNumber.parse(text)
    except InvalidPhoneNumber as error:
        raise HTTPException(404) from error


def exists(uow: UnitOfWork, number: PhoneNumber) -> bool:
    """Whether somebody has this phone, or is about to: a number of the block to which something was sent."""
    return owner(uow, number) is not None or (is_sandbox_phone(number) and bool(uow.outbox.inbox(number.value, most=1)))


def _require(uow: UnitOfWork, number: PhoneNumber) -> None:
    if not exists(uow, number):
        raise HTTPException(404)


def _records(found: tuple[Message, ...]) -> list[MessageRecord]:
    return [
        MessageRecord(
            id=message.id,
            sent_at=datetime.fromtimestamp(message.created_at, UTC),
            text=message.text,
            code=message.code,
        )
        for message in found
    ]
