"""The contract passes for the reference, and finds stores that are broken on purpose."""

import pytest
from attrs import evolve as replace

from leadcore.errors import Conflict
from leadcore.logins import SessionUsed
from leadcore.testing import MemoryStore
from leadcore.testing.login_contract import LoginContract


class TestReference(LoginContract):
    def make_store(self):
        return MemoryStore()


class Forgetful(MemoryStore):
    """Keeps the first hash of a password."""

    def commit(self, outcome):
        before = dict(self.passwords)
        super().commit(outcome)
        self.passwords |= before


class Generous(MemoryStore):
    """Guards no version of a log-in's token."""

    def load(self, needs):
        found = super().load(needs)
        names = getattr(found, "by_name", None)
        return found if names is None else replace(found, by_name=replace(names, version=0))


class Open(MemoryStore):
    """Forgets that users were disabled."""

    def session(self, token):
        found = super().session(token)
        user = found.user and replace(found.user, enabled=True, times_disabled=0)
        return replace(found, user=user)


class Lasting(MemoryStore):
    """Lists ended sessions too, the oldest first."""

    def sessions(self, user_id):
        return super().sessions(user_id)[::-1]


class Strangers(MemoryStore):
    """Asks for a hash only where there is a log-in, and says so."""

    def load(self, needs):
        found = super().load(needs)
        unknown = getattr(found, "by_name", None) is not None and found.user is None
        return replace(found, encoded="made up") if unknown else found


class Shared(MemoryStore):
    """Has no wall between the accounts' deeds."""

    def deeds(self, query):
        return super().deeds(replace(query, account_id=None))


class Twice(MemoryStore):
    """Tells every deed twice."""

    def deeds(self, query):
        found = super().deeds(query)
        return (*found, *found)


class Nameless(MemoryStore):
    """Finds no log-in by its name."""

    def login_named(self, seller_id, name):
        return None


class Tokenless(MemoryStore):
    """Finds no log-in by its token."""

    def login_with_token(self, token):
        return None


class Sleepy(MemoryStore):
    """Records no use."""

    def commit(self, outcome):
        used = any(isinstance(e, SessionUsed) for c in outcome.changes for e in c.events)
        super().commit(replace(outcome, changes=()) if used else outcome)


BROKEN = {
    Forgetful: "test_only_the_last_hash_is_kept",
    Generous: "test_tries_are_counted_by_name_and_by_source",
    Open: "test_a_disabled_users_sessions_end_at_once_and_for_good",
    Lasting: "test_sessions_are_listed_and_ended",
    Strangers: "test_an_unknown_name_is_answered_as_a_wrong_password",
    Shared: "test_deeds_are_walled_and_paged",
    Twice: "test_deeds_say_who_did_what_once",
    Nameless: "test_a_name_is_one_users",
    Tokenless: "test_an_invitation_is_taken_once",
    Sleepy: "test_use_is_recorded_now_and_then",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_store_is_found(kind):
    class Broken(LoginContract):
        def make_store(self):
            return kind()

    with pytest.raises((AssertionError, Conflict, pytest.fail.Exception)):
        getattr(Broken(), BROKEN[kind])()
