"""What a packet holds: everything recorded, in order, chained, under one head."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve, frozen

from leadcore import wire
from leadcore.contact.logged import mark_of
from leadcore.decision_trail import DecisionLogged
from leadcore.errors import Malformed
from leadcore.evidence.canonical import canonical
from leadcore.evidence.packet import FIRST, Recorded, packet, recorded
from leadcore.leads import ContactAttempted
from leadcore.rulebooks import US
from leadcore.testing.dossiers import LEAD, MADE, SELLER, dossier

AT = datetime(2026, 11, 22, tzinfo=UTC)


def made(records=None, made_at=MADE):
    records = dossier() if records is None else records
    return json.loads(packet(records, lead_id=LEAD, seller_id=SELLER, made_at=made_at))


def test_everything_recorded_is_in_it_and_comes_back_equal() -> None:
    found = made()["records"]
    told = {(each.stream, each.key, each.position): each for each in dossier()}
    assert len(found) == len(told)
    for record in found:
        each = told[record["stream"], record["key"], record["position"]]
        assert record["at"] == wire.dump(each.at)
        if each.stream in wire.EVENTS:
            assert wire.load_event(each.stream, record["event"]) == each.event
        else:
            assert record["event"]["event"] == "Message"
            assert wire.load(type(each.event), record["event"]["data"]) == each.event


def test_records_stand_in_order_of_time_and_hold_on_to_each_other() -> None:
    found = made()["records"]
    assert [each["seq"] for each in found] == list(range(1, len(found) + 1))
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    assert found[0]["previous"] == FIRST
    for one, next_one in pairwise(found):
        assert next_one["previous"] == one["hash"]
    for each in found:
        rest = {name: value for name, value in each.items() if name != "hash"}
        assert hashlib.sha256(canonical(rest)).hexdigest() == each["hash"]


def test_the_head_stands_for_the_manifest_and_that_for_the_last_record() -> None:
    found = made()
    manifest = found["manifest"]
    assert hashlib.sha256(canonical(manifest)).hexdigest() == found["head"]
    assert manifest["last"] == found["records"][-1]["hash"]
    assert (manifest["lead"], manifest["seller"], manifest["count"]) == (LEAD, SELLER, 18)
    assert manifest["made_at"] == "2026-12-06T15:30:00Z"
    assert manifest["streams"] == {
        "contact_point": 4,
        "decisions": 3,
        "lead": 7,
        "message": 1,
        "refund": 3,
    }
    assert "No legal advice" in manifest["notice"]


def test_equal_records_make_equal_bytes_whatever_their_order() -> None:
    there, back = dossier(), dossier()[::-1]
    whole = packet(there, lead_id=LEAD, seller_id=SELLER, made_at=MADE)
    assert packet(back, lead_id=LEAD, seller_id=SELLER, made_at=MADE) == whole
    later = packet(there, lead_id=LEAD, seller_id=SELLER, made_at=MADE + timedelta(seconds=1))
    assert later != whole


def test_the_rulebooks_that_answered_are_named_once() -> None:
    (rulebook,) = made()["manifest"]["rulebooks"]
    assert rulebook == wire.dump(mark_of(US))
    assert (
        made([each for each in dossier() if each.stream == "lead"])["manifest"]["rulebooks"] == []
    )


def test_texts_of_consent_have_their_digests() -> None:
    found = {
        entry["path"]: entry["sha256"] for record in made()["records"] for entry in record["texts"]
    }
    assert found.keys() == {
        "$.event.data.submission.consents[0].text",
        "$.event.data.fact.evidence.text",
    }
    for record in made()["records"]:
        for entry in record["texts"]:
            data = record["event"]["data"]
            text = (
                data["fact"]["evidence"]["text"]
                if "fact" in data
                else data["submission"]["consents"][0]["text"]
            )
            assert hashlib.sha256(text.encode()).hexdigest() == entry["sha256"]


def test_retention_counts_from_the_last_contact() -> None:
    kept = made()["manifest"]["retention"]
    contacts = [each.at for each in dossier() if isinstance(each.event, ContactAttempted)]
    assert kept["last_contact"] == wire.dump(max(contacts))
    assert kept["certificates"] == [
        {
            "kind": "TrustedForm",
            "id": "tf-83c1",
            "status": "unclaimed",
            "until": "2027-02-14T15:30:00Z",
        }
    ]
    never = [each for each in dossier() if not isinstance(each.event, ContactAttempted)]
    last = max(each.at for each in never)
    assert made(never)["manifest"]["retention"]["last_contact"] == wire.dump(last)


def test_a_certificate_counts_as_it_was_recorded_last() -> None:
    (grant,) = [each for each in dossier() if type(each.event).__name__ == "GrantRecorded"]
    fact = grant.event.fact
    claimed = evolve(fact.evidence.certificate, claimed_at=MADE)
    again = evolve(fact, evidence=evolve(fact.evidence, certificate=claimed, text=None))
    later = Recorded(
        stream="contact_point",
        key=grant.key,
        position=5,
        at=MADE,
        event=evolve(grant.event, fact=again),
    )
    (kept,) = made([*dossier(), later])["manifest"]["retention"]["certificates"]
    assert kept["status"] == "kept"


@frozen(kw_only=True)
class Heard:
    """An event of a stream that leadcore does not know."""

    at: datetime
    words: tuple[str, ...]


def test_any_stream_fits() -> None:
    (record,) = made(recorded("voice", "v-1", [Heard(at=AT, words=("stop", "it"))]))["records"]
    assert record["event"] == {
        "v": wire.VERSION,
        "event": "Heard",
        "data": {"at": "2026-11-22T00:00:00Z", "words": ["stop", "it"]},
    }


def test_what_makes_no_packet() -> None:
    with pytest.raises(ValueError, match="nothing is recorded"):
        made([])
    with pytest.raises(ValueError, match="place 1 of the lead stream 'lead-0007' is taken 2 times"):
        made([*dossier(), dossier()[0]])
    with pytest.raises(Malformed, match=r"\$\.question: is missing"):
        made(recorded("decisions", LEAD, [DecisionLogged(text="{}", at=AT)]))
    with pytest.raises(Malformed, match="Heard is no event of a lead"):
        made(recorded("lead", LEAD, [Heard(at=AT, words=())]))
