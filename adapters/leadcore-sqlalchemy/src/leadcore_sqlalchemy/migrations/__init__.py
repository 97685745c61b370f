"""The revisions of the tables, for Alembic; see `leadcore_sqlalchemy.migrate`."""
