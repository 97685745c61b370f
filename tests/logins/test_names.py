"""A log-in name is one user's at a time."""

from datetime import UTC, datetime

import pytest

from leadcore.decider import fold
from leadcore.errors import WrongState
from leadcore.logins import NameFreed, NameTaken, evolve_name, free_name, name_of, take_name

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
FREE = name_of("key")
TAKEN = evolve_name(FREE, NameTaken(seller_id="s", user_id="ann", at=AT))


def test_it_is_taken_freed_and_taken_by_another():
    events = [*take_name(FREE, "s", "ann", AT), *free_name(TAKEN, "ann", AT)]
    assert events == [NameTaken(seller_id="s", user_id="ann", at=AT), NameFreed(AT)]
    freed = fold(evolve_name, FREE, events)
    assert freed.user_id is None
    assert take_name(freed, "s", "ben", AT)[0].user_id == "ben"


def test_whoever_has_it_keeps_it():
    assert take_name(TAKEN, "s", "ann", AT) == ()
    assert free_name(TAKEN, "ben", AT) == free_name(FREE, "ben", AT) == ()
    with pytest.raises(WrongState, match="another user"):
        take_name(TAKEN, "s", "ben", AT)
