"""What is written is a CloudEvent to whoever reads CloudEvents, and the same each time."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.accounts import SellerTerms, SellerTermsSet
from leadcore.ports import JournalEntry
from leadcore_nats import cloud_event, subject_of

AT = "2026-11-16T15:30:00.000001Z"
IDS = st.one_of(
    st.sampled_from(["a.b", "*", ">", "a b", "%2E", "é", "a\r\nb", "/", "a/1", "\x00", "_"]),
    st.text(min_size=1, max_size=20),
)


def entry(**more):
    known = {
        "seller_id": "seller",
        "kind": "lead",
        "key": "l1",
        "number": 2,
        "event": {"v": 1, "event": "LeadSold", "data": {"at": AT, "note": "Señora \ud83d ✓"}},
    }
    return JournalEntry(**{**known, **more})


def read(one):
    return JSONFormat().read(None, cloud_event(one, source="/shop"))


def test_it_is_a_cloud_event():
    event = read(entry())
    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": "lead/l1/2",
        "source": "/shop/sellers/seller",
        "type": "leadcore.lead.LeadSold.v1",
        "subject": "l1",
        "datacontenttype": "application/json",
        "streamkind": "lead",
        "streamversion": 2,
        "time": datetime.fromisoformat(AT),
    }
    assert event.get_data() == {"at": AT, "note": "Señora \ud83d ✓"}


def test_what_the_journal_holds_comes_out_again():
    set_ = SellerTermsSet(seller_id="s", terms=SellerTerms(name="S"), at=datetime.fromisoformat(AT))
    one = entry(kind="seller", key="s", event=wire.dump_event("seller", set_))
    told = read(one)
    kind, name, version = told.get_type().removeprefix("leadcore.").split(".")
    written = {"v": int(version[1:]), "event": name, "data": told.get_data()}
    assert wire.load_event(kind, written) == set_


@pytest.mark.parametrize("facts", [{}, {"at": None}, {"at": 5}])
def test_an_event_that_tells_no_instant_gets_none(facts):
    one = entry(event={"v": 1, "event": "LeadSold", "data": facts})
    assert "time" not in json.loads(cloud_event(one, source="/x"))


@given(seller=IDS, kind=IDS, key=IDS)
def test_any_id_makes_a_valid_event_and_a_subject_of_three_parts(seller, kind, key):
    one = entry(seller_id=seller, kind=kind, key=key)
    assert read(one).get_id() == f"{kind}/{key}/2"
    assert cloud_event(one, source="/x") == cloud_event(one, source="/x")
    subject = subject_of(one, prefix="leadcore")
    assert subject.count(".") == 2
    assert subject.isascii()
    assert not set(subject) & set(" *>\r\n\t\x00")
    assert all(subject.split("."))


@given(one=st.tuples(IDS, IDS), other=st.tuples(IDS, IDS))
def test_other_sellers_and_kinds_have_other_subjects(one, other):
    subjects = {
        subject_of(entry(seller_id=seller, kind=kind), prefix="p") for seller, kind in (one, other)
    }
    assert len(subjects) == len({one, other})
