"""How anything that goes wrong is told: a page to people, the envelope to callers of the API. Never a bare fault."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relying_party_demo import challenge, gate, pages
from relying_party_demo.api_caller import TokenRefusedError, TwoCredentialsError
from relying_party_demo.api_models import Failure, Message
from relying_party_demo.appointments import Refusal
from relying_party_demo.booking import BookingRefusedError, TooManySearchesError
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import (
    ForeignIssuerError,
    ForgedFormError,
    LoginNeededError,
    StepUpNeededError,
    Visitor,
    the_language,
    the_services,
    the_visitor,
)
from relying_party_demo.texts import Catalogue

log = logging.getLogger("relying_party_demo")

DONE, LOGIN_NEEDED, TOO_MANY_SEARCHES = "GNL1009", "LGN1004", "RNDS1000"
"""Codes of the real service (domain.md §5.1). Those that start with ORN are ours."""

INVALID_INPUT, FORGED, NOT_FOUND, NOT_ALLOWED, FAULT = "ORN1001", "ORN1002", "ORN1003", "ORN1004", "ORN9001"
STEP_UP_NEEDED, TOKEN_REFUSED, UNAVAILABLE, FOREIGN_ISSUER = "ORN1005", "ORN1006", "ORN1007", "ORN1008"
REFUSAL_CODES = {refusal: f"ORN{number}" for number, refusal in enumerate(Refusal, start=2001)}
RETRY_AFTER = 10
"""Seconds to wait for a provider that cannot be reached."""
_NOT_THERE = {Refusal.NOT_FOUND, Refusal.SLOT_NOT_OFFERED}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong: its status, its code for the API, and where the catalogue has its words."""

    status: int
    code: str
    text_key: str


_PROBLEMS: Mapping[type[Exception], Problem] = {
    LoginNeededError: Problem(401, LOGIN_NEEDED, "problem.login_needed"),
    StepUpNeededError: Problem(401, STEP_UP_NEEDED, "problem.step_up_needed"),
    TokenRefusedError: Problem(401, TOKEN_REFUSED, "problem.token_refused"),
    TwoCredentialsError: Problem(400, INVALID_INPUT, "problem.invalid_input"),
    ForeignIssuerError: Problem(400, FOREIGN_ISSUER, "problem.foreign_issuer"),
    ForgedFormError: Problem(403, FORGED, "problem.forged"),
    RequestValidationError: Problem(422, INVALID_INPUT, "problem.invalid_input"),
    TooManySearchesError: Problem(429, TOO_MANY_SEARCHES, "problem.too_many_searches"),
    ProviderUnavailableError: Problem(503, UNAVAILABLE, "problem.unavailable"),
}


def problem_of(error: Exception) -> Problem:
    match error:
        case BookingRefusedError(refusal=refusal):
            status = 404 if refusal in _NOT_THERE else 409
            return Problem(status, REFUSAL_CODES[refusal], f"refusal.{refusal}")
        case HTTPException(status_code=404):
            return Problem(404, NOT_FOUND, "problem.not_found")
        case HTTPException(status_code=405):
            return Problem(405, NOT_ALLOWED, "problem.not_allowed")
        case HTTPException(status_code=status):
            return Problem(status, INVALID_INPUT, "problem.invalid_input")
        case _:
            return _PROBLEMS.get(type(error), Problem(500, FAULT, "problem.fault"))


def failure(problem: Problem, texts: Catalogue) -> Failure:
    remark = Message(kodu=problem.code, mesaj=texts(problem.text_key))
    return Failure(lang="en" if texts.language == "en" else "tr", success=False, errors=[remark])


def answer(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in `error`."""
    problem = problem_of(error)
    if problem.status == 500:
        log.error("fault [%s]: %s", request.state.reference, type(error).__name__)
    if request.url.path.startswith("/api/"):
        return _answer_in_json(request, error, problem)
    if isinstance(error, LoginNeededError):
        return _send_to_login(request)
    services = the_services(request)
    if problem.status == 500:  # whatever broke may break again: look nothing up
        visitor = Visitor(the_language(request, services), "", is_new_browser=False, session=None)
    else:
        visitor = the_visitor(request, services)
    page = pages.render(request, services, visitor, "problem.html", status=problem.status, problem=problem)
    if isinstance(error, HTTPException) and error.headers:
        page.headers.update(error.headers)
    return page


def _answer_in_json(request: Request, error: Exception, problem: Problem) -> Response:
    services = the_services(request)
    response = JSONResponse(failure(problem, the_language(request, services)).model_dump(), status_code=problem.status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    if (told := _challenge_of(error, services.settings.resource_metadata)) is not None:
        response.headers["WWW-Authenticate"] = told
    match error:
        case TooManySearchesError():
            response.headers["Retry-After"] = str(error.wait)
        case ProviderUnavailableError():
            log.warning("provider unavailable [%s]: %s", request.state.reference, error)
            response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _challenge_of(error: Exception, metadata: str) -> str | None:
    match error:
        case StepUpNeededError(refused=refused) | LoginNeededError(turned_away=gate.Refused() as refused):
            return challenge.login_refused(refused, metadata)
        case LoginNeededError():
            return challenge.nothing_sent(metadata)
        case TokenRefusedError():
            return challenge.token_refused(metadata)
        case TwoCredentialsError():
            return challenge.two_credentials(metadata)
        case _:
            return None


def _send_to_login(request: Request) -> Response:
    wanted = str(request.url.replace(scheme="", netloc="")) if request.method == "GET" else "/randevularim"
    return pages.see_other(f"/?{pages.login_query(wanted)}")


def register(app: FastAPI) -> None:
    for kind in (*_PROBLEMS, BookingRefusedError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)
