"""Who may see an account page, open one that changes security settings, or send its form."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.errors import ProofRequired
from idp.domain.level import Level
from idp.journey import begin, security_settings, sessions
from idp.journey.security_settings import Visitor
from idp.web.account.addresses import END_ALL
from idp.web.conclusion import conclude
from idp.web.forged import require_ours
from idp.web.forms import posted, query_pairs
from idp.web.house import House, house, origin
from idp.web.i18n import Text
from idp.web.presentation import cookies, page
from idp.web.views import Notice, Page

Fields = Annotated[Mapping[str, str], Depends(posted)]

DONE = "tamam"
_NOTICES: dict[str, str] = {
    "acildi": Notice.TWO_STEP_ON,
    "kapandi": Notice.TWO_STEP_OFF,
    "sonlandi": Notice.SESSION_ENDED,
    "digerleri": "sessions.notice.others_ended",
    "eklendi": Notice.METHOD_ADDED,
    "kodlar": Notice.CODES_MADE,
    "kaldirildi": Notice.METHOD_REMOVED,
    "tercih": Notice.METHOD_PREFERRED,
    "adlandirildi": Notice.DEVICE_RENAMED,
    "telefon": Notice.PHONE_CHANGED,
    "geri-alindi": Notice.CONSENT_REVOKED,
    "ben-degildim": Notice.NOT_ME_DONE,
}
_ADDED = frozenset({"eklendi", "kodlar"})


class LogInFirst(Exception):
    """The page needs a login, or a fresher or stronger one. `path` is where to come back to."""

    def __init__(self, path: str, *, fresh: bool, level: Level = Level.PASSWORD) -> None:
        super().__init__(path)
        self.path = path
        self.fresh = fresh
        self.level = level


def _visitor(request: Request, *, fresh: bool, level: Level = Level.PASSWORD) -> Visitor:
    home, path = house(request), _way_back(request)
    with home.store.begin() as uow:
        try:
            handle = cookies(request).session(request)
            found = security_settings.visitor(home.world, uow, handle, fresh=fresh, level=level)
        except ProofRequired as error:
            raise LogInFirst(path, fresh=fresh, level=level) from error
        sessions.touch(home.world, uow, found.session)
    return found


def _way_back(request: Request) -> str:
    """This page, still saying what was done just before: removing a factor may take the proof for its own page away."""
    what = _done_before(request)
    return done(request.url.path, what) if what in _NOTICES else request.url.path


def seen(request: Request) -> Visitor:
    """Who may look at the page."""
    return _visitor(request, fresh=False)


def proved(request: Request) -> Visitor:
    """Who may open a page that changes security settings: proofs at most five minutes old."""
    return _visitor(request, fresh=True)


def proved_twice(request: Request) -> Visitor:
    """Who may open a page that registers a factor: fresh proofs of two steps, whatever the account's own level is."""
    return _visitor(request, fresh=True, level=Level.TWO_STEP)


def in_session(request: Request) -> Visitor:
    """Whose session it is, though its proofs may have fallen: for a page that says what was just done in it."""
    home = house(request)
    with home.store.read() as uow:
        try:
            return security_settings.whoever(home.world, uow, cookies(request).session(request))
        except ProofRequired as error:
            raise LogInFirst(_way_back(request), fresh=True) from error


def sending_in_session(request: Request, fields: Fields) -> Visitor:
    """The same, with a form from a page of ours."""
    require_ours(request, cookies(request).session(request), fields, retry=request.url.path)
    return in_session(request)


def acting(request: Request, fields: Fields) -> Visitor:
    """Who sent a form from a page of ours, with proofs at most five minutes old."""
    require_ours(request, cookies(request).session(request), fields, retry=request.url.path)
    return proved(request)


def acting_twice(request: Request, fields: Fields) -> Visitor:
    """Who sent a form that registers a factor."""
    require_ours(request, cookies(request).session(request), fields, retry=request.url.path)
    return proved_twice(request)


Seen = Annotated[Visitor, Depends(seen)]
InSession = Annotated[Visitor, Depends(in_session)]
SendingInSession = Annotated[Visitor, Depends(sending_in_session)]
Proved = Annotated[Visitor, Depends(proved)]
ProvedTwice = Annotated[Visitor, Depends(proved_twice)]
Acting = Annotated[Visitor, Depends(acting)]
ActingTwice = Annotated[Visitor, Depends(acting_twice)]


def log_in(request: Request, first: LogInFirst) -> Response:
    """Begin a login that ends at `first.path`, one of our own pages."""
    home, binding = house(request), house(request).world.secrets.token()
    with home.store.begin() as uow:
        standing = begin.begin_visit(
            home.world,
            uow,
            path=first.path,
            fresh=first.fresh,
            level=first.level,
            session=sessions.current(home.world, uow, cookies(request).session(request)),
            browser_hash=sha256_hex(binding),
            origin=origin(request),
        )
        concluded = conclude(request, uow, standing)
    response = concluded.response(request)
    if concluded.finished is None:
        cookies(request).set_login(request, response, concluded.login.id, binding)
    return response


def done(path: str, what: str) -> str:
    """The address of a page that then says what was done: words only, no state hangs on it."""
    return f"{path}?{DONE}={what}"


def notice(request: Request) -> Text | None:
    """What was done just before, as the address says after a redirect."""
    words = _NOTICES.get(_done_before(request))
    return None if words is None else Text(words)


def _done_before(request: Request) -> str:
    return dict(query_pairs(request)).get(DONE, "")


def show(request: Request, visitor: Visitor, view: Page, status: int = 200) -> Response:
    """The page. Where it says that a second step was added, it offers to end the other sessions (R-61)."""
    handle, home = cookies(request).session(request) or "", house(request)
    offers = view.notice is not None and _done_before(request) in _ADDED and _is_elsewhere(home, visitor)
    return page(
        request,
        view,
        binding=handle,
        status=status,
        citizen_name=visitor.citizen.name,
        end_others=END_ALL if offers else None,
    )


def _is_elsewhere(home: House, visitor: Visitor) -> bool:
    with home.store.read() as uow:
        live = uow.sessions.of_citizen(visitor.citizen.id, home.world.clock.now())
    return any(session.id != visitor.session.id for session in live)
