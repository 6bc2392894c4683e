"""What a world in memory holds. Dictionaries keep the order of making, which is what "newest" means."""

from dataclasses import dataclass, field, fields

from idp.domain.audit import AuditRow
from idp.domain.authenticator import Authenticator
from idp.domain.challenge import Challenge
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.consent import Consent
from idp.domain.enrolment import Enrolment
from idp.domain.login import Login
from idp.domain.message import Message
from idp.domain.session import Session
from tests.journey.throttles import Counter


@dataclass(slots=True)
class Rows:
    """Everything that is stored."""

    citizens: dict[str, Citizen] = field(default_factory=dict)
    former_passwords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    dead_challenges: set[str] = field(default_factory=set)
    authenticators: dict[str, Authenticator] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    dead_enrolments: set[str] = field(default_factory=set)
    sessions: dict[str, Session] = field(default_factory=dict)
    revoked_sessions: set[str] = field(default_factory=set)
    counters: dict[tuple[str, str], Counter] = field(default_factory=dict)
    consents: dict[tuple[str, str], Consent] = field(default_factory=dict)
    revoked_consents: set[tuple[str, str]] = field(default_factory=set)
    devices: set[tuple[str, str]] = field(default_factory=set)
    audit: list[AuditRow] = field(default_factory=list)
    outbox: list[Message] = field(default_factory=list)

    def copy(self) -> "Rows":
        return Rows(**{one.name: getattr(self, one.name).copy() for one in fields(self)})


@dataclass(slots=True)
class Table:
    rows: Rows
