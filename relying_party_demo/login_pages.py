"""Signing in and out: the start page, the two ways to begin, the page about how it ended, and leaving."""

import hmac
import logging
import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from relying_party_demo import logins, pages, sessions
from relying_party_demo.login_flow import begin, outcome_page
from relying_party_demo.logins import OutcomeKind, Purpose
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import Caller, Form, House, Visitor

log = logging.getLogger("relying_party_demo")
router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, services: House, visitor: Caller) -> Response:
    """The start page; also where the provider sends the browser after a logout."""
    sent_state = services.cookies.read(request, "logout")
    is_logout = sent_state is not None and hmac.compare_digest(
        sent_state.encode(), request.query_params.get("state", "").encode()
    )
    notice = "signed_out" if is_logout else _start_notice(request, visitor)
    response = pages.render(
        request,
        services,
        visitor,
        "start.html",
        notice=notice,
        return_to=pages.safe_return_path(request.query_params.get("donus", "")),
    )
    if is_logout:
        services.cookies.clear(response, "logout")
    if visitor.is_signed_out_elsewhere:  # it has been told
        services.cookies.clear(response, "session")
    return response


def _start_notice(request: Request, visitor: Visitor) -> str | None:
    if visitor.session is not None:
        return None
    if visitor.is_signed_out_elsewhere:
        return "signed_out_elsewhere"
    return {"oturum": "session_over", "cikis": "signed_out_here"}.get(request.query_params.get("bildirim", ""))


@router.post("/giris")
def sign_in(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """Begin a login. It asks for no level: MHRS judges what comes back (domain.md J3b)."""
    pages.check_form(request, services, form, visitor.browser)
    return begin(request, services, visitor, return_to=form.get("donus", ""), purpose=Purpose.SIGN_IN)


@router.post("/giris/iki-asamali")
def sign_in_with_two_steps(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """Begin a login that insists on the level MHRS requires: the way out of a refusal."""
    pages.check_form(request, services, form, visitor.browser)
    return begin(request, services, visitor, return_to=form.get("donus", ""), purpose=Purpose.TWO_STEP)


@router.get("/giris/sonuc/{attempt_id}")
def outcome(request: Request, services: House, visitor: Caller, attempt_id: str) -> Response:
    """How a login ended that did not lead in."""
    with services.store.transaction() as connection:
        attempt = logins.find(connection, attempt_id, visitor.browser, services.clock.now())
    if attempt is None or attempt.outcome is None or attempt.outcome.kind is OutcomeKind.ADMITTED:
        return pages.see_other("/")
    return outcome_page(
        request, services, visitor, attempt.outcome, purpose=attempt.purpose, return_to=attempt.return_to
    )


@router.post("/cikis")
def sign_out(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """End our session, then the provider's. Ours ends even if the provider cannot be reached."""
    if visitor.session is None:
        return pages.see_other("/")
    pages.check_form(request, services, form, visitor.session.id)
    with services.store.transaction() as connection:
        sessions.end_session(connection, visitor.session.id)
    state = secrets.token_urlsafe(16)
    try:
        response = pages.see_other(services.code_flow.logout_url(visitor.session.id_token, state))
        services.cookies.write(response, "logout", state, max_age=600)
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        response = pages.see_other("/?bildirim=cikis")
    services.cookies.clear(response, "session")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
