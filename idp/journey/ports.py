"""What a journey needs from the world. `store` and `crypto` fit these shapes; only `app` brings them together.

Verbs of the store are atomic and named for what they mean. Where one answers a `bool`, True means that this call, and
no other running at the same time, made the change.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from idp.domain.audit import AuditRow
from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.challenge import Challenge, Verdict
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.consent import Consent
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, Login, PasswordRecovery
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.session import Session
from idp.domain.throttle import Count, Refused, Reserved
from idp.factors import ports as factor_ports
from idp.factors.ports import Outbox


class Citizens(Protocol):
    def by_id(self, citizen_id: str) -> Citizen | None: ...
    def by_national_id(self, national_id: NationalId) -> Citizen | None: ...
    def hold(self, citizen_id: str) -> None:
        """Lock the citizen until the transaction ends: whoever comes second waits here, and reads what this one wrote.

        For rules that are true of several rows together, such as "not the last method".
        """
        ...

    def set_two_step(self, citizen_id: str, on: bool) -> bool:
        """Switch two-step login; False if it already stood so, or the citizen is gone or closed."""
        ...

    def set_password(self, citizen_id: str, *, password_hash: str, expected_hash: str, now: int) -> bool:
        """Replace the password and keep the former one in the history; False if it is no longer `expected_hash`.

        The citizen need not change it at the next login any more.
        """
        ...

    def upgrade_password_hash(self, citizen_id: str, *, password_hash: str, expected_hash: str) -> bool:
        """The same password under stronger parameters: no history, no change date."""
        ...

    def former_passwords(self, citizen_id: str, most: int) -> tuple[str, ...]:
        """Hashes of the last passwords, newest first, the present one not included."""
        ...

    def set_phone(self, citizen_id: str, phone: PhoneNumber, *, former: PhoneNumber | None, now: int) -> bool:
        """Replace the phone number by a verified one; False if it is no longer `former`, or the citizen is closed."""
        ...

    def prefer_method(self, citizen_id: str, method: Method | None) -> bool:
        """Which second step is asked for first; False if the citizen is gone."""
        ...

    def note_method(self, citizen_id: str, method: Method) -> None:
        """Remember the second step that was last used; writes nothing where it is remembered already."""
        ...


class Clients(Protocol):
    def by_id(self, client_id: str) -> Client | None: ...
    def share(self, client_id: str) -> Client | None:
        """The client as it is now; whoever would change it waits until the transaction ends."""
        ...


class Logins(Protocol):
    def insert(self, login: Login) -> None: ...
    def by_id(self, login_id: str, browser_hash: str) -> Login | None:
        """The login, only for the browser that began it."""
        ...

    def save(self, login: Login) -> bool:
        """Write all that may change and raise the version by one.

        True only if the stored login is still OPEN, of the same browser and of version `login.version`.
        """
        ...

    def end_oldest(self, citizen_id: str, keep: int, *, but: str) -> int:
        """End the oldest open logins that name this citizen, so that at most `keep` stay open, `but` among them."""
        ...

    def end(self, login_id: str) -> Login | None:
        """End an open login from outside its browser, with nothing proved: the ended login; None if it was over."""
        ...

    def open_purpose(self, login_id: str, now: int) -> AuthorizationRequest | AccountVisit | PasswordRecovery | None:
        """What a login is for, to be told outside its browser; None if it is over."""
        ...


class Challenges(factor_ports.Challenges, Protocol):
    def approval_of(self, citizen_id: str, now: int) -> Challenge | None:
        """The citizen's newest approval, if it is live and nobody decided it."""
        ...

    def decide(
        self, challenge_id: str, *, citizen_id: str, code_mac: str | None, verdict: Verdict, decided_by: str, now: int
    ) -> bool:
        """Give the verdict once, in one statement: live, undecided, of this citizen, and with this MAC (None: any)."""
        ...


class Authenticators(factor_ports.Authenticators, Protocol):
    def by_id(self, authenticator_id: str) -> Authenticator | None: ...
    def add(self, authenticator: Authenticator, secret: str = "") -> bool:
        """False where the citizen has one of this method and handle."""
        ...

    def rename(self, authenticator_id: str, citizen_id: str, name: str) -> bool: ...
    def remove(self, authenticator_id: str, citizen_id: str) -> bool: ...
    def remove_all(self, citizen_id: str, method: Method) -> int: ...


class Enrolments(Protocol):
    """Of a citizen and method only the newest lives."""

    def insert(self, enrolment: Enrolment) -> None: ...
    def current(self, citizen_id: str, session_id: str, method: Method) -> Enrolment | None:
        """The newest of this citizen and method, if this session began it; live or not."""
        ...

    def by_id(self, enrolment_id: str) -> Enrolment | None: ...
    def claim(self, code_mac: str, *, public_key: str, handle: str, name: str, now: int) -> Enrolment | None:
        """A device shows the pairing code, once: the enrolment as claimed; None if no live, unclaimed one has it."""
        ...

    def count_try(self, enrolment_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if it is dead or used up."""
        ...

    def consume(self, enrolment_id: str, *, now: int, code_mac: str | None = None, handle: str | None = None) -> bool:
        """Use it up: unused, newest, unexpired, with this MAC and claimed by this key where given, in one statement."""
        ...

    def end(self, citizen_id: str, method: Method) -> None: ...


class Sessions(Protocol):
    def insert(self, session: Session) -> None: ...
    def by_handle(self, handle_hash: str) -> Session | None:
        """The session whose cookie this is, if it has not ended (time limits are the caller's to judge)."""
        ...

    def by_id(self, session_id: str) -> Session | None: ...
    def renew(self, session: Session, former_handle_hash: str) -> bool:
        """Save evidence, times and the new handle of a live session; False if it ended or its handle changed."""
        ...

    def touch(self, session_id: str, now: int) -> bool:
        """Note that the citizen is there; False if the session ended. Until the commit nobody else can end it."""
        ...

    def of_citizen(self, citizen_id: str, now: int) -> tuple[Session, ...]:
        """Live sessions, last seen first."""
        ...

    def end(self, session_id: str, citizen_id: str, now: int) -> bool:
        """End one session of this citizen, revoke the grants made in it, and tell the relying parties."""
        ...

    def revoke_left_over(self, citizen_id: str, now: int, *, seen_since: int) -> int:
        """Revoke the citizen's grants whose session ran out or is forgotten; how many. Ran out: not seen since then."""
        ...

    def end_all(self, citizen_id: str, now: int, *, but: str | None = None) -> int:
        """The same for all of the citizen's sessions except `but`; how many ended."""
        ...


class Throttles(Protocol):
    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        """Count one attempt on every limit, or on none if one refuses. Atomic for each limit; never check-then-act."""
        ...

    def give_back(self, counts: tuple[Count, ...], reserved: Reserved) -> None:
        """A right answer takes back its own count and the wait it set, and no more."""
        ...

    def clear(self, counts: tuple[Count, ...]) -> None: ...
    def refusal(self, counts: tuple[Count, ...], now: int) -> Refused | None:
        """Whether an attempt would be refused now. For telling people only: nothing is decided by it."""
        ...


class Consents(Protocol):
    """What a citizen said yes to, for each client: scopes, and claims named one by one (`claim:name`)."""

    def given(self, citizen_id: str, client_id: str) -> frozenset[str]: ...
    def add(self, citizen_id: str, client_id: str, asked: frozenset[str], now: int) -> None: ...
    def of_citizen(self, citizen_id: str) -> tuple[Consent, ...]:
        """One for each client, the newest first."""
        ...

    def revoke(self, citizen_id: str, client_id: str, now: int) -> bool:
        """Forget what was consented to, and revoke the grants made from it; False if there was nothing."""
        ...


class Devices(Protocol):
    """Browsers in which a citizen completed a login. Known ones have their own password budget; they prove nothing."""

    def is_known(self, device_hash: str, citizen_id: str) -> bool: ...
    def has_any(self, citizen_id: str) -> bool:
        """Whether the citizen ever completed a login in some browser, as far as that is remembered."""
        ...

    def remember(self, device_hash: str, citizen_id: str, now: int) -> None: ...


class Audit(Protocol):
    def append(self, row: AuditRow) -> None: ...
    def of_citizen(self, citizen_id: str, most: int) -> tuple[AuditRow, ...]:
        """What happened to the citizen's logins and security settings, newest first (R-81)."""
        ...


class UnitOfWork(Protocol):
    """One database transaction: commits when its `with` block ends, rolls back when it raises."""

    @property
    def citizens(self) -> Citizens: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def logins(self) -> Logins: ...
    @property
    def challenges(self) -> Challenges: ...
    @property
    def authenticators(self) -> Authenticators: ...
    @property
    def enrolments(self) -> Enrolments: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def throttles(self) -> Throttles: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def devices(self) -> Devices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def outbox(self) -> Outbox: ...


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class PasswordHasher(Protocol):
    """argon2id behind a bounded gate. Both verbs raise `TooBusy` when the gate's queue is full."""

    def matches(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after the same work: unknown citizens cost what known ones cost."""
        ...

    def hash(self, password: str) -> str: ...
    def is_weaker_than_policy(self, password_hash: str) -> bool: ...


class DeviceSignatures(Protocol):
    """What registered devices sign with their keys: compact JWS for this issuer, made within a minute of now."""

    def canonical_key(self, jwk: Mapping[str, object]) -> tuple[str, str] | None:
        """The public key as it is stored (JSON), and its RFC 7638 thumbprint; None for any other kind of key."""
        ...

    def key_id(self, signed: str) -> str | None:
        """Which key it claims to be signed by. It proves nothing until `claims` was asked with that key."""
        ...

    def claims(
        self, signed: str, public_key: str, *, typ: str, key_id: str | None, now: int
    ) -> Mapping[str, object] | None:
        """What this very key signed for this very use, under this name; None for anything else."""
        ...
