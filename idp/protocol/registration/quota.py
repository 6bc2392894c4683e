"""How often clients register and change themselves: each attempt is counted before it is judged (R-78, E05, SET-06).

Judging may fetch what the client names, and keep it. Who is known, by a token or as a client, is counted everywhere;
strangers by their address only where there are any, and so not in a sandbox.
"""

from idp.domain.audit import Origin
from idp.domain.throttle import Count, Refused
from idp.policy import addresses, throttle
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.ports import UnitOfWork


class TooOften(ProtocolError):
    """`retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(Reason.REGISTRATION_TOO_OFTEN)
        self.retry_after = retry_after


def count_registration(issuer: Issuer, uow: UnitOfWork, token_hash: str | None, origin: Origin, now: int) -> None:
    """Raises TooOften."""
    if token_hash is not None:
        _count(uow, throttle.registration_by_token(token_hash), now)
    elif issuer.options.registration_quotas:
        _count(uow, throttle.registration(_address(origin)), now)


def count_change(issuer: Issuer, uow: UnitOfWork, client_id: str, origin: Origin, now: int) -> None:
    """Raises TooOften."""
    address = _address(origin) if issuer.options.registration_quotas else None
    _count(uow, throttle.registration_change(client_id, address), now)


def _address(origin: Origin) -> str | None:
    place = addresses.counted(origin.ip)
    return None if place is None else place[0]


def _count(uow: UnitOfWork, counts: tuple[Count, ...], now: int) -> None:
    refused = uow.throttles.reserve(counts, now)
    if isinstance(refused, Refused):
        raise TooOften(refused.seconds(now) or 1)
