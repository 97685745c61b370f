"""Telling hooks what happened, where the API's package is installed and there is a secret."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadcore.ports import Store
    from leadcore.values import SellerId

__all__ = ["SECRET", "Sending", "sending_of"]

SECRET = "LEADCORE_SECRET"  # noqa: S105 - the variable's name
"""The variable with what the secrets of hooks follow from."""


class Sending:
    """Sends for one seller."""

    def __init__(self, module: Any, settings: Any) -> None:  # noqa: ANN401 - a package that may be missing
        self._module, self._settings = module, settings

    def round(self, stop: Any = None) -> Any:  # noqa: ANN401 - of that package
        """Spread events, try what is due once, and give what the round did."""
        return self._module.send_tellings(self._settings, stop=stop)

    def tidy(self) -> int:
        """Forget answers that were kept long enough; give how many."""
        forgotten: int = self._module.tidy(self._settings)
        return forgotten

    def sender(self) -> Any:  # noqa: ANN401 - as above
        """Give what sends in the background, not started yet."""
        return self._module.Sender(self._settings)


def sending_of(store: Store, seller_id: SellerId) -> Sending | None:
    """Give what sends for a seller; None without `LEADCORE_SECRET` or without leadcore-fastapi.

    Args:
        store: a store of `leadcore_sqlalchemy`.
        seller_id: whose hooks.
    """
    secret = os.environ.get(SECRET)
    if not secret:
        return None
    try:
        module = import_module("leadcore_fastapi")
    except ModuleNotFoundError:
        return None
    settings = module.Settings(store=store, seller_id=seller_id, root_secret=secret)
    return Sending(module, settings)
