"""A toy CRM with rules of its own, and the same one with six faults that CRMs are seen to have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FAULTY",
    "AsksTheOfficeClock",
    "BooksARetryTwice",
    "CountsDaysOnTheWall",
    "Crm",
    "ForgetsTheLastInstant",
    "KnowsOneStopWord",
    "SeesSideways",
]

WINDOW = timedelta(hours=120)
STOPS = {"stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"}
OFFICE = ZoneInfo("America/New_York")


class Crm:
    """As it should be."""

    def __init__(self) -> None:
        self.balance = 0
        self.booked: set[str] = set()

    def takes_back(self, sold_at: datetime, asked_at: datetime) -> bool:
        """Say whether a lead may still be returned; both instants in UTC."""
        return timedelta(0) <= asked_at - sold_at <= WINDOW

    def may_call(self, zone: str, at: datetime) -> bool:
        """Say whether it is an hour to call a person in."""
        return 8 <= at.astimezone(ZoneInfo(zone)).hour < 21  # noqa: PLR2004 - the law's hours

    def is_stop(self, text: str) -> bool:
        """Say whether a reply ends it."""
        return text.strip(" .!").casefold() in STOPS

    def sees(self, above: Mapping[str, str | None], viewer: str, owner: str) -> bool:
        """Say whether a viewer sees the leads of an owner."""
        at: str | None = owner
        while at is not None and at != viewer:
            at = above[at]
        return at == viewer

    def book(self, key: str, cents: int) -> bool:
        """Pay in, or spend (below zero); what is told again is booked once."""
        if key in self.booked:
            return True
        if self.balance + cents < 0:
            return False
        self.booked.add(key)
        self.balance += cents
        return True


class CountsDaysOnTheWall(Crm):
    """Five days by the wall clock are an hour more or less where the clocks change."""

    def takes_back(self, sold_at: datetime, asked_at: datetime) -> bool:
        """See the class."""
        sold, asked = (each.astimezone(OFFICE).replace(tzinfo=None) for each in (sold_at, asked_at))
        return sold_at <= asked_at and asked - sold <= timedelta(days=5)


class ForgetsTheLastInstant(Crm):
    """The window's end is inside."""

    def takes_back(self, sold_at: datetime, asked_at: datetime) -> bool:
        """See the class."""
        return timedelta(0) <= asked_at - sold_at < WINDOW


class AsksTheOfficeClock(Crm):
    """It is the called person's clock that counts."""

    def may_call(self, zone: str, at: datetime) -> bool:  # noqa: ARG002 - that is the fault
        """See the class."""
        return super().may_call(OFFICE.key, at)


class KnowsOneStopWord(Crm):
    """People write it as they like."""

    def is_stop(self, text: str) -> bool:
        """See the class."""
        return text == "STOP"


class SeesSideways(Crm):
    """Whoever shares the one above is no downline."""

    def sees(self, above: Mapping[str, str | None], viewer: str, owner: str) -> bool:
        """See the class."""
        beside = above[viewer] is not None and above[viewer] == above[owner]
        return beside or super().sees(above, viewer, owner)


class BooksARetryTwice(Crm):
    """An acknowledgement got lost, and the same message comes again."""

    def book(self, key: str, cents: int) -> bool:
        """See the class."""
        self.booked.clear()
        return super().book(key, cents)


FAULTY = {
    CountsDaysOnTheWall: "returns",
    ForgetsTheLastInstant: "returns",
    AsksTheOfficeClock: "hours",
    KnowsOneStopWord: "stops",
    SeesSideways: "visibility",
    BooksARetryTwice: "wallet",
}
"""Each fault, and the area it is found in."""
