"""Login attempts: what MHRS remembers between sending a browser to the provider and seeing it come back.

An attempt belongs to one browser (by its cookie) and is used once, by one conditional statement. A browser may have
several at a time, one per tab. Once used it keeps its outcome, so that the page about it can be reloaded.
"""

import hashlib
import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from enum import StrEnum

from relying_party_demo.oidc import LoginSecrets


class Purpose(StrEnum):
    """Why a browser was sent to the provider, which decides what is asked for and what the answer must satisfy.

    SIGN_IN asks for no level, TWO_STEP makes the level of the entry an essential claim (the way out of a refusal),
    STEP_UP does the same for the sensitive action and wants fresh proofs.
    """

    SIGN_IN = "sign_in"
    TWO_STEP = "two_step"
    STEP_UP = "step_up"


class OutcomeKind(StrEnum):
    ADMITTED = "admitted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNMET = "unmet"
    OTHER_CITIZEN = "other_citizen"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. The last four are filled for a refusal: what the gate said."""

    kind: OutcomeKind
    reason: str = ""
    expected: str = ""
    received: str | None = None
    methods: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Outcome":
        fields = json.loads(text)
        return cls(**{**fields, "kind": OutcomeKind(fields["kind"]), "methods": tuple(fields["methods"])})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One login under way. `first_use`: nobody used it before."""

    id: str
    nonce: str
    code_verifier: str
    purpose: Purpose
    return_to: str
    first_use: bool
    outcome: Outcome | None


def fingerprint(secret: str) -> str:
    """What is stored in place of a high-entropy secret (security.md §6.4)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(
    connection: sqlite3.Connection,
    login: LoginSecrets,
    *,
    browser: str,
    purpose: Purpose,
    return_to: str,
    now: int,
    lifetime: int,
) -> None:
    """Remember a new attempt of this browser, and forget a few that are long over."""
    connection.execute(
        "DELETE FROM login WHERE id IN (SELECT id FROM login WHERE expires_at < ? ORDER BY expires_at LIMIT 100)",
        (now,),
    )
    connection.execute(
        "INSERT INTO login (id, state_hash, browser_hash, nonce, code_verifier, purpose, return_to, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            secrets.token_urlsafe(16),
            fingerprint(login.state),
            fingerprint(browser),
            login.nonce,
            login.code_verifier,
            purpose,
            return_to,
            now + lifetime,
        ),
    )


def use(connection: sqlite3.Connection, state: str, browser: str, now: int) -> Attempt | None:
    """Use the attempt that `state` names, if it is this browser's and still alive; a row that was used says so."""
    where = (fingerprint(state), fingerprint(browser), now)
    used = connection.execute(
        "UPDATE login SET used_at = ? WHERE state_hash = ? AND browser_hash = ? AND expires_at > ? AND used_at IS NULL",
        (now, *where),
    )
    row = connection.execute(
        "SELECT * FROM login WHERE state_hash = ? AND browser_hash = ? AND expires_at > ?", where
    ).fetchone()
    return None if row is None else _attempt(row, first_use=used.rowcount == 1)


def finish(connection: sqlite3.Connection, attempt_id: str, outcome: Outcome) -> None:
    """Keep how it ended, and drop the secrets it no longer needs."""
    connection.execute(
        "UPDATE login SET outcome = ?, nonce = '', code_verifier = '' WHERE id = ?", (outcome.to_json(), attempt_id)
    )


def find(connection: sqlite3.Connection, attempt_id: str, browser: str, now: int) -> Attempt | None:
    """The attempt of this browser with this id, to show how it ended."""
    row = connection.execute(
        "SELECT * FROM login WHERE id = ? AND browser_hash = ? AND expires_at > ?",
        (attempt_id, fingerprint(browser), now),
    ).fetchone()
    return None if row is None else _attempt(row, first_use=False)


def _attempt(row: sqlite3.Row, *, first_use: bool) -> Attempt:
    return Attempt(
        id=row["id"],
        nonce=row["nonce"],
        code_verifier=row["code_verifier"],
        purpose=Purpose(row["purpose"]),
        return_to=row["return_to"],
        first_use=first_use,
        outcome=None if row["outcome"] is None else Outcome.from_json(row["outcome"]),
    )
