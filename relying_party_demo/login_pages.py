"""Signing in and out. The whole way through the provider and back, as the citizen's browser walks it."""

import hmac
import logging
import secrets
from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from relying_party_demo import gate, logins, oidc, pages, sessions
from relying_party_demo.id_token import InvalidIdTokenError
from relying_party_demo.logins import Attempt, Outcome, OutcomeKind
from relying_party_demo.oidc import LoginRejectedError
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import Caller, Form, House, Services, Visitor

log = logging.getLogger("relying_party_demo")
router = APIRouter(include_in_schema=False)

SECOND_TRY = "tekrar."
"""Starts the `state` of a login that MHRS began again by itself. If that one is lost too, it does not try a third
time. The mark travels in the state because a browser that loses our cookies would lose any other mark as well."""

_STATUS = {
    OutcomeKind.ADMITTED: 200,
    OutcomeKind.REFUSED: 403,
    OutcomeKind.CANCELLED: 200,
    OutcomeKind.UNMET: 403,
    OutcomeKind.FAILED: 400,
    OutcomeKind.UNAVAILABLE: 503,
}


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
    return response


def _start_notice(request: Request, visitor: Visitor) -> str | None:
    if visitor.session is not None:
        return None
    return {"oturum": "session_over", "cikis": "signed_out_here"}.get(request.query_params.get("bildirim", ""))


@router.post("/giris")
def sign_in(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """Begin a login. It asks for no level: MHRS judges what comes back (domain.md J3b)."""
    pages.check_form(request, services, form, visitor.browser)
    return _begin(request, services, visitor, return_to=form.get("donus", ""))


@router.post("/giris/iki-asamali")
def sign_in_with_two_steps(request: Request, services: House, visitor: Caller, form: Form) -> Response:
    """Begin a login that insists on the level MHRS requires: the way out of a refusal."""
    pages.check_form(request, services, form, visitor.browser)
    return _begin(request, services, visitor, return_to=form.get("donus", ""), insist=True)


def _begin(
    request: Request, services: Services, visitor: Visitor, *, return_to: str, insist: bool = False, again: bool = False
) -> Response:
    login = oidc.new_secrets(SECOND_TRY if again else "")
    settings = services.settings
    try:
        address = services.code_flow.authorization_url(
            login, language=visitor.texts.language, insist_on=settings.required_level if insist else None
        )
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        outcome = Outcome(OutcomeKind.UNAVAILABLE)
        return _outcome_page(request, services, visitor, outcome, insisted=insist, return_to=return_to)
    with services.store.transaction() as connection:
        logins.begin(
            connection,
            login,
            browser=visitor.browser,
            insisted=insist,
            return_to=pages.safe_return_path(return_to),
            now=services.clock.now(),
            lifetime=settings.login_lifetime,
        )
    response = pages.see_other(address)
    pages.remember_browser(response, services, visitor)
    return response


@router.get("/oidc/callback")
def callback(request: Request, services: House, visitor: Caller) -> Response:
    """Where the provider sends the browser back, with a code or an error."""
    answer = _single_values(request)
    if not answer.get("state"):  # no answer to any request of ours, and beginning anew could go round in circles
        return pages.render(request, services, visitor, "lost.html", status=400)
    with services.store.transaction() as connection:
        attempt = logins.use(connection, answer["state"], visitor.browser, services.clock.now())
    if attempt is None or (not attempt.first_use and attempt.outcome is None):
        return _start_again(request, services, visitor, answer)
    if not attempt.first_use:  # Back, or a reload: nothing is redeemed twice
        return pages.see_other(_outcome_address(attempt, attempt.outcome))
    outcome, session_id = _judge(request, services, attempt, answer)
    with services.store.transaction() as connection:
        logins.finish(connection, attempt.id, outcome)
    response = pages.see_other(_outcome_address(attempt, outcome))
    if session_id is not None:
        services.cookies.write(response, "session", session_id)
    return response


def _single_values(request: Request) -> Mapping[str, str]:
    """The parameters of the answer. With any of them doubled there is no answer at all (RFC 6749 §3.1)."""
    pairs = request.query_params.multi_items()
    return {} if len(dict(pairs)) != len(pairs) else dict(pairs)


def _judge(
    request: Request, services: Services, attempt: Attempt, answer: Mapping[str, str]
) -> tuple[Outcome, str | None]:
    """What the provider's answer is worth: an outcome, and the new session's id if the citizen is admitted."""
    if answer.get("iss") != services.settings.issuer:  # RFC 9207 §2.4, AL-39: present and equal, or nothing counts
        log.warning("login failed [%s]: iss of the answer is not our provider", request.state.reference)
        return Outcome(OutcomeKind.FAILED, "iss"), None
    if "error" in answer:
        return _judge_error(answer["error"]), None
    try:
        identity = services.code_flow.redeem(answer.get("code", ""), attempt.nonce, attempt.code_verifier)
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        return Outcome(OutcomeKind.UNAVAILABLE), None
    except (LoginRejectedError, InvalidIdTokenError) as error:
        log.warning("login failed [%s]: %s", request.state.reference, error)
        return Outcome(OutcomeKind.FAILED, "token"), None
    settings, now = services.settings, services.clock.now()
    verdict = gate.admit(identity.claims, settings.required_level, now, settings.max_authentication_age)
    if isinstance(verdict, gate.Refused):
        log.info("login refused [%s]: %s", request.state.reference, verdict.reason)
        refusal = Outcome(OutcomeKind.REFUSED, verdict.reason, verdict.expected, verdict.received, verdict.methods)
        return refusal, None
    with services.store.transaction() as connection:
        session_id = sessions.open_session(
            connection,
            verdict,
            subject=identity.subject,
            name=identity.name,
            id_token=identity.id_token,
            replaces=services.cookies.read(request, "session"),
            now=now,
            total=settings.session_total,
        )
    return Outcome(OutcomeKind.ADMITTED), session_id


def _judge_error(error: str) -> Outcome:
    match error:
        case "access_denied":
            return Outcome(OutcomeKind.CANCELLED)
        case "unmet_authentication_requirements":
            return Outcome(OutcomeKind.UNMET)
        case "temporarily_unavailable" | "server_error":
            return Outcome(OutcomeKind.UNAVAILABLE)
        case _:
            return Outcome(OutcomeKind.FAILED, "error")


def _outcome_address(attempt: Attempt, outcome: Outcome | None) -> str:
    if outcome is None or outcome.kind is not OutcomeKind.ADMITTED:
        return f"/giris/sonuc/{attempt.id}"
    if not attempt.insisted:
        return attempt.return_to
    return f"{attempt.return_to}{'&' if '?' in attempt.return_to else '?'}bildirim=iki-asamali"


def _start_again(request: Request, services: Services, visitor: Visitor, answer: Mapping[str, str]) -> Response:
    """The answer belongs to no login of this browser: it took too long, or cookies were lost. Begin anew, once."""
    if visitor.session is not None:
        return pages.see_other("/randevu")
    if answer.get("error") == "access_denied":  # who cancelled does not want to be sent back at once
        cancelled = Outcome(OutcomeKind.CANCELLED)
        return _outcome_page(request, services, visitor, cancelled, insisted=False, return_to="")
    if answer["state"].startswith(SECOND_TRY):
        return pages.render(request, services, visitor, "lost.html", status=400)
    response = _begin(request, services, visitor, return_to="", again=True)
    if isinstance(response, RedirectResponse):
        page = pages.render(
            request, services, visitor, "restarting.html", status=303, address=response.headers["location"]
        )
        page.headers["location"] = response.headers["location"]
        return page
    return response


@router.get("/giris/sonuc/{attempt_id}")
def outcome(request: Request, services: House, visitor: Caller, attempt_id: str) -> Response:
    """How a login ended that did not lead in."""
    with services.store.transaction() as connection:
        attempt = logins.find(connection, attempt_id, visitor.browser, services.clock.now())
    if attempt is None or attempt.outcome is None or attempt.outcome.kind is OutcomeKind.ADMITTED:
        return pages.see_other("/")
    return _outcome_page(
        request, services, visitor, attempt.outcome, insisted=attempt.insisted, return_to=attempt.return_to
    )


def _outcome_page(
    request: Request, services: Services, visitor: Visitor, outcome: Outcome, *, insisted: bool, return_to: str
) -> HTMLResponse:
    return pages.render(
        request,
        services,
        visitor,
        "refused.html" if outcome.kind is OutcomeKind.REFUSED else "outcome.html",
        status=_STATUS[outcome.kind],
        outcome=outcome,
        claim=gate.Reason(outcome.reason).claim if outcome.kind is OutcomeKind.REFUSED else "",
        insisted=insisted,
        return_to=pages.safe_return_path(return_to),
        known_levels=[str(level) for level in gate.Level],
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
