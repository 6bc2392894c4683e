"""What is stored; what belongs to second factors is `factor_tables`, to the protocol `protocol_tables`.

Every instant is whole seconds since the epoch, UTC. Handles, codes, tokens and secrets are stored as digests only;
signing keys, message texts and the secrets of second factors are sealed. What people or clients wrote is unbounded
text.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false
from sqlalchemy import text as sql

from idp.domain.citizen import CitizenState
from idp.domain.evidence import Method
from idp.domain.login import Enabling, LoginState
from idp.store.columns import RowNumber, citizen_id, instant, metadata, one_of, text
from idp.store.factor_tables import authenticators, challenges, enrolments
from idp.store.protocol_tables import clients, documents, grants, initial_access_tokens, refresh_tokens, spent

# fmt: off
__all__ = [
    "audit", "audit_chain", "audit_head", "authenticators", "challenges", "citizens", "clients", "consents", "devices",
    "documents", "enrolments", "former_passwords", "grants", "initial_access_tokens", "logins", "metadata",
    "okp_signing_keys", "outbox", "refresh_tokens", "revisions", "sessions", "signing_keys", "spent", "throttles",
]
# fmt: on

citizens = Table(
    "citizens",
    metadata,
    Column("id", Text, primary_key=True),
    text("national_id"),
    text("given_name"),
    text("family_name"),
    text("password_hash", nullable=True),
    instant("password_changed_at"),
    instant("created_at"),
    text("birthdate", nullable=True),
    text("phone_number", nullable=True),
    instant("phone_verified_at", nullable=True),
    Column("two_step", Boolean, nullable=False),
    text("state"),
    text("preferred_method", nullable=True),
    text("last_method", nullable=True),
    Column("must_change_password", Boolean, nullable=False, server_default=false()),
    text("profile", nullable=True),
    UniqueConstraint("national_id"),
    one_of("state", CitizenState),
    one_of("preferred_method", Method),
    one_of("last_method", Method),
)

former_passwords = Table(
    "former_passwords",
    metadata,
    Column("id", RowNumber, primary_key=True),
    citizen_id(),
    text("password_hash"),
    instant("replaced_at"),
    Index(None, "citizen_id", "id"),
)

logins = Table(
    "logins",
    metadata,
    Column("id", Text, primary_key=True),
    text("browser_hash"),
    Column("version", Integer, nullable=False),
    text("state"),
    text("purpose"),
    text("requirement"),
    text("evidence"),
    # Deleting a citizen deletes the login: emptied of its citizen it would only ask for the password again.
    Column("citizen_id", Text, ForeignKey("citizens.id", ondelete="CASCADE")),
    text("session_id", nullable=True),  # no foreign key: a session that is gone must be missed, not forgotten
    Column("account_chosen", Boolean, nullable=False),
    Column("consented", Boolean, nullable=False),
    text("enabling"),
    instant("created_at"),
    instant("expires_at"),
    text("method", nullable=True),
    text("sought", nullable=True),
    one_of("state", LoginState),
    one_of("enabling", Enabling),
    one_of("method", Method),
    Index(None, "citizen_id", "created_at"),
    Index(None, "expires_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    text("handle_hash"),
    text("sid"),
    citizen_id(),
    text("evidence"),
    instant("created_at"),
    instant("last_seen_at"),
    instant("expires_at"),
    text("ip"),
    text("user_agent"),
    instant("ended_at", nullable=True),
    UniqueConstraint("handle_hash"),
    UniqueConstraint("sid"),
    Index(None, "citizen_id"),
    Index(None, "expires_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("citizen_id", Text, ForeignKey("citizens.id", ondelete="CASCADE"), primary_key=True),
    Column("client_id", Text, ForeignKey("clients.client_id", ondelete="CASCADE"), primary_key=True),
    Column("asked", Text, primary_key=True),
    instant("given_at"),
    Index(None, "client_id"),
)

devices = Table(
    "devices",
    metadata,
    Column("device_hash", Text, primary_key=True),
    Column("citizen_id", Text, ForeignKey("citizens.id", ondelete="CASCADE"), primary_key=True),
    instant("seen_at"),
    Index(None, "citizen_id"),
    Index(None, "seen_at"),
)

throttles = Table(
    "throttles",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key_mac", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    instant("blocked_until", nullable=True),
    instant("window_ends_at", nullable=True),
    Index(None, "window_ends_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", RowNumber, primary_key=True),
    text("channel"),
    text("destination"),
    text("payload"),
    instant("created_at"),
    instant("expires_at"),
    instant("claimable_at"),
    Column("attempts", Integer, nullable=False),
    instant("delivered_at", nullable=True),
    Index(None, "destination", "number"),
    Index(None, "expires_at"),
    Index(
        "ix_outbox_undelivered",
        "claimable_at",
        sqlite_where=sql("delivered_at IS NULL"),
        postgresql_where=sql("delivered_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowNumber, primary_key=True),
    instant("at"),
    text("event"),
    Column("ok", Boolean, nullable=False),
    text("ip"),
    text("user_agent"),
    text("request_id"),
    # No foreign keys: what happened stays written when a citizen, a client or a session is gone.
    text("citizen_id", nullable=True),
    text("client_id", nullable=True),
    text("login_id", nullable=True),
    text("session_id", nullable=True),
    text("method", nullable=True),
    text("reason", nullable=True),
    Index(None, "citizen_id", "id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger, nullable=False),
    text("hash"),
    UniqueConstraint("audit_id"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    text("hash"),
    Column("settled_id", BigInteger, nullable=False),
)


def _keys(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("kid", Text, primary_key=True),
        text("alg"),
        text("state"),
        text("private_jwk"),
        instant("created_at"),
        instant("published_until", nullable=True),
        one_of("state", ("active", "next", "retired")),
        Index(
            f"uq_{name}_alg_state",
            "alg",
            "state",
            unique=True,
            sqlite_where=sql("state <> 'retired'"),
            postgresql_where=sql("state <> 'retired'"),
        ),
    )


signing_keys = _keys("signing_keys")

okp_signing_keys = _keys("okp_signing_keys")
"""Ed25519 keys lie apart: a node of version 0.1 reads every key in `signing_keys`, knows RSA and EC only, and may run
beside this version during an upgrade (L-22)."""

revisions = Table(
    "revisions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""One counter for each kind of thing that is cached elsewhere: it grows, in the same transaction, with every change."""
