"""What the tests of the command share: running it in this process, and an office to run it in."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from leadcore_cli import show
from leadcore_cli.main import app

SETTING_UP = (
    ("init", "--name", "Counsel Leads"),
    ("account", "north", "--name", "North Legal Group"),
    ("account", "south", "--name", "South Law Partners"),
    ("user", "ada", "--account", "north", "--name", "Ada Reyes", "--downline"),
    ("user", "ben", "--account", "north", "--name", "Ben Ito", "--under", "ada"),
    ("user", "cleo", "--account", "north", "--name", "Cleo Marsh", "--under", "ada"),
    ("user", "dan", "--account", "south", "--name", "Dan Osei"),
    ("fund", "north", "1000", "--key", "first"),
    ("order", "open", "ben", "--price", "25", "--quantity", "100", "--id", "ben-order"),
)

HEADER = "First Name,Last Name,Phone,Email,ZIP,State,Practice Area,tcpa_consent\n"
GRACE = "Grace,Abara,813-555-0141,grace@example.com,33602,FL,family law,yes\n"
OMAR = "Omar,Reyes,480-555-0143,omar@example.com,85281,AZ,bankruptcy,no\n"


class Cli:
    """Runs the command in this process on one database."""

    def __init__(self, database: str) -> None:
        self.database = database

    def __call__(self, *args, code=0, given=None, db=True):
        environment = {"LEADCORE_DB": self.database if db else None, "LEADCORE_SELLER": None}
        done = CliRunner().invoke(app, [str(each) for each in args], input=given, env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, (args, done.output)
        return done

    def json(self, *args, code=0, given=None):
        """Run with --json; every line must parse."""
        lines = self(*args, "--json", code=code, given=given).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def one(self, *args, code=0, given=None):
        """Run with --json; there must be one line."""
        (found,) = self.json(*args, code=code, given=given)
        return found


@pytest.fixture(autouse=True)
def fresh_consoles(monkeypatch):
    """Look at the terminal anew for every test, as every process does."""
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    show.console.cache_clear()
    show.errors.cache_clear()


@pytest.fixture
def empty(tmp_path):
    """The command where nothing is set up yet."""
    return Cli(f"sqlite:///{tmp_path / 'leadcore.db'}")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    file = tmp_path_factory.mktemp("office") / "leadcore.db"
    cli = Cli(f"sqlite:///{file}")
    for words in SETTING_UP:
        cli(*words)
    return file


@pytest.fixture
def cli(template, tmp_path):
    """The command in an office with two accounts, four users, money and an order."""
    shutil.copy(template, tmp_path / "leadcore.db")
    return Cli(f"sqlite:///{tmp_path / 'leadcore.db'}")


@pytest.fixture
def leads_file(tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text(HEADER + GRACE + OMAR, "utf-8")
    return file


@pytest.fixture
def sold(cli, leads_file):
    """The office with two leads sold to Ben."""
    cli("import", leads_file)
    return cli


@pytest.fixture
def days_ago(monkeypatch):
    """Let imports happen so many days ago."""

    def turn_back(days):
        at = datetime.now(UTC) - timedelta(days=days)
        monkeypatch.setattr("leadcore_cli.commands.importing.now", lambda: at)

    return turn_back
