"""Keys that programs come in with: made, listed, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore import back_office as bo
from leadcore import logins, wire
from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.values import UserId
from leadcore_fastapi.callers import KEY_PREFIX
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import SCHEMAS, page_of
from leadcore_fastapi.routing import Group

if TYPE_CHECKING:
    from typing import Any

    from leadcore.api_keys import ApiKey
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("keys")


@frozen(kw_only=True)
class NewKey:
    """What a key is for, and until when."""

    name: str
    permissions: tuple[str, ...]
    expires_at: datetime | None = None


@frozen(kw_only=True)
class KeyTold:
    """A key as it is listed: without what lets anybody in."""

    id: str
    user_id: UserId
    name: str
    permissions: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


def _told(key: ApiKey) -> Any:  # noqa: ANN401 - whatever JSON holds
    return wire.dump(
        KeyTold(
            id=key.id,
            user_id=key.user_id,
            name=key.name,
            permissions=key.permissions,
            issued_at=key.issued_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )
    )


_NEW = {
    "allOf": [SCHEMAS.of(KeyTold)],
    "properties": {"key": {"type": "string", "description": "Told once, here."}},
}
SCHEMAS.named["KeyTold"].pop("additionalProperties")


@group.get("/keys", "List keys", may=(Area.KEYS, Way.READ), gives=page_of(KeyTold))
def list_keys(call: Call) -> Reply:
    """An admin sees those of the account; a manager those of all."""
    found = call.store.api_keys(call.seller.id, call.home)
    return Reply(data={"items": [_told(each) for each in found], "next": None})


@group.post(
    "/keys",
    "Make a key",
    may=(Area.KEYS, Way.WRITE),
    body=NewKey,
    gives=_NEW,
    status=201,
    example={"name": "website", "permissions": ["leads:read", "returns:write"]},
)
def make_key(call: Call) -> Act:
    """The key acts on behalf of whoever makes it, and is told once: a repeated request has none."""
    asked = call.load(NewKey)
    token = KEY_PREFIX + call.token()
    case = bo.IssueKey(
        seller_id=call.seller.id,
        key_id=call.steady("key"),
        user_id=call.user.id,
        name=asked.name,
        token=logins.token_digest(token),
        permissions=asked.permissions,
        within=call.caller.only,
        expires_at=asked.expires_at,
        at=call.at,
    )
    return Act(case=case, tell=lambda key: Reply(data=_told(key), secret={"key": token}))


def _key(call: Call) -> ApiKey:
    key = call.path("key_id")
    for each in call.store.api_keys(call.seller.id, call.home):
        if each.id == key:
            return each
    raise NotFound("key", key)


@group.get("/keys/{key_id}", "Show a key", may=(Area.KEYS, Way.READ), gives=KeyTold)
def show_key(call: Call) -> Reply:
    """With the ETag that an edit says."""
    version = call.version("api_key", call.path("key_id"))
    return Reply(data=_told(_key(call)), version=version)


@frozen(kw_only=True)
class KeyEdit:
    """What a key is called, and all that it is for."""

    name: str
    permissions: tuple[str, ...]


@group.put(
    "/keys/{key_id}",
    "Edit a key",
    may=(Area.KEYS, Way.WRITE),
    body=KeyEdit,
    gives=KeyTold,
    example={"name": "website", "permissions": ["leads:read"]},
)
def edit_key(call: Call) -> Act:
    """Its name and its permissions; what it is told as stays the same."""
    found, asked = _key(call), call.load(KeyEdit)
    case = bo.EditKey(
        seller_id=call.seller.id,
        key_id=found.id,
        user_id=found.user_id,
        name=asked.name,
        permissions=asked.permissions,
        within=call.caller.only,
        account_id=call.home,
        at=call.at,
    )
    return Act(case=case, tell=lambda key: Reply(data=_told(key)), edits=("api_key", found.id))


@group.delete("/keys/{key_id}", "Revoke a key", may=(Area.KEYS, Way.WRITE), gives=KeyTold)
def revoke_key(call: Call) -> Act:
    """It lets nobody in from then on."""
    case = bo.RevokeKey(
        seller_id=call.seller.id, key_id=call.path("key_id"), account_id=call.home, at=call.at
    )
    return Act(case=case, tell=lambda key: Reply(data=_told(key)))
