"""How long a device waits to be asked: bounded in time, in places, and by the life of the process."""

import pytest

from idp.testing.device import Device
from tests.device_api.phones import (
    AccountPage,
    a_phone,
    asks,
    listing,
)
from tests.device_api.waiting import Pauses, room
from tests.people import AYSE
from tests.town import Town, another_node


@pytest.fixture
def phone(account: AccountPage) -> Device:
    return account.registers(a_phone(account.town))


@pytest.mark.parametrize("wait", ["-1", "26", "x", ""])
def test_nobody_waits_longer_than_told(account: AccountPage, phone: Device, wait: str) -> None:
    headers = {"authorization": f"Device {listing(phone)}"}
    assert account.town.call("GET", f"/device/v1/approvals?wait={wait}", headers=headers).status == 422


def test_a_device_waits_until_something_asks(any_town: Town) -> None:
    """The request comes in at another node."""
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    with another_node(any_town) as second:
        pauses = Pauses(3, lambda: asks(second, AYSE))
        room(any_town, pauses)
        assert len(phone.pending(wait=25)) == 1
    assert pauses.count == 3


def test_a_device_waits_for_its_time_and_no_longer(account: AccountPage, phone: Device) -> None:
    pauses = Pauses()
    room(account.town, pauses)
    assert phone.pending(wait=5) == ()
    assert pauses.count == 10, "five seconds, half a second each"
    assert phone.pending() == ()
    assert pauses.count == 10


def test_a_device_that_is_removed_while_it_waits_learns_nothing_more(account: AccountPage, phone: Device) -> None:
    account.registers(a_phone(account.town), "Tablet")
    with another_node(account.town) as second:

        def remove_and_ask() -> None:
            account.removes(phone)
            asks(second, AYSE)

        room(account.town, Pauses(2, remove_and_ask))
        assert phone.pending(wait=5) == ()
        with account.town.store.read() as uow:
            assert uow.challenges.approval_of(account.citizen.id, account.town.clock.now()) is not None, "it was asked"


def test_l25_nobody_waits_while_the_process_is_stopping(account: AccountPage, phone: Device) -> None:
    pauses = Pauses(2, account.town.idp.state.stopping.set)
    room(account.town, pauses)
    assert phone.pending(wait=25) == ()
    assert pauses.count == 2


def test_beyond_the_places_to_wait_in_everybody_is_answered_at_once(account: AccountPage, phone: Device) -> None:
    pauses = Pauses()
    room(account.town, pauses, places=0)
    assert phone.pending(wait=25) == ()
    asks(account.town, AYSE)
    assert len(phone.pending(wait=25)) == 1
    assert pauses.count == 0
