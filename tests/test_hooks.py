"""Hooks are told what they want and may know, signed, and tried again for two days."""

from datetime import timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore import wire
from leadcore.accounts import Account
from leadcore.errors import WrongState
from leadcore.hooks import (
    ACCOUNT_EVENTS,
    BACK_OFF,
    Hook,
    HookClosed,
    HookOpened,
    HookRenewed,
    TellingStatus,
    concerned,
    event_name,
    evolve,
    hook_problems,
    hook_secret,
    signature,
    signature_matches,
    tellings_of,
    tried,
)
from leadcore.testing.scenes import AT

SECRET = "whsec_1"
HOOK = Hook(
    id="h", seller_id="s", account_id="a", url="https://x.example/", events=("*",), opened_at=AT
)


def test_what_an_account_is_told_of_are_events_there_are():
    for name in ACCOUNT_EVENTS:
        kind, _, event = name.partition(".")
        assert event in wire.EVENTS[kind]


@pytest.mark.parametrize(
    ("events", "name", "wanted"),
    [
        (("*",), "lead.LeadSold", True),
        (("lead.*",), "lead.LeadSold", True),
        (("lead.LeadSold",), "lead.LeadSold", True),
        (("order.*",), "lead.LeadSold", False),
        (("*",), "lead.BidPlaced", False),
    ],
)
def test_a_hook_is_told_what_it_wants_of_its_own(events, name, wanted):
    hook = replace(HOOK, events=events)
    assert hook.wants(name, "a") is wanted
    assert not hook.wants(name, "b")
    assert not hook.wants(name, None)
    assert not replace(hook, closed_at=AT).wants(name, "a")
    if events == ("*",):
        assert replace(hook, account_id=None).wants(name, None)


def test_its_history_folds_to_what_it_is():
    opened = HookOpened(
        hook_id="h",
        seller_id="s",
        account_id="a",
        url="https://x.example/",
        events=("*",),
        at=AT,
    )
    made = evolve(None, opened)
    assert made == HOOK
    assert evolve(made, HookRenewed(AT)).turn == 1
    assert evolve(made, HookClosed(AT)).closed_at == AT
    with pytest.raises(WrongState):
        evolve(None, HookClosed(AT))


@pytest.mark.parametrize(
    ("url", "paths"),
    [
        ("https://x.example/in?a=1", []),
        ("http://x.example/", ["url"]),
        ("https://", ["url"]),
        ("https://[", ["url"]),
        ("https://[::1]:8443/in", []),
        ("https://[::ffff:192.0.2.1]/in", []),
        ("https://[1:2]/x", ["url"]),
        ("https://[:::]/x", ["url"]),
        ("https://[192.0.2.1]/x", ["url"]),
        ("https://[::1]:0/x", ["url"]),
        ("https://x.example:65536/", ["url"]),
        ("https://x.example:0/", ["url"]),
        ("https://x.example:x/", ["url"]),
        ("https://u:p@x.example/", ["url"]),
        ("https://x.example/#a", ["url"]),
        ("https://x.example/ a", ["url"]),
        (f"https://x.example/{'a' * 2000}", ["url"]),
    ],
)
def test_an_address_is_one_that_may_be_told(url, paths):
    assert [each.path for each in hook_problems(url, ("*",))] == paths


def test_plain_addresses_and_events_are_what_is_said():
    assert not list(hook_problems("http://x.example/", ("lead.*",), plain=True))
    found = [each.path for each in hook_problems("https://x.example/", ())]
    assert found == ["events"]
    found = [each.path for each in hook_problems("https://x.example/", ("*", "lead", "*.*"))]
    assert found == ["events[1]", "events[2]"]


def test_secrets_follow_from_the_root_and_differ_for_each_hook_and_turn():
    hooks = (HOOK, replace(HOOK, id="h2"), replace(HOOK, turn=1), replace(HOOK, seller_id="t"))
    made = {hook_secret("root", each) for each in hooks}
    assert len(made | {hook_secret("other", HOOK)}) == 5
    assert hook_secret("root", HOOK) == hook_secret("root", HOOK)


@given(st.binary(max_size=20), st.integers(-400, 400))
def test_a_signature_holds_for_those_bytes_for_five_minutes(body, seconds):
    signed = signature(SECRET, "t", AT, body)
    later = AT + timedelta(seconds=seconds)
    fine = signature_matches(signed, SECRET, "t", AT, body, at=later)
    assert fine == (abs(seconds) <= 300)
    for other in (("u", AT, body), ("t", AT + timedelta(seconds=1), body), ("t", AT, body + b" ")):
        assert not signature_matches(signed, SECRET, *other, at=AT)
    assert not signature_matches(signed, "whsec_2", "t", AT, body, at=AT)


def test_an_event_is_told_once_at_each_hook_that_wants_it():
    hooks = (HOOK, replace(HOOK, id="i"), replace(HOOK, id="j", events=("order.*",)))
    place = ("lead", "l", 2)
    name = event_name("lead", {"event": "LeadSold"})
    made = tellings_of(hooks, name, place, "a", at=AT)
    assert [(each.hook_id, each.event, each.number) for each in made] == [
        ("h", "lead.LeadSold", 2),
        ("i", "lead.LeadSold", 2),
    ]
    assert made == tellings_of(hooks, name, place, "a", at=AT)
    other = tellings_of(hooks, name, ("lead", "l", 3), "a", at=AT)
    assert len({each.id for each in (*made, *other)}) == 4
    for minutes, told in ((-1, 0), (0, 2), (1, 2)):
        then = AT + timedelta(minutes=minutes)
        assert len(tellings_of(hooks, name, place, "a", at=AT, happened=then)) == told
    assert wire.load(type(made[0]), wire.dump(made[0])) == made[0]


def test_what_fails_is_due_again_until_nobody_tries_any_more():
    (one,) = tellings_of((HOOK,), "lead.LeadSold", ("lead", "l", 2), "a", at=AT)
    for number, wait in enumerate(BACK_OFF, start=1):
        one = tried(one, arrived=False, answer="x" * 300, at=AT)
        assert (one.tries, one.due_at, one.status) == (number, AT + wait, TellingStatus.WAITING)
    assert len(one.answer or "") == 200
    assert tried(one, arrived=False, answer="", at=AT).status is TellingStatus.GIVEN_UP
    told = tried(one, arrived=True, answer="", at=AT)
    assert (told.status, told.due_at) == (TellingStatus.TOLD, None)


def test_events_concern_the_account_of_what_they_happened_on():
    account = Account(id="a", seller_id="s", name="A", currency="USD")
    assert concerned("account", account) == "a"
    assert concerned("hook", HOOK) == "a"
    assert concerned("seller", object()) is None
    assert concerned("lead", None) is None
