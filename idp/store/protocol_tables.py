"""What OAuth 2.0 and OpenID Connect leave in the database: clients, and what they were given."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy import text as sql

from idp.domain.client import ConsentPolicy, PkcePolicy, SubjectType
from idp.store.columns import citizen_id, instant, metadata, one_of, text

NEVER = "253402300799"
"""The last second of the year 9999."""

HAS_RESOURCES = sql("resources <> '[]'")
"""Operators name few protected resources, and anybody may ask for one: an index finds the clients that have any."""

clients = Table(
    "clients",
    metadata,
    Column("client_id", Text, primary_key=True),
    text("name"),
    text("redirect_uris"),  # this and the other lists: a JSON array of strings
    text("secret_hash", nullable=True),
    text("auth_method"),
    text("scopes"),
    text("pkce"),
    Column("minimum_level", Integer, nullable=False),
    text("subject_type"),
    text("sector_identifier"),
    text("id_token_alg"),
    text("consent"),
    text("post_logout_redirect_uris"),
    text("return_origins"),
    text("home_uri", nullable=True),
    Column("disabled", Boolean, nullable=False),
    instant("created_at"),
    Column("metadata", Text, nullable=False, server_default="{}"),
    text("registration_token_hash", nullable=True),
    Column("resources", Text, nullable=False, server_default="[]"),
    Index("ix_clients_resources", "client_id", sqlite_where=HAS_RESOURCES, postgresql_where=HAS_RESOURCES),
    one_of("pkce", PkcePolicy),
    one_of("subject_type", SubjectType),
    one_of("consent", ConsentPolicy),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("client_id", Text, ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False),
    citizen_id(),
    text("session_id"),  # no foreign key: a grant outlives the row of the session it came from
    text("sid"),
    text("acr"),
    text("amr"),
    instant("auth_time"),
    text("scope"),
    text("redirect_uri"),
    text("asked"),
    text("code_challenge", nullable=True),
    text("code_hash"),
    instant("code_expires_at"),
    instant("created_at"),
    instant("code_consumed_at", nullable=True),
    instant("revoked_at", nullable=True),
    Column("expires_at", BigInteger, nullable=False, server_default=NEVER),  # of a row that a former version writes
    UniqueConstraint("code_hash"),
    Index(None, "session_id"),
    Index(None, "client_id"),
    Index(None, "citizen_id"),
    Index(None, "expires_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("grant_id", Text, ForeignKey("grants.id", ondelete="CASCADE"), nullable=False),
    Column("generation", Integer, nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", nullable=True),
    UniqueConstraint("grant_id", "generation"),
    Index(
        "uq_refresh_tokens_unused",
        "grant_id",
        unique=True,
        sqlite_where=sql("used_at IS NULL"),
        postgresql_where=sql("used_at IS NULL"),
    ),
)

initial_access_tokens = Table(
    "initial_access_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    text("note"),
    instant("created_at"),
    instant("expires_at"),
    Column("uses_left", Integer, nullable=False),
    Index(None, "expires_at"),
)

spent = Table(
    "spent",
    metadata,
    Column("name", Text, primary_key=True),
    instant("expires_at"),
    Index(None, "expires_at"),
)
"""What is never accepted again: the `jti` of a client assertion, the `jti` of a revoked access token."""

documents = Table(
    "documents",
    metadata,
    Column("uri", Text, primary_key=True),
    text("body", nullable=True),
    instant("fetched_at", nullable=True),
    instant("tried_at"),
    instant("ended_at", nullable=True),
    Index(None, "tried_at"),
)
"""Copies of what relying parties publish. `tried_at`: the last attempt began; `ended_at`: it is over, well or not."""
