"""The life of our signing keys: next, active, retired, gone (OpenID Connect Core §10.1.1; L-20).

A key is published long before it signs and long after, so that a relying party which keeps the key set for a while
never meets a key that it does not know. One that was disclosed is gone at once instead.
"""

from dataclasses import replace
from typing import Protocol

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.signing_key import SigningKey
from idp.protocol.ports import Audit

PUBLISHED_AHEAD_SECONDS = 600
"""How long a key is published before it signs: longer than any cache that heeds our `Cache-Control`, ten times over."""

STAYS_PUBLISHED_SECONDS = 86_400
"""How long a retired key stays in the JWKS: far longer than any token lives and any cache is kept."""


class StoredKeys(Protocol):
    def hold(self) -> None: ...
    def every(self) -> tuple[SigningKey, ...]: ...
    def add(self, key: SigningKey) -> bool: ...
    def rotate(self, active_kid: str, next_key: SigningKey, published_until: int) -> bool: ...
    def remove(self, kid: str) -> bool: ...


class KeyWork(Protocol):
    """One transaction on the keys."""

    @property
    def keys(self) -> StoredKeys: ...
    @property
    def audit(self) -> Audit: ...


class CannotRotate(Exception):
    """Nothing was changed. The text says why, for an operator."""


def seconds_to_wait(following: SigningKey, now: int) -> int:
    """How long the next key must still be published before it may sign; 0 if it may."""
    return max(0, following.created_at + PUBLISHED_AHEAD_SECONDS - now)


def is_first_pair(keys: tuple[SigningKey, ...], alg: str) -> bool:
    """Whether these are the first keys of the algorithm: no key set ever held the one without the other."""
    created_at = [key.created_at for key in keys if key.alg == alg]
    return len(created_at) == 2 and created_at[0] == created_at[1]


def is_due(next_key: SigningKey, now: int, every_seconds: int) -> bool:
    """Whether a scheduled rotation should happen now.

    The age of the next key tells how long ago the last one was: each rotation makes a next key.
    """
    return now - next_key.created_at >= max(every_seconds, PUBLISHED_AHEAD_SECONDS)


def of_state(keys: tuple[SigningKey, ...], alg: str, state: str) -> SigningKey | None:
    return next((key for key in keys if (key.alg, key.state) == (alg, state)), None)


def rotate(work: KeyWork, fresh: SigningKey, now: int) -> str:
    """The next key of `fresh`'s algorithm signs from now on, and `fresh` is next; answers the `kid` that signs.

    Raises CannotRotate, also for whoever comes second.
    """
    work.keys.hold()
    keys, alg = work.keys.every(), fresh.alg
    active, following = of_state(keys, alg, "active"), of_state(keys, alg, "next")
    if active is None or following is None:
        raise CannotRotate(f"there is no {alg} key to rotate yet; the first start of esik serve makes it")
    wait = seconds_to_wait(following, now)
    if wait and not is_first_pair(keys, alg):
        raise CannotRotate(f"relying parties must know the next {alg} key for {wait} more seconds before it may sign")
    if not work.keys.rotate(active.kid, fresh, now + STAYS_PUBLISHED_SECONDS):
        raise CannotRotate(f"somebody else rotated the {alg} key just now")
    work.audit.append(AuditRow(now, Event.KEY_ROTATED, True, Origin(), reason=f"{alg} rotated"))
    return following.kid


def revoke(work: KeyWork, kid: str, fresh: SigningKey, now: int) -> bool:
    """Delete a key that was disclosed, whatever it was used for; False if there is none.

    Nothing it signed is believed from now on. If it was active, the next key signs at once, however young it is, and
    `fresh`, of the same algorithm, follows.
    """
    work.keys.hold()
    found = next((key for key in work.keys.every() if key.kid == kid), None)
    if found is None:
        return False
    if found.state == "active" and of_state(work.keys.every(), found.alg, "next") is not None:
        work.keys.rotate(kid, fresh, now)
        work.keys.remove(kid)
    else:
        work.keys.remove(kid)
        if found.state != "retired":
            work.keys.add(replace(fresh, state=found.state))
    work.audit.append(AuditRow(now, Event.KEY_REVOKED, True, Origin(), reason=f"{found.alg} {found.state} revoked"))
    return True
