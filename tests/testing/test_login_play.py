"""Whatever is asked of log-ins, only who may comes in, and nothing secret is kept."""

from attrs import evolve as replace
from hypothesis import given

from leadcore.logins import SessionFacts
from leadcore.testing import MemoryStore
from leadcore.testing.login_play import LoginPlay, encode, login_plays, perform_logins, secret


def everything(store):
    """Give all that a store holds, in words, as it would be shown and as it is written."""
    kept = (store.rows, store.events, store.deeds_done, store.outbox, store.claims)
    return repr((*kept, store.passwords, store.book))


@given(login_plays())
def test_no_sequence_lets_in_who_may_not(play):
    store = MemoryStore()
    told = perform_logins(store, play)
    assert told.wrong == []
    assert store.audit() == ()
    kept = everything(store) + repr(told.answers)
    assert not [each for each in told.secrets if each in kept]


def test_a_play_is_answered_alike_each_time():
    steps = [("set", 0, 0), ("in", 0, 0), ("use", 0, 0), ("later", 0, 4), ("use", 0, 0)]
    play = LoginPlay(steps=(*steps, ("end", 0, 0), ("keep", 0, 0), ("use", 0, 0), ("end", 1, 0)))
    one, other = (perform_logins(MemoryStore(), play, every=3).answers for _ in range(2))
    assert one == other
    assert one[:5] == ["set", "seller/session0", "False", "later", "True"]


def test_every_way_to_a_password_is_played():
    steps = [("invite", 0, 1), ("accept", 0, 3), ("in", 0, 0), ("change", 0, 4), ("change", 0, 0)]
    steps += [("rehash", 0, 0), ("forgot", 0, 0), ("reset", 0, 1), ("in", 0, 0), ("use", 0, 1)]
    told = perform_logins(MemoryStore(), LoginPlay(steps=tuple(steps)))
    assert told.wrong == []
    assert told.answers[:4] == ["invited", "set", "seller/session0", "changed"]
    assert told.answers[5:9] == ["seller/session1", "True", "set", "seller/session2"]


def test_who_is_called_off_is_out_and_comes_in_by_a_new_name():
    steps = (("set", 0, 0), ("set", 1, 1), ("in", 0, 0), ("in", 1, 1), ("revoke", 0, 0))
    steps += (("use", 0, 0), ("use", 0, 1), ("rename", 0, 4), ("rename", 1, 9), ("in", 0, 0))
    told = perform_logins(MemoryStore(), LoginPlay(steps=steps))
    assert told.wrong == []
    assert told.answers[4:6] == ["revoked", "False"]
    assert "revoked" in told.answers[6]
    assert told.answers[7] == "renamed"
    assert "another user logs in with this address" in told.answers[8]
    assert told.answers[9] == "seller/session2"


def test_who_is_enabled_again_comes_in_again():
    steps = (("set", 0, 0), ("disable", 0, 0), ("in", 0, 0), ("enable", 0, 0), ("in", 0, 0))
    told = perform_logins(MemoryStore(), LoginPlay(steps=steps))
    assert told.wrong == []
    assert [told.answers[1], *told.answers[3:]] == ["disabled", "enabled", "seller/session0"]


def test_with_nothing_there_nothing_happens():
    verbs = ("use", "end", "keep", "change", "accept", "forgot", "in", "wrong", "rehash", "invite")
    play = LoginPlay(steps=tuple((verb, 0, 2) for verb in verbs))
    told = perform_logins(MemoryStore(), play)
    assert told.wrong == []
    assert told.answers[:2] == ["nothing to use", "nothing to end"]


def test_a_store_that_lets_in_too_many_is_found():
    class Careless(MemoryStore):
        def session(self, token):
            found = super().session(token)
            user = found.user and replace(found.user, enabled=True, times_disabled=0)
            return SessionFacts(session=found.session, login=found.login, user=user)

    steps = (("set", 0, 0), ("in", 0, 0), ("disable", 0, 0))
    told = perform_logins(Careless(), LoginPlay(steps=steps))
    assert len(told.wrong) == 1


def test_a_store_that_logs_in_the_disabled_is_found():
    class Blind(MemoryStore):
        def load(self, needs):
            found = super().load(needs)
            if getattr(found, "by_name", None) is None or found.user is None:
                return found
            return replace(found, user=replace(found.user, enabled=True))

    steps = (("set", 0, 0), ("disable", 0, 0), ("in", 0, 0))
    told = perform_logins(Blind(), LoginPlay(steps=steps))
    assert told.wrong[0] == "user 0 logged in"


def test_the_double_of_a_hash_does_not_tell_the_password():
    assert secret(1) not in encode(secret(1))
    assert encode(secret(1)) != encode(secret(1), "salt")
