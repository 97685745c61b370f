"""Values of the core as forms and rows have them: flat and back, with paths to what is wrong."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from leadcore.back_office import LeadContact
from leadcore.consent import Certificate, Elements, Evidence, Grant, Level
from leadcore.contact import EmailFacts, Initiation, Question
from leadcore.contact_points import RegistryLookup
from leadcore.errors import Malformed
from leadcore.host_leads import number_of, parts, read, shown
from leadcore.refunds import RefundQuestion
from leadcore.submissions import Channel

AT = datetime(2026, 11, 24, 17, 0, 0, 1, tzinfo=UTC)
NAIVE = AT.replace(tzinfo=None)
GRANT = Grant(
    at=AT,
    level=Level.WRITTEN,
    invitation=True,
    sellers={"s"},
    elements=Elements(signature=True, number_in_agreement=False),
    evidence=Evidence(url="https://north.example", certificate=Certificate(kind="jornaya", id="7")),
)


def test_parts_of_parts_are_named_by_both():
    known = parts(Grant)
    assert {"at", "level", "elements__signature", "evidence__certificate__id"} <= known.keys()
    assert "evidence" not in known
    assert "shape" not in parts(Question)


def test_what_is_shown_is_read_back():
    flat = shown(GRANT, parts(Grant))
    assert (flat["level"], flat["elements__number_in_agreement"]) == ("written", False)
    assert read(Grant, {**flat, "sellers": ["s"], "evidence__sellers_shown": []}) == GRANT
    assert shown(GRANT, ["level", "of the form"]) == {"level": "written"}
    assert shown(Grant(at=AT), ["evidence__certificate__id"]) == {"evidence__certificate__id": None}


def test_a_hosts_columns_have_instants_without_a_zone_and_boxes_of_numbers():
    row = {"at": NAIVE, "invitation": 1, "elements__signature": 0, "level": "express"}
    grant = read(Grant, row, zone=UTC)
    assert (grant.at, grant.invitation, grant.elements.signature) == (AT, True, False)
    assert grant.level is Level.EXPRESS
    east = timezone(timedelta(hours=2))
    assert read(Grant, {**row, "at": AT.astimezone(east)}, zone=UTC).at == AT
    assert shown(grant, ["at", "invitation"], zone=UTC) == {"at": NAIVE, "invitation": True}
    assert shown(grant, ["at"], zone=east) == {"at": NAIVE + timedelta(hours=2)}


def test_what_is_left_empty_is_not_said():
    asked = read(RefundQuestion, {"reason": "", "detail": "x", "other_lead": "", "documents": None})
    assert asked == RefundQuestion(reason="", detail="x")
    contact = {"channel": "email", "initiation": "manual", "email__physical_address": 1}
    assert read(LeadContact, contact) == LeadContact(
        channel=Channel.EMAIL,
        initiation=Initiation.MANUAL,
        email=EmailFacts(physical_address=True),
    )
    looked = {"at": AT, "listed": False, "scrubbed_on": date(2026, 11, 1)}
    assert read(RegistryLookup, looked).scrubbed_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"at": AT, "colour": "red"}, "colour"),
        ({"at": NAIVE}, "at"),
        ({"level": "express"}, "at"),
        ({"at": AT, "level": "verbal"}, "level"),
        ({"at": AT, "elements__signature": "yes"}, "elements.signature"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(said, path):
    with pytest.raises(Malformed) as refused:
        read(Grant, said)
    assert path in str(refused.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(212) 555-0100", "+12125550100"),
        ("1 212 555 0100", "+12125550100"),
        (" +44 20 7946 0000", "+442079460000"),
        ("555-0100", None),
        ("2 212 555 0100", None),
        ("+0212", None),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_type_it(written, number):
    assert number_of(written) == number
