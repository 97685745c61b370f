"""What a mail server's reply means: by its code, whatever exception it came in."""

from __future__ import annotations

import re

from leadcore.notices import one_line
from leadcore.ports import NotSent, Sent, WhyNotSent

__all__ = ["broken", "not_here", "not_let_in", "told"]

_SAID = 300
_DONE, _LATER, _NEVER = 2, 4, 5
_NO_LOG_IN = frozenset({530, 534, 535, 538})
"""Nobody logged in, too weakly, wrongly, in the clear: RFC 4954, 6."""
_QUEUED = re.compile(
    r"(?:queued as|queued mail for delivery|id=|\bid)\s*:?\s*([\w.-]{4,64})", re.IGNORECASE
)


def told(code: int, words: bytes | str) -> Sent | NotSent:
    """Give what a reply means.

    2xx is taken, 4xx may be tried again, 5xx never: RFC 5321, 4.2.1. What is none of them is
    nothing a server says, so it may be tried again. So may what is about the log-in.
    """
    if code in _NO_LOG_IN:
        return not_let_in(code, words)
    text = _text(words)
    said = one_line(f"{code} {text}", _SAID)
    first = code // 100
    if first == _DONE:
        found = _QUEUED.search(text)
        return Sent(found[1] if found else None)
    return NotSent(WhyNotSent.REFUSED if first == _NEVER else WhyNotSent.LATER, said)


def not_let_in(code: int, words: bytes | str) -> NotSent:
    """Give what a refused log-in means: another time, for the message is as good as it was."""
    said = one_line(f"the log-in was refused: {code} {_text(words)}", _SAID)
    return NotSent(WhyNotSent.LATER, said)


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def broken(error: BaseException) -> NotSent:
    """Give what a connection that broke means: another time."""
    said = one_line(str(error), _SAID) or type(error).__name__
    return NotSent(WhyNotSent.LATER, said)


def not_here(why: str) -> NotSent:
    """Give what is never tried, because it can't be delivered by e-mail at all."""
    return NotSent(WhyNotSent.REFUSED, why)
