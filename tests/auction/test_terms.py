from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.auction import Ping, ping_of
from leadcore.submissions import Answer, LeadKind, Source, Submission, Tcpa
from leadcore.testing import strategies
from leadcore.values import Address, Email, PersonName, Phone

PERSON = Submission(
    source=Source(format="json"),
    kind=LeadKind.LIVE_CALL,
    name=PersonName(first="Zelda", last="Quill"),
    phones=(Phone(raw="602 555 0100", normal="+16025550100"),),
    emails=(Email(raw="z@example.com", normal="z@example.com"),),
    address=Address(street="1 Elm St", city="Phoenix", state="AZ", zip="85001"),
    vertical="solar",
    area="roof",
    comments="Call Zelda after six",
    tcpa=Tcpa.YES,
    answers=(
        Answer(key="roof", values=("tile", "flat")),
        Answer(key="nickname", values=("Zel",)),
    ),
)


def test_bidders_are_told_the_lead_not_the_person():
    assert ping_of(PERSON, tell=frozenset({"roof"})) == Ping(
        kind=LeadKind.LIVE_CALL,
        vertical="solar",
        area="roof",
        state="AZ",
        zip="85001",
        tcpa=Tcpa.YES,
        answers=(("roof", "tile"), ("roof", "flat")),
    )


def test_no_answer_is_told_unasked():
    told = str(wire.dump(ping_of(PERSON)))
    for secret in ("Zelda", "Quill", "555", "example.com", "Elm", "six", "tile", "Zel"):
        assert secret not in told


@given(strategies.submissions(), st.sets(st.text(max_size=3)))
def test_a_ping_comes_back_equal(submission, tell):
    ping = ping_of(submission, tell=frozenset(tell))
    assert wire.load(Ping, wire.dump(ping)) == ping
