"""Guards on consent, its revocation, the lists and the databases."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from leadcore.business_days import add_business_days
from leadcore.consent import Level, Unknown
from leadcore.contact.facts import ReassignedStatus
from leadcore.contact.hits import Hit
from leadcore.contact.kernels import overdue
from leadcore.intervals import local_date
from leadcore.rulebooks.rule import Gate, Initiation
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from datetime import date, datetime

    from leadcore.contact.case import Case
    from leadcore.contact.hits import BoundRule
    from leadcore.rulebooks.rule import Lift

__all__ = [
    "CONFIRM",
    "CONSENT_TESTS",
    "PORT_DAYS",
    "SCRUB_DAYS",
    "last_day_to_comply",
    "ten_business_days_after",
]

COMPLY_BUSINESS_DAYS = 10
"""47 CFR 64.1200(a)(10), (d)(3) and 16 CFR 316.4 all give ten business days."""
SCRUB_DAYS = 31
PORT_DAYS = 15
CONFIRM = timedelta(minutes=5)
"""How long after an opt-out its confirmation comes in time."""
_FIFTH_CIRCUIT = frozenset({"TX", "LA", "MS"})
_FIFTH_CIRCUIT_SINCE = (2026, 2, 25)
_LIVE_TO_RND = {ReassignedStatus.YES: Hit.DENY, ReassignedStatus.UNKNOWN: Hit.CAUTION}


def permits(case: Case, bound: BoundRule) -> Hit:
    """Permit: the scope of a basis rule says all there is to say."""
    return Hit.PERMIT


def tcpa_yes(case: Case, bound: BoundRule) -> Hit:
    """Permit texts and automated calls where the flag says yes."""
    return Hit.PERMIT if case.facts.tcpa is Tcpa.YES else Hit.SILENT


def tcpa_no(case: Case, bound: BoundRule) -> Hit:
    """Deny all but a live call where the flag does not say yes."""
    if case.facts.tcpa is Tcpa.YES:
        return Hit.SILENT
    question = case.question
    live = question.channel is Channel.CALL and question.initiation is Initiation.MANUAL
    return Hit.SILENT if live else Hit.DENY


def first_text(case: Case, bound: BoundRule) -> Hit:
    """Warn where nothing shows an earlier contact."""
    history = case.facts.history
    if isinstance(history, Unknown):
        return Hit.WARN
    at = case.moment.at
    return Hit.SILENT if any(touch.at < at for touch in history) else Hit.WARN


def second_text(case: Case, bound: BoundRule) -> Hit:
    """Warn where a text would be the second contact; an unknown history may hold none."""
    history = case.facts.history
    if isinstance(history, Unknown):
        return Hit.SILENT
    at = case.moment.at
    return Hit.WARN if sum(touch.at < at for touch in history) == 1 else Hit.SILENT


def _wireless(case: Case) -> bool:
    # 64.1200(a)(1)(iii) also covers services charged to the called party, as toll-free ones are.
    return case.facts.number.kind is not PhoneKind.LANDLINE


def _just_ported(case: Case) -> bool:
    """Is the call in the 15 days after porting that bring no liability (64.1200(a)(1)(iv))?"""
    ported = case.facts.number.ported_to_wireless_on
    if ported is None or case.question.channel is not Channel.CALL:
        return False
    listed = case.facts.registry.national is not False or case.on_internal_list
    earliest, latest = case.days[0], case.days[-1]
    fresh = ported <= earliest and (latest - ported).days <= PORT_DAYS
    return fresh and not listed


def any_consent(case: Case, bound: BoundRule) -> Hit:
    """Deny automated contact of wireless numbers where no consent was given, to anybody."""
    given = case.facts.consent.level is not Level.NONE
    if not _wireless(case) or given or _just_ported(case):
        return Hit.SILENT
    return Hit.DENY


def express_consent(case: Case, bound: BoundRule) -> Hit:
    """Deny automated contact of wireless numbers without express consent."""
    if not _wireless(case) or case.express or _just_ported(case):
        return Hit.SILENT
    return Hit.DENY


def _spoken_suffices(case: Case) -> bool:
    """Literal only: in the Fifth Circuit express consent is enough, spoken or not."""
    if case.strict or not set(case.states) <= _FIFTH_CIRCUIT:
        return False
    first = case.days[0]
    return (first.year, first.month, first.day) >= _FIFTH_CIRCUIT_SINCE and case.express


def written_consent(case: Case, bound: BoundRule) -> Hit:
    """Deny automated telemarketing to wireless numbers without written consent."""
    if not _wireless(case) or case.written or _spoken_suffices(case):
        return Hit.SILENT
    return Hit.DENY


def residential_consent(case: Case, bound: BoundRule) -> Hit:
    """Deny recorded sales calls to residential lines without written consent."""
    if _wireless(case) or case.written or _spoken_suffices(case):
        return Hit.SILENT
    return Hit.DENY


def state_written_consent(case: Case, bound: BoundRule) -> Hit:
    """Deny automated sales in a state that asks for written consent."""
    return Hit.SILENT if case.written else Hit.DENY


def uninvited(case: Case, bound: BoundRule) -> Hit:
    """Deny where neither written consent nor anything the gate names opens it."""
    if case.written or case.lifted(_gate(case, bound)):
        return Hit.SILENT
    return Hit.DENY


def _gate(case: Case, bound: BoundRule) -> frozenset[Lift]:
    gate = bound.rule.terms
    if not isinstance(gate, Gate):
        message = f"{bound.rule.id} needs a Gate as its terms"
        raise TypeError(message)
    return gate.strict if case.strict else gate.literal


def mobile_ban(case: Case, bound: BoundRule) -> Hit:
    """Deny unsolicited sales to mobile phones; an unknown line counts as one."""
    if case.facts.number.kind in {PhoneKind.LANDLINE, PhoneKind.TOLL_FREE}:
        return Hit.SILENT
    if case.lifted(_gate(case, bound)):
        return Hit.SILENT
    return Hit.CAUTION if bound.beyond else Hit.DENY


def declared_emergency(case: Case, bound: BoundRule) -> Hit:
    """Deny sales into a declared emergency; not knowing of any counts as one."""
    declared = case.facts.declared_emergencies
    unknown = isinstance(declared, Unknown)
    if not isinstance(declared, Unknown) and bound.rule.state not in declared:
        return Hit.SILENT
    if case.lifted(_gate(case, bound)):
        return Hit.SILENT
    return Hit.CAUTION if bound.beyond or unknown else Hit.DENY


def _rnd_status(case: Case) -> ReassignedStatus:
    """Give the database's answer as of the day: one that lies ahead is none yet."""
    reassigned = case.facts.reassigned
    asked = reassigned.queried_on
    ahead = asked is not None and asked > case.today
    if ahead and reassigned.status is not ReassignedStatus.YES:
        return ReassignedStatus.NOT_CHECKED
    return reassigned.status


def reassigned(case: Case, bound: BoundRule) -> Hit:
    """Deny reassigned numbers; warn of automated contact without a safe harbour."""
    status = _rnd_status(case)
    if status in _LIVE_TO_RND:
        return _LIVE_TO_RND[status]
    if status is ReassignedStatus.NO:
        return Hit.SILENT
    regulated = (
        case.question.initiation is not Initiation.MANUAL
        if case.strict
        else case.question.initiation in {Initiation.PRERECORDED, Initiation.ARTIFICIAL}
    )
    return Hit.WARN if regulated else Hit.SILENT


def reassigned_query(case: Case, bound: BoundRule) -> Hit:
    """Deny where the database was not asked."""
    asked = _rnd_status(case) not in {ReassignedStatus.NOT_CHECKED, ReassignedStatus.UNKNOWN}
    if asked:
        return Hit.SILENT
    return Hit.CAUTION if bound.beyond else Hit.DENY


def last_day_to_comply(zones: tuple[str, ...], received: datetime) -> date:
    """Give the tenth business day after receipt, by the earliest of the person's zones."""
    day = min(local_date(received, zone) for zone in zones or ("Etc/UTC",))
    return ten_business_days_after(day)


@lru_cache(maxsize=4096)
def ten_business_days_after(day: date) -> date:
    """Give the last day to comply with what was received on a local day."""
    return add_business_days(day, COMPLY_BUSINESS_DAYS)


def _at_once(case: Case, received: datetime | Unknown | None) -> Hit:
    """Deny from receipt on: by law once the ten business days are over, by caution before."""
    if received is None or isinstance(received, Unknown):
        return Hit.UNTOLD
    last = last_day_to_comply(case.facts.number.zones, received)
    return Hit.DENY if overdue(case.today.toordinal(), last.toordinal()) else Hit.CAUTION


def revoked(case: Case, bound: BoundRule) -> Hit:
    """Deny marketing and informational calls and texts from the instant of revocation on."""
    if not case.revoked:
        return Hit.SILENT
    question, received = case.question, case.facts.consent.revoked_at
    if question.channel is Channel.CALL and question.initiation is Initiation.MANUAL:
        # The paragraph speaks of robocalls and robotexts only.
        if not case.strict:
            return Hit.SILENT
        return Hit.UNTOLD if isinstance(received, Unknown) else Hit.CAUTION
    return _at_once(case, received)


def internal_list(case: Case, bound: BoundRule) -> Hit:
    """Deny telemarketing from the instant the person asked not to be called, for ever."""
    if not case.on_internal_list:
        return Hit.SILENT
    return _at_once(case, case.facts.registry.internal_since)


def _opened(case: Case) -> bool:
    return case.permission or case.related or case.facts.personal_relationship is True


def _fresh_scrub(case: Case) -> bool:
    on = case.facts.registry.scrubbed_on
    if on is None:
        return False
    # The copy's date has no zone of its own: it may be a day ahead of the person's.
    return -1 <= (case.today - on).days <= SCRUB_DAYS


def registry(case: Case, bound: BoundRule) -> Hit:
    """Deny registered numbers without permission or relationship."""
    national = case.facts.registry.national
    if national is False or _opened(case):
        return Hit.SILENT
    if national is None:
        # With a stale copy the scrub rule says it all.
        return Hit.CAUTION if _fresh_scrub(case) else Hit.SILENT
    return Hit.DENY


def scrub(case: Case, bound: BoundRule) -> Hit:
    """Deny where the registry was not looked at within 31 days."""
    return Hit.SILENT if _fresh_scrub(case) or _opened(case) else Hit.DENY


def confirmation(case: Case, bound: BoundRule) -> Hit:
    """Deny a confirmation that is not the only one, advertises, or confirms nothing."""
    facts = case.facts.confirmation
    received = case.facts.consent.revoked_at
    proper = facts.already_sent is False and facts.contains_marketing is False
    if not proper or case.question.channel is not Channel.TEXT:
        return Hit.DENY
    if received is None or isinstance(received, Unknown) or received > case.moment.at:
        return Hit.DENY
    return Hit.SILENT if case.moment.at - received <= CONFIRM else Hit.WARN


def email_optout(case: Case, bound: BoundRule) -> Hit:
    """Deny without a working opt-out; where nobody knows of one, by caution."""
    return _carries(case.facts.email.optout_mechanism)


def email_address(case: Case, bound: BoundRule) -> Hit:
    """Deny without a postal address; where nobody knows of one, by caution."""
    return _carries(case.facts.email.physical_address)


def _carries(told: bool | None) -> Hit:  # noqa: FBT001 # a fact, not a switch
    if told is None:
        return Hit.CAUTION
    return Hit.SILENT if told else Hit.DENY


def email_gateway(case: Case, bound: BoundRule) -> Hit:
    """Deny mail to wireless domains without authorisation; where nobody looked, by caution."""
    facts = case.facts.email
    if facts.gateway_domain is False or facts.wireless_authorization is True:
        return Hit.SILENT
    return Hit.CAUTION if facts.gateway_domain is None else Hit.DENY


def email_revoked(case: Case, bound: BoundRule) -> Hit:
    """Deny from the instant of the opt-out on."""
    received = case.facts.email.opted_out_at
    if received is None:
        return Hit.SILENT
    if not isinstance(received, Unknown) and received > case.moment.at:
        return Hit.SILENT
    return _at_once(case, received)


CONSENT_TESTS = {
    test.__name__: test
    for test in (
        tcpa_yes,
        tcpa_no,
        first_text,
        second_text,
        any_consent,
        express_consent,
        written_consent,
        residential_consent,
        state_written_consent,
        uninvited,
        mobile_ban,
        declared_emergency,
        reassigned,
        reassigned_query,
        revoked,
        internal_list,
        registry,
        scrub,
        confirmation,
        email_optout,
        email_address,
        email_gateway,
        email_revoked,
    )
}
"""Kernels by the name rules call them by."""
