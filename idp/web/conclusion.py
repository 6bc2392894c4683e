"""Where a login goes from where it stands: to the page of its step, to its end, or to a page that says why not."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from idp.domain.audit import Event
from idp.domain.authorization_request import AuthorizationRequest, Prompt
from idp.domain.challenge import Verdict
from idp.domain.client import Client
from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, Login
from idp.journey import leave
from idp.journey.finish import Finished, Overtaken, finish
from idp.journey.sessions import current
from idp.journey.standing import Standing, load
from idp.policy.journey import Step, answer_without_pages
from idp.protocol.messages import ErrorPage as ProtocolErrorPage
from idp.protocol.messages import FormPost, Redirect
from idp.web import dead_ends
from idp.web.callback import send_back
from idp.web.documents import answered_in_thread
from idp.web.house import UnitOfWork, house, origin
from idp.web.presentation import cookies, language, see_other
from idp.web.views import ErrorKind

_VERDICTS = {Verdict.DENIED: ErrorKind.DENIED, Verdict.NOT_ME: ErrorKind.DISOWNED}
_REFUSALS = {
    Step.UNSATISFIABLE: "unmet_authentication_requirements",
    Step.WRONG_CITIZEN: "login_required",
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What to answer, decided inside the unit of work and turned into a response after its commit."""

    answer: Redirect | FormPost | ProtocolErrorPage | str | ErrorKind
    login: Login
    finished: Finished | None = None
    client: Client | None = None
    """Whose start page a dead end offers."""

    def response(self, request: Request) -> Response:
        if isinstance(self.answer, ErrorKind):
            return dead_ends.page_of(request, self.answer, client=self.client)
        if isinstance(self.answer, ProtocolErrorPage):
            return dead_ends.bad_request(request, self.answer)
        answer = self.answer
        response = see_other(answer) if isinstance(answer, str) else send_back(request, answer)
        jar = cookies(request)
        if self.finished is not None:
            if self.finished.handle is not None:
                jar.set_session(response, self.finished.handle)
            jar.set_device(response, self.finished.device)
        if self.finished is not None or not isinstance(answer, str):
            jar.drop_login(response, self.login.id)
        return response


def address(login_id: str, step: Step | None = None) -> str:
    return f"/login/{login_id}" if step is None else f"/login/{login_id}/{step}"


def go_on(request: Request, login_id: str, browser_hash: str) -> Response:
    """Ask where the login stands now, and go there. Raises LoginNotFound, LoginMovedOn."""
    home = house(request)
    concluded = answered_in_thread(
        request, lambda uow: conclude(request, uow, load(home.world, uow, login_id, browser_hash))
    )
    return concluded.response(request)


def conclude(request: Request, uow: UnitOfWork, standing: Standing) -> Conclusion:
    """Everything that a step can lead to, in the caller's transaction. Raises LoginMovedOn."""
    login, step = standing.login, standing.step
    asked = login.request
    if asked is not None and Prompt.NONE in asked.prompt and step is not Step.FINISH:
        return _refuse(request, uow, login, asked, answer_without_pages(step) or "server_error")
    if step is Step.FINISH:
        return _finish(request, uow, standing)
    if step.is_page:
        return Conclusion(address(login.id, step), login)
    if asked is not None and step in _REFUSALS:
        return _refuse(request, uow, login, asked, _REFUSALS[step])
    if step is Step.EXPIRED:
        return Conclusion(ErrorKind.EXPIRED, login, client=standing.client)
    if step is Step.OVER:
        return Conclusion(end_of(uow, login), login, client=standing.client)
    leave.end(house(request).world, uow, login, Event.LOGIN_REFUSED, origin(request), step)
    return Conclusion(ErrorKind.STOPPED, login)


def end_of(uow: UnitOfWork, login: Login) -> ErrorKind:
    """Why a login is over: finished or left elsewhere, or refused on a registered device."""
    approval = uow.challenges.current(login.id, Method.APP)
    verdict = approval.verdict if approval is not None else None
    return _VERDICTS.get(verdict, ErrorKind.MOVED_ON) if verdict is not None else ErrorKind.MOVED_ON


def _finish(request: Request, uow: UnitOfWork, standing: Standing) -> Conclusion:
    home, jar = house(request), cookies(request)
    login, client = standing.login, standing.client
    if client is not None:
        # As it is by now, and stays until the grant is there for whoever changes or removes it. Before any other
        # row: they hold the client first, and then what it was granted (ADR 0010).
        client = uow.clients.share(client.client_id) or replace(client, disabled=True)
    try:
        finished = finish(
            home.world,
            uow,
            standing,
            device=jar.device(request),
            former=current(home.world, uow, jar.session(request)),
            lang=language(request),
            origin=origin(request),
        )
    except Overtaken as overtaken:
        return conclude(request, uow, overtaken.standing)
    if isinstance(login.purpose, AccountVisit):
        return Conclusion(login.purpose.path, login, finished)
    if client is None or login.request is None:
        raise ValueError("a login for a relying party stands at FINISH only with its client")
    answer = home.provider.respond(uow, login.request, client, finished.subject, origin(request), login_id=login.id)
    return Conclusion(answer, login, finished)


def _refuse(request: Request, uow: UnitOfWork, login: Login, asked: AuthorizationRequest, error: str) -> Conclusion:
    home = house(request)
    leave.end(home.world, uow, login, Event.LOGIN_REFUSED, origin(request), error)
    return Conclusion(home.provider.refuse(asked, error), login)
