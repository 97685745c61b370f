"""A person's other leads are found by the keys, whatever else there is."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql, sqlite

from leadcore_sqlalchemy.persons import sold_by_keys
from leadcore_sqlalchemy.tables import claims, leads

AT = datetime(2026, 1, 1, tzinfo=UTC)
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
PRIMARY = {
    "sqlite": (
        "leadcore_claims USING INDEX sqlite_autoindex_leadcore_claims_1 (seller_id=? AND key=?)",
        "leadcore_leads USING INDEX sqlite_autoindex_leadcore_leads_1 (id=?)",
    ),
    "postgresql": ("pk_leadcore_claims", "pk_leadcore_leads"),
}


def fill(connection):
    """Two thousand people, each with two leads that were sold."""
    row = {"seller_id": "s", "status": "sold", "kind": "web", "search": "", "version": 1}
    kept = {"received_at": AT, "area": "area", "state": "NY", "name": "name", "data": ""}
    names = [f"l{one:05d}" for one in range(4_000)]
    made = [{**row, **kept, "id": each, "source_key": each, "sale_id": each} for each in names]
    connection.execute(insert(leads), made)
    claimed = [
        {"seller_id": "s", "key": f"phone:{one // 2}", "ordinal": one % 2, "lead_id": each}
        for one, each in enumerate(names)
    ]
    connection.execute(insert(claims), claimed)
    connection.execute(text("ANALYZE"))


@pytest.mark.plans
def test_the_other_leads_of_a_person_are_found_by_primary_keys(any_engine):
    name = any_engine.dialect.name
    clause = sold_by_keys(["phone:1", "email:2"]).params(seller_id="s")
    compiled = clause.compile(dialect=DIALECTS[name], compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if name == "sqlite" else "EXPLAIN "
    with any_engine.begin() as connection:
        fill(connection)
        rows = connection.execute(text(explain + str(compiled)))
        plan = "\n".join(str(row[-1]) for row in rows)
    for index in PRIMARY[name]:
        assert index in plan
    assert "SCAN leadcore" not in plan
    assert "Seq Scan" not in plan
