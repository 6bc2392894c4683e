"""A citizen's profile inside one column: JSON text with the members that have a value."""

from dataclasses import asdict, fields
from typing import Any

from idp.domain.profile import Address, Profile
from idp.store import codec

EMPTY = Profile()

_TYPES: dict[str, type] = {field.name: str for field in fields(Profile)} | {
    "email_verified": bool,
    "updated_at": int,
    "address": dict,
}
_ADDRESS_TYPES: dict[str, type] = {field.name: str for field in fields(Address)}


def dump(profile: Profile) -> str | None:
    """None for an empty one, which most citizens have."""
    if profile == EMPTY:
        return None
    told = {name: value for name, value in asdict(profile).items() if value is not None}
    if profile.address is not None:
        told["address"] = {name: value for name, value in asdict(profile.address).items() if value is not None}
    return codec.dump(told)


def load(stored: str | None) -> Profile:
    """Raises codec.Unreadable for what this version did not write."""
    if stored is None:
        return EMPTY
    told = _members(codec.load(stored), _TYPES)
    address = told.pop("address", None)
    return Profile(**told, address=None if address is None else Address(**_members(address, _ADDRESS_TYPES)))


def _members(value: object, types: dict[str, type]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise codec.Unreadable("not an object")
    for name, member in value.items():
        if type(member) is not types.get(name):
            raise codec.Unreadable(f"not a member of a profile: {name}")
    return value
