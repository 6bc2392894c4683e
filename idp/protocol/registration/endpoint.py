"""POST to the registration endpoint (RFC 7591 §3; DCR-01…07, DCR-12)."""

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.client import SECRET_METHODS
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer, Registration
from idp.protocol.messages import Headers, JsonAnswer
from idp.protocol.parameters import authorization_once
from idp.protocol.ports import UnitOfWork
from idp.protocol.registration import record
from idp.protocol.registration.answers import information, refusal
from idp.protocol.registration.judgement import judged
from idp.protocol.registration.members import Members
from idp.protocol.registration.presented import bearer, body_of
from idp.protocol.registration.quota import count_registration

_PREFIX = "client-"
"""No `sub` begins so or is as long, and no client chooses its own id (R-17)."""


def register(issuer: Issuer, uow: UnitOfWork, headers: Headers, body: bytes, origin: Origin) -> JsonAnswer:
    """Raises DocumentNeeded."""
    now = issuer.clock.now()
    try:
        token_hash = _authorised(issuer, uow, headers, now)
        count_registration(issuer, uow, token_hash, origin, now)
        wanted = judged(issuer, uow, Members.read(body_of(headers, body)), now)
        _use_up(uow, token_hash, now)
    except ProtocolError as refused:
        _write_down(uow, now, Event.REGISTRATION_REFUSED, origin, reason=refused.reason)
        return refusal(refused)
    secret = issuer.secrets.token() if wanted.auth_method in SECRET_METHODS else None
    token, client_id = issuer.secrets.token(), f"{_PREFIX}{issuer.secrets.token()}"
    secret_hash = None if secret is None else sha256_hex(secret)
    client = record.new(wanted, client_id, secret_hash=secret_hash, token_hash=sha256_hex(token), now=now)
    uow.clients.add(client)
    _write_down(uow, now, Event.CLIENT_REGISTERED, origin, client_id=client_id)
    return information(issuer, client, token=token, secret=secret, status=201)


def _authorised(issuer: Issuer, uow: UnitOfWork, headers: Headers, now: int) -> str | None:
    """The digest of a usable initial access token, where one is needed. It is used up only by a client that is made."""
    authorization_once(headers)
    match issuer.options.registration:
        case Registration.OPEN:
            return None
        case Registration.TOKEN:
            token_hash = sha256_hex(bearer(headers))
            if not uow.initial_access_tokens.is_usable(token_hash, now):
                raise ProtocolError(Reason.REGISTRATION_TOKEN)
            return token_hash
        case Registration.OFF:
            raise ProtocolError(Reason.REGISTRATION_OFF)


def _use_up(uow: UnitOfWork, token_hash: str | None, now: int) -> None:
    """Together with the client, in one transaction. Raises ProtocolError if another took the last use meanwhile."""
    if token_hash is not None and not uow.initial_access_tokens.use(token_hash, now):
        raise ProtocolError(Reason.REGISTRATION_TOKEN)


def _write_down(
    uow: UnitOfWork,
    now: int,
    event: Event,
    origin: Origin,
    *,
    client_id: str | None = None,
    reason: Reason | None = None,
) -> None:
    uow.audit.append(AuditRow(now, event, reason is None, origin, client_id=client_id, reason=reason))
