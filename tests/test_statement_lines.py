"""The lines of a statement as they are told."""

from __future__ import annotations

from leadcore import wire
from leadcore.accounts import prepaid_account
from leadcore.statement_lines import ToldLine, told_lines
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import PRICE, Scene
from leadcore.values import Money


def test_each_line_is_traceable_and_says_what_there_was_after_it():
    scene = Scene(store=MemoryStore()).set_up()
    lead = scene.receive(1).lead
    seller = scene.store.seller(scene.seller)
    lines = scene.store.statement(prepaid_account(scene.account()))
    funded, charged = told_lines(lines, seller.consumptions, currency="USD")
    assert (funded.seq, funded.of, funded.lead, funded.by) == (1, None, None, "staff")
    assert (charged.seq, charged.lead, charged.order) == (2, lead.id, scene.order())
    assert charged.amount == Money(-PRICE, "USD")
    assert charged.balance == charged.cash == Money(scene.funds - PRICE, "USD")
    assert [(part.lot, part.amount) for part in charged.parts] == [
        (funded.id, Money(-PRICE, "USD"))
    ]
    data = wire.dump(charged)
    assert wire.load(ToldLine, data) == charged
    # What there is none of is said, too: whoever reads a line finds every field.
    assert data.keys() == {each.name for each in ToldLine.__attrs_attrs__}
