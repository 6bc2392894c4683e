"""What registered devices send and get, as JSON. Whatever is not named here is refused."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from idp.journey.names import LONGEST_NAME, name_fault

LONGEST_JWS = 8192

_JWS = "eyJhbGciOiJFUzI1NiIsInR5cCI6IuKApiJ9.eyLigKYiOiLigKYifQ.c2lnbmF0dXJl4oCm"
_DEVICE_ID = "q8yQ0c6XvT2mJ4rLw1BzKd9fHn5sPa7eGiUoRtYxCbM"
_APPROVAL_ID = "Zk3vWn8LrT1yQ6pXc9BdMs2fJg7hEa4uKoRiVtYxPbN"


def _name(text: str) -> str:
    if name_fault(text) is not None:
        raise ValueError("a name has 1 to 60 printable characters")
    return text


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Jws = Annotated[str, Field(max_length=LONGEST_JWS, examples=[_JWS])]


class DeviceKey(_Sent):
    """A P-256 public key as a JWK (RFC 7518 §6.2) with these four members; with a private one it is refused."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$", examples=["wVKE4dZBqF_N-Y4WfsN7BnR2RCfv6f56LhjjO3FHYO0"])]
    y: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$", examples=["srhqM0ZH-EboKwSh2JfTV1LhOsy3cqlyvjejtKJGlC0"])]


class PairingClaim(_Sent):
    """A device shows the pairing code and proves that it holds the key."""

    pairing_code: Annotated[
        str, Field(max_length=32, description="Eight letters, as typed: hyphens, spaces and case do not matter.")
    ] = Field(examples=["ABCD-EFGH"])
    name: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_NAME, description="How the citizen will know the device."),
        AfterValidator(_name),
    ] = Field(examples=["Ayşe'nin telefonu"])
    public_key: DeviceKey
    proof: Annotated[Jws, Field(description="`typ` is `esik-pairing+jwt`.")]


class PairingClaimed(BaseModel):
    """The device is claimed. It is registered once the citizen says yes on the account page."""

    pairing_id: Annotated[str, Field(examples=["p2R7xLq9VbT4nKc1WmYs8dGfHj6uEa3zXoIiQtBv5yA"])]
    fingerprint: Annotated[
        str,
        Field(
            pattern="^([0-9A-F]{4} ){3}[0-9A-F]{4}$",
            examples=["C6BD 7B5C 45D8 8201"],
            description="Show it: the citizen compares it with the account page.",
        ),
    ]
    expires_at: Annotated[datetime, Field(description="RFC 3339, UTC.", examples=["2026-11-23T09:35:00Z"])]


class PairingStatus(BaseModel):
    """How a pairing stands."""

    status: Annotated[
        Literal["claimed", "registered", "refused", "expired"],
        Field(description="`claimed`: the citizen has not answered yet. `refused`: they said no, or removed it since."),
    ]
    device_id: Annotated[
        str | None, Field(examples=[_DEVICE_ID], description="Once registered: the `kid` of everything it signs.")
    ]


class ApprovalRecord(BaseModel):
    """A login that asks for the citizen's yes. The number to enter is in the browser, and nowhere here."""

    id: Annotated[str, Field(examples=[_APPROVAL_ID])]
    service: Annotated[
        str | None, Field(examples=["Merkezi Randevu Sistemi"], description="Null for our own account pages.")
    ]
    account: Annotated[bool, Field(description="It is our own account pages that ask.", examples=[False])]
    recovery: Annotated[
        bool, Field(description="Somebody says they forgot the password: a yes leads to a new one.", examples=[False])
    ]
    browser: Annotated[str, Field(description="Empty if not recognised.", examples=["Firefox, Windows"])]
    place: Annotated[str, Field(description="The network that asks; empty if not known.", examples=["203.0.113.*"])]
    asked_at: Annotated[datetime, Field(description="RFC 3339, UTC.", examples=["2026-11-23T09:30:00Z"])]
    expires_at: Annotated[
        datetime, Field(description="No verdict counts from then on.", examples=["2026-11-23T09:32:00Z"])
    ]


class Approvals(BaseModel):
    """What waits for the citizen: at most one, since a newer request replaces an older one."""

    approvals: Annotated[list[ApprovalRecord], Field(max_length=1)]


class Decision(_Sent):
    """A verdict, signed."""

    decision: Annotated[Jws, Field(description="`typ` is `esik-approval+jwt`.")]


class DecisionTaken(BaseModel):
    """The verdict counts."""

    status: Annotated[Literal["approved", "denied", "not_me"], Field(examples=["approved"])]


class WrongNumberProblem(BaseModel):
    """RFC 9457, with the tries that are left."""

    title: Annotated[str, Field(examples=["Wrong number"])]
    status: Annotated[Literal[422], Field(examples=[422])]
    tries_left: Annotated[int, Field(ge=0, le=2, examples=[2], description="At 0 the request is dead.")]
