"""`leadcore login`: invitations, passwords, sessions; secrets are typed, never options."""

from functools import partial

import pytest

import leadcore_argon2
from leadcore.errors import Malformed
from leadcore_cli import typing_secrets
from leadcore_cli.typing_secrets import ask_secret

GOOD, BETTER = "four green bottles hang", "eleven green bottles hang"
MAIL = "Ada@North.example"


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Hash with parameters that take no time."""
    cost = leadcore_argon2.Cost(passes=1, memory_kib=8, lanes=1)
    monkeypatch.setattr(
        leadcore_argon2, "Argon2Hasher", partial(leadcore_argon2.Argon2Hasher, cost)
    )
    monkeypatch.delenv("LEADCORE_PASSWORD_LIST", raising=False)


@pytest.fixture
def opened(cli):
    """The office where Ada can log in."""
    cli("login", "password", "ada", "--email", MAIL, given=f"{GOOD}\n")
    return cli


def enter(cli, password=GOOD, code=0, **options):
    words = [each for name, value in options.items() for each in (f"--{name}", value)]
    return cli.one("login", "in", MAIL, *words, given=f"{password}\n", code=code)


def test_an_invitation_is_accepted_once(cli):
    told = cli.one("login", "invite", "ada", "--email", MAIL)
    assert (told["user"], told["name"]) == ("ada", "ada@north.example")
    given = f"{told['token']}\n{GOOD}\n"
    assert cli.one("login", "accept", given=given)["stage"] == "open"
    done = cli("login", "accept", given=given, code=5)
    assert "unknown, used up or too old" in done.stderr
    assert cli("login", "invite", "ada", "--email", MAIL, code=5)


def test_an_invitation_goes_to_an_address(cli):
    assert "--email" in cli("login", "invite", "ada", code=4).stderr
    cli("user", "ada", "--email", "ada@home.example")
    done = cli("login", "invite", "ada")
    assert "ada@home.example" in done.stdout
    assert "leadcore login accept" in done.stdout
    assert "no user" in cli("login", "invite", "nobody", code=3).stderr


def test_each_reason_against_a_password_is_told(cli):
    done = cli("login", "password", "ada", "--email", MAIL, given="ada reyes\n", code=4)
    for words in ("at least 15 characters", "names that others know", "everybody tries"):
        assert words in done.stderr
    long = cli("login", "password", "ada", "--email", MAIL, given="1q2w3e4r5t6y7u8i9o\n", code=4)
    assert "everybody tries" in long.stderr
    assert "1q2w3e" not in long.output


def test_a_list_of_ones_own_is_asked_too(cli, tmp_path, monkeypatch):
    file = tmp_path / "pwned.txt"
    digest = "4F6B0C2A1E8D9F7C5B3A1E8D9F7C5B3A1E8D9F7C"
    file.write_text(f"{digest}:1\n")
    monkeypatch.setenv("LEADCORE_PASSWORD_LIST", str(file))
    cli("login", "password", "ada", "--email", MAIL, given=f"{GOOD}\n")
    folder = tmp_path / "ranges"
    folder.mkdir()
    monkeypatch.setenv("LEADCORE_PASSWORD_LIST", str(folder))
    done = cli("login", "password", "ada", given=f"{BETTER}\n", code=4)
    assert "21BD1.txt" in done.stderr


def test_logging_in_and_coming_in(opened):
    told = enter(opened, source="10.0.0.7")
    assert (told["user_id"], told["source"]) == ("ada", "10.0.0.7")
    given = told["token"] + "\n"
    assert opened.one("login", "who", given=given) == {
        "in": True,
        "user": "ada",
        "session": told["id"],
    }
    assert "ada, with session" in opened("login", "who", given=given).stdout
    assert opened.one("login", "who", given="x" * 40, code=1) == {"in": False}
    assert "Nobody" in opened("login", "who", given="x" * 40, code=1).stdout
    assert "is in with session" in opened("login", "in", MAIL, given=f"{GOOD}\n").stdout


def test_nobody_is_told_whether_there_is_such_a_log_in(opened):
    words = ("login", "in")
    known = [opened(*words, MAIL, given="wrong\n", code=1).stdout for _ in range(4)]
    unknown = [opened(*words, "b@x.example", given="wrong\n", code=1).stdout for _ in range(4)]
    assert known == unknown
    assert "do not go together" in known[0]
    late = opened(*words, MAIL, given="wrong\n", code=1).stdout
    assert "next try is looked at from" in late
    assert enter(opened, code=1)["next_try_at"].endswith("Z")


def test_a_locked_name_is_opened_by_a_reset(opened, monkeypatch):
    from leadcore.back_office import NotLoggedIn  # noqa: PLC0415 - the same
    from leadcore.logins import LOCKED  # noqa: PLC0415 - for the answer below

    refused = NotLoggedIn(looked_at=False, next=LOCKED)
    monkeypatch.setattr(leadcore_argon2, "log_in", lambda *_, **__: refused)
    assert enter(opened, code=1) == {"in": False, "locked": True, "next_try_at": None}
    told = opened("login", "in", MAIL, given="any\n", code=1).stdout
    assert "reset the password" in told


def test_a_forgotten_password_is_set_anew(opened):
    told = opened.one("login", "forgot", MAIL)
    opened("login", "reset", given=f"{told['token']}\n{BETTER}\n")
    assert enter(opened, BETTER)["user_id"] == "ada"
    assert "leadcore login reset" in opened("login", "forgot", MAIL).stdout
    assert opened("login", "forgot", "nobody@x.example", code=3)


def test_sessions_are_listed_and_ended(opened):
    first, second, third = (enter(opened) for _ in range(3))
    listed = opened.json("login", "sessions", "ada")
    assert {each["id"] for each in listed} == {first["id"], second["id"], third["id"]}
    assert not [each for each in listed if "token" in each]
    assert first["id"] in opened("login", "sessions", "ada").stdout
    assert opened.one("login", "revoke", "ada", first["id"]) == {
        "session": first["id"],
        "ended": True,
    }
    assert "is over" in opened("login", "revoke", "ada", second["id"]).stdout
    assert "no session any more" in opened("login", "revoke", "ada").stdout
    assert opened.json("login", "sessions", "ada") == []
    assert opened("login", "revoke", "ben", third["id"], code=3)
    assert opened("login", "who", given=third["token"], code=1)


def test_a_disabled_user_is_out_at_once(opened):
    told = enter(opened)
    opened("user", "ada", "--disable")
    assert opened("login", "who", given=told["token"], code=1)
    enter(opened, code=1)
    opened("user", "ada", "--enable")
    assert opened("login", "who", given=told["token"], code=1)
    assert enter(opened)["user_id"] == "ada"


def test_a_log_in_is_renamed(opened):
    told = opened.one("login", "rename", "ada", "a@north.example")
    assert told["name"] == "a@north.example"
    assert opened("login", "rename", "ada", "no address", code=4)
    opened("login", "password", "ada", given=f"{BETTER}\n")
    cleo = ("login", "password", "cleo", "--email", "a@north.example")
    assert "another user" in opened(*cleo, given=f"{GOOD}\n", code=5).stderr


def test_a_secret_is_read_from_a_line_or_asked_for(monkeypatch):
    class Terminal:
        @staticmethod
        def isatty():
            return True

    typed = iter(["one", "one", "two", "three", ""])
    monkeypatch.setattr(typing_secrets.sys, "stdin", Terminal())
    monkeypatch.setattr(typing_secrets, "getpass", lambda _: next(typed))
    assert ask_secret("password", twice=True) == "one"
    with pytest.raises(Malformed, match="typed differently"):
        ask_secret("password", twice=True)
    with pytest.raises(Malformed, match="standard input"):
        ask_secret("password")


def test_no_secret_is_an_option(cli):
    for name in ("accept", "password", "in", "reset", "who"):
        words = cli("login", name, "--help").stdout
        assert "--password" not in words
        assert "--token" not in words
