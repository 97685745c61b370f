"""A single transfer is posted by one statement, and several batches by a function with less to do.

Where all values of a column are the same the new function is given one of them, and whose lines it
writes it is told by numbers. A process of a version before, which calls the functions that were,
goes the long way meanwhile.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_BEFORE = "leadcore_sqlalchemy.migrations.versions.0018_rejected_ids"
_FUNCTION = """
CREATE FUNCTION leadcore_ledger_post_batches(
    moment timestamptz, moments timestamptz[], room bigint,
    names text[], sellers text[], currencies text[], kept boolean[], standing text[],
    requires bigint[], credits bigint[], debits bigint[], counts bigint[],
    ids text[], kinds text[], payers text[], payees text[], amounts bigint[], moneys text[],
    refs text[], sales text[], leads text[], prints text[], digests text[],
    effective timestamptz[], bodies text[],
    line_places integer[], line_transfers text[], line_amounts bigint[], line_laters bigint[],
    line_rests bigint[], line_effective timestamptz[]
) RETURNS SETOF leadcore_ledger_accounts LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    place integer;
    now_there leadcore_ledger_accounts;
    seqs bigint[];
    posted bigint[];
    pending bigint[];
    moved timestamptz[];
BEGIN
    IF EXISTS (
        SELECT FROM unnest(names, sellers, currencies, kept, standing, requires)
            AS s(names, sellers, currencies, kept, standing, requires)
        LEFT JOIN leadcore_ledger_accounts a ON a.id = s.names
        WHERE (AS_NEEDED_FIRST) IS NOT TRUE
    ) THEN
        RETURN;
    END IF;
    INSERT INTO leadcore_ledger_transfers (
        id, kind, debit, credit, amount, currency, ref, sale_id, lead_id, fingerprint, batch,
        recorded_at, effective_at, data
    )
    SELECT t.id, coalesce(t.kind, kinds[1]), coalesce(t.payer, payers[1]),
        coalesce(t.payee, payees[1]), coalesce(t.amount, amounts[1]), coalesce(t.money, moneys[1]),
        t.ref, t.sale, t.lead, t.print, coalesce(t.digest, digests[1], t.print),
        coalesce(t.moment, moments[1]), coalesce(t.business, effective[1]), t.body
    FROM unnest(ids, kinds, payers, payees, amounts, moneys, refs, sales, leads, prints, digests,
                moments, effective, bodies)
        AS t(id, kind, payer, payee, amount, money, ref, sale, lead, print, digest,
             moment, business, body);
    FOR place IN 1 .. cardinality(names) LOOP
        CONTINUE WHEN NOT kept[place];
        UPDATE leadcore_ledger_accounts a SET
            credits_posted = a.credits_posted + credits[place],
            debits_posted = a.debits_posted + debits[place],
            seq = a.seq + counts[place],
            moved_at = greatest(a.moved_at, moment)
        WHERE a.id = names[place] AND (AS_NEEDED_NOW)
        RETURNING a.* INTO now_there;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LC001', MESSAGE = 'a ledger account moved meanwhile';
        END IF;
        seqs[place] := now_there.seq;
        posted[place] := now_there.credits_posted - now_there.debits_posted;
        pending[place] := now_there.debits_pending;
        moved[place] := now_there.moved_at;
        RETURN NEXT now_there;
    END LOOP;
    IF cardinality(line_transfers) = 0 THEN
        line_transfers := ids;
    END IF;
    INSERT INTO leadcore_ledger_entries (
        account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
        effective_at
    )
    SELECT names[p.place], seqs[p.place] - l.later, l.transfer, coalesce(l.amount, line_amounts[1]),
        0, posted[p.place] - l.rest, pending[p.place], moved[p.place],
        coalesce(l.effective, line_effective[1])
    FROM unnest(line_places, line_transfers, line_amounts, line_laters, line_rests,
                line_effective)
        AS l(place, transfer, amount, later, rest, effective),
        LATERAL (SELECT coalesce(l.place, line_places[1])) AS p(place);
END
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        before = import_module(_BEFORE)
        first, now = before.AS_NEEDED.format("s.", ""), before.AS_NEEDED.format("", "[place]")
        op.execute("DROP FUNCTION leadcore_ledger_post_one")
        op.execute("DROP FUNCTION leadcore_ledger_post")
        op.execute(_FUNCTION.replace("AS_NEEDED_FIRST", first).replace("AS_NEEDED_NOW", now))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION leadcore_ledger_post_batches")
        import_module(_BEFORE).make_functions()
