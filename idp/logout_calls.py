"""What a message about an ended login becomes when it is delivered: a fresh token, and where to post it."""

from collections.abc import Callable

from idp.delivery.gateway import NotAccepted
from idp.delivery.parties import party_at
from idp.domain.errors import OutOfService, TooBusy
from idp.domain.logout import EndedLogin, LogoutCall
from idp.protocol.documents import Attempts, DocumentNeeded
from idp.protocol.errors import ProtocolError
from idp.protocol.server import OpenIDProvider
from idp.store.store import Store
from idp.store.unit_of_work import UnitOfWork

_MOST_TRIES = 3

_Call = Attempts[UnitOfWork, LogoutCall | None]


class LogoutCalls:
    """`obtain` has a document fetched, the client's keys where tokens for it are encrypted. For several threads."""

    def __init__(self, store: Store, provider: OpenIDProvider, obtain: Callable[[str], None]) -> None:
        self._store = store
        self._provider = provider
        self._obtain = obtain

    def party(self, client_id: str) -> str:
        """Whose host this client's logouts are told to."""
        with self._store.read() as uow:
            client = uow.clients.by_id(client_id)
        return party_at((client and client.metadata.backchannel_logout_uri) or "")

    def __call__(self, ended: EndedLogin) -> LogoutCall | None:
        """None where nobody need be told any more. Raises NotAccepted while a key, the client's or ours, is missing."""
        attempts = _Call(lambda uow: self._provider.logout_call(uow, ended), self._obtain)
        for _ in range(_MOST_TRIES):
            try:
                with self._store.read() as uow:
                    return attempts.run(uow)
            except DocumentNeeded as needed:
                _have(attempts, needed, ended)
            except ProtocolError as error:
                raise NotAccepted(f"{ended.client_id}: {error.reason.value}") from error
            except OutOfService as error:
                raise NotAccepted(f"{ended.client_id}: {error}") from error
        raise NotAccepted(f"{ended.client_id}: its keys cannot be had")


def _have(attempts: _Call, needed: DocumentNeeded, ended: EndedLogin) -> None:
    try:
        attempts.have(needed)
    except (OutOfService, TooBusy) as error:
        raise NotAccepted(f"{ended.client_id}: its keys cannot be fetched now") from error
