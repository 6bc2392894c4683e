"""Sending a browser to the provider, and the page about a login that did not lead in."""

import logging

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from relying_party_demo import gate, logins, oidc, pages
from relying_party_demo.logins import Outcome, OutcomeKind, Purpose
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import Services, Visitor

log = logging.getLogger("relying_party_demo")

SECOND_TRY = "tekrar."
"""Starts the `state` of a login that MHRS began again by itself. If that one is lost too, it does not try a third
time. The mark travels in the state because a browser that loses our cookies would lose any other mark as well."""

_STATUS = {
    OutcomeKind.ADMITTED: 200,
    OutcomeKind.REFUSED: 403,
    OutcomeKind.CANCELLED: 200,
    OutcomeKind.UNMET: 403,
    OutcomeKind.OTHER_CITIZEN: 403,
    OutcomeKind.FAILED: 400,
    OutcomeKind.UNAVAILABLE: 503,
}


def requirement_of(services: Services, purpose: Purpose) -> gate.Requirement:
    """What a login begun for this purpose has to satisfy."""
    settings = services.settings
    return settings.for_health_summary if purpose is Purpose.STEP_UP else settings.for_entry


def begin(
    request: Request,
    services: Services,
    visitor: Visitor,
    *,
    return_to: str,
    purpose: Purpose,
    id_token_hint: str = "",
    login_hint: str = "",
    renew: bool = False,
    again: bool = False,
) -> Response:
    """Remember a new attempt and go to the provider; a page says so when that cannot be reached.

    The hints and `renew` go into the request. `again`: MHRS begins by itself what got lost before.
    """
    login = oidc.new_secrets(SECOND_TRY if again else "")
    try:
        address = services.code_flow.authorization_url(
            login,
            language=visitor.texts.language,
            requirement=requirement_of(services, purpose),
            insist=purpose is not Purpose.SIGN_IN,
            id_token_hint=id_token_hint,
            login_hint=login_hint,
            renew=renew,
        )
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        outcome = Outcome(OutcomeKind.UNAVAILABLE)
        return outcome_page(request, services, visitor, outcome, purpose=purpose, return_to=return_to)
    with services.store.transaction() as connection:
        logins.begin(
            connection,
            login,
            browser=visitor.browser,
            purpose=purpose,
            return_to=pages.safe_return_path(return_to),
            now=services.clock.now(),
            lifetime=services.settings.login_lifetime,
        )
    response = pages.see_other(address)
    pages.remember_browser(response, services, visitor)
    return response


def outcome_page(
    request: Request, services: Services, visitor: Visitor, outcome: Outcome, *, purpose: Purpose, return_to: str
) -> HTMLResponse:
    is_refusal = outcome.kind is OutcomeKind.REFUSED
    template = "refused.html" if is_refusal else "outcome.html"
    return pages.render(
        request,
        services,
        visitor,
        "step_up.html" if purpose is Purpose.STEP_UP else template,
        status=_STATUS[outcome.kind],
        outcome=outcome,
        claim=gate.Reason(outcome.reason).claim if is_refusal else "",
        insisted=purpose is not Purpose.SIGN_IN,
        return_to=pages.safe_return_path(return_to),
        known_levels=[str(level) for level in gate.Level],
    )
