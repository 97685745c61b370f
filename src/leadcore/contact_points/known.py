"""What contact points tell of a person at an instant, in the parts of a contact question's facts.

A fact counts from its own instant on, whenever it was recorded. Where the records leave room, the
worse reading counts: a revocation or a request not to be called, made at any of the person's
numbers and addresses, holds for all of them; consent counts only for the number it was given for.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from leadcore.consent import Consent, Grant, Level, Revocation, email_opted_out_at, stands
from leadcore.contact.facts import Reassigned, ReassignedStatus, Registry, Relationship
from leadcore.contact_points.addresses import normal_address
from leadcore.contact_points.facts import DealingKind, ReassignedAnswer
from leadcore.contact_points.life import AHEAD_OF_UTC, BEHIND_UTC, Review, ReviewStatus
from leadcore.intervals import zone_info
from leadcore.values import PhoneKind, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.contact_points.facts import Dealing, DoNotCall, LineLookup, RegistryLookup
    from leadcore.contact_points.life import ContactPoint

__all__ = ["UNSURE", "Known", "known"]

F = TypeVar("F", bound="DoNotCall | RegistryLookup | ReassignedAnswer | LineLookup | Dealing")

UNSURE = "sms: not sure"
"""The method of a revocation that is only presumed: a reply nobody has looked at yet."""


@frozen(kw_only=True)
class Known:
    """Parts of `contact.Facts`, as they stood at an instant.

    Attributes:
        consent: what stands of the person's consent to this seller for this number.
        registry: the latest look-up, and since when the person asked not to be called.
        reassigned: the answer that speaks about the consent that stands.
        relationship: with this very seller.
        kind: what sort of line it is; None: nobody looked.
        ported_to_wireless_on: when it was ported; None: not so, or not known.
        email_opted_out_at: when the person opted out of e-mail; None: never, or subscribed again.
    """

    consent: Consent
    registry: Registry
    reassigned: Reassigned
    relationship: Relationship
    kind: PhoneKind | None
    ported_to_wireless_on: date | None
    email_opted_out_at: datetime | None


def known(
    points: Iterable[ContactPoint],
    *,
    seller: str,
    number: str | None,
    email: str | None = None,
    acts: Iterable[Grant | Revocation] = (),
    zones: tuple[str, ...] = (),
    at: datetime,
) -> Known:
    """Give what was so at an instant.

    Args:
        points: the contact points of one person, all of one seller.
        seller: on whose behalf contact is meant: the seller itself, or an account.
        number: the number it is about, in E.164 form.
        email: the e-mail address it is about.
        acts: grants and revocations known from elsewhere, such as the lead's own submission.
        zones: where the person may be; dates of dealings are the earliest there.
        at: the instant asked about.
    """
    moment, every = instant(at), tuple(points)
    here = _point(every, number)
    ends = [end for point in every for end in _revocations(point, moment)]
    grants = [grant for point in every for grant in _grants(point)]
    consent = stands((*acts, *grants, *ends), seller=seller, number=number, at=moment)
    line = _line(here, moment)
    return Known(
        consent=consent,
        registry=_registry(every, here, seller, moment),
        reassigned=_reassigned(here, consent, moment),
        relationship=_relationship(every, seller, zones, moment),
        kind=None if line is None else _kind(line),
        ported_to_wireless_on=None if line is None else line.ported_to_wireless_on,
        email_opted_out_at=_opted_out(_point(every, email), ends, seller, moment),
    )


def _point(points: tuple[ContactPoint, ...], address: str | None) -> ContactPoint | None:
    if address is None:
        return None
    wanted = normal_address(address)
    return next((point for point in points if point.address == wanted), None)


def _by(facts: Iterable[F], moment: datetime) -> list[F]:
    return [fact for fact in facts if fact.at <= moment]


def _grants(point: ContactPoint) -> Iterable[Grant]:
    # What was granted at an e-mail address is no consent to calls and texts.
    return (each.fact for each in point.grants if each.fact.number is not None)


def _revocations(point: ContactPoint, moment: datetime) -> Iterable[Revocation]:
    yield from (each.fact for each in point.revocations)
    for review in point.reviews:
        if review.status(moment) is not ReviewStatus.HARMLESS:
            yield _presumed(review, moment)


def _presumed(review: Review, moment: datetime) -> Revocation:
    fact = review.received.fact
    sure = review.status(moment) is ReviewStatus.REVOKES
    return Revocation(
        at=fact.at,
        method="sms" if sure else UNSURE,
        seller=fact.account_id,
        text=fact.text,
    )


def _registry(
    points: tuple[ContactPoint, ...], here: ContactPoint | None, seller: str, moment: datetime
) -> Registry:
    looked = _by((each.fact for each in here.registry), moment) if here else []
    # Of two look-ups in the same copy the one that found it counts.
    last = max(looked, key=lambda fact: (fact.scrubbed_on, fact.listed), default=None)
    asked = _by((each.fact for point in points for each in point.requests), moment)
    since = (fact.at for fact in asked if fact.account_id in {None, seller})
    return Registry(
        national=last.listed if last else None,
        scrubbed_on=last.scrubbed_on if last else None,
        internal_since=min(since, default=None),
    )


def _reassigned(here: ContactPoint | None, consent: Consent, moment: datetime) -> Reassigned:
    answers = _by((each.fact for each in here.reassigned), moment) if here else []
    given = consent.at if isinstance(consent.at, datetime) else None
    about = [fact for fact in answers if given is None or _speaks_of(fact, given)]
    worst = {ReassignedStatus.NO: 0, ReassignedStatus.NO_DATA: 1, ReassignedStatus.YES: 2}
    last = max(about, key=lambda fact: (fact.queried_on, worst[fact.status]), default=None)
    if last is None:
        return Reassigned(status=ReassignedStatus.NOT_CHECKED)
    return Reassigned(status=last.status, queried_on=last.queried_on)


def _speaks_of(answer: ReassignedAnswer, given: datetime) -> bool:
    """Say whether an answer about one consent tells something of another, given at an instant.

    Given up since a later day is given up since an earlier one; not given up since an earlier day
    is not given up since a later one. The day of the consent is any it was somewhere on earth.
    """
    if answer.status is ReassignedStatus.YES:
        # Asked after the grant, it may still be about an earlier one: the worse reading counts.
        earliest = (given - BEHIND_UTC).date()
        return answer.consent_on >= earliest or answer.queried_on >= earliest
    return answer.consent_on <= (given + AHEAD_OF_UTC).date()


def _line(here: ContactPoint | None, moment: datetime) -> LineLookup | None:
    looked = _by((each.fact for each in here.lines), moment) if here else []
    return max(looked, key=_caution, default=None)


def _caution(line: LineLookup) -> tuple[datetime, bool, bool]:
    # Of two look-ups at one instant the one that is regulated more strictly counts.
    wired = line.kind in {PhoneKind.LANDLINE, PhoneKind.TOLL_FREE}
    return line.at, line.ported_to_wireless_on is not None, not wired


def _kind(line: LineLookup) -> PhoneKind:
    # Line types are told by blocks of numbers; a number that was ported has left its block.
    return PhoneKind.WIRELESS if line.ported_to_wireless_on else line.kind


def _relationship(
    points: tuple[ContactPoint, ...], seller: str, zones: tuple[str, ...], moment: datetime
) -> Relationship:
    dealt = _by((each.fact for point in points for each in point.dealings), moment)
    mine = [fact for fact in dealt if fact.with_seller == seller]
    ends = (fact.at for fact in mine if fact.kind is DealingKind.END)
    over = max(ends, default=None)
    alive = [fact for fact in mine if over is None or fact.at > over]
    return Relationship(
        with_seller=seller if alive else None,
        inquiry_on=_last_day(alive, DealingKind.INQUIRY, zones),
        purchase_on=_last_day(alive, DealingKind.PURCHASE, zones),
    )


def _last_day(dealt: list[Dealing], kind: DealingKind, zones: tuple[str, ...]) -> date | None:
    last = max((fact.at for fact in dealt if fact.kind is kind), default=None)
    if last is None:
        return None
    if not zones:
        return (last - BEHIND_UTC).date()
    return min(last.astimezone(zone_info(zone)).date() for zone in zones)


def _opted_out(
    here: ContactPoint | None, ends: list[Revocation], seller: str, moment: datetime
) -> datetime | None:
    mine = (end for end in ends if end.seller in {None, seller})
    last = email_opted_out_at(mine, at=moment)
    if last is None or here is None:
        return last
    # Only affirmative consent given afterwards restores e-mail: 15 USC 7704(a)(4)(B).
    again = (
        each.fact.at
        for each in here.grants
        if each.fact.level is not Level.NONE and seller in each.fact.sellers
    )
    return None if any(last < granted <= moment for granted in again) else last
