"""Request return: five 24-hour periods to the microsecond, once, and told why not."""

from datetime import UTC, datetime, timedelta

import pytest
from proteus import Model, Wizard
from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError
from trytond.transaction import Transaction

from leadcore import host_leads

SOLD = datetime(2026, 10, 29, 16, 0, 0, 250_000, tzinfo=UTC)
"""In daylight saving time; the clocks go back within the five days."""
CLOSES = SOLD + timedelta(hours=120)
MICROSECOND = timedelta(microseconds=1)


def request(lead, reason="wrong_number", detail="A bakery answers."):
    wizard = Wizard("leadcore.request_return", [lead])
    wizard.form.reason, wizard.form.detail = reason, detail
    wizard.execute("request")
    return wizard


def returns(lead):
    return Model.get("leadcore.return").find([("opportunity", "=", lead.id)])


def test_the_window_is_told_and_its_last_instant_is_inside(host, clock):
    clock.set(CLOSES)
    lead = host.lead()
    assert lead.return_closes_at == CLOSES.replace(tzinfo=None)
    wizard = request(lead)
    (made,) = returns(lead)
    ((shown,),) = wizard.actions
    assert shown.id == made.id
    assert made.expected__latest.isoformat() == "2026-11-10"
    assert (made.requested_at, made.status) == (CLOSES.replace(tzinfo=None), "requested")


@pytest.mark.parametrize(
    ("at", "rule"), [(CLOSES + MICROSECOND, "RET-LATE"), (SOLD - MICROSECOND, "RET-BEFORE-SALE")]
)
def test_outside_it_is_refused_with_the_instants(host, clock, at, rule):
    lead = host.lead()
    clock.set(at)
    with pytest.raises(UserError) as refused:
        request(lead)
    assert rule in refused.value.description
    assert "2026-10-29 16:00:00.250000 UTC" in refused.value.message
    assert "2026-11-03 16:00:00.250000 UTC" in refused.value.message
    assert returns(lead) == []


def test_every_reason_is_told_at_once(host, clock):
    lead = host.lead()
    clock.set(CLOSES + MICROSECOND)
    with pytest.raises(UserError) as refused:
        request(lead, "past_sol", " ")
    found = {line.partition(":")[0] for line in refused.value.description.splitlines()}
    assert found == {"RET-LATE", "RET-REASON", "RET-DETAIL"}


def test_a_lead_is_returned_once(host, clock):
    clock.set(CLOSES)
    lead = host.lead()
    request(lead)
    with pytest.raises(UserError, match="RET-ONCE"):
        request(lead)
    assert len(returns(lead)) == 1


def test_what_was_never_sold_is_never_returned(host, clock):
    with pytest.raises(UserError, match="recorded"):
        Wizard("leadcore.request_return", [host.lead(sold_at=None)])
    assert host.model("leadcore.return").find([("opportunity.sold_at", "=", None)]) == []


def test_a_full_mailbox_needs_calls_on_four_days(host, clock):
    lead = host.lead()
    clock.set(CLOSES)
    for day in range(4):
        with pytest.raises(UserError, match="RET-ATTEMPTS"):
            request(lead, "voicemail_full", "Full.")
        made = SOLD + timedelta(days=day, hours=1)
        host.model("leadcore.attempt")(
            opportunity=lead,
            party=lead.party,
            company=host.company,
            kind="call",
            at=made.replace(tzinfo=None),
        ).save()
    request(lead, "voicemail_full", "Full.")
    assert len(returns(lead)) == 1


def test_a_live_call_rests_on_its_recording(host, clock):
    clock.set(CLOSES)
    lead = host.lead(lead_kind="live_call")
    with pytest.raises(UserError, match="RET-RECORDING"):
        request(lead)
    lead.recorded = True
    lead.save()
    request(lead)
    assert len(returns(lead)) == 1


def test_an_approved_lead_leaves_and_a_declined_one_stays(host, clock):
    clock.set(CLOSES)
    worker = host.employee("Worker")
    leads = [host.lead(employee=worker) for _ in range(2)]
    for lead in leads:
        request(lead)
    gone, stays = (returns(lead)[0] for lead in leads)
    for made, said in ((gone, "approve"), (stays, "decline")):
        with pytest.raises(UserError, match="note"):
            made.click(said)
        made.note = "The verifier called the number."
        made.save()
        made.click(said)
    for lead in leads:
        lead.reload()
    assert [lead.state for lead in leads] == ["cancelled", "lead"]
    assert [lead.employee for lead in leads] == [None, worker]
    ask = Wizard("leadcore.may_contact", [leads[0]])
    ask.execute("answer")
    assert "H-NOT-HELD" in ask.form.rules
    assert "returned" in ask.form.why_never
    with pytest.raises(UserError, match="H-NOT-HELD"):
        ask.execute("log")
    with pytest.raises(UserError, match="RET-ONCE"):
        request(leads[1])


def test_a_sale_is_not_changed(host, clock):
    lead = host.lead()
    lead.sold_at = (SOLD + timedelta(days=5)).replace(tzinfo=None)
    with pytest.raises(AccessError):
        lead.save()
    # As a client could send it: whole, and with what only the wizard gives.
    row = {"opportunity": lead.id, "reason": "spam", "detail": "x", "status": "requested"}
    row |= {"requested_at": SOLD.replace(tzinfo=None), "ordinal": 1, "kept": "{}"}
    kept = Model.get("leadcore.return")
    with pytest.raises(AccessError):
        kept._proxy.create([row], kept._config.context)
    assert returns(lead) == []


def test_what_is_run_again_is_done_once(host, clock, monkeypatch):
    """The host rolls back and runs a request again; whoever sends it again gets the same answer."""
    clock.set(CLOSES)
    lead, runs = host.lead(), []
    request_return = host_leads.request_return

    def counted(*given, **named):
        runs.append(Transaction().started_at)
        return request_return(*given, **named)

    monkeypatch.setattr(host_leads, "request_return", counted)
    wizard = Wizard("leadcore.request_return", [lead])
    sent = {"ask": {"reason": "wrong_number", "detail": "A bakery answers."}}
    context = {**wizard._config.context, "active_model": "sale.opportunity"}
    context |= {"active_id": lead.id, "active_ids": [lead.id]}
    shown = []
    for at in (CLOSES, CLOSES + timedelta(days=1)):
        # The first answer is lost on the way: the client sends the same state of the same session.
        clock.set(at)
        answer = wizard._proxy.execute(wizard.session_id, sent, "request", context)
        ((_, told),) = answer["actions"]
        shown.append(told["res_id"])
    (made,) = returns(lead)
    assert (shown, len(runs)) == ([[made.id], [made.id]], 1)


def test_a_conflict_leaves_nothing_behind(host, clock, monkeypatch):
    clock.set(CLOSES)
    lead = host.lead()
    wizard = Wizard("leadcore.request_return", [lead])
    wizard.form.reason, wizard.form.detail = "wrong_number", "A bakery answers."
    Return = wizard._config.pool.get("leadcore.return")  # noqa: N806 - the host's models are classes
    create, tried = Return.create, []

    def fails_once(rows):
        made = create(rows)
        tried.append(len(made))
        if len(tried) == 1:
            raise RuntimeError("another transaction was faster")
        return made

    monkeypatch.setattr(Return, "create", fails_once)
    with pytest.raises(RuntimeError, match="faster"):
        wizard.execute("request")
    assert returns(lead) == []
    wizard.execute("request")
    assert (len(returns(lead)), tried) == (1, [1, 1])
