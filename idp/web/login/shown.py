"""The page of the step that a login stands at."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from idp.journey.standing import Standing
from idp.policy.journey import FACTOR_STEPS, Step
from idp.web.callback import origin_of
from idp.web.house import House, UnitOfWork
from idp.web.login import first_views, recovery_views, second_views, two_step_views
from idp.web.login.refusal import NOTHING, Refusal
from idp.web.views import Page

View = Callable[[Request, House, UnitOfWork, Standing, Refusal], Page]

_PAGES: dict[Step, View] = {
    Step.PASSWORD: first_views.password,
    Step.ACCOUNT: first_views.account,
    Step.CONSENT: first_views.consent,
    Step.NEW_PASSWORD: first_views.new_password,
    Step.METHOD: second_views.choose_method,
    **{step: second_views.PAGES[method] for method, step in FACTOR_STEPS.items()},
    Step.ENABLING: second_views.sms,
    Step.PASSKEY_NEEDED: two_step_views.passkey_needed,
    Step.TWO_STEP_OFF: two_step_views.two_step_off,
    Step.TWO_STEP_ON: two_step_views.two_step_on,
    Step.RECOVERY_CODE: recovery_views.code,
    Step.RECOVERY_IDENTITY: recovery_views.identity,
    Step.RECOVERED: recovery_views.done,
}


def of(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal = NOTHING) -> Page:
    """Raises KeyError for a step without a page."""
    return _PAGES[standing.step](request, home, uow, standing, refusal)


def form_targets(standing: Standing) -> Sequence[str]:
    """Origins at which this login's forms may end: the registered redirect URI's, and what the client named itself."""
    asked = standing.login.request
    if asked is None or standing.client is None:
        return ()
    return (origin_of(asked.redirect_uri), *standing.client.return_origins)
