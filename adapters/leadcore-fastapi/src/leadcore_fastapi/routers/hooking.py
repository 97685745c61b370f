"""Hooks: where programs are told what happens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.hooks import Hook, Telling, hook_secret
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.routers.shared import LIMIT, limit_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("hooks")
_READ, _WRITE = (Area.WEBHOOKS, Way.READ), (Area.WEBHOOKS, Way.WRITE)


@frozen(kw_only=True)
class NewHook:
    """Where somebody wants to be told, and of what: `lead.LeadSold`, `lead.*` or `*`."""

    url: str
    events: tuple[str, ...]


@frozen(kw_only=True)
class HookTold:
    """A hook as it is listed."""

    id: str
    url: str
    events: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None = None


_NEW = {
    "allOf": [SCHEMAS.of(HookTold)],
    "properties": {"secret": {"type": "string", "description": "What tellings are signed with."}},
}
SCHEMAS.named["HookTold"].pop("additionalProperties")


def _told(hook: Hook) -> Any:  # noqa: ANN401 - whatever JSON holds
    return wire.dump(
        HookTold(
            id=hook.id,
            url=hook.url,
            events=hook.events,
            opened_at=hook.opened_at,
            closed_at=hook.closed_at,
        )
    )


def _with_secret(call: Call, hook: Hook) -> Reply:
    secret = hook_secret(call.settings.root_secret, hook)
    return Reply(data=_told(hook), secret={"secret": secret})


@group.get("/hooks", "List open hooks", may=_READ, gives=page_of(HookTold))
def list_hooks(call: Call) -> Reply:
    """An admin's are the account's; a manager's all of the seller's."""
    found = call.store.hooks(call.seller.id, call.home)
    return Reply(data={"items": [_told(each) for each in found], "next": None})


@group.post(
    "/hooks",
    "Be told of events",
    may=_WRITE,
    body=NewHook,
    gives=_NEW,
    status=201,
    example={"url": "https://crm.example.com/leadcore", "events": ["lead.*"]},
)
def open_hook(call: Call) -> Act:
    """Each is signed and thin: which event on which thing; read the thing with your own key."""
    asked = call.load(NewHook)
    call.store.prepare_hooks(at=call.at)
    case = bo.OpenHook(
        seller_id=call.seller.id,
        hook_id=call.steady("hook"),
        account_id=call.home,
        url=asked.url,
        events=asked.events,
        plain=call.settings.hook_plain,
        at=call.at,
    )
    return Act(case=case, tell=lambda hook: _with_secret(call, hook))


@group.post("/hooks/{hook_id}/secret", "Renew a hook's secret", may=_WRITE, gives=_NEW)
def renew_hook(call: Call) -> Act:
    """The one before signs nothing any more."""
    case = bo.RenewHook(
        seller_id=call.seller.id, hook_id=call.path("hook_id"), account_id=call.home, at=call.at
    )
    return Act(case=case, tell=lambda hook: _with_secret(call, hook))


@group.delete("/hooks/{hook_id}", "Be told no more", may=_WRITE, gives=HookTold)
def close_hook(call: Call) -> Act:
    """What waits is not told any more."""
    case = bo.CloseHook(
        seller_id=call.seller.id, hook_id=call.path("hook_id"), account_id=call.home, at=call.at
    )
    return Act(case=case, tell=lambda hook: Reply(data=_told(hook)))


@group.get(
    "/hooks/{hook_id}/tellings",
    "List what was told at a hook, newest first",
    may=_READ,
    query=(LIMIT,),
    gives=page_of(Telling),
)
def list_tellings(call: Call) -> Reply:
    """With how often each was tried, what the last try met, and when the next one is."""
    key = call.path("hook_id")
    hook = call.store.hook(key)
    mine = hook is not None and hook.seller_id == call.seller.id
    if hook is None or not mine or call.home not in {None, hook.account_id}:
        raise NotFound("hook", key)
    found = call.store.tellings(hook.id, limit_of(call.query))
    return Reply(data={"items": [wire.dump(each) for each in found], "next": None})
