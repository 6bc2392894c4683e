"""Where a login stands: the facts, loaded anew each time, and the step that follows from them."""

from dataclasses import dataclass, replace

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.errors import LoginExpired, LoginMovedOn, LoginNotFound
from idp.domain.evidence import Assurance, Method
from idp.domain.login import Login, PasswordRecovery
from idp.journey.pauses import is_disabled
from idp.journey.ports import UnitOfWork
from idp.journey.world import World
from idp.policy import assurance, second_step
from idp.policy.journey import Facts, Step, next_step
from idp.policy.session import is_live
from idp.policy.subject import subject_identifier


@dataclass(frozen=True, slots=True)
class Standing:
    """One login at one instant. `login.evidence` holds only proofs that still stand."""

    login: Login
    client: Client | None
    citizen: Citizen | None
    step: Step
    facts: Facts

    @property
    def assurance(self) -> Assurance:
        """What the counting evidence amounts to now. Raises ValueError without a password proof."""
        if self.citizen is None:
            raise ValueError("nobody has logged in")
        return assurance.assurance(self.facts.evidence, self.citizen.id)


def load(world: World, uow: UnitOfWork, login_id: str, browser_hash: str) -> Standing:
    """The standing of this browser's login. Raises LoginNotFound."""
    login = uow.logins.by_id(login_id, browser_hash)
    if login is None:
        raise LoginNotFound(login_id)
    return stand(world, uow, login)


def load_at(world: World, uow: UnitOfWork, login_id: str, browser_hash: str, *steps: Step) -> Standing:
    """The same, for a verb that belongs to certain steps. Raises LoginExpired, LoginMovedOn too."""
    standing = load(world, uow, login_id, browser_hash)
    if standing.step is Step.EXPIRED:
        raise LoginExpired(login_id)
    if standing.step not in steps:
        raise LoginMovedOn(f"{login_id} stands at {standing.step}")
    return standing


def stand(world: World, uow: UnitOfWork, login: Login) -> Standing:
    """Ask the table. Proofs of a session that ended, or of what the citizen no longer has, are dropped first."""
    now = world.clock.now()
    request = login.request
    client = uow.clients.by_id(request.client_id) if request is not None else None
    citizen = uow.citizens.by_id(login.citizen_id) if login.citizen_id is not None else None
    held = uow.authenticators.of_citizen(citizen.id) if citizen is not None else ()
    login = _without_fallen_proofs(uow, login, citizen, held, now)
    if request is not None and client is not None:
        login = replace(login, requirement=assurance.demanded_today(login.requirement, request, client))
    facts = Facts(
        login=login,
        client=client,
        citizen=citizen,
        is_hinted=_is_hinted(world, login, client, citizen),
        consented=(
            uow.consents.given(citizen.id, client.client_id)
            if citizen is not None and client is not None
            else frozenset()
        ),
        now=now,
        methods=_methods(uow, login, citizen, held, now) if citizen is not None else frozenset(),
        password_due=citizen is not None and world.passwords.is_due(citizen, now),
    )
    return Standing(login, client, citizen, next_step(facts), facts)


def save(uow: UnitOfWork, login: Login) -> Login:
    """Write the login, and answer it as it is stored now. Raises LoginMovedOn when another request changed it first."""
    if not uow.logins.save(login):
        raise LoginMovedOn(f"{login.id} changed after version {login.version}")
    return replace(login, version=login.version + 1)


def _without_fallen_proofs(
    uow: UnitOfWork, login: Login, citizen: Citizen | None, held: tuple[Authenticator, ...], now: int
) -> Login:
    session = uow.sessions.by_id(login.session_id) if login.session_id is not None else None
    session_lives = session is not None and is_live(session, now)
    evidence = assurance.standing(login.evidence, citizen, held) if citizen is not None else ()
    return replace(
        login,
        evidence=tuple(proof for proof in evidence if session_lives or proof.login_id == login.id),
        session_id=login.session_id if session_lives else None,
    )


def _methods(
    uow: UnitOfWork, login: Login, citizen: Citizen, held: tuple[Authenticator, ...], now: int
) -> frozenset[Method]:
    """All that the citizen has; in a recovery, what can follow the code from the phone.

    What only a recovery brings back cannot be asked for in one: identity takes its place (R-53, R-62).
    """
    found = second_step.active(citizen, held)
    if not isinstance(login.purpose, PasswordRecovery):
        return found
    return frozenset(method for method in found - {Method.SMS} if not is_disabled(uow, citizen.id, method, now))


def _is_hinted(world: World, login: Login, client: Client | None, citizen: Citizen | None) -> bool | None:
    request = login.request
    if request is None or not request.hinted_subjects or client is None or citizen is None:
        return None
    return subject_identifier(client, citizen.id, world.subject_salt) in request.hinted_subjects
