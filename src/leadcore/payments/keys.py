"""Payment ids that are made of other ids, whatever those hold.

Ids are opaque texts; a payment's id goes to processors and into headers, so it is a short word of
plain ASCII. Two different ids never make one.
"""

from __future__ import annotations

import hashlib
import string

from leadcore.payments.cards import card_like, digits_apart

__all__ = ["made_id", "refund_id"]

_PLAIN = frozenset(string.ascii_letters + string.digits + string.punctuation) - {"%"}
_LONGEST = 160
_LONGEST_KEY = 60


def made_id(kind: str, of: str, number: int) -> str:
    """Give the id of a payment that follows from something else, the same one each time.

    What is no plain character is written as `%` and the hexadecimal numbers of its bytes; an id
    too long for that is named by its SHA-256.

    Args:
        kind: what the payment is for, in plain characters.
        of: the id of the account or order it is for.
        number: which of its payments of that kind.

    >>> made_id("recharge", "north", 3), made_id("recharge", "Smith & Söhne", 3)
    ('recharge/5/north/3', 'recharge/13/Smith%20&%20S%C3%B6hne/3')
    """
    word = "".join(each if each in _PLAIN else _escaped(each) for each in of)
    if len(word) > _LONGEST:
        word = f"%sha256-{hashlib.sha256(_bytes(of)).hexdigest()}"
    return digits_apart(f"{kind}/{len(of)}/{word}/{number}")


def refund_id(key: str) -> str:
    """Give the id of the repayments that an account refund leads to, one for each payment.

    A key that no processor could be asked with is named by its SHA-256.

    Args:
        key: of the account refund.

    >>> refund_id("closing"), refund_id("we close")[:22]
    ('account_refund/closing', 'account_refund_of/9953')
    """
    plain = f"account_refund/{key}"
    fits = len(key) <= _LONGEST_KEY and _PLAIN.issuperset(key)
    if fits and not card_like(plain, networks=True):
        return plain
    return digits_apart(f"account_refund_of/{hashlib.sha256(_bytes(key)).hexdigest()}")


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in _bytes(text))


def _bytes(text: str) -> bytes:
    # An id may hold half a surrogate pair, which is text to Python but not to UTF-8.
    return text.encode("utf-8", "surrogatepass")
