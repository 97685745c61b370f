"""What a person does wrong is told in a line, with its exit code, and never by a traceback."""

from __future__ import annotations

import pytest
from typer.core import TyperGroup

from leadcore.errors import Conflict, LeadcoreError, Malformed, NotFound, Refused, WrongState
from leadcore_cli.main import COMMANDS, _load, app
from leadcore_cli.running import EXIT_CODES


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("leads.db", "is no address such as sqlite:///leads.db"),
        ("", "is no address"),
        ("mysql://x@localhost/y", "can't be opened"),
        ("mssql+nothing://x", "is no address"),
        ("sqlite:////no/such/folder/leads.db", "there is no file /no/such/folder/leads.db yet"),
        ("sqlite://", "is not set up, or not up to date"),
    ],
)
def test_a_bad_database_is_named(empty, url, said):
    done = empty("accounts", "--db", url, code=4)
    assert done.stderr.startswith("This can't be read:\n  --db: ")
    assert said in done.stderr


def test_a_look_at_no_database_makes_none(empty, tmp_path):
    assert "run `leadcore init` first" in empty("leads", code=4).stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_alone(empty, tmp_path):
    file = tmp_path / "leadcore.db"
    file.write_bytes(b"dear diary, " * 100)
    assert "--db: can't be used: file is not a database" in empty("leads", code=4).stderr
    assert "can't be used" in empty("init", "--name", "X", code=4).stderr
    assert file.read_bytes() == b"dear diary, " * 100
    assert (
        "unable to open"
        in empty("init", "--name", "X", "--db", f"sqlite:///{tmp_path}", code=4).stderr
    )


def test_a_database_without_a_seller_says_so(empty):
    empty("init", "--name", "X", "--zone", "Nowhere", code=4)
    assert "holds no seller yet; run `leadcore init` first" in empty("leads", code=4).stderr
    assert "there is no seller 'x'" in empty("leads", "--seller", "x", code=3).stderr


def test_a_server_that_is_not_there_is_told(empty):
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    done = empty("accounts", "--db", url, code=4)
    assert "--db: can't be used: connection" in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (NotFound("lead", "7"), 3, "there is no lead '7'"),
        (Malformed.at("a.b", "is [red]odd[/] \x1b[2J"), 4, "a.b: is [red]odd[/] \\x1b[2J"),
        (WrongState("SellLead", "it is sold"), 5, "SellLead is not possible: it is sold"),
        (Conflict("order 7"), 6, "somebody else was faster (order 7); try again"),
    ],
)
def test_every_family_of_errors_has_its_exit_code(cli, monkeypatch, error, code, said):
    def fail(*_):
        raise error

    monkeypatch.setattr("leadcore_sqlalchemy.SqlStore.accounts", fail)
    assert said in cli("accounts", code=code).stderr
    assert cli.one("accounts", code=code)["error"][0]["message"]


def test_the_exit_codes_cover_every_family():
    families = set(LeadcoreError.__subclasses__())
    assert set(EXIT_CODES) == families
    assert EXIT_CODES[Refused] == 1


def test_an_error_of_ours_is_not_hidden(cli, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("leadcore_sqlalchemy.SqlStore.accounts", fail)
    with pytest.raises(ZeroDivisionError):
        cli("accounts")


def test_help_and_version_know_every_command(cli):
    said = cli("--help").stdout
    for name in COMMANDS:
        assert f" {name} " in said
    for code in "0123456":
        assert f"{code} " in said
    assert cli("--version").stdout == "leadcore 0.1.0\n"
    assert "Did you mean 'import'" in cli("impor", code=2).stderr
    assert "Usage" in cli(code=2).output


def test_the_line_of_help_is_that_of_the_command(cli):
    for name, (_, words) in COMMANDS.items():
        said = " ".join(cli(name, "--help").stdout.split())
        assert words in said.replace("│ ", ""), name
    assert app.info.epilog


def test_every_command_speaks_json(cli):
    for name in COMMANDS:
        command = _load(name)
        inner = command.commands if isinstance(command, TyperGroup) else ()
        for words in [(name, each) for each in inner] or [(name,)]:
            assert "--json" in cli(*words, "--help").stdout, words
