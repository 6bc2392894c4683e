"""L-16 and B01: what a citizen can still do while SMS does not arrive, and while a method is paused."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from idp.delivery.drain import Drain
from idp.delivery.gateway import NotAccepted
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from tests.attacks.methods import BACKUP_CODE, ELIF, TOTP, backup_codes, chooses, equip, is_through
from tests.clock import FakeClock
from tests.town import Town


def test_a_paused_method_is_shown_as_paused_and_the_others_work(any_town: Town, clock: FakeClock) -> None:
    """B01's other half: what is left is offered, the paused one cannot be chosen, and tells how long."""
    equip(any_town, ELIF, Method.BACKUP_CODE)
    visitor = TOTP.at_the_step(any_town)
    for _ in range(5):
        TOTP.fails(visitor)
    clock.advance(60)
    assert visitor.types_password(ELIF).url.endswith("/code"), "the login begins with what works"
    page = visitor.press("Başka bir yöntem seç")
    radio = page.by_testid("method-totp")
    assert radio is not None
    assert "disabled" in radio.attributes
    assert page.says("14 dakika durduruldu")
    page = visitor.browser.post(page.url, {"csrf_token": visitor.browser.hidden(), "method": "totp"})
    assert page.by_testid("method-paused") is not None
    assert page.by_testid("code-form") is None
    chooses(visitor, "backup_code")
    assert is_through(BACKUP_CODE.answers(visitor, backup_codes(ELIF)[0]))


class _Failing:
    """A gateway that hangs until `heals`, refuses, or takes: what it took is kept by id."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.heals = threading.Event()
        self.took: dict[str, Message] = {}

    def send(self, message: Message) -> None:
        if self.how == "hangs":
            self.heals.wait(30)
        if not self.heals.is_set():
            raise NotAccepted(self.how)
        assert message.id not in self.took, "one message for each id"
        self.took[message.id] = message

    def close(self) -> None:
        self.heals.set()


@contextmanager
def _delivering(town: Town, gateway: _Failing) -> Iterator[Drain]:
    drain = Drain(town.store.begin, Channel.SMS, gateway, town.clock)
    drain.start()
    try:
        yield drain
    finally:
        gateway.heals.set()
        drain.stop()


@pytest.mark.parametrize("how", ["hangs", "refuses"])
def test_l16_while_the_gateway_fails_the_page_stands_and_other_methods_go_on(any_town: Town, how: str) -> None:
    """Three seconds for each answer; nothing is lost, and the code that waits is sent once when the gateway is back."""
    gateway = _Failing(how)
    with _delivering(any_town, gateway) as drain, ThreadPoolExecutor(1) as patience:
        visitor = TOTP.at_the_step(any_town)
        page = patience.submit(chooses, visitor, "sms").result(3)
        assert (page.status, page.h1) == (200, "Doğrulama kodunu girin")
        drain.nudge()
        page = patience.submit(visitor.press, "Kodu yeniden gönder").result(3)
        assert (page.status, page.by_testid("code-form") is not None) == (429, True)
        page = patience.submit(visitor.press, "Başka bir yöntem seç").result(3)
        assert page.by_testid("method-totp") is not None
        patience.submit(chooses, visitor, "totp").result(3)
        assert is_through(patience.submit(TOTP.succeeds, visitor).result(3))
        assert gateway.took == {}
        gateway.heals.set()
    while drain.carry_one():
        pass
    any_town.clock.advance(1)
    while drain.carry_one():
        pass
    codes = [message for message in gateway.took.values() if message.code or "doğrulama kodunuz" in message.text]
    assert [message.destination for message in codes] == [ELIF.phone]
