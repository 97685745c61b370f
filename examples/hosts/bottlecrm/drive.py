"""Uses BottleCRM's API as its people do, with leadcore beside it, behind its row-level security."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

from tools import postgres
from tools.hosts import run_in, serving

NAME = "bottlecrm"
PEOPLE = ("Ada", "Ben", "Dan", "Stranger")


def ask(address: str, token: str, given: dict[str, str] | None = None) -> tuple[int, Any]:
    """Ask the API and give the status and what it said."""
    data = None if given is None else urllib.parse.urlencode(given).encode()
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    request = urllib.request.Request(address, data, headers)  # noqa: S310 # loopback
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 # loopback
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text


def drive(base: str, seeded: dict[str, Any]) -> None:
    """Go through the API."""
    leads, tokens = seeded["leads"], seeded["tokens"]
    seen = {}
    for who in PEOPLE:
        status, listed = ask(f"{base}/api/leads/?limit=50", tokens[who])
        assert status == 200, (who, status, listed)
        text = json.dumps(listed)
        seen[who] = sorted(name for name, key in leads.items() if key in text)
    assert seen == {"Ada": ["fresh", "late"], "Ben": ["fresh"], "Dan": ["other"], "Stranger": []}, (
        seen
    )
    print(f"{NAME}: its own list of leads, to administrators of the same organisation: {seen}")
    status, panel = ask(f"{base}/leadcore/leads/{leads['fresh']}/", tokens["Ada"])
    assert status == 200, panel
    said = {
        way: [
            each["verdict"],
            *(one["rule"] for one in each["findings"] if one["effect"] != "permit"),
        ]
        for way, each in panel["panel"]["contact"].items()
    }
    print(f"{NAME}: may the person be contacted? {said}")
    given = {"reason": "wrong_number", "detail": "a bakery answers"}
    status, taken = ask(f"{base}/leadcore/leads/{leads['fresh']}/return/", tokens["Ada"], given)
    assert (status, taken["panel"]["refund"]["status"]) == (200, "requested"), taken
    assert taken["panel"]["credited"] is False, taken
    status, late = ask(f"{base}/leadcore/leads/{leads['late']}/return/", tokens["Ada"], given)
    (denial,) = (each for each in late["refused"]["findings"] if each["effect"] == "deny")
    assert (status, denial["rule"]) == (422, "RET-LATE"), late
    assert late["panel"]["window"]["closes_at"][:19] == seeded["closes"]["late"][:19], late
    print(f"{NAME}: within the window accepted; outside: {denial['sentence']}")
    for who in ("Ben", "Stranger"):
        status, _ = ask(f"{base}/leadcore/leads/{leads['late']}/", tokens[who])
        assert status == 404, (who, status)
    status, _ = ask(f"{base}/leadcore/leads/{leads['late']}/", "nobody's")
    assert status in {401, 403}, status


def main() -> None:
    """Seed, serve, drive."""
    with postgres.serve(durable=False) as server:
        uri = urlsplit(server.create("bottlecrm"))
        with psycopg.connect(server.uri, autocommit=True) as admin:
            # Not a superuser: those are above row-level security.
            admin.execute("CREATE ROLE crm_user LOGIN")
            admin.execute("ALTER DATABASE bottlecrm OWNER TO crm_user")
        sockets = uri.hostname or parse_qs(uri.query)["host"][0]
        more = {"HOST_DATABASE": "bottlecrm", "HOST_USER": "crm_user", "HOST_SOCKETS": sockets}
        seeded = json.loads(run_in(NAME, "-m", f"{NAME}.seed", more=more).splitlines()[-1])
        assert seeded["audit"] == [], seeded
        assert (seeded["hidden"], seeded["refused"]) == (0, "42501"), seeded
        print(f"{NAME}: within another organisation leadcore sees {seeded['hidden']}"
              f" of the first's rows and writes none (SQLSTATE {seeded['refused']})")  # fmt: skip
        with serving(NAME, more=more) as base:
            drive(base, seeded)


if __name__ == "__main__":
    main()
