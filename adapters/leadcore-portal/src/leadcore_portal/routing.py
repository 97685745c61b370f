"""What a page is: where it is, who may open it, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen
from starlette.responses import Response

from leadcore.access import Permission

__all__ = ["Page"]


@frozen(kw_only=True)
class Page:
    """One page, or one thing a form does.

    Attributes:
        path: its address; `{name}` stands for one part of it, given as `visit.path["name"]`.
        make: gives the response; it runs in a thread, so it may ask the store as it likes.
        method: GET looks and changes nothing; POST does something.
        needs: what must be open to whoever comes; None: nothing but a log-in.
        outside: is it for people who are not logged in? Then `make` is given a `Call`, else a
            `Visit`.
        upload: may the form bring a file?
    """

    path: str
    # Any: `Call` outside, `Visit` inside; no type says which goes with which `outside`.
    make: Callable[[Any], Response]
    method: str = "GET"
    needs: Permission | None = None
    outside: bool = False
    upload: bool = False
