"""What was written is read back equal; what is not exactly right is refused, with its path."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pendulum
import pytest
from attrs import evolve as replace
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from leadcore import accounts, leads, orders, people, refunds, wire
from leadcore.consent import UNKNOWN, Consent, Level
from leadcore.contact import Facts, Touch, TouchKind
from leadcore.decider import fold
from leadcore.distribution import Reason
from leadcore.errors import Malformed
from leadcore.leads import Lead, LeadSold, NoteAdded
from leadcore.notices import Message
from leadcore.orders import Filters, OrderOpened, OrderTerms
from leadcore.submissions import Answer, LeadKind, Source, Submission
from leadcore.testing.records import records
from leadcore.testing.strategies import instants, submissions, zone_edges
from leadcore.values import UNLIMITED, Email, Money, Phone

AT = datetime(2026, 11, 22, 13, tzinfo=UTC)
EVENTS = [(stream, kind) for stream, kinds in wire.EVENTS.items() for kind in kinds.values()]
TERMS = OrderTerms(user_id="u", price=Money(2500, "USD"), quantity=3)
OPENED = OrderOpened(order_id="o", seller_id="s", account_id="a", terms=TERMS, at=AT)


def through_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


def problems(kind, data):
    with pytest.raises(Malformed) as malformed:
        wire.load(kind, data)
    return [str(problem) for problem in malformed.value.problems]


def changed(value, path, to):
    """Give a written value with one part replaced; `...` takes it away."""
    data = through_json(wire.dump(value))
    *above, last = path
    inner = data
    for name in above:
        inner = inner[name]
    if to is ...:
        del inner[last]
    else:
        inner[last] = to
    return data


# ---------------------------------------------------------------------------------- round trips


@pytest.mark.parametrize(("stream", "kind"), EVENTS, ids=lambda one: getattr(one, "__name__", one))
@given(data=st.data())
def test_every_event_comes_back_equal(stream, kind, data):
    event = data.draw(records(kind))
    written = through_json(wire.dump_event(stream, event))
    assert (written["v"], written["event"]) == (wire.VERSION, kind.__name__)
    again = wire.load_event(stream, written)
    assert (type(again), again) == (kind, event)


@pytest.mark.parametrize("stream", wire.STATES)
@given(data=st.data())
def test_every_state_comes_back_equal(stream, data):
    kind, _ = wire.STATES[stream]
    state = data.draw(records(kind))
    assert wire.load(kind, through_json(wire.dump(state))) == state


@given(submissions(), records(Message))
def test_submissions_and_messages_come_back_equal(submission, message):
    assert wire.load(Submission, through_json(wire.dump(submission))) == submission
    assert wire.load(Message, through_json(wire.dump(message))) == message


def test_every_kind_of_stream_folds_from_its_start():
    assert set(wire.EVENTS) == set(wire.STATES)
    assert wire.start_of("lead", "l1") is None
    assert wire.start_of("tree", "a") == people.AccountTree("a", 0)
    moved = people.UserMoved(None, AT)
    _, evolve = wire.STATES["tree"]
    assert fold(evolve, wire.start_of("tree", "a"), [moved, moved]) == people.AccountTree("a", 2)


def test_every_event_of_every_stream_is_known():
    for stream, union in (
        ("account", accounts.AccountEvent),
        ("order", orders.OrderEvent),
        ("user", people.UserEvent),
        ("lead", leads.LeadEvent),
        ("refund", refunds.RefundEvent),
    ):
        assert set(wire.EVENTS[stream].values()) == set(union.__args__)
    assert set(wire.EVENTS["seller"].values()) == {accounts.SellerTermsSet}


@given(records(Consent))
def test_consent_comes_back_as_the_very_members_it_had(consent):
    again = wire.load(Consent, through_json(wire.dump(consent)))
    # A number is equal to a level and is none.
    assert (again, again.level) == (consent, consent.level)
    assert type(again.level) is Level


@pytest.mark.parametrize("history", [UNKNOWN, (), (Touch(kind=TouchKind.CALL, at=AT),)])
@pytest.mark.parametrize("states", [UNKNOWN, frozenset(), frozenset({"NY", "LA"})])
def test_not_known_is_told_from_known_to_be_none(history, states):
    facts = Facts(history=history, declared_emergencies=states)
    written = wire.dump(facts)
    assert written == through_json(written)
    assert wire.load(Facts, written) == facts
    assert (written["history"] == "unknown") is (history is UNKNOWN)
    assert problems(Facts, written | {"history": None}) == ["$.history: is a list, not null"]


# --------------------------------------------------------------------------------- what is written


def test_only_what_json_holds_is_written():
    written = wire.dump(replace(OPENED, terms=replace(TERMS, quantity=UNLIMITED)))
    assert written == {
        "order_id": "o",
        "seller_id": "s",
        "account_id": "a",
        "terms": {
            "user_id": "u",
            "price": {"minor": 2500, "currency": "USD"},
            "quantity": "unlimited",
            "filters": {},
            "weight": 1,
            "priority": 0,
            "tier": 1,
        },
        "at": "2026-11-22T13:00:00Z",
    }
    terms = wire.dump(refunds.RefundTerms())
    assert terms["verification_days"] == [2, 5]
    assert terms == through_json(terms)


def test_what_a_default_says_is_written_and_what_is_empty_is_not():
    # Terms that were agreed must not change when a later version has other defaults.
    written = wire.dump(refunds.RefundTerms())
    assert written["max_age"] == 120
    assert written["min_age_hours"] == 0
    assert len(written["reasons"]) == len(refunds.REASONS)
    assert "resubmit" not in written
    assert wire.load(refunds.RefundTerms, {}) == refunds.RefundTerms()
    assert "comments" not in wire.dump(Submission(source=Source(format="x")))


def test_sets_are_written_in_order():
    filters = Filters(states=frozenset({"NY", "FL"}), kinds=frozenset(LeadKind))
    assert wire.dump(filters) == {"kinds": ["live_call", "web"], "states": ["FL", "NY"]}
    assert wire.load(Filters, {"states": [], "zips": None}) == Filters(states=frozenset())


# --------------------------------------------------------------------------------------- instants


@given(zone_edges() | instants(), st.sampled_from(("America/New_York", "Asia/Kolkata", "UTC")))
def test_an_instant_is_the_same_whatever_its_zone(at, zone):
    local = at.astimezone(ZoneInfo(zone))
    for given_as in (local, pendulum.instance(at).in_timezone(zone)):
        note = NoteAdded(text="x", at=given_as)
        assert wire.dump(note)["at"].endswith("Z")
        assert wire.load(NoteAdded, wire.dump(note)).at == at
    written = {"text": "x", "at": local.isoformat()}
    assert wire.load(NoteAdded, written).at == at


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T13:00:00Z",
        "2026-11-22t13:00:00z",
        "2026-11-22 13:00:00+00:00",
        "2026-11-22T13:00:00.0Z",
        "2026-11-22T08:00:00-05:00",
        "2026-11-22T18:30:00.000000+05:30",
    ],
)
def test_any_offset_of_the_standards_form_is_read(text):
    assert wire.load(NoteAdded, {"text": "x", "at": text}).at == AT


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T13:00:00",
        "2026-11-22",
        "20261122T130000Z",
        "2026-W47-7T13:00:00Z",
        "2026-11-22T13:00Z",
        "2026-11-22T13:00:00+05",
        "2026-11-22T13:00:00.1234567Z",
        "2026-11-22T13:00:00Z\n",
        " 2026-11-22T13:00:00Z",
        "２026-11-22T13:00:00Z",
        "now",
        "",
    ],
)
def test_other_forms_of_an_instant_are_refused(text):
    (said,) = problems(NoteAdded, {"text": "x", "at": text})
    assert said.startswith("$.at: is an instant with its offset (2026-11-22T13:00:00Z), not ")


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T13:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T13:00:60Z",
        "2026-11-22T13:00:00+24:00",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00Z",
    ],
)
def test_instants_that_never_are_are_refused(text):
    (said,) = problems(NoteAdded, {"text": "x", "at": text})
    assert said == f"$.at: is no instant there ever is: {text!r}"


@pytest.mark.parametrize("wrong", [1_700_000_000, 1.5, True, None, ["x"]])
def test_what_is_no_text_is_no_instant(wrong):
    (said,) = problems(NoteAdded, {"text": "x", "at": wrong})
    assert said.startswith("$.at: is an instant as text, not ")


DATES = refunds.VerificationDates(
    earliest=date(2026, 11, 22), latest=date(2026, 11, 25), crosses_month_end=False
)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("2026-11-22T00:00:00Z", "is a date (2026-11-22), not str '2026-11-22T00:00:00Z'"),
        ("20261122", "is a date (2026-11-22), not str '20261122'"),
        ("２026-11-22", "is a date (2026-11-22), not str '２026-11-22'"),
        (20261122, "is a date (2026-11-22), not int '20261122'"),
        (None, "is a date (2026-11-22), not null"),
        ("2026-02-29", "is no date there ever is: '2026-02-29'"),
    ],
)
def test_dates_are_read_in_one_form(wrong, said):
    assert wire.load(refunds.VerificationDates, wire.dump(DATES)) == DATES
    found = problems(refunds.VerificationDates, changed(DATES, ["latest"], wrong))
    assert found == [f"$.latest: {said}"]


# -------------------------------------------------------------------------------------- strictness


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (["terms", "price", "minor"], 25.0, "is a whole number, not float '25.0'"),
        (["terms", "price", "minor"], True, "is a whole number, not bool 'True'"),
        (["terms", "price", "minor"], "2500", "is a whole number, not str '2500'"),
        (["terms", "price", "minor"], None, "is a whole number, not null"),
        (["terms", "price", "minor"], ..., "is missing"),
        (["terms", "price"], None, "is an object, not null"),
        (["terms", "price"], [2500, "USD"], "is an object, not list \"[2500, 'USD']\""),
        (["terms", "price"], 2500, "is an object, not int '2500'"),
        (["terms", "quantity"], 3.0, "is a whole number or 'unlimited', not float '3.0'"),
        (["terms", "quantity"], False, "is a whole number or 'unlimited', not bool 'False'"),
        (
            ["terms", "quantity"],
            "UNLIMITED",
            "is a whole number or 'unlimited', not str 'UNLIMITED'",
        ),
        (["terms", "quantity"], None, "is a whole number or 'unlimited', not null"),
        (["terms", "quantity"], [], "is a whole number or 'unlimited', not list '[]'"),
        (["terms", "user_id"], 7, "is a text, not int '7'"),
        (["order_id"], None, "is a text, not null"),
        (["order_id"], ..., "is missing"),
        (["terms", "filters", "states"], "FL", "is a list, not str 'FL'"),
        (["terms", "filters", "states"], {"FL": 1}, "is a list, not dict \"{'FL': 1}\""),
        (["terms", "returns_reopen"], 1, "is true or false, not int '1'"),
        (["terms", "returns_reopen"], "true", "is true or false, not str 'true'"),
        (["terms", "returns_reopen"], None, "is true or false, not null"),
        (["terms", "weight"], 1.0, "is a whole number, not float '1.0'"),
    ],
)
def test_every_confusion_is_refused_where_it_is(path, to, said):
    found = problems(OrderOpened, changed(OPENED, path, to))
    assert found == [f"$.{'.'.join(path)}: {said}"]


def test_unknown_fields_are_refused_at_every_depth():
    data = through_json(wire.dump(OPENED))
    data["more"] = 1
    data["terms"]["price"]["minors"] = 1
    data["terms"]["price"]["also"] = 1
    assert sorted(problems(OrderOpened, data)) == [
        "$.terms.price: has unknown fields: also, minors",
        "$: has unknown fields: more",
    ]


def test_every_problem_is_found_and_lists_are_counted():
    submission = Submission(
        source=Source(format="x"),
        phones=(Phone(raw="1"), Phone(raw="2")),
        emails=(Email(raw="1"),),
        answers=(Answer(key="k", values=("a", "b")),),
    )
    data = through_json(wire.dump(submission))
    data["phones"][1]["raw"] = None
    data["phones"][1]["kind"] = "mobile"
    data["emails"] = {"raw": "x"}
    data["answers"][0]["values"][1] = 2
    data["kind"] = True
    assert sorted(problems(Submission, data)) == [
        "$.answers[0].values[1]: is a text, not int '2'",
        "$.emails: is a list, not dict \"{'raw': 'x'}\"",
        "$.kind: is one of web, live_call; not bool 'True'",
        "$.phones[1].kind: is one of wireless, landline, toll_free, unknown; not str 'mobile'",
        "$.phones[1].raw: is a text, not null",
    ]


@pytest.mark.parametrize("wrong", ["Web", "web ", "", None, 0, ["web"], {}])
def test_a_word_is_one_of_the_list(wrong):
    submission = Submission(source=Source(format="x"))
    (said,) = problems(Submission, changed(submission, ["kind"], wrong))
    assert said.startswith("$.kind: is one of web, live_call; not ")


@pytest.mark.parametrize("wrong", [[2], [2, 5, 7], [2, "5"], [True, 5], [2, 5.0], "25", None, {}])
def test_a_pair_is_a_list_of_two_whole_numbers(wrong):
    found = problems(refunds.RefundTerms, {"verification_days": wrong})
    assert found
    assert all(said.startswith("$.verification_days") for said in found)


def test_members_of_sets_are_checked():
    data = {"kinds": ["web", "fax"], "zips": ["331", 7]}
    assert sorted(problems(Filters, data)) == [
        "$.kinds[1]: is one of web, live_call; not str 'fax'",
        "$.zips[1]: is a text, not int '7'",
    ]


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (2**63, "USD", "minor does not fit 64 bits"),
        (1, "usd", "a currency is three capital letters (ISO 4217), not 'usd'"),
    ],
)
def test_what_a_value_itself_refuses_has_its_path_too(minor, currency, said):
    data = changed(OPENED, ["terms", "price"], {"minor": minor, "currency": currency})
    assert problems(OrderOpened, data) == [f"$.terms.price: {said}"]


@pytest.mark.parametrize("data", [None, [], "x", 7, True])
def test_what_is_no_object_at_all(data):
    (said,) = problems(Lead, data)
    assert said.startswith("$: is an object, not ")


def test_long_values_are_cut_in_what_is_said():
    (said,) = problems(NoteAdded, {"text": ["x" * 500], "at": "2026-11-22T13:00:00Z"})
    assert len(said) < 80


@frozen
class Picky:
    """A class that refuses in its own words, of which one looks like a path."""

    word: str

    def __attrs_post_init__(self):
        message = "no @ is ever allowed" if "@" in self.word else ""
        if message or self.word == "silent":
            raise ValueError(message)
        if self.word == "broken":
            raise Malformed.at("word", "is broken")


@frozen
class Pickies:
    """Some of them."""

    members: tuple[Picky, ...]


def test_what_is_said_may_hold_the_sign_of_a_path():
    found = problems(Pickies, {"members": [{"word": "a@b"}, {"word": "silent"}, {"word": "ok"}]})
    assert found == ["$.members[0]: no @ is ever allowed", "$.members[1]: ValueError"]


def test_errors_of_ours_keep_their_own_paths():
    with pytest.raises(Malformed) as malformed:
        wire.load(Picky, {"word": "broken"})
    assert "is broken" in str(malformed.value)


# ---------------------------------------------------------------------------------------- envelope


@pytest.mark.parametrize("version", [0, 2, -1, "1", 1.0, True, None, [1]])
def test_other_versions_are_refused(version):
    written = {**wire.dump_event("order", OPENED), "v": version}
    with pytest.raises(Malformed, match=r"^\$\.v: a written event has version 1, not "):
        wire.load_event("order", written)


@pytest.mark.parametrize("name", ["LeadSold", "orderopened", "", None, 7, ["OrderOpened"], {}])
def test_unknown_events_are_refused(name):
    written = {**wire.dump_event("order", OPENED), "event": name}
    with pytest.raises(Malformed, match=r"^\$\.event: .* is no event of a order"):
        wire.load_event("order", written)


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_an_envelope_is_an_object(data):
    with pytest.raises(Malformed, match=r"^\$: is an object, not "):
        wire.load_event("order", data)


def test_an_envelope_has_three_fields():
    written = wire.dump_event("order", OPENED)
    for name in written:
        short = {key: value for key, value in written.items() if key != name}
        with pytest.raises(Malformed, match=rf"^\$\.{name}: is missing$"):
            wire.load_event("order", short)
    with pytest.raises(Malformed, match=r"^\$: has unknown fields: 7, also$"):
        wire.load_event("order", {**written, "also": 1, 7: 1})


def test_paths_inside_an_event_say_so():
    written = through_json(wire.dump_event("order", OPENED))
    written["data"]["terms"]["price"]["minor"] = 1.5
    with pytest.raises(Malformed, match=r"^\$\.data\.terms\.price\.minor: is a whole number"):
        wire.load_event("order", written)


def test_an_event_of_another_stream_is_not_written():
    with pytest.raises(Malformed, match=r"^\$: OrderOpened is no event of a lead"):
        wire.dump_event("lead", OPENED)

    class OrderOpened:
        """It only has the name."""

    with pytest.raises(Malformed, match="is no event"):
        wire.dump_event("order", OrderOpened())


def test_sales_keep_the_reason_of_every_candidate():
    kinds = {offer.reason for offer in records_of_sold()}
    assert kinds == set(Reason)


def records_of_sold():
    offers = tuple(
        {"order_id": "o", "account_id": "a", "reason": reason.value, "share": 0}
        for reason in Reason
    )
    sale = {
        "id": "s",
        "lead_id": "l",
        "order_id": "o",
        "account_id": "a",
        "user_id": "u",
        "price": {"minor": 1, "currency": "USD"},
        "sold_at": "2026-11-22T08:00:00-05:00",
    }
    data = {"sale": sale, "offers": list(offers), "at": "2026-11-22T13:00:00Z"}
    return wire.load(LeadSold, data).offers


def test_zones_of_the_caller_do_not_matter():
    west = timezone(timedelta(hours=-5))
    assert wire.dump(NoteAdded(text="x", at=AT.astimezone(west))) == wire.dump(
        NoteAdded(text="x", at=AT)
    )
