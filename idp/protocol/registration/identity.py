"""Whether a changed client is still the one that citizens were asked about (R-16; Core §8.1, §12.2)."""

from typing import NamedTuple

from idp.domain.client import Client, SubjectType
from idp.protocol.registration import addresses


class Identity(NamedTuple):
    """What citizens were shown, where they were sent, and how they are named there."""

    names: frozenset[tuple[str, str]]
    origins: frozenset[object]
    sector: str
    subject_type: SubjectType


def identity(client: Client) -> Identity:
    named = {tagged: text for tagged, text in client.metadata.localized.items() if tagged.startswith("client_name#")}
    origins = {parts and addresses.origin(parts) for parts in map(addresses.read, client.redirect_uris)}
    names = named | {"client_name": client.name}
    return Identity(frozenset(names.items()), frozenset(origins), client.sector, client.subject_type)
