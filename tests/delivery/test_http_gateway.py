"""What the operator's gateway gets, and what its answers mean (L-16)."""

import json
from collections.abc import Callable

import httpx2
import pytest

from idp.delivery.gateway import NotAccepted, Refused
from idp.delivery.http_gateway import HttpGateway
from idp.domain.message import Channel, Message

URL = "https://sms.example.org/send"
MESSAGE = Message(Channel.SMS, "+905000000001", "123456 Eşik", "123456", created_at=100, expires_at=280, id="m-1")


def gateway(answer: Callable[[httpx2.Request], httpx2.Response]) -> HttpGateway:
    return HttpGateway(URL, "t0ken", client=httpx2.Client(transport=httpx2.MockTransport(answer)))


def test_a_message_is_posted_once_with_its_id_and_our_token() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(202)

    gateway(answer).send(MESSAGE)
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["idempotency-key"] == "m-1"
    assert json.loads(request.content) == {"id": "m-1", "to": "+905000000001", "text": "123456 Eşik"}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_means_taken(status: int) -> None:
    gateway(lambda _: httpx2.Response(status)).send(MESSAGE)


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503])
def test_l16_what_may_change_is_tried_again(status: int) -> None:
    with pytest.raises(NotAccepted, match=str(status)):
        gateway(lambda _: httpx2.Response(status)).send(MESSAGE)


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_what_will_not_change_is_not(status: int) -> None:
    with pytest.raises(Refused, match=str(status)):
        gateway(lambda _: httpx2.Response(status)).send(MESSAGE)


def test_a_redirect_is_not_followed() -> None:
    """A code and the token go to the configured address only."""
    hosts: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        hosts.append(request.url.host)
        return httpx2.Response(307, headers={"location": "https://elsewhere.example.org/"})

    with pytest.raises(NotAccepted):
        gateway(answer).send(MESSAGE)
    assert hosts == ["sms.example.org"]


@pytest.mark.parametrize(
    "error", [httpx2.ConnectError("no"), httpx2.ReadTimeout("late"), httpx2.RemoteProtocolError("x")]
)
def test_l16_silence_is_not_acceptance(error: httpx2.HTTPError) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    with pytest.raises(NotAccepted) as caught:
        gateway(answer).send(MESSAGE)
    assert MESSAGE.destination not in str(caught.value)
