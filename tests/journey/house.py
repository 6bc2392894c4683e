"""The house in memory, its people and their browsers: what the stories of this folder are told with."""

import hashlib
import itertools
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.client import Client, ConsentPolicy
from idp.domain.errors import TooBusy
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.login import Login
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.session import Session
from idp.factors.app_approval import AppApproval
from idp.factors.backup_code import BackupCode
from idp.factors.passkey import Passkey
from idp.factors.second_factor import SecondFactor
from idp.factors.sms import Sms
from idp.factors.totp import Totp
from idp.journey import (
    account_choice,
    asking,
    begin,
    consent,
    enabling,
    finish,
    leave,
    password,
    second_factor,
    sessions,
)
from idp.journey.finish import Finished
from idp.journey.password import Outcome
from idp.journey.standing import Standing, load
from idp.journey.world import Limits, World
from idp.policy.consent import seen
from idp.policy.journey import Step
from idp.policy.passwords import PasswordPolicy, PasswordRules
from tests.journey.world import Database, Rows

START = 1_800_000_000
RIGHT = "Kırmızı.42kedi"
WRONG_CODE = "000000"


class Clock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> int:
        return self.time

    def forward(self, seconds: int) -> None:
        self.time += seconds


class Hasher:
    """Instant. Complains when it is asked inside a transaction; `full` turns everybody away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.full = False
        self.while_hashing: Callable[[], None] | None = None
        self.matched = 0

    def matches(self, password: str, password_hash: str | None) -> bool:
        self._enter()
        self.matched += 1
        if self.while_hashing is not None:
            meanwhile, self.while_hashing = self.while_hashing, None
            meanwhile()
        return password_hash is not None and password_hash.split(":", 1)[1] == _normal(password)

    def hash(self, password: str) -> str:
        self._enter()
        return f"strong:{_normal(password)}"

    def is_weaker_than_policy(self, password_hash: str) -> bool:
        return password_hash.startswith("weak:")

    def _enter(self) -> None:
        assert not self._database.open, "nothing is hashed inside a transaction"
        if self.full:
            raise TooBusy(retry_after=2)


class Secrets:
    """Values that count up, so that a story runs the same each time; no code is ever WRONG_CODE."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)

    def token(self) -> str:
        return f"token-{next(self._serial)}"

    def code(self, digits: int) -> str:
        return f"{100_000 + next(self._serial) * 7919 % 900_000:0{digits}d}"

    def mac(self, purpose: str, *parts: str) -> str:
        return hashlib.sha256("\0".join((purpose, *parts)).encode("utf-8", "surrogatepass")).hexdigest()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def citizen(number: str, name: str, phone: str | None, *, two_step: bool) -> Citizen:
    return Citizen(
        id=name.lower(),
        national_id=NationalId.parse(number),
        given_name=name,
        family_name="Örnek",
        password_hash=f"strong:{RIGHT}",
        password_changed_at=START - 86_400,
        created_at=START - 86_400,
        phone_number=PhoneNumber.parse(phone) if phone else None,
        phone_verified_at=START - 86_400 if phone else None,
        two_step=two_step,
    )


AYSE = citizen("98765430170", "Ayse", "05000000001", two_step=True)
BERK = citizen("98765430248", "Berk", "05000000002", two_step=False)
CEM = citizen("98765430316", "Cem", "05000000003", two_step=True)
DENIZ = citizen("98765431092", "Deniz", None, two_step=False)
EMEL = citizen("98765430484", "Emel", "05000000004", two_step=False)

MHRS = Client("mhrs", "MHRS", ("https://mhrs.example/cb",), secret_hash="00", consent=ConsentPolicy.NEVER)
FLOOR = replace(MHRS, client_id="mhrs-floor", minimum_level=Level.TWO_STEP)
ASKING = replace(MHRS, client_id="asking", consent=ConsentPolicy.ASK)


class NoDevices:
    """Signs nothing: these stories have no registered device."""

    def canonical_key(self, public_key: object) -> None:
        return None

    def key_id(self, signed: str) -> None:
        return None

    def claims(self, signed: str, public_key: str, *, typ: str, key_id: str | None, now: int) -> None:
        return None


def factors(secrets: Secrets, hasher: Hasher) -> dict[Method, SecondFactor]:
    every: tuple[SecondFactor, ...] = (
        Sms(secrets=secrets, host="giris.example"),
        AppApproval(secrets),
        Totp(),
        Passkey(secrets, "giris.example", "https://giris.example"),
        BackupCode(hasher),
    )
    return {factor.method: factor for factor in every}


class House:
    """The journey's world, without quotas for SMS unless `limits` say otherwise."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.database = Database()
        self.clock = Clock()
        self.hasher = Hasher(self.database)
        secrets = Secrets()
        self.world = World(
            begin=self.database.begin,
            clock=self.clock,
            hasher=self.hasher,
            secrets=secrets,
            factors=factors(secrets, self.hasher),
            device_signatures=NoDevices(),
            subject_salt=b"salt",
            passwords=PasswordRules(PasswordPolicy.EDEVLET),
            limits=limits or Limits(sms_quotas=False),
        )
        for one in (AYSE, BERK, CEM, DENIZ, EMEL):
            self.rows.citizens[one.id] = one
        for client in (MHRS, FLOOR, ASKING):
            self.rows.clients[client.client_id] = client

    @property
    def rows(self) -> Rows:
        return self.database.rows

    def browser(self, name: str = "browser", ip: str = "192.0.2.1") -> "Browser":
        return Browser(self, name, Origin(ip=ip, user_agent="Firefox", request_id=name))

    def citizen(self, who: Citizen) -> Citizen:
        return self.rows.citizens[who.id]

    def change(self, who: Citizen, **changes: object) -> None:
        self.rows.citizens[who.id] = replace(self.citizen(who), **changes)  # type: ignore[arg-type]  # names are the record's

    def codes(self, who: Citizen) -> list[str]:
        """Codes that reached the citizen's phone, oldest first."""
        number = who.phone_number.value if who.phone_number is not None else None
        return [one.code for one in self.rows.outbox if one.destination == number and one.code is not None]

    def notices(self, who: Citizen) -> list[str]:
        number = who.phone_number.value if who.phone_number is not None else None
        return [one.text for one in self.rows.outbox if one.destination == number and one.code is None]

    def audit(self, *events: Event) -> list[AuditRow]:
        return [row for row in self.rows.audit if not events or row.event in events]


@dataclass(slots=True)
class Browser:
    """One browser: its binding, and the cookies it was given."""

    house: House
    name: str
    origin: Origin
    handle: str | None = None
    device: str | None = None
    login_id: str = field(default="", repr=False)

    def session(self) -> Session | None:
        with self.house.world.begin() as uow:
            return sessions.current(self.house.world, uow, self.handle)

    def arrive(self, client: Client = MHRS, **asked: object) -> Step:
        """Come from a relying party: `/authorize`."""
        request = AuthorizationRequest(client.client_id, client.redirect_uris[0], ("openid",))
        request = replace(request, **asked)  # type: ignore[arg-type]  # names are the record's
        session = self.session()
        with self.house.world.begin() as uow:
            standing = begin.begin(
                self.house.world,
                uow,
                request=request,
                client=client,
                session=session,
                browser_hash=self.name,
                origin=self.origin,
            )
        self.login_id = standing.login.id
        return standing.step

    def standing(self, login_id: str | None = None) -> Standing:
        with self.house.world.begin() as uow:
            return load(self.house.world, uow, login_id or self.login_id, self.name)

    def step(self) -> Step:
        return self.standing().step

    def login(self) -> Login:
        """As it is stored."""
        return self.house.rows.logins[self.login_id]

    def password(self, who: Citizen, typed: str = RIGHT, *, number: str | None = None) -> Outcome:
        return password.prove_password(
            self.house.world,
            login_id=self.login_id,
            browser_hash=self.name,
            national_id=number or who.national_id.value,
            password=typed,
            device=self.device,
            lang="tr",
            origin=self.origin,
        )

    def code(self, code: str) -> second_factor.AnswerOutcome:
        return self.answer(Method.SMS, code)

    def answer(self, method: Method, typed: str = "") -> second_factor.AnswerOutcome:
        return second_factor.answer(
            self.house.world,
            login_id=self.login_id,
            browser_hash=self.name,
            method=method,
            typed=typed,
            lang="tr",
            origin=self.origin,
        )

    def resend(self) -> asking.AskOutcome:
        return asking.ask_again(
            self.house.world, login_id=self.login_id, browser_hash=self.name, lang="tr", origin=self.origin
        )

    def switch_to(self, method: Method | None) -> Standing | asking.NotOffered:
        return asking.choose(
            self.house.world,
            login_id=self.login_id,
            browser_hash=self.name,
            method=method,
            lang="tr",
            origin=self.origin,
        )

    def enable(self, *, accepted_terms: bool = True) -> Standing | enabling.EnablingFault:
        return enabling.start_enabling(
            self.house.world,
            login_id=self.login_id,
            browser_hash=self.name,
            accepted_terms=accepted_terms,
            lang="tr",
            origin=self.origin,
        )

    def acknowledge(self) -> Standing:
        return enabling.acknowledge(self.house.world, login_id=self.login_id, browser_hash=self.name)

    def choose(self, *, same: bool) -> Standing:
        return account_choice.choose_account(
            self.house.world, login_id=self.login_id, browser_hash=self.name, same=same
        )

    def shown(self) -> str:
        """What the page that asks for consent carries; empty where there is none."""
        standing = self.standing()
        client, request = standing.client, standing.login.request
        return "" if client is None or request is None else seen(client, request)

    def approve(self, shown: str | None = None) -> Standing:
        """The button of the page that is open now, or of one that was opened before."""
        own = {"login_id": self.login_id, "browser_hash": self.name, "origin": self.origin}
        given = consent.approve(self.house.world, **own, shown=self.shown() if shown is None else shown)
        assert given != "changed"
        return given

    def cancel(self) -> str:
        return leave.cancel(self.house.world, login_id=self.login_id, browser_hash=self.name, origin=self.origin)[1]

    def finish(self) -> Finished:
        """What the web does at FINISH: one transaction, then new cookies."""
        former = self.session()
        with self.house.world.begin() as uow:
            standing = load(self.house.world, uow, self.login_id, self.name)
            done = finish.finish(
                self.house.world, uow, standing, device=self.device, former=former, lang="tr", origin=self.origin
            )
        self.handle, self.device = done.handle or self.handle, done.device
        return done

    def log_in(self, who: Citizen, client: Client = MHRS, **asked: object) -> Finished:
        """The whole way, as an honest citizen goes it."""
        if self.arrive(client, **asked) is Step.PASSWORD:
            self.password(who)
        if self.step() is Step.SMS:
            self.code(self.house.codes(who)[-1])
        return self.finish()
