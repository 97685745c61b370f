"""Payment methods: a processor's token for something that can be charged, never the thing itself.

Whoever has an associate's card gives it to the processor and gets a token back. The token is all
that is ever handed in here; of the card itself at most the brand, the last four digits and the
expiry are kept, to be shown to its owner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.errors import Malformed, Problem
from leadcore.payments.cards import card_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PaymentMethod"]

_TOKEN = re.compile(r"[A-Za-z0-9_\-.:]{1,255}", re.ASCII)
_BRAND = re.compile(r"[A-Za-z][A-Za-z _\-]{0,39}", re.ASCII)
_LAST4 = re.compile(r"\d{4}", re.ASCII)
_EXPIRES = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


@frozen(kw_only=True, repr=False)
class PaymentMethod:
    """A token of the processor's, and what of the card may be shown.

    Attributes:
        token: names what is charged, such as `pm_…`; never digits alone.
        customer: the processor's token of whose it is, such as `cus_…`.
        brand: such as `visa`.
        last4: the last four digits.
        expires: the last month it is good for, such as `2027-05`.

    Raises:
        Malformed: a field has not its form, or looks like a card number; what was given is not
            repeated.
    """

    token: str = field()
    customer: str | None = None
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no token, without repeating it."""
        problems = tuple(_problems(self))
        if problems:
            raise Malformed(problems)

    def __repr__(self) -> str:
        """Show what may be shown, and not the token."""
        return f"PaymentMethod({self})"

    def __str__(self) -> str:
        """Name it to its owner."""
        shown = (
            self.brand,
            f"ending {self.last4}" if self.last4 else None,
            f"expires {self.expires}" if self.expires else None,
        )
        return ", ".join(each for each in shown if each) or "a saved method"


def _problems(method: PaymentMethod) -> Iterator[Problem]:
    yield from _token_problems("token", method.token)
    if method.customer is not None:
        yield from _token_problems("customer", method.customer)
    for name, form, words in _FORMS:
        value = getattr(method, name)
        if value is not None and not (isinstance(value, str) and form.fullmatch(value)):
            yield Problem(name, words)


def _token_problems(path: str, value: object) -> Iterator[Problem]:
    if not (isinstance(value, str) and _TOKEN.fullmatch(value)):
        if isinstance(value, str):
            yield from card_problems(path, value)
        yield Problem(path, "is a processor's token: letters, digits, and _ - . :")
        return
    yield from card_problems(path, value)
    # A card number with a mistyped digit fails the check, and is a card number all the same.
    if not any(each.isalpha() for each in value):
        yield Problem(path, "is a processor's token, which has letters")


_FORMS = (
    ("brand", _BRAND, "is a word, such as visa"),
    ("last4", _LAST4, "is the last four digits"),
    ("expires", _EXPIRES, "is a month, such as 2027-05"),
)
