"""Secrets that are typed: asked for unseen, or read from standard input, and never options.

What is an option of a command stays in the shell's history and in the list of processes.
"""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from leadcore.errors import Malformed
from leadcore.logins import PasswordFacts, check_password

if TYPE_CHECKING:
    from leadcore.people import User
    from leadcore_argon2 import CommonList
    from leadcore_cli.context import Desk

__all__ = ["ask_secret", "common_lists", "new_password"]

_LONGEST_LINE = 10_000


def ask_secret(what: str, *, twice: bool = False) -> str:
    """Ask for a secret on the terminal, or read a line of standard input where that is no terminal.

    Args:
        what: it is called.
        twice: on a terminal it is typed again, and must be the same.

    Raises:
        Malformed: nothing was given, or something else the second time.
    """
    if not sys.stdin.isatty():
        given = sys.stdin.readline(_LONGEST_LINE).removesuffix("\n").removesuffix("\r")
    else:
        given = getpass(f"{what}: ")
        if twice and getpass(f"{what} again: ") != given:
            raise Malformed.at(what, "was typed differently the second time")
    if not given:
        raise Malformed.at(what, "is asked for here, or read from standard input")
    return given


def new_password(here: Desk, user: User | None, name: str) -> str:
    """Ask for a new password, and check it; give its hash.

    Raises:
        Malformed: every reason not to take it.
    """
    from leadcore_argon2 import Argon2Hasher, is_common  # noqa: PLC0415 - slow; few commands hash

    password = ask_secret("password", twice=True)
    words: tuple[str, ...] = (name, here.seller.terms.name, "leadcore")
    if user is not None:
        words += (user.profile.name, user.id, user.profile.email or "")
    common = is_common(password, common_lists())
    taken = check_password(password, PasswordFacts(common=common, words=words))
    return Argon2Hasher().hash(taken)


def common_lists() -> list[CommonList]:
    """Give the lists of common passwords: the package's, and one that the environment names."""
    from leadcore_argon2 import (  # noqa: PLC0415 - slow; few commands hash
        BadPasswords,
        BreachedFile,
        BreachedRanges,
    )

    found: list[CommonList] = [BadPasswords()]
    named = os.environ.get("LEADCORE_PASSWORD_LIST")
    if named:
        path = Path(named)
        found.append(BreachedRanges(path) if path.is_dir() else BreachedFile(path))
    return found
