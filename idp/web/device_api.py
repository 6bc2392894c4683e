"""`/device/v1`: what registered devices ask and say. Everything that counts is signed with the device's own key.

Whatever is not signed by the right key gets one and the same 401, and an approval that cannot be decided one and the
same 409, whoever's it is.
"""

import math
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.journey import approvals, pairing
from idp.journey.devices import fingerprint
from idp.web.device_models import (
    ApprovalRecord,
    Approvals,
    Decision,
    DecisionTaken,
    PairingClaim,
    PairingClaimed,
    PairingStatus,
    WrongNumberProblem,
)
from idp.web.devices import browser_name, masked_address
from idp.web.house import UnitOfWork, house, origin
from idp.web.presentation import language
from idp.web.waiting_room import LOOK_EVERY, waiting_room

PREFIX = "/device/v1"
SCHEME = "Device"
LONGEST_WAIT = 25
_LARGEST_BODY = 16_384

router = APIRouter(prefix=PREFIX, include_in_schema=False, max_body_size=_LARGEST_BODY)


async def signed(request: Request) -> str:
    """The signature that came with a request, unjudged. Raises HTTPException 401 unless there is exactly one."""
    given = request.headers.getlist("authorization")
    scheme, _, value = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != SCHEME.lower():
        raise _not_authenticated()
    return value.strip()


Signed = Annotated[str, Depends(signed)]


@router.post("/pairings", status_code=201)
def claim_pairing(request: Request, claim: PairingClaim, response: Response) -> PairingClaimed:
    claimed = pairing.claim_pairing(
        house(request).world,
        code=claim.pairing_code,
        name=claim.name,
        public_key=claim.public_key.model_dump(),
        proof=claim.proof,
        origin=origin(request),
    )
    if not isinstance(claimed, Enrolment):
        raise _not_authenticated() if claimed == "proof" else HTTPException(422 if claimed == "key" else 404)
    response.headers["location"] = f"{PREFIX}/pairings/{claimed.id}"
    return PairingClaimed(
        pairing_id=claimed.id, fingerprint=fingerprint(claimed.handle), expires_at=_instant(claimed.expires_at)
    )


@router.get("/pairings/{pairing_id}")
def pairing_status(request: Request, pairing_id: str, signature: Signed) -> PairingStatus:
    home, path = house(request), f"{PREFIX}/pairings/{pairing_id}"
    with home.store.read() as uow:
        standing = pairing.standing_of(home.world, uow, pairing_id, signature, path)
    if standing is None:
        raise _not_authenticated()
    return PairingStatus(status=standing.state, device_id=standing.device_id)


@router.get("/approvals")
async def waiting_approvals(
    request: Request, signature: Signed, wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT)] = 0
) -> Approvals:
    """The signature is judged once; whoever waits must still be registered at each look."""
    home, room = house(request), waiting_room(request)

    def who(uow: UnitOfWork) -> Authenticator | None:
        return approvals.asking_device(home.world, uow, signature, f"{PREFIX}/approvals")

    device = await home.store.run_lean(who, read_only=True)
    if device is None:
        raise _not_authenticated()
    with room.place() as may_wait:
        for looks_left in range(math.ceil(wait / LOOK_EVERY), -1, -1):
            asked = await home.store.run_lean(
                lambda uow: approvals.asked_of(home.world, uow, device, language(request)), read_only=True
            )
            if asked is not None:
                return Approvals(approvals=[_record(asked)])
            if not (looks_left and may_wait and await room.waits(request)):
                break
    return Approvals(approvals=[])


@router.post("/approvals/{approval_id}/decision", response_model=DecisionTaken)
def decide(request: Request, approval_id: str, sent: Decision) -> DecisionTaken | Response:
    home = house(request)
    outcome = approvals.decide(
        home.world,
        approval_id=approval_id,
        signed=sent.decision,
        lang=language(request),
        origin=origin(request),
    )
    match outcome:
        case approvals.NotADevice():
            raise _not_authenticated()
        case approvals.NotWaiting():
            raise HTTPException(409)
        case approvals.WrongNumber(tries_left):
            problem = WrongNumberProblem(title="Wrong number", status=422, tries_left=tries_left)
            return JSONResponse(problem.model_dump(), 422, media_type="application/problem+json")
        case approvals.Decided(verdict):
            return DecisionTaken(status=verdict.value)


def _record(asked: approvals.Asked) -> ApprovalRecord:
    challenge = asked.challenge
    return ApprovalRecord(
        id=challenge.id,
        service=asked.service,
        account=asked.account,
        recovery=asked.recovery,
        browser=browser_name(challenge.user_agent),
        place=masked_address(challenge.ip),
        asked_at=_instant(challenge.created_at),
        expires_at=_instant(challenge.expires_at),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _not_authenticated() -> HTTPException:
    return HTTPException(401, headers={"www-authenticate": SCHEME})
