"""What a login needs next. A table: the order of its rows IS the login policy.

`next_step` is asked after every request and before every page. A step is never remembered: it follows from the facts,
so going back, a second tab or a skipped page cannot lead anywhere that the facts do not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from idp.domain.authorization_request import Prompt
from idp.domain.citizen import Citizen
from idp.domain.client import Client, ConsentPolicy
from idp.domain.evidence import Evidence, Method
from idp.domain.level import Level
from idp.domain.login import Enabling, Login, LoginState
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
    answers whether the citizen is the one of the request's `id_token_hint` (None without a hint). `consented`
    is what this citizen gave this client before. `methods` are the second factors that the citizen has. `password_due`:
    the password is too old, or was given out in an envelope.
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
        wish = self.login.requirement.wish
        return (
            (self.reached or 0) < wish
            and any(assurance.level_with(method) >= wish for method in self.methods)
            and not any(proof.method.is_second_factor and proof.login_id == self.login.id for proof in self.evidence)
        )


def _over(f: Facts) -> bool:
    return f.login.state is not LoginState.OPEN


def _expired(f: Facts) -> bool:
    return f.now >= f.login.expires_at


def _refused(f: Facts) -> bool:
    """Fail closed: a client that was disabled, or a citizen who was closed or deleted, since the login began."""
    client_gone = f.login.request is not None and (f.client is None or f.client.disabled)
    citizen_gone = f.login.citizen_id is not None and (f.citizen is None or not f.citizen.is_active)
    return client_gone or citizen_gone


def _unsatisfiable(f: Facts) -> bool:
    return not f.login.requirement.satisfiable


def _account_open(f: Facts) -> bool:
    return f.login.requirement.choose_account and f.citizen is not None and not f.login.account_chosen


def _password_missing(f: Facts) -> bool:
    return f.citizen is None or assurance.password_proof(f.evidence, f.citizen.id) is None


def _wrong_citizen(f: Facts) -> bool:
    return f.is_hinted is False


def _enabling(f: Facts) -> bool:
    return f.login.enabling is Enabling.STARTED and Method.SMS in f.methods


def _second_factor_missing(f: Facts) -> bool:
    """Where two-step login is on, a second step follows every password, whatever the client asked for."""
    if f.citizen is None or not f.citizen.two_step or not f.offered:
        return False
    return (f.reached or 0) < max(Level.TWO_STEP, f.login.requirement.level) or f.wish_is_open


def _missing_with(method: Method) -> Callable[[Facts], bool]:
    return lambda f: f.method is method and _second_factor_missing(f)


def _passkey_needed(f: Facts) -> bool:
    """Two-step login is on, and no method that the citizen has reaches what is required."""
    two_step = f.citizen is not None and f.citizen.two_step
    required = f.login.requirement.level
    return two_step and required > Level.TWO_STEP and (f.reached or 0) < required and not f.offered


def _two_step_off(f: Facts) -> bool:
    """Also where it is on, but everything it rested on is gone: nothing less is accepted in its place."""
    own = Level.TWO_STEP if f.citizen is not None and f.citizen.two_step else Level.PASSWORD
    return (f.reached or 0) < max(f.login.requirement.level, own)


def _password_due(f: Facts) -> bool:
    """Asked of whoever just proved the password; a session that began before goes on until its next login."""
    proof = assurance.password_proof(f.evidence, f.citizen.id) if f.citizen is not None else None
    return f.password_due and proof is not None and proof.login_id == f.login.id


def _enabled_untold(f: Facts) -> bool:
    return f.login.enabling is Enabling.DONE


def _consent_missing(f: Facts) -> bool:
    if f.client is None or f.login.request is None or f.login.consented:
        return False
    if Prompt.CONSENT in f.login.request.prompt or f.client.consent is ConsentPolicy.ALWAYS:
        return True
    return f.client.consent is ConsentPolicy.ASK and not f.consented >= f.login.request.asks_for


def _nothing_missing(_: Facts) -> bool:
    return True


TABLE: tuple[tuple[Callable[[Facts], bool], Step], ...] = (
    (_over, Step.OVER),
    (_expired, Step.EXPIRED),
    (_refused, Step.REFUSED),
    (_unsatisfiable, Step.UNSATISFIABLE),
    (_account_open, Step.ACCOUNT),
    (_password_missing, Step.PASSWORD),
    (_wrong_citizen, Step.WRONG_CITIZEN),
    (_enabling, Step.ENABLING),
    (_passkey_needed, Step.PASSKEY_NEEDED),
    *((_missing_with(method), step) for method, step in FACTOR_STEPS.items()),
    (_second_factor_missing, Step.METHOD),
    (_two_step_off, Step.TWO_STEP_OFF),
    (_password_due, Step.NEW_PASSWORD),
    (_enabled_untold, Step.TWO_STEP_ON),
    (_consent_missing, Step.CONSENT),
    (_nothing_missing, Step.FINISH),
)


def next_step(facts: Facts) -> Step:
    """The first row that holds. FINISH is the last: it is reached only when no row above asks for anything."""
    return next(step for holds, step in TABLE if holds(facts))


def answer_without_pages(step: Step) -> str | None:
    """The error for `prompt=none` when a page would be needed (Core §3.1.2.6); None when none is."""
    return _SILENT_ERRORS.get(step)


_SILENT_ERRORS: dict[Step, str] = {
    Step.REFUSED: "login_required",
    Step.EXPIRED: "login_required",
    Step.OVER: "login_required",
    Step.UNSATISFIABLE: "unmet_authentication_requirements",
    Step.WRONG_CITIZEN: "login_required",
    Step.ACCOUNT: "account_selection_required",
    Step.PASSWORD: "login_required",
    **dict.fromkeys((Step.METHOD, *FACTOR_STEPS.values()), "interaction_required"),
    Step.PASSKEY_NEEDED: "unmet_authentication_requirements",
    Step.NEW_PASSWORD: "interaction_required",
    Step.ENABLING: "interaction_required",
    Step.TWO_STEP_OFF: "unmet_authentication_requirements",
    Step.TWO_STEP_ON: "interaction_required",
    Step.CONSENT: "consent_required",
}
