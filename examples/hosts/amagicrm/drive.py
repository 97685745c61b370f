"""Uses amagi-crm over HTTP as its people do, with leadcore's routers beside its endpoints."""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
import urllib.error
import urllib.request
from typing import Any

from tools.hosts import run_in, serving

NAME = "amagicrm"
OURS = "/leadcore"


class Client:
    """Somebody who asks with a token."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self.token = token

    def __call__(self, method: str, path: str, given: object = None) -> tuple[int, Any]:
        """Ask, and give the status and what was said."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(  # noqa: S310 # loopback
            self.base + path, data, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 # loopback
                # The host's own middleware is around our answers too.
                assert answer.headers["X-Frame-Options"] == "DENY"
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def hand_in(chief: Client, sam: Client) -> str:
    """Take a contact of the host's own and hand it in as a lead."""
    kim = {"first_name": "Kim", "last_name": "Sample", "phone": "212-555-0188"}
    status, contact = chief("POST", "/api/contacts", kim)
    assert status == 201, contact
    status, contact = chief("GET", f"/api/contacts/{contact['id']}")
    assert (status, contact["first_name"]) == (200, "Kim"), contact
    told = {name: contact[name] for name in kim} | {"area": "cid", "zip": "10001"}
    status, taken = sam("POST", f"{OURS}/leads", told)
    assert (status, taken["outcome"]) == (201, "accepted"), taken
    sale = taken["lead"]["sale"]
    assert (sale["account_id"], sale["user_id"]) == ("acme", "cid"), sale
    status, again = sam("POST", f"{OURS}/leads", told)
    assert (status, again["outcome"]) == (200, "known"), again
    print(f"{NAME}: its contact, handed in as a lead, was sold to {sale['account_id']}; once")
    key: str = taken["lead"]["id"]
    return key


def ask_contact(cid: Client, lead: str) -> None:
    """Ask whether the person may be contacted."""
    said = {}
    for channel, initiation in (("call", "manual"), ("text", "autodialed")):
        asked = {"channel": channel, "initiation": initiation}
        status, decision = cid("POST", f"{OURS}/leads/{lead}/contact", asked)
        assert status == 200, decision
        rules = {each["rule"] for each in decision["findings"] if each["effect"] == "deny"}
        said[channel] = (decision["verdict"], sorted(rules))
    assert "H-TCPA-NO" in said["text"][1], said
    assert "H-TCPA-NO" not in said["call"][1], said
    print(f"{NAME}: may the person be contacted? {said}")


def ask_returns(who: dict[str, Client], closes: dict[str, str]) -> None:
    """Ask for returns within the window and outside, and let the seller approve one."""
    given = {"reason": "wrong_number", "detail": "a bakery answers"}
    for name in ("fresh", "late"):
        status, shown = who["ada"]("GET", f"{OURS}/leads/{name}")
        assert (status, shown["return_until"][:19]) == (200, closes[name][:19]), shown
    status, asked = who["cid"]("POST", f"{OURS}/leads/fresh/returns", given)
    assert (status, asked["status"]) == (201, "requested"), asked
    status, late = who["ada"]("POST", f"{OURS}/leads/late/returns", given)
    (denial,) = (each for each in late["findings"] if each["effect"] == "deny")
    assert (status, denial["rule"]) == (422, "RET-LATE"), late
    assert closes["late"][:19].replace("T", " ") in denial["sentence"], (closes, denial)
    print(f"{NAME}: within the window accepted; outside: {denial['sentence']}")
    path = f"{OURS}/returns/{asked['id']}/approve"
    status, _ = who["cid"]("POST", path, {"note": "I say so"})
    assert status == 403, status
    before = balance(who["sam"])
    status, done = who["sam"]("POST", path, {"note": "the person says so"})
    assert (status, done["status"]) == (200, "approved"), done
    assert balance(who["sam"]) - before == 2_500
    status, _ = who["cid"]("GET", f"{OURS}/leads/fresh")
    assert status == 404, status
    print(f"{NAME}: approved by the seller's staff: 2500 more on the balance, the lead is gone")


def balance(client: Client) -> int:
    """Give what the account has."""
    status, told = client("GET", f"{OURS}/accounts/acme/balance")
    assert status == 200, told
    found: int = told["available"]["minor"]
    return found


def look(who: dict[str, Client], lead: str) -> None:
    """Say who sees which leads, and that nobody sees over a wall."""
    seen = {}
    for name in ("ada", "ben", "cid", "dan", "eve"):
        status, page = who[name]("GET", f"{OURS}/leads?limit=100")
        assert status == 200, page
        seen[name] = sorted(each["name"].split()[0] for each in page["items"])
    assert seen == {
        "ada": ["Fresh", "Kim", "Late"],
        "ben": [],
        "cid": ["Fresh", "Kim"],
        "dan": ["Other"],
        "eve": ["Foreign"],
    }, seen
    print(f"{NAME}: leads seen: {seen}")
    question = {"channel": "call", "initiation": "manual"}
    wish = {"reason": "wrong_number", "detail": "a bakery answers"}
    for method, path, given in (
        ("GET", "", None),
        ("POST", "/contact", question),
        ("POST", "/returns", wish),
    ):
        for name in ("eve", "dan"):
            status, told = who[name](method, f"{OURS}/leads/{lead}{path}", given)
            assert status == 404, (name, path, told)
        status, told = who["ada"](method, f"{OURS}/leads/foreign{path}", given)
        assert status == 404, (path, told)
    print(f"{NAME}: across accounts, and sideways, there is no such lead (404)")


def drive(base: str, seeded: dict[str, Any]) -> None:
    """Go through the API, the host's and ours."""
    chief = Client(base, seeded["token"])
    who = {name: Client(base, key) for name, key in seeded["keys"].items()}
    status, me = chief("GET", "/api/me")
    assert (status, me["name"]) == (200, "chief"), me
    # Each credential opens its own doors only.
    for client, path in (
        (who["sam"], "/api/contacts"),
        (chief, f"{OURS}/leads"),
        (Client(base, "nobody's"), f"{OURS}/leads"),
    ):
        status, told = client("GET", path)
        assert status == 401, (path, told)
    lead = hand_in(chief, who["sam"])
    ask_contact(who["cid"], lead)
    look(who, lead)
    ask_returns(who, seeded["closes"])
    status, told = chief("GET", "/api/audit/verify")
    assert (status, told["ok"]) == (200, True), told
    status, listed = chief("GET", "/api/contacts")
    assert (status, listed["total"]) == (200, 1), listed
    print(f"{NAME}: its own endpoints answer beside ours; its own log is whole")


def look_at_each(found: dict[str, Any]) -> None:
    """Each router can be mounted alone, and adds its own routes and no others."""
    own = set(found["none"]["routes"])
    added = {name: set(each["routes"]) - own for name, each in found["alone"].items()}
    for name, each in found["alone"].items():
        assert each["own"] == [200, 401], (name, each["own"])
        assert own < set(each["routes"]), name
        assert all(f" {found['prefix']}/" in route for route in added[name]), added[name]
    every = [route for routes in added.values() for route in routes]
    assert sorted(every) == sorted(set(found["together"]["routes"]) - own)
    numbers = {name: len(routes) for name, routes in added.items()}
    print(f"{NAME}: {len(own)} routes of its own; each router mounted alone adds {numbers}")


def main() -> None:
    """Seed, mount each router alone, serve, drive."""
    with tempfile.TemporaryDirectory() as folder:
        more = {
            "DATABASE_URL": f"sqlite:///{folder}/crm.db",
            "AMAGI_CRM_ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "AMAGI_CRM_SECRET_KEY": secrets.token_urlsafe(48),
            "LEADCORE_SECRET": secrets.token_urlsafe(48),
        }
        seeded = json.loads(run_in(NAME, "-m", f"{NAME}.seed", more=more).splitlines()[-1])
        assert seeded["audit"] == [], seeded
        look_at_each(json.loads(run_in(NAME, "-m", f"{NAME}.each", more=more).splitlines()[-1]))
        with serving(NAME, more=more) as base:
            drive(base, seeded)


if __name__ == "__main__":
    main()
