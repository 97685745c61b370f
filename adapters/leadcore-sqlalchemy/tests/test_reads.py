from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from sqlalchemy import event, text

from leadcore import refunds
from leadcore.back_office import (
    DecideRefund,
    KeepOrder,
    RequestRefund,
    SetSellerTerms,
    WorkLead,
)
from leadcore.downline import Reach, Scope
from leadcore.errors import Refused
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.orders import EditOrder, OrderReturns
from leadcore.ports import (
    LeadQuery,
    LeadSort,
    RefundDate,
    RefundNeeds,
    RefundQuery,
    RefundSort,
)
from leadcore.submissions import Channel, LeadKind
from leadcore.values import PersonName
from leadcore_sqlalchemy.facts import load


@pytest.fixture
def used(store, town):
    store.run_many([town.lead(number) for number in range(1, 8)])
    return store


def ids(leads) -> list[str]:
    return [lead.id for lead in leads]


def test_leads_are_listed_newest_first_and_filtered(used, town):
    def found(**asked):
        return ids(used.leads(LeadQuery(seller_id=town.seller, **asked)))

    everything = [f"lead-{number}" for number in (7, 6, 5, 4, 3, 2, 1)]
    assert found() == everything
    assert found(sort=LeadSort.SOLD) == everything
    assert found(limit=2) == everything[:2]
    assert found(since=town.lead(5).at, until=town.lead(7).at) == ["lead-6", "lead-5"]
    assert found(statuses=frozenset({LeadStatus.UNSOLD})) == []
    assert found(statuses=frozenset()) == []
    assert found(statuses=frozenset({LeadStatus.SOLD})) == everything
    assert found(kind=LeadKind.LIVE_CALL) == []
    assert found(kind=LeadKind.WEB) == everything
    assert found(text="ANN 3") == ["lead-3"]
    assert found(text="+12120000004") == ["lead-4"]
    assert used.leads(LeadQuery(seller_id="other")) == ()


@pytest.mark.parametrize("sort", LeadSort)
def test_pages_join_whatever_they_are_sorted_by(used, town, sort):
    query = LeadQuery(seller_id=town.seller, sort=sort, limit=3)
    first = used.leads(query)
    second = used.leads(query.behind(first[-1]))
    third = used.leads(query.behind(second[-1]))
    order = range(7, 0, -1) if sort.newest_first else range(1, 8)
    wanted = [f"lead-{n}" for n in order]
    if sort is LeadSort.OWNER:
        wanted.sort(key=lambda lead: (used.lead(lead).assigned_to, lead))
    assert ids(first + second + third) == wanted


@pytest.mark.parametrize("words", ["%", "_", "/", "\\", "'", "100%"])
def test_signs_that_mean_something_to_sql_are_just_signs(store, town, words):
    odd = town.lead(1)
    named = replace(odd.submission, name=PersonName(full=f"a{words}b"))
    store.run(replace(odd, submission=named))
    store.run(town.lead(2))
    query = LeadQuery(seller_id=town.seller, text=words)
    assert ids(store.leads(query)) == ["lead-1"]


def test_every_reach_sees_its_part(used, town):
    def seen(reach: Reach, user: str = "seller/a0/u", account: str = "seller/a0"):
        scope = Scope(account_id=account, user_id=user, reach=reach)
        return set(ids(used.leads(LeadQuery(seller_id=town.seller, scope=scope))))

    own = seen(Reach.OWN)
    assert own
    assert seen(Reach.NOTHING) == set()
    assert seen(Reach.DOWNLINE) == own == seen(Reach.ACCOUNT)
    assert seen(Reach.OWN, account="seller/a1") == set()
    assert seen(Reach.ACCOUNT, account="seller/a1").isdisjoint(own)
    assert seen(Reach.OWN, user="nobody") == set()


def test_refunds_are_listed_by_account_status_and_window(used, town):
    lead = used.lead("lead-1")
    viewer = lead.assigned_to
    at = town.lead(1).at + timedelta(hours=1)
    request = RequestRefund(
        refund_id="r1",
        lead_id=lead.id,
        user_id=viewer,
        reason="wrong_number",
        detail="It rings elsewhere.",
        at=at,
    )
    assert used.run(request).status is refunds.RefundStatus.REQUESTED

    def found(**asked):
        return [r.id for r in used.refunds(RefundQuery(seller_id=town.seller, **asked))]

    account = lead.sale.account_id
    other = "seller/a1" if account == "seller/a0" else "seller/a0"
    assert found() == found(account_id=account) == found(since=at) == ["r1"]
    assert found(account_id=other) == found(until=at) == []
    assert found(statuses=frozenset({refunds.RefundStatus.APPROVED})) == []
    verify = DecideRefund(refund_id="r1", command=refunds.StartVerification(by="staff"), at=at)
    used.run(verify)
    assert found(statuses=frozenset({refunds.RefundStatus.REQUESTED})) == []
    assert used.audit() == ()


def test_overdue_leads_are_paged_longest_overdue_first(used, town):
    late = town.lead(7).at + timedelta(hours=24)
    query = LeadQuery(seller_id=town.seller, overdue_at=late, limit=4)
    first = used.leads(query)
    assert ids(first) == ["lead-1", "lead-2", "lead-3", "lead-4"]
    second = used.leads(replace(query.behind(first[-1]), sort=LeadSort.SOLD))
    assert ids(second) == ["lead-5", "lead-6"]
    one = used.lead("lead-2")
    attempt = ContactAttempt(
        channel=Channel.CALL, at=one.sale.sold_at, by=one.assigned_to, outcome=AttemptOutcome.SENT
    )
    used.run(
        WorkLead(
            lead_id=one.id,
            viewer_id=one.assigned_to,
            command=LogAttempt(attempt=attempt),
            at=one.sale.sold_at,
        )
    )
    assert ids(used.leads(query)) == ["lead-1", "lead-3", "lead-4", "lead-5"]
    # The page behind one that is no longer in the list.
    assert ids(used.leads(query.behind(one))) == ["lead-3", "lead-4", "lead-5", "lead-6"]
    scope = Scope(account_id=town.account, user_id="nobody", reach=Reach.ACCOUNT)
    mine = ids(used.leads(replace(query, scope=scope, limit=9)))
    assert set(mine) < {"lead-1", "lead-3", "lead-4", "lead-5", "lead-6"}
    assert mine == sorted(mine)


def test_orders_of_a_seller_or_of_one_account(used, town):
    both = used.orders(town.seller)
    assert [order.id for order, _ in both] == ["seller/a0/o", "seller/a1/o"]
    assert sum(standing.sold for _, standing in both) == 7
    assert used.orders(town.seller, "seller/a1") == both[1:]


def test_statements_and_balances_at_the_edges(used, town):
    lines = used.statement(town.ledger)
    first, last = lines[0].entry, lines[-1].entry
    assert used.statement(town.ledger, since=last.recorded_at) == lines[-1:]
    assert used.statement(town.ledger, until=last.recorded_at) == lines[:-1]
    assert used.balance(town.ledger, last.recorded_at).posted == last.posted_after
    before = first.recorded_at - timedelta(microseconds=1)
    assert used.balance(town.ledger, before).posted == 0
    assert used.balance("nobody's").posted == used.balance("nobody's", town.at).posted == 0
    assert used.ledger_account("nobody's") is None


def plan(engine, statement: str) -> str:
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Tables of a few rows are read whole; what counts is whether an index can serve.
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.execute(text(f"SET enable_{way} = off"))
        return "\n".join(str(row[-1]) for row in connection.execute(text(explain + statement)))


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (
            """SELECT posted_after FROM leadcore_ledger_entries WHERE account = 'x'
            AND recorded_at <= '2026-01-01' ORDER BY recorded_at DESC, seq DESC LIMIT 1""",
            "ix_leadcore_ledger_entries_account_recorded_at_seq",
        ),
        (
            """SELECT data FROM leadcore_leads WHERE seller_id = 'x' AND received_at IS NOT NULL
            ORDER BY received_at DESC, id DESC LIMIT 50""",
            "ix_leadcore_leads_seller_id_received_at_id",
        ),
        (
            """SELECT data FROM leadcore_orders WHERE seller_id = 'x' AND status = 'open'
            ORDER BY id""",
            "ix_leadcore_orders_seller_id_status_id",
        ),
        (
            """SELECT data FROM leadcore_leads WHERE seller_id = 'x' AND received_at IS NOT NULL
            AND untried_until < '2026-01-01' ORDER BY untried_until, id LIMIT 50""",
            "ix_leadcore_leads_seller_id_untried_until_id",
        ),
        (
            """SELECT data FROM leadcore_contact_points WHERE seller_id = 'x'
            AND pending_since IS NOT NULL ORDER BY pending_since, id LIMIT 50""",
            "ix_leadcore_contact_points_seller_id_pending_since_id",
        ),
        (
            """SELECT data FROM leadcore_payments WHERE seller_id = 'x'
            ORDER BY requested_at DESC, id DESC LIMIT 50""",
            "ix_leadcore_payments_seller_id_requested_at_id",
        ),
        (
            """SELECT data FROM leadcore_payments WHERE seller_id = 'x'
            AND reference = 'ch_1' ORDER BY id LIMIT 1""",
            "ix_leadcore_payments_seller_id_reference_id",
        ),
        (
            """SELECT data FROM leadcore_payments WHERE seller_id = 'x' AND status = 'unknown'
            ORDER BY requested_at DESC, id DESC LIMIT 50""",
            "ix_leadcore_payments_seller_id_status_requested_at_id",
        ),
        (
            """SELECT data FROM leadcore_users WHERE seller_id = 'x' AND cell = '+12125550100'""",
            "ix_leadcore_users_seller_id_cell",
        ),
    ],
)
@pytest.mark.plans
def test_the_lists_that_grow_are_read_by_an_index_without_sorting(any_engine, statement, index):
    found = plan(any_engine, statement)
    assert index in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


def _asked(used, town, number, reason, *, day=1, key=None):
    lead = used.lead(f"lead-{number}")
    at = town.lead(number).at + timedelta(days=day)
    case = RequestRefund(
        refund_id=key or f"r{number}",
        lead_id=lead.id,
        user_id=lead.assigned_to,
        reason=reason,
        detail="It rings elsewhere.",
        at=at,
    )
    return used.run(case)


def test_a_page_of_refunds_says_what_it_leaves_out(used, town):
    days = {1: ("wrong_number", 1), 2: ("spam", 2), 3: ("spam", 3)}
    made = {n: _asked(used, town, n, reason, day=day) for n, (reason, day) in days.items()}
    declined = DecideRefund(
        refund_id="r3",
        command=refunds.DeclineRefund(by="staff", note="no"),
        at=made[3].requested_at + timedelta(days=9),
    )
    used.run(declined)

    def page(**asked):
        found = used.refund_page(RefundQuery(seller_id=town.seller, **asked))
        return [each.id for each in found.refunds], found.outside, found.beyond

    assert page() == (["r3", "r2", "r1"], 0, 0)
    assert page(limit=1) == (["r3"], 0, 2)
    assert page(since=made[2].requested_at, limit=1) == (["r3"], 1, 1)
    assert page(until=made[2].requested_at) == (["r1"], 2, 0)
    assert page(reasons=frozenset({"spam"}), until=made[3].requested_at) == (["r2"], 1, 0)
    assert page(reasons=frozenset()) == ([], 0, 0)
    decided = RefundDate.DECIDED
    assert page(dated=decided, since=declined.at) == (["r3"], 2, 0)
    assert page(dated=decided, until=declined.at) == ([], 3, 0)
    assert page(sort=RefundSort.DUE) == (["r1", "r2", "r3"], 0, 0)
    pending = {"statuses": refunds.PENDING, "sort": RefundSort.DUE}
    assert page(**pending, limit=1) == (["r1"], 0, 1)
    assert used.audit() == ()


@pytest.mark.parametrize("sort", RefundSort)
@pytest.mark.plans
def test_the_requests_of_a_sale_are_found_by_the_sale(used, town, sort):
    asked = _asked(used, town, 1, "spam")
    query = RefundQuery(
        seller_id=town.seller, account_id=asked.account_id, sale_id=asked.sale_id, sort=sort
    )
    sent = []

    def hear(_connection, _cursor, statement, values, *_more):
        sent.append((statement, values))

    event.listen(used.engine, "before_cursor_execute", hear)
    assert used.refunds(query) == (asked,)
    event.remove(used.engine, "before_cursor_execute", hear)
    (said,) = ((words, values) for words, values in sent if "FROM leadcore_refunds" in words)
    is_sqlite = used.engine.dialect.name == "sqlite"
    with used.engine.connect() as connection:
        for way in () if is_sqlite else ("seqscan", "bitmapscan"):
            connection.execute(text(f"SET enable_{way} = off"))
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        plans = connection.exec_driver_sql(explain + said[0], said[1]).all()
    assert "ix_leadcore_refunds_sale_id" in str(plans)


def test_what_terms_count_is_read_as_far_back_as_they_ask(used, town):
    seller = used.seller(town.seller)

    def on(**changed):
        terms = replace(seller.terms, refunds=refunds.RefundTerms(**changed))
        used.run(SetSellerTerms(seller_id=town.seller, terms=terms, at=town.lead(1).at))

    limit = refunds.ReturnLimit(most=1, per=refunds.LimitPer.MONTH)
    on(limits=(limit,), rates=(refunds.ReturnRate(rate=10_000),))
    used_by = {used.lead(f"lead-{n}").sale.account_id: n for n in range(1, 8)}
    first, second = sorted(used_by.values())[:2]
    same = [
        n
        for n in range(1, 8)
        if used.lead(f"lead-{n}").sale.account_id == used.lead(f"lead-{first}").sale.account_id
    ]
    _asked(used, town, same[0], "spam")
    with pytest.raises(Refused, match="RET-LIMIT"):
        _asked(used, town, same[1], "spam")
    # Another account's requests are its own.
    _asked(used, town, second, "spam")
    facts = used._read(facts_of, _needs(used, town, same[1]))
    assert {sale.lead_id for sale in facts.sold} == {f"lead-{n}" for n in same}
    sale = used.lead(f"lead-{same[1]}").sale
    assert [each for each in facts.sold if each.id == sale.id] == [sale]
    assert [asked.lead_id for asked in facts.asked] == [f"lead-{same[0]}"]
    assert facts.request_counts == {refunds.requests_key(sale.account_id): 1}
    on()
    assert used._read(facts_of, _needs(used, town, same[1])).sold is None


def test_an_orders_maximum_of_returns_is_counted_without_loading_a_sale(used, town):
    order = used.lead("lead-1").sale.order_id
    same = [n for n in range(1, 8) if used.lead(f"lead-{n}").sale.order_id == order]
    assert 1 < len(same) < 7
    (kept,) = (each for each, _ in used.orders(town.seller) if each.id == order)
    command = EditOrder(replace(kept.terms, max_returns=9_000))
    keep = KeepOrder(order_id=order, account_id=kept.account_id, command=command, at=town.at)
    used.run(keep)

    def counted():
        facts = used._read(facts_of, _needs(used, town, same[0]))
        assert (facts.sold, facts.asked) == (None, None)
        key = refunds.requests_key(kept.account_id)
        return facts.order_returns, facts.request_counts[key]

    assert counted() == (OrderReturns(sold=len(same), returned=0), 0)
    later = town.at + timedelta(days=1)
    for times, number in enumerate(same[:2], start=1):
        lead = used.lead(f"lead-{number}")
        asked = RequestRefund(
            refund_id=f"r{number}",
            lead_id=lead.id,
            user_id=lead.assigned_to,
            reason="wrong_number",
            detail="asked",
            at=later,
        )
        used.run(asked)
        # Not those for the sale itself, and none of another order.
        assert counted() == (OrderReturns(sold=len(same), returned=times - 1), times)
    decline = refunds.DeclineRefund(by="staff", note="no")
    used.run(DecideRefund(refund_id=f"r{same[1]}", command=decline, at=later))
    assert counted() == (OrderReturns(sold=len(same), returned=0), 2)


def facts_of(connection, needs):
    return load(needs, connection)


def _needs(used, town, number):
    lead = used.lead(f"lead-{number}")
    return RefundNeeds(
        refund_id="new",
        lead_id=lead.id,
        user_id=lead.assigned_to,
        asked_at=town.lead(number).at + timedelta(days=2),
    )
