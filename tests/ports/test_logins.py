"""The facts of a session are what `who` asks for."""

from types import SimpleNamespace

from leadcore.decider import Versioned
from leadcore.logins import NotIn, SessionFacts, WhyOver, reset_key, who
from leadcore.ports import Cursor, DeedQuery, LoginNeeds, SessionCaseFacts
from leadcore.testing.scenes import AT


def test_a_session_of_nobody_lets_in_nobody():
    facts = SessionCaseFacts(session=Versioned(None, 0), login=None, user=None).facts
    assert facts == SessionFacts(session=None, login=None, user=None)
    assert who(facts, seller_id="s", at=AT) == NotIn(WhyOver.UNKNOWN)


def test_requests_are_looked_up_by_name_and_by_source_where_they_are_asked_for():
    by_name, by_source = (reset_key("s", "name", "ann"), reset_key("s", "source", "10.0.0.1"))
    asked = {"seller_id": "s", "name": "ann"}
    assert LoginNeeds(**asked).reset_keys() == (None, None)
    assert LoginNeeds(**asked, resets=True).reset_keys() == (by_name, None)
    assert LoginNeeds(**asked, resets=True, source="10.0.0.1").reset_keys() == (by_name, by_source)
    of_user = LoginNeeds(**asked, resets=True, by_user=True, user_id="u", source="10.0.0.1")
    assert of_user.reset_keys() == (reset_key("s", "address", "ann"), reset_key("s", "user", "u"))


def test_a_deed_stands_where_it_was_done():
    query, row = DeedQuery(seller_id="s"), SimpleNamespace(at=AT, id="a")
    assert (query.order, query.falling) == ("deeds by instant", (True, True))
    assert query.opened(query.closed(row)).after == Cursor(AT, "a")
