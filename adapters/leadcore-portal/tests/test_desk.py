"""The seller's desk: accounts stopped and given credit, messages tried again and dropped."""

from __future__ import annotations

import re
from html import unescape

from leadcore.letters import LetterStatus
from leadcore.ports import OutboxQuery


def account(store, key):
    return next(each for each in store.accounts("demo") if each.id == key)


def test_the_desk_is_for_staff_alone(browsers):
    for path in ("/accounts", "/outbox", "/accounts/harbor/turn"):
        assert browsers("nora").get(path).status_code == 403, path
    assert browsers("sam").get("/accounts/harbor/turn").status_code == 403
    assert "Accounts" not in re.findall(r"<span>(\w+)</span>", browsers("nora").get("/").text)
    assert "$1,044.00" in browsers("sam").get("/accounts").text
    assert "No account has this name" in browsers("sam").get("/accounts?text=xyzzy").text


def test_an_account_is_stopped_and_activated(acting):
    vera, page = acting.browser().log_in("vera"), "/accounts/harbor/turn"
    nowhy = vera.submit(page, {"reason": ""}, to="/accounts/harbor/stop")
    assert nowhy.status_code == 422
    told = vera.submit(page, {"reason": "Asked to wait."}, to="/accounts/harbor/stop").text
    assert "Harbor Family Law is stopped." in told
    assert "Asked to wait." in told
    assert "This account is stopped" in acting.browser().log_in("nora").get("/billing/harbor").text
    vera.submit(page, {}, to="/accounts/harbor/activate")
    assert account(acting.store, "harbor").is_active


def test_a_credit_limit_tells_nothing_from_unlimited(acting):
    vera, page = acting.browser().log_in("vera"), "/accounts/harbor/limit"
    vera.submit(page, {"limit": "250.00", "reason": "Known for years."})
    assert account(acting.store, "harbor").floor == -25_000
    assert "$250.00" in acting.browser().log_in("nora").get("/billing/harbor").text
    vera.submit(page, {"limit": "", "unlimited": "on", "reason": "A bank stands for it."})
    assert "Unlimited" in vera.get("/accounts").text
    vera.submit(page, {"limit": "0", "reason": "No more."})
    assert account(acting.store, "harbor").floor == 0
    assert vera.submit(page, {"limit": "much", "reason": "x"}).status_code == 422


def test_messages_are_seen_tried_again_and_dropped(acting):
    sam, store = acting.browser().log_in("sam"), acting.store
    dead = frozenset({LetterStatus.DEAD})
    (entry,) = store.letters(OutboxQuery(seller_id="demo", statuses=dead))
    listed = sam.get("/outbox?view=dead").text
    assert "the mailbox is full" in listed
    page = unescape(re.search(r'href="(/outbox/message\?id=[^"]+)"', listed)[1])
    assert "Dear " in sam.get(page).text
    key = {"id": entry.message.id}
    sam.submit(page, key, to="/outbox/retry")
    assert store.letter(entry.message.id).letter.status is LetterStatus.WAITING
    nowhy = sam.submit(page, {**key, "reason": ""}, to="/outbox/drop")
    assert nowhy.status_code == 422
    sam.submit(page, {**key, "reason": "Told by telephone."}, to="/outbox/drop")
    assert store.letter(entry.message.id).letter.by == "sam"
    gone = sam.get(page).text
    assert "Told by telephone." in gone
    assert "Drop it" not in gone
    assert sam.get("/outbox/message?id=nothing").status_code == 404


def test_a_link_that_lets_somebody_in_is_not_shown_to_staff(acting):
    acting.browser().submit("/forgot", {"email": "nora@example.com"})
    vera = acting.browser().log_in("vera")
    (letter,) = (m for m in acting.store.messages(500) if m.kind.value == "password_reset")
    page = vera.get("/outbox/message", params={"id": letter.id}).text
    assert "Its words are not shown" in page
    assert "/reset/" not in page
