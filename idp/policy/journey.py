"""What a login needs next. A table: the order of its rows IS the login policy.

`next_step` is asked after every request and before every page. A step is never remembered: it follows from the facts,
so going back, a second tab or a skipped page cannot lead anywhere that the facts do not.
"""

from collections.abc import Callable

from idp.domain.authorization_request import Prompt
from idp.domain.client import ConsentPolicy
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.login import Enabling, LoginState, PasswordRecovery
from idp.policy import assurance, consent, recovery
from idp.policy.facts import FACTOR_STEPS, Facts, Step

__all__ = ["FACTOR_STEPS", "TABLE", "Facts", "Step", "answer_without_pages", "next_step"]


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
    """A yes is remembered first: where that is gone, it was taken back, also since this login's own."""
    if f.client is None or f.login.request is None:
        return False
    if f.client.consent is not ConsentPolicy.NEVER and not consent.covers(f.consented, f.login.request.asks_for):
        return True
    anew = Prompt.CONSENT in f.login.request.prompt or f.client.consent is ConsentPolicy.ALWAYS
    return anew and not f.login.consented


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
    """The first row that holds. FINISH is the last: it is reached only when no row above asks for anything.

    A forgotten password has a table of its own, which does not know FINISH.
    """
    table = recovery.TABLE if isinstance(facts.login.purpose, PasswordRecovery) else TABLE
    return next(step for holds, step in table if holds(facts))


def answer_without_pages(step: Step) -> str | None:
    """The error for `prompt=none` when a page would be needed (Core §3.1.2.6); None when none is.

    A recovery answers no request, so its own steps have none to give.
    """
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
