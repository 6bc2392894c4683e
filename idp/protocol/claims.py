"""Which claims a scope releases, and their values for a citizen (OpenID Connect Core §5.1, §5.4).

A claim without a value is left out (UINFO-04). The T.C. kimlik number is released by its scope alone: naming it in
the `claims` parameter releases nothing, and it never enters an ID token (R-80, IDT-07).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.client_metadata import GrantType
from idp.domain.profile import Address
from idp.domain.scopes import CLAIMS_OF_SCOPE

OFFLINE = "offline_access"
"""It releases nothing by itself, but what the other scopes release while the citizen is away (Core §11)."""

SCOPES = tuple(CLAIMS_OF_SCOPE)
"""Every scope there is."""

_ONLY_BY_SCOPE = frozenset({"national_id"})

_FROM_PROFILE = (
    *("middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "zoneinfo"),
    *("locale", "updated_at", "email"),
)


def _told(name: str) -> Callable[[Citizen], object]:
    return lambda citizen: getattr(citizen.profile, name)


def _address(address: Address | None) -> dict[str, str] | None:
    """Core §5.1.1; None for one in which nothing stands."""
    if address is None:
        return None
    return {name: value for name, value in asdict(address).items() if value} or None


_VALUE: Mapping[str, Callable[[Citizen], object]] = {
    "name": lambda citizen: citizen.name,
    "given_name": lambda citizen: citizen.given_name,
    "family_name": lambda citizen: citizen.family_name,
    "birthdate": lambda citizen: citizen.birthdate,
    "phone_number": lambda citizen: None if citizen.phone_number is None else citizen.phone_number.value,
    "phone_number_verified": lambda citizen: (
        None if citizen.phone_number is None else citizen.verified_phone is not None
    ),
    "national_id": lambda citizen: citizen.national_id.value,
    **{name: _told(name) for name in _FROM_PROFILE},
    "email_verified": lambda citizen: None if citizen.profile.email is None else citizen.profile.email_verified,
    "address": lambda citizen: _address(citizen.profile.address),
}

CLAIMS = tuple(_VALUE)
"""Every claim about a citizen that there is."""


def granted(asked: Iterable[str], client: Client) -> tuple[str, ...]:
    """What this client may have of these scopes. Offline access is for who registered to refresh tokens."""
    refreshes = client.may(GrantType.REFRESH_TOKEN)
    asked = frozenset(asked) & frozenset(client.scopes)
    return tuple(name for name in SCOPES if name in asked and (refreshes or name != OFFLINE))


def of_scopes(scope: Iterable[str]) -> tuple[str, ...]:
    """The claims that these scopes release."""
    return tuple(name for granted in scope for name in CLAIMS_OF_SCOPE.get(granted, ()))


def requestable_by(client: Client) -> frozenset[str]:
    """The claims that this client may name one by one: those of its registered scopes (Core §5.5)."""
    return frozenset(of_scopes(client.scopes)) - _ONLY_BY_SCOPE


def named_values(citizen: Citizen, client: Client, names: Collection[str]) -> dict[str, object]:
    """The values of claims that were named one by one, as far as the client may name them today (E07)."""
    may = requestable_by(client) if names else ()
    return values(citizen, (name for name in names if name in may))


def values(citizen: Citizen, names: Iterable[str]) -> dict[str, object]:
    """The values of these claims, those without one left out."""
    found = ((name, _VALUE[name](citizen)) for name in names if name in _VALUE)
    return {name: value for name, value in found if value is not None and value != ""}
