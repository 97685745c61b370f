"""Finding what a transcript must not hold: card numbers, security codes, social security numbers.

Two readings of every transcript: digits that follow each other closely, and, for numbers whose
length and check digit prove them, digits with what the other end says between them and with what a
machine misheard. `leadcore.testing.transcripts` is a labelled set that measures it. Finding nothing
is no proof.

Sources: ISO/IEC 7812-1 (numbers of cards); the Social Security Administration on numbers that were
never issued; PCI DSS v4.0.1, 3.3.1 and 3.5.1.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Sensitive", "SensitiveKind", "find_sensitive", "luhn", "redact"]


class SensitiveKind(Enum):
    """What must not be shared."""

    CARD_NUMBER = "card_number"
    SECURITY_CODE = "security_code"
    SSN = "ssn"


@frozen(kw_only=True)
class Sensitive:
    """One find in a transcript: `text[start:end]`; the digits themselves are not repeated."""

    kind: SensitiveKind
    start: int
    end: int


def luhn(digits: str) -> bool:
    """Tell whether digits pass the check of ISO/IEC 7812-1 (Luhn).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (index % 2 + 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of two digits
    return total % 10 == 0


_SPOKEN = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
    "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_HEARD = {"o": "0", "won": "1", "to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8"}
"""What a machine writes for a digit it heard; only among digits that make a card number."""
_REPEATS = {"double": 2, "triple": 3}
_TOKEN = re.compile(r"\[\d+:\d\d(?::\d\d)?\]|[0-9]+|[A-Za-z]+(?:'[a-z]+)?|[^\sA-Za-z0-9]")
# What people say or transcribers write between the digits of one number.
_BETWEEN = frozenset({"-", ".", ",", "/", "um", "uh", "er", "and", "dash", "then", "o"})
# What the other end says meanwhile, and who speaks: only among digits that make a whole number.
_ASIDE = _BETWEEN | frozenset(
    {
        *("okay", "ok", "yes", "yeah", "yep", "mhm", "mm", "hmm", "huh", "right", "space", "next"),
        *("agent", "caller", "customer", "speaker", "representative", ":", "wait", "comma"),
    }
)
_CODE_WORDS = re.compile(
    r"\b(c\W?v\W?v2?|cvc2?|cvn|cid|csc|security (?:code|number)|"
    r"verification (?:code|number|value)|"
    r"(?:three|four|3|4)[- ]digits?(?: (?:code|number))?|"
    r"(?:code|number|digit)s? (?:on|at) the back|pin(?! of\b)(?: (?:code|number))?)\b",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(r"\W*(?:is |it's )?(?:on|at) the back\b", re.IGNORECASE)
_SSN_WORDS = re.compile(r"\b(ssn|soc(?:ial(?:'s)?)?(?: security)?(?: number)?)\b", re.IGNORECASE)
_SSN_AFTER = re.compile(
    r"\W*(?:is |that's )?(?:the |my |his |her )?(?:ssn|social)\b", re.IGNORECASE
)
_SSN_SHAPE = re.compile(r"(?<![\d.-])(\d{3})[-. ](\d{2})[-. ](\d{4})(?![\d-])")
_NEAR, _SSN_NEAR = 60, 120
_CODE_LENGTHS = (3, 4)
_SSN_LENGTH = 9
_CARD_LENGTHS = range(13, 20)
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|3[47]\d{13}|35\d{14}|3(?:0[0-5]|[689]\d)\d{11}|"
    r"2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|6(?:011|[245]\d\d)\d{12,15}|"
    r"(?:50|5[6-8]|6[0379])\d{11,17}"
)
"""How long a number of each network is, by its first digits."""
_EXPIRY_AND_CODE = re.compile(r"(?:0\d|1[0-2])(?:20)?[2-4]\d(\d{3,4})")


@frozen
class _Run:
    """Digits said in one breath: the digits and where each of them stands."""

    digits: str
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    def whole(self, first: int, last: int) -> bool:
        """Tell whether digits `[first:last]` are whole words: a longer number is another one."""
        begins = first == 0 or self.spans[first - 1] != self.spans[first]
        return begins and (last == len(self.spans) or self.spans[last - 1] != self.spans[last])


class _Reader:
    """Gathers the digits of one number, word by word.

    Args:
        aside: does what is said between, and what was misheard, belong to a number?
    """

    def __init__(self, *, aside: bool) -> None:
        self._words = {**_SPOKEN, **_HEARD} if aside else _SPOKEN
        self._between = _ASIDE if aside else _BETWEEN
        self._clear()

    def _clear(self) -> None:
        self._digits = ""
        self._spans: list[tuple[int, int]] = []
        self._times: tuple[int, int] | None = None
        self._tens: tuple[str, tuple[int, int]] | None = None

    def take(self, word: str, span: tuple[int, int]) -> _Run | None:
        """Take a word; give the number that ends before it, if one does."""
        said = word if word.isdigit() else self._words.get(word, "")
        if self._tens is not None and word != "-":
            said, span = self._after_tens(said, span)
        if said:
            self._say(said, span)
        elif word in _REPEATS:
            self._times = (_REPEATS[word], span[0])
        elif word == "-" and self._tens is not None:
            pass  # "fifty-five" is one word
        elif word in _TENS:
            self._tens = (_TENS[word], span)
        elif word[0] != "[" and (word not in self._between or not self._digits):
            return self.end()
        return None

    def _after_tens(self, said: str, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
        """Join "forty" and "two"; "forty" alone is two digits of its own."""
        tens, begun = self._tens or ("", span)
        self._tens = None
        if len(said) == 1 and said != "0":
            return tens + said, (begun[0], span[1])
        self._say(f"{tens}0", begun)
        return said, span

    def _say(self, said: str, span: tuple[int, int]) -> None:
        if self._times is not None:
            times, start = self._times
            self._times = None
            said, span = (said * times if len(said) == 1 else said), (start, span[1])
        self._digits += said
        self._spans += [span] * len(said)

    def end(self) -> _Run | None:
        """Give the number gathered so far, if there is one, and begin anew."""
        if self._tens is not None:
            self._after_tens("", (0, 0))
        run = _Run(self._digits, tuple(self._spans)) if self._digits else None
        self._clear()
        return run


def _runs(text: str, *, aside: bool = False) -> Iterator[_Run]:
    reader = _Reader(aside=aside)
    for match in _TOKEN.finditer(text):
        run = reader.take(match.group().lower(), match.span())
        if run is not None:
            yield run
    last = reader.end()
    if last is not None:
        yield last


def find_sensitive(text: str) -> tuple[Sensitive, ...]:
    """Find card numbers, security codes and social security numbers in a transcript.

    Digits count whether typed or spoken ("four one double one"). A card number must have 13 to 19
    digits, a known first digit and pass the Luhn check; a security code must have 3 or 4 digits
    soon after its name; a social security number its usual shape or nine digits after its name.

    Returns:
        What was found, in order of place, without overlaps. Finding nothing is no proof: numbers
        spread over several answers, or misheard, are missed.
    """
    found = [
        Sensitive(kind=SensitiveKind.SSN, start=match.start(), end=match.end())
        for match in _SSN_SHAPE.finditer(text)
        if _plausible_ssn("".join(match.groups()))
    ]
    for run in _runs(text):
        found += _in_run(text, run)
    for run in _runs(text, aside=True):
        # From its beginning on, or after one word that was no digit: elsewhere it is chance.
        found += [each for each in (_card(run, most=1), _ssn(text, run)) if each is not None]
    found.sort(key=lambda each: (each.start, -each.end))
    kept: list[Sensitive] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _in_run(text: str, run: _Run) -> Iterator[Sensitive]:
    card = _card(run)
    if card is not None:
        yield card
        yield from _code_after(run, card)
        return
    ssn = _ssn(text, run)
    if ssn is not None:
        yield ssn
    elif len(run.digits) in _CODE_LENGTHS and _code_named(text, run):
        yield Sensitive(kind=SensitiveKind.SECURITY_CODE, start=run.start, end=run.end)


def _card(run: _Run, most: int | None = None) -> Sensitive | None:
    for length in sorted(_CARD_LENGTHS, key=lambda n: (n != 16, n)):  # noqa: PLR2004 - most have 16
        for first in range(len(run.digits) - length + 1)[: None if most is None else most + 1]:
            digits = run.digits[first : first + length]
            if run.whole(first, first + length) and _is_card(digits):
                spans = run.spans[first : first + length]
                return Sensitive(
                    kind=SensitiveKind.CARD_NUMBER, start=spans[0][0], end=spans[-1][1]
                )
    return None


def _is_card(digits: str) -> bool:
    return _CARD.fullmatch(digits) is not None and len(set(digits)) > 1 and luhn(digits)


def _code_after(run: _Run, card: Sensitive) -> Iterator[Sensitive]:
    """Give the code that follows a card number and its expiry in the same breath."""
    rest = [place for place, (start, _) in enumerate(run.spans) if start >= card.end]
    found = _EXPIRY_AND_CODE.fullmatch("".join(run.digits[place] for place in rest))
    if found is not None:
        first = rest[found.start(1)]
        yield Sensitive(kind=SensitiveKind.SECURITY_CODE, start=run.spans[first][0], end=run.end)


def _ssn(text: str, run: _Run) -> Sensitive | None:
    if len(run.digits) != _SSN_LENGTH or not _plausible_ssn(run.digits):
        return None
    before = text[max(0, run.start - _SSN_NEAR) : run.start]
    if _SSN_WORDS.search(before) or _SSN_AFTER.match(text, run.end):
        return Sensitive(kind=SensitiveKind.SSN, start=run.start, end=run.end)
    return None


def _code_named(text: str, run: _Run) -> bool:
    before = text[max(0, run.start - _NEAR) : run.start]
    names = list(_CODE_WORDS.finditer(before))
    if not names:
        return _CODE_AFTER.match(text, run.end) is not None
    # A question mark or a longer number between name and digits means another number follows.
    between = before[names[-1].end() :]
    return not re.search(r"\d{5}|\bzip\b|\baddress\b|\bexpir", between, re.IGNORECASE)


def _plausible_ssn(digits: str) -> bool:
    # Never issued: area 000, 666 or 900 and above, group 00, serial 0000 (SSA).
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def redact(text: str, mark: str = "[removed]") -> str:
    """Give the transcript with everything sensitive that was found replaced by a mark."""
    parts: list[str] = []
    at = 0
    for each in find_sensitive(text):
        parts += [text[at : each.start], mark]
        at = each.end
    return "".join([*parts, text[at:]])
