"""Keeps leadcore records in SQLite or PostgreSQL through SQLAlchemy Core."""
