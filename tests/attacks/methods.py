"""Citizens whose second step is no SMS, what they hold, and what is done with it: honestly, or by hand."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pyotp
from cryptography.hazmat.primitives.serialization import load_der_private_key

from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.sandbox import credentials
from idp.sandbox.personas import persona_of
from idp.sandbox.registered import registered
from idp.testing.device import Device
from tests.asgi import Answer
from tests.browser import Page
from tests.people import Person, Visitor, login_id
from tests.software_authenticator import Answering, SoftwareAuthenticator, decoded
from tests.stand_in import StandIn
from tests.town import IDP, PlainHasher, Town

CAN = Person("98765430316", "+905000000003")
"""Two-step login on: a registered device first, SMS too."""
ELIF = Person("98765430484", "+905000000004")
"""Two-step login on: TOTP first, SMS too."""
KEREM = Person("98765430552", "+905000000005")
"""Two-step login on: a passkey first, SMS too."""
NURTEN = Person("98765430620")
"""Two-step login on: backup codes and nothing else."""

PHISHING_RESISTANT_ACR = "urn:esik:acr:phishing-resistant"
STEP_SECONDS = 30
NONSENSE = "ZZZZZZZZZZZZZZZZ"


@dataclass(frozen=True)
class Means:
    """One way to take the second step, as its page wants it. `amr` as in domain.md §4."""

    person: Person
    method: str
    step: str
    field: str
    amr: tuple[str, ...]
    right: Callable[[Visitor], str]
    wrong: Callable[[Visitor], str]

    def at_the_step(self, town: Town, **parameters: str | None) -> Visitor:
        """A fresh browser whose citizen gave the password and is asked for this."""
        visitor = Visitor(town)
        visitor.open(StandIn(town).asks(**parameters).url)
        page = visitor.types_password(self.person)
        assert page.url.endswith(f"/{self.step}"), page.url
        return visitor

    def answers(self, visitor: Visitor, answer: str) -> Page:
        """The page's own form, with this in its field."""
        fields = {"csrf_token": visitor.browser.hidden(), self.field: answer}
        return visitor.browser.post(f"{IDP}/login/{login_id(visitor.page)}/{self.step}", fields)

    def succeeds(self, visitor: Visitor) -> Page:
        return self.answers(visitor, self.right(visitor))

    def fails(self, visitor: Visitor) -> Page:
        return self.answers(visitor, self.wrong(visitor))


def totp_code(town: Town, steps: int = 0, person: Person = ELIF) -> str:
    """What the citizen's app shows, or showed or will show `steps` steps from now."""
    seed = credentials.totp_secret(_persona_id(person))
    return pyotp.TOTP(seed).at(town.clock.now() + steps * STEP_SECONDS)


def wrong_totp(town: Town, person: Person = ELIF) -> str:
    """Six digits that are the code of no step near now."""
    near = {totp_code(town, steps, person) for steps in range(-3, 4)}
    return next(code for code in map("{:06d}".format, range(10)) if code not in near)


def backup_codes(person: Person = NURTEN) -> tuple[str, ...]:
    return credentials.backup_codes(_persona_id(person))


def unused_backup_code(town: Town, person: Person = NURTEN) -> str:
    with town.store.read() as uow:
        citizen = uow.citizens.by_national_id(NationalId(person.national_id))
        assert citizen is not None
        left = {one.handle for one in uow.authenticators.of_citizen(citizen.id) if one.is_usable}
    return next(code for code in backup_codes(person) if code[:2] in left)


def passkey(town: Town, person: Person = KEREM) -> SoftwareAuthenticator:
    """The citizen's own authenticator, its counter where the last use left it."""
    held = credentials.passkey(_persona_id(person))
    key: Any = load_der_private_key(decoded(held.private_key), None)
    with town.store.read() as uow:
        found = uow.authenticators.by_id(credentials.authenticator_id(_persona_id(person), Method.PASSKEY))
    return SoftwareAuthenticator(
        IDP,
        "localhost",
        key,
        counter=0 if found is None else found.counter,
        credential_id=decoded(held.credential_id),
    )


def question(page: Page) -> str:
    """What a passkey page hands to the browser."""
    return next(own["data-passkey-get"] for form in page.all("form") if "data-passkey-get" in (own := form.attributes))


def assertion(visitor: Visitor, how: Answering | None = None, person: Person = KEREM) -> str:
    return passkey(visitor.town, person).sign_in(question(visitor.page), how)


def approve(town: Town, number: str, person: Person = CAN) -> None:
    """The citizen enters the browser's number on the registered device."""
    held = credentials.device(_persona_id(person))
    client = httpx2.Client(transport=_Street(town))
    device = Device(IDP, key=held.private_key, device_id=held.id, client=client, now=town.clock.now)
    (waiting,) = device.pending()
    device.approve(waiting.id, number)


def equip(town: Town, person: Person, *methods: Method) -> None:
    """Register more for a citizen, with the published keys of their persona."""
    known = persona_of(NationalId(person.national_id))
    assert known is not None
    with town.store.begin() as uow:
        citizen = uow.citizens.by_national_id(known.national_id)
        assert citizen is not None
        for one, secret in registered(replace(known, holds=methods), PlainHasher(), town.clock.now()):
            uow.authenticators.add(replace(one, citizen_id=citizen.id), secret)


def citizen_id(town: Town, person: Person) -> str:
    with town.store.read() as uow:
        citizen = uow.citizens.by_national_id(NationalId(person.national_id))
    assert citizen is not None
    return citizen.id


def chooses(visitor: Visitor, method: str) -> Page:
    """By the forms of the pages: to the list, and from it to this method."""
    fields = {"csrf_token": visitor.browser.hidden()}
    base = f"{IDP}/login/{login_id(visitor.page)}"
    visitor.browser.post(f"{base}/other", fields)
    return visitor.browser.post(f"{base}/method", {**fields, "method": method})


def send(node: Town, visitor: Visitor, what: str, fields: Mapping[str, str]) -> Answer:
    """One form of the visitor's login, sent to this node from any thread."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    own = {"csrf_token": visitor.browser.hidden(), **fields}
    return node.call("POST", f"/login/{login_id(visitor.page)}/{what}", own, {"cookie": cookie})


def is_through(page: Page) -> bool:
    """Whether the second step is behind: at the consent, or at the relying party that has it already."""
    return page.url.endswith("/consent") or (page.status == 0 and "code=" in page.url)


def events(town: Town, *wanted: str) -> list[str]:
    """What was written down, in order; only these events where some are named."""
    with town.store.engine.begin() as connection:
        every: Iterable[str] = connection.exec_driver_sql("SELECT event FROM audit ORDER BY id").scalars()
        return [event for event in every if not wanted or event in wanted]


def refusals(town: Town) -> list[str]:
    """Why answers of second factors were refused, in order."""
    with town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT reason FROM audit WHERE event = 'factor.refused' ORDER BY id")
        return [str(reason) for reason in rows.scalars()]


def figures(town: Town, scope: str) -> list[int]:
    """Every counter of one scope, smallest first, without that of the persona who was seeded as paused."""
    with town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql(f"SELECT count FROM throttles WHERE scope = '{scope}'")
        counts = sorted(int(count) for count in rows.scalars())
    counts.remove(5)
    return [count for count in counts if count]


class _Street(httpx2.BaseTransport):
    """Carries the device's requests into the town, without a socket."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = tuple((name, value) for name, value in request.headers.items() if name != "host")
        answer = self._town.loop.call(self._town.idp, request.method, str(request.url), headers, request.read())
        return httpx2.Response(answer.status, headers=dict(answer.headers.items()), content=answer.body)


def _persona_id(person: Person) -> str:
    known = persona_of(NationalId(person.national_id))
    assert known is not None
    return known.id


def _approval(visitor: Visitor) -> str:
    """The device says yes; what the browser posts for it counts for nothing."""
    number = visitor.page.by_testid("approval-number")
    assert number is not None, visitor.page.text
    approve(visitor.town, "".join(filter(str.isdigit, number.text))[-2:])
    return json.dumps({"approved": True})


TOTP = Means(
    ELIF,
    "totp",
    "totp",
    "code",
    ("pwd", "otp", "mfa"),
    right=lambda visitor: totp_code(visitor.town),
    wrong=lambda visitor: wrong_totp(visitor.town),
)
BACKUP_CODE = Means(
    NURTEN,
    "backup_code",
    "backup-code",
    "code",
    ("pwd", "otp", "mfa"),
    right=lambda visitor: unused_backup_code(visitor.town),
    wrong=lambda _: NONSENSE,
)
PASSKEY = Means(
    KEREM,
    "passkey",
    "passkey",
    "credential",
    ("pwd", "swk", "user", "mfa"),
    right=assertion,
    wrong=lambda visitor: assertion(visitor, Answering(tampered_signature=True)),
)
APP = Means(
    CAN,
    "app",
    "app",
    "approval",
    ("pwd", "swk", "mca", "mfa"),
    right=_approval,
    wrong=lambda _: "",
)
TYPED = (TOTP, BACKUP_CODE, PASSKEY)
"""What is answered in the browser, and can be guessed wrong there."""
EVERY = (*TYPED, APP)


def named(means: Means) -> str:
    """For the ids of parametrized tests."""
    return means.method
