"""What the tables of `policy.journey` and `policy.recovery` look at, and the steps they answer with."""

from dataclasses import dataclass
from enum import StrEnum

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.evidence import Evidence, Method
from idp.domain.level import Level
from idp.domain.login import Login
from idp.policy import assurance, second_step


class Step(StrEnum):
    """Where a login stands. The values that are pages are also their addresses (`/login/{id}/{step}`)."""

    OVER = "over"
    EXPIRED = "expired"
    REFUSED = "refused"
    UNSATISFIABLE = "unsatisfiable"
    WRONG_CITIZEN = "wrong-citizen"
    ACCOUNT = "account"
    PASSWORD = "password"
    METHOD = "method"
    SMS = "code"
    APP = "app"
    TOTP = "totp"
    PASSKEY = "passkey"
    BACKUP_CODE = "backup-code"
    PASSKEY_NEEDED = "passkey-needed"
    NEW_PASSWORD = "new-password"
    ENABLING = "enabling"
    TWO_STEP_OFF = "two-step-off"
    TWO_STEP_ON = "two-step-on"
    CONSENT = "consent"
    FINISH = "finish"
    RECOVERY_CODE = "recovery-code"
    RECOVERY_IDENTITY = "recovery-identity"
    RECOVERED = "recovered"

    @property
    def is_page(self) -> bool:
        return self in _PAGES


_PAGES = frozenset(
    {
        Step.ACCOUNT,
        Step.PASSWORD,
        Step.METHOD,
        Step.SMS,
        Step.APP,
        Step.TOTP,
        Step.PASSKEY,
        Step.BACKUP_CODE,
        Step.PASSKEY_NEEDED,
        Step.NEW_PASSWORD,
        Step.ENABLING,
        Step.TWO_STEP_OFF,
        Step.TWO_STEP_ON,
        Step.CONSENT,
        Step.RECOVERY_CODE,
        Step.RECOVERY_IDENTITY,
        Step.RECOVERED,
    }
)

FACTOR_STEPS: dict[Method, Step] = {
    Method.SMS: Step.SMS,
    Method.APP: Step.APP,
    Method.TOTP: Step.TOTP,
    Method.PASSKEY: Step.PASSKEY,
    Method.BACKUP_CODE: Step.BACKUP_CODE,
}
"""The page that asks for each second factor."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the table looks at.

    `citizen` is who the login names so far, `client` whom it is for (None for our own account pages). `is_hinted`
    answers whether the citizen is one whom the request names by `sub`, in `id_token_hint` or `claims` (None where it
    names nobody). `consented` is what this citizen gave this client before. `methods` are the second factors that the
    citizen has; in a recovery, those that can follow the code. `password_due`: the password is too old, or was given
    out in an envelope.
    """

    login: Login
    client: Client | None
    citizen: Citizen | None
    is_hinted: bool | None
    consented: frozenset[str]
    now: int
    methods: frozenset[Method] = frozenset()
    password_due: bool = False

    @property
    def evidence(self) -> Evidence:
        return assurance.counting(self.login.evidence, self.login.requirement, self.login.id, self.now)

    @property
    def reached(self) -> Level | None:
        return None if self.citizen is None else assurance.level_of(self.evidence, self.citizen.id)

    @property
    def offered(self) -> tuple[Method, ...]:
        """The second factors to choose from in this login. Those that fulfil a wish come first; it excludes none."""
        if self.citizen is None:
            return ()
        found = second_step.offered(self.citizen, self.methods, self.login.requirement.level)
        return tuple(sorted(found, key=lambda method: assurance.level_with(method) < self.login.requirement.wish))

    @property
    def method(self) -> Method | None:
        """The one this login asks for: the chosen one while it can be had, or the only one there is."""
        if self.login.method in self.offered:
            return self.login.method
        return self.offered[0] if len(self.offered) == 1 else None

    @property
    def first_method(self) -> Method | None:
        """The one to begin with, without asking; None where the citizen has to choose."""
        if self.citizen is None or not self.offered:
            return None
        wish = self.login.requirement.wish
        if wish > Level.TWO_STEP and assurance.level_with(self.offered[0]) >= wish:
            return self.offered[0]
        return second_step.default(self.citizen, self.offered)

    @property
    def wish_is_open(self) -> bool:
        """A stronger factor is wished for and there, and no second factor was proved in this very login."""
        wish, here = self.login.requirement.wish, (self.login.id, self.login.citizen_id)
        own = (proof.method for proof in self.evidence if (proof.login_id, proof.citizen_id) == here)
        return (
            (self.reached or 0) < wish
            and any(assurance.level_with(method) >= wish for method in self.methods)
            and not any(method.is_second_factor for method in own)
        )
