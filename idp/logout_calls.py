"""What a message about an ended login becomes when it is delivered: a fresh token, and where to post it."""

from collections.abc import Callable

from idp.delivery.gateway import NotAccepted
from idp.domain.errors import OutOfService, TooBusy
from idp.domain.logout import EndedLogin, LogoutCall
from idp.protocol.documents import DocumentNeeded
from idp.protocol.errors import ProtocolError
from idp.protocol.server import OpenIDProvider
from idp.store.store import Store

_MOST_TRIES = 3


class LogoutCalls:
    """`obtain` has a document fetched, the client's keys where tokens for it are encrypted. For several threads."""

    def __init__(self, store: Store, provider: OpenIDProvider, obtain: Callable[[str], None]) -> None:
        self._store = store
        self._provider = provider
        self._obtain = obtain

    def __call__(self, ended: EndedLogin) -> LogoutCall | None:
        """None where nobody need be told any more. Raises NotAccepted while a key, the client's or ours, is missing."""
        for _ in range(_MOST_TRIES):
            try:
                with self._store.read() as uow:
                    return self._provider.logout_call(uow, ended)
            except DocumentNeeded as needed:
                self._have(needed.uri, ended)
            except ProtocolError as error:
                raise NotAccepted(f"{ended.client_id}: {error.reason.value}") from error
            except OutOfService as error:
                raise NotAccepted(f"{ended.client_id}: {error}") from error
        raise NotAccepted(f"{ended.client_id}: its keys cannot be had")

    def _have(self, uri: str, ended: EndedLogin) -> None:
        try:
            self._obtain(uri)
        except (OutOfService, TooBusy) as error:
            raise NotAccepted(f"{ended.client_id}: its keys cannot be fetched now") from error
