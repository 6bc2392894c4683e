"""Telling a relying party's server that a login is over (OpenID Connect Back-Channel Logout 1.0 §2.5).

    POST <backchannel_logout_uri>       logout_token=<a token signed this moment>

200 and its like mean done. 400 means that the relying party looked at the token and will not have it (§2.8): the next
one would say the same. Everything else, silence included, may be different in a while.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from idp.delivery.gateway import NotAccepted, Refused
from idp.delivery.guarded_http import NotFetched
from idp.domain.logout import EndedLogin, LogoutCall
from idp.domain.message import Message

Calls = Callable[[EndedLogin], LogoutCall | None]
"""Makes the token, at the moment of its delivery; None where nobody need be told. May raise NotAccepted."""


class Http(Protocol):
    """A guarded client: it ends within its time, and neither follows redirects nor reaches into our own network."""

    def post_form(self, url: str, fields: Mapping[str, str]) -> int:
        """The status of the answer. Raises NotFetched."""
        ...

    def close(self) -> None: ...


class LogoutGateway:
    """Takes messages whose destination is a client. Repeating one is safe: a login ends once."""

    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls = calls
        self._http = http

    def send(self, message: Message) -> None:
        """Raises NotAccepted and Refused."""
        call = self._calls(EndedLogin.of(message))
        if call is None:
            return
        try:
            status = self._http.post_form(call.uri, {"logout_token": call.token})
        except NotFetched as error:
            raise NotAccepted(f"{message.destination}: {error}") from error
        if status == 400:
            raise Refused(f"{message.destination}: status 400")
        if not 200 <= status < 300:
            raise NotAccepted(f"{message.destination}: status {status}")

    def close(self) -> None:
        self._http.close()
