"""The health summary as a page: the sensitive action, and the step-up that leads to it.

Who comes with a login that is too weak or too old goes to the provider and returns here, once. A step-up that ends
well marks its return in the address, so that a login which fails even then, or expires while the page is open, is
told so and asked to press a button. No redirect follows a redirect of our own (security.md R-37).
"""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from relying_party_demo import gate, health, pages
from relying_party_demo.appointment_pages import Place, place_of
from relying_party_demo.login_flow import begin
from relying_party_demo.logins import Purpose
from relying_party_demo.services import Caller, Citizen, Form, House

router = APIRouter(include_in_schema=False)

_RETURNED = {"dogrulandi": "proved_again", "degisti": "citizen_changed"}


@dataclass(frozen=True, slots=True)
class VisitLine:
    """An examination, and everything about where it was."""

    on: date
    place: Place


@router.get(pages.HEALTH_SUMMARY)
def health_summary(request: Request, services: House, visitor: Caller, citizen: Citizen) -> Response:
    """What the recipe says of this citizen, if their login is strong and fresh enough at this moment."""
    verdict = gate.admit(citizen.claims, services.settings.for_health_summary, services.clock.now())
    returned = _RETURNED.get(request.query_params.get("bildirim", ""))
    if isinstance(verdict, gate.Refused):
        if returned:
            return pages.render(request, services, visitor, "step_up.html", status=403, outcome=None, claim="")
        # The hint keeps the step-up to this citizen: the provider answers for nobody else (Core §3.1.2.1).
        return begin(
            request,
            services,
            visitor,
            return_to=pages.HEALTH_SUMMARY,
            purpose=Purpose.STEP_UP,
            id_token_hint=citizen.id_token,
        )
    summary = health.summary_of(citizen.subject, services.directory)
    return pages.render(
        request,
        services,
        visitor,
        "health.html",
        notice=returned,
        login=verdict,
        summary=summary,
        visits=[VisitLine(visit.on, place_of(services.directory, visit.doctor.id)) for visit in summary.visits],
    )


@router.post(f"{pages.HEALTH_SUMMARY}/dogrula")
def prove_again(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """Begin a step-up because the citizen asks for one, after another that did not lead in.

    It wants every proof anew, so that no difference between two clocks lets an old one pass there and fail here. It
    gives no hint: one that the provider believes no more would fail each time, and who logs in is judged here anyway.
    """
    pages.check_form(request, services, form, visitor.browser)
    return begin(request, services, visitor, return_to=pages.HEALTH_SUMMARY, purpose=Purpose.STEP_UP, renew=True)
