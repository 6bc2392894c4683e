"""The citizen's own pages, under `/hesabim`. Whoever is not proved enough is sent to log in, and comes back."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event
from idp.domain.errors import ProofRequired
from idp.journey import begin, security_settings, sessions
from idp.journey.security_settings import Visitor
from idp.web import account_views, csrf
from idp.web.conclusion import conclude
from idp.web.forms import posted, query_pairs
from idp.web.house import house, origin
from idp.web.i18n import Text
from idp.web.login import ForgedForm
from idp.web.presentation import cookies, language, page, see_other
from idp.web.views import FieldError, LoggedOutPage, Notice, Page, SwitchOffPage

HOME = "/hesabim"
SECURITY = f"{HOME}/guvenlik"
TWO_STEP = f"{HOME}/iki-asamali-giris"
PASSWORD = f"{HOME}/sifre"
SESSIONS = f"{HOME}/oturumlar"
HISTORY = f"{HOME}/giris-gecmisi"

_DONE = "tamam"
_ENABLED, _DISABLED, _ENDED = "acildi", "kapandi", "sonlandi"
_NOTICES = {
    _ENABLED: Text(Notice.TWO_STEP_ON),
    _DISABLED: Text(Notice.TWO_STEP_OFF),
    _ENDED: Text(Notice.SESSION_ENDED),
}

router = APIRouter(tags=["account pages"], include_in_schema=False)
Fields = Annotated[Mapping[str, str], Depends(posted)]


class LogInFirst(Exception):
    """The page needs a login, or a fresher one. `path` is where to come back to."""

    def __init__(self, path: str, *, fresh: bool) -> None:
        super().__init__(path)
        self.path = path
        self.fresh = fresh


def _visitor(request: Request, path: str, *, fresh: bool) -> Visitor:
    home = house(request)
    with home.store.begin() as uow:
        try:
            found = security_settings.visitor(home.world, uow, cookies(request).session(request), fresh=fresh)
        except ProofRequired as error:
            raise LogInFirst(path, fresh=fresh) from error
        sessions.touch(home.world, uow, found.session)
    return found


def seen(request: Request) -> Visitor:
    """Who may look at the page."""
    return _visitor(request, request.url.path, fresh=False)


def proved(request: Request) -> Visitor:
    """Who may open a page that changes security settings: proofs at most five minutes old."""
    return _visitor(request, request.url.path, fresh=True)


def acting(request: Request, fields: Fields) -> Visitor:
    """Who sent a form from a page of ours, with proofs at most five minutes old."""
    home, handle = house(request), cookies(request).session(request)
    if not csrf.is_ours(request, home.world.secrets, handle, fields.get(csrf.FIELD, ""), home.issuer):
        with home.store.begin() as uow:
            uow.audit.append(
                AuditRow(at=home.world.clock.now(), event=Event.REQUEST_FORGED, ok=False, origin=origin(request))
            )
        raise ForgedForm(request.url.path)
    return _visitor(request, request.url.path, fresh=True)


Seen = Annotated[Visitor, Depends(seen)]
Proved = Annotated[Visitor, Depends(proved)]
Acting = Annotated[Visitor, Depends(acting)]


def log_in(request: Request, path: str, *, fresh: bool) -> Response:
    """Begin a login that ends at `path`, one of our own pages."""
    home, binding = house(request), house(request).world.secrets.token()
    with home.store.begin() as uow:
        standing = begin.begin_visit(
            home.world,
            uow,
            path=path,
            fresh=fresh,
            session=sessions.current(home.world, uow, cookies(request).session(request)),
            browser_hash=sha256_hex(binding),
            origin=origin(request),
        )
        concluded = conclude(request, uow, standing)
    response = concluded.response(request)
    if concluded.finished is None:
        cookies(request).set_login(request, response, concluded.login.id, binding)
    return response


@router.get(HOME)
def home_page(request: Request, visitor: Seen) -> Response:
    with house(request).store.read() as uow:
        view = account_views.home(uow, visitor, house(request).world.clock.now())
    return _page(request, visitor, view)


@router.get(SECURITY)
def security_page(request: Request) -> Response:
    return see_other(TWO_STEP)


@router.get(TWO_STEP)
def two_step_page(request: Request, visitor: Proved) -> Response:
    return _page(request, visitor, _two_step(request, visitor))


@router.post(TWO_STEP)
def change_two_step(request: Request, visitor: Acting, fields: Fields) -> Response:
    """Switching on goes through a login of its own; switching off is asked once more."""
    wanted = fields.get("two_step")
    accepted = bool(fields.get("accept_terms"))
    if wanted == "on" and not visitor.citizen.two_step:
        problem = account_views.cannot_enable(visitor.citizen, accepted=accepted)
        if problem is None:
            return _enable(request, visitor)
        return _page(
            request,
            visitor,
            _two_step(request, visitor, chosen=True, accepted=accepted, errors=(problem,)),
            status=422,
        )
    if wanted == "off" and visitor.citizen.two_step:
        return _page(request, visitor, SwitchOffPage(submit=f"{TWO_STEP}/kapat"))
    return see_other(TWO_STEP)


@router.post(f"{TWO_STEP}/kapat")
def switch_off(request: Request, visitor: Acting, fields: Fields) -> Response:
    if fields.get("decision") == "off":
        security_settings.switch_two_step_off(house(request).world, visitor, language(request), origin(request))
        house(request).sent()
        return see_other(f"{TWO_STEP}?{_DONE}={_DISABLED}")
    return see_other(TWO_STEP)


@router.get(f"{TWO_STEP}/kapat")
def switch_off_again(request: Request) -> Response:
    """Where a forged or outdated form of the question leads back to."""
    return see_other(TWO_STEP)


@router.get(PASSWORD)
def password_page(request: Request, visitor: Proved) -> Response:
    return _page(request, visitor, account_views.password(house(request).password_policy, visitor, PASSWORD))


@router.post(PASSWORD)
def change_password(request: Request, visitor: Acting, fields: Fields) -> Response:
    home = house(request)
    found = security_settings.change_password(
        home.world,
        visitor,
        new=fields.get("new_password", ""),
        repeat=fields.get("new_password_repeat", ""),
        policy=home.password_policy,
        lang=language(request),
        origin=origin(request),
    )
    home.sent()
    errors = tuple(account_views.problem_of(fault, home.password_policy) for fault in found)
    notice = None if errors else Text(Notice.PASSWORD_CHANGED)
    view = account_views.password(home.password_policy, visitor, PASSWORD, errors=errors, notice=notice)
    return _page(request, visitor, view, status=422 if errors else 200)


@router.get(SESSIONS)
def sessions_page(request: Request, visitor: Proved) -> Response:
    return _page(request, visitor, _sessions(request, visitor))


@router.post(f"{SESSIONS}/kapat")
def end_session(request: Request, visitor: Acting, fields: Fields) -> Response:
    """End one session of one's own; a foreign id ends nothing (E01)."""
    home = house(request)
    with home.store.begin() as uow:
        ended = sessions.end(
            home.world, uow, visitor.session, fields.get("session_id", ""), origin(request), reason="ended_by_citizen"
        )
    return see_other(f"{SESSIONS}?{_DONE}={_ENDED}" if ended else SESSIONS)


@router.post(f"{SESSIONS}/hepsini-kapat")
def end_all_sessions(request: Request, visitor: Acting) -> Response:
    home = house(request)
    security_settings.end_other_sessions(home.world, visitor, origin(request))
    with home.store.begin() as uow:
        sessions.log_out(home.world, uow, visitor.session, origin(request))
    response = page(request, LoggedOutPage(others_may_remain=True))
    cookies(request).drop_session(response)
    return response


@router.get(f"{SESSIONS}/kapat")
@router.get(f"{SESSIONS}/hepsini-kapat")
def sessions_again(request: Request) -> Response:
    return see_other(SESSIONS)


@router.get(HISTORY)
def history_page(request: Request, visitor: Proved) -> Response:
    with house(request).store.read() as uow:
        view = account_views.history(uow, visitor)
    return _page(request, visitor, view)


def _enable(request: Request, visitor: Visitor) -> Response:
    home, binding = house(request), house(request).world.secrets.token()
    with home.store.begin() as uow:
        standing = begin.begin_enabling(
            home.world,
            uow,
            path=f"{TWO_STEP}?{_DONE}={_ENABLED}",
            session=visitor.session,
            browser_hash=sha256_hex(binding),
            lang=language(request),
            origin=origin(request),
        )
        concluded = conclude(request, uow, standing)
    home.sent()
    response = concluded.response(request)
    cookies(request).set_login(request, response, concluded.login.id, binding)
    return response


def _two_step(
    request: Request,
    visitor: Visitor,
    *,
    chosen: bool | None = None,
    accepted: bool = False,
    errors: tuple[FieldError, ...] = (),
) -> Page:
    number = visitor.citizen.phone_number
    return account_views.two_step(
        visitor.citizen,
        submit=TWO_STEP,
        chosen=chosen,
        accepted=accepted,
        phone_url=house(request).phone_url(number.value if number is not None else None),
        errors=errors,
        notice=None if errors else _notice(request),
    )


def _notice(request: Request) -> Text | None:
    """What was done just before, as the address says after a redirect: words only, no state hangs on it."""
    return _NOTICES.get(dict(query_pairs(request)).get(_DONE, ""))


def _sessions(request: Request, visitor: Visitor) -> Page:
    with house(request).store.read() as uow:
        return account_views.sessions(
            uow,
            visitor,
            house(request).world.clock.now(),
            end=f"{SESSIONS}/kapat",
            end_all=f"{SESSIONS}/hepsini-kapat",
            notice=_notice(request),
        )


def _page(request: Request, visitor: Visitor, view: Page, status: int = 200) -> Response:
    handle = cookies(request).session(request) or ""
    return page(request, view, binding=handle, status=status, citizen_name=visitor.citizen.name)
