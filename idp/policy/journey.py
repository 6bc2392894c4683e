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
from idp.domain.evidence import Evidence
from idp.domain.level import Level
from idp.domain.login import Enabling, Login, LoginState
from idp.policy import assurance


class Step(StrEnum):
    """Where a login stands. The values that are pages are also their addresses (`/login/{id}/{step}`)."""

    OVER = "over"
    EXPIRED = "expired"
    REFUSED = "refused"
    UNSATISFIABLE = "unsatisfiable"
    WRONG_CITIZEN = "wrong-citizen"
    ACCOUNT = "account"
    PASSWORD = "password"
    SECOND_FACTOR = "code"
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
        Step.SECOND_FACTOR,
        Step.ENABLING,
        Step.TWO_STEP_OFF,
        Step.TWO_STEP_ON,
        Step.CONSENT,
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the table looks at.

    `citizen` is who the login names so far, `client` whom it is for (None for our own account pages). `is_hinted`
    answers whether the citizen is the one of the request's `id_token_hint` (None without a hint). `consented`
    is what this citizen gave this client before.
    """

    login: Login
    client: Client | None
    citizen: Citizen | None
    is_hinted: bool | None
    consented: frozenset[str]
    now: int

    @property
    def evidence(self) -> Evidence:
        return assurance.counting(self.login.evidence, self.login.requirement, self.login.id, self.now)

    @property
    def can_take_a_code(self) -> bool:
        return self.citizen is not None and self.citizen.verified_phone is not None

    @property
    def reached(self) -> Level | None:
        return None if self.citizen is None else assurance.level_of(self.evidence, self.citizen.id)


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
    return f.login.enabling is Enabling.STARTED and f.can_take_a_code


def _second_factor_missing(f: Facts) -> bool:
    """Where two-step login is on, a second step follows every password, whatever the client asked for."""
    return f.citizen is not None and f.citizen.two_step and f.can_take_a_code and (f.reached or 0) < Level.TWO_STEP


def _two_step_off(f: Facts) -> bool:
    """Also where it is on, but the phone it rested on is gone: nothing less is accepted in its place."""
    own = Level.TWO_STEP if f.citizen is not None and f.citizen.two_step else Level.PASSWORD
    return (f.reached or 0) < max(f.login.requirement.level, own)


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
    (_second_factor_missing, Step.SECOND_FACTOR),
    (_two_step_off, Step.TWO_STEP_OFF),
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
    Step.SECOND_FACTOR: "interaction_required",
    Step.ENABLING: "interaction_required",
    Step.TWO_STEP_OFF: "unmet_authentication_requirements",
    Step.TWO_STEP_ON: "interaction_required",
    Step.CONSENT: "consent_required",
}
