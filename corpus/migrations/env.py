"""Runs the migrations on the connection that the store opened."""

from alembic import context

from corpus import accounts  # noqa: F401 - its table is among those declared
from corpus.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite cannot ALTER: alembic copies the table
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
