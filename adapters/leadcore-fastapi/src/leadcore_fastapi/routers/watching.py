"""Is it alive, and is it ready? Nobody needs to be known for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore_fastapi.calls import Reply
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("health")
_SAID = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"const": "ok"}},
    "additionalProperties": False,
}


@group.get("/health", "Is it alive?", gives=_SAID, public=True, others=(503,))
def health(_call: Call) -> Reply:
    """Answers as long as the process does."""
    return Reply(data={"status": "ok"})


@group.get("/ready", "Is it ready to serve?", gives=_SAID, public=True, others=(503,))
def ready(call: Call) -> Reply:
    """Asks the store for the seller, so that a store that can't be reached is not ready."""
    try:
        found = call.store.seller(call.seller.id)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
        call.settings.log.warning("not ready: %s", type(error).__name__)
        found = None
    if found is None:
        raise Halt(503)
    return Reply(data={"status": "ok"})
