"""What the protocol needs from the world. `store` fits these shapes; only `app` brings them together."""

from typing import Protocol

from idp.domain.audit import AuditRow
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant, GrantStanding
from idp.domain.signing_key import SigningKey


class Clients(Protocol):
    def by_id(self, client_id: str) -> Client | None: ...


class Citizens(Protocol):
    def by_id(self, citizen_id: str) -> Citizen | None: ...


class Grants(Protocol):
    def insert(self, grant: Grant) -> None: ...

    def consume_code(self, code_hash: str, client_id: str, now: int) -> Grant | None:
        """Use the code up in one statement: known, of this client, unused, unexpired, unrevoked. None if not."""
        ...

    def by_code(self, code_hash: str) -> Grant | None: ...

    def standing(self, grant_id: str) -> GrantStanding | None: ...

    def revoke(self, grant_id: str, now: int) -> bool: ...


class Audit(Protocol):
    def append(self, row: AuditRow) -> None: ...


class UnitOfWork(Protocol):
    """One database transaction, begun and committed by the caller."""

    @property
    def clients(self) -> Clients: ...
    @property
    def citizens(self) -> Citizens: ...
    @property
    def grants(self) -> Grants: ...
    @property
    def audit(self) -> Audit: ...


class Keys(Protocol):
    def published(self, now: int) -> tuple[SigningKey, ...]:
        """Every key whose public half belongs in the JWKS now, opened."""
        ...

    def version(self) -> int:
        """Changes whenever a key changes: what a cache compares."""
        ...


class Secrets(Protocol):
    """Random values."""

    def token(self) -> str:
        """43 URL-safe characters from 256 random bits."""
        ...
