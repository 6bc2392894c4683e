"""What second factors leave in the database: questions that were asked, what is registered, and what waits to be."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from idp.domain.challenge import Verdict
from idp.domain.evidence import Method
from idp.store.columns import RowNumber, citizen_id, instant, metadata, one_of, text

challenges = Table(
    "challenges",
    metadata,
    Column(
        "number", RowNumber, primary_key=True
    ),  # the order of making: of a login and method, only the highest counts
    text("id"),
    Column("login_id", Text, ForeignKey("logins.id", ondelete="CASCADE"), nullable=False),
    citizen_id(),
    text("method"),
    text("destination"),
    text("code_mac"),
    instant("created_at"),
    instant("expires_at"),
    Column("tries", Integer, nullable=False),
    instant("consumed_at", nullable=True),
    Column("ended", Boolean, nullable=False),
    Column("ip", Text, nullable=False, server_default=""),
    Column("user_agent", Text, nullable=False, server_default=""),
    text("verdict", nullable=True),
    instant("decided_at", nullable=True),
    text("decided_by", nullable=True),  # no foreign key: what a device said stays said when it is removed
    UniqueConstraint("id"),
    one_of("verdict", Verdict),
    Index(None, "login_id", "number"),
    Index(None, "citizen_id"),
    Index(None, "citizen_id", "method", "number"),
)

authenticators = Table(
    "authenticators",
    metadata,
    Column("id", Text, primary_key=True),
    citizen_id(),
    text("method"),
    text("handle"),
    text("name"),
    text("public_key"),
    text("secret", nullable=True),  # sealed
    Column("counter", BigInteger, nullable=False),
    instant("created_at"),
    instant("last_used_at", nullable=True),
    instant("used_at", nullable=True),
    UniqueConstraint("citizen_id", "method", "handle"),
    one_of("method", Method),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("number", RowNumber, primary_key=True),  # of a citizen and method, only the highest counts
    text("id"),
    citizen_id(),
    text("session_id"),  # no foreign key: a session that is gone must be missed, not forgotten
    text("method"),
    text("code_mac"),
    text("secret", nullable=True),  # sealed
    text("destination"),
    text("public_key"),
    text("handle"),
    text("name"),
    Column("tries", Integer, nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("claimed_at", nullable=True),
    instant("consumed_at", nullable=True),
    Column("ended", Boolean, nullable=False),
    UniqueConstraint("id"),
    one_of("method", Method),
    Index(None, "citizen_id", "method", "number"),
    Index(None, "code_mac"),
    Index(None, "expires_at"),
)
