"""Every second factor: authenticators, enrolments, approvals, what a citizen prefers. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A column with its CHECK in one statement: to add one afterwards, SQLite would have to rebuild the table.
CHOICES = (
    """ALTER TABLE citizens ADD COLUMN preferred_method TEXT CONSTRAINT ck_citizens_preferred_method
    CHECK (preferred_method IN ('password', 'sms', 'app', 'totp', 'passkey', 'backup_code'))""",
    """ALTER TABLE citizens ADD COLUMN last_method TEXT CONSTRAINT ck_citizens_last_method
    CHECK (last_method IN ('password', 'sms', 'app', 'totp', 'passkey', 'backup_code'))""",
    """ALTER TABLE logins ADD COLUMN method TEXT CONSTRAINT ck_logins_method
    CHECK (method IN ('password', 'sms', 'app', 'totp', 'passkey', 'backup_code'))""",
    """ALTER TABLE challenges ADD COLUMN verdict TEXT CONSTRAINT ck_challenges_verdict
    CHECK (verdict IN ('approved', 'denied', 'not_me'))""",
)


def upgrade() -> None:
    for statement in CHOICES:
        op.execute(statement)
    op.add_column(
        "citizens", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("logins", sa.Column("sought", sa.Text(), nullable=True))

    op.add_column("challenges", sa.Column("ip", sa.Text(), nullable=False, server_default=""))
    op.add_column("challenges", sa.Column("user_agent", sa.Text(), nullable=False, server_default=""))
    op.add_column("challenges", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    op.add_column("challenges", sa.Column("decided_by", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_challenges_citizen_id_method_number"), "challenges", ["citizen_id", "method", "number"], unique=False
    )

    op.create_table(
        "authenticators",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("citizen_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "method IN ('password', 'sms', 'app', 'totp', 'passkey', 'backup_code')",
            name=op.f("ck_authenticators_method"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_authenticators_citizen_id_citizens"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticators")),
        sa.UniqueConstraint("citizen_id", "method", "handle", name=op.f("uq_authenticators_citizen_id_method_handle")),
    )

    op.create_table(
        "enrolments",
        sa.Column("number", ROW_NUMBER, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("citizen_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("code_mac", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("consumed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "method IN ('password', 'sms', 'app', 'totp', 'passkey', 'backup_code')", name=op.f("ck_enrolments_method")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_enrolments_citizen_id_citizens"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("id", name=op.f("uq_enrolments_id")),
    )
    op.create_index(
        op.f("ix_enrolments_citizen_id_method_number"), "enrolments", ["citizen_id", "method", "number"], unique=False
    )
    op.create_index(op.f("ix_enrolments_code_mac"), "enrolments", ["code_mac"], unique=False)
    op.create_index(op.f("ix_enrolments_expires_at"), "enrolments", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("enrolments")
    op.drop_table("authenticators")
    op.drop_index(op.f("ix_challenges_citizen_id_method_number"), "challenges")
    for table, columns in (
        ("challenges", ("decided_by", "decided_at", "verdict", "user_agent", "ip")),
        ("logins", ("sought", "method")),
        ("citizens", ("must_change_password", "last_method", "preferred_method")),
    ):
        for column in columns:
            op.drop_column(table, column)
