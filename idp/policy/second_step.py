"""Which second factors a citizen can be asked for, and in which order."""

from collections.abc import Iterable

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.policy import assurance

ORDER = (Method.APP, Method.SMS, Method.PASSKEY, Method.TOTP, Method.BACKUP_CODE)
"""As listed where the citizen has neither preferred nor used one."""


def active(citizen: Citizen, held: Iterable[Authenticator]) -> frozenset[Method]:
    """The second factors that this citizen has: the verified phone, and what was registered and is not used up."""
    methods = {one.method for one in held if one.is_usable}
    if citizen.verified_phone is not None:
        methods.add(Method.SMS)
    return frozenset(methods)


def offered(citizen: Citizen, methods: frozenset[Method], least: Level) -> tuple[Method, ...]:
    """Those that reach `least` together with the password: the preferred one first, then the last used, then the rest.

    A backup code is for the day the others are lost, so it never comes first for having been used last.
    """
    usable = [method for method in ORDER if method in methods and assurance.level_with(method) >= least]
    last = None if citizen.last_method is Method.BACKUP_CODE else citizen.last_method
    return tuple(sorted(usable, key=lambda method: (method is not citizen.preferred_method, method is not last)))


def default(citizen: Citizen, offered: tuple[Method, ...]) -> Method | None:
    """The one to begin with, without asking; None where the citizen has to choose."""
    if len(offered) == 1:
        return offered[0]
    known = {citizen.preferred_method, citizen.last_method} - {None, Method.BACKUP_CODE}
    return next((method for method in offered if method in known), None)
