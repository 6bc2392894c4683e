"""What Alembic runs around every revision: on the connection, and in the transaction, of `idp.store.migrate`."""

from alembic import context

from idp.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
