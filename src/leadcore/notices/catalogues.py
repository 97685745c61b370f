"""Catalogues: the texts of one language by their keys, as a value; anybody may replace some.

A text names the facts it tells as `${name}`; which facts a kind of message may tell at all is fixed
here (`FACTS`), so no text, whoever wrote it, can disclose more. What a catalogue leaves out is told
in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Malformed, Problem
from leadcore.notices.english import ENGLISH_TEXTS
from leadcore.notices.spanish import SPANISH_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "CATALOGUES",
    "ENGLISH",
    "FACTS",
    "SPANISH",
    "Catalogue",
    "NoticeTerms",
    "OwnText",
    "catalogue_of",
    "text_problems",
]

FACTS: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "confirmation": "greeting person hours associate phone website",
        "confirmation.greeting": "person",
        "courtesy": "person matter lead hours",
        "refund": "lead note",
        "low_balance": "available below",
        "optout": "sender",
        "help": "sender",
        "courtesy_reply": "",
        "appointment": "title person lead when",
        "appointment.body": "headline title person lead when length place note",
        "appointment.length": "minutes",
        "appointment.taken": "",
        "first_contact": "person lead due",
        "follow_up": "person lead due step steps",
        "invitation": "name seller link expires",
        "password_reset": "name seller link expires",
        "password_changed": "name seller when",
        "address_changed": "name seller when",
        "address_confirm": "seller link expires",
        "address_taken": "seller when",
        "word": "",
        "page": "language subject content",
        "hours": "count",
        "minutes": "count",
        "format": "",
        "format.money": "amount currency",
        "format.instant": "weekday month day year hour12 hour24 minute half zone offset",
        "half": "",
        "weekday": "",
        "month": "",
    }.items()
}
"""The facts a text may tell, by its key or else by its kind: what stands before the dot.

Of an associate the person is told name, telephone number and website: domain rules, not taste.
"""

_PLACE = re.compile(r"\$\{([^}]*)\}")
_MAY_BE_EMPTY = frozenset({"format.group"})
_NEEDED = {
    "invitation.body": "link",
    "password_reset.body": "link",
    "address_confirm.body": "link",
    "page.html": "content",
    "confirmation.body": "associate",
}
"""What a text would be useless without."""


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[str, ...]:
    """Take a text apart: words and the names of places by turns, words first and last."""
    return tuple(_PLACE.split(text))


def filled(parts: tuple[str, ...], facts: Mapping[str, str]) -> str:
    """Put a text together again, with facts in its places."""
    if len(parts) == 1:
        return parts[0]
    made = list(parts)
    made[1::2] = [facts[name] for name in parts[1::2]]
    return "".join(made)


def text_problems(texts: Mapping[str, str]) -> Iterator[Problem]:
    """Give what is wrong with texts: a key there is none of, a fact that must not be told."""
    for key, text in texts.items():
        if key not in ENGLISH_TEXTS:
            yield Problem(key, "there is no such text")
            continue
        if not text.strip() and key not in _MAY_BE_EMPTY:
            yield Problem(key, "is empty")
        told = set(_PLACE.findall(text))
        allowed = _facts_of(key)
        for name in sorted(told - allowed):
            may = ", ".join(sorted(allowed)) or "nothing"
            yield Problem(key, f"may not tell ${{{name}}}; it may tell {may}")
        needed = _NEEDED.get(key)
        if needed is not None and needed not in told:
            yield Problem(key, f"does not tell ${{{needed}}}")
        if key.endswith(".subject") and len(text.splitlines()) > 1:
            yield Problem(key, "is one line")


def _facts_of(key: str) -> frozenset[str]:
    exactly = FACTS.get(key)
    return FACTS[key.partition(".")[0]] if exactly is None else exactly


def _checked(texts: Mapping[str, str]) -> Mapping[str, str]:
    problems = tuple(text_problems(texts))
    if problems:
        raise Malformed(problems)
    return MappingProxyType(dict(texts))


@frozen
class Catalogue:
    """The texts of one language.

    Attributes:
        language: its tag (BCP 47), such as `es`; how things are counted follows from it.
        texts: by key; those that are missing are told in English.

    Raises:
        Malformed: a key there is no text of, or a text that tells what it must not.
    """

    language: str
    texts: Mapping[str, str] = field(converter=_checked)

    def text(self, key: str) -> str:
        """Give a text as it is written, with its places."""
        return self.texts.get(key) or ENGLISH_TEXTS[key]

    def knows(self, key: str) -> bool:
        """Tell whether it has the text itself."""
        return key in self.texts

    def fill(self, key: str, facts: Mapping[str, str]) -> str:
        """Give a text with facts in its places."""
        return filled(pieces(self.text(key)), facts)

    def count(self, key: str, number: int) -> str:
        """Give so many of something in words, such as `24 hours`."""
        # A language that lacks the words is counted as the words it falls back to.
        own = self.language if self.knows(f"{key}.other") else "en"
        form = _FORMS.get(own.partition("-")[0].lower(), _one_or_other)(number)
        return self.fill(f"{key}.{form}", {"count": self.number(number)})

    def number(self, number: int) -> str:
        """Give a whole number with its groups of three."""
        return f"{number:,}".replace(",", self._group)

    @property
    def _group(self) -> str:
        return self.texts.get("format.group", ENGLISH_TEXTS["format.group"])

    def with_texts(self, texts: Mapping[str, str]) -> Catalogue:
        """Give it with some texts replaced.

        Raises:
            Malformed: as for the catalogue.
        """
        return replace(self, texts={**self.texts, **texts})


def _one_or_other(number: int) -> str:
    return "one" if number == 1 else "other"


_FORMS: Mapping[str, Callable[[int], str]] = {"en": _one_or_other, "es": _one_or_other}
"""Which form of a word goes with a number (CLDR, whole numbers), by language."""

ENGLISH = Catalogue("en", ENGLISH_TEXTS)
SPANISH = Catalogue("es", SPANISH_TEXTS)
CATALOGUES: Mapping[str, Catalogue] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
"""The catalogues that come with leadcore, by language."""


@frozen
class OwnText:
    """A text that a seller wrote instead of ours: its key, and the text with its places."""

    key: str
    text: str


@frozen(kw_only=True)
class NoticeTerms:
    """How a seller's messages are worded.

    Attributes:
        language: of all its messages; one there is no catalogue for needs texts of its own.
        texts: what replaces ours.
    """

    language: str = "en"
    texts: tuple[OwnText, ...] = ()


@lru_cache(maxsize=256)
def catalogue_of(terms: NoticeTerms | None) -> Catalogue:
    """Give the catalogue a seller's terms ask for; None asks for English.

    Raises:
        Malformed: a text of the terms tells what it must not.
    """
    if terms is None:
        return ENGLISH
    base = CATALOGUES.get(terms.language.partition("-")[0].lower(), Catalogue(terms.language, {}))
    own = {each.key: each.text for each in terms.texts}
    return replace(base, language=terms.language, texts={**base.texts, **own})
