"""What the holder of a registration access token does with its own client (RFC 7592 §2; DCR-10…12).

An unknown client, one that an operator made or switched off, and a wrong token look alike.
"""

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.client import SECRET_METHODS, Client
from idp.protocol.clients import find_client
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.messages import Headers, JsonAnswer
from idp.protocol.ports import UnitOfWork
from idp.protocol.registration import record
from idp.protocol.registration.answers import information, nothing, refusal
from idp.protocol.registration.identity import identity
from idp.protocol.registration.judgement import judged
from idp.protocol.registration.members import Members, MetadataRefused
from idp.protocol.registration.presented import bearer, body_of, is_hash_of
from idp.protocol.registration.quota import count_change
from idp.protocol.registration.wanted import Wanted

_OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


def read(issuer: Issuer, uow: UnitOfWork, client_id: str, headers: Headers, origin: Origin) -> JsonAnswer:
    now = issuer.clock.now()
    try:
        client, token = _managed(uow, client_id, headers)
    except ProtocolError as refused:
        return _refused(uow, now, client_id, origin, refused)
    return information(issuer, client, token=token)


def replace(
    issuer: Issuer, uow: UnitOfWork, client_id: str, headers: Headers, body: bytes, origin: Origin
) -> JsonAnswer:
    """Exactly what was sent is registered from then on: what was left out is gone. Raises DocumentNeeded.

    Who is somebody else to the citizens then keeps nothing that they gave: another sector's `sub` would be told to
    whoever was granted anything before, and a consent holds for the name and place that it was asked for.
    """
    now = issuer.clock.now()
    try:
        former, token = _held(uow, client_id, headers)
        count_change(issuer, uow, client_id, origin, now)
        members = Members.read(body_of(headers, body))
        secret = _same_client(former, members)
        wanted = judged(issuer, uow, members, now)
        secret_hash, secret = _secret(issuer, former, wanted, secret)
        client = record.changed(former, wanted, secret_hash=secret_hash)
        _require(done=uow.clients.replace(client))
    except ProtocolError as refused:
        return _refused(uow, now, client_id, origin, refused)
    if identity(client) != identity(former):
        uow.consents.withdraw(client_id, now)
    uow.audit.append(AuditRow(now, Event.CLIENT_UPDATED, True, origin, client_id=client_id))
    return information(issuer, client, token=token, secret=secret)


def remove(issuer: Issuer, uow: UnitOfWork, client_id: str, headers: Headers, origin: Origin) -> JsonAnswer:
    """The client and all that it was given: grants, tokens, consents."""
    now = issuer.clock.now()
    try:
        _held(uow, client_id, headers)
        _require(done=uow.clients.remove(client_id))
    except ProtocolError as refused:
        return _refused(uow, now, client_id, origin, refused)
    uow.audit.append(AuditRow(now, Event.CLIENT_REMOVED, True, origin, client_id=client_id))
    return nothing()


def _managed(uow: UnitOfWork, client_id: str, headers: Headers) -> tuple[Client, str]:
    """The client and the token that was shown for it."""
    token = bearer(headers)
    return _proved(find_client(uow.clients, client_id), token), token


def _held(uow: UnitOfWork, client_id: str, headers: Headers) -> tuple[Client, str]:
    """The same for a change: nothing else changes the client, or is granted to it, before this is over."""
    _, token = _managed(uow, client_id, headers)  # first, so that no stranger locks anything
    return _proved(uow.clients.hold(client_id), token), token


def _proved(client: Client | None, token: str) -> Client:
    if not is_hash_of(None if client is None else client.registration_token_hash, token):
        raise ProtocolError(Reason.MANAGEMENT_TOKEN)
    if client is None or client.disabled:
        raise ProtocolError(Reason.MANAGEMENT_TOKEN)
    return client


def _same_client(client: Client, members: Members) -> str | None:
    """RFC 7592 §2.2: who it is, and nothing that is ours to say. The secret, if it was sent and is right."""
    for name in _OURS:
        if name in members:
            raise MetadataRefused(Reason.MANAGEMENT_MEMBER, name)
    if members.raw("client_id") != client.client_id:
        raise MetadataRefused(Reason.MANAGEMENT_CLIENT, "client_id")
    if "client_secret" not in members:
        return None
    secret = members.raw("client_secret")
    if not isinstance(secret, str) or not is_hash_of(client.secret_hash, secret):
        raise MetadataRefused(Reason.MANAGEMENT_SECRET, "client_secret")
    return secret


def _secret(issuer: Issuer, former: Client, wanted: Wanted, sent: str | None) -> tuple[str | None, str | None]:
    """The digest, and the secret if it is known: it stays for as long as the client authenticates with one."""
    if wanted.auth_method not in SECRET_METHODS:
        return None, None
    if former.secret_hash is not None:
        return former.secret_hash, sent
    made = issuer.secrets.token()
    return sha256_hex(made), made


def _require(*, done: bool) -> None:
    """Raises ProtocolError where the client was removed meanwhile."""
    if not done:
        raise ProtocolError(Reason.MANAGEMENT_TOKEN)


def _refused(uow: UnitOfWork, now: int, client_id: str, origin: Origin, refused: ProtocolError) -> JsonAnswer:
    known = find_client(uow.clients, client_id)  # a stranger's text is no row of ours
    named = None if known is None else known.client_id
    event = Event.REGISTRATION_REFUSED
    uow.audit.append(AuditRow(now, event, False, origin, client_id=named, reason=refused.reason))
    return refusal(refused)
