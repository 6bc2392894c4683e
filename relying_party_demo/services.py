"""What the routes work with, put together once by `app`, and what they ask first: who is this visitor?"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from relying_party_demo import gate, sessions
from relying_party_demo.booking import Booking
from relying_party_demo.clock import Clock
from relying_party_demo.cookies import CookieJar
from relying_party_demo.directory import Directory
from relying_party_demo.oidc import CodeFlow
from relying_party_demo.provider import Provider
from relying_party_demo.sessions import Session
from relying_party_demo.settings import Settings
from relying_party_demo.store import Store
from relying_party_demo.texts import Catalogue, choose_language

MAX_BODY_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the running application."""

    settings: Settings
    clock: Clock
    store: Store
    provider: Provider
    code_flow: CodeFlow
    directory: Directory
    booking: Booking
    catalogues: Mapping[str, Catalogue]
    cookies: CookieJar


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, for the length of one request. `session` is there only if it passes the gate now.

    `turned_away` is what the gate said to a session that it no longer lets in. `is_signed_out_elsewhere`: the provider
    ended the session whose cookie came with this request.
    """

    texts: Catalogue
    browser: str
    is_new_browser: bool
    session: Session | None
    turned_away: gate.Refused | None = None
    is_signed_out_elsewhere: bool = False


class LoginNeededError(Exception):
    """The page is for citizens who logged in. `turned_away` is what the gate said to a login that is there."""

    def __init__(self, turned_away: gate.Refused | None) -> None:
        super().__init__()
        self.turned_away = turned_away


class StepUpNeededError(Exception):
    """Who logged in may do much, but this wants a stronger or fresher login; `refused` says which."""

    def __init__(self, refused: gate.Refused) -> None:
        super().__init__()
        self.refused = refused


class ForeignIssuerError(Exception):
    """A login was asked for in the name of a provider that is not ours."""


class ForgedFormError(Exception):
    """The form is too old, or no page of ours sent it."""


def the_services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


House = Annotated[Services, Depends(the_services)]


def the_language(request: Request, services: Services) -> Catalogue:
    language = choose_language(
        request.query_params.get("dil"),
        services.cookies.read(request, "language"),
        request.headers.get("accept-language", ""),
    )
    return services.catalogues[language]


def the_visitor(request: Request, services: House) -> Visitor:
    browser = services.cookies.read(request, "browser")
    session = live_session(request, services)
    is_signed_out_elsewhere = session is None and _was_ended_by_provider(request, services)
    turned_away = None
    if session is not None:
        verdict = gate.admit(session.claims, services.settings.for_entry, services.clock.now())
        if isinstance(verdict, gate.Refused):
            session, turned_away = None, verdict
    return Visitor(
        texts=the_language(request, services),
        browser=browser or secrets.token_urlsafe(32),
        is_new_browser=browser is None,
        session=session,
        turned_away=turned_away,
        is_signed_out_elsewhere=is_signed_out_elsewhere,
    )


def live_session(request: Request, services: Services) -> Session | None:
    """The session of the request's cookie, which the gate has yet to judge; None when there is none, or it is over."""
    session_id = services.cookies.read(request, "session")
    if session_id is None:
        return None
    settings = services.settings
    with services.store.transaction() as connection:
        return sessions.touch_session(
            connection,
            session_id,
            now=services.clock.now(),
            idle=settings.session_idle,
            total=settings.session_total,
        )


def _was_ended_by_provider(request: Request, services: Services) -> bool:
    session_id = services.cookies.read(request, "session")
    if session_id is None:
        return False
    with services.store.transaction() as connection:
        return sessions.was_ended_by_provider(connection, session_id)


Caller = Annotated[Visitor, Depends(the_visitor)]


def the_session(visitor: Caller) -> Session:
    if visitor.session is None:
        raise LoginNeededError(visitor.turned_away)
    return visitor.session


Citizen = Annotated[Session, Depends(the_session)]


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form post. A repeated field is a 400: it is unclear which one is meant."""
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError as error:
        raise HTTPException(400) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise HTTPException(400)
    return fields


Form = Annotated[dict[str, str], Depends(read_form)]
