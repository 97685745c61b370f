"""A seller with staff and two accounts, served by an API whose clock stands still."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import unquote, urlencode

import pytest
from sqlalchemy import select

from leadcore import back_office as bo
from leadcore import logins
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.appointments import slot
from leadcore.leads import LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, DisableUser, EnableUser, Profile
from leadcore.recording_life import ReviewRecording, ShareRecording
from leadcore.submissions import LeadKind, Recording, Source, Submission
from leadcore.testing.processors import ProcessorDouble
from leadcore.values import UNLIMITED, Address, Email, Money, PersonName, Phone
from leadcore_argon2 import Argon2Hasher, Cost
from leadcore_fastapi import Intake, Settings, app, install
from leadcore_files import FolderKeeper
from leadcore_sqlalchemy import SqlStore, engine, login_tables, upgrade

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
SELLER = "seller"
PEOPLE = {
    # Below each other in north: ann (admin), bob (sees the downline), cat; dan is disabled, and eve
    # has no log-in yet.
    "ann": ("north", None, {"admin": True}),
    "bob": ("north", "ann", {"view_downline": True}),
    "cat": ("north", "bob", {}),
    "dan": ("north", "bob", {}),
    "eve": ("north", "ann", {}),
    "sue": ("south", None, {"admin": True}),
    "sam": ("desk", None, {}),
    "mia": ("desk", None, {"admin": True}),
}


class Told:
    """An answer."""

    def __init__(self, status, headers, content):
        self.status_code, self.content = status, content
        self.headers = {name.decode(): value.decode("latin-1") for name, value in headers}
        self.text = content.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.content)


class Client:
    """Speaks ASGI to an app, in this thread: nothing is between the test and what it tests."""

    def __init__(self, served):
        self.served = served
        self.loop = asyncio.new_event_loop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def request(self, method, path, *, headers=None, content=b"", data=None, **more):
        said = {name.lower(): value for name, value in (headers or {}).items()}
        if "json" in more:
            content = json.dumps(more["json"]).encode()
            said.setdefault("content-type", "application/json")
        if data is not None:
            content = urlencode(data).encode()
            said.setdefault("content-type", "application/x-www-form-urlencoded")
        return self.loop.run_until_complete(self._ask(method, path, said, content))

    async def _ask(self, method, path, headers, content):
        place, _, query = path.partition("?")
        parts = [content] if isinstance(content, bytes) else list(content)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(place),
            "raw_path": place.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in headers.items()],
            "client": ("203.0.113.7", 1234),
            "server": ("testserver", 80),
            "state": {},
        }
        told = {}

        async def receive():
            if not parts:
                await asyncio.Event().wait()
            body = parts.pop(0)
            if not isinstance(body, bytes):
                await body()
                body = b""
            return {"type": "http.request", "body": body, "more_body": bool(parts)}

        async def send(message):
            if message["type"] == "http.response.start":
                told.update(status=message["status"], headers=message["headers"], body=b"")
            else:
                told["body"] += message.get("body", b"")

        await self.served(scope, receive, send)
        return Told(told["status"], told["headers"], told["body"])

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, **more):
        return self.request("POST", path, **more)

    def put(self, path, **more):
        return self.request("PUT", path, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)


class Known:
    """A list of passwords that everybody tries, of one."""

    def holds(self, form):
        return form == "password password"


SOUND = b"RIFF\x04\x00\x00\x00WAVEfmt "
"""What is kept as the recording of a call."""
_APPS = []


def _served(settings):
    """Give an app with these settings: one for all tests, whose routes are made ready once."""
    if settings.origins:
        return app(settings)
    if not _APPS:
        _APPS.append(app(settings))
    install(_APPS[0], settings)
    return _APPS[0]


class House:
    """The seller's house: its store, its API, and everybody's token."""

    def __init__(self, store, folder):
        self.store = store
        self.clock = [AT]
        self.count = itertools.count(1)
        self.log = logging.getLogger("leadcore.test")
        self.contents = SOUND
        self.sound = sha256(SOUND).hexdigest()
        self.settings = Settings(
            store=store,
            seller_id=SELLER,
            root_secret="r" * 32,
            keeper=FolderKeeper(folder),
            hasher=Argon2Hasher(Cost(passes=1, memory_kib=64, lanes=1)),
            common=(Known(),),
            processor=ProcessorDouble(),
            clock=lambda: self.clock[0],
            entropy=self.entropy,
            rate=None,
            stranger_rate=None,
            seller_seconds=0,
            links="https://portal.example",
            intake=Intake(
                google_key="agreed",
                meta_secret="app",
                meta_verify_token="verify",
                tokens={"hubspot": "h", "salesforce": "s", "partner": "p"},
            ),
            log=self.log,
        )
        self.tokens = {}

    def entropy(self, length):
        return next(self.count).to_bytes(length, "big")

    def client(self, served=None):
        return Client(_served(self.settings) if served is None else served)

    def tries(self):
        """Give the keys under which tries to log in are counted."""
        with self.store.engine.connect() as connection:
            return list(connection.execute(select(login_tables.tries.c.id)).scalars())

    def run(self, *cases):
        return self.store.run_many(cases)

    def build(self):
        terms = SellerTerms(name="Seller", desk="desk")
        self.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=AT))
        for name in ("desk", "north", "south"):
            opening = OpenAccount(account_id=name, seller_id=SELLER, name=name, currency="USD")
            self.run(
                bo.KeepAccount(seller_id=SELLER, account_id=name, command=opening, at=AT),
                bo.Fund(
                    seller_id=SELLER,
                    account_id=name,
                    key="start",
                    amount=Money(1_000_000, "USD"),
                    actor="mia",
                    at=AT,
                ),
            )
        for name, (account, above, rights) in PEOPLE.items():
            self.add(name, account, above, rights)
        self.run(bo.KeepUser(user_id="dan", account_id="north", command=DisableUser(), at=AT))
        # Orders take turns: north's for bob first.
        for order, account, user in (("o-north", "north", "bob"), ("o-south", "south", "sue")):
            terms = OrderTerms(user_id=user, price=Money(2_500, "USD"), quantity=UNLIMITED)
            opening = OpenOrder(order_id=order, seller_id=SELLER, account_id=account, terms=terms)
            self.run(bo.KeepOrder(order_id=order, account_id=account, command=opening, at=AT))
        return self

    def add(self, name, account, above, rights):
        profile = Profile(name=name.title(), email=f"{name}@example.com", **rights)
        adding = AddUser(
            user_id=name, seller_id=SELLER, account_id=account, parent_id=above, profile=profile
        )
        self.run(bo.KeepUser(user_id=name, account_id=account, command=adding, at=AT))
        if name != "eve":
            self.tokens[name] = self.session(name)

    def revive(self):
        """Let everybody in again who was thrown out."""
        for name in self.tokens:
            digest = logins.token_digest(self.tokens[name])
            answer = logins.who(self.store.session(digest), seller_id=SELLER, at=AT)
            if name != "dan" and isinstance(answer, logins.NotIn):
                enabling = bo.KeepUser(
                    user_id=name, account_id=PEOPLE[name][0], command=EnableUser(), at=AT
                )
                self.run(enabling)
                self.tokens[name] = self.session(name, f"{name}{next(self.count)}")

    def session(self, name, again=""):
        encoded, token = f"hash of {name}", f"token-of-{again or name}-0123456789"
        first = self.store.login(name) is None
        setting = logins.SetPassword(
            logins.digest_of(encoded), f"{name}@example.com" if first else None
        )
        self.run(
            bo.KeepLogin(seller_id=SELLER, user_id=name, command=setting, encoded=encoded, at=AT)
        )
        self.run(
            bo.LogIn(
                seller_id=SELLER,
                name=f"{name}@example.com",
                checked=bo.Checked(encoded=encoded, matches=True),
                session_id=f"session-{again or name}",
                token=logins.token_digest(token),
                at=AT,
            )
        )
        return token

    def lead(self, number, kind=LeadKind.WEB, wanted="north", name="Doe"):
        """Sell leads until one goes to the account wanted."""
        for turn in range(5):
            key = f"lead-{number}-{turn}"
            phone = Phone(raw=key, normal=f"+1212555{number:02d}{turn:02d}")
            recording = Recording(reference=self.sound, seconds=90, announced=True)
            case = bo.ReceiveLead(
                seller_id=SELLER,
                lead_id=key,
                sale_id=f"sale-{key}",
                source_key=key,
                submission=Submission(
                    source=Source(format="json"),
                    kind=kind,
                    phones=(phone,),
                    emails=(Email(raw=f"{key}@example.com", normal=f"{key}@example.com"),),
                    name=PersonName(first="Pat", last=f"{name}{number}x{turn}"),
                    address=Address(zip="10001", state="NY"),
                    vertical="legal",
                    area="family law",
                    recording=recording if kind is LeadKind.LIVE_CALL else None,
                ),
                at=AT,
            )
            lead = self.store.run(case).lead
            assert lead.status is LeadStatus.SOLD
            if lead.sale.account_id == wanted:
                return lead
        raise AssertionError("the orders take turns")


def fill(house):
    """Make one of everything that routes name; give a lead and a call."""
    lead, call = house.lead(1), house.lead(3, LeadKind.LIVE_CALL)
    for command in (ReviewRecording(contains_pan=False, contains_sad=False), ShareRecording()):
        house.run(
            bo.KeepRecording(
                seller_id=SELLER, lead_id=call.id, viewer_id="ann", command=command, at=AT
            )
        )
    later = AT + timedelta(days=1)
    house.run(
        bo.RequestRefund(
            refund_id="r1",
            lead_id=house.lead(2).id,
            user_id="bob",
            reason="wrong_number",
            detail="Somebody else answers.",
            at=AT,
        ),
        bo.MakeAppointment(
            appointment_id="a1",
            lead_id=lead.id,
            viewer_id="bob",
            assigned_to="bob",
            title="Talk",
            slot=slot(later, later + timedelta(hours=1), "America/New_York"),
            at=AT,
        ),
        bo.OpenHook(
            seller_id=SELLER,
            hook_id="h1",
            account_id="north",
            url="https://crm.example.com/in",
            events=("*",),
            at=AT,
        ),
        bo.IssueKey(
            seller_id=SELLER,
            key_id="k1",
            user_id="ann",
            name="website",
            token=logins.token_digest("lck_0123456789abcdef"),
            permissions=("leads:read",),
            at=AT,
        ),
    )
    return lead.id, call.id


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """Give a file with a whole house, made once: copying it is quicker than making it."""
    folder = tmp_path_factory.mktemp("template")
    made = engine(f"sqlite:///{folder / 'house.db'}")
    upgrade(made)
    house = House(SqlStore(made), folder / "files").build()
    lead_id, call_id = fill(house)
    made.dispose()
    # Many small tables: with small pages a copy is a third as long, and it is made very often.
    with closing(sqlite3.connect(folder / "house.db", isolation_level=None)) as raw:
        for words in ("journal_mode = DELETE", "page_size = 1024"):
            raw.execute(f"PRAGMA {words}")
        raw.execute("VACUUM")
    return folder / "house.db", house.tokens, lead_id, call_id


@pytest.fixture
def postgres_house(new_postgres_uri, tmp_path):
    made = engine(new_postgres_uri)
    upgrade(made)
    found = House(SqlStore(made), tmp_path / "files").build()
    found.lead_id, found.call_id = fill(found)
    yield found
    made.dispose()


@pytest.fixture
def house(sqlite_template, tmp_path):
    file, tokens, lead_id, call_id = sqlite_template
    path = tmp_path / "house.db"
    shutil.copy(file, path)
    made = engine(f"sqlite:///{path}")
    found = House(SqlStore(made), tmp_path / "files")
    found.tokens, found.lead_id, found.call_id = dict(tokens), lead_id, call_id
    yield found
    made.dispose()


@pytest.fixture
def api(house):
    """Give a client; `as_(name)` is what somebody sends."""
    with house.client() as client:
        client.as_ = lambda name: {"Authorization": f"Bearer {house.tokens[name]}"}
        yield client


@pytest.fixture
def restored():
    """Give what puts the house's SQLite back as it was, again and again, from memory."""

    @contextmanager
    def keeping(house):
        with closing(sqlite3.connect(":memory:")) as kept:
            raw = house.store.engine.raw_connection()
            raw.driver_connection.backup(kept)

            def again():
                kept.backup(raw.driver_connection)

            yield again
            raw.close()

    return keeping
