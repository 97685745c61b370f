"""A person is known again by what is sure, never by what is blank."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.submissions import Source, Submission, person_keys, search_text
from leadcore.testing.strategies import submissions
from leadcore.values import Address, Email, PersonName, Phone

NOBODY = Submission(source=Source(format="json"))
PHONE = Phone(raw="(212) 555-0101", normal="+12125550101")
EMAIL = Email(raw="Ann@X.example", normal="Ann@x.example")
ANN = PersonName(first="Ann", last="Lee")
HERE = Address(zip="33101")
BLANKS = st.sampled_from((None, "", " ", "\t\n", "\u00a0"))


def kinds(submission):
    return [key.partition(":")[0] for key in person_keys(submission)]


@given(BLANKS, BLANKS, BLANKS, BLANKS, BLANKS)
def test_blank_fields_never_make_a_key(phone, email, first, last, code):
    blank = replace(
        NOBODY,
        phones=(Phone(raw="555", normal=phone),),
        emails=(Email(raw="none", normal=email),),
        name=PersonName(first=first, last=last),
        address=Address(zip=code),
    )
    assert person_keys(blank) == ()


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({}, []),
        ({"phones": (PHONE,)}, ["phone"]),
        ({"phones": (PHONE, replace(PHONE, raw="again"))}, ["phone"]),
        ({"phones": (PHONE, replace(PHONE, normal="+13055550100"))}, ["phone", "phone"]),
        ({"emails": (EMAIL,)}, ["email"]),
        ({"name": ANN}, []),
        ({"address": HERE}, []),
        ({"name": ANN, "address": HERE}, ["name+zip"]),
        # Half a name would make one person of all the Anns of a town.
        ({"name": PersonName(first="Ann"), "address": HERE}, []),
        ({"name": PersonName(prefix="Ms.", last="Lee"), "address": HERE}, []),
        ({"name": PersonName(full="Ann"), "address": HERE}, []),
        ({"name": PersonName(full="Ann Lee"), "address": HERE}, ["name+zip"]),
        (
            {"phones": (PHONE,), "emails": (EMAIL,), "name": ANN, "address": HERE},
            ["email", "name+zip", "phone"],
        ),
    ],
)
def test_each_sure_part_makes_a_key(parts, found):
    assert kinds(replace(NOBODY, **parts)) == found


def named(name, code="33101"):
    return person_keys(replace(NOBODY, name=name, address=Address(zip=code)))


@pytest.mark.parametrize(
    "name",
    [
        PersonName(full="Ann Lee"),
        PersonName(full="  ann\n LEE "),
        PersonName(first=" ANN", last="lee "),
        PersonName(prefix="Ms.", first="Ann", middle="B.", last="Lee", suffix="PhD"),
        PersonName(full="something else", first="Ann", last="Lee"),
        PersonName(full="Ａｎｎ Ｌｅｅ"),  # noqa: RUF001 - letters of full width, as some keyboards give
    ],
)
def test_one_name_in_many_spellings(name):
    assert named(name) == named(ANN)


def test_accents_are_one_however_they_are_composed():
    assert named(PersonName(full="Jos\u00e9 Peña")) == named(
        PersonName(full="Jose\u0301 Pen\u0303a")
    )
    assert named(PersonName(full="Jose Pena")) != named(PersonName(full="José Peña"))


def test_within_a_key_every_part_must_agree():
    assert named(ANN) != named(ANN, "33102")
    assert named(ANN) != named(PersonName(first="Ann", last="Leo"))


def test_e_mail_is_compared_without_regard_to_case():
    other = replace(EMAIL, normal="aNN@X.EXAMPLE")
    assert person_keys(replace(NOBODY, emails=(EMAIL,))) == person_keys(
        replace(NOBODY, emails=(other,))
    )


def test_a_number_is_no_address():
    phone = replace(NOBODY, phones=(Phone(raw="x", normal="ann@x.example"),))
    assert set(person_keys(phone)).isdisjoint(person_keys(replace(NOBODY, emails=(EMAIL,))))


@given(submissions())
def test_keys_hold_nothing_in_clear_and_do_not_change(submission):
    keys = person_keys(submission)
    assert list(keys) == sorted(set(keys))
    assert keys == person_keys(submission)
    clear = [phone.normal for phone in submission.phones if phone.normal]
    clear += [email.normal for email in submission.emails if email.normal]
    assert not any(text in key for key in keys for text in clear)
    # What is not about who the person is changes nothing.
    other = replace(submission, comments="x", area="y", source=Source(format="adf"), device="d")
    assert person_keys(other) == keys


def test_half_a_surrogate_pair_breaks_nothing():
    assert kinds(replace(NOBODY, name=PersonName(full="Ann \ud800"), address=HERE)) == ["name+zip"]


def test_the_first_usable_way_counts():
    bad = Phone(raw="555")
    submission = replace(NOBODY, phones=(bad, PHONE), emails=(Email(raw="nonsense"), EMAIL))
    assert (submission.phone, submission.email) == (PHONE.normal, EMAIL.normal)
    assert (NOBODY.phone, NOBODY.email) == (None, None)


def test_search_looks_through_name_phones_and_addresses():
    text = search_text(replace(NOBODY, name=ANN, phones=(PHONE,), emails=(EMAIL,), comments="no"))
    assert text.split("\n") == [
        "ann lee",
        "(212) 555-0101",
        "+12125550101",
        "ann@x.example",
        "ann@x.example",
    ]
    assert search_text(NOBODY) == ""
    assert "straße".casefold() in search_text(replace(NOBODY, name=PersonName(full="STRASSE 1")))


def test_when_it_was_sent_is_kept_in_utc():
    at = datetime(2026, 11, 22, 8, tzinfo=timezone(timedelta(hours=-5)))
    assert replace(NOBODY, submitted_at=at).submitted_at == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert replace(NOBODY, submitted_at=at).submitted_at.tzinfo is UTC
    with pytest.raises(ValueError, match="has no zone"):
        replace(NOBODY, submitted_at=at.replace(tzinfo=None))
