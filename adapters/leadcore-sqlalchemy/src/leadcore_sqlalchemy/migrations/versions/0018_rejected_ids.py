"""An id that was rejected keeps its place among the transfers: nobody has to look for it.

PostgreSQL's functions say the same as those of revision 0004, with less to do: a used id, posted or
rejected, meets the primary key. Each transfer of a call is recorded at an instant of its own; the
lines are recorded at the call's, which is the latest of them.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEEP_PLACES = """
INSERT INTO leadcore_ledger_transfers (
    id, kind, debit, credit, amount, currency, fingerprint, batch, recorded_at, effective_at, data
)
SELECT id, 'rejected', '', '', 1, '', '', '', at, at, '' FROM leadcore_ledger_rejections
"""
_FREE_PLACES = "DELETE FROM leadcore_ledger_transfers WHERE kind = 'rejected'"

AS_NEEDED = """
    a.seller_id = {0}sellers{1} AND a.currency = {0}currencies{1}
    AND a.tracked = {0}kept{1} AND a.status = {0}standing{1}
    AND greatest(a.credits_posted, a.debits_posted, a.credits_pending, a.debits_pending) <= room
    AND (a.floor IS NULL OR {0}requires{1} IS NULL
         OR a.credits_posted - a.debits_posted - a.debits_pending - a.floor
            >= {0}requires{1})
"""

_FUNCTION = """
CREATE FUNCTION leadcore_ledger_post(
    moment timestamptz, moments timestamptz[], room bigint,
    names text[], sellers text[], currencies text[], kept boolean[], standing text[],
    requires bigint[], credits bigint[], debits bigint[], counts bigint[],
    ids text[], kinds text[], payers text[], payees text[], amounts bigint[], moneys text[],
    refs text[], sales text[], leads text[], prints text[], digests text[],
    effective timestamptz[], bodies text[],
    line_accounts text[], line_transfers text[], line_amounts bigint[], line_laters bigint[],
    line_rests bigint[], line_effective timestamptz[]
) RETURNS SETOF leadcore_ledger_accounts LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    place integer;
    now_there leadcore_ledger_accounts;
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
    SELECT t.id, t.kind, t.payer, t.payee, t.amount, t.money, t.ref, t.sale, t.lead, t.print,
        t.digest, t.moment, t.effective, t.body
    FROM unnest(ids, kinds, payers, payees, amounts, moneys, refs, sales, leads, prints, digests,
                moments, effective, bodies)
        AS t(id, kind, payer, payee, amount, money, ref, sale, lead, print, digest,
             moment, effective, body);
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
        RETURN NEXT now_there;
    END LOOP;
    INSERT INTO leadcore_ledger_entries (
        account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
        effective_at
    )
    SELECT a.id, a.seq - l.later, l.transfer, l.amount, 0,
        a.credits_posted - a.debits_posted - l.rest, a.debits_pending, a.moved_at, l.effective
    FROM unnest(line_accounts, line_transfers, line_amounts, line_laters, line_rests,
                line_effective)
        AS l(account, transfer, amount, later, rest, effective)
    JOIN leadcore_ledger_accounts a ON a.id = l.account;
END
$$
"""

# Whoever is next waits from the moment the account is moved, so all that can be done before is.
# `minor` is what is added to it.
_ONE = """
CREATE OR REPLACE FUNCTION leadcore_ledger_post_one(
    moment timestamptz, room bigint,
    name text, seller text, money text, standing text, required bigint,
    other text, other_standing text,
    key text, kind text, minor bigint, refers text, sale text, lead text, print text,
    effective timestamptz, body text,
    OUT place bigint, OUT came bigint, OUT went bigint, OUT announced bigint, OUT held bigint,
    OUT lowest bigint, OUT moved timestamptz, OUT owner text
) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leadcore_ledger_transfers (
        id, kind, debit, credit, amount, currency, ref, sale_id, lead_id, fingerprint, batch,
        recorded_at, effective_at, data
    ) VALUES (
        key, kind, CASE WHEN minor < 0 THEN name ELSE other END,
        CASE WHEN minor < 0 THEN other ELSE name END, abs(minor), money, refers, sale, lead, print,
        print, moment, effective, body
    );
    UPDATE leadcore_ledger_accounts a SET
        credits_posted = a.credits_posted + greatest(minor, 0),
        debits_posted = a.debits_posted + greatest(-minor, 0),
        seq = a.seq + 1,
        moved_at = greatest(a.moved_at, moment)
    WHERE a.id = name AND a.seller_id = seller AND a.currency = money AND a.tracked
        AND a.status = standing
        AND greatest(a.credits_posted, a.debits_posted, a.credits_pending, a.debits_pending) <= room
        AND (a.floor IS NULL
             OR a.credits_posted - a.debits_posted - a.debits_pending - a.floor >= required)
        AND EXISTS (
            SELECT FROM leadcore_ledger_accounts o
            WHERE o.id = other AND o.seller_id = seller AND o.currency = money
                AND NOT o.tracked AND o.status = other_standing
        )
    RETURNING a.seq, a.credits_posted, a.debits_posted, a.credits_pending, a.debits_pending,
        a.floor, a.moved_at, a.account_id
    INTO place, came, went, announced, held, lowest, moved, owner;
    IF place IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LC001', MESSAGE = 'not so plain';
    END IF;
    INSERT INTO leadcore_ledger_entries (
        account, seq, transfer_id, amount, reserved, posted_after, pending_after, recorded_at,
        effective_at
    ) VALUES (name, place, key, minor, 0, came - went, held, moved, effective);
END
$$
"""


def make_functions() -> None:
    """Make the functions of this revision; there are none."""
    first, now = AS_NEEDED.format("s.", ""), AS_NEEDED.format("", "[place]")
    op.execute(_FUNCTION.replace("AS_NEEDED_FIRST", first).replace("AS_NEEDED_NOW", now))
    op.execute(_ONE)


def upgrade() -> None:
    op.execute(_KEEP_PLACES)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION leadcore_ledger_post")
        make_functions()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        before = import_module("leadcore_sqlalchemy.migrations.versions.0004_ledger_function")
        before.downgrade()
        before.upgrade()
    op.execute(_FREE_PLACES)
