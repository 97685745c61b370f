"""Uses DjangoCRM in a browser, as its people do, with leadcore's panel on its own pages."""

from __future__ import annotations

import io
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.hosts import ROOT, run_in, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
NAME = "djangocrm"
PICTURES = "LEADCORE_PICTURES"
"""The variable that names the folder for what was on the screen; without it none is kept."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def page_of(browser: Browser, base: str, user: str, password: str, gone: list[str]) -> Page:
    """Log somebody in on DjangoCRM's own page; no request may leave the machine."""
    page = browser.new_context(viewport={"width": 1100, "height": 1080}).new_page()
    page.on(
        "request",
        lambda each: (
            None if urlsplit(each.url).hostname in {"127.0.0.1", None} else gone.append(each.url)
        ),
    )
    page.route(
        "**/*",
        lambda route: (
            route.continue_()
            if urlsplit(route.request.url).hostname == "127.0.0.1"
            else route.abort()
        ),
    )
    page.goto(f"{base}/en/123/789-login/")
    page.set_default_timeout(60_000)
    page.fill("#id_username", user)
    page.fill("#id_password", password)
    page.click("input[type=submit]")
    return page


def keep(page: Page, name: str) -> None:
    """Keep what is on the screen, where that is wanted, in few colours: for the documentation."""
    seen, folder = page.screenshot(), os.environ.get(PICTURES)
    if folder:
        with Image.open(io.BytesIO(seen)) as shot:
            shot.convert("RGB").quantize(48).save(ROOT / folder / f"{name}.png", optimize=True)


def names(page: Page, base: str) -> set[str]:
    """Give who is on DjangoCRM's own list of leads."""
    page.goto(f"{base}/en/123/crm/lead/?owner=all")
    text = page.inner_text("body")
    return {each for each in ("Fresh", "Late", "Other") if f"{each} Sample" in text}


def answer(chief: Page, base: str) -> None:
    """Approve the return that waits, as the seller's staff do on a page of the admin."""
    chief.goto(f"{base}/en/456-admin/leadcore/refunds/")
    chief.click("text=Returns that wait for an answer")
    assert chief.locator("tr[data-return]").count() == 1
    keep(chief, "djangocrm-returns")
    chief.fill("input[name=note]", "The person answered: another number was meant.")
    chief.click("button[value=approve]")
    said = chief.inner_text("main")
    assert "approved" in said, said
    assert chief.locator("tr[data-return]").count() == 0
    print(f"{NAME}: a return was approved on a page of its admin")


def drive(base: str, seeded: dict[str, dict[str, object]], password: str) -> None:
    """Go through the pages."""
    leads, closes = seeded["leads"], seeded["closes"]
    gone: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        ada = page_of(browser, base, "Ada", password, gone)
        seen = {
            who: names(page_of(browser, base, who, password, gone), base) for who in ("Ben", "Dan")
        }
        seen["Ada"] = names(ada, base)
        assert seen == {"Ada": {"Fresh", "Late"}, "Ben": set(), "Dan": {"Other"}}, seen
        print(f"{NAME}: its own list of leads shows {seen}")
        ada.goto(f"{base}/en/123/crm/lead/{leads['fresh']}/change/")
        verdicts = {
            row.get_attribute("data-way"): row.get_attribute("data-verdict")
            for row in ada.query_selector_all(".leadcore-panel tr[data-way]")
        }
        assert set(verdicts) == {"Call by hand", "Autodialled call", "Text", "E-mail"}, verdicts
        print(f"{NAME}: the panel on its own page of a lead says {verdicts}")
        keep(ada, "djangocrm-panel")
        for name, status in (("fresh", "requested"), ("late", "RET-LATE")):
            ada.goto(f"{base}/leadcore/leads/{leads[name]}/return/")
            ada.select_option("#reason", "wrong_number")
            ada.fill("#detail", "A bakery answers, nobody there asked for anything.")
            ada.click("button[type=submit]")
            said = ada.inner_text("main")
            assert status in said, said
            shown = str(closes[name])[:19].replace("T", " ")
            assert name == "fresh" or shown in said, (shown, said)
            print(f"{NAME}: to return the lead called {name}: {said.splitlines()[2]}")
        keep(ada, "djangocrm-refused")
        ada.goto(f"{base}/en/123/crm/lead/{leads['fresh']}/change/")
        assert "Return: requested" in ada.inner_text(".leadcore-panel")
        other = ada.goto(f"{base}/leadcore/leads/{leads['other']}/")
        assert other is not None
        assert other.status == 404
        answer(page_of(browser, base, "chief", password, gone), base)
        ada.goto(f"{base}/en/123/crm/lead/{leads['fresh']}/change/")
        said = ada.inner_text(".leadcore-panel")
        assert "Return: approved" in said, said
        assert "H-NOT-HELD" in said, said
        browser.close()
    print(f"{NAME}: {len(gone)} requests of the host's own pages to elsewhere were stopped")


def main() -> None:
    """Seed, serve, drive."""
    password = secrets.token_urlsafe(9)
    with tempfile.TemporaryDirectory() as folder:
        more = {"HOST_DATABASE": f"{folder}/crm.db", "HOST_PASSWORD": password}
        seeded = json.loads(run_in(NAME, "-m", f"{NAME}.seed", more=more).splitlines()[-1])
        assert seeded["audit"] == [], seeded
        with serving(NAME, more=more) as base:
            drive(base, seeded, password)


if __name__ == "__main__":
    main()
