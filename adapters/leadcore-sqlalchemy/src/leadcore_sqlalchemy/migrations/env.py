"""Runs the revisions on the connection that `leadcore_sqlalchemy.migrate` gives."""

from alembic import context

from leadcore_sqlalchemy.migrate import VERSION_TABLE
from leadcore_sqlalchemy.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
