"""Who may do what: one table of areas and roles, for whatever serves people.

A role says which areas are open to somebody. Which leads of an area that somebody sees is told by
`downline.Scope`, and the wall between accounts stands before both: what is behind it does not
exist for the one who asks ("not found"), what is seen and not open is "refused". Whatever the
table does not name is open to nobody.

The seller's own staff are users like any other: those of the account that the seller's terms name
as its desk (`SellerTerms.desk`).
"""

from __future__ import annotations

from enum import Enum
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.decisions import Decision, Effect, Finding, Severity, combine
from leadcore.downline import Scope
from leadcore.errors import Malformed
from leadcore.logins import Actor
from leadcore.people import User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from leadcore.accounts import Seller
    from leadcore.values import AccountId

__all__ = ["RULEBOOK", "TABLE", "Area", "Caller", "Permission", "Role", "Way", "caller", "role_of"]

RULEBOOK = "access-1"
"""The id and the version of the table."""

_CITATION = "leadcore: who may do what"


class Role(Enum):
    """What somebody is at a seller's.

    A member has a log-in of an account; an admin has all areas of the account's portal (Admin
    Access); staff work at the seller's desk; a manager is staff with Admin Access.
    """

    MEMBER = "member"
    ADMIN = "admin"
    STAFF = "staff"
    MANAGER = "manager"

    @property
    def is_staff(self) -> bool:
        """Does this one work for the seller, and see the leads of every account?"""
        return self in _STAFF


class Area(Enum):
    """What there is to look at and to change.

    Attributes:
        LEADS: leads and the attempts to reach people; what one sees of them is one's scope.
        CONSENT: what people consented to and took back.
        CALLS: recordings; writing is reviewing and sharing them.
        EVIDENCE: packets for a dispute.
        RETURNS: requests for refunds and their reversal. VERIFICATION: deciding on them.
        DISTRIBUTION: who was asked for a lead and why not; offering it again.
        BILLING: balance, statement, payments; paying the account back to its sources, which takes
            nobody's leave, as moving money to another account does (`ACCOUNTS`).
        ORDERS: orders and their terms.
        APPOINTMENTS, FILES: of the leads one sees.
        USERS: users, their place in the tree, invitations.
        PROFILE, SECURITY: one's own; SECURITY is password and sessions.
        REPORTS: dashboard and reports. DEEDS: who did what. AUDIT: do the records add up?
        KEYS: what programs come in with. WEBHOOKS: where events are sent.
        INTAKE: handing in leads. ACCOUNTS, TERMS, OUTBOX: the seller's own.
        DECISIONS: questions about facts that are given with them.
    """

    LEADS = "leads"
    CONSENT = "consent"
    CALLS = "calls"
    EVIDENCE = "evidence"
    RETURNS = "returns"
    VERIFICATION = "verification"
    DISTRIBUTION = "distribution"
    BILLING = "billing"
    ORDERS = "orders"
    APPOINTMENTS = "appointments"
    FILES = "files"
    USERS = "users"
    PROFILE = "profile"
    SECURITY = "security"
    REPORTS = "reports"
    DEEDS = "deeds"
    AUDIT = "audit"
    KEYS = "keys"
    WEBHOOKS = "webhooks"
    INTAKE = "intake"
    ACCOUNTS = "accounts"
    TERMS = "terms"
    OUTBOX = "outbox"
    DECISIONS = "decisions"


class Way(Enum):
    """Looking, or changing something."""

    READ = "read"
    WRITE = "write"


@frozen
class Permission:
    """One way into one area, such as `leads:read`."""

    area: Area
    way: Way

    def __str__(self) -> str:
        """Give it as it is written, such as `leads:read`."""
        return f"{self.area.value}:{self.way.value}"

    @classmethod
    def named(cls, text: str, path: str = "scope") -> Permission:
        """Give the permission that is written so.

        Raises:
            Malformed: at `path`, there is none of that name.
        """
        found = _NAMED.get(text)
        if found is None:
            raise Malformed.at(
                path, f"there is no permission {text!r}; one is {next(iter(_NAMED))}"
            )
        return found


_NAMED = {str(one): one for one in (Permission(*pair) for pair in product(Area, Way))}

_STAFF = frozenset({Role.STAFF, Role.MANAGER})
_ALL = frozenset(Role)
_ADMINS = frozenset({Role.ADMIN, Role.MANAGER})
_ABOVE = _STAFF | {Role.ADMIN}
_MANAGER = frozenset({Role.MANAGER})
_NOBODY = frozenset[Role]()

_OPEN: Mapping[Area, tuple[frozenset[Role], frozenset[Role]]] = {
    Area.LEADS: (_ALL, _ALL),
    Area.CONSENT: (_ALL, _ALL),
    Area.CALLS: (_ALL, _ABOVE),
    Area.EVIDENCE: (_ABOVE, _NOBODY),
    Area.RETURNS: (_ALL, _ALL),
    Area.VERIFICATION: (_STAFF, _STAFF),
    Area.DISTRIBUTION: (_STAFF, _STAFF),
    Area.BILLING: (_ABOVE, _ADMINS),
    Area.ORDERS: (_ABOVE, _ABOVE),
    Area.APPOINTMENTS: (_ALL, _ALL),
    Area.FILES: (_ALL, _ALL),
    Area.USERS: (_ABOVE, _ADMINS),
    Area.PROFILE: (_ALL, _ALL),
    Area.SECURITY: (_ALL, _ALL),
    Area.REPORTS: (_ALL, _NOBODY),
    Area.DEEDS: (_ABOVE, _NOBODY),
    Area.AUDIT: (_MANAGER, _NOBODY),
    Area.KEYS: (_ADMINS, _ADMINS),
    Area.WEBHOOKS: (_ADMINS, _ADMINS),
    Area.INTAKE: (_STAFF, _STAFF),
    Area.ACCOUNTS: (_STAFF, _MANAGER),
    Area.TERMS: (_STAFF, _MANAGER),
    Area.OUTBOX: (_STAFF, _STAFF),
    Area.DECISIONS: (_ALL, _NOBODY),
}

TABLE: Mapping[Permission, frozenset[Role]] = MappingProxyType(
    {
        Permission(area, way): roles
        for area, pair in _OPEN.items()
        for way, roles in zip(Way, pair, strict=True)
    }
)
"""For each permission the roles that have it."""


def role_of(user: User, seller: Seller) -> Role | None:
    """Give what somebody is at a seller's.

    Args:
        user: whoever asks.
        seller: at whose door.

    Returns:
        None for a disabled user, and for a user of another seller.
    """
    if not user.enabled or user.seller_id != seller.id:
        return None
    admin = user.profile.admin
    if seller.terms.desk is not None and user.account_id == seller.terms.desk:
        return Role.MANAGER if admin else Role.STAFF
    return Role.ADMIN if admin else Role.MEMBER


@frozen(kw_only=True)
class Caller:
    """Somebody who asks, and what is open to them; `caller` makes it.

    Attributes:
        user: who it is.
        role: what this one is at the seller's.
        scope: what lists and look-ups are asked with; None for staff, who see every account.
        only: what a key was given for; None where a person comes in.
    """

    user: User
    role: Role
    scope: Scope | None
    only: frozenset[Permission] | None = None

    def may(self, area: Area, way: Way) -> bool:
        """Say whether an area is open to the one who asks, for links and buttons."""
        wanted = Permission(area, way)
        return self.role in TABLE[wanted] and (self.only is None or wanted in self.only)

    def assess(self, area: Area, way: Way, *, at: datetime) -> Decision:
        """Say whether an area is open, and why not; `require()` of the answer raises `Refused`."""
        wanted, findings = Permission(area, way), list[Finding]()
        if self.role in TABLE[wanted]:
            sentence = f"{wanted} is open to the role {self.role.value}."
            findings.append(_finding("ACC-ROLE", Effect.PERMIT, sentence))
        if self.only is not None and wanted not in self.only:
            sentence = f"The key was not given for {wanted}."
            findings.append(_finding("ACC-KEY", Effect.DENY, sentence))
        verdict, found = combine(findings)
        return Decision(verdict=verdict, findings=found, at=at, rulebook=RULEBOOK)

    def reaches(self, account_id: AccountId) -> bool:
        """Say whether an account is on this side of the wall."""
        return self.role.is_staff or account_id == self.user.account_id

    def actor(self, source: str | None = None) -> Actor:
        """Give the one who asks as whoever acts, for `back_office.By`."""
        if self.role.is_staff:
            return Actor.staff(self.user.seller_id, self.user.id, source)
        return Actor.user(self.user, source)


def caller(
    user: User,
    seller: Seller,
    scope: Scope | None,
    *,
    only: frozenset[Permission] | None = None,
) -> Caller | None:
    """Give whoever asks, or None where nobody comes in.

    Args:
        user: who it is, as a session or a key tells.
        seller: at whose door.
        scope: what the user may see, as the store tells (`Store.scope`); not looked at for staff.
        only: what the key was given for; None where a person comes in.

    Raises:
        ValueError: the scope of somebody who is no staff is missing or somebody else's: without
            one, lists would show everything.
    """
    role = role_of(user, seller)
    if role is None:
        return None
    if role.is_staff:
        return Caller(user=user, role=role, scope=None, only=only)
    if scope is None or (scope.account_id, scope.user_id) != (user.account_id, user.id):
        message = f"this is not the scope of user {user.id}"
        raise ValueError(message)
    return Caller(user=user, role=role, scope=scope, only=only)


def _finding(rule: str, effect: Effect, sentence: str) -> Finding:
    return Finding(
        rule=rule,
        effect=effect,
        severity=Severity.POLICY,
        sentence=sentence,
        citation=_CITATION,
    )
