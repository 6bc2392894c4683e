"""What makes this provider this provider: one frozen value that every part of the protocol is given."""

from dataclasses import dataclass, field
from enum import StrEnum

from idp.clock import Clock
from idp.domain.client import Client
from idp.domain.client_metadata import ResponseType
from idp.policy.subject import session_identifier, subject_identifier
from idp.protocol.jose.keys import KeyRing
from idp.protocol.ports import Secrets

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds. Raises ValueError above the limits: a code 60 (R-06), tokens 600 (R-08).

    A refresh token ends when it lay unused for `refresh_idle`, and the whole family `refresh_total` after the login
    (R-07).
    """

    code: int = 60
    id_token: int = 600
    access_token: int = 600
    refresh_idle: int = 7 * _DAY
    refresh_total: int = 30 * _DAY

    def __post_init__(self) -> None:
        if not (0 < self.code <= 60 and 0 < self.id_token <= 600 and 0 < self.access_token <= 600):
            raise ValueError("a code lives at most 60 seconds, a token at most 600")
        if not 0 < self.refresh_idle <= self.refresh_total:
            raise ValueError("a refresh token cannot lie unused for longer than it lives")


class Registration(StrEnum):
    """Who may register a client: anybody, whoever holds an initial access token, or nobody (RFC 7591 §3)."""

    OPEN = "open"
    TOKEN = "token"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may switch. The defaults are the strict ones.

    `implicit`: the response types `id_token` and `id_token token` exist, for clients that registered them (AUTH-29).
    `registration_quotas`: open registration is counted by address and hour (not in a sandbox, SET-06).
    `allows_loopback`: a web client may have `http` addresses on this machine (DCR-13; sandbox mode).
    `refresh_grace`: seconds in which an authenticated client that lost an answer gets the same unused successor of its
    refresh token again (L-02); 0 to 5. Raises ValueError for more.
    """

    implicit: bool = False
    registration: Registration = Registration.OFF
    registration_quotas: bool = True
    allows_loopback: bool = False
    refresh_grace: int = 5

    def __post_init__(self) -> None:
        if not 0 <= self.refresh_grace <= 5:
            raise ValueError("the grace for a lost answer is at most 5 seconds")


def response_types(options: Options) -> tuple[ResponseType, ...]:
    """The response types that exist (AUTH-29)."""
    return tuple(one for one in ResponseType if options.implicit or not one.is_implicit)


@dataclass(frozen=True, slots=True)
class Issuer:
    """`identifier` is the configured issuer, character for character; no request can change it (R-11)."""

    identifier: str
    keys: KeyRing
    clock: Clock
    secrets: Secrets
    subject_salt: bytes = field(repr=False)
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    options: Options = field(default_factory=Options)

    def subject(self, client: Client, citizen_id: str) -> str:
        """The `sub` that this client sees."""
        return subject_identifier(client, citizen_id, self.subject_salt)

    def sid(self, client: Client, sid: str) -> str:
        """The `sid` that this client sees of a session."""
        return session_identifier(client, sid, self.subject_salt)
