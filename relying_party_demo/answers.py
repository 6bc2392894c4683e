"""How anything that goes wrong is told: a page to people, the envelope to callers of the API. Never a bare fault."""

import logging
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relying_party_demo import gate, pages
from relying_party_demo.api_models import Failure, Message
from relying_party_demo.appointments import Refusal
from relying_party_demo.booking import BookingRefusedError, TooManySearchesError
from relying_party_demo.challenge import challenge
from relying_party_demo.services import (
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
STEP_UP_NEEDED = "ORN1005"
REFUSAL_CODES = {refusal: f"ORN{number}" for number, refusal in enumerate(Refusal, start=2001)}
_NOT_THERE = {Refusal.NOT_FOUND, Refusal.SLOT_NOT_OFFERED}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong: its status, its code for the API, and where the catalogue has its words."""

    status: int
    code: str
    text_key: str


def problem_of(error: Exception) -> Problem:
    match error:
        case LoginNeededError():
            return Problem(401, LOGIN_NEEDED, "problem.login_needed")
        case StepUpNeededError():
            return Problem(401, STEP_UP_NEEDED, "problem.step_up_needed")
        case ForgedFormError():
            return Problem(403, FORGED, "problem.forged")
        case TooManySearchesError():
            return Problem(429, TOO_MANY_SEARCHES, "problem.too_many_searches")
        case BookingRefusedError(refusal=refusal):
            status = 404 if refusal in _NOT_THERE else 409
            return Problem(status, REFUSAL_CODES[refusal], f"refusal.{refusal}")
        case RequestValidationError():
            return Problem(422, INVALID_INPUT, "problem.invalid_input")
        case HTTPException(status_code=404):
            return Problem(404, NOT_FOUND, "problem.not_found")
        case HTTPException(status_code=405):
            return Problem(405, NOT_ALLOWED, "problem.not_allowed")
        case HTTPException(status_code=status):
            return Problem(status, INVALID_INPUT, "problem.invalid_input")
        case _:
            return Problem(500, FAULT, "problem.fault")


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
    body = failure(problem, the_language(request, the_services(request)))
    response = JSONResponse(body.model_dump(), status_code=problem.status)
    match error:
        case TooManySearchesError():
            response.headers["Retry-After"] = str(error.wait)
        case HTTPException() if error.headers:
            response.headers.update(error.headers)
        case StepUpNeededError(refused=refused) | LoginNeededError(turned_away=gate.Refused() as refused):
            response.headers["WWW-Authenticate"] = challenge(refused)
    return response


def _send_to_login(request: Request) -> Response:
    wanted = str(request.url.replace(scheme="", netloc="")) if request.method == "GET" else "/randevularim"
    return pages.see_other(f"/?{pages.login_query(wanted)}")


def register(app: FastAPI) -> None:
    for kind in (
        LoginNeededError,
        StepUpNeededError,
        ForgedFormError,
        TooManySearchesError,
        BookingRefusedError,
        RequestValidationError,
        HTTPException,
        Exception,
    ):
        app.add_exception_handler(kind, answer)
