"""A history is all that was recorded of one seller, and of nobody else."""

from leadcore.what_if.history import every_lead, every_refund, recorded
from tests.what_if import lives


def test_every_stream_is_read_with_its_events():
    life = lives.whole()
    other = lives.Life()
    history = recorded(life.store, life.seller)
    kinds = {"seller", "account", "user", "order", "lead", "refund"}
    wanted = {key: events for key, events in life.store.events.items() if key[0] in kinds}
    assert {(each.kind, each.id): each.events for each in history.streams} == wanted
    assert {line.entry.account for line in history.lines} == {
        f"prepaid:{life.scene.account(number)}" for number in range(3)
    }
    assert history.forced == frozenset({f"{life.seller}/r7/reversal/1"})
    assert recorded(other.store, life.seller).streams[1:] == ()


def test_leads_are_read_page_by_page(monkeypatch):
    life = lives.whole()
    whole = [lead.id for lead in every_lead(life.store, life.seller)]
    monkeypatch.setattr("leadcore.what_if.history._PAGE", 3)
    assert [lead.id for lead in every_lead(life.store, life.seller)] == whole
    assert len(set(whole)) == len(whole) > 10
    assert len(every_refund(life.store, life.seller)) == 5
