"""What the routers share: parameters that mean the same everywhere, bodies of a word or two."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param

if TYPE_CHECKING:
    from leadcore.ports import Processor
    from leadcore_fastapi.calls import Call

__all__ = ["CURSOR", "LIMIT", "SINCE", "UNTIL", "Note", "Reason", "limit_of", "processor_of"]

_PAGE = 50

LIMIT = Param(
    name="limit", kind=int, least=1, most=200, says=f"At most so many; {_PAGE} if not said."
)
CURSOR = Param(
    name="cursor",
    kind=str,
    longest=4_000,  # it says what its list is sorted by, written twice in base64
    says="The `next` of the page before.",
)
SINCE = Param(name="since", kind=date, says="From the beginning of this local day on.")
UNTIL = Param(name="until", kind=date, says="Until before the beginning of this local day.")


def limit_of(query: Any) -> int:  # noqa: ANN401 - the query of a call
    """Give how many rows a page has."""
    found: int = query.get("limit", _PAGE)
    return found


def processor_of(call: Call) -> Processor:
    """Give who charges and repays.

    Raises:
        Halt: nobody does here.
    """
    found = call.settings.processor
    if found is None:
        raise Halt(503, "no processor is set up here")
    return found


@frozen
class Reason:
    """Why."""

    reason: str


@frozen
class Note:
    """What is to be said with it."""

    note: str
