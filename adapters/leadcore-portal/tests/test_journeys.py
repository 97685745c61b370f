"""A day at the portal in a real browser: an admin and an associate at once, staff, strangers."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from tools.browser import ARGUMENTS, NoBrowserError, chromium

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe looks at pages")

_spec = importlib.util.spec_from_file_location("walking", Path(__file__).with_name("walking.py"))
walking = sys.modules.setdefault("walking", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(walking)
Person, Served = walking.Person, walking.Served


@pytest.fixture(scope="module")
def browser():
    try:
        path = chromium()
    except NoBrowserError as error:
        pytest.skip(str(error))
    with sync_api.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield made
        made.close()


@pytest.fixture
def served(acting):
    with Served(acting.app) as here:
        yield here


@pytest.fixture
def person(browser, served):
    """Makes people with browsers of their own; nothing may be left that they complain of."""
    made = []

    def come(user=None, *, axe=True, **how):
        how.setdefault("viewport", {"width": 1280, "height": 800})
        how.setdefault("reduced_motion", "reduce")
        one = Person(browser, served, axe_api.Axe() if axe else None, **how)
        made.append(one)
        return one.enter(user) if user else one

    yield come
    for one in made:
        one.close()
        assert not one.complaints


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_an_admin_and_an_associate_work_at_the_same_time(person):
    nora = person("nora").look()
    nora.follow("All leads").look()
    nora.page.get_by_label("Name, phone or e-mail", exact=True).fill("larkin")
    sync_api.expect(nora.page.locator("#results tbody tr")).not_to_have_count(25)
    assert "text=larkin" in nora.page.url
    nora.open("/leads?sort=name").look()
    name = nora.page.locator("tbody td a").first.inner_text()
    nora.follow(name).look()
    lead = nora.page.url.removeprefix(nora.base)
    nora.follow("Assign", exact=True).look().fill(user_id="pia").press("Assign", exact=True)
    nora.reads("Pia Lindqvist").look()

    pia = person("pia", color_scheme="dark", **PHONE).look()
    pia.open(lead).look()
    pia.follow("Details").look()
    pia.follow("Record an attempt").look().pick("Call").pick("Reached the person")
    pia.press("Record it").reads("The attempt is recorded")
    pia.follow("Timeline").look().reads("Call: reached the person")
    pia.follow("Contact", exact=False).look()
    pia.page.get_by_label("Is it on the registry?").or_(
        pia.page.locator("[name=listed]")
    ).first.wait_for()
    pia.press("Record the look-up").reads("The look-up is recorded").reads("not listed")
    pia.press("Keep question and answer on record").reads("Kept on record")
    pia.open(f"{lead}/email").look().fill(subject="Your request", body="When may I call?")
    pia.press("Send it").reads("The e-mail is on its way")
    files = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Called at noon."}
    pia.open(f"{lead}/files").look()
    pia.page.locator("#f-file").set_input_files(files)
    pia.press("Add it").reads("notes.txt is kept").look()
    with pia.page.expect_download() as fetched:
        pia.page.get_by_role("link", name="notes.txt").first.click()
    assert Path(fetched.value.path()).read_bytes() == b"Called at noon."
    pia.follow("Remove").look().press("Remove the file").reads("is removed")
    pia.open(f"{lead}/appointments").look().fill(title="First talk", place="By phone")
    pia.press("Make it").reads("The appointment is made").look()

    # What the associate did is there for the admin at once, and the other way round.
    nora.open(f"{lead}/timeline").reads("Call: reached the person").reads("Pia Lindqvist")
    nora.follow("Forward", exact=True).look().fill(to="omar", note="See above.")
    nora.press("Forward", exact=True).reads("goes to omar@example.com")
    nora.open("/preferences").look().fill(zone="America/Chicago").pick("Dark").press("Remember")
    nora.open(f"{lead}/contact?channel=text").look().reads("CST")
    nora.page.locator("details.me summary").first.click()
    nora.press("Log out").reads("You are logged out").look()
    nora.page.goto(nora.base + lead)
    assert "/login?next=" in nora.page.url


def test_a_return_is_asked_for_and_says_what_it_does(person):
    omar = person("omar", **PHONE)
    omar.open("/leads")
    for link in omar.page.locator("tbody td a").all()[:8]:
        address = link.get_attribute("href")
        page = omar.context.request.get(f"{omar.base}{address}/return").text()
        if "Ask for the return" in page and "Over since" not in page:
            break
    omar.open(f"{address}/return").look().reads("sends the person to somebody else")
    omar.fill(reason="wrong_number", detail="A bakery answers.")
    omar.page.locator("form.form").evaluate("form => form.noValidate = true")
    omar.press("Ask for the return").reads("Tick this to go on").look()
    omar.fill(understood=True).press("Ask for the return").reads("The return is asked for").look()
    assert omar.page.url.endswith("/return")


def test_staff_see_who_was_asked_and_why_not(person):
    vera = person("vera").look()
    vera.open("/leads?text=larkin").look()
    vera.page.locator("tbody td a").first.click()
    vera.follow("Distribution").look().reads("It got the lead")
    vera.follow("Return", exact=True).reads("Until when").look()
    assert "A return was asked for" in vera.page.locator("main").inner_text()
    vera.follow("Record an attempt").pick("Call").pick("No answer").press("Record it")
    vera.reads("The attempt is recorded").reads("by Vera Stone")


@pytest.mark.parametrize(
    ("user", "how"), [("nora", PHONE), ("vera", {"color_scheme": "dark"})], ids=["admin", "staff"]
)
def test_every_screen_of_the_menu_is_fit_to_be_used(person, user, how):
    one = person(user, **how)
    links = one.page.locator("nav[aria-label=Screens] a, details.me .menu a").all()
    screens = dict.fromkeys(link.get_attribute("href") for link in links)
    assert len(screens) > 8
    for path in screens:
        one.open(path).look()


def test_strangers_find_their_way_in(person, acting):
    guest = person(None, **PHONE)
    guest.open("/login").look().fill(email="nora@example.com", password="not this one, I fear")
    guest.press("Log in").reads("do not go together").look()
    guest.follow("Forgot your password?").look().fill(email="nora@example.com")
    guest.press("Send the link").reads("on its way").look()
    (letter,) = (m for m in acting.store.messages(500) if m.kind.value == "password_reset")
    link = next(word for word in letter.body.split() if "/reset/" in word)
    guest.open(link.removeprefix(guest.base)).look()
    guest.fill(password="four brown owls in a tin", again="four brown owls in a tin")
    guest.press("Set the password").reads("Your password is set")
    guest.log_in("nora", "four brown owls in a tin").reads("Dashboard")
    assert guest.page.url == f"{guest.base}/"


def test_the_main_tasks_need_no_javascript(person):
    pia = person("pia", axe=False, java_script_enabled=False)
    pia.open("/leads").fill(text="a").press("Find")
    pia.page.locator("tbody td a").first.click()
    pia.follow("Record an attempt").pick("Call").pick("No answer").press("Record it")
    assert pia.page.get_by_text("The attempt is recorded").count() == 1


def test_an_admin_and_the_desk_keep_the_office(person):
    nora = person("nora")
    nora.open("/orders/harbor-bank").press("Resume", exact=True).reads("takes leads again").look()
    nora.open("/users").page.get_by_role("link", name="5 in all").click()
    nora.page.locator(".branch .branch a.strong").get_by_text("Pia Lindqvist").wait_for()
    nora.look().open("/users/pia/move").look().page.locator("[name=parent_id][value=rosa]").check()
    nora.press("Move", exact=True).reads("nobody can stand below themselves").open("/users/pia")
    nora.open("/billing/harbor/fund?amount=300").look().reads("$30.00")
    nora.press("Pay $300.00").reads("with $30.00 of bonus")
    nora.open("/users/pia").follow("Change the address").look().fill(address="pia.l@example.com")
    nora.press("Change the address").reads("logs in as pia.l@example.com now")

    sam = person("sam", color_scheme="dark", **PHONE)
    sam.open("/verification").look().page.locator("tbody a").first.click()
    sam.look().follow("Decline", exact=True).fill(note="It is the other side that has one.")
    sam.press("Decline").reads("the account is told why")
    sam.open("/outbox?view=dead").page.locator("tbody a").first.click()
    sam.press("Try again now").reads("is tried again")
    sam.open("/audit").look().reads("Decline refund")

    omar = person("omar", axe=False, **PHONE)
    omar.open("/appointments").page.locator("tbody th a").first.click()
    omar.follow("Reschedule").fill(minutes="20").press("Reschedule").reads("Moved to").look()
    assert omar.page.get_by_text("Moved to").count() == 1
    assert sam.page.get_by_text("Decline refund").count() >= 1


def test_a_recording_is_reviewed_shared_heard_below_and_taken_back(person):
    nora, pia = person("nora"), person("pia", color_scheme="dark", **PHONE)
    own = set(pia.open("/calls").look().page.locator("tbody a").all_inner_texts())
    calls = nora.open("/calls").page.locator("tbody a")
    name = next(each for each in calls.all_inner_texts() if each not in own)
    nora.follow(name).look().page.locator("audio").wait_for()
    nora.fill(transcript="Card 4111 1111 1111 1111", heard=True).press("Keep the review")
    nora.reads("card number").reads("It may not be shared").look()
    nora.fill(transcript="About custody.", heard=True).press("Keep the review")
    nora.reads("The review is kept").pick("Everybody below Omar Haddad").press("Share it")
    nora.reads("Everybody below Omar Haddad may listen,").look()
    pia.open("/calls/shared").look().page.locator("tbody a").first.click()
    pia.page.locator("audio").wait_for()
    pia.look().reads("Shared by")
    assert name.split()[0] not in pia.page.locator("main").inner_text()
    assert pia.page.evaluate(PLAYED) > 1
    nora.press("Share it no longer").reads("is not shared any more")
    assert pia.context.request.get(pia.page.url).status == 404


PLAYED = """async () => {
    const sound = document.querySelector("audio");
    if (!(sound.duration > 0)) await new Promise((done) => { sound.onloadedmetadata = done; });
    return sound.duration;
}"""
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def _loaded(one, path, sizes):
    """Load a page anew; give after how many milliseconds its scripts had run."""
    sizes.clear()
    one.page.goto(one.base + path, wait_until="load")
    return one.page.evaluate(READY)


def test_the_first_page_is_light_quick_and_asks_nobody_else(person):
    nora = person("nora", axe=False)
    nora.context.clear_cookies()
    client = nora.context.new_cdp_session(nora.page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    for path, login in (("/login", False), ("/", True)):
        if login:
            nora.enter("nora")
        # On a machine that is busy with much else a wait says nothing about the pages.
        quick = any(_loaded(nora, path, sizes) < 500 for _ in range(3))
        assert quick or os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
        assert 5_000 < sum(sizes) <= 100_000, sizes
    assert {url.split("/")[2] for url in nora.asked} == {nora.base.split("/")[2]}
