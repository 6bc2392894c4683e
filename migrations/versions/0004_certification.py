"""What a certifiable provider keeps: client metadata, refresh tokens, what is spent, copies of documents. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER = "253402300799"
"""The last second of 9999: what a node of the former version writes while the two run together."""


def upgrade() -> None:
    op.add_column("citizens", sa.Column("profile", sa.Text(), nullable=True))
    op.add_column("clients", sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("clients", sa.Column("registration_token_hash", sa.Text(), nullable=True))
    op.add_column("clients", sa.Column("resources", sa.Text(), nullable=False, server_default="[]"))
    op.create_index(
        "ix_clients_resources",
        "clients",
        ["client_id"],
        unique=False,
        sqlite_where=sa.text("resources <> '[]'"),
        postgresql_where=sa.text("resources <> '[]'"),
    )
    op.add_column("grants", sa.Column("expires_at", sa.BigInteger(), nullable=False, server_default=NEVER))
    op.execute("UPDATE grants SET expires_at = code_expires_at + 600")
    op.drop_index(op.f("ix_grants_code_expires_at"), table_name="grants")
    op.create_index(op.f("ix_grants_expires_at"), "grants", ["expires_at"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_refresh_tokens_grant_id_grants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("grant_id", "generation", name=op.f("uq_refresh_tokens_grant_id_generation")),
    )
    op.create_index(
        "uq_refresh_tokens_unused",
        "refresh_tokens",
        ["grant_id"],
        unique=True,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_table(
        "initial_access_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_initial_access_tokens")),
    )
    op.create_index(op.f("ix_initial_access_tokens_expires_at"), "initial_access_tokens", ["expires_at"], unique=False)
    op.create_table(
        "spent",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_spent")),
    )
    op.create_index(op.f("ix_spent_expires_at"), "spent", ["expires_at"], unique=False)
    op.create_table(
        "documents",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_tried_at"), "documents", ["tried_at"], unique=False)
    op.create_table(
        "okp_signing_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("alg", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("private_jwk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'next', 'retired')", name=op.f("ck_okp_signing_keys_state")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_okp_signing_keys")),
    )
    op.create_index(
        "uq_okp_signing_keys_alg_state",
        "okp_signing_keys",
        ["alg", "state"],
        unique=True,
        sqlite_where=sa.text("state <> 'retired'"),
        postgresql_where=sa.text("state <> 'retired'"),
    )


def downgrade() -> None:
    for table in ("okp_signing_keys", "documents", "spent", "initial_access_tokens", "refresh_tokens"):
        op.drop_table(table)
    op.drop_index(op.f("ix_grants_expires_at"), "grants")
    op.create_index(op.f("ix_grants_code_expires_at"), "grants", ["code_expires_at"], unique=False)
    op.drop_column("grants", "expires_at")
    op.drop_index("ix_clients_resources", "clients")
    op.drop_column("clients", "resources")
    op.drop_column("clients", "registration_token_hash")
    op.drop_column("clients", "metadata")
    op.drop_column("citizens", "profile")
