"""What alembic runs around the revisions; the connection and its transaction are the caller's."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="schema_version")
with context.begin_transaction():
    context.run_migrations()
