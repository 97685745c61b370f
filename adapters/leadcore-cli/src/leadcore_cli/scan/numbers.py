"""Lists of numbers and addresses in files, one a line, in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

from leadcore.contact_points import normal_address
from leadcore.errors import Malformed

if TYPE_CHECKING:
    from pathlib import Path

    from leadcore.submissions import Submission

__all__ = ["Addresses", "read_addresses"]

_NATIONAL, _NORTH_AMERICA = 10, "1"
_DIGITS = range(7, 16)
_LONGEST = 1_000


class Addresses:
    """Telephone numbers and e-mail addresses, to be looked up.

    Numbers are kept as sorted 64-bit integers: eight bytes each, so that a registry's file of
    millions fits.
    """

    def __init__(self, numbers: array[int], emails: frozenset[str] = frozenset()) -> None:
        self._numbers = array("Q", sorted(numbers))
        self._emails = emails

    def __len__(self) -> int:
        """Count what is held."""
        return len(self._numbers) + len(self._emails)

    def __contains__(self, address: object) -> bool:
        """Tell whether a number in E.164 form, or an e-mail address, is held."""
        if not isinstance(address, str):
            return False
        if not address.startswith("+"):
            return normal_address(address) in self._emails
        wanted = int(address[1:])
        place = bisect_left(self._numbers, wanted)
        return place < len(self._numbers) and self._numbers[place] == wanted

    def names(self, submission: Submission) -> bool:
        """Tell whether any number or address of a submission is held."""
        by_phone = any(phone.normal in self for phone in submission.phones)
        return by_phone or any(email.normal in self for email in submission.emails)


def read_addresses(file: Path, option: str) -> Addresses:
    """Read numbers (with `+`, or North American ones of ten or eleven digits) and e-mail addresses.

    Empty lines are passed over, and a first line that names a column. A line that can't be read is
    no line to pass over: somebody may be on it who must not be called.

    Raises:
        Malformed: a line is neither a number nor an e-mail address; named by `option` and line.
        OSError: the file can't be opened.
    """
    numbers: array[int] = array("Q")
    emails: set[str] = set()
    with file.open(encoding="utf-8-sig", errors="backslashreplace") as lines:
        for count, line in enumerate(iter(lambda: lines.readline(_LONGEST), ""), 1):
            text = line.strip()
            digits = "".join(char for char in text if char.isascii() and char.isdigit())
            if "@" in text:
                emails.add(normal_address(text))
            elif number := _whole(text, digits):
                numbers.append(int(number))
            elif text and (digits or count > 1):
                message = f"{text[:40]!r} is no whole telephone number and no e-mail address"
                raise Malformed.at(f"{option} line {count}", message)
    return Addresses(numbers, frozenset(emails))


def _whole(text: str, digits: str) -> str | None:
    """Give all digits of a number; None where it could be taken for somebody else's."""
    if any(char.isalpha() for char in text):
        return None  # an extension, say, whose digits are not the number's
    if text.startswith("+"):
        return digits if len(digits) in _DIGITS else None
    if len(digits) == _NATIONAL:
        return _NORTH_AMERICA + digits
    whole = len(digits) == _NATIONAL + 1 and digits.startswith(_NORTH_AMERICA)
    return digits if whole else None
