"""Deeds: who did what, when, and from where.

A deed points at what a use case changed: the kind and id of a stream with the version it came to,
or the id of a transfer. What was said stays in the journal; a deed holds ids and words of ours, no
name, no address of a person, no secret.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import Attribute, field, frozen

from leadcore.decisions import Decision, Effect, Finding, Severity, combine
from leadcore.values import AccountId, SellerId, instant

if TYPE_CHECKING:
    from leadcore.decider import Change
    from leadcore.people import User

__all__ = ["Actor", "ActorKind", "Deed", "assess_administering", "deeds_of"]


class ActorKind(Enum):
    """Who acts: a user of an account, the seller's staff, or a program by itself."""

    USER = "user"
    STAFF = "staff"
    SYSTEM = "system"


_WORD = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,198}[^\s\x00-\x1f\x7f])?")


def _one_line(_instance: object, attribute: Attribute[Any], value: str | None) -> None:
    if value is not None and not _WORD.fullmatch(value):
        message = f"{attribute.name} is one line of at most 200 characters"
        raise ValueError(message)


@frozen(kw_only=True)
class Actor:
    """On whose behalf something is done.

    Attributes:
        kind: who acts.
        id: of the user; for staff and programs a word of the seller's own.
        seller_id: whose user, staff or program it is.
        account_id: a user's account; None for staff and programs.
        source: where from, such as an IP address or `cli`; None where nobody knows. Where an
            address counts as personal, give a word or a digest instead.

    Raises:
        ValueError: an id or a source that is not one line.
    """

    kind: ActorKind
    id: str = field(validator=_one_line)
    seller_id: SellerId
    account_id: AccountId | None = None
    source: str | None = field(default=None, validator=_one_line)

    @classmethod
    def user(cls, user: User, source: str | None = None) -> Actor:
        """Give a user as an actor."""
        return cls(
            kind=ActorKind.USER,
            id=user.id,
            seller_id=user.seller_id,
            account_id=user.account_id,
            source=source,
        )

    @classmethod
    def staff(cls, seller_id: SellerId, name: str = "staff", source: str | None = None) -> Actor:
        """Give somebody of the seller's staff as an actor."""
        return cls(kind=ActorKind.STAFF, id=name, seller_id=seller_id, source=source)

    @classmethod
    def system(cls, seller_id: SellerId, name: str, source: str | None = None) -> Actor:
        """Give a program that acts by itself, such as a relay, as an actor."""
        return cls(kind=ActorKind.SYSTEM, id=name, seller_id=seller_id, source=source)


@frozen(kw_only=True)
class Deed:
    """One thing that somebody changed.

    Attributes:
        id: made of the act's id and a number, so that it is written once.
        act: the id all deeds of one use case share.
        seller_id: whose list it is on.
        account_id: whose admins may read it; None for the seller's staff alone.
        did: the use case, and the command where it has one, such as `KeepUser.DisableUser`.
        stream_kind, stream_id: what was changed; `transfer` is a transfer of the ledger.
        version: the version the stream came to; 0 for a transfer.
    """

    id: str
    act: str
    seller_id: SellerId
    account_id: AccountId | None = None
    actor_kind: ActorKind
    actor_id: str
    did: str
    stream_kind: str
    stream_id: str
    version: int
    source: str | None = None
    at: datetime = field(converter=instant)


def deeds_of(
    actor: Actor,
    act: str,
    did: str,
    changed: tuple[tuple[Change | str, AccountId | None], ...],
    at: datetime,
) -> tuple[Deed, ...]:
    """Give the deeds of a use case.

    Args:
        actor: on whose behalf it ran.
        act: its id, from the caller.
        did: what it was.
        changed: each change, or a transfer's id, with the account it concerns.
        at: when.
    """
    made: list[Deed] = []
    for number, (what, account_id) in enumerate(changed):
        kind, key, version = (
            ("transfer", what, 0) if isinstance(what, str) else (what.kind, what.id, what.version)
        )
        made.append(
            Deed(
                id=f"{act}/{number}",
                act=act,
                seller_id=actor.seller_id,
                # What a user does concerns the user's account, whatever else it does.
                account_id=actor.account_id or account_id,
                actor_kind=actor.kind,
                actor_id=actor.id,
                did=did,
                stream_kind=kind,
                stream_id=key,
                version=version,
                source=actor.source,
                at=at,
            )
        )
    return tuple(made)


_RULEBOOK = "people-1"
_CITATION = "leadcore: users of an account"


def assess_administering(
    viewer: User, user: User, *, own: bool = False, secret: bool = False, at: datetime
) -> Decision:
    """Say whether a viewer may change a user, log-in and sessions: an admin of the account may.

    Of another account's users a viewer may not even know: `back_office` says "not found" there.

    Args:
        viewer: who does it.
        user: who is changed.
        own: is it something that users may do to themselves: their profile without its rights, the
            end of their sessions?
        secret: is it what a user logs in with? Nobody changes that of their own this way, which
            asks for no password: whoever finds a browser left open could take the log-in over.
        at: when.
    """
    findings: list[Finding] = []
    if viewer.account_id != user.account_id or viewer.seller_id != user.seller_id:
        findings.append(_finding("PPL-WALL", Effect.DENY, "The user is of another account."))
    if not viewer.enabled:
        findings.append(_finding("PPL-DISABLED", Effect.DENY, "Whoever asks is disabled."))
    if viewer.profile.admin:
        findings.append(_finding("PPL-ADMIN", Effect.PERMIT, "Whoever asks is an admin."))
    if secret and viewer.id == user.id:
        said = "One's own password and address are changed with the present password."
        findings.append(_finding("PPL-SELF", Effect.DENY, said))
    if own and viewer.id == user.id:
        findings.append(_finding("PPL-OWN", Effect.PERMIT, "It is about whoever asks."))
    verdict, found = combine(findings)
    return Decision(verdict=verdict, findings=found, at=at, rulebook=_RULEBOOK)


def _finding(rule: str, effect: Effect, sentence: str) -> Finding:
    return Finding(
        rule=rule,
        effect=effect,
        severity=Severity.POLICY,
        sentence=sentence,
        citation=_CITATION,
    )
