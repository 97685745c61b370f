"""One call: who asks, with what, and what comes back. Routes are functions from it to an answer."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Caller
from leadcore.accounts import Seller
from leadcore.downline import Scope
from leadcore.errors import Malformed, NotFound
from leadcore.intervals import start_of_local_day
from leadcore.lead_sheet import seen_by
from leadcore.ports import UseCase
from leadcore.values import AccountId, LeadId, UserId, time_ordered_id
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import cursor_of, parse_json, place_in
from leadcore_fastapi.settings import ApiStore, Settings

if TYPE_CHECKING:
    from datetime import date

    from leadcore.accounts import Account
    from leadcore.downline import Tree
    from leadcore.leads import Lead
    from leadcore.logins import TokenUse
    from leadcore.people import User

__all__ = ["Act", "Call", "Incoming", "Reply"]

T = TypeVar("T")

_TOKEN_BYTES = 32


@frozen(kw_only=True)
class Incoming:
    """What came over the wire.

    Attributes:
        id: of this very request.
        source: the address it came from.
        query: as it was given, in order.
        path: of this very request; `params` what its pattern names.
    """

    id: str
    method: str
    path: str
    params: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    source: str | None
    body: bytes = b""


@frozen(kw_only=True)
class Reply:
    """An answer.

    Attributes:
        data: what JSON can hold; or `raw` bytes of `media`.
        status: the route's where none is said.
        version: of what it tells, for an ETag.
        secret: told once, and never kept.
        error: what is told instead: it was done, and came to a no.
    """

    data: Any = None
    status: int | None = None
    raw: bytes | None = None
    media: str = "application/json"
    headers: Mapping[str, str] = field(factory=dict[str, str])
    version: int | None = None
    secret: Mapping[str, Any] | None = field(default=None, repr=False)
    error: Exception | None = None


@frozen(kw_only=True)
class Act:
    """Something to be done on behalf of whoever asks, and how its answer is told; `tell` is pure.

    Attributes:
        edits: the kind and id of the stream that an `If-Match` speaks of.
    """

    case: UseCase[Any, Any, Any]
    tell: Callable[[Any], Reply]
    edits: tuple[str, str] | None = None


@frozen(kw_only=True, eq=False)
class Call:
    """One call.

    Attributes:
        caller: who asks; None where nobody needs to be known.
        key: what a request that may be sent again is known by, made of who asks and their own key.
        session: the id of the session somebody came in with; None for a key.
        query: the parameters that were given, read.
    """

    settings: Settings
    seller: Seller
    incoming: Incoming
    known: Caller | None
    at: datetime
    query: Mapping[str, Any]
    key: str | None = None
    session: str | None = None

    @property
    def store(self) -> ApiStore:
        """Where everything is."""
        return self.settings.store

    @property
    def caller(self) -> Caller:
        """Who asks, where somebody must be known.

        Raises:
            Halt: nobody is.
        """
        if self.known is None:
            raise Halt(401)
        return self.known

    @property
    def user(self) -> User:
        """Who asks."""
        return self.caller.user

    @property
    def scope(self) -> Scope | None:
        """What lists are asked with; None for staff."""
        return self.caller.scope

    @property
    def viewer_id(self) -> UserId | None:
        """Who asks, for use cases that know the seller's staff as nobody."""
        return None if self.caller.role.is_staff else self.user.id

    @property
    def home(self) -> AccountId | None:
        """The account whoever asks is walled in; None for staff."""
        return None if self.caller.role.is_staff else self.user.account_id

    def path(self, name: str) -> str:
        """Give what the path says under a name."""
        return self.incoming.params[name]

    def fresh(self) -> str:
        """Make a new time-ordered id."""
        return time_ordered_id(self.at, entropy=self.settings.entropy(10))

    def token(self) -> str:
        """Draw a token: 256 random bits, as text for a link."""
        drawn = base64.urlsafe_b64encode(self.settings.entropy(_TOKEN_BYTES))
        return drawn.decode().rstrip("=")

    def link(self, use: TokenUse, token: str) -> str | None:
        """Give the link that a token is e-mailed in; None where none is."""
        base = self.settings.links
        return None if base is None else f"{base.rstrip('/')}/{use.value}/{token}"

    def steady(self, name: str) -> str:
        """Give an id that is the same when the same request comes again, whatever came between.

        Args:
            name: what it is for.
        """
        if self.key is None:
            return self.fresh()
        return hashlib.sha256(f"{self.key}/{name}".encode()).hexdigest()[:32]

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Read the body as JSON."""
        return parse_json(self.incoming.body)

    def load(self, kind: type[T], **more: object) -> T:
        """Read the body as a value; fields that are not the caller's to say are given here.

        Raises:
            Malformed: it is none, or says what it may not.
        """
        data = self.json()
        if isinstance(data, dict):
            said = cast("dict[str, object]", data)
            theirs = sorted(more.keys() & said.keys())
            if theirs:
                raise Malformed.at("$", f"has unknown fields: {', '.join(theirs)}")
            data = said | more
        return wire.load(kind, data)

    def run(self, case: UseCase[Any, Any, T]) -> T:
        """Do a step on behalf of whoever asks, before what the answer tells of."""
        return self.store.run(self.by(case))

    def by(self, case: UseCase[Any, Any, T]) -> bo.By[T]:
        """Give a use case on behalf of whoever asks, so that it is on record."""
        actor = self.caller.actor(self.incoming.source)
        return bo.By(actor=actor, case=case, act=self.fresh(), at=self.at)

    def links(self) -> Tree:
        """Give who stands below whom, asked of the store one by one: an account may be large."""
        return cast("Tree", _Links(self.store, self.scope))

    def account(self, account_id: str) -> Account:
        """Give an account that whoever asks may know of.

        Raises:
            NotFound: there is none.
        """
        if self.caller.reaches(AccountId(account_id)):
            for each in self.store.accounts(self.seller.id):
                if each.id == account_id:
                    return each
        raise NotFound("account", account_id)

    def lead(self, lead_id: str) -> Lead:
        """Give a lead that whoever asks sees.

        Raises:
            NotFound: there is none.
        """
        found = self.store.lead(LeadId(lead_id))
        if found is not None and found.seller_id == self.seller.id and self.sees(found):
            return found
        raise NotFound("lead", lead_id)

    def sees(self, lead: Lead) -> bool:
        """Say whether whoever asks sees a lead."""
        return self.caller.role.is_staff or bo.sees(self.user, lead, self.links())

    def shown(self, lead: Lead) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give a lead as whoever asks may have it."""
        return wire.dump(seen_by(lead, self.home))

    def teammate(self, user_id: str) -> User:
        """Give a user on this side of the wall.

        Raises:
            NotFound: there is none.
        """
        found = self.store.user(UserId(user_id))
        mine = found is not None and found.seller_id == self.seller.id
        if found is None or not mine or not self.caller.reaches(found.account_id):
            raise NotFound("user", user_id)
        return found

    def version(self, kind: str, key: str) -> int:
        """Give how many events a thing has had."""
        return len(self.store.journal(kind, key))

    def page(
        self, rows: Iterable[Any], found: Sequence[T], place: Callable[[T], str], limit: int
    ) -> Reply:
        """Give a page of a list, with the cursor of the next one.

        Args:
            rows: what JSON can hold.
            found: what they tell of.
            place: says where one of those stands in the list (`leadcore.ports.Paged.closed`).
            limit: how many were asked for.
        """
        more = found and len(found) >= limit
        following = cursor_of(place(found[-1]), self.query) if more else None
        return Reply(data={"items": list(rows), "next": following})

    def after(self) -> str | None:
        """Give the place that the cursor stands behind."""
        return place_in(self.query.get("cursor"), self.query)

    def day(self, name: str) -> datetime | None:
        """Give the beginning of a local day of the seller's that the query names."""
        found: date | None = self.query.get(name)
        try:
            return start_of_local_day(found, self.seller.terms.zone) if found else None
        except (ValueError, OverflowError):
            raise Malformed.at(f"?{name}", "is no day that has a beginning here") from None


@frozen
class _Links:
    """Whatever `downline.scope` asks of a tree, for one who asks and is there."""

    store: ApiStore
    scope: Scope | None

    def __contains__(self, user_id: object) -> bool:
        return True

    def is_below(self, user_id: UserId, above_id: UserId) -> bool:  # noqa: ARG002 - the scope's own user
        return self.scope is not None and user_id in self.store.covered(self.scope, (user_id,))
