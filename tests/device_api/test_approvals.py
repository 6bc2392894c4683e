"""What a device is told of a login that asks, how long it waits for one, and what its signed verdict does."""

import json

import pytest

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.challenge import Challenge
from idp.domain.evidence import Method
from idp.domain.login import Login, PasswordRecovery, Requirement
from idp.journey.second_factor import DeadQuestion, Proved, WrongAnswer
from idp.testing.device import Approval, Device, DeviceProblem, NotRegistered, NotWaiting, WrongNumber
from tests.device_api.phones import (
    AccountPage,
    Asking,
    a_phone,
    another_number,
    asks,
    at,
    audited,
    chooses_the_app,
    citizen_of,
    events_of,
    listing,
    mentions,
    the_one,
)
from tests.people import AYSE, MEHMET, Visitor, login_id
from tests.stand_in import TWO_STEP_ACR, StandIn, essential_acr
from tests.town import Town


@pytest.fixture
def phone(account: AccountPage) -> Device:
    return account.registers(a_phone(account.town))


def test_the_whole_way_through_the_pages(any_town: Town) -> None:
    """Without JavaScript: the number on the page, the yes on the device, the button on the page."""
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    service = StandIn(any_town)
    someone, asked = Visitor(any_town), service.asks(claims=essential_acr(TWO_STEP_ACR))
    someone.open(asked.url)
    chooses_the_app(someone, AYSE)
    page = someone.open(f"/login/{login_id(someone.page)}")
    shown = page.by_testid("approval-number")
    assert shown is not None
    assert someone.press("Onayladım, devam et").by_testid("approval-number") is not None, "not yet"
    phone.approve(the_one(phone).id, shown.text)
    someone.press("Onayladım, devam et")
    claims = service.tokens(someone.approves(), asked).claims
    assert claims["acr"] == TWO_STEP_ACR
    assert {"pwd", "mfa"} < set(claims["amr"])
    assert phone.pending() == ()


def test_a_login_is_approved_with_the_number_of_its_browser(any_town: Town) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    browser = asks(any_town, AYSE)
    waiting = the_one(phone)
    assert isinstance(browser.goes_on(), WrongAnswer), "nobody answered yet, and that is no failure"
    phone.approve(waiting.id, browser.number)
    proved = browser.goes_on()
    assert isinstance(proved, Proved)
    (_, app) = proved.standing.login.evidence
    assert (app.method, app.credential, app.login_id) == (Method.APP, phone.device_id, browser.login)
    assert phone.pending() == ()
    events = events_of(any_town)
    assert events[-2:] == ["approval.given", "factor.proved"]
    assert "factor.refused" not in events
    with any_town.store.read() as uow:
        device = uow.authenticators.by_id(phone.device_id or "")
    assert device is not None
    assert device.last_used_at == any_town.clock.now()


def test_the_device_is_told_who_asks_from_where_and_never_the_number(account: AccountPage, phone: Device) -> None:
    """A23, B18"""
    town = account.town
    browser = asks(town, AYSE)
    waiting = the_one(phone)
    assert waiting.service is not None
    assert not waiting.account
    assert not waiting.recovery
    assert (waiting.browser, waiting.place) == ("Firefox, Linux", "203.0.113.*")
    assert int(waiting.expires_at.timestamp()) - int(waiting.asked_at.timestamp()) == 120
    assert int(waiting.asked_at.timestamp()) == town.clock.now()
    headers = {"authorization": f"Device {listing(phone)}"}
    answer = town.call("GET", "/device/v1/approvals", headers=headers)
    (record,) = json.loads(answer.body)["approvals"]
    assert set(record) == {"id", "service", "account", "recovery", "browser", "place", "asked_at", "expires_at"}
    told = {name: value for name, value in record.items() if not name.endswith("_at")}
    assert not mentions(json.dumps(told, ensure_ascii=False), browser.number)
    assert AYSE.national_id not in answer.text


def test_our_own_pages_ask_without_a_service(account: AccountPage, phone: Device) -> None:
    someone = Visitor(account.town)
    someone.open("/hesabim")
    chooses_the_app(someone, AYSE)
    waiting = the_one(phone)
    assert (waiting.service, waiting.account, waiting.recovery) == (None, True, False)


def test_a_forgotten_password_says_so(account: AccountPage, phone: Device) -> None:
    town, now = account.town, account.town.clock.now()
    citizen = citizen_of(town, AYSE)
    with town.store.begin() as uow:
        uow.logins.insert(
            Login("recovery", "b" * 64, PasswordRecovery(), Requirement(), now, now + 600, citizen_id=citizen.id)
        )
        uow.challenges.insert(
            Challenge("c-1", "recovery", citizen.id, Method.APP, created_at=now, expires_at=now + 120)
        )
    waiting = the_one(phone)
    assert (waiting.service, waiting.account, waiting.recovery) == (None, True, True)


def test_a_login_that_is_over_asks_nobody(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    waiting = the_one(phone)
    with account.town.store.begin() as uow:
        uow.logins.end(browser.login)
    assert phone.pending() == ()
    phone.deny(waiting.id)
    assert audited(account.town)[-1] == ("approval.denied", "denied"), "there was no login left to refuse"


def test_only_the_newest_of_a_citizens_requests_asks(account: AccountPage, phone: Device) -> None:
    first = asks(account.town, AYSE)
    old = the_one(phone)
    second = asks(account.town, AYSE)
    new = the_one(phone)
    assert new.id != old.id
    with pytest.raises(NotWaiting):
        phone.approve(old.id, first.number)
    assert isinstance(first.goes_on(), WrongAnswer | DeadQuestion)
    phone.approve(new.id, second.number)
    assert isinstance(second.goes_on(), Proved)


def test_a_refusal_ends_the_login(any_town: Town) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    browser = asks(any_town, AYSE)
    phone.deny(the_one(phone).id)
    assert phone.pending() == ()
    page = browser.visitor.open(f"/login/{browser.login}")
    assert page.status in {403, 409, 410}, "the login is over"
    assert audited(any_town)[-2:] == [("approval.denied", "denied"), ("login.refused", "denied")]
    assert "alarm.raised" not in events_of(any_town)


def test_not_me_raises_the_alarm_and_warns_the_citizen(any_town: Town) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    asks(any_town, AYSE)
    before = len(any_town.messages(AYSE.phone))
    phone.not_me(the_one(phone).id)
    assert [event for event, _ in audited(any_town)[-3:]] == ["approval.denied", "login.refused", "alarm.raised"]
    message, *_ = any_town.messages(AYSE.phone)
    assert len(any_town.messages(AYSE.phone)) == before + 1
    assert "hemen değiştirin" in message["text"]


def test_the_third_try_may_be_the_right_one(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    waiting, right = the_one(phone), browser.number
    for left in (2, 1):
        with pytest.raises(WrongNumber) as caught:
            phone.approve(waiting.id, another_number(right))
        assert caught.value.tries_left == left
    phone.approve(waiting.id, right)
    assert isinstance(browser.goes_on(), Proved)


def test_another_device_of_the_same_citizen_may_answer(account: AccountPage, phone: Device) -> None:
    tablet = account.registers(a_phone(account.town), "Tablet")
    browser = asks(account.town, AYSE)
    assert the_one(tablet).id == the_one(phone).id
    tablet.approve(the_one(phone).id, browser.number)
    assert isinstance(browser.goes_on(), Proved)


def test_what_a_device_may_not_ask_is_refused_alike(account: AccountPage, phone: Device) -> None:
    town, now = account.town, account.town.clock.now()
    stranger = a_phone(town, device_id=phone.device_id)
    nobody = a_phone(town, key=phone.key, device_id="nobody")
    refused = {
        (answer.status, answer.body)
        for signed in (
            listing(stranger),
            listing(nobody),
            listing(phone, iat=now - 61),
            listing(phone, htu="/device/v1/approvals?wait=0"),
            listing(phone, htm="POST"),
            phone.sign("esik-approval+jwt", {"htm": "GET", "htu": "/device/v1/approvals", "jti": "1"}),
            phone.sign("esik-device+jwt", {"htm": "GET", "htu": "/device/v1/approvals", "jti": "1"}, names_key=False),
        )
        for answer in [town.call("GET", "/device/v1/approvals", headers={"authorization": f"Device {signed}"})]
    }
    assert refused == {(401, b'{"title":"Not authenticated","status":401}')}


def test_a_closed_account_has_no_devices(account: AccountPage, phone: Device) -> None:
    """E07"""
    browser = asks(account.town, AYSE)
    waiting = the_one(phone)
    with account.town.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE citizens SET state = 'closed'")
    with pytest.raises(NotRegistered):
        phone.approve(waiting.id, browser.number)
    with pytest.raises(NotRegistered):
        phone.pending()


def test_the_client_says_what_went_wrong(account: AccountPage, phone: Device) -> None:
    with pytest.raises(DeviceProblem, match="422 Unprocessable content"):
        phone.pending(wait=99)
    with pytest.raises(NotRegistered, match="401 Not authenticated"):
        at(account.town, a_phone(account.town, device_id="x")).pending()
    with pytest.raises(NotWaiting, match="409 Not waiting"):
        phone.deny("never")
    with pytest.raises(NotRegistered, match="expired"):
        a_phone(account.town).wait_until_registered()


def test_a_kept_key_comes_back_as_the_same_device(account: AccountPage, phone: Device) -> None:
    again = at(account.town, phone)
    assert again.thumbprint == phone.thumbprint
    browser = asks(account.town, AYSE)
    again.approve(the_one(again).id, browser.number)
    assert isinstance(browser.goes_on(), Proved)


def test_mehmet_sees_nothing_of_ayse(account: AccountPage, phone: Device) -> None:
    his = AccountPage(account.town, MEHMET).registers(a_phone(account.town))
    asks(account.town, AYSE)
    assert his.pending() == ()
    assert isinstance(the_one(phone), Approval)


def client_of(asking: Asking) -> str:
    with asking.town.store.read() as uow:
        login = uow.logins.by_id(asking.login, asking.browser_hash)
    assert login is not None
    assert isinstance(login.purpose, AuthorizationRequest)
    return login.purpose.client_id


def test_the_service_is_named_as_it_is_registered(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    with account.town.store.read() as uow:
        client = uow.clients.by_id(client_of(browser))
    assert client is not None
    assert the_one(phone).service == client.name
    with account.town.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE clients SET disabled = 1")
    assert phone.pending() == (), "E07: a service that was disabled asks for nothing"
