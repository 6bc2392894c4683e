"""What the protocol needs from the world. `store` fits these shapes; only `app` brings them together."""

from typing import Protocol

from idp.domain.audit import AuditRow
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.document import FetchedDocument
from idp.domain.grant import Grant, GrantStanding, RefreshToken
from idp.domain.signing_key import SigningKey
from idp.domain.throttle import Count, Refused, Reserved


class Clients(Protocol):
    def by_id(self, client_id: str) -> Client | None: ...

    def add(self, client: Client) -> bool:
        """False if there is a client of this id."""
        ...

    def hold(self, client_id: str) -> Client | None:
        """The client as it is now, locked until the transaction ends."""
        ...

    def share(self, client_id: str) -> Client | None:
        """The client as it is now; whoever would hold it waits until the transaction ends."""
        ...

    def replace(self, client: Client) -> bool:
        """Write what a client registers itself, and nothing that an operator decides.

        False if there is no enabled client of this id that its registration token manages.
        """
        ...

    def remove(self, client_id: str) -> bool:
        """Delete the client and everything it was given; False if there is none."""
        ...

    def operators(self) -> tuple[Client, ...]:
        """The enabled clients that operate a protected resource (RFC 8707)."""
        ...


class Citizens(Protocol):
    def by_id(self, citizen_id: str) -> Citizen | None: ...


class Grants(Protocol):
    def insert(self, grant: Grant) -> None: ...

    def consume_code(self, code_hash: str, client_id: str, now: int) -> Grant | None:
        """Use the code up in one statement: known, of this client, unused, unexpired, unrevoked. None if not."""
        ...

    def by_code(self, code_hash: str) -> Grant | None: ...

    def standing(self, grant_id: str, named: str = "") -> GrantStanding | None:
        """The grant with what may have ended it, and whether `named`, an access token's name, was spent."""
        ...

    def revoke(self, grant_id: str, now: int) -> bool: ...

    def clients_of(self, session_id: str) -> tuple[str, ...]:
        """Whom anything was granted in this session, by client id, whether or not it still stands."""
        ...


class RefreshTokens(Protocol):
    def insert(self, token: RefreshToken) -> None: ...
    def by_hash(self, token_hash: str) -> RefreshToken | None: ...

    def use_up(self, token_hash: str, client_id: str, now: int) -> RefreshToken | None:
        """Use a token up in one statement: known, unused, unexpired, of an unrevoked grant of this client."""
        ...


class Spent(Protocol):
    def spend(self, name: str, expires_at: int) -> bool:
        """Use the name up in one statement; False if it was. It need not be known after `expires_at`."""
        ...

    def is_spent(self, name: str) -> bool: ...


class Documents(Protocol):
    """Copies of what relying parties publish. Fetching them is not the protocol's."""

    out_of_reach: frozenset[str]
    """Addresses that nobody can ask now, as who runs the verb found out: a copy that can be used is used."""

    def by_uri(self, uri: str) -> FetchedDocument | None:
        """What is known of this address. None if nobody asked for it yet."""
        ...


class InitialAccessTokens(Protocol):
    def is_usable(self, token_hash: str, now: int) -> bool:
        """Whether a use of it is left. For refusing early: only `use` decides."""
        ...

    def use(self, token_hash: str, now: int) -> bool:
        """Take one use of it, in one statement; False if it is unknown, expired or used up."""
        ...


class Throttles(Protocol):
    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        """Count one attempt on every limit, or on none if one refuses, atomically."""
        ...


class Consents(Protocol):
    def withdraw(self, client_id: str, now: int) -> None:
        """Forget what every citizen consented to for this client, and revoke all that it was granted."""
        ...


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
    def refresh_tokens(self) -> RefreshTokens: ...
    @property
    def spent(self) -> Spent: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def initial_access_tokens(self) -> InitialAccessTokens: ...
    @property
    def throttles(self) -> Throttles: ...
    @property
    def consents(self) -> Consents: ...
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

    def mac(self, purpose: str, *values: str) -> str:
        """A keyed digest of the values, for one purpose."""
        ...
