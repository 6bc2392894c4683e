"""Pairing a device: the code once, the key proved, and the citizen's yes to the very key that the page shows."""

import json
from functools import partial

import pytest

from idp.domain.authenticator import Authenticator
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.journey import authenticators, devices
from idp.testing.device import Device, DeviceProblem, NotRegistered
from tests.attacks.at_once import at_once
from tests.device_api.phones import PAGE_ORIGIN, AccountPage, a_phone, at, audited, events_of
from tests.people import AYSE, MEHMET
from tests.town import Town


def held(page: AccountPage) -> list[Authenticator]:
    with page.town.store.read() as uow:
        return [one for one in uow.authenticators.of_citizen(page.citizen.id) if one.method is Method.APP]


def test_a_device_is_paired_and_the_citizen_is_told(any_town: Town) -> None:
    page, elsewhere = AccountPage(any_town, AYSE), AccountPage(any_town, AYSE)
    begun, code = page.begin()
    assert begun.expires_at == any_town.clock.now() + 300
    phone = a_phone(any_town)
    phone.claim(f"{code[:4].lower()}-{code[4:]}", " Ayşe'nin telefonu ")
    assert phone.status() == "claimed"
    assert phone.device_id is None
    shown = page.shown()
    assert shown is not None
    assert (shown.name, devices.fingerprint(shown.handle)) == ("Ayşe'nin telefonu", phone.fingerprint)
    page.confirm(shown.handle)
    assert phone.status() == "registered"
    (device,) = held(page)
    assert (device.id, device.name, device.handle) == (phone.device_id, "Ayşe'nin telefonu", phone.thumbprint)
    assert set(json.loads(device.public_key)) == {"kty", "crv", "x", "y"}
    assert phone.pending() == ()
    assert events_of(any_town)[-3:] == ["enrolment.begun", "enrolment.claimed", "authenticator.added"]
    assert "yeni bir mobil cihaz" in any_town.messages(AYSE.phone)[0]["text"]
    assert elsewhere.visitor().fresh, "R-61: adding ends no other session"


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
def test_a_yes_comes_in_time_to_the_second(the_town: Town, seconds: int, works: bool) -> None:
    page = AccountPage(the_town, AYSE)
    _, code = page.begin()
    phone = a_phone(the_town)
    phone.claim(code, "x")
    the_town.clock.advance(seconds)
    confirmed = page.confirm(phone.thumbprint)
    assert isinstance(confirmed, Authenticator) == works
    assert phone.status() == ("registered" if works else "expired")
    assert len(held(page)) == works


def test_l08_of_eight_devices_that_show_one_code_at_once_one_is_claimed(any_town: Town, nodes: list[Town]) -> None:
    page = AccountPage(any_town, AYSE)
    for _ in range(3):
        _, code = page.begin()
        phones = [a_phone(node) for node in nodes]

        def show(phone: Device, code: str = code) -> int:
            try:
                phone.claim(code, "x")
            except DeviceProblem as problem:
                return problem.status
            return 201

        assert sorted(at_once([partial(show, phone) for phone in phones])) == [201] + [404] * 7
        shown = page.shown()
        assert shown is not None
        assert shown.handle in {phone.thumbprint for phone in phones}
        any_town.clock.advance(600)  # so that the limit per address is not what refuses
        page = AccountPage(any_town, AYSE)


def test_l08_a_yes_given_eight_times_registers_one_device(any_town: Town, nodes: list[Town]) -> None:
    page = AccountPage(any_town, AYSE)
    _, code = page.begin()
    phone = a_phone(any_town)
    phone.claim(code, "x")
    visitor = page.visitor()

    def confirm(node: Town) -> object:
        return devices.confirm_pairing(node.idp.state.house.world, visitor, phone.thumbprint, "tr", PAGE_ORIGIN)

    answers = at_once([partial(confirm, node) for node in nodes])
    assert sum(isinstance(one, Authenticator) for one in answers) == 1
    assert answers.count("expired") == 7
    assert len(held(page)) == 1


def test_a05_only_the_key_that_the_page_showed_is_confirmed(account: AccountPage) -> None:
    """A thief who was quicker with the code has another fingerprint, and the citizen's yes was not to it."""
    _, code = account.begin()
    mine, thief = a_phone(account.town), a_phone(account.town)
    thief.claim(code, "Ayşe'nin telefonu")
    for handle in (mine.thumbprint, "", thief.thumbprint.lower()):
        assert account.confirm(handle) == "expired"
    assert held(account) == []
    assert account.reject()
    assert thief.status() == "refused"
    assert account.confirm(thief.thumbprint) == "expired", "a no is final"
    assert not account.reject()
    assert audited(account.town)[-1] == ("enrolment.refused", "rejected")


def test_nothing_is_confirmed_before_a_device_showed_the_code(account: AccountPage) -> None:
    account.begin()
    assert account.confirm("") == "expired"
    assert held(account) == []


def test_a05_a_pairing_belongs_to_the_session_that_began_it(the_town: Town) -> None:
    page, elsewhere, mehmet = AccountPage(the_town, AYSE), AccountPage(the_town, AYSE), AccountPage(the_town, MEHMET)
    _, code = page.begin()
    phone = a_phone(the_town)
    phone.claim(code, "x")
    for other in (elsewhere, mehmet):
        assert other.shown() is None
        assert other.confirm(phone.thumbprint) == "expired"
        assert not other.reject()
    assert isinstance(page.confirm(phone.thumbprint), Authenticator)


@pytest.mark.parametrize("person", [AYSE, MEHMET], ids=["two-step on", "two-step off"])
def test_a18_a_device_needs_two_steps_proved_just_now(the_town: Town, person: object) -> None:
    assert isinstance(person, type(AYSE))
    strong = AccountPage(the_town, person)
    _, code = strong.begin()
    phone = a_phone(the_town)
    phone.claim(code, "x")
    if person is MEHMET:
        weak = AccountPage(the_town, person, Level.PASSWORD)
        for verb in (weak.begin, weak.reject, lambda: weak.confirm(phone.thumbprint)):
            with pytest.raises(ProofRequired):
                verb()
    visitor = strong.visitor()
    the_town.clock.advance(301)
    stale = strong.visitor()
    with pytest.raises(ProofRequired):
        devices.begin_pairing(strong.world, stale, PAGE_ORIGIN)
    the_town.clock.advance(-301)
    with the_town.store.begin() as uow:
        uow.sessions.end(visitor.session.id, visitor.citizen.id, the_town.clock.now())
    with pytest.raises(ProofRequired):
        devices.confirm_pairing(strong.world, visitor, phone.thumbprint, "tr", PAGE_ORIGIN)
    assert held(strong) == []


def test_five_devices_and_no_more(account: AccountPage) -> None:
    phones = [account.registers(a_phone(account.town, address=f"198.51.100.{n}"), f"Telefon {n}") for n in range(4)]
    _, code = account.begin()
    fifth = a_phone(account.town)
    fifth.claim(code, "Beşinci")
    assert isinstance(account.confirm(fifth.thumbprint), Authenticator)
    assert devices.begin_pairing(account.world, account.visitor(), PAGE_ORIGIN) == "too_many"
    account.removes(phones[0])
    assert account.begin()


def test_the_same_key_is_registered_once(account: AccountPage) -> None:
    phone = account.registers(a_phone(account.town))
    _, code = account.begin()
    phone.claim(code, "Yine")
    assert account.confirm(phone.thumbprint) == "known"
    assert len(held(account)) == 1
    assert phone.status() == "registered"


def test_one_phone_serves_two_people(the_town: Town) -> None:
    """Each with a device id of its own: what it signs as one says nothing for the other."""
    phone = a_phone(the_town)
    ids = [AccountPage(the_town, person).registers(phone).device_id for person in (AYSE, MEHMET)]
    assert len(set(ids)) == 2


def test_the_standing_is_for_the_key_that_claimed_alone(account: AccountPage) -> None:
    town = account.town
    begun, code = account.begin()
    phone, thief = a_phone(town), a_phone(town)
    phone.claim(code, "x")
    path = f"/device/v1/pairings/{begun.id}"
    right = {"htm": "GET", "htu": path, "jti": "1"}

    def asked(signed: str, path: str = path) -> tuple[int, bytes]:
        answer = town.call("GET", path, headers={"authorization": f"Device {signed}"})
        return answer.status, answer.body

    kind = "esik-device+jwt"
    assert asked(phone.sign(kind, right, names_key=False))[0] == 200
    refused = {
        asked(thief.sign(kind, right, names_key=False)),
        asked(phone.sign(kind, right | {"htm": "POST"}, names_key=False)),
        asked(phone.sign(kind, right | {"htu": "/device/v1/approvals"}, names_key=False)),
        asked(phone.sign(kind, {"htm": "GET", "htu": path}, names_key=False)),
        asked(phone.sign(kind, right | {"jti": "x" * 200}, names_key=False)),
        asked(phone.sign("esik-pairing+jwt", right, names_key=False)),
        asked(phone.sign(kind, right | {"htu": "/device/v1/pairings/x"}, names_key=False), "/device/v1/pairings/x"),
        asked(""),
    }
    assert refused == {(401, b'{"title":"Not authenticated","status":401}')}
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Device"}):
        assert town.call("GET", path, headers=headers).status == 401
    doubled = tuple(("authorization", f"Device {phone.sign(kind, right, names_key=False)}") for _ in range(2))
    assert town.loop.call(town.idp, "GET", f"{town.settings.issuer}{path}", doubled).status == 401


def test_a_device_that_was_removed_is_told_so(account: AccountPage) -> None:
    phone = account.registers(a_phone(account.town))
    account.removes(phone)
    assert phone.status() == "refused"
    with pytest.raises(NotRegistered):
        at(account.town, phone).pending()


def test_e04_the_code_is_nowhere_stored(account: AccountPage) -> None:
    begun, code = account.begin()
    with account.town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM enrolments").all()
    assert rows
    assert code not in str(rows)
    assert devices.pairing_code(account.world, begun.id) == code, "the page can show it again"


def test_a_device_is_renamed_by_its_owner(the_town: Town) -> None:
    page, mehmet = AccountPage(the_town, AYSE), AccountPage(the_town, MEHMET)
    phone = page.registers(a_phone(the_town))
    assert phone.device_id

    def rename(who: AccountPage, name: str) -> object:
        device_id = phone.device_id or ""
        return authenticators.rename(who.world, who.visitor(), device_id, Method.APP, name, "tr", PAGE_ORIGIN)

    assert rename(page, "  Eski telefon ") is True
    assert held(page)[0].name == "Eski telefon"
    assert events_of(the_town)[-1] == "authenticator.renamed"
    assert [rename(page, name) for name in ("", " ", "x" * 61, "a\u200bb")] == [
        "empty",
        "empty",
        "too_long",
        "unprintable",
    ]
    assert rename(mehmet, "Benim") is False
    assert held(page)[0].name == "Eski telefon"
