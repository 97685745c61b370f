"""A person's other leads are found by the keys, whatever else there is."""

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from leadcore_sqlalchemy.persons import sold_by_keys

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
PRIMARY = {
    "sqlite": (
        "leadcore_claims USING INDEX sqlite_autoindex_leadcore_claims_1 (seller_id=? AND key=?)",
        "leadcore_leads USING INDEX sqlite_autoindex_leadcore_leads_1 (id=?)",
    ),
    "postgresql": ("pk_leadcore_claims", "pk_leadcore_leads"),
}


def test_the_other_leads_of_a_person_are_found_by_primary_keys(any_engine):
    name = any_engine.dialect.name
    clause = sold_by_keys(["phone:1", "email:2"]).params(seller_id="s")
    compiled = clause.compile(dialect=DIALECTS[name], compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if name == "sqlite" else "EXPLAIN "
    with any_engine.begin() as connection:
        if name == "postgresql":
            # Tables of a few rows are read whole; what counts is whether an index can serve.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.execute(text(explain + str(compiled)))
        plan = "\n".join(str(row[-1]) for row in rows)
    for index in PRIMARY[name]:
        assert index in plan
    assert "SCAN leadcore" not in plan
    assert "Seq Scan" not in plan
