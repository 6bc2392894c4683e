"""What a citizen allowed a relying party to receive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """Everything one client may receive: scopes, and claims named one by one (`claim:name`). `given_at` is the last."""

    client_id: str
    asked: frozenset[str]
    given_at: int
