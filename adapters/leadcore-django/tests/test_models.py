"""Django's tables are leadcore's own: the same columns, keys, indexes, defaults and checks."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from sqlalchemy import inspect

from leadcore_django.models import MODELS
from leadcore_sqlalchemy import engine, metadata, upgrade


def described(connection, table):
    """Say of a table what matters, without the names of its constraints."""
    seen = inspect(connection)
    columns = {
        column["name"]: (
            str(column["type"]),
            column["nullable"],
            str(column["default"] or "").partition("::")[0].strip("'()").replace("false", "0"),
        )
        for column in seen.get_columns(table)
    }
    indexes = sorted(
        (tuple(index["column_names"]), _where(index)) for index in seen.get_indexes(table)
        if not index.get("duplicates_constraint")
    )  # fmt: skip
    unique = sorted(tuple(each["column_names"]) for each in seen.get_unique_constraints(table))
    checks = sorted(
        each["sqltext"].replace('"', "").replace("(0)::bigint", "0").replace("::bigint", "")
        for each in seen.get_check_constraints(table)
    )
    keys = seen.get_pk_constraint(table)["constrained_columns"]
    return {
        "columns": columns,
        "keys": keys,
        "indexes": indexes,
        "unique": unique,
        "checks": checks,
    }


def _where(index):
    found = index["dialect_options"]
    text = str(found.get("postgresql_where", found.get("sqlite_where", "")))
    bare = text.replace('"', "").replace("(", "").replace(")", "").replace("leadcore_leads.", "")
    return bare.replace(" = true", "").replace(" = 1", "")


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_the_migrations_make_just_the_tables_that_leadcore_knows(request, where, tmp_path):
    if where == "sqlite":
        theirs = engine(f"sqlite:///{tmp_path / 'own.db'}")
        upgrade(theirs)
    else:
        theirs = engine(request.getfixturevalue("new_postgres_uri"))
        upgrade(theirs)
    kept = request.getfixturevalue(where)
    with theirs.connect() as one, kept._lent() as other:
        for table in metadata.tables:
            assert described(other, table) == described(one, table), table
    theirs.dispose()


def test_the_models_are_those_of_the_tables_and_the_migrations_those_of_the_models():
    assert set(MODELS) == set(metadata.tables)
    named = {model._meta.db_table for model in apps.get_app_config("leadcore").get_models()}
    assert named == {*metadata.tables, "leadcore_lead_facts"}
    call_command("makemigrations", "leadcore", check=True, dry_run=True, verbosity=0)
    call_command("check", "leadcore", fail_level="WARNING")
