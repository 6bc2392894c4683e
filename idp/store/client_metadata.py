"""`ClientMetadata` in one column: a JSON object that holds only what differs from the defaults."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from idp.domain.client_metadata import (
    ApplicationType,
    ClientMetadata,
    Encryption,
    GrantType,
    ResponseMode,
    ResponseType,
)
from idp.store.codec import Unreadable, dump, flag, load, number, text, texts

_DEFAULT = ClientMetadata()


def _encryption(value: object) -> Encryption:
    alg, enc = texts(value)
    return Encryption(alg, enc)


def _localized(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise Unreadable("not an object")
    return MappingProxyType({text(name): text(one) for name, one in value.items()})


_READ: Mapping[str, Callable[[object], object]] = {
    "grant_types": lambda value: tuple(GrantType(one) for one in texts(value)),
    "response_types": lambda value: tuple(ResponseType(one) for one in texts(value)),
    "response_modes": lambda value: tuple(ResponseMode(one) for one in texts(value)),
    "application_type": lambda value: ApplicationType(text(value)),
    "localized": _localized,
    "id_token_encryption": _encryption,
    "userinfo_encryption": _encryption,
    "default_max_age": number,
    **dict.fromkeys(("contacts", "default_acr_values", "request_uris"), texts),
    **dict.fromkeys(
        ("require_auth_time", "backchannel_logout_session_required", "frontchannel_logout_session_required"), flag
    ),
}
"""What is not a plain text."""

_NAMES = tuple(one.name for one in fields(ClientMetadata))


def dump_metadata(metadata: ClientMetadata) -> str:
    stored = {name: getattr(metadata, name) for name in _NAMES}
    changed = {name: value for name, value in stored.items() if value != getattr(_DEFAULT, name)}
    return dump({name: _plain(value) for name, value in changed.items()})


def load_metadata(stored: str) -> ClientMetadata:
    """Raises Unreadable for a member that this version does not know: a client is obeyed whole or not at all."""
    value = load(stored)
    if not isinstance(value, dict) or not value.keys() <= set(_NAMES):
        raise Unreadable("not the metadata of a client")
    try:
        read: dict[str, Any] = {name: _READ.get(name, text)(one) for name, one in value.items()}
        return ClientMetadata(**read)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _plain(value: object) -> object:
    if isinstance(value, Encryption):
        return [value.alg, value.enc]
    return dict(value) if isinstance(value, Mapping) else value
