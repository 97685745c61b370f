"""The facts of a session are what `who` asks for."""

from leadcore.decider import Versioned
from leadcore.logins import NotIn, SessionFacts, WhyOver, who
from leadcore.ports import SessionCaseFacts
from leadcore.testing.scenes import AT


def test_a_session_of_nobody_lets_in_nobody():
    facts = SessionCaseFacts(session=Versioned(None, 0), login=None, user=None).facts
    assert facts == SessionFacts(session=None, login=None, user=None)
    assert who(facts, seller_id="s", at=AT) == NotIn(WhyOver.UNKNOWN)
