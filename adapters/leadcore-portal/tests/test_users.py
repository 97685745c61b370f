"""Users and their tree, one's own profile and security, and who did what."""

from __future__ import annotations

import re

from leadcore import back_office as bo
from leadcore.logins import stage_of
from leadcore.people import AddUser, Profile

PASSWORD = "seven leads before breakfast"
BYRON = "01a20000-0000-7000-8000-0000000b1901"
ADA = {"name": "Ada Byron", "email": "ada.byron@example.com", "user_id": BYRON}


def add_many(store, count, at):
    cases = [
        bo.KeepUser(
            user_id=f"u{number}",
            account_id="harbor",
            command=AddUser(
                user_id=f"u{number}",
                seller_id="demo",
                account_id="harbor",
                parent_id="omar",
                profile=Profile(name=f"Person {number:04}"),
            ),
            at=at,
        )
        for number in range(count)
    ]
    store.run_many(cases)


def test_the_tree_opens_a_level_at_a_time(acting):
    add_many(acting.store, 120, acting.clock.now)
    nora = acting.browser().log_in("nora")
    top = nora.get("/users").text
    assert "Harbor Family Law: 127 users" in top
    assert "Omar Haddad" in top
    assert "Person 0003" not in top
    assert 'hx-get="/users?under=omar"' in top
    level = nora.get("/users?under=omar").text
    assert level.count("Person 0") == 50
    seen, more = [], "/users?under=omar"
    while more:
        page = nora.get(more).text
        seen += re.findall(r'href="/users/([^"]+)">P', page)
        further = re.search(r'href="(/users\?under=omar&amp;after=[^"]+)"', page)
        more = further[1].replace("&amp;", "&") if further else None
    assert len(seen) == len(set(seen)) == 121
    assert "pia" in seen
    found = nora.get("/users?text=person+0117").text
    assert re.search("Nora Quist<.bdi> . <bdi>Omar Haddad<", found)
    assert found.count('class="leaf"') == 1
    every = nora.get("/users?text=person").text
    assert every.count('class="leaf"') == 25
    following = re.search(r'rel="next" href="([^"]+)"', every)[1].replace("&amp;", "&")
    assert "Person 0025" in nora.get(following).text
    moving = nora.get("/users/u7/move").text
    assert moving.count('name="parent_id"') <= 27
    assert 'value="u7"' not in moving
    found = nora.get("/users/u7/move?text=person+0117").text
    assert ('value="u117"' in found, 'value="u3"' in found) == (True, False)
    # Where people are many, whom to choose is found by name.
    lead = re.search(r'href="(/leads/[0-9a-f-]{36})"', nora.get("/leads").text)[1]
    assert "Not everybody is listed" in nora.get(f"{lead}/assign").text
    few = nora.get(f"{lead}/assign?find=0117").text
    assert re.findall(r'<option value="(u\d+)"', few) == ["u117"]
    assert "Nobody is called so" in nora.get(f"{lead}/forward?find=xyzzy").text
    nora.submit(f"{lead}/assign?find=0117", {"user_id": "u117"}, to=f"{lead}/assign")
    assert acting.store.lead(lead.removeprefix("/leads/")).assigned_to == "u117"
    stranger = nora.submit(f"{lead}/assign", {"user_id": "ada"})
    assert "Choose one of these." in stranger.text
    assert "Nobody is called so" in nora.get("/users?text=xyzzy").text
    assert nora.get("/users?under=ada").status_code == 404


def test_users_are_for_admins_behind_the_wall(browsers):
    assert browsers("pia").get("/users").status_code == 403
    assert browsers("nora").get("/users/ada").status_code == 404
    assert browsers("nora").get("/users?account=north").status_code == 404
    assert browsers("sam").get("/users?account=harbor").status_code == 200
    assert browsers("sam").get("/users/pia/edit").status_code == 403


def test_a_user_is_added_invited_edited_and_disabled(acting):
    nora, store = acting.browser().log_in("nora"), acting.store
    page = "/users/new?under=pia"
    values = {**ADA, "under": "pia", "account": "harbor", "invite": "on"}
    refused = nora.submit(page, {**values, "cell": "12"}, to="/users/new")
    assert refused.status_code == 422
    assert "E.164" in refused.text
    odd = nora.submit(page, {**values, "user_id": "a/b"}, to="/users/new")
    assert "Open the page again" in odd.text
    done = nora.submit(page, {**values, "cell": "+1 (212) 555-0100"}, to="/users/new")
    assert "An invitation is on its way." in done.text
    made = store.user(BYRON)
    assert (made.parent_id, made.profile.cell) == ("pia", "+12125550100")
    assert stage_of(store.login(BYRON)).value == "invited"
    (letter,) = (m for m in store.messages(500) if m.to == "ada.byron@example.com")
    link = re.search(r"/invitation/[\w-]+", letter.body)[0]
    for turn, status in (("disable", 404), ("enable", 200)):
        nora.submit(f"/users/{BYRON}/turn", {}, to=f"/users/{BYRON}/{turn}")
        assert acting.browser().get(link).status_code == status
    chosen = {"password": "nine green apples on a tree", "again": "nine green apples on a tree"}
    acting.browser().submit(link, chosen)
    byron = acting.browser()
    byron.submit("/login", {"email": ADA["email"], "password": chosen["password"]})
    assert byron.get("/profile").status_code == 200
    edited = {"name": "Ada Lovelace", "email": ADA["email"], "view_downline": "on"}
    nora.submit(f"/users/{BYRON}/edit", edited)
    assert store.user(BYRON).profile.view_downline
    assert "new one takes its place" not in nora.get(f"/users/{BYRON}/invite").text
    refused = nora.submit("/users/rosa/invite", {"email": ADA["email"]})
    assert refused.status_code == 422
    sent = nora.submit("/users/rosa/invite", {"email": "rosa@example.com"})
    assert "An invitation is on its way; good until Nov 23" in sent.text
    nora.submit(f"/users/{BYRON}/turn", {}, to=f"/users/{BYRON}/disable")
    assert not store.user(BYRON).enabled
    assert byron.get("/profile", follow_redirects=False).status_code == 303
    nora.submit(f"/users/{BYRON}/turn", {}, to=f"/users/{BYRON}/enable")
    assert store.user(BYRON).enabled


def test_nobody_is_moved_below_themselves(acting):
    nora = acting.browser().log_in("nora")
    told = nora.submit("/users/omar/move", {"parent_id": "rosa"})
    assert told.status_code == 422
    assert "nobody can stand below themselves" in told.text
    assert acting.store.user("omar").parent_id == "nora"
    nora.submit("/users/pia/move", {"parent_id": "top"})
    assert acting.store.user("pia").parent_id is None
    nowhere = nora.submit("/users/omar/move", {"parent_id": "ada"})
    assert nowhere.status_code == 422


def test_a_profile_is_ones_own_and_gives_no_rights(acting):
    pia = acting.browser().log_in("pia")
    values = {"name": "Pia L.", "email": "pia@example.com", "admin": "on", "website": "pia.example"}
    assert "Your profile is changed." in pia.submit("/profile", values).text
    profile = acting.store.user("pia").profile
    assert (profile.name, profile.admin, profile.notify_new_lead) == ("Pia L.", False, False)
    wrong = pia.submit("/profile", {"name": "", "email": "x"})
    assert wrong.status_code == 422
    assert "Fill this in." in wrong.text


def test_a_password_is_changed_and_sessions_end(acting):
    here, there = (acting.browser().log_in("omar") for _ in range(2))
    page, to = "/security", "/security/password"
    new = {"password": "four brown owls in a tin", "again": "four brown owls in a tin"}
    wrong = here.submit(page, {"old": "not this one, I fear", **new}, to=to)
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert "not this one" not in wrong.text
    common = {"password": "correct horse battery staple", "again": "correct horse battery staple"}
    assert here.submit(page, {"old": PASSWORD, **common}, to=to).status_code == 422
    third = acting.browser().log_in("omar")
    session = re.search(r'name="session" value="([^"]+)"', third.get(page).text)[1]
    other = acting.browser().log_in("pia")
    assert other.submit(page, {"session": session}, to="/security/end").status_code == 404
    assert "This one" in here.get(page).text
    done = here.submit(page, {"old": PASSWORD, **new}, to=to)
    assert "Everywhere else you are logged out." in done.text
    assert "Change own password" in done.text
    assert there.get(page, follow_redirects=False).status_code == 303
    assert here.get(page).status_code == 200
    fourth = acting.browser().log_in("omar", new["password"])
    here.submit(page, {}, to="/security/end-others")
    assert fourth.get(page, follow_redirects=False).status_code == 303


def test_the_audit_tells_who_did_what_within_the_wall(acting):
    nora, vera = (acting.browser().log_in(each) for each in ("nora", "vera"))
    nora.submit("/orders", {}, to="/orders/harbor-pia/turn/pause")
    told = nora.get("/audit?kind=order&actor=nora").text
    assert "Pause order" in told
    assert 'href="/orders/harbor-pia"' in told
    assert "EST" in told
    assert "No deed fits" in nora.get("/audit?kind=order&until=2026-11-19").text
    assert "Harbor Family Law" in vera.get("/audit?account=harbor").text
    assert acting.browser().log_in("ada").get("/audit?kind=order").text.count("Pause order") == 0
    assert acting.browser().log_in("pia").get("/audit").status_code == 403


def test_a_log_in_gets_another_address(acting):
    """By its own person with password and link, by an admin without; the old address is told."""
    pia, nora = (acting.browser().log_in(each) for each in ("pia", "nora"))
    page, to = "/security", "/security/address"
    wanted = {"address": "Pia.L@Example.com", "password_now": "not this one, I fear"}
    wrong = pia.submit(page, wanted, to=to)
    assert wrong.status_code == 422
    assert "not your present password" in wrong.text
    taken = pia.submit(page, {"address": "nora@example.com", "password_now": PASSWORD}, to=to)
    asked = pia.submit(page, {**wanted, "password_now": PASSWORD}, to=to)
    plain = [re.sub(r"nora@|pia\.l@|[0-9a-f-]{36}|\d+:\d+", "", t.text) for t in (taken, asked)]
    assert "A link is on its way to" in plain[0]
    assert plain[0].split("What you did lately")[0] == plain[1].split("What you did lately")[0]
    for none in ("pia", "pia@example.com"):
        refused = pia.submit(page, {"address": none, "password_now": PASSWORD}, to=to)
        assert refused.status_code == 422
    sent = {m.to: m for m in acting.store.messages(500) if m.kind.value.startswith("address_")}
    assert (sent["nora@example.com"].kind.value, len(sent)) == ("address_taken", 2)
    link = re.search(r"http://portal\.test(/address/\S+)", sent["pia.l@example.com"].body)[1]
    stranger = acting.browser()
    assert "<strong>pia.l@example.com</strong>" in stranger.get(link).text
    assert acting.store.login("pia").name == "pia@example.com"
    done = stranger.submit(link, {})
    assert "you log in as pia.l@example.com" in done.text
    assert stranger.get(link).status_code == 404
    assert acting.browser().log_in("pia.l").get("/leads").status_code == 200
    told = [m for m in acting.store.messages(500) if m.to == "pia@example.com"]
    assert "address_changed" in {m.kind.value for m in told}
    done = nora.submit("/users/omar/login", {"address": "omar.h@example.com"})
    assert "Omar Haddad logs in as omar.h@example.com now." in done.text
    assert nora.submit("/users/omar/login", {"address": "x"}).status_code == 422
    # One's own is changed with the present password, and nowhere else.
    assert nora.get("/users/nora/login").url.path == "/security"
    assert 'href="/users/nora/login"' not in nora.get("/users/nora").text
    own = {"address": "x@example.com"}
    refused = nora.submit("/security", own, to="/users/nora/login")
    assert refused.status_code == 422
    assert "with the present password" in refused.text
    assert nora.get("/users/ada/login").status_code == 404
    assert pia.get("/users/omar/login").status_code == 403
    assert nora.get("/users/rosa/login").status_code == 404
