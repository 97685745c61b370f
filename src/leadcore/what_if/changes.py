"""Which terms are changed: of the seller, of every order, of one order; read with their paths.

What is not named stays as it was recorded, at every instant at which terms were set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import field, fields, frozen

from leadcore import wire
from leadcore.accounts import SellerTerms
from leadcore.errors import Malformed, Problem
from leadcore.orders import OrderTerms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["EVERY", "Changes", "changes_of"]

T = TypeVar("T")

EVERY = "*"
"""Stands for every order."""

_OF_SELLER = frozenset({"refunds", "distribution", "duplicate_days"})
"""What of a seller's terms bears on leads and money here."""
_OF_ORDERS = frozenset(entry.name for entry in fields(OrderTerms)) - {"user_id"}


@frozen(kw_only=True)
class Changes:
    """Changed terms, in their written form.

    Attributes:
        of_seller: of the seller's terms; of `refunds` only what is named in it is changed.
        of_orders: of orders' terms, by order id or `EVERY`; what is said of one comes last.
    """

    of_seller: dict[str, Any] = field(factory=dict[str, Any])
    of_orders: dict[str, dict[str, Any]] = field(factory=dict[str, dict[str, Any]])

    def seller(self, terms: SellerTerms) -> SellerTerms:
        """Give the seller's terms as changed.

        Raises:
            Malformed: the change makes no terms; every problem has its path.
        """
        said = dict(self.of_seller)
        if not said:
            return terms
        if "refunds" in said:
            said["refunds"] = {**wire.dump(terms.refunds), **_object(said["refunds"])}
        return _over(SellerTerms, terms, said, "seller")

    def order(self, order_id: str, terms: OrderTerms) -> OrderTerms:
        """Give an order's terms as changed.

        Raises:
            Malformed: the change makes no terms; every problem has its path.
        """
        for name in (EVERY, order_id):
            said = self.of_orders.get(name)
            if said:
                terms = _over(OrderTerms, terms, said, f"orders.{name}")
        return terms


def _over(kind: type[T], before: T, said: dict[str, Any], path: str) -> T:
    try:
        return wire.load(kind, {**wire.dump(before), **said})
    except Malformed as error:
        raise Malformed(
            [Problem(path + each.path.removeprefix("$"), each.message) for each in error.problems]
        ) from None


def _object(given: object) -> dict[str, Any]:
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def changes_of(data: dict[str, Any], *, orders: Collection[str]) -> Changes:
    """Read changes: `seller` with some of its terms, `orders` with some of theirs by order id.

    Args:
        data: what a file of terms held.
        orders: the ids of the seller's orders; `EVERY` names all of them.

    Raises:
        Malformed: something is named that there is not, or that changes nothing here; every problem
            has its path. What the terms themselves hold is read when they are changed.
    """
    problems = [*_problems(data, frozenset(orders))]
    if problems:
        raise Malformed(problems)
    return Changes(of_seller=data.get("seller", {}), of_orders=data.get("orders", {}))


def _problems(data: dict[str, Any], orders: frozenset[str]) -> Iterator[Problem]:
    yield from _unknown("", data, frozenset({"seller", "orders"}))
    seller = cast("object", data.get("seller", {}))
    named = cast("object", data.get("orders", {}))
    yield from _unknown("seller", seller, _OF_SELLER)
    if not isinstance(_object(seller).get("refunds", {}), dict):
        yield Problem("seller.refunds", "is an object")
    whole = _object(named)
    if whole != named:
        yield Problem("orders", "is an object")
    for name, said in sorted(whole.items()):
        if name != EVERY and name not in orders:
            yield Problem(f"orders.{name}", f"there is no such order; {EVERY!r} names all")
        yield from _unknown(f"orders.{name}", said, _OF_ORDERS)


def _unknown(path: str, given: object, known: frozenset[str]) -> Iterator[Problem]:
    if not isinstance(given, dict):
        yield Problem(path, "is an object")
        return
    for name in sorted(cast("dict[str, Any]", given).keys() - known):
        where = f"{path}.{name}" if path else name
        yield Problem(where, f"is none of {', '.join(sorted(known))}")
