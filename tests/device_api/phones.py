"""Phones in the town, the account page they are paired on, and browsers that ask them: what these stories need."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Origin
from idp.domain.authenticator import Authenticator
from idp.domain.challenge import Challenge
from idp.domain.citizen import Citizen
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method, Proof
from idp.domain.level import Level
from idp.domain.session import Session
from idp.journey import asking, devices, second_factor
from idp.journey.security_settings import Visitor as AccountVisitor
from idp.journey.security_settings import visitor
from idp.journey.world import World
from idp.testing.device import Approval, Device
from tests.asgi import Answer
from tests.people import Person, Visitor, login_id
from tests.stand_in import StandIn
from tests.town import IDP, Town

PAGE_ORIGIN = Origin("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "0000")
PHONE_ADDRESS = "198.51.100.20"
KIND = "esik-approval+jwt"
"""The `typ` of a verdict."""


class LoopTransport(httpx2.BaseTransport):
    """Carries a client's requests to a node of the town, without a socket."""

    def __init__(self, town: Town, address: str = PHONE_ADDRESS) -> None:
        self._town = town
        self._address = address

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = tuple((name, value) for name, value in request.headers.items() if name != "host")
        body = request.read()
        answer = self._town.loop.call(
            self._town.idp, request.method, str(request.url), headers, body, address=self._address
        )
        return httpx2.Response(answer.status, headers=dict(answer.headers.items()), content=answer.body)


def a_phone(town: Town, **given: Any) -> Device:
    """A device that nobody knows yet."""
    client = httpx2.Client(transport=LoopTransport(town, given.pop("address", PHONE_ADDRESS)))
    return Device(IDP, client=client, now=town.clock.now, pause=lambda _: None, **given)


def at(town: Town, phone: Device) -> Device:
    """The same device, talking to this node."""
    return a_phone(town, key=phone.key, device_id=phone.device_id)


def world_of(town: Town) -> World:
    world: World = town.idp.state.house.world
    return world


@dataclass
class AccountPage:
    """A citizen's account page, in a session that proved `level` just now."""

    town: Town
    person: Person
    level: Level = Level.TWO_STEP
    handle: str = field(init=False)

    def __post_init__(self) -> None:
        world, now = self.world, self.town.clock.now()
        self.handle = world.secrets.token()
        session_id = world.secrets.token()
        citizen = self.citizen
        assert citizen.verified_phone is not None
        credentials = {Method.PASSWORD: str(citizen.password_changed_at), Method.SMS: citizen.verified_phone.value}
        proved = tuple(credentials)[: 2 if self.level is Level.TWO_STEP else 1]
        evidence = tuple(Proof(method, citizen.id, "login", credentials[method], now) for method in proved)
        session = Session(
            id=session_id,
            handle_hash=world.secrets.mac("session", self.handle),
            sid=session_id,
            citizen_id=citizen.id,
            evidence=evidence,
            created_at=now,
            last_seen_at=now,
            expires_at=now + 8 * 3600,
        )
        with self.town.store.begin() as uow:
            uow.sessions.insert(session)

    @property
    def world(self) -> World:
        return world_of(self.town)

    @property
    def citizen(self) -> Citizen:
        return citizen_of(self.town, self.person)

    def visitor(self) -> AccountVisitor:
        """As the account page finds them: at the account's own level."""
        with self.town.store.read() as uow:
            return visitor(self.world, uow, self.handle, fresh=False)

    def begin(self) -> tuple[Enrolment, str]:
        begun = devices.begin_pairing(self.world, self.visitor(), PAGE_ORIGIN)
        assert not isinstance(begun, str), begun
        return begun

    def shown(self) -> Enrolment | None:
        with self.town.store.read() as uow:
            return devices.pairing_of(self.world, uow, self.visitor())

    def confirm(self, handle: str) -> Authenticator | devices.PairingFault:
        return devices.confirm_pairing(self.world, self.visitor(), handle, "tr", PAGE_ORIGIN)

    def reject(self) -> bool:
        return devices.reject_pairing(self.world, self.visitor(), PAGE_ORIGIN)

    def registers(self, phone: Device, name: str = "Telefon") -> Device:
        _, code = self.begin()
        phone.claim(code, name)
        confirmed = self.confirm(phone.thumbprint)
        assert isinstance(confirmed, Authenticator), confirmed
        assert phone.wait_until_registered() == confirmed.id
        return phone

    def removes(self, phone: Device) -> None:
        with self.town.store.begin() as uow:
            assert uow.authenticators.remove(phone.device_id or "", self.citizen.id)


@dataclass
class Asking:
    """A browser that asks a citizen's devices, and waits."""

    visitor: Visitor
    login: str
    browser_hash: str

    @property
    def town(self) -> Town:
        return self.visitor.town

    @property
    def number(self) -> str:
        """What the browser shows. Computed from the request, as the page does it."""
        return number_of(self.town, self.login)

    def asks_again(self) -> asking.AskOutcome:
        return asking.ask_again(
            world_of(self.town),
            login_id=self.login,
            browser_hash=self.browser_hash,
            lang="tr",
            origin=PAGE_ORIGIN,
        )

    def goes_on(self) -> second_factor.AnswerOutcome:
        """The browser's own post, after the device said yes."""
        return second_factor.answer(
            world_of(self.town),
            login_id=self.login,
            browser_hash=self.browser_hash,
            method=Method.APP,
            typed="",
            lang="tr",
            origin=PAGE_ORIGIN,
        )

    def events(self, *, cookies: Mapping[str, str] | None = None) -> Answer:
        given = self.visitor.browser.cookies if cookies is None else cookies
        cookie = "; ".join(f"{name}={value}" for name, value in given.items())
        return self.town.call("GET", f"/login/{self.login}/app/events", headers={"cookie": cookie})


def asks(town: Town, person: Person, **request: str) -> Asking:
    """A service asks, the password is right, and the citizen chose the registered device."""
    someone = Visitor(town)
    someone.open(StandIn(town).asks(**request).url)
    return chooses_the_app(someone, person)


def chooses_the_app(someone: Visitor, person: Person) -> Asking:
    someone.types_password(person)
    login = login_id(someone.page)
    binding = someone.browser.cookies[f"txn-{login[:12]}"]
    waiting = Asking(someone, login, sha256_hex(binding))
    town = someone.town
    with town.store.read() as uow:
        is_asked = uow.challenges.current(login, Method.APP) is not None
    if not is_asked:
        chosen = asking.choose(
            world_of(town),
            login_id=login,
            browser_hash=waiting.browser_hash,
            method=Method.APP,
            lang="tr",
            origin=PAGE_ORIGIN,
        )
        assert not isinstance(chosen, asking.NotOffered)
    return waiting


def number_of(town: Town, login: str) -> str:
    factor: Any = world_of(town).factors[Method.APP]
    with town.store.read() as uow:
        challenge = uow.challenges.current(login, Method.APP)
    assert challenge is not None
    return str(factor.number(challenge.id))


def another_number(number: str) -> str:
    return f"{(int(number) + 1) % 100:02d}"


def citizen_of(town: Town, person: Person) -> Citizen:
    with town.store.read() as uow:
        return next(one for one in uow.citizens.every() if one.national_id.value == person.national_id)


def audited(town: Town) -> list[tuple[str, str | None]]:
    """Every event with its reason, in order."""
    with town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT event, reason FROM audit ORDER BY id")
        return [(row[0], row[1]) for row in rows]


def events_of(town: Town) -> list[str]:
    return [event for event, _ in audited(town)]


def post(town: Town, path: str, body: object, *, address: str = PHONE_ADDRESS) -> Answer:
    """Any JSON, as a device would send it; bytes go as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("content-type", "application/json"),)
    return town.loop.call(town.idp, "POST", f"{IDP}{path}", headers, raw, address=address)


def unsigned(claims: Mapping[str, object], header: Mapping[str, object]) -> str:
    """A JWS with no signature."""
    parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in (header, claims))
    return f"{'.'.join(parts)}."


def stored(town: Town, browser: Asking) -> Challenge:
    with town.store.read() as uow:
        found = uow.challenges.current(browser.login, Method.APP)
    assert found is not None
    return found


def waiting_id(phone: Device) -> str:
    (waiting,) = phone.pending()
    return waiting.id


def decides(town: Town, approval_id: str, signed: str) -> Answer:
    return post(town, f"/device/v1/approvals/{approval_id}/decision", {"decision": signed})


def the_one(phone: Device) -> Approval:
    (waiting,) = phone.pending()
    return waiting


def listing(phone: Device, **claims: object) -> str:
    own = {"htm": "GET", "htu": "/device/v1/approvals", "jti": "1"}
    return phone.sign("esik-device+jwt", own | claims)


def mentions(text: str, number: str) -> bool:
    """Whether the two digits stand in a text by themselves: an address or an id may hold them by chance."""
    return re.search(rf"(?<![\w.-]){number}(?![\w.-])", text) is not None
