"""Which protected resource a token is for (RFC 8707): the issuer, or one that a client of the same sector operates.

A citizen who logs in at a service opens no other organisation's doors to it, so a resource of another sector is as
unknown as any other name. Names are compared exactly; what is no absolute URI, or has a fragment, is unknown too (§2).
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from idp.domain.client import Client
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.ports import Clients


def known(issuer: Issuer, clients: Clients, client: Client, asked: Sequence[str]) -> tuple[str, ...]:
    """What was asked for. Raises ProtocolError `invalid_target` unless the client may name every one."""
    others = set(asked) - {issuer.identifier}
    if others and not others <= _within_reach(clients, client):
        raise ProtocolError(Reason.RESOURCE_UNKNOWN)
    return tuple(asked)


def known_without_citizen(issuer: Issuer, clients: Clients, client: Client, asked: Sequence[str]) -> tuple[str, ...]:
    """The same for a token that no code stands behind.

    Whoever registered itself proved nothing of its sector: a code would reach the host it named, this token does not.
    """
    if client.registration_token_hash is not None and set(asked) - {issuer.identifier}:
        raise ProtocolError(Reason.RESOURCE_UNKNOWN)
    return known(issuer, clients, client, asked)


def _within_reach(clients: Clients, client: Client) -> frozenset[str]:
    """Its own, and those of its sector, where there is no doubt which one that is."""
    hosts = {urlsplit(uri).hostname for uri in client.redirect_uris}
    if not client.sector_identifier and len(hosts) > 1:
        return frozenset(client.resources)
    return frozenset(uri for one in clients.operators() if one.sector == client.sector for uri in one.resources)


def within(
    issuer: Issuer, clients: Clients, client: Client, granted: Sequence[str], asked: Sequence[str]
) -> tuple[str, ...]:
    """What the token is for: what is asked of the granted, or else all of it (§2.2; D09).

    Raises ProtocolError `invalid_target` for anything more, and for what the client may not name any longer (E07).
    Where none was asked for, the issuer was granted.
    """
    if not set(asked) <= set(granted or (issuer.identifier,)):
        raise ProtocolError(Reason.RESOURCE_WIDER)
    return known(issuer, clients, client, asked or granted)
