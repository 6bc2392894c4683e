"""Leaving a login without finishing it. Nothing proved in it outlives it."""

from dataclasses import replace

from idp.domain.audit import Event, Origin
from idp.domain.login import Login, LoginState
from idp.journey import records
from idp.journey.ports import UnitOfWork
from idp.journey.standing import load_at, save
from idp.journey.world import World
from idp.policy.journey import Step

_PAGES = tuple(step for step in Step if step.is_page)
_UNABLE = frozenset({Step.TWO_STEP_OFF, Step.PASSKEY_NEEDED, Step.ENABLING})


def cancel(world: World, *, login_id: str, browser_hash: str, origin: Origin) -> tuple[Login, str]:
    """End the login on the citizen's wish: the ended login, and the error its relying party is told.

    Declining to switch two-step login on is `unmet_authentication_requirements`, anything else `access_denied`.
    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, *_PAGES)
        error = "unmet_authentication_requirements" if standing.step in _UNABLE else "access_denied"
        end(world, uow, standing.login, Event.LOGIN_CANCELLED, origin, error)
        return standing.login, error


def end(world: World, uow: UnitOfWork, login: Login, event: Event, origin: Origin, reason: str) -> None:
    """End a login that cannot, or shall not, go on. Raises LoginMovedOn."""
    uow.challenges.end_all(login.id)
    save(uow, replace(login, state=LoginState.ENDED, evidence=()))
    records.write(uow, login, event, at=world.clock.now(), origin=origin, ok=False, reason=reason)
