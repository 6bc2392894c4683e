"""`/sandbox/v1/phones`: the inboxes, for test programs. It reads and waits; it never logs anybody in."""

import math
from datetime import UTC, datetime
from functools import partial
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
LONGEST_DELAY = 60
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
Delay = Annotated[
    int,
    Query(
        ge=0,
        le=LONGEST_DELAY,
        description="As over a slow network: a message is there once it is so many seconds old.",
    ),
]
_NO_SUCH_PHONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "Nobody here has this phone, and nothing was sent to it."}
}


@router.get("/phones/{phone_number}/messages", summary="Read an inbox", responses=_NO_SUCH_PHONE)
def messages(request: Request, phone_number: Number, delay: Delay = 0) -> list[MessageRecord]:
    """The messages of one virtual phone, newest first, at most 50."""
    home = sandbox(request)
    with home.store.read() as uow:
        number, _ = found(uow, phone_number)
        return _records(arrived(uow, number, home.clock.now() - delay))


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
    delay: Delay = 0,
) -> list[MessageRecord]:
    """Answers as soon as there is a message, newest first; `[]` when the time is over."""
    home = sandbox(request)
    number, _ = await home.store.run_lean(lambda uow: found(uow, phone_number), read_only=True)
    for looks_left in range(math.ceil(timeout / _LOOK_EVERY), -1, -1):
        sent_by = home.clock.now() - delay
        came = await home.store.run_lean(partial(arrived, number=number, sent_by=sent_by, after=after), read_only=True)
        if came or not looks_left or home.is_stopping() or await request.is_disconnected():
            return _records(came)
        await home.pause(_LOOK_EVERY)
    return []


def arrived(uow: UnitOfWork, number: PhoneNumber, sent_by: int, after: str | None = None) -> tuple[Message, ...]:
    """What this phone shows, newest first: of what came after the message `after`, what was sent by then."""
    return tuple(message for message in uow.outbox.inbox(number.value, after) if message.created_at <= sent_by)


def found(uow: UnitOfWork, text: str) -> tuple[PhoneNumber, Citizen | None]:
    """The phone that an address names, and whose it is; None while it waits for its owner: a number of the block to
    which something was sent. Raises HTTPException 404 for any other.
    """
    try:
        number = PhoneNumber.parse(text)
    except InvalidPhoneNumber as error:
        raise HTTPException(404) from error
    # A sandbox holds a handful of people, so all of them are looked through.
    owner = next((citizen for citizen in uow.citizens.every() if citizen.phone_number == number), None)
    if owner is None and not (is_sandbox_phone(number) and uow.outbox.inbox(number.value, most=1)):
        raise HTTPException(404)
    return number, owner


def _records(messages: tuple[Message, ...]) -> list[MessageRecord]:
    return [
        MessageRecord(
            id=message.id,
            sent_at=datetime.fromtimestamp(message.created_at, UTC),
            text=message.text,
            code=message.code,
        )
        for message in messages
    ]
