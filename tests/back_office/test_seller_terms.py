"""Whoever works at a seller's edits its terms, and not who works there."""

import pytest

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.errors import Malformed, NotFound
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT


@pytest.mark.parametrize("desk", [None, "other"])
def test_all_terms_but_the_desk_are_edited(desk):
    store = MemoryStore()
    first = SellerTerms(name="First", desk="desk")
    edit = bo.EditSellerTerms(seller_id="s", terms=SellerTerms(name="Second", desk="desk"), at=AT)
    with pytest.raises(NotFound, match="'s'"):
        store.run(edit)
    store.run(bo.SetSellerTerms(seller_id="s", terms=first, at=AT))
    other = SellerTerms(name="Second", desk=desk)
    with pytest.raises(Malformed, match=r"terms\.desk: stays 'desk' here"):
        store.run(bo.EditSellerTerms(seller_id="s", terms=other, at=AT))
    assert store.run(edit).terms.name == "Second"
    assert store.run(bo.SetSellerTerms(seller_id="s", terms=other, at=AT)).terms.desk == desk
