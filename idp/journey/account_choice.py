"""`prompt=select_account`: go on as the citizen of this browser's session, or as somebody else."""

from dataclasses import replace

from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy.journey import Step


def choose_account(world: World, *, login_id: str, browser_hash: str, same: bool) -> Standing:
    """Somebody else starts with nothing proved. Raises LoginNotFound, LoginExpired, LoginMovedOn."""
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.ACCOUNT)
        login = replace(standing.login, account_chosen=True)
        if not same:
            login = replace(login, citizen_id=None, session_id=None, evidence=(), method=None)
        return stand(world, uow, save(uow, login))
