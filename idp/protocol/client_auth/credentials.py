"""What a token request says about who sends it, and the comparison of a secret."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client
from idp.protocol.clients import find_client
from idp.protocol.issuer import Issuer
from idp.protocol.ports import Clients, UnitOfWork

_NO_SECRET = sha256_hex("")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The Authorization header, if any, and the parameters of the body. Nothing is ever read from the query."""

    authorization: str | None = field(repr=False)
    form: Mapping[str, str] = field(repr=False)

    @property
    def has_secret(self) -> bool:
        return "client_secret" in self.form

    @property
    def has_assertion(self) -> bool:
        """RFC 7521 §4.2. Half of one is an attempt too, which can only fail."""
        return "client_assertion" in self.form or "client_assertion_type" in self.form


@dataclass(frozen=True, slots=True)
class Attempt:
    """Credentials, and what it takes to judge them."""

    credentials: Credentials
    uow: UnitOfWork
    issuer: Issuer
    now: int


def client_with_secret(clients: Clients, client_id: str, secret: str) -> Client | None:
    """The enabled client whose secret this is. Compared as digests, the same work for an unknown client (S-07)."""
    client = find_client(clients, client_id)
    expected = _NO_SECRET if client is None or client.secret_hash is None else client.secret_hash
    is_right = hmac.compare_digest(sha256_hex(secret).encode(), expected.encode())
    return client if is_right and client is not None and client.secret_hash is not None else None
