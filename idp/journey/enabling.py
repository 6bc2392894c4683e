"""Switching two-step login on, inside the login that needs it (journey J4) or from the account page."""

from dataclasses import replace
from typing import Literal

from idp.domain.audit import Origin
from idp.domain.login import Enabling
from idp.journey.asking import arrive
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy.assurance import FRESH_SECONDS
from idp.policy.journey import Step

EnablingFault = Literal["terms", "phone"]


def start_enabling(
    world: World, *, login_id: str, browser_hash: str, accepted_terms: bool, lang: str, origin: Origin
) -> Standing | EnablingFault:
    """Accept the offer: a code goes to the verified phone, and the login lives long enough for the detour.

    A password proof older than five minutes does not count for this; the table then asks for the password first.
    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.TWO_STEP_OFF)
        if standing.citizen is None or standing.citizen.verified_phone is None:
            return "phone"
        if not accepted_terms:
            return "terms"
        login = standing.login
        limit = login.requirement.max_age
        login = replace(
            login,
            enabling=Enabling.STARTED,
            expires_at=max(login.expires_at, now + world.limits.enabling_seconds),
            requirement=replace(
                login.requirement, max_age=FRESH_SECONDS if limit is None else min(limit, FRESH_SECONDS)
            ),
        )
        begun = stand(world, uow, save(uow, login))
        return arrive(world, uow, begun, lang, origin)


def acknowledge(world: World, *, login_id: str, browser_hash: str) -> Standing:
    """The citizen read that two-step login is on, and goes on. Raises LoginNotFound, LoginExpired, LoginMovedOn."""
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.TWO_STEP_ON)
        return stand(world, uow, save(uow, replace(standing.login, enabling=Enabling.NO)))
