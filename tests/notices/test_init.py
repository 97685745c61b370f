"""The law of `leadcore.notices`: only what may be told is told, whatever else is known."""

from datetime import UTC, datetime

from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import notices
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.people import Profile
from leadcore.submissions import Answer, ConsentGiven, Source, Submission
from leadcore.values import Address, Email, Money, PersonName, Phone

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
SECRETS = [f"zq{number:02d}x" for number in range(40)]
"""Marks that stand in every field that must not be told."""


def known(marks, shown):
    """Give a lead, its sale and an associate: what may be told is `shown`, the rest is marked."""
    mark = iter(marks).__next__
    asked = Submission(
        source=Source(format=mark(), key=mark(), name=mark(), campaign=mark(), form=mark()),
        name=PersonName(full=shown["person"]),
        phones=(Phone(raw=mark(), normal="+12025550188"),),
        emails=(Email(raw=mark(), normal="ann@x.example"),),
        address=Address(street=(mark(),), city=mark(), state="FL", zip="33109"),
        vertical=mark(),
        area=mark(),
        comments=mark(),
        other_info=mark(),
        answers=(Answer(key=mark(), question=mark(), values=(mark(),)),),
        consents=(ConsentGiven(key=mark(), granted=True, text=mark()),),
        device=mark(),
    )
    sale = Sale(
        id=mark(),
        lead_id=mark(),
        order_id=mark(),
        account_id=mark(),
        user_id=mark(),
        price=Money(987_654, "USD"),
        sold_at=AT,
    )
    lead = Lead(
        id=mark(),
        seller_id=mark(),
        source_key=mark(),
        submission=asked,
        status=LeadStatus.SOLD,
        received_at=AT,
        sale=sale,
    )
    associate = Profile(
        name=shown["associate"],
        email=f"{mark()}@office.example",
        cell="+13055550188",
        phone="+13055550177",
        toll_free=shown["phone"],
        website=shown["website"],
    )
    return lead, sale, associate


PART = st.text(st.characters(exclude_characters="q", exclude_categories=["Cs"]), max_size=120)


@given(
    st.fixed_dictionaries({"person": PART, "associate": PART, "phone": PART, "website": PART}),
    st.permutations(SECRETS),
    st.sampled_from([notices.ENGLISH, notices.SPANISH]),
)
def test_a_confirmation_tells_three_things_of_the_associate_and_nothing_else(shown, marks, words):
    shown = shown | {"phone": shown["phone"] or "1"}
    (message,) = notices.confirmation(*known(marks, shown), catalogue=words)
    told = message.subject + message.body + message.html
    hidden = [
        *SECRETS,
        "+13055550188",
        "+13055550177",
        "+12025550188",
        "33109",
        "987654",
        "9876.54",
    ]
    for secret in hidden:
        if not any(secret in notices.one_line(text, 500) for text in shown.values()):
            assert secret not in told
    for text in shown.values():
        assert notices.one_line(text)[:50] in message.body


@given(st.permutations(SECRETS))
def test_no_text_of_a_seller_can_tell_more(marks):
    shown = {"person": "Ann", "associate": "Lo", "phone": "1", "website": ""}
    every = " ".join(f"${{{name}}}" for name in sorted(notices.FACTS["confirmation"]))
    words = notices.ENGLISH.with_texts({"confirmation.body": every, "confirmation.subject": every})
    (message,) = notices.confirmation(*known(marks, shown), catalogue=words)
    assert not [secret for secret in SECRETS if secret in message.body + message.subject]


def test_a_user_who_is_gone_is_told_nothing():
    lead, sale, associate = known(
        SECRETS, {"person": "Ann", "associate": "Lo", "phone": "1", "website": ""}
    )
    asked = replace(lead.submission, emails=())
    assert notices.confirmation(replace(lead, submission=asked), sale, associate) == ()
