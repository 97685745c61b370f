"""leadcore as one reusable Django app, beside a host's own models and in its transactions.

`store()` keeps leadcore's records; `about(lead)` and `visible(queryset, viewer)` answer about leads
that stay in the host's own table. The names load when they are first asked for, because models may
only be imported once Django's applications are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadcore_django.facts import LeadMixin, about
    from leadcore_django.scopes import visible
    from leadcore_django.signals import committed
    from leadcore_django.stores import DjangoStore, store

__all__ = ["DjangoStore", "LeadMixin", "about", "committed", "store", "visible"]

_HOMES = ("facts", "scopes", "signals", "stores")


def __getattr__(name: str) -> object:
    """Import what a name stands for when it is first asked for."""
    for home in _HOMES if name in __all__ else ():
        module = import_module(f"leadcore_django.{home}")
        if name in module.__all__:
            value: object = getattr(module, name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
