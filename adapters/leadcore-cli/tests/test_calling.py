"""Recordings from the command line: reviewed, shared, listed for who may hear them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore import back_office as bo
from leadcore.submissions import LeadKind, Recording, Source, Submission
from leadcore.values import PersonName, Phone
from leadcore_cli.context import open_store

REFERENCE = "https://pbx.example/Grace-Abara-8135550141.mp3"


@pytest.fixture
def called(cli):
    """The office with a live call sold to Ben, who has nobody below him."""
    store, at = open_store(cli.database), datetime.now(UTC)
    (seller,) = store.sellers()
    given = Submission(
        source=Source(format="json"),
        kind=LeadKind.LIVE_CALL,
        name=PersonName(first="Grace", last="Abara"),
        phones=(Phone(raw="1", normal="+18135550141"),),
        area="family law",
        recording=Recording(reference=REFERENCE, seconds=90, announced=True),
    )
    store.run(
        bo.ReceiveLead(
            seller_id=seller.id,
            lead_id="c1",
            sale_id="s1",
            source_key="c1",
            submission=given,
            at=at,
        )
    )
    store.engine.dispose()
    cli("user", "ada", "--admin")
    return cli


def test_a_call_is_reviewed_shared_heard_and_taken_back(called, tmp_path):
    assert "rules say no" in called("call", "share", "c1", "--as", "ada", code=1).stderr
    said = tmp_path / "said.txt"
    said.write_text("the card is 4111 1111 1111 1111", "utf-8")
    bad = called("call", "review", "c1", "--as", "ada", "--transcript", said).stdout
    assert "holds a card number" in bad
    called("call", "share", "c1", "--as", "ada", code=1)
    clean = called("call", "review", "c1", "--as", "ada", "--redacted").stdout
    assert "holds nothing that must not be heard" in clean
    assert called.json("call", "shared") == []
    assert (
        "Everybody below ada"
        in called("call", "share", "c1", "--as", "ada", "--below", "ada").stdout
    )
    for viewer in ("ben", "cleo", "ada"):
        (told,) = called.json("call", "shared", "--as", viewer)
        assert (told["id"], told["seconds"], told["kept_here"]) == ("c1", 90, False)
        shown = called("call", "shared", "--as", viewer).stdout
        assert "family law" in shown
        for person in ("Grace", "8135550141", "pbx"):
            assert person not in f"{told} {shown}"
    assert called.one("call", "shared")["recording"]["reference"] == REFERENCE
    assert called.json("call", "shared", "--as", "dan") == []
    assert "shared with nobody" in called("call", "unshare", "c1", "--as", "ada").stdout
    assert called.one("call", "unshare", "c1", "--as", "ada").get("share") is None
    assert called("audit").exit_code == 0


def test_who_does_not_see_the_call_is_told_there_is_none(called):
    for viewer in ("dan", "cleo"):
        assert "there is no call" in called("call", "review", "c1", "--as", viewer, code=3).stderr
    wrong = called("call", "review", "c1", "--as", "ada", "--secrets", "--json").stdout
    assert '"contains_sad":true' in wrong.replace(" ", "")
    below = ("--below", "cleo")
    called("call", "review", "c1", "--as", "ada")
    told = called("call", "share", "c1", "--as", "ada", *below, code=4).stderr
    assert "neither works the call" in told
    assert called.one("call", "share", "c1", "--as", "ada")["share"]["below"] == "ben"
