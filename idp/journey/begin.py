"""A login begins: what the relying party (or our own account page) needs, and what this browser already proved."""

from dataclasses import replace

from idp.domain.audit import Event, Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.level import Level
from idp.domain.login import AccountVisit, Enabling, Login, Requirement
from idp.domain.session import Session
from idp.journey import records
from idp.journey.asking import arrive
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, stand
from idp.journey.world import World
from idp.policy import assurance
from idp.policy.session import is_live
from idp.policy.subject import subject_identifier


def begin(
    world: World,
    uow: UnitOfWork,
    *,
    request: AuthorizationRequest,
    client: Client,
    session: Session | None,
    browser_hash: str,
    origin: Origin,
) -> Standing:
    """Open a login for a relying party. A live session of this browser is continued, unless the hint names another."""
    session = _continued(world, uow, session)
    if (
        session is not None
        and request.hinted_subjects
        and subject_identifier(client, session.citizen_id, world.subject_salt) not in request.hinted_subjects
    ):
        session = None
    login = _new(world, request, assurance.required(request, client), session, browser_hash)
    return _opened(world, uow, login, origin)


def begin_visit(
    world: World,
    uow: UnitOfWork,
    *,
    path: str,
    fresh: bool,
    level: Level = Level.PASSWORD,
    renew: bool = False,
    session: Session | None,
    browser_hash: str,
    origin: Origin,
) -> Standing:
    """Open a login that ends at one of our own account pages.

    `fresh`: no proof may be older than five minutes. `level`: the least that the page needs, whatever the account's is.
    `renew`: nothing proved before counts, so that another second factor can be chosen.
    """
    requirement = Requirement(level=level, max_age=assurance.FRESH_SECONDS if fresh else None, renew=renew)
    login = _new(world, AccountVisit(path), requirement, _continued(world, uow, session), browser_hash)
    return _opened(world, uow, login, origin)


def begin_enabling(
    world: World,
    uow: UnitOfWork,
    *,
    path: str,
    session: Session,
    browser_hash: str,
    lang: str,
    origin: Origin,
) -> Standing:
    """Switch two-step login on from the account page: the same steps as inside a relying party's login (J4).

    Called by a posted form after the terms were accepted, so the code is sent at once unless a fresh password is
    needed first.
    """
    requirement = Requirement(level=Level.TWO_STEP, max_age=assurance.FRESH_SECONDS)
    login = _new(world, AccountVisit(path), requirement, session, browser_hash)
    login = replace(login, enabling=Enabling.STARTED, expires_at=login.created_at + world.limits.enabling_seconds)
    return arrive(world, uow, _opened(world, uow, login, origin), lang, origin)


def _continued(world: World, uow: UnitOfWork, session: Session | None) -> Session | None:
    """The session, if it is live and its citizen may still log in; else the login begins with nobody."""
    if session is None or not is_live(session, world.clock.now()):
        return None
    citizen = uow.citizens.by_id(session.citizen_id)
    return session if citizen is not None and citizen.is_active else None


def _new(
    world: World,
    purpose: AuthorizationRequest | AccountVisit,
    requirement: Requirement,
    session: Session | None,
    browser_hash: str,
) -> Login:
    now = world.clock.now()
    login = Login(
        id=world.secrets.token(),
        browser_hash=browser_hash,
        purpose=purpose,
        requirement=requirement,
        created_at=now,
        expires_at=now + world.limits.login_seconds,
    )
    if session is None:
        return login
    return replace(login, citizen_id=session.citizen_id, session_id=session.id, evidence=session.evidence)


def _opened(world: World, uow: UnitOfWork, login: Login, origin: Origin) -> Standing:
    uow.logins.insert(login)
    records.write(uow, login, Event.LOGIN_BEGUN, at=login.created_at, origin=origin)
    return stand(world, uow, login)
