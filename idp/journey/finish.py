"""The end of a login: once, a session is started or stepped up, and a Subject is handed on."""

from dataclasses import dataclass, replace

from idp.domain.audit import Event, Origin
from idp.domain.citizen import Citizen
from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Assurance, Evidence, Method, Proof
from idp.domain.grant import Subject
from idp.domain.level import Level
from idp.domain.login import Login, LoginState
from idp.domain.session import Session
from idp.journey import notices, records
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, save, stand
from idp.journey.world import World
from idp.policy import assurance, throttle
from idp.policy.journey import Step
from idp.policy.session import TOTAL_SECONDS, is_live


@dataclass(frozen=True, slots=True)
class Finished:
    """`handle` and `device` are the new values of the session and the known-device cookie.

    `handle` is None where the session goes on with nothing added to it, so that tabs that finish at the same time
    do not take it from each other.
    """

    login: Login
    subject: Subject
    handle: str | None
    device: str


class Overtaken(LoginMovedOn):
    """Something ended meanwhile that the login rests on: nothing was finished, and it stands elsewhere now."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(f"{standing.login.id} stands at {standing.step} by now")
        self.standing = standing


def finish(
    world: World,
    uow: UnitOfWork,
    standing: Standing,
    *,
    device: str | None,
    former: Session | None,
    lang: str,
    origin: Origin,
) -> Finished:
    """Finish the login that stands at FINISH, in the caller's transaction, so that code and session come together.

    `former` is the session of this browser's cookie, which ends when another citizen logged in. Raises LoginMovedOn
    when another request finished it first (Overtaken: when it stands elsewhere now), and ValueError when it does not
    stand at FINISH.
    """
    citizen, login = standing.citizen, standing.login
    if standing.step is not Step.FINISH or citizen is None:
        raise ValueError("only a login that stands at FINISH can be finished")
    now = standing.facts.now
    known = _known_device(world, uow, citizen, device)
    is_new_device = known is None and uow.devices.has_any(citizen.id)
    device = known or world.secrets.token()
    device_hash = world.secrets.mac("device", device)
    _clear_streaks(uow, citizen, login, device_hash)
    standing = _held(world, uow, standing, citizen)
    login = standing.login
    _note_method(uow, citizen, login)
    save(uow, replace(login, state=LoginState.FINISHED))
    uow.devices.remember(device_hash, citizen.id, now)
    handle = world.secrets.token()
    session = _session(world, uow, standing, citizen, former, handle, origin)
    subject = Subject(citizen.id, session.sid, session.id, _stated(standing))
    methods = " ".join(proof.method for proof in standing.facts.evidence)
    login_in_session = replace(login, session_id=session.id)
    records.write(uow, login_in_session, Event.LOGIN_FINISHED, at=now, origin=origin, method=methods)
    if is_new_device:
        notices.new_device(uow, citizen, lang, now)
    is_renewed = session.handle_hash == world.secrets.mac("session", handle)
    return Finished(login, subject, handle if is_renewed else None, device)


def _held(world: World, uow: UnitOfWork, standing: Standing, citizen: Citizen) -> Standing:
    """The same login, looked at again with the citizen's row locked (R-71).

    Whoever changes the password, takes a factor or a consent away, or ends sessions holds that row too: it is over by
    now and counts, or it comes after this login and ends what it gave. Raises Overtaken.
    """
    uow.citizens.hold(citizen.id)
    again = stand(world, uow, standing.login)
    if again.step is not Step.FINISH:
        raise Overtaken(again)
    return again


def _stated(standing: Standing) -> Assurance:
    """What the token says: the true level, or the highest listed one of an essential `acr` that it satisfies."""
    request, true = standing.login.request, standing.assurance
    reached = standing.facts.reached
    if request is None or reached is None:
        return true
    return replace(true, acr=assurance.reported_level(Level(reached), request.essential_levels).acr)


def _known_device(world: World, uow: UnitOfWork, citizen: Citizen, device: str | None) -> str | None:
    """The browser's device value if it is this citizen's already; any other gives way, so that none can be planted."""
    if device is not None and uow.devices.is_known(world.secrets.mac("device", device), citizen.id):
        return device
    return None


def _clear_streaks(uow: UnitOfWork, citizen: Citizen, login: Login, device_hash: str) -> None:
    """Full success clears the streaks of the factors it used, and no daily quota."""
    own = [proof for proof in login.evidence if proof.login_id == login.id]
    if any(proof.method is Method.PASSWORD for proof in own):
        number = citizen.national_id.value
        uow.throttles.clear(throttle.password_attempt(number))
        uow.throttles.clear(throttle.password_attempt_from_known_device(number, device_hash))
    used = {proof.method for proof in own if proof.method.is_second_factor}
    uow.throttles.clear(throttle.factor_streaks(citizen.id, *used))


def _note_method(uow: UnitOfWork, citizen: Citizen, login: Login) -> None:
    """The second step used last is offered first."""
    used = [proof for proof in login.evidence if proof.login_id == login.id and proof.method.is_second_factor]
    if used:
        uow.citizens.note_method(citizen.id, max(used, key=lambda proof: proof.proved_at).method)


def _session(
    world: World,
    uow: UnitOfWork,
    standing: Standing,
    citizen: Citizen,
    former: Session | None,
    handle: str,
    origin: Origin,
) -> Session:
    """This browser's session of the same citizen with this login's proofs added, under a new handle; or a new one."""
    now, login = standing.facts.now, standing.login
    own = tuple(proof for proof in login.evidence if proof.login_id == login.id)
    handle_hash = world.secrets.mac("session", handle)
    if former is not None and former.citizen_id == citizen.id and is_live(former, now):
        going_on = _renewed(uow, former, own, handle_hash, now) if own else _live(uow, former, now)
        if going_on is not None:
            if own:
                records.write(uow, login, Event.SESSION_STEPPED_UP, at=now, origin=origin)
            return going_on
        if len(own) < len(standing.facts.evidence):
            raise LoginMovedOn("the session that this login rests on ended meanwhile")
    elif former is not None and uow.sessions.end(former.id, former.citizen_id, now):
        other = replace(login, citizen_id=former.citizen_id, session_id=former.id)
        records.write(uow, other, Event.SESSION_ENDED, at=now, origin=origin, reason="another_citizen")
    session = Session(
        id=world.secrets.token(),
        handle_hash=handle_hash,
        sid=world.secrets.token(),
        citizen_id=citizen.id,
        evidence=_newest_of_each(standing.facts.evidence),
        created_at=now,
        last_seen_at=now,
        expires_at=now + TOTAL_SECONDS,
        ip=origin.ip,
        user_agent=origin.user_agent,
    )
    uow.sessions.insert(session)
    records.write(uow, replace(login, session_id=session.id), Event.SESSION_STARTED, at=now, origin=origin)
    return session


def _live(uow: UnitOfWork, former: Session, now: int) -> Session | None:
    """The session as it is now, if it still is. Who ends it meanwhile waits, and finds what this login is given."""
    present = uow.sessions.by_id(former.id) if uow.sessions.touch(former.id, now) else None
    return present if present is not None and is_live(present, now) else None


def _renewed(uow: UnitOfWork, former: Session, own: Evidence, handle_hash: str, now: int) -> Session | None:
    """The session as it is now, stepped up; None if it ended. Another tab may have given it a new handle meanwhile."""
    for present in (former, uow.sessions.by_id(former.id)):
        if present is None or not is_live(present, now):
            continue
        evidence = _newest_of_each(present.evidence + own)
        renewed = replace(present, evidence=evidence, handle_hash=handle_hash, last_seen_at=now)
        if uow.sessions.renew(renewed, present.handle_hash):
            return renewed
    return None


def _newest_of_each(evidence: Evidence) -> Evidence:
    newest: dict[Method, Proof] = {}
    for proof in evidence:
        held = newest.get(proof.method)
        if held is None or held.proved_at <= proof.proved_at:
            newest[proof.method] = proof
    return tuple(newest.values())
