"""What a password must be: NIST SP 800-63B-4 (August 2025), section 3.1.1.2, as data.

Long, and not one that everybody tries: no rule asks for digits or signs, and none asks for a new
password without a reason. The whole password is compared with what is commonly used or to be
expected, never a part of it. What is hashed is its normal form, whole; a list of common passwords
is looked up by whoever has one, with `forms`, and its answer is a fact here.

No sentence repeats what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import Attribute, field, frozen

from leadcore.errors import Malformed, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "NIST_63B",
    "PasswordFacts",
    "PasswordRules",
    "check_password",
    "forms",
    "normal",
    "password_problems",
]

_CITATION = "NIST SP 800-63B-4, 3.1.1.2"
_LEAST_ALLOWED = 8
_MOST_ALLOWED = 64


def _at_least(least: int) -> Callable[[object, Attribute[int], int], None]:
    def check(_instance: object, attribute: Attribute[int], value: int) -> None:
        if value < least:
            message = f"{attribute.name} is at least {least} ({_CITATION})"
            raise ValueError(message)

    return check


@frozen(kw_only=True)
class PasswordRules:
    """How long a password is, and what counts as the name of somebody or something.

    Attributes:
        least: so many characters where the password is the only factor ("shall", 15).
        least_beside: so many where a second factor is asked for as well ("shall", 8).
        most: so many are taken ("at least 64"); a limit, so that nobody has a novel hashed.
        shortest_word: words of names and addresses shorter than this are not looked for.
        citation: where the rules come from.

    Raises:
        ValueError: fewer characters than the standard asks for, or a limit below the one it wants.
    """

    least: int = field(default=15, validator=_at_least(_LEAST_ALLOWED))
    least_beside: int = field(default=8, validator=_at_least(_LEAST_ALLOWED))
    most: int = field(default=256, validator=_at_least(_MOST_ALLOWED))
    shortest_word: int = 3
    citation: str = _CITATION


NIST_63B = PasswordRules()
"""The rules as the standard gives them."""


@frozen(kw_only=True)
class PasswordFacts:
    """What is known about a password that somebody wants.

    Attributes:
        common: does a list of common or breached passwords hold one of its `forms`? None: nobody
            looked, and such a password is not taken.
        words: names that others expect in it: of the person, the e-mail address, the seller.
        second_factor: is a second factor asked for as well?
    """

    common: bool | None
    words: tuple[str, ...] = ()
    second_factor: bool = False


def normal(password: str) -> str:
    """Give a password as it is counted, compared and hashed: NFKC, so that keyboards agree.

    >>> normal("ﬁve green bottles") == "five green bottles"
    True
    """
    return unicodedata.normalize("NFKC", password)


def forms(password: str) -> tuple[str, ...]:
    """Give the forms under which a list of common passwords is asked.

    The normal form, the same in small letters, and what is repeated where it repeats something.

    >>> forms("SecretSecret")
    ('SecretSecret', 'secretsecret', 'secret')
    """
    whole = normal(password)
    small = whole.casefold()
    return tuple(dict.fromkeys((whole, small, _repeated(small))))


def password_problems(
    password: str,
    facts: PasswordFacts,
    rules: PasswordRules = NIST_63B,
    *,
    path: str = "password",
) -> tuple[Problem, ...]:
    """Give everything that speaks against a password, each in a sentence for who chose it.

    Args:
        password: as it was typed.
        facts: what is known about it.
        rules: how long it is to be.
        path: where it was given.
    """
    try:
        password.encode()
    except UnicodeEncodeError:
        return (Problem(path, "has half a character, which no keyboard types again"),)
    whole = normal(password)
    told = (*_lengths(whole, facts, rules), *_letters(whole), *_expected(whole, facts, rules))
    return tuple(Problem(path, sentence) for sentence in told)


def check_password(
    password: str,
    facts: PasswordFacts,
    rules: PasswordRules = NIST_63B,
    *,
    path: str = "password",
) -> str:
    """Give the normal form of a password that may be taken: what is hashed.

    Raises:
        Malformed: as `password_problems` says.
    """
    problems = password_problems(password, facts, rules, path=path)
    if problems:
        raise Malformed(problems)
    return normal(password)


def _lengths(whole: str, facts: PasswordFacts, rules: PasswordRules) -> Iterator[str]:
    least = rules.least_beside if facts.second_factor else rules.least
    if len(whole) < least:
        yield f"has at least {least} characters; several words are easy to keep in mind"
    if len(whole) > rules.most:
        yield f"has at most {rules.most} characters"


def _letters(whole: str) -> Iterator[str]:
    kinds = {unicodedata.category(char) for char in whole}
    if "Cc" in kinds:
        yield "has no control characters, which not every keyboard types"
    if "Cn" in kinds:
        # UAX #15, 12.1: what Unicode does not know yet has no form that stays.
        yield "has a character that Unicode does not know yet"


def _expected(whole: str, facts: PasswordFacts, rules: PasswordRules) -> Iterator[str]:
    small = whole.casefold()
    if facts.common is None:
        yield "could not be compared with the passwords that everybody tries; try again later"
    elif facts.common:
        yield "is one that everybody tries; choose words that nobody expects together"
    if _is_run(small):
        yield "is one sign or one row of signs over and over; choose several words"
    if _is_made_of(small, _words(facts.words, rules.shortest_word)):
        yield "is made of nothing but names that others know, digits and signs"


def _repeated(text: str) -> str:
    """Give the shortest text that makes this one by being repeated."""
    # The place where a text is first found again within itself doubled is the length of its unit.
    length = (text + text).find(text, 1)
    return text[:length] if length > 0 else text


_SHORT_UNIT = 4


def _is_run(text: str) -> bool:
    """Say whether a text is a short unit repeated, or goes up or down one by one."""
    if len(text) > _SHORT_UNIT >= len(_repeated(text)):
        return True
    codes = [ord(char) for char in text]
    # 9 is followed by 0 on every keyboard.
    modulus = 10 if text.isascii() and text.isdigit() else 1 << 21
    steps = {(after - before) % modulus for before, after in pairwise(codes)}
    return steps in ({1}, {modulus - 1})


def _words(given: Iterable[str], shortest: int) -> frozenset[str]:
    found: set[str] = set()
    for each in given:
        small = normal(each).casefold()
        parts = re.findall(r"[^\W\d_]+", small)
        found |= {part for part in parts if len(part) >= shortest}
    return frozenset(found)


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Say whether a text is some of the words, with nothing between but digits and signs."""
    # By place: 0 nothing, 1 reached without a word, 3 reached with one; each place is seen once.
    reached = [0] * (len(text) + 1)
    reached[0] = 1
    for place, char in enumerate(text):
        if not reached[place]:
            continue
        if not char.isalpha():
            reached[place + 1] |= reached[place]
        for word in words:
            if text.startswith(word, place):
                reached[place + len(word)] |= 3
    return reached[-1] == 3  # noqa: PLR2004 - see above
