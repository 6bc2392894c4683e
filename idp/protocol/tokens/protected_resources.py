"""Which protected resource a token is for (RFC 8707): the issuer itself, or one that a registered client operates.

Names are compared exactly, so what is no absolute URI, or has a fragment, is as unknown as any other (§2).
"""

from collections.abc import Sequence

from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.ports import Clients


def known(issuer: Issuer, clients: Clients, asked: Sequence[str]) -> tuple[str, ...]:
    """What was asked for. Raises ProtocolError `invalid_target` unless every one is known."""
    others = set(asked) - {issuer.identifier}
    if others and not others <= clients.resources():
        raise ProtocolError(Reason.RESOURCE_UNKNOWN)
    return tuple(asked)


def within(issuer: Issuer, granted: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """What the token is for: what is asked of the granted, or else all of it (§2.2; D09).

    Raises ProtocolError `invalid_target` for anything more. Where none was asked for, the issuer was granted.
    """
    if not set(asked) <= set(granted or (issuer.identifier,)):
        raise ProtocolError(Reason.RESOURCE_WIDER)
    return tuple(asked or granted)
