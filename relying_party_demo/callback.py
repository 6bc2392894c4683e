"""The way back from the provider: one answer, judged once, and what becomes of the browser's session.

A session changes hands here and nowhere else. A login that is good enough gets a session of its own, under a new id,
and the one the browser had before ends (security.md R-70). One that is not good enough leaves the session as it was,
cancelling above all (A15), unless it proves that somebody else sits at this browser now: then the former citizen's
session ends, whatever the newcomer may do here.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from relying_party_demo import gate, logins, pages, sessions
from relying_party_demo.id_token import InvalidTokenError
from relying_party_demo.login_flow import SECOND_TRY, begin, outcome_page, requirement_of
from relying_party_demo.logins import Attempt, Outcome, OutcomeKind, Purpose
from relying_party_demo.oidc import Identity, LoginRejectedError
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import Caller, House, Services, Visitor

log = logging.getLogger("relying_party_demo")
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an attempt ended; the id of the session it opened, if it did; and whether the one before was ended for it."""

    outcome: Outcome
    session_id: str | None = None
    is_former_over: bool = False


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
    judgement = _judge(request, services, visitor, attempt, answer)
    with services.store.transaction() as connection:
        logins.finish(connection, attempt.id, judgement.outcome)
    response = pages.see_other(_outcome_address(attempt, judgement.outcome))
    if judgement.session_id is not None:
        services.cookies.write(response, "session", judgement.session_id)
    elif judgement.is_former_over:
        services.cookies.clear(response, "session")
    return response


def _single_values(request: Request) -> Mapping[str, str]:
    """The parameters of the answer. With any of them doubled there is no answer at all (RFC 6749 §3.1)."""
    pairs = request.query_params.multi_items()
    return {} if len(dict(pairs)) != len(pairs) else dict(pairs)


def _judge(
    request: Request, services: Services, visitor: Visitor, attempt: Attempt, answer: Mapping[str, str]
) -> Judgement:
    """What the provider's answer is worth."""
    if answer.get("iss") != services.settings.issuer:  # RFC 9207 §2.4, AL-39: present and equal, or nothing counts
        log.warning("login failed [%s]: iss of the answer is not our provider", request.state.reference)
        return Judgement(Outcome(OutcomeKind.FAILED, "iss"))
    if "error" in answer:
        return Judgement(_judge_error(answer["error"], attempt.purpose))
    try:
        identity = services.code_flow.redeem(answer.get("code", ""), attempt.nonce, attempt.code_verifier)
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        return Judgement(Outcome(OutcomeKind.UNAVAILABLE))
    except (LoginRejectedError, InvalidTokenError) as error:
        log.warning("login failed [%s]: %s", request.state.reference, error)
        return Judgement(Outcome(OutcomeKind.FAILED, "token"))
    return _judge_identity(request, services, visitor, attempt.purpose, identity)


def _judge_error(error: str, purpose: Purpose) -> Outcome:
    match error:
        case "access_denied":
            return Outcome(OutcomeKind.CANCELLED)
        case "unmet_authentication_requirements":
            return Outcome(OutcomeKind.UNMET)
        case "login_required" if purpose is Purpose.STEP_UP:  # not the citizen of our id_token_hint: Core §3.1.2.1
            return Outcome(OutcomeKind.OTHER_CITIZEN)
        case "temporarily_unavailable" | "server_error":
            return Outcome(OutcomeKind.UNAVAILABLE)
        case _:
            return Outcome(OutcomeKind.FAILED, "error")


def _judge_identity(
    request: Request, services: Services, visitor: Visitor, purpose: Purpose, identity: Identity
) -> Judgement:
    """Somebody logged in, that much is proved: does it suffice for this purpose, and whose browser is this now?"""
    settings, now = services.settings, services.clock.now()
    verdict = gate.admit(identity.claims, requirement_of(services, purpose), now)
    is_other = visitor.session is not None and visitor.session.subject != identity.subject
    if isinstance(verdict, gate.Admitted):
        outcome = Outcome(OutcomeKind.ADMITTED, "other_citizen" if is_other else "")
        return _enter(request, services, verdict, identity, outcome)
    log.info("login refused [%s]: %s", request.state.reference, verdict.reason)
    expected = verdict.requirement.level
    refusal = Outcome(OutcomeKind.REFUSED, verdict.reason, expected, verdict.received, verdict.methods)
    if visitor.session is not None and not is_other:
        return Judgement(refusal)
    entry = gate.admit(identity.claims, settings.for_entry, now)
    if isinstance(entry, gate.Admitted):  # too little for the sensitive action, and enough for everything else
        return _enter(request, services, entry, identity, refusal)
    if visitor.session is not None:
        with services.store.transaction() as connection:
            sessions.end_session(connection, visitor.session.id)
    return Judgement(refusal, is_former_over=visitor.session is not None)


def _enter(
    request: Request, services: Services, admitted: gate.Admitted, identity: Identity, outcome: Outcome
) -> Judgement:
    """Open a session, unless the provider ended this very login while it was on its way."""
    with services.store.transaction() as connection:
        session_id = sessions.open_session(
            connection,
            admitted,
            identity,
            replaces=services.cookies.read(request, "session"),
            now=services.clock.now(),
            total=services.settings.session_total,
        )
    if session_id is None:
        log.warning("login failed [%s]: logged out at the provider meanwhile", request.state.reference)
        return Judgement(Outcome(OutcomeKind.FAILED, "logged_out"))
    return Judgement(outcome, session_id)


def _outcome_address(attempt: Attempt, outcome: Outcome | None) -> str:
    if outcome is None or outcome.kind is not OutcomeKind.ADMITTED:
        return f"/giris/sonuc/{attempt.id}"
    match attempt.purpose:
        case Purpose.SIGN_IN:
            return attempt.return_to
        case Purpose.TWO_STEP:
            return f"{attempt.return_to}{'&' if '?' in attempt.return_to else '?'}bildirim=iki-asamali"
        case Purpose.STEP_UP:
            return f"{attempt.return_to}?bildirim={'degisti' if outcome.reason else 'dogrulandi'}"


def _start_again(request: Request, services: Services, visitor: Visitor, answer: Mapping[str, str]) -> Response:
    """The answer belongs to no login of this browser: it took too long, or cookies were lost. Begin anew, once."""
    if visitor.session is not None:
        return pages.see_other("/randevu")
    if answer.get("error") == "access_denied":  # who cancelled does not want to be sent back at once
        cancelled = Outcome(OutcomeKind.CANCELLED)
        return outcome_page(request, services, visitor, cancelled, purpose=Purpose.SIGN_IN, return_to="")
    if answer["state"].startswith(SECOND_TRY):
        return pages.render(request, services, visitor, "lost.html", status=400)
    response = begin(request, services, visitor, return_to="", purpose=Purpose.SIGN_IN, again=True)
    if isinstance(response, RedirectResponse):
        page = pages.render(
            request, services, visitor, "restarting.html", status=303, address=response.headers["location"]
        )
        page.headers["location"] = response.headers["location"]
        return page
    return response
