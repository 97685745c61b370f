"""A person at a browser: goes about, fills in forms, and everything is looked at on the way."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import uvicorn

PASSWORD = "seven leads before breakfast"
SHOTS = os.environ.get("LEADCORE_SHOTS")
"""A folder for screenshots of everything that is looked at; none are taken without it."""
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,
    "iframes": False,
}
_ASK_AXE = """([where, rules]) => axe.run(where, rules).then(({violations}) => violations.map(
    ({id, impact, nodes}) => ({id, impact, nodes: nodes.map((node) => node.html.slice(0, 120))})
))"""
_MARK = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_SERIOUS = frozenset({"serious", "critical"})


class Served:
    """The portal on a port of this machine, in a thread."""

    def __init__(self, app):
        config = uvicorn.Config(app, port=0, log_level="error", access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        until = time.monotonic() + 10
        while not self.server.started:
            assert time.monotonic() < until, "the server did not start"
            threading.Event().wait(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_error):
        self.server.should_exit = True
        self.thread.join(10)


class Person:
    """Somebody with a browser of their own; what goes wrong in it is kept in `complaints`."""

    looked: ClassVar = set()
    """What axe looked at already: once is enough, in the theme of whoever came first."""

    def __init__(self, browser, served, axe, **how):
        self.context = browser.new_context(**how)
        self.page = self.context.new_page()
        self.axe, self.base = axe, served.address
        self.complaints, self.asked = [], []
        # Listened to, not held up: a page that is routed here loads everything anew each time.
        self.context.on("request", self._only_here)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.set_default_timeout(20_000)

    def _only_here(self, request):
        url = request.url
        self.asked.append(url)
        if urlsplit(url).hostname != "127.0.0.1":
            self.complaints.append(f"asked {url}")

    def _heard(self, message):
        # A form that comes back with problems is told by its status, which browsers call an error.
        if message.type in {"error", "warning"} and "422" not in message.text:
            self.complaints.append(message.text)

    def enter(self, user):
        """Log in without looking at it, and stand on the first page."""
        asking = self.context.request
        mark = _MARK.search(asking.get(f"{self.base}/login").text())[1]
        wanted = {"email": f"{user}@example.com", "password": PASSWORD, "csrf": mark}
        assert asking.post(f"{self.base}/login", form=wanted).ok
        return self.open("/")

    def log_in(self, user, password=PASSWORD):
        self.page.goto(f"{self.base}/login")
        self.page.get_by_label("E-mail address").fill(f"{user}@example.com")
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def open(self, path):
        answer = self.page.goto(self.base + path)
        assert answer.ok, (path, answer.status)
        return self

    def press(self, name, *, exact=False):
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self

    def follow(self, name, *, exact=False):
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self

    def fill(self, **values):
        """Fill in fields by their labels' names in the form."""
        for name, value in values.items():
            field = self.page.locator(f"main [name={name}]").first
            if value is True:
                field.check()
            elif field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def pick(self, label):
        self.page.get_by_label(label, exact=True).check()
        return self

    def reads(self, words):
        self.page.locator("main").get_by_text(words).first.wait_for()
        return self

    def look(self):
        """Look at the page: nothing serious for axe, nothing too wide, no complaint."""
        name = _IDS.sub("ID", urlsplit(self.page.url).path).strip("/") or "home"
        if SHOTS:
            width = self.page.viewport_size["width"]
            path = Path(SHOTS) / f"{name.replace('/', '-')}-{width}.png"
            self.page.screenshot(path=path, full_page=True)
        if self.axe is not None and name not in self.looked:
            self.looked.add(name)
            bad = self._barriers()
            assert not bad, (name, bad)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, wide)
        assert not self.complaints, (name, self.complaints)
        return self

    def _barriers(self):
        """Give what axe calls serious: of the whole page the first time, then of what differs.

        The frame around is the same everywhere, so is what stands beside a lead, and so are the
        rows of a list.
        """
        where = {"exclude": [["tbody tr:nth-child(n+4)"]]}
        if len(self.looked) > 1:
            where["include"] = [["main"]]
        if sum(each.startswith("leads/ID") for each in self.looked) > 1:
            where["exclude"].append(["main aside"])
        self.page.evaluate(self.axe.axe_script)
        found = self.page.evaluate(_ASK_AXE, [where, _RULES])
        return [each for each in found if each["impact"] in _SERIOUS]

    def close(self):
        self.context.close()
