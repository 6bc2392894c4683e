"""The operator's gateways, one for SMS and one for pushes, over HTTP.

    POST <url>                      Authorization: Bearer <token>, Idempotency-Key: <id>
    {"id": "…", "to": "+905…", "text": "…"}

For a push, `to` is a device's id and `text` the one word `approval`: the device asks for the rest by itself. Any 2xx
means taken. A gateway must take one id once, however often it comes: an answer may be lost on its way.
"""

import httpx2

from idp.delivery.gateway import NotAccepted, Refused
from idp.domain.message import Message

_MAY_CHANGE = frozenset({401, 403, 404, 408, 409, 425, 429})  # by waiting, or when the operator repairs the settings
_MOST_CONNECTIONS = 8


class HttpGateway:
    """Redirects are not followed: codes and the token go to the configured address only.

    `timeout` is seconds for each of connecting, sending and the first line of the answer; the body is not read.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 3.0, client: httpx2.Client | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._client = client or httpx2.Client(
            timeout=timeout,
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS),
            follow_redirects=False,
        )

    def send(self, message: Message) -> None:
        """Raises NotAccepted for silence and for answers that may change, Refused for those that will not."""
        body = {"id": message.id, "to": message.destination, "text": message.text}
        headers = self._headers | {"Idempotency-Key": message.id}
        try:
            with self._client.stream("POST", self._url, json=body, headers=headers) as answer:
                status = answer.status_code
        except httpx2.HTTPError as error:
            raise NotAccepted(type(error).__name__) from error
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in _MAY_CHANGE:
            raise Refused(f"status {status}")
        raise NotAccepted(f"status {status}")

    def close(self) -> None:
        self._client.close()
